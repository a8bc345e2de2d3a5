"""Rows of a table as records whose fields are its columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

__all__ = ["rows"]


def rows(table: pd.DataFrame) -> Iterator[Any]:
    """Yield each row; its fields have the types of their columns, which no type checker can know.

    Examples
    --------
    >>> [row.name for row in rows(pd.DataFrame({"name": ["a", "b"]}))]
    ['a', 'b']
    """
    yield from table.itertuples(index=False)
