"""Plan tables: the one form that every table of a plan has."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from capplan.errors import ModelError
from capplan.plan_tables import PLAN_TABLES, conform, empty
from tests.support.sample_plan import sample_tables

CONTRACT = {
    "capacity": "site_id prefecture_adcode technology year modules standard_racks pflops_fp16 pflops_fp64 it_mw",
    "builds": "site_id technology year modules action capex_cny",
    "sites": "site_id name_zh name_en prefecture_adcode zone_id lon lat status opened_year cooling pue"
    " connection_mva land_ha",
    "targets": "target_id region metric year relation kind required achieved margin binding document_id",
    "service": "zone_id class site_id year amount unit route_km latency_ms latency_limit_ms",
    "energy": "site_id year it_mwh facility_mwh grid_mwh green_mwh green_share cost_cny",
    "contracts": "site_id group zone type year mw mwh price_cny_per_mwh offer_id",
    "replicas": "zone_id class primary_site_id copy_site_id year amount unit distance_km route_diverse",
    "costs": "term year site_id cny",
    "limits": "limit region year bound used binding",
}


def test_tables_and_columns_are_those_of_the_contract() -> None:
    required = {
        name: " ".join(column.name for column in table.columns if column.required)
        for name, table in PLAN_TABLES.items()
    }
    assert required == CONTRACT


@pytest.mark.parametrize("name", PLAN_TABLES)
def test_every_table_speaks_both_languages_and_has_a_key(name: str) -> None:
    table = PLAN_TABLES[name]
    names = [column.name for column in table.columns]
    assert len(set(names)) == len(names)
    assert set(table.key) <= set(names)
    assert table.heading("zh") != table.heading("en")
    assert table.about_zh.endswith("。")
    assert table.about_en.endswith(".")
    assert all(column.zh and column.en and column.zh != column.en for column in table.columns)


@pytest.mark.parametrize("name", PLAN_TABLES)
def test_an_empty_table_is_in_form(name: str) -> None:
    assert_frame_equal(conform(name, empty(name)), empty(name))


@pytest.mark.parametrize("name", sorted(PLAN_TABLES.keys() & sample_tables().keys()))
def test_form_depends_neither_on_order_of_rows_nor_of_columns(name: str) -> None:
    frame = sample_tables()[name]
    once = conform(name, frame)
    assert_frame_equal(conform(name, frame.iloc[::-1, ::-1])[list(once.columns)], once)
    assert_frame_equal(conform(name, once), once)


def test_rows_are_sorted_by_key_and_typed() -> None:
    frame = conform("capacity", sample_tables()["capacity"])
    assert frame[["site_id", "technology", "year"]].to_numpy().tolist() == [
        ["alpha", "ai-hall", 2025],
        ["alpha", "cloud-hall", 2024],
        ["alpha", "cloud-hall", 2025],
        ["gamma", "edge-node", 2025],
    ]
    assert frame["prefecture_adcode"].tolist() == ["990100", "990100", "990100", "990200"]
    assert frame.dtypes[["year", "modules", "standard_racks"]].tolist() == [np.int64, np.int64, np.float64]


def test_columns_beyond_the_contract_come_last() -> None:
    frame = conform("sites", sample_tables()["sites"])
    assert list(frame.columns) == [*CONTRACT["sites"].split(), "grid_node"]


def test_years_that_may_be_empty_are_whole_numbers_or_nothing() -> None:
    opened = conform("sites", sample_tables()["sites"])["opened_year"]
    assert str(opened.dtype) == "Int64"
    assert opened.tolist() == [pd.NA, 2025]


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("cny", None, "1 empty cell"),
        ("cny", float("inf"), "infinite"),
        ("cny", "much", "not all of kind number"),
        ("year", 2025.5, "not whole"),
        ("year", None, "1 empty cell"),
    ],
)
def test_cells_out_of_form_are_refused_with_table_and_column(
    column: str, value: object, problem: str
) -> None:
    row: dict[str, object] = {"term": "land", "year": 2025, "site_id": "", "cny": 1.0}
    with pytest.raises(ModelError, match=rf"'costs': column '{column}' .*{problem}"):
        conform("costs", pd.DataFrame([row | {column: value}]))


def test_words_that_are_no_truth_value_are_refused() -> None:
    limits = sample_tables()["limits"].assign(binding="yes")
    with pytest.raises(ModelError, match="neither true nor false"):
        conform("limits", limits)


def test_missing_columns_are_named_all_at_once() -> None:
    with pytest.raises(ModelError, match="'costs' lacks the column\\(s\\) term, site_id"):
        conform("costs", pd.DataFrame({"year": [2025], "cny": [1.0]}))


def test_columns_without_rows_get_the_type_of_their_name() -> None:
    frame = conform("retrofits", pd.DataFrame(columns=["site_id", "old", "year", "modules", "cny"]))
    assert [str(dtype) for dtype in frame.dtypes][2:] == ["int64", "int64", "float64"]
    assert_frame_equal(conform("retrofits", frame), frame)


def test_numbers_that_came_as_objects_are_numbers() -> None:
    frame = conform("costs", sample_tables()["costs"].assign(steps=pd.Series([1, 2], dtype="object")))
    assert frame["steps"].tolist() == [2, 1]
    assert frame["steps"].dtype == np.int64


def test_infinite_cells_of_columns_beyond_the_contract_are_refused() -> None:
    with pytest.raises(ModelError, match=r"'quotes': column 'price_cny' .*infinite"):
        conform("quotes", pd.DataFrame({"price_cny": [float("inf")]}))


def test_minus_zero_becomes_zero() -> None:
    frame = conform("costs", pd.DataFrame({"term": ["a"], "year": [2025], "site_id": [""], "cny": [-0.0]}))
    assert str(frame["cny"].iloc[0]) == "0.0"


@given(st.permutations(range(6)))
def test_unknown_tables_are_sorted_by_words_and_counts(order: list[int]) -> None:
    rows = pd.DataFrame({"price": np.arange(6.0), "name": list("aabbcc"), "step": [1, 2, 1, 2, 1, 2]})
    assert_frame_equal(conform("quotes", rows.iloc[order]), conform("quotes", rows))
