"""From values to tables: costs, limits and when they bind, and the sites."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from capplan.build import Built
from capplan.case import Case
from capplan.derived import Derived
from capplan.feature import Limit
from capplan.features import registry
from capplan.program import Program, Terms, Tier
from capplan.tabulate import site_rows, tabulate
from tests.support.solved import Solved, full
from tests.support.tiny_case import tiny_case

YEARS = pd.DataFrame({"region": ["toyland", "toyland", "west"], "year": [2024, 2025, 2025]})


@pytest.fixture(scope="module")
def solved() -> Solved:
    """Toyland with every feature on, solved."""
    return full()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Derived:
    """Toyland as it is."""
    return Derived(tiny_case(tmp_path_factory.mktemp("toyland")))


class Desk:
    """A program of modules and amounts with limits, and no feature but one that tells tables."""

    def __init__(self, data: Derived) -> None:
        self.data, self.program, self.limits = data, Program(), list[Limit]()
        self.count = self.program.add_columns("count", YEARS, unit="module")
        self.amount = self.program.add_columns("amount", YEARS, unit="MWh/yr")
        self.program.ledger("cost", unit="CNY/yr", dimensions=("term", "year", "site_id"))

    def limit(self, name: str, terms: Terms, bound: list[float], *, least: bool = False) -> None:
        """Add a limit over region and year."""
        constant = np.array([0.0, 0.0, 1.0])
        sides = {"lower": bound - constant} if least else {"upper": bound - constant}
        rows = self.program.add_rows(name, YEARS, [terms], unit="ha", tier=Tier.POLICY, **sides)
        self.limits.append(Limit(rows, np.array(bound), constant, terms, -1 if least else 1))

    def tables(self, values: list[float], **given: pd.DataFrame) -> dict[str, pd.DataFrame]:
        """Return the tables of values."""
        empty = {
            "capacity": pd.DataFrame(
                {"site_id": [], "technology": [], "year": [], "modules": [], "it_mw": []}
            ),
            "energy": pd.DataFrame({"site_id": [], "year": [], "it_mwh": [], "facility_mwh": []}),
            "builds": pd.DataFrame({"site_id": [], "action": [], "year": []}),
        }
        teller = dataclasses.replace(registry()["energy"], tables=lambda _: empty | given)
        features = {"teller": (teller, registry()["energy"].parameters())}
        return tabulate(
            Built(self.data.case, self.data, self.program, features, self.limits), np.array(values)
        )


def test_a_limit_binds_when_one_more_module_would_not_fit(data: Derived) -> None:
    desk = Desk(data)
    desk.limit("land_ha", Terms.of([0, 1, 2], desk.count.ids, 2.0), [10.0, 10.0, 10.0])
    found = desk.tables([4.0, 4.6, 4.0, 0.0, 0.0, 0.0])["limits"]
    assert found["used"].tolist() == [8.0, 9.2, 9.0]
    assert found["binding"].tolist() == [False, True, True], "room for 1, 0.4 and 0.5 modules"
    assert found[["limit", "region", "year", "bound", "unit"]].to_numpy().tolist() == [
        ["land_ha", "toyland", 2024, 10.0, "ha"],
        ["land_ha", "toyland", 2025, 10.0, "ha"],
        ["land_ha", "west", 2025, 10.0, "ha"],
    ]


def test_a_limit_of_amounts_binds_only_at_its_bound(data: Derived) -> None:
    desk = Desk(data)
    desk.limit("energy_gwh", Terms.of([0, 1, 2], desk.amount.ids), [10.0, 10.0, 10.0])
    found = desk.tables([9.0, 9.0, 9.0, 9.9999, 10.0, 9.0 - 1e-7])["limits"]
    assert found["binding"].tolist() == [False, True, True]


def test_at_least_binds_from_above_and_mixed_rows_only_at_the_bound(data: Derived) -> None:
    desk = Desk(data)
    both = Terms.of([0, 0, 1, 2], [*desk.count.ids[[0]], *desk.amount.ids])
    desk.limit("share", both, [3.0, 3.0, 3.0], least=True)
    found = desk.tables([3.0, 0.0, 0.0, 0.5, 3.0, 2.5])["limits"]
    assert found["used"].tolist() == [3.5, 3.0, 3.5]
    assert found["binding"].tolist() == [False, True, False]


def test_a_feature_may_know_better_what_is_used(data: Derived) -> None:
    desk = Desk(data)
    desk.limit("coverage", Terms.of([0, 1, 2], desk.amount.ids), [10.0, 10.0, 10.0])
    better = pd.DataFrame({"limit": ["coverage"], "region": ["toyland"], "year": [2025], "used": [10.0]})
    found = desk.tables([0.0] * 3 + [1.0, 2.0, 3.0], limits=better)["limits"]
    assert found["used"].tolist() == [1.0, 10.0, 4.0]
    assert found["binding"].tolist() == [False, True, False]


def test_no_limit_and_no_site_still_give_tables(data: Derived) -> None:
    tables = Desk(data).tables([0.0] * 6)
    assert tables["limits"].empty
    assert {"limit", "region", "year", "bound", "used", "binding", "unit"} <= set(tables["limits"].columns)
    assert tables["sites"].empty
    assert tables["sites"][["pue", "land_ha", "connection_mva"]].dtypes.eq(float).all()


def test_costs_are_discounted_and_noise_is_left_out(data: Derived) -> None:
    desk = Desk(data)
    keys = pd.DataFrame(
        {"term": ["energy"] * 3, "year": [2024, 2025, 2025], "site_id": ["alpha", "alpha", "beta"]}
    )
    desk.program.post("cost", keys, desk.count.ids, 100.0)
    costs = desk.tables([1.0, -2.0, 1e-12, 0.0, 0.0, 0.0])["costs"]
    assert costs[["term", "year", "site_id"]].to_numpy().tolist() == [
        ["energy", 2024, "alpha"],
        ["energy", 2025, "alpha"],
    ]
    np.testing.assert_allclose(costs["cny"], [100 / 1.06, -200 / 1.06**2])


def test_costs_sum_to_the_objective(solved: Solved) -> None:
    matrix = solved.built.program.matrix()
    objective = matrix.cost @ solved.values + matrix.offset
    assert solved.tables["costs"]["cny"].sum() == pytest.approx(objective, rel=1e-9)


def _capacity(*rows: tuple[str, str, int, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["site_id", "technology", "modules", "it_mw"])
    return frame.assign(year=2025)


def _sites(case: Case, capacity: pd.DataFrame, **more: pd.DataFrame) -> pd.DataFrame:
    energy = capacity[["site_id", "year"]].drop_duplicates().assign(it_mwh=8000.0, facility_mwh=10000.0)
    builds = pd.DataFrame(
        {
            "site_id": ["gamma", "gamma", "alpha"],
            "action": ["build", "committed", "build"],
            "year": [2025, 2024, 2025],
        }
    )
    tables = {"capacity": capacity, "energy": energy, "builds": builds} | more
    return site_rows(Derived(case), tables).set_index("site_id")


def test_sites_say_whether_they_stood_are_new_or_only_edge(data: Derived) -> None:
    capacity = _capacity(
        ("alpha", "cloud-hall", 2, 2.5),
        ("alpha", "ai-hall", 2, 0.6),
        ("beta", "edge-node", 1, 0.125),
        ("gamma", "ai-hall", 5, 1.5),
    )
    found = _sites(data.case, capacity)
    assert found["status"].to_dict() == {"alpha": "existing", "beta": "edge", "gamma": "new"}
    assert found["opened_year"].fillna(0).to_dict() == {"alpha": 2018, "beta": 0, "gamma": 2024}
    assert found["land_ha"].to_dict() == pytest.approx({"alpha": 1.4, "beta": 0.02, "gamma": 1.0})
    assert found["pue"].tolist() == [1.25] * 3
    assert found["cooling"].tolist() == [
        data.plant.loc[(site, hall), "cooling"]
        for site, hall in (("alpha", "cloud-hall"), ("beta", "edge-node"), ("gamma", "ai-hall"))
    ]


def test_converted_sites_say_so_and_what_is_gone_is_no_site(data: Derived) -> None:
    converted = pd.DataFrame({"site_id": ["alpha"]})
    found = _sites(data.case, _capacity(("alpha", "cloud-hall", 2, 2.5)), retrofits=converted)
    assert found["status"].to_dict() == {"alpha": "retrofitted"}


def test_connections_hold_what_is_contracted_and_the_peak_of_edge_nodes(data: Derived) -> None:
    contracted = pd.DataFrame(
        {"site_id": ["beta", "beta"], "year": [2024, 2025], "contracted_mva": [3.0, 4.0]}
    )
    found = _sites(
        data.case,
        _capacity(("beta", "edge-node", 2, 0.25), ("beta", "ai-hall", 1, 0.3)),
        connections=contracted,
    )
    node = data.plant.loc[("beta", "edge-node")]
    peak = 0.25 * (node["fixed"] + node["variable_peak"])
    assert found.loc["beta", "connection_mva"] == pytest.approx(4.0 + peak / 0.95)


def test_a_solved_case_has_one_row_for_each_site_that_holds_something(solved: Solved) -> None:
    capacity = solved.tables["capacity"]
    assert sorted(solved.tables["sites"]["site_id"]) == sorted(
        set(capacity[capacity["year"] == 2025]["site_id"])
    )
    assert (solved.tables["sites"]["pue"] >= 1.0).all()
