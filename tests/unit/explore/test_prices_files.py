"""Prices beside their plan: the folder verifies as before, and everything told is there in both languages."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from capplan.atlas.fonts import covers
from capplan.atlas.prices import Bar, Mark, PriceChart, draw_prices
from capplan.certificate import verify
from capplan.cli import main
from capplan.errors import InputError
from capplan.explore.prices import Prices
from capplan.explore.prices_files import price_chart, write_prices
from capplan.frames import plain_text
from capplan.plan import read_plan
from capplan.plan_tables import conform
from capplan.planner import solve
from capplan.report.price_section import price_sections
from tests.support.solved import full_one_period

ROW: dict[str, Any] = {
    "kind": "target",
    "name": "racks-2025",
    "region": "toyland",
    "year": 2025,
    "unit": "standard_rack",
    "bound": 3000.0,
    "direction": "tighten",
    "step": 0.05,
    "bound_new": 3150.0,
    "cost_cny": 12.3e6,
    "cost_low_cny": 11.0e6,
    "cost_high_cny": 13.0e6,
    "unit_price_cny": 82_000.0,
    "unit_price_per": "standard_rack",
    "relaxation_cny": 12.0e6,
    "gap": 0.001,
    "method": "solved",
    "status": "priced",
    "largest_step": None,
    "binding": True,
    "document_id": "TOY2023",
    "input_path": "targets.racks-2025.value",
}
NOTHING: dict[str, Any] = {
    "cost_cny": 0.0, "cost_low_cny": 0.0, "cost_high_cny": 0.0, "unit_price_cny": None, "relaxation_cny": 0.0, "binding": False
}  # fmt: skip
UNKNOWN: dict[str, Any] = dict.fromkeys(("cost_cny", "cost_low_cny", "cost_high_cny", "unit_price_cny"))


@plain_text
def table() -> pd.DataFrame:
    """Return prices of every status."""
    quota = {"kind": "quota", "region": "west", "unit": "GWh", "bound": 60.0, "direction": "loosen"}
    rows = [
        ROW,
        ROW | UNKNOWN | {"step": 0.1, "bound_new": 3300.0, "status": "impossible", "largest_step": 0.07},
        ROW | {"direction": "loosen", "bound_new": 2850.0, "status": "small", "cost_low_cny": -2e6, "cost_cny": 0.0, "cost_high_cny": 0.0, "unit_price_cny": None, "relaxation_cny": -1e6},
        ROW | quota | {"name": "energy_gwh", "year": None, "bound_new": 63.0, "cost_cny": -4e6, "cost_low_cny": -6e6, "cost_high_cny": -3e6, "unit_price_cny": 1.3e6, "unit_price_per": "GWh", "input_path": "limits.energy_gwh,west,.bound"},
        ROW | quota | NOTHING | {"name": "land_ha", "unit": "ha", "status": "nothing", "bound_new": 63.0, "input_path": "limits.land_ha,west,.bound"},
        ROW | UNKNOWN | {"kind": "latency", "name": "regional", "region": "", "year": None, "unit": "ms", "status": "unknown", "relaxation_cny": None, "input_path": "classes.regional.latency_limit_ms"},
        ROW | {"kind": "aspiration", "name": "pflops-high", "unit": "pflops_fp16", "direction": "require", "step": 0.0, "bound": 600.0, "bound_new": 600.0, "unit_price_cny": None, "input_path": "targets.pflops-high.kind"},
        ROW | {"kind": "green_share", "name": "green_share", "unit": "ratio", "bound": 0.35, "bound_new": 0.3675, "unit_price_per": "percentage_point", "input_path": "features.green_share.share.toyland.2025"},
        ROW | {"kind": "account", "name": "bond", "region": "", "unit": "CNY", "bound": 1e8, "bound_new": 0.95e8, "unit_price_per": "1e6 CNY", "input_path": "funding.bond,2025.limit_cny"},
        ROW | {"kind": "site", "name": "site_land", "region": "alpha", "year": None, "unit": "ha", "bound": 20.0, "bound_new": 19.0, "input_path": "sites.alpha.land_max_ha"},
        ROW | {"kind": "copies", "name": "archive", "region": "", "year": None, "unit": "ratio", "bound": 0.2, "bound_new": 0.21, "input_path": "classes.archive.copy_share"},
        ROW | {"kind": "pue", "name": "pue_cap", "region": "", "year": None, "unit": "ratio", "bound": 1.3, "bound_new": 1.235, "input_path": "features.pue_cap.limit"},
    ]  # fmt: skip
    return conform("prices", pd.DataFrame(rows))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a plan folder."""
    plan = solve(full_one_period().built.case, solver="highs", threads=1, in_process=True)
    return plan.write(tmp_path_factory.mktemp("plans") / "toyland")


