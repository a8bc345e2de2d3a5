"""Cells: exact numbers, and a remedy for the usual slips."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capplan.errors import Fault
from capplan.reading.cells import Cells, number_text, parse
from capplan.reading.faults import Faults
from capplan.schema.spec import Column, integer, number, text, year


def read(column: Column, *cells: str) -> tuple[np.ndarray, list[Fault]]:
    faults = Faults()
    lines = np.arange(2, len(cells) + 2)
    values = parse(Cells("t.csv", column, lines, cells, np.zeros(len(cells), dtype=bool)), faults)
    return values, faults.listed()


@given(st.floats(min_value=-1e14, max_value=1e14))
def test_numbers_survive_being_written_and_read(value: float) -> None:
    column = number("x", "km", "x", minimum=None)
    values, faults = read(column, number_text(value))
    assert not faults
    assert values[0] == value


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("cell", ["1e300", "-1e15", "99999999999999999999"])
def test_numbers_that_no_region_has_are_faults(cell: str) -> None:
    for column in (number("x", "km", "x", minimum=None), integer("x", "module", "x", minimum=None)):
        _, faults = read(column, cell, "2")
        assert [(fault.row, fault.problem.template) for fault in faults] == [
            (2, "the number is out of its range")
        ]


@pytest.mark.parametrize("cell", ["1", "+1", "1.", "1.0", "1e0", "1E+0", "10e-1", "0001"])
def test_every_plain_way_to_write_a_number(cell: str) -> None:
    values, faults = read(number("x", "km", "x"), cell, "2.5")
    assert not faults
    assert list(values) == [1.0, 2.5]


@pytest.mark.parametrize(
    ("cell", "remedy"),
    [
        ("1,234,567.5", "write 1234567.5"),
        ("1'234", "write 1234"),
        ("12,5", "write 12.5"),
        ("45%", "write 0.45"),
        ("12.5 km", "write 12.5, if that is meant in km"),
        ("１２", "write 12"),
        ("\ufeff12", "write 12"),
        ("1.5 万", "write 15000, if that is meant in km"),
        ("12亿元", "write 1200000000, if that is meant in km"),
        ("3百万", "write 3000000, if that is meant in km"),
        ("about 5", "write a number [km]"),
        ("1_000", "write a number [km]"),
        ("-inf", "write a finite number [km]"),
        ("#N/A", "write a finite number [km]"),
    ],
)
def test_slips_and_what_was_meant(cell: str, remedy: str) -> None:
    values, faults = read(number("x", "km", "x"), cell)
    assert math.isnan(values[0])
    assert [fault.remedy.text() for fault in faults] == [remedy]
    assert (faults[0].row, faults[0].column, faults[0].value) == (2, "x", cell)


def test_empty_cells_are_faults_unless_they_may_be_empty() -> None:
    assert len(read(number("x", "km", "x"), "")[1]) == 1
    values, faults = read(number("x", "km", "x", empty=True), "", "1")
    assert not faults
    assert math.isnan(values[0])


def test_whole_numbers_are_int64_unless_they_may_be_empty() -> None:
    values, faults = read(integer("n", "module", "n"), "3", "2.0", "1.5")
    assert values.dtype == np.int64
    assert list(values[:2]) == [3, 2]
    assert [fault.problem.text() for fault in faults] == ["this is not a whole number"]
    years, _ = read(year("y", "y", empty=True), "2024", "")
    assert years.dtype == np.float64


def test_lists_are_tidied_and_words_are_checked() -> None:
    values, faults = read(text("m", "m", many=True, empty=True), "a; b；c;", "")
    assert list(values) == ["a;b;c", ""]
    assert not faults
    _, faults = read(text("k", "k", choices=("must", "optional")), "Must")
    assert faults[0].nearest == "must"
