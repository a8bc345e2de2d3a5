"""What tests of the report share: a plan of Toyland, its folder, and its report in both languages."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from capplan.influence import influences
from capplan.plan import Plan, read_plan
from capplan.report.book import written
from capplan.report.document.blocks import Document
from tests.support.report_plan import report_plan


@pytest.fixture(scope="session")
def report_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "toy"
    plan = report_plan()
    prices = pd.DataFrame(
        [
            {"kind": "account", "name": "bond", "region": "", "year": 2025, "unit": "CNY", "bound": 1e8,
             "direction": "tighten", "step": 0.05, "bound_new": 0.95e8, "cost_cny": 9e4, "cost_low_cny": 8e4,
             "cost_high_cny": 1e5, "unit_price_cny": 18_000.0, "unit_price_per": "1e6 CNY", "relaxation_cny": 9e4,
             "gap": 0.001, "method": "solve", "status": "priced", "largest_step": None, "binding": False,
             "document_id": "", "input_path": "funding.bond,2025.limit_cny"},
            *(
            {"kind": "target", "name": "added", "region": "toyland", "year": 2025, "unit": "standard_rack",
             "bound": 1000.0, "direction": way, "step": 0.05, "bound_new": new, "cost_cny": cost,
             "cost_low_cny": low, "cost_high_cny": high, "unit_price_cny": 1234.5, "unit_price_per": "standard_rack",
             "relaxation_cny": cost, "gap": 0.001, "method": "solve", "status": status, "largest_step": largest,
             "binding": True, "document_id": "TOY2023", "input_path": "targets.added.value"}
            for way, new, cost, low, high, status, largest in (
                ("tighten", 1050.0, 1_234_567.0, 1_100_000.0, 1_300_000.0, "priced", None),
                ("loosen", 950.0, -765_432.0, -800_000.0, -700_000.0, "priced", None),
                ("require", 1100.0, None, None, None, "impossible", 0.03),
            )
            ),
        ]
    )  # fmt: skip
    whole = Plan(plan.case, {**plan.tables, "prices": prices}, plan.record, plan.certificate)
    return whole.write(folder)


@pytest.fixture(scope="session")
def reported(report_folder: Path) -> Plan:
    return read_plan(report_folder)


@pytest.fixture(scope="session")
def ranking(reported: Plan) -> pd.DataFrame:
    return influences(reported)


@pytest.fixture(scope="session")
def documents(reported: Plan, ranking: pd.DataFrame) -> dict[str, Document]:
    return {lang: written(reported, lang, influences=ranking, dated="2025-01-02") for lang in ("zh", "en")}


@pytest.fixture(params=["zh", "en"])
def document(request: pytest.FixtureRequest, documents: dict[str, Document]) -> Document:
    return documents[request.param]
