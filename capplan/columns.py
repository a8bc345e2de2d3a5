"""Columns of tables that people and programs exchange: what one holds, and how its cells become typed values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import pandas as pd

__all__ = ["Column", "Kind", "free_column", "kind_of", "typed"]

Kind = Literal["string", "integer", "number", "boolean"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a plan table.

    Attributes
    ----------
    name
        The column's name in files, in English and with its unit where it has one.
    kind
        The type of its values.
    unit
        The unit of its values; empty for names, years and words.
    zh, en
        Its heading for people.
    nullable
        Whether a cell may be empty (strings may always be).
    required
        Whether every table of this name has the column.
    """

    name: str
    kind: Kind
    unit: str
    zh: str
    en: str
    nullable: bool = False
    required: bool = True

    def heading(self, lang: str) -> str:
        """Return the heading in a language, with the unit after it.

        Parameters
        ----------
        lang
            ``zh`` or ``en``.

        Examples
        --------
        >>> Column("it_mw", "number", "MW", "IT 功率", "IT power").heading("en")
        'IT power [MW]'
        """
        words = self.zh if lang == "zh" else self.en
        return f"{words} [{self.unit}]" if self.unit else words


def typed(values: pd.Series[Any], column: Column) -> pd.Series[Any]:
    """Return a column's values in the type that its specification states.

    Parameters
    ----------
    values
        The cells, of any type that can be read as the column's kind.
    column
        The specification.

    Raises
    ------
    ValueError
        Where a cell is empty and may not be, or cannot be read as the column's kind.
    """
    if column.kind == "string":
        return _strings(values)
    if values.isna().any() and not column.nullable:
        message = f"column '{column.name}' has {int(values.isna().sum())} empty cell(s)"
        raise ValueError(message)
    try:
        return _CASTS[column.kind, column.nullable and column.kind != "number"](values)
    except (TypeError, ValueError) as fault:
        message = f"column '{column.name}' is not all of kind {column.kind}: {fault}"
        raise ValueError(message) from fault


def _strings(values: pd.Series[Any]) -> pd.Series[Any]:
    if pd.api.types.is_float_dtype(values.dtype):
        values = _nullable_integers(values)
    if isinstance(values.dtype, pd.CategoricalDtype) or not isinstance(values.dtype, pd.StringDtype):
        values = values.astype("object")
    return (values.where(values.notna(), "") if values.hasnans else values).astype("str")


def _integers(values: pd.Series[Any]) -> pd.Series[Any]:
    whole = values.astype("int64")
    if not (whole == values).all():
        message = "a value is not whole"
        raise ValueError(message)
    return whole


def _nullable_integers(values: pd.Series[Any]) -> pd.Series[Any]:
    return values.astype("float64").astype("Int64")


def _numbers(values: pd.Series[Any]) -> pd.Series[Any]:
    numbers = values.astype("float64")
    if np.isinf(numbers.to_numpy()).any():
        message = "a value is infinite"
        raise ValueError(message)
    return numbers + 0.0


def _booleans(values: pd.Series[Any]) -> pd.Series[Any]:
    if not values.isin([True, False]).all():
        message = "a value is neither true nor false"
        raise ValueError(message)
    return values.astype("bool")


_CASTS: Mapping[tuple[Kind, bool], Callable[[pd.Series[Any]], pd.Series[Any]]] = MappingProxyType(
    {
        ("integer", False): _integers,
        ("integer", True): _nullable_integers,
        ("number", False): _numbers,
        ("boolean", False): _booleans,
    }
)


def kind_of(values: pd.Series[Any]) -> Kind:
    """Return the kind of a column that no specification describes, from its dtype."""
    dtype = values.dtype
    if pd.api.types.is_bool_dtype(dtype):
        return "boolean"
    if pd.api.types.is_integer_dtype(dtype):
        return "integer"
    return "number" if pd.api.types.is_float_dtype(dtype) else "string"


def free_column(name: str, values: pd.Series[Any]) -> Column:
    """Return the specification that a column's own dtype implies, for columns that no one described.

    Parameters
    ----------
    name
        The column's name.
    values
        Its cells.
    """
    kind = kind_of(values)
    extension = isinstance(values.dtype, pd.api.extensions.ExtensionDtype)
    return Column(name, kind, "", name, name, nullable=kind == "number" or (kind == "integer" and extension))
