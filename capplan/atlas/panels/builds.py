"""What is built in which year, the largest investments first among those that find room, in the order of years."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from capplan.atlas.box import Box
from capplan.atlas.panels._block import Block, heading
from capplan.atlas.panels._table import Line, draw_table, lines_in
from capplan.atlas.paper import Paper
from capplan.atlas.rows import rows
from capplan.atlas.sheet import Sheet
from capplan.atlas.symbols import Marker, draw_marker
from capplan.atlas.themes.places import site_names
from capplan.atlas.words import MoneyUnit, figure, money_unit, word

_ACTIONS = ("build", "committed", "project", "retrofit")
_COLUMNS = ("name", "year", "racks", "fp16", "capex")


def _built(sheet: Sheet) -> pd.DataFrame:
    """Return each building action with its racks and PFLOPS, largest investment first."""
    facts = sheet.facts
    builds = facts.tables["builds"]
    held = builds[builds["action"].isin(_ACTIONS) & (builds["modules"] > 0)]
    if facts.scope is not None:
        held = held[held["site_id"].isin(facts.scope.sites)]
    totals = (
        facts.tables["capacity"].groupby("technology")[["modules", "standard_racks", "pflops_fp16"]].sum()
    )
    for column in ("standard_racks", "pflops_fp16"):
        per_module = totals[column] / totals["modules"]
        held = held.assign(**{column: held["modules"] * held["technology"].map(per_module).fillna(0.0)})
    kinds = facts.kinds
    held = held.assign(kind=[kinds.get(str(name), "hall") for name in held["technology"]])
    sums = ["modules", "standard_racks", "pflops_fp16", "capex_cny"]
    edge = held["kind"] == "edge"
    nodes = held[edge].groupby("year", as_index=False)[sums].sum().assign(site_id="", kind="edge")
    held = pd.concat([held[~edge], nodes], ignore_index=True)
    order = ["capex_cny", "standard_racks", "year", "site_id"]
    return held.sort_values(order, ascending=[False, False, True, True])


def _sign(marker: Marker, radius: float) -> Callable[[Paper, float, float], None]:
    def draw(paper: Paper, x: float, y: float) -> None:
        draw_marker(paper, marker, x, y, radius, z=12.0)

    return draw


def _draw(sheet: Sheet, box: Box) -> None:
    lang = sheet.lang
    built = _built(sheet)
    names = site_names(sheet.facts, lang)
    most = lines_in(box.height)
    room = most if len(built) <= most else most - 1
    shown = built.head(room)
    if shown.empty:
        return
    unit = money_unit(lang, float(built["capex_cny"].max()))
    lines = [
        Line(
            (
                names.get(str(row.site_id), str(row.site_id))
                or word("edges_built", lang, count=int(row.modules)),
                str(row.year),
                _amount(row.standard_racks),
                _amount(row.pflops_fp16),
                f"{row.capex_cny / unit.cny:,.{unit.digits}f}",
            ),
            _sign(sheet.marker(str(row.kind)), 1.05 if row.kind == "edge" else 1.4),
        )
        for row in rows(shown.sort_values(["year", "capex_cny"], ascending=[True, False]))
    ]
    rest = built.iloc[len(shown) :]
    if len(rest):
        lines.append(_rest(rest, lang, unit))
    y = heading(sheet, box, word("builds", lang), word("builds_about", lang))
    titles = [word(f"column_{name}", lang, unit=word(unit.word, lang)) for name in _COLUMNS]
    draw_table(sheet, Box(box.left, box.bottom, box.right, y), titles, lines)


def _rest(rest: pd.DataFrame, lang: str, unit: MoneyUnit) -> Line:
    sums = rest[["standard_racks", "pflops_fp16", "capex_cny"]].sum()
    return Line(
        (
            word("builds_more", lang, count=len(rest)),
            "",
            _amount(sums["standard_racks"]),
            _amount(sums["pflops_fp16"]),
            f"{sums['capex_cny'] / unit.cny:,.{unit.digits}f}",
        )
    )


def _amount(value: float) -> str:
    return figure(value) if value else "–"


BLOCK = Block("builds", lambda _: None, _draw, least=30.0)
