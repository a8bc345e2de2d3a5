"""What `why` proposes, applied with ``--set``, can be planned: over random small regions asked for too much."""

from __future__ import annotations

from pathlib import Path

import pytest

from capplan.build import build
from capplan.case import Case, load_case, parse_setting
from capplan.errors import InputError
from capplan.explore.diagnose import why
from capplan.solvers import solve_matrix
from tests.support.random_case import drawn
from tests.support.tiny_case import write_parts

REGIONS = 6
MUCH: tuple[tuple[str, str, float], ...] = (
    ("targets", "value", 50.0),
    ("grid_nodes", "headroom_mva", 0.02),
    ("limits", "bound", 0.1),
    ("funding", "limit_cny", 0.01),
    ("sites", "land_max_ha", 0.05),
)


def asked_too_much(case: Case, which: int) -> Case:
    """Return a case of which a number of every row of one table is far too large or too small."""
    for table, column, factor in (*MUCH[which % len(MUCH) :], *MUCH):
        frame = case.table(table)
        for name in (column, f"{column}_low", f"{column}_high"):
            if name in frame:
                frame[name] = frame[name].astype(float) * factor
        if len(frame):
            try:
                return case.replace(tables={table: frame})
            except InputError:
                continue
    return case


@pytest.mark.parametrize("number", range(REGIONS))
def test_proposals_are_enough(number: int, tmp_path: Path) -> None:
    case = load_case(write_parts(drawn(REGIONS)[number], tmp_path / "case"))
    asked = asked_too_much(case, number)
    found = why(asked, threads=1, time_limit=40.0)
    if found is None:
        assert solve_matrix(build(asked).program.matrix(), threads=1).values is not None
        return
    assert found.proven or not found.possible
    for way in found.proven:
        given = dict(parse_setting(option.removeprefix("--set ")) for option in way.options)
        assert solve_matrix(build(asked.override(given)).program.matrix(), threads=1).values is not None
