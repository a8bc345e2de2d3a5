"""The rules of a contradiction cannot hold together, none of them is superfluous, and each names its input."""

from __future__ import annotations

import numpy as np
import pytest

from capplan.build import build
from capplan.case import Case
from capplan.explore import iis
from capplan.explore.diagnose import why
from capplan.explore.iis import Clash, Contradiction, contradiction
from capplan.explore.names import Names
from capplan.messages import Text, msg
from capplan.solution import Reason
from capplan.solvers import Arrays, solve_matrix
from capplan.solvers.elastic import only_rows
from tests.support.full_case import full_case


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return full_case(tmp_path_factory.mktemp("full")).override({"targets.racks-2025.value": 20000})


def rows_of(case: Case, found: Contradiction) -> np.ndarray:
    program = build(case).program
    names = {clash.name for clash in found.clashes}
    return np.array([row for row in range(len(program.matrix().row_lower)) if program.row_name(row) in names])


@pytest.mark.parametrize("empty", [False, True], ids=["highs", "deletion"])
def test_a_contradiction_is_smallest_and_names_inputs(
    case: Case, monkeypatch: pytest.MonkeyPatch, *, empty: bool
) -> None:
    if empty:
        monkeypatch.setattr(iis, "conflicting_rows", lambda *_, **__: np.array([], dtype=np.int64))
    built = build(case)
    arrays = Arrays.of(built.program.matrix())
    found = contradiction(built, arrays, Names(built), seconds=60.0)
    assert found.smallest
    target = next(clash for clash in found.clashes if clash.path == "targets.racks-2025")
    assert target.file == "targets.csv"
    assert found.messages[0].text("en").startswith("these cannot hold together, and without any one")
    assert found.messages[0].text("zh").startswith("以下各项不能同时成立")
    for row in rows_of(case, found).tolist():
        others = np.setdiff1d(np.arange(arrays.height), [row])
        without = only_rows(arrays.relaxed(), others)
        reason = solve_matrix(without, threads=1).termination.reason
        assert reason in {Reason.OPTIMAL, Reason.INFEASIBLE}
        if row == built.program.rows[[b.name for b in built.program.rows].index("target")].start:
            assert reason is Reason.OPTIMAL
    assert {"smallest", "rows", "rules"} == set(found.document("en"))


def test_a_contradiction_is_told_on_request(case: Case) -> None:
    found = why(case, iis=True)
    assert found is not None
    assert found.contradiction is not None
    assert "What contradicts itself" in [section.title for section in found.sections()]
    assert found.document()["contradiction"]["smallest"]


def test_a_program_that_has_a_solution_has_no_contradiction(case: Case) -> None:
    built = build(case.override({"targets.racks-2025.value": 1000}))
    arrays = Arrays.of(built.program.matrix())
    found = contradiction(built, arrays, Names(built), seconds=30.0)
    assert found == Contradiction((), {}, smallest=False)
    assert "no smaller set" in found.messages[0].text("en")


def clash(family: str, place: str, year: int) -> Clash:
    """Return a row of a family."""
    name = f"{family}[{place},{year}]"
    line = msg("{text}", text=name)
    return Clash(
        family, "targets", name, "limits.csv", "x", line, family, Text(zh=place, en=place), str(year)
    )


def test_long_contradictions_are_told_by_kind_and_place() -> None:
    many = [clash("grid_headroom", f"P{number % 6}", 2024 + number % 2) for number in range(25)]
    found = Contradiction(
        (*many, clash("green_share", "all", 2025)), {"sizing": 3, "mine": 1}, smallest=False
    )
    text = [message.text("en") for message in found.messages]
    assert text[0].startswith("these cannot hold together; perhaps fewer")
    assert text[1] == "– green_share[all,2025]"
    assert text[2] == (
        "– grid_headroom: 25 rows, 2024\N{EN DASH}2025; P0 5, P1 4, P2 4, P3 4 and 2 other places; as"
    )
    assert text[3:6] == [
        "   grid_headroom[P0,2024]",
        "   grid_headroom[P1,2025]",
        "all 26 rows one by one: --json",
    ]
    assert text[-1] == "– mine: 1 balances"
    assert len(found.document("zh")["rows"]) == 26
    assert found.document("zh")["rows"][0]["place"] == "P0"


def test_few_rows_are_told_one_by_one() -> None:
    found = Contradiction(
        tuple(clash("target", "A", 2024 + number) for number in range(8)), {}, smallest=True
    )
    assert len(found.messages) == 9
