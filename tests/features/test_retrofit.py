"""Retrofit: what the certificate joins where nothing was converted and nothing could be."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from capplan.features.retrofit import _outer


def bare() -> pd.DataFrame:
    """Return a table without rows whose text has never held any: not even an empty piece of memory."""
    text = pd.arrays.ArrowStringArray(pa.chunked_array([], type=pa.large_string()))  # type: ignore[attr-defined]
    return pd.DataFrame({"site_id": text, "year": pd.Series([], dtype="int64")})


def test_two_tables_that_never_held_a_row_join() -> None:
    assert list(_outer(bare(), bare(), ["site_id", "year"]).columns) == ["site_id", "year"]
