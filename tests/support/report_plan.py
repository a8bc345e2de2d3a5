"""A plan of Toyland with everything that a report shows, and a second reading of a report's figures from its files."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from capplan.certificate import certify
from capplan.derived import Derived
from capplan.figures import key_figures
from capplan.plan import Plan
from capplan.report.chapters.tracing import figures_of
from capplan.report.document.blocks import Document, Figure
from capplan.report.document.origins import Origin, Share, Source, Total
from tests.support.solved import Solved, full

SCALES = {
    "": 1.0,
    "%": 100.0,
    "GWh": 1e-3,
    "kt": 1e-3,
    "万吨": 1e-4,
    "元": 1.0,
    "万元": 1e-4,
    "亿元": 1e-8,
    "CNY": 1.0,
    "CNY million": 1e-6,
    "CNY bn": 1e-9,
}
"""Written unit per unit of the table."""
_NUMBER = re.compile(r"-?[\d,]*\d(?:\.\d+)?(?:e[+-]\d+)?")


@cache
def report_plan() -> Plan:
    """Return Toyland with every feature on, solved, with a record and a certificate."""
    return plan_of(full())


def plan_of(solved: Solved) -> Plan:
    """Return a solution as a plan with the record that a solve would give it."""
    case, cost = solved.built.data.case, float(solved.record["objective_cny"])
    binding = [
        {"kind": "target", "name": "added", "region": "toyland", "year": 2025, "bound": 1000.0, "used": 1000.0,
         "value_of_one_percent_cny": 125_000.0},
        {"kind": "target", "name": "dr", "region": "toyland", "year": 2025, "bound": 1.0, "used": 2.0,
         "value_of_one_percent_cny": 0.0},
        {"kind": "limit", "name": "green_share", "region": "west", "year": 2025, "bound": 0.3, "used": 0.3,
         "value_of_one_percent_cny": 474.0},
        {"kind": "limit", "name": "land_ha", "region": "west", "year": 2025, "bound": 40.0, "used": 1.7,
         "value_of_one_percent_cny": 2000.0},
    ]  # fmt: skip
    record: dict[str, Any] = {
        "case": case.name,
        "status": "optimal",
        "objective_cny": cost,
        "primal_bound": cost,
        "dual_bound": cost * 0.9995,
        "gap": 0.0005,
        "gap_controllable": 0.001,
        "termination": {"reason": "optimal", "gap_asked": 0.001},
        "solver": {"name": "highs", "version": "1.0"},
        "seed": 0,
        "size": {"zones": 4, "sites": 3},
        "versions": {"capplan": "0"},
        "inputs": case.fingerprints(),
        "key_figures": key_figures(Derived(case), solved.tables),
        "cost_by_term": solved.tables["costs"].groupby("term")["cny"].sum().to_dict(),
        "binding": binding,
    }
    return Plan(case, solved.tables, record, certify(case, solved.tables, record))


def all_figures(document: Document) -> Iterator[tuple[str, Figure]]:
    """Yield every figure of a report with the chapter in which it stands."""
    for section in document.sections:
        for block in section.blocks:
            yield from ((section.anchor, figure) for figure in figures_of(block))
    for _, spans in document.cover.facts:
        yield from (("cover", span) for span in spans if isinstance(span, Figure))


def written_number(text: str) -> tuple[float, float] | None:
    """Return the number that a text writes and half of its last digit; None where it writes none."""
    found = _NUMBER.search(text)
    if found is None:
        return None
    digits, _, power = found[0].partition("e")
    decimals = len(digits.partition(".")[2])
    factor = 10.0 ** int(power or 0)
    return float(digits.replace(",", "")) * factor, 0.5 * 10.0**-decimals * factor


class SecondReading:
    """Origins evaluated again from the files of a plan folder, with nothing of the code that wrote the report."""

    def __init__(self, folder: Path, more: Mapping[str, list[dict[str, Any]]] | None = None) -> None:
        self.folder, self._tables = folder, dict(more or {})
        self._chosen: dict[tuple[str, tuple[Any, ...]], list[dict[str, Any]]] = {}

    def value(self, origin: Origin) -> float | None:
        """Return what an origin amounts to."""
        if isinstance(origin, Share):
            part, whole = self.value(origin.part), self.value(origin.whole)
            return None if part is None or not whole else part / whole
        if isinstance(origin, Total):
            return sum(factor * (self._source(part) or 0.0) for factor, part in origin.parts)
        return self._source(origin)

    def _source(self, source: Source) -> float | None:  # noqa: PLR0911 - one for each way of taking cells
        if source.file.endswith((".json", ".yaml")):
            return _as_number(_follow(self._document(source.file), source.column))
        rows = self._rows(source)
        if source.how == "rows":
            return float(len(rows))
        if source.how == "distinct":
            return float(len({row[source.column] for row in rows if source.column in row}))
        pairs = [(_as_number(row.get(source.column)), row) for row in rows]
        known = [(value * self._times(source, row), row) for value, row in pairs if value is not None]
        if source.how == "sum":
            return sum(value for value, _ in known)
        if not known:
            return None
        if source.how == "mean":
            weights = [float(row[source.weight]) if source.weight else 1.0 for _, row in known]
            total = sum(weights)
            return (
                sum(w * value for w, (value, _) in zip(weights, known, strict=True)) / total
                if total
                else None
            )
        values = [value for value, _ in known]
        return {"max": max, "min": min, "value": lambda found: found[0]}[source.how](values)

    def _times(self, source: Source, row: Mapping[str, Any]) -> float:
        if not source.times:
            return 1.0
        technology = self._document(f"case/technologies/{row['technology']}.yaml")
        return float(technology[source.times]["value"])

    def _rows(self, source: Source) -> list[dict[str, Any]]:
        key = (source.file, source.where)
        if key not in self._chosen:
            rows = self._table(source.file)
            for condition in source.where:
                rows = [row for row in rows if self._holds(row, *condition)]
            self._chosen[key] = rows
        return self._chosen[key]

    def _holds(self, row: Mapping[str, Any], column: str, operator: str, value: Any) -> bool:
        cell = row[column]
        if operator == "within":
            key = "zone_id" if column == "zone_id" else "site_id"
            places = self._table(f"case/data/{'zones' if key == 'zone_id' else 'sites'}.csv")
            area, name = value
            return any(place[key] == cell and place[area] == name for place in places)
        if operator in ("blank", "filled"):
            return (cell in ("", None)) == (operator == "blank")
        if operator in ("in", "not in"):
            return any(_same(cell, each) for each in value) == (operator == "in")
        if operator == "text":
            return str(cell) == value or _same(cell, value)
        if operator in (">", "<="):
            number = _as_number(cell)
            return number is not None and (number > value if operator == ">" else number <= value)
        return _same(cell, value) == (operator == "=")

    def _table(self, file: str) -> list[dict[str, Any]]:
        if file not in self._tables:
            self._tables[file] = self._read(file)
        return self._tables[file]

    def _read(self, file: str) -> list[dict[str, Any]]:
        path, _, inner = file.partition("#")
        if inner:
            listed = json.loads((self.folder / path).read_text(encoding="utf-8"))[inner]
            return [{**row, "place": place} for place, row in enumerate(listed)]
        if path == "case/data/*.csv":
            files = sorted((self.folder / "case" / "data").glob("*.csv"))
            return [row for each in files for row in _csv(each) if "confidence" in row]
        place = self.folder / path
        return _csv(place) if place.is_file() else []

    def _document(self, path: str) -> Any:
        text = (self.folder / path).read_text(encoding="utf-8")
        return json.loads(text) if path.endswith(".json") else yaml.safe_load(text)


def _csv(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _same(cell: Any, value: Any) -> bool:
    if isinstance(value, bool):
        return str(cell).lower() == str(value).lower()
    if isinstance(value, int | float):
        number = _as_number(cell)
        return number is not None and abs(number - value) <= 1e-12 * max(1.0, abs(value))
    number, other = _as_number(cell), _as_number(value)
    return str(cell) == str(value) or (number is not None and other is not None and number == other)


def _as_number(cell: Any) -> float | None:
    if cell is None or isinstance(cell, bool) or cell == "":
        return None
    try:
        return float(cell)
    except (TypeError, ValueError):
        return None


def _follow(document: Any, key: str) -> Any:
    for part in key.split("."):
        if isinstance(document, list):
            document = document[int(part)]
        elif isinstance(document, dict):
            document = document.get(part)
        else:
            return None
    return document
