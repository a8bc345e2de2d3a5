"""Plan regional computing capacity at least cost, under every rule, with a certificate.

The public interface is small, and nothing heavy is imported before it is used::

    import capplan

    case = capplan.load_case("jilin-2025")
    plan = capplan.solve(case, gap=0.001, time_limit=60)
    plan.tables["targets"]  # a pandas DataFrame
    plan.sites  # a GeoDataFrame, EPSG:4326
    plan.write("plans/jilin-2025")
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from capplan._version import __version__

if TYPE_CHECKING:
    from capplan.case import Case, load_case
    from capplan.errors import (
        CapplanError,
        Infeasible,
        InputError,
        ModelError,
        NoSolutionInTime,
        RenderError,
        SolveError,
        SolverMissing,
        Unbounded,
        VerificationError,
        WriteError,
    )
    from capplan.plan import Plan, read_plan
    from capplan.planner import solve

_HOME = {
    "CapplanError": "errors",
    "Case": "case",
    "Infeasible": "errors",
    "InputError": "errors",
    "ModelError": "errors",
    "NoSolutionInTime": "errors",
    "Plan": "plan",
    "RenderError": "errors",
    "SolveError": "errors",
    "SolverMissing": "errors",
    "Unbounded": "errors",
    "VerificationError": "errors",
    "WriteError": "errors",
    "load_case": "case",
    "read_plan": "plan",
    "solve": "planner",
}

__all__ = [
    "CapplanError",
    "Case",
    "Infeasible",
    "InputError",
    "ModelError",
    "NoSolutionInTime",
    "Plan",
    "RenderError",
    "SolveError",
    "SolverMissing",
    "Unbounded",
    "VerificationError",
    "WriteError",
    "__version__",
    "load_case",
    "read_plan",
    "solve",
]


def __getattr__(name: str) -> object:
    """Import a public name on first use (PEP 562).

    Parameters
    ----------
    name : str
        Attribute asked for.

    Returns
    -------
    object
        The public object of that name.

    Raises
    ------
    AttributeError
        If the package exports no such name.
    """
    home = _HOME.get(name)
    if home is None:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, whether imported yet or not.

    Returns
    -------
    list of str
        Sorted public names.
    """
    return sorted(__all__)
