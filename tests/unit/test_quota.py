"""Quotas: which bound holds when, which sites it counts, and that rows and recount agree."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from capplan.derived import Derived
from capplan.feature import Audit, Context
from capplan.program import Program, Tier
from capplan.quota import check_quota, least_step, limit_rows, post_quota, region_keys
from tests.support.full_case import add
from tests.support.tiny_case import Parts, tiny_case

LABELS = pd.DataFrame({"site_id": ["alpha", "beta", "gamma", "gamma"], "year": [2024, 2024, 2024, 2025]})
HALF = pd.DataFrame({"site_id": ["alpha"], "year": [2024]})


def _edit(parts: Parts) -> None:
    parts.tables["limits"].clear()
    for region, year, bound in (
        ("west", "", "40"),
        ("west", "2025", "30"),
        ("toyland", "2024", "90"),
        ("east", "2031", "1"),
    ):
        add(parts, "limits", limit="land_ha", region=region, year=year, bound=bound, unit="ha")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Derived:
    """Toyland with quotas of land for one region in every year, and for others in single ones."""
    return Derived(tiny_case(tmp_path_factory.mktemp("toyland"), edit=_edit))


def _used(values: np.ndarray) -> list[float]:
    """Land that quotas count [m2] when each hall takes 2 ha, and half a hectare is taken at alpha already."""
    alpha, beta, gamma = values[:3] * 2.0 * 1e4
    return [alpha + beta + gamma + 0.5e4, alpha + beta + 0.5e4, 0.0]


def test_a_year_of_its_own_goes_before_every_year(data: Derived) -> None:
    rows = limit_rows(data, "land_ha")
    assert rows.to_numpy().tolist() == [["toyland", 2024, 90.0], ["west", 2024, 40.0], ["west", 2025, 30.0]]
    assert limit_rows(data, "water_m3").empty


def test_a_row_counts_the_sites_of_its_region(data: Derived) -> None:
    keys = region_keys(data, limit_rows(data, "land_ha"))
    members = {row: sorted(part["site_id"]) for row, part in keys.groupby("row")}
    assert members == {0: ["alpha", "beta", "gamma"], 1: ["alpha", "beta"], 2: ["alpha", "beta"]}
    assert keys[keys["row"] == 2]["year"].unique().tolist() == [2025]


def test_rows_hold_the_ledger_at_the_bound(data: Derived) -> None:
    program = Program()
    program.ledger("land_ha", unit="ha", dimensions=("site_id", "year"))
    program.ledger("brought", unit="ha", dimensions=("resource", "site_id", "year"))
    halls = program.add_columns("halls", LABELS, unit="module")
    program.post("land_ha", LABELS, halls.ids, 2.0)
    program.post_constant("land_ha", HALF, 0.5)
    context = Context(data.case, data, program, None)
    post_quota(context, "land_ha", "land_ha", scale=1e4, unit="m2", tier=Tier.POLICY)
    matrix, limit, values = program.matrix(), context.limits[0], np.array([1.0, 2.0, 3.0, 4.0])
    used = matrix.csr() @ values + limit.constant
    assert used.tolist() == _used(values)
    assert (matrix.row_upper + limit.constant).tolist() == limit.bound.tolist() == [90.0, 40.0, 30.0]
    assert np.isneginf(matrix.row_lower).all()
    assert (program.rows[0].tier, program.rows[0].unit, limit.sign) == (Tier.POLICY, "m2", 1)


def test_the_recount_sees_what_the_rows_see(data: Derived) -> None:
    values = np.array([1.0, 2.0, 3.0, 4.0])
    audit = Audit(data.case, data, {}, None, "land_quota")
    audit.post("land_ha", LABELS, values * 2.0)
    audit.post("land_ha", HALF, [0.5])
    check_quota(audit, "land_ha", "land_ha", scale=1e4, unit="m2", each=LABELS.assign(value=2.0))
    table = audit.limits[0]
    assert table["used"].tolist() == _used(values)
    assert table["room"].tolist() == [90.0 - 125000.0, 40.0 - 65000.0, 30.0]
    assert (audit.results[0].rows, audit.results[0].violation > 0.9) == (3, True)
    assert audit.results[0].worst == "west,2024"


def test_the_least_step_is_that_of_the_smallest_module_above_zero(data: Derived) -> None:
    rows = limit_rows(data, "land_ha")
    each = LABELS.assign(value=[2.0, 0.0, 0.5, 7.0])
    assert least_step(data, rows, each).tolist() == [0.5, 2.0, 0.0]
    assert least_step(data, rows, None).tolist() == [0.0, 0.0, 0.0]


def test_a_case_without_the_limit_gets_no_row(tmp_path: Path) -> None:
    data = Derived(tiny_case(tmp_path, edit=lambda parts: parts.tables["limits"].clear()))
    program = Program()
    program.ledger("land_ha", unit="ha", dimensions=("site_id", "year"))
    program.ledger("brought", unit="ha", dimensions=("resource", "site_id", "year"))
    context = Context(data.case, data, program, None)
    post_quota(context, "land_ha", "land_ha", scale=1.0, unit="ha", tier=Tier.POLICY)
    assert program.matrix().shape == (0, 0)
