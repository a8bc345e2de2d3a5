"""Layouts of a page: each module here holds one, named ``LAYOUT``, and is found by walking the folder."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from capplan.atlas.page import Layout
from capplan.errors import RenderError, nearest_name
from capplan.messages import msg

__all__ = ["layout_of", "layouts"]


@cache
def layouts() -> Mapping[str, Layout]:
    """Return every layout by its name."""
    names = [found.name for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_")]
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return {module.LAYOUT.name: module.LAYOUT for module in modules}


def layout_of(name: str) -> Layout:
    """Return a layout by its name.

    Raises
    ------
    RenderError
        If there is none of that name.
    """
    known = layouts()
    if name not in known:
        near = nearest_name(name, known) or ", ".join(sorted(known))
        raise RenderError(msg("there is no layout {name}; known: {known}", name=name, known=near))
    return known[name]
