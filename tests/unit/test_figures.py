"""Key figures, utilisation and latency from a plan's tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from capplan.derived import Derived
from capplan.figures import key_figures, latency_by_class, utilisation
from tests.support.solved import Solved, full
from tests.support.tiny_case import tiny_case

Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Derived:
    """Toyland as it is."""
    return Derived(tiny_case(tmp_path_factory.mktemp("toyland")))


@pytest.fixture
def tables() -> Tables:
    """Two cloud halls, an AI hall and two edge nodes in 2025, the halls alone in 2024."""
    names = [
        "site_id",
        "technology",
        "year",
        "modules",
        "standard_racks",
        "pflops_fp16",
        "pflops_fp64",
        "it_mw",
    ]
    capacity = [
        ("alpha", "cloud-hall", 2024, 2, 1000.0, 0.0, 0.0, 2.5),
        ("alpha", "cloud-hall", 2025, 2, 1000.0, 0.0, 0.0, 2.5),
        ("alpha", "ai-hall", 2025, 1, 120.0, 100.0, 0.0, 0.3),
        ("gamma", "edge-node", 2025, 2, 100.0, 0.0, 0.0, 0.25),
    ]
    hosting = [
        ("alpha", "cloud-hall", "regional", 2024, 500.0),
        ("alpha", "cloud-hall", "regional", 2025, 600.0),
        ("alpha", "cloud-hall", "archive", 2025, 150.0),
        ("alpha", "ai-hall", "training", 2025, 80.0),
    ]
    energy = [
        ("alpha", 2024, 1.0, 9.0, 9.0, 9.0, 9.0, 9.0),
        ("alpha", 2025, 6000.0, 7200.0, 1.5, 1800.0, 3000.0, 50.0),
        ("gamma", 2025, 2000.0, 2800.0, 0.5, 700.0, 1000.0, 25.0),
    ]
    service = [
        ("regional", 2025, 300.0, 2.0, 10.0),
        ("regional", 2025, 100.0, 6.0, 10.0),
        ("archive", 2025, 50.0, 8.0, np.nan),
    ]
    return {
        "capacity": pd.DataFrame(capacity, columns=names),
        "hosting": pd.DataFrame(hosting, columns=["site_id", "technology", "class", "year", "amount"]),
        "energy": pd.DataFrame(
            energy,
            columns=[
                "site_id",
                "year",
                "it_mwh",
                "facility_mwh",
                "peak_mw",
                "green_mwh",
                "emissions_t",
                "water_m3",
            ],
        ),
        "service": pd.DataFrame(
            service, columns=["class", "year", "amount", "latency_ms", "latency_limit_ms"]
        ),
        "builds": pd.DataFrame({"capex_cny": [3e6, 2e6]}),
        "sites": pd.DataFrame({"land_ha": [1.4, 0.04], "connection_mva": [10.0, 0.5]}),
    }


def test_key_figures_are_those_of_the_last_year(data: Derived, tables: Tables) -> None:
    found = key_figures(data, tables)
    wanted = {
        "standard_racks": 1220.0, "pflops_fp16": 100.0, "pflops_fp64": 0.0, "it_installed_mw": 3.05,
        "edge_nodes": 2.0, "sites": 2.0, "facility_gwh": 10.0, "peak_mw": 2.0, "green_share": 0.25, "pue": 1.25,
        "emissions_kt": 4.0, "water_m3": 75.0, "rack_utilisation": 750 / 1100, "empty_racks": 350.0,
        "capex_cny": 5e6, "land_ha": 1.44, "connection_mva": 10.5,
    }  # fmt: skip
    assert found == pytest.approx(wanted, abs=1e-6)


def test_nothing_built_gives_figures_of_zero(data: Derived, tables: Tables) -> None:
    found = key_figures(data, {name: frame.iloc[:0] for name, frame in tables.items()})
    assert set(found.values()) == {0.0}


def test_racks_of_ai_halls_are_counted_by_their_compute(data: Derived, tables: Tables) -> None:
    found = utilisation(data, tables).set_index(["unit", "year"])
    assert found.loc[("standard_rack", 2025)].tolist() == [1100.0, 750.0]
    assert found.loc[("standard_rack", 2024)].tolist() == [1000.0, 500.0]
    assert found.loc[("pflops_fp16", 2025)].tolist() == [100.0, 80.0]


def test_latency_is_weighted_by_service(tables: Tables) -> None:
    found = latency_by_class(tables).set_index(["class", "year"])
    assert found.loc[("regional", 2025)].to_dict() == {"limit": 10.0, "worst": 6.0, "mean": 3.0}
    assert np.isnan(found.loc[("archive", 2025), "limit"])
    assert found.loc[("archive", 2025), "mean"] == 8.0


def test_a_solved_case_uses_no_more_than_it_holds() -> None:
    solved: Solved = full()
    used = utilisation(solved.built.data, solved.tables)
    assert (used["used"] <= used["held"] * (1 + 1e-9)).all()
    figures = key_figures(solved.built.data, solved.tables)
    assert figures["pue"] >= 1.0
    assert 0.0 <= figures["green_share"] <= 1.0
    assert 0.0 < figures["rack_utilisation"] <= 1.0