def fingerprints(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def test_a_plan_with_prices_verifies_and_is_otherwise_as_it_was(folder: Path) -> None:
    before = fingerprints(folder)
    case = read_plan(folder).case
    prices = Prices(case, table(), 1e9, 0.999e9, 1.0, 10.0)
    written = write_prices(prices, folder, lang="zh", formats=("png",))
    after = fingerprints(folder)
    named = {path.relative_to(folder).as_posix() for path in written}
    assert named == {
        "tables/prices.csv", "tables/datapackage.json", "plan.xlsx", "maps/prices-en.png", "maps/prices-zh.png"
    }  # fmt: skip
    assert {name for name in after if after[name] != before.get(name)} <= named
    assert set(before) <= set(after)
    assert verify(folder).holds
    pd.testing.assert_frame_equal(read_plan(folder).tables["prices"], table())
    package = json.loads((folder / "tables" / "datapackage.json").read_text(encoding="utf-8"))
    assert "prices" in [resource["name"] for resource in package["resources"]]
    book = openpyxl.load_workbook(folder / "plan.xlsx", read_only=True)
    assert "prices" in book.sheetnames
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_what_is_no_plan_folder_is_left_alone(tmp_path: Path) -> None:
    prices = Prices(full_one_period().built.case, table(), 1e9, 0.999e9, 1.0, 10.0)
    with pytest.raises(InputError):
        write_prices(prices, tmp_path / "nowhere")


def test_why_prices_a_plan_folder_and_show_shows_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--only", "targets.dr.", "--threads", "1", "--time-limit", "60")
    assert main(["why", str(folder), *options, "--json"], standalone_mode=False) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["feasible"] is True
    assert {row["input_path"] for row in document["prices"]} == {"targets.dr.value"}
    assert document["dual_bound"] <= document["primal_bound"]
    assert main(["show", str(folder), "--table", "prices"], standalone_mode=False) == 0
    assert capsys.readouterr().out.startswith("kind,name,region,year,unit,bound,direction,step,")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_status_is_told(lang: str) -> None:
    case = full_one_period().built.case
    require, tighten, loosen = price_sections(table(), case, lang)
    assert require.grid is not None
    assert tighten.grid is not None
    assert loosen.grid is not None
    cells = {
        cell
        for section in (require, tighten, loosen)
        for row in (section.grid.rows if section.grid else ())
        for cell in row
    }
    expected = {
        "en": {
            "12.3 (11.0-13.0)", "cannot be had; 7.0% can", "less than 2.0; perhaps 1.0", "4.0 (3.0-6.0)", "82,000 CNY per standard rack",
            "3,000 → 3,150 standard racks", "Toyland standard racks 2025", "West energy quota",
            "35.0% → 36.8%", "100 → 95 CNY million", "PUE cap of new halls", "Alpha park land of the campus",
            "share of second copies, Archive", "special bonds 2025",
        },
        "zh": {"1,230 (1,100-1,300)", "无法满足；最多可到 7.0%", "小于 200，或约 100", "每标准机架 82,000 元", "新建机房 PUE 上限", "专项债券 2025 年"},
    }  # fmt: skip
    assert expected[lang] <= cells, expected[lang] - cells
    lines = " ".join(line for section in (tighten, loosen) for line in section.lines)
    assert {"en": "not known: time was over", "zh": "未知：时间已到"}[lang] in lines
    assert {"en": "others (1): nothing", "zh": "其余 1 项：为零"}[lang] in lines


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_chart_says_what_the_table_says(lang: str, tmp_path: Path) -> None:
    chart = price_chart(table(), full_one_period().built.case, 1e6, lang)
    texts = [chart.title, chart.subtitle, chart.axis, chart.note, *chart.legend.values()]
    texts += [text for bar in chart.bars for text in (bar.label, bar.note)]
    assert all(covers(text) for text in texts)
    racks = next(bar for bar in chart.bars if "3,000 → 3,300" in bar.note)
    size = {"en": 1.0, "zh": 100.0}[lang]
    assert [mark.cost for mark in racks.costs] == [12.3 * size, None]
    assert racks.costs[1].text == {"en": "cannot be had; 7.0% can", "zh": "无法满足；最多可到 7.0%"}[lang]
    files = draw_prices(chart, lang=lang, formats=("png", "svg", "pdf"), folder=tmp_path)
    assert [path.name for path in files] == [f"prices-{lang}.{kind}" for kind in ("png", "svg", "pdf")]
    first = [path.read_bytes() for path in files]
    assert [
        path.read_bytes()
        for path in draw_prices(chart, lang=lang, formats=("png", "svg", "pdf"), folder=tmp_path)
    ] == first


def empty_chart() -> PriceChart:
    words = {name: name for name in ("cost_small", "cost_large", "save_small", "save_large", "interval")}
    return PriceChart("title", "subtitle", "unit", words, (), "note")


@pytest.mark.parametrize(
    "bars",
    [
        (),
        (Bar("nothing known", "", (), ()),),
        (Bar("only impossible", "", (Mark(None, None, None, "cannot"),), ()),),
        (Bar("a label that is far too long for its column, " * 4, "", (Mark(1e9, 0.0, 2e9, "1e9"),), ()),),
    ],
)
def test_odd_charts_are_drawn_too(bars: tuple[Bar, ...], tmp_path: Path) -> None:
    from dataclasses import replace

    (path,) = draw_prices(replace(empty_chart(), bars=bars), lang="en", formats=("svg",), folder=tmp_path)
    assert path.read_text(encoding="utf-8").startswith("<?xml")
