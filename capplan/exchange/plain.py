"""JSON that every reader accepts: plain types, UTF-8, no NaN, keys in the order given."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from capplan.errors import ModelError

__all__ = ["plain", "write_json"]

_UNREADABLE = "a value of type {kind} cannot be written as JSON"


def plain(value: object) -> Any:
    """Return a value as JSON knows it: mappings, lists, strings, numbers, true, false and null.

    Numbers that are not finite become null, sets are sorted, enumerations become their text.

    Parameters
    ----------
    value
        Any nesting of plain types, NumPy scalars and arrays, and pandas missing values.

    Raises
    ------
    ModelError
        Where a value has no form in JSON.

    Examples
    --------
    >>> plain({"gap": float("nan"), "size": (1, 2)})
    {'gap': None, 'size': [1, 2]}
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or value is pd.NaT or isinstance(value, bool | int | str):
        return _scalar(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return _nested(value)


def _scalar(value: object) -> object:
    if isinstance(value, str):
        return str(value.value) if hasattr(value, "value") else str(value)
    return value if isinstance(value, bool | int) else None


def _nested(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, AbstractSet):
        return sorted((plain(item) for item in value), key=str)
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(item) for item in value]
    if isinstance(value, Path):
        return value.as_posix()
    raise ModelError(_UNREADABLE.format(kind=type(value).__name__))


def write_json(path: Path, value: object, *, indent: int | None = 2) -> None:
    """Write a value as a UTF-8 JSON file with LF line ends and a final newline.

    Parameters
    ----------
    path
        The file.
    value
        Anything that :func:`plain` accepts.
    indent
        Blanks per level; None for one line.
    """
    text = json.dumps(plain(value), ensure_ascii=False, indent=indent, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
