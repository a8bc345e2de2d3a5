"""Shorthands for data frames."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

from capplan.frames import filled, joined, negligible, outer, picked, plain_text, summed


def test_sums_keep_only_keys_and_the_columns_asked_for() -> None:
    frame = pd.DataFrame(
        {"a": ["y", "x", "y"], "n": [1.0, 2.0, 3.0], "m": [1, 1, 1], "words": ["p", "q", "r"]}
    )
    found = summed(frame, ["a"], "n", "m")
    assert list(found.columns) == ["a", "n", "m"]
    assert found.to_numpy().tolist() == [["x", 2.0, 1], ["y", 4.0, 2]]


def test_sums_of_nothing_are_nothing() -> None:
    assert summed(pd.DataFrame({"a": [], "n": []}), ["a"], "n").empty


def test_noise_is_small_whatever_its_sign_and_keeps_the_index() -> None:
    found = negligible(pd.Series([1e-9, -1e-10, -1.0, 2e-9], index=[3, 5, 7, 9]))
    assert found.to_dict() == {3: True, 5: True, 7: False, 9: False}


def test_numbers_are_filled_and_words_are_left() -> None:
    frame = pd.DataFrame({"words": ["a", None], "n": [None, 1.5], "m": pd.array([1, None], dtype="Int64")})
    found = filled(frame)
    assert found["n"].tolist() == [0.0, 1.5]
    assert found["m"].tolist() == [1, 0]
    assert found["words"].isna().tolist() == [False, True]


def test_rows_of_either_side_are_kept() -> None:
    left = pd.DataFrame({"k": ["a", "b"], "x": [1.0, 2.0]})
    right = pd.DataFrame({"k": ["b", "c"], "x": [5.0, 6.0]})
    found = outer(left, right, ["k"])
    assert found.to_numpy().tolist() == [["a", 1.0, 0.0], ["b", 2.0, 5.0], ["c", 0.0, 6.0]]
    assert list(found.columns) == ["k", "x", "x_true"]
    assert outer(left.iloc[:0], right.iloc[:0], ["k"]).empty


def bare() -> pd.DataFrame:
    """Return a table without rows whose text has never held any: not even an empty piece of memory."""
    text = pd.arrays.ArrowStringArray(pa.chunked_array([], type=pa.large_string()))  # type: ignore[attr-defined]
    return pd.DataFrame({"site_id": text, "year": pd.Series([], dtype="int64")})


def test_two_tables_that_never_held_a_row_join() -> None:
    assert list(joined(bare(), bare(), ["site_id", "year"]).columns) == ["site_id", "year"]
    assert outer(bare(), bare(), ["site_id", "year"]).empty


def test_text_is_kept_plainly_within_and_as_it_was_without() -> None:
    @plain_text
    def looked_up(words: list[str]) -> pd.Series:
        return pd.Series(words, dtype="str").map({"a": 1.0}).fillna(0.0) * 2.0

    before = pd.get_option("mode.string_storage")
    assert looked_up([]).tolist() == []
    assert looked_up(["a", "b"]).tolist() == [2.0, 0.0]
    assert pd.get_option("mode.string_storage") == before


def test_columns_are_picked_in_the_order_asked_for_and_must_exist() -> None:
    frame = pd.DataFrame({"a": [1], "b": [2], "c": [3]}, index=[7])
    pd.testing.assert_frame_equal(picked(frame, ("c", "a")), frame[["c", "a"]])
    with pytest.raises(KeyError):
        picked(frame, ["a", "d"])
