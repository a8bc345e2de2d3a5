"""The certificate rejects what is not so: halved cells, rows lost, doubled or moved, words exchanged.

Two plans are attacked: Toyland with every feature on, in one period for numbers (every cell) and in two for the rest.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest

import capplan.certificate
import capplan.feature
from capplan.certificate import TOLERANCE, certify
from capplan.derived import Derived
from capplan.errors import ModelError
from capplan.feature import Recount
from tests.support.solved import Solved, full, full_one_period

NUMBERED = ("capacity", "service", "energy", "builds")
OTHERS = ("costs", "limits", "targets", "sites", "contracts", "replicas", "hosting", "connections", "funding", "payments", "campuses", "coverage", "retrofits", "projects")  # fmt: skip


@pytest.fixture(autouse=True)
def _derived_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what follows from a case, which no attack changes, from one certificate to the next."""
    monkeypatch.setattr(capplan.certificate, "Derived", _kept)


_KEPT: dict[int, Derived] = {}


def _kept(case: object) -> Derived:
    if id(case) not in _KEPT:
        _KEPT[id(case)] = Derived(case)  # type: ignore[arg-type]
    return _KEPT[id(case)]


class EnoughError(ValueError):
    """A family of rows does not hold, so that the certificate cannot hold either."""


def first_failure(family: str, feature: str, rows: int, violation: float, worst: str) -> Recount:
    """Return a family that holds.

    Raises
    ------
    EnoughError
        Where it does not: what the certificate says of the families after it would change nothing.
    """
    found = Recount(family, feature, rows, violation, worst)
    if not violation <= TOLERANCE:
        raise EnoughError(worst)
    return found


def refused(plan: Solved, table: str, frame: pd.DataFrame) -> bool:
    """Return whether a plan with another table fails, or is no plan at all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(capplan.feature, "Recount", first_failure)
        try:
            return not certify(plan.built.case, {**plan.tables, table: frame}, plan.record).holds
        except (KeyError, TypeError, ValueError, ModelError):
            return True


def test_what_holds_is_not_refused() -> None:
    for plan in (full(), full_one_period()):
        assert not refused(plan, "capacity", plan.tables["capacity"])


def numbers(frame: pd.DataFrame) -> list[str]:
    """Return the names of the columns of numbers."""
    return [
        name
        for name in frame
        if frame[name].dtype.kind in "if" or str(frame[name].dtype) in ("Int64", "Float64")
    ]


def words(frame: pd.DataFrame) -> list[str]:
    """Return the names of the columns of words and of yes and no."""
    return [name for name in frame if name not in numbers(frame)]


def halves(frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Return the frame with each non-zero number halved in turn."""
    for column in numbers(frame):
        cells = frame[column].astype("Float64")
        for place in frame.index[(cells.fillna(0.0) != 0.0).to_numpy()]:
            changed = frame.astype({column: "Float64"} if cells.isna().any() else {column: float})
            changed.loc[place, column] = float(cells[place]) / 2
            yield f"{column}, row {place}", changed


def survivors(plan: Solved, table: str, attacks: Iterator[tuple[str, pd.DataFrame]]) -> list[str]:
    """Return the attacks that the certificate does not notice."""
    return [name for name, frame in attacks if not refused(plan, table, frame)]


@pytest.mark.parametrize("table", NUMBERED)
def test_every_halved_cell_is_rejected(table: str) -> None:
    plan = full_one_period()
    assert certify(plan.built.case, plan.tables, plan.record).holds
    assert survivors(plan, table, halves(plan.tables[table])) == []
    assert survivors(plan, table, larger(plan.tables[table])) == []


def larger(frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Return the frame with each column of numbers a little larger."""
    for column in numbers(frame):
        if (frame[column].fillna(0) != 0).any():
            yield f"{column}, larger", frame.assign(**{column: frame[column].astype("Float64") * (1 + 1e-4)})


def sampled(frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Return the frame with one number of each column halved, and with each column a little larger."""
    for column in numbers(frame):
        cells = frame[column].astype("Float64").fillna(0.0)
        if not (cells != 0).any():
            continue
        place = cells.abs().astype(float).idxmax()
        changed = frame.astype({column: "Float64"} if frame[column].isna().any() else {column: float})
        changed.loc[place, column] = float(cells[place]) / 2
        yield f"{column}, row {place}", changed
    yield from larger(frame)


@pytest.mark.parametrize("table", OTHERS)
def test_numbers_of_every_other_table_are_checked(table: str) -> None:
    plan = full()
    assert survivors(plan, table, sampled(plan.tables[table])) == []


def reworded(frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Return the frame with one cell of each column of words exchanged."""
    for column in words(frame):
        changed = frame.copy()
        if frame[column].dtype == bool:
            changed.loc[0, column] = not frame.loc[0, column]
        else:
            others = [value for value in frame[column].unique() if value != frame.loc[0, column]]
            changed.loc[0, column] = others[0] if others else "another"
        yield column, changed


@pytest.mark.parametrize("table", [*NUMBERED, *OTHERS])
def test_words_of_every_table_are_checked(table: str) -> None:
    plan = full()
    assert survivors(plan, table, reworded(plan.tables[table])) == []


def misplaced(frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Return the frame without its last row, with it twice, and empty."""
    yield "a row less", frame.iloc[:-1]
    yield "the first row twice", pd.concat([frame, frame.iloc[[0]]], ignore_index=True)
    yield "no row", frame.iloc[:0]


@pytest.mark.parametrize("table", [*NUMBERED, *OTHERS])
def test_rows_lost_or_doubled_are_rejected(table: str) -> None:
    plan = full()
    assert survivors(plan, table, misplaced(plan.tables[table])) == []


def moved() -> Iterator[tuple[str, pd.DataFrame]]:
    """Return the builds with one moved to another year, site or technology, and one undone."""
    builds = full().tables["builds"]
    place = builds.index[builds["action"] == "build"][0]
    for column, value in (("year", 2024), ("year", 2025), ("site_id", "beta"), ("technology", "edge-node")):
        if builds.loc[place, column] != value:
            changed = builds.copy()
            changed.loc[place, column] = value
            yield f"{column} {value}", changed
    undone = builds.iloc[[place]].assign(modules=-1, year=2025)
    yield "undone", pd.concat([builds, undone], ignore_index=True)


def test_a_build_moved_is_rejected() -> None:
    assert survivors(full(), "builds", moved()) == []


@pytest.mark.parametrize("objective", [float("nan"), 0.0, 1.0001])
def test_another_objective_is_rejected(objective: float) -> None:
    plan = full()
    stated = plan.record["objective_cny"] * objective
    assert not certify(plan.built.case, plan.tables, {"objective_cny": stated}).holds


def test_an_unknown_table_does_not_hide_a_missing_one() -> None:
    plan = full()
    tables = {("other" if name == "capacity" else name): frame for name, frame in plan.tables.items()}
    try:
        holds = certify(plan.built.case, tables, plan.record).holds
    except (KeyError, TypeError, ValueError, ModelError):
        holds = False
    assert not holds
