"""Remembering what is computed from the facts of a map, as long as the facts are there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from capplan.atlas.facts import Facts

__all__ = ["remembered"]

P = ParamSpec("P")
R = TypeVar("R")


def remembered(function: Callable[Concatenate[Facts, P], R]) -> Callable[Concatenate[Facts, P], R]:
    """Return a function that computes its result once for the same facts and the same other arguments.

    Layers, blocks, languages and sizes of a map ask for the same figures; nobody may change what they get.

    Parameters
    ----------
    function
        Computes something from facts; its other arguments can be hashed.
    """
    kept: WeakKeyDictionary[Facts, dict[Any, R]] = WeakKeyDictionary()

    @wraps(function)
    def call(facts: Facts, /, *args: P.args, **kwargs: P.kwargs) -> R:
        own = kept.setdefault(facts, {})
        key = (args, tuple(sorted(kwargs.items())))
        if key not in own:
            own[key] = function(facts, *args, **kwargs)
        return own[key]

    return call
