"""Plans of which files are missing: each table in turn, and everything that is shown of a plan still comes and says so."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from capplan.atlas.registry import chosen, drawings, left_out
from capplan.certificate import verify
from capplan.cli import main
from capplan.compare import compare_plans
from capplan.compare.sections import comparison_sections
from capplan.errors import InputError, VerificationError
from capplan.page.document import document
from capplan.partial import ESSENTIAL, MissingTable, or_none
from capplan.plan import Plan, read_plan
from capplan.plan_tables import PLAN_TABLES
from capplan.report.book import written
from capplan.report.chapters.tracing import figures_of
from capplan.report.document.blocks import Document, Table, plain
from capplan.report.document.origins import sources_of
from capplan.report.summary import summary
from tests.support.report_plan import report_plan

OPTIONAL = sorted(set(report_plan().tables) - set(ESSENTIAL))
SHOWN = [name for name in OPTIONAL if name in PLAN_TABLES or name == "coverage"]
"""Tables of which a report takes figures."""
Take = Callable[..., Path]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole plan folder."""
    return report_plan().write(tmp_path_factory.mktemp("plans") / "toyland")


@pytest.fixture
def without(folder: Path, tmp_path: Path) -> Take:
    """Return a copy of the plan folder without some of its files."""

    def take(*names: str) -> Path:
        copy = tmp_path / "plan"
        for entry in ("case", "tables"):
            shutil.copytree(folder / entry, copy / entry)
        for entry in ("plan.json", "certificate.json"):
            shutil.copy(folder / entry, copy / entry)
        for name in names:
            (copy / name).unlink()
        return copy

    return take


def lacking(table: str) -> Plan:
    """Return the plan without one of its tables, as it is read from a folder."""
    whole = report_plan()
    tables = {name: frame for name, frame in whole.tables.items() if name != table}
    return Plan(whole.case, tables, whole.record, whole.certificate, (f"tables/{table}.csv",))


def texts(report: Document) -> Iterator[str]:
    for section in report.sections:
        for block in section.blocks:
            if hasattr(block, "text"):
                yield plain(block.text)


@pytest.mark.parametrize("table", SHOWN)
def test_a_report_names_the_table_that_is_missing_and_takes_no_figure_from_it(table: str) -> None:
    report = written(lacking(table), "zh", influences=None)
    assert any(f"缺少 tables/{table}.csv" in text for text in texts(report))
    for section in report.sections:
        for block in section.blocks:
            for figure in figures_of(block):
                if any(source.file == f"tables/{table}.csv" for source in sources_of(figure.origin)):
                    assert (figure.text, figure.value) == ("缺", None)
                    assert isinstance(block, Table) or hasattr(block, "items")


@pytest.mark.parametrize("table", OPTIONAL)
def test_page_summary_and_comparison_come_without_a_table(table: str) -> None:
    plan = lacking(table)
    page = document(plan, "en")
    assert f"tables/{table}.csv" in page["about"]["missing"][1]
    assert page["sites"]
    assert page["capacity"]
    said = [line for section in summary(plan, "en") for line in section.lines]
    assert any(f"tables/{table}.csv" in line for line in said)
    comparison = compare_plans([("whole", report_plan(), None), ("partial", plan, None)])
    (pair,) = comparison.pairs
    assert not pair.same_plan
    headline = comparison_sections(comparison, "en")[0]
    assert any(f"tables/{table}.csv" in line for line in headline.lines)


@pytest.mark.parametrize("table", OPTIONAL)
def test_a_folder_is_read_partly_shown_and_never_verified(without: Take, table: str) -> None:
    path = without(f"tables/{table}.csv")
    plan = read_plan(path, partly=True)
    assert plan.missing == (f"tables/{table}.csv",)
    assert table not in plan.tables
    with pytest.raises(MissingTable):
        plan.tables.get(table)
    with pytest.raises(MissingTable):
        plan.write(path.parent / "copy")
    with pytest.raises(InputError, match=f"tables/{table}.csv: the file is missing"):
        read_plan(path)
    with pytest.raises(VerificationError, match="not those of a plan"):
        verify(path)


