"""What IT load adds to the ledgers, by hand; as variables and as recounted amounts alike."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from capplan.derived import Derived
from capplan.feature import Audit, Context
from capplan.ledgers import (
    HOURS,
    LEDGERS,
    load_factors,
    open_ledgers,
    post_idle,
    post_load,
    recount_idle,
    recount_load,
)
from capplan.program import Program
from tests.support.tiny_case import tiny_case

LABELS = pd.DataFrame(
    {"site_id": ["gamma", "alpha"], "technology": ["edge-node", "cloud-hall"], "year": [2025, 2024]}
)
KW, MEAN, PEAK = np.array([2.5, 2.5]), np.array([0.6, 0.5]), np.array([0.8, 0.7])
AMOUNTS = np.array([3.0, 400.0])


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Derived:
    """Toyland as it is."""
    return Derived(tiny_case(tmp_path_factory.mktemp("toyland")))


def _program() -> Program:
    program = Program()
    open_ledgers(program)
    program.add_columns("x", LABELS, unit="unit")
    return program


def _by_row(program: Program, ledger: str) -> list[float]:
    found = program.ledgers[ledger].entries().set_index("column")["coefficient"]
    return [float(found.get(column, 0.0)) for column in (0, 1)]


def test_every_ledger_is_opened_with_its_unit_and_can_be_opened_again() -> None:
    program = _program()
    open_ledgers(program)
    assert {name: (book.unit, book.dimensions) for name, book in program.ledgers.items()} == {
        name: (unit, dimensions) for name, (unit, dimensions, _) in LEDGERS.items()
    }
    assert all(meaning for _, _, meaning in LEDGERS.values())


def test_factors_are_aligned_with_their_labels(data: Derived) -> None:
    factors = load_factors(data, LABELS)
    assert factors["campus"].tolist() == [False, True]
    assert factors["variable"].tolist() == [
        data.plant.loc[("gamma", "edge-node"), "variable"],
        data.plant.loc[("alpha", "cloud-hall"), "variable"],
    ]


def test_one_unit_of_load_by_hand(data: Derived) -> None:
    program = _program()
    post_load(Context(data.case, data, program, None), LABELS, np.array([0, 1]), KW, MEAN, PEAK)
    plant = data.plant.loc[("alpha", "cloud-hall")]
    it_mwh = 2.5 * 0.5 * 8.76
    facility = it_mwh * plant["variable"]
    wanted = {
        "it_energy": it_mwh,
        "facility_energy": facility,
        "facility_peak": 2.5e-3 * 0.7 * plant["variable_peak"],
        "water_m3": it_mwh * plant["water"],
        "emissions_t": facility * 0.49,
        "cost": facility * 1000.0 * plant["price"],
    }
    assert {name: _by_row(program, name)[1] for name in wanted} == pytest.approx(wanted)
    assert program.ledgers["cost"].entries()["term"].unique().tolist() == ["energy"]
    assert program.ledgers["facility_peak"].entries()["campus"].tolist() == [False, True]
    assert {name for name, book in program.ledgers.items() if len(book.entries())} == set(wanted)


def test_one_idle_module_by_hand(data: Derived) -> None:
    program = _program()
    post_idle(Context(data.case, data, program, None), LABELS, np.array([0, 1]))
    plant = data.plant.loc[("alpha", "cloud-hall")]
    overhead = 1.25 * plant["fixed"]
    wanted = {
        "facility_energy": overhead * HOURS,
        "facility_peak": overhead,
        "design_peak": overhead + 1.25 * plant["variable_peak"],
        "emissions_t": overhead * HOURS * 0.49,
        "cost": overhead * HOURS * 1000.0 * plant["price"],
    }
    assert {name: _by_row(program, name)[1] for name in wanted} == pytest.approx(wanted)


def test_a_full_hall_peaks_at_its_design(data: Derived) -> None:
    """Idle and load together are the design peak when every rack is in use at its peak."""
    program = _program()
    context = Context(data.case, data, program, None)
    post_idle(context, LABELS, np.array([0, 1]))
    post_load(context, LABELS, np.array([0, 1]), np.array([125.0, 1250.0]), MEAN, np.ones(2))
    peak = program.ledgers["facility_peak"].evaluate(np.ones(2))
    design = program.ledgers["design_peak"].evaluate(np.ones(2))
    pd.testing.assert_frame_equal(peak, design)


def test_recounted_amounts_are_those_of_the_variables(data: Derived) -> None:
    program = _program()
    context = Context(data.case, data, program, None)
    post_load(context, LABELS, np.array([0, 1]), KW, MEAN, PEAK)
    post_idle(context, LABELS, np.array([0, 1]))
    audit = Audit(data.case, data, {}, None, "service")
    recount_load(audit, LABELS, AMOUNTS, KW, MEAN, PEAK)
    recount_idle(audit, LABELS, AMOUNTS)
    for name in audit.books:
        book = program.ledgers[name]
        found = audit.ledger(name, list(book.dimensions))
        pd.testing.assert_frame_equal(found, book.evaluate(AMOUNTS), check_dtype=False)
    assert set(audit.books) == {name for name, book in program.ledgers.items() if len(book.entries())}
