"""The program: labelled blocks, ledgers, and the matrix compared with one written by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from capplan.errors import ModelError
from capplan.program import Ledger, Program, Terms, Tier

SITES = pd.DataFrame({"site_id": ["a", "a", "b"], "year": [2024, 2025, 2024]})


@pytest.fixture
def program() -> Program:
    """Five variables: `count` at three places, `open` at two."""
    made = Program()
    made.add_columns("count", SITES, unit="module", lower=[0, 1, 2], upper=9.0, integer=True)
    made.add_columns("open", SITES.iloc[[0, 2]], unit="campus", upper=1.0)
    return made


def test_blocks_stand_one_after_another(program: Program) -> None:
    count, opened = program.columns["count"], program.columns["open"]
    assert (count.start, count.stop, opened.start, opened.stop, program.width) == (0, 3, 3, 5, 5)
    assert opened.ids.tolist() == [3, 4]
    assert opened.index.index.tolist() == [0, 1]


def test_labels_are_found_in_any_order_and_with_other_columns(program: Program) -> None:
    wanted = pd.DataFrame({"year": [2024, 2024, 2025], "site_id": ["b", "a", "b"], "more": [1, 2, 3]})
    assert program.columns["count"].find(wanted).tolist() == [2, 0, -1]
    assert program.columns["open"].find(wanted).tolist() == [4, 3, -1]
    assert program.columns["open"].find(wanted.iloc[:0]).tolist() == []
    empty = program.add_columns("none", SITES.iloc[:0], unit="module")
    assert empty.find(wanted).tolist() == [-1, -1, -1]


def test_bounds_are_those_of_the_block(program: Program) -> None:
    program.add_columns("none", SITES.iloc[:0], unit="module")
    last = program.add_columns("last", SITES, unit="MW", upper=[1, 2, 3])
    assert program.upper(program.columns["count"]).tolist() == [9, 9, 9]
    assert program.upper(program.columns["open"]).tolist() == [1, 1]
    assert program.upper(last).tolist() == [1, 2, 3]


def test_names_are_given_once(program: Program) -> None:
    with pytest.raises(ModelError, match="'count' are defined twice"):
        program.add_columns("count", SITES, unit="module")
    program.add_rows("room", SITES, [], unit="module", tier=Tier.PHYSICS)
    with pytest.raises(ModelError, match="'room' are defined twice"):
        program.add_rows("room", SITES, [], unit="module", tier=Tier.PHYSICS)


@pytest.mark.parametrize(("row", "column"), [(3, 0), (0, 5)])
def test_rows_cannot_point_beyond_the_program(program: Program, row: int, column: int) -> None:
    with pytest.raises(ModelError, match="does not exist"):
        program.add_rows("room", SITES, [Terms.of([row], [column])], unit="module", tier=Tier.PHYSICS)


def test_terms_without_a_variable_fall_away() -> None:
    terms = Terms.of([0, 1, -1], [4, -1, 2], 3.0).scaled(-2.0)
    assert (terms.row.tolist(), terms.column.tolist(), terms.coefficient.tolist()) == ([0], [4], [-6.0])


def test_the_matrix_is_the_one_written_by_hand(program: Program) -> None:
    count, opened = program.columns["count"], program.columns["open"]
    program.feature = "sizing"
    program.add_rows(
        "campus_open",
        SITES.iloc[[0, 2]],
        [Terms.of([0, 1], count.ids[[0, 2]]), Terms.of([0, 1], opened.ids, [-9, -9])],
        unit="module",
        tier=Tier.PHYSICS,
        upper=0.0,
    )
    whole = pd.DataFrame({"year": [2024]})
    both = [Terms.of([0, 0], [0, 2], 2.0), Terms.of([0, 0, 0], [0, 2, 1], [1.0, -2.0, 5.0])]
    program.add_rows("target", whole, both, unit="module", tier=Tier.TARGET, lower=4.0)
    program.minimise([0, 1, 0], [1.0, 2.0, 10.0], constant=7.0)
    program.minimise(opened.ids, 100.0)
    matrix = program.matrix()
    dense = [[1, 0, 0, -9, 0], [0, 0, 1, 0, -9], [3, 5, 0, 0, 0]]
    assert matrix.shape == (3, 5)
    assert matrix.csr().toarray().tolist() == dense
    assert matrix.indptr.tolist() == [0, 2, 4, 6]
    assert matrix.cost.tolist() == [11, 2, 0, 100, 100]
    assert matrix.offset == 7.0
    assert matrix.row_lower.tolist() == [-np.inf, -np.inf, 4]
    assert matrix.row_upper.tolist() == [0, 0, np.inf]
    assert matrix.column_lower.tolist() == [0, 1, 2, 0, 0]
    assert matrix.column_upper.tolist() == [9, 9, 9, 1, 1]
    assert matrix.integer.tolist() == [True, True, True, False, False]
    assert [(rows.name, rows.feature, rows.start, rows.stop) for rows in program.rows] == [
        ("campus_open", "sizing", 0, 2),
        ("target", "sizing", 2, 3),
    ]
    assert (program.row_name(1), program.column_name(4)) == ("campus_open[b,2024]", "open[b,2024]")
    with pytest.raises(ModelError, match="position 3"):
        program.row_name(3)


def test_an_empty_program_has_a_matrix() -> None:
    matrix = Program().matrix()
    assert matrix.shape == (0, 0)
    assert matrix.csr().nnz == 0


def _ledger(program: Program) -> Ledger:
    book = program.ledger("land_ha", unit="ha", dimensions=("site_id", "year"))
    count = program.columns["count"]
    program.post("land_ha", count.index.assign(more=1), count.ids, [0.5, 0.5, 2.0])
    program.post("land_ha", SITES, [0, -1, 2], [1.0, 8.0, 0.0])
    program.post_constant("land_ha", SITES, [10.0, 0.0, 30.0])
    return book


def test_a_ledger_keeps_what_is_posted(program: Program) -> None:
    book = _ledger(program)
    assert book.entries()["coefficient"].tolist() == [0.5, 0.5, 2.0, 1.0]
    assert book.constants()["value"].tolist() == [10.0, 30.0]
    found = book.evaluate(np.array([2.0, 4.0, 1.0, 0.0, 0.0]))
    assert found.to_numpy().tolist() == [["a", 2024, 13.0], ["a", 2025, 2.0], ["b", 2024, 32.0]]


def test_a_ledger_is_read_into_rows_by_some_of_its_dimensions(program: Program) -> None:
    book = _ledger(program)
    mapping = pd.DataFrame({"site_id": ["a", "b", "b"], "row": [0, 0, 1], "weight": [1.0, 0.5, 2.0]})
    terms, constant = book.read(mapping, 3)
    assert constant.tolist() == [10.0 + 15.0, 60.0, 0.0]
    dense = np.zeros((3, program.width))
    np.add.at(dense, (terms.row, terms.column), terms.coefficient)
    assert dense[:, :3].tolist() == [[1.5, 0.5, 1.0], [0, 0, 4.0], [0, 0, 0]]
    values = np.array([2.0, 4.0, 1.0, 0.0, 0.0])
    by_site = book.evaluate(values).groupby("site_id")["value"].sum()
    assert (dense @ values + constant)[0] == by_site["a"] + 0.5 * by_site["b"]


def test_a_ledger_can_be_read_whole(program: Program) -> None:
    terms, constant = _ledger(program).read(pd.DataFrame({"row": [0]}), 1)
    assert constant.tolist() == [40.0]
    assert sorted(terms.column.tolist()) == [0, 0, 1, 2]


def test_an_empty_ledger_reads_as_nothing() -> None:
    book = Program().ledger("water_m3", unit="m3/yr", dimensions=("site_id", "year"))
    terms, constant = book.read(pd.DataFrame({"site_id": ["a"], "row": [0]}), 1)
    assert (len(terms.row), constant.tolist()) == (0, [0.0])
    assert book.evaluate(np.zeros(0)).empty


def test_ledgers_agree_on_their_unit_and_must_be_open(program: Program) -> None:
    program.ledger("cost", unit="CNY/yr", dimensions=("term", "year"))
    assert program.ledger("cost", unit="CNY/yr", dimensions=("term", "year")) is program.ledgers["cost"]
    for unit, dimensions in (("CNY", ("term", "year")), ("CNY/yr", ("term",))):
        with pytest.raises(ModelError, match="is kept in CNY/yr"):
            program.ledger("cost", unit=unit, dimensions=dimensions)
    with pytest.raises(ModelError, match="'costs' was never opened; known: cost"):
        program.post("costs", SITES, [0, 1, 2])
