"""Peak memory of this process and of the workers it waited for."""

from __future__ import annotations

import sys

import psutil

__all__ = ["peak_mib"]


def peak_mib() -> float:
    """Return the peak resident memory [MiB] of this process plus that of its largest finished worker.

    On systems that keep no such record the present memory of this process stands for it.
    """
    try:
        import resource
    except ImportError:
        info = psutil.Process().memory_info()
        return round(float(getattr(info, "peak_wset", info.rss)) / 2**20, 1)
    unit = 2**20 if sys.platform == "darwin" else 2**10
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return round((own + worker) / unit, 1)
