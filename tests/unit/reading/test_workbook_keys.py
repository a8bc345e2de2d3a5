"""Keys and values in cells: whatever is written is read back, of the same type."""

from __future__ import annotations

import re
import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capplan.reading.workbook_keys import cell_of, flat, key_path, key_text, nested, same_keys, value_of

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
SCALARS = st.none() | st.booleans() | st.integers(-(10**12), 10**12) | TEXTS
SCALARS |= st.floats(allow_nan=False, allow_infinity=False)
PARTS = st.integers(1990, 2100) | TEXTS.filter(bool)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.integers(1, 9) | TEXTS, inner, max_size=3),
    max_leaves=6,
)


def as_sheet(cell: Any) -> Any:
    """Return a cell as a sheet keeps it, which knows one kind of number."""
    return float(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell


@settings(max_examples=80, deadline=None)
@given(VALUES)
def test_values_read_back(value: Any) -> None:
    back = value_of(as_sheet(cell_of(value)))
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        assert back == value
    else:
        assert (back, type(back)) == (value, type(value))


@settings(max_examples=80, deadline=None)
@given(st.lists(PARTS, min_size=1, max_size=4))
def test_keys_read_back(parts: list[str | int]) -> None:
    assert key_path(key_text(tuple(parts))) == tuple(parts)


@pytest.mark.parametrize("text", ["", ".", "a.", ".a", "a..b", 'a"b', '"a', '""'])
def test_what_is_no_key_is_none(text: str) -> None:
    assert key_path(text) is None


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("0.8", 0.8),
        (" 2025 ", 2025),
        ("TRUE", True),
        ("null", None),
        ("hard", "hard"),
        ("1,000", "1,000"),
        ("2024-01", "2024-01"),
        ("a: b", "a: b"),
        ("{2026: 0.5}", {2026: 0.5}),
        (1e20, 1e20),
    ],
)
def test_people_write_plainly(cell: Any, value: Any) -> None:
    assert value_of(cell) == value


@pytest.mark.parametrize("cell", ["[1, 2", "{a: ", '"open'])
def test_what_does_not_end_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match=re.escape(cell.strip())):
        value_of(cell)


NAMES = st.text(string.ascii_lowercase, min_size=1, max_size=3)
TREES = st.dictionaries(
    NAMES,
    st.recursive(st.integers(0, 9), lambda inner: st.dictionaries(NAMES, inner, max_size=3), max_leaves=5),
)


@settings(max_examples=50, deadline=None)
@given(TREES)
def test_mappings_read_back(content: dict[str, Any]) -> None:
    pairs = list(flat(content))
    assert nested(pairs) == content
    assert same_keys(pairs) == []


def test_keys_that_contradict_are_found() -> None:
    pairs = [(("a",), 1), (("a",), 2), (("a", "b"), 3), (("c",), {}), (("c", "d"), 4), (("c",), {})]
    assert same_keys(pairs) == [1, 2]
    assert nested(pairs)["c"] == {"d": 4}