@pytest.mark.parametrize("table", ESSENTIAL)
def test_what_is_essential_may_not_be_missing(without: Take, table: str) -> None:
    with pytest.raises(InputError) as caught:
        read_plan(without(f"tables/{table}.csv", "tables/energy.csv"), partly=True)
    assert [fault.file for fault in caught.value.faults] == [f"tables/{table}.csv"]


def test_a_damaged_table_is_refused_with_all_its_faults_however_a_plan_is_read(without: Take) -> None:
    path = without("tables/costs.csv")
    text = (path / "tables/energy.csv").read_text(encoding="utf-8").splitlines()
    (path / "tables/energy.csv").write_text(
        "\n".join([text[0], text[1].replace("2025", "soon", 1), "x"]), encoding="utf-8"
    )
    (path / "tables/builds.csv").write_bytes("站".encode("gbk"))
    with pytest.raises(InputError) as caught:
        read_plan(path, partly=True)
    assert {fault.file for fault in caught.value.faults} == {"tables/energy.csv", "tables/builds.csv"}
    assert all(fault.remedy.template for fault in caught.value.faults)


def test_an_added_column_and_a_removed_table_of_prices_are_no_fault(without: Take) -> None:
    path = without()
    lines = (path / "tables/capacity.csv").read_text(encoding="utf-8").splitlines()
    wide = [f"{lines[0]},note", *(f"{line},ours" for line in lines[1:])]
    (path / "tables/capacity.csv").write_text("\n".join(wide) + "\n", encoding="utf-8")
    described = json.loads((path / "tables/datapackage.json").read_text(encoding="utf-8"))
    described["resources"].append(
        {"name": "prices", "schema": {"fields": [{"name": "kind", "type": "string"}]}}
    )
    (path / "tables/datapackage.json").write_text(json.dumps(described), encoding="utf-8")
    assert set(read_plan(path).tables["capacity"]["note"]) == {"ours"}
    assert read_plan(path, partly=True).missing == ("tables/prices.csv",)
    assert verify(path).holds


def test_without_a_certificate_a_plan_is_shown_and_can_be_verified(without: Take) -> None:
    path = without("certificate.json")
    plan = read_plan(path, partly=True)
    assert plan.missing == ("certificate.json",)
    assert not plan.certificate.holds
    assert set(plan.tables) >= set(PLAN_TABLES)
    assert any("Run capplan verify" in text for text in texts(written(plan, "en")))
    assert verify(path).holds


def test_maps_say_why_they_are_left_out() -> None:
    plan = lacking("service")
    reasons = left_out(plan)
    assert "方案文件夹缺少 tables/service.csv" in {reason.text("zh") for reason in reasons.values()}
    assert "siting" in {drawing.name for drawing in drawings(plan)}
    with pytest.raises(MissingTable):
        chosen(plan, ["latency"])
    assert or_none(lambda: chosen(plan, ["latency"])) is None


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_commands_tell_on_standard_error_and_go_on(
    without: Take, lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = without("tables/targets.csv", "tables/builds.csv")
    drawn = ["map", str(path), "--map", "siting", "--map", "periods", "--format", "png", "--lang", lang]
    assert main(drawn, standalone_mode=False) == 3
    said = capsys.readouterr().err
    assert "tables/targets.csv" in said
    assert "capplan plan" in said
    assert (path / "maps" / f"siting-{lang}.png").is_file()
    assert (
        main(["map", str(path), "--map", "siting", "--format", "png", "--json"], standalone_mode=False) == 0
    )
    assert json.loads(capsys.readouterr().out)["missing"] == ["tables/builds.csv", "tables/targets.csv"]
    report = ["report", str(path), "--maps", "none", "--format", "html", "--lang", lang]
    assert main(report, standalone_mode=False) == 0
    assert "tables/builds.csv" in (path / f"report-{lang}.html").read_text(encoding="utf-8")
    assert main(["show", str(path), "--table", "builds"], standalone_mode=False) == 3
    assert main(["show", str(path), "--lang", lang], standalone_mode=False) == 0
