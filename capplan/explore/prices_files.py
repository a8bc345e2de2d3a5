"""Prices beside their plan: the table, its description, the workbook's sheet and the chart, each file replaced at once.

Nothing else in the plan folder changes, so that the plan verifies as before.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from capplan.atlas.prices import Bar, Mark, PriceChart, draw_prices
from capplan.exchange.staging import explain
from capplan.exchange.tables import write_tables
from capplan.exchange.workbook import write_workbook
from capplan.messages import LANGUAGES, msg
from capplan.plan import read_plan
from capplan.report.names import Names
from capplan.report.numbers import percent
from capplan.report.price_words import PriceWords, agreed, money_heading, scaled

if TYPE_CHECKING:
    import pandas as pd

    from capplan.case import Case
    from capplan.explore.prices import Prices

__all__ = ["FORMATS", "price_chart", "write_prices"]

FORMATS = ("png", "svg", "pdf")
"""File formats of the chart."""
MOST_BARS = 22
"""Levers that the chart shows [-]."""
_UNIT = {"zh": 1e4, "en": 1e6}


def write_prices(
    prices: Prices, folder: Path | str, *, lang: str = "en", formats: Sequence[str] = FORMATS
) -> list[Path]:
    """Write prices into the folder of their plan.

    Parameters
    ----------
    prices
        The prices.
    folder
        A plan folder.
    lang
        Language of the workbook's headings, ``zh`` or ``en``; charts are drawn in both.
    formats
        Which of ``png``, ``svg`` and ``pdf``.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    InputError
        If it is no plan folder.
    WriteError
        If a file cannot be written; those there before are whole.
    """
    target = Path(folder)
    plan = read_plan(target)
    tables = {**plan.tables, "prices": prices.table}
    try:
        with tempfile.TemporaryDirectory(
            prefix=f".{target.name}.prices-", dir=target.resolve().parent
        ) as name:
            beside = Path(name)
            (beside / "tables").mkdir()
            write_tables(beside / "tables", tables)
            title, names = plan.case.study.full_title, Names(plan.case, lang)
            write_workbook(beside / "plan.xlsx", tables, plan.record, title=title, names=names)
            made = [Path("tables/prices.csv"), Path("tables/datapackage.json"), Path("plan.xlsx")]
            for each in LANGUAGES:
                chart = price_chart(prices.table, prices.case, prices.gap * abs(prices.primal_bound), each)
                drawn = draw_prices(chart, lang=each, formats=formats, folder=beside / "maps")
                made += [path.relative_to(beside) for path in drawn]
            return [_moved(beside / path, target / path) for path in made]
    except OSError as fault:
        raise explain(fault, target) from fault


def _moved(made: Path, place: Path) -> Path:
    """Put a finished file in its place, in one step."""
    place.parent.mkdir(exist_ok=True)
    with suppress(OSError), made.open("rb") as file:
        os.fsync(file.fileno())
    made.replace(place)
    return place


def price_chart(table: pd.DataFrame, case: Case, unsure: float, lang: str) -> PriceChart:
    """Return the chart of a table of prices: the levers that cost or save most.

    Parameters
    ----------
    table
        Prices, as ``tables/prices.csv`` holds them.
    case
        The case, for names.
    unsure
        By how much the base's cost is not known [CNY].
    lang
        ``zh`` or ``en``.
    """
    words = PriceWords(Names(case, lang), case.table("targets"))
    groups: dict[str, list[Any]] = {}
    for row in table.to_dict("records"):
        if row["direction"] != "require":
            groups.setdefault(str(row["input_path"]), []).append(row)
    told = [
        rows for rows in groups.values() if any(row["status"] in ("priced", "impossible") for row in rows)
    ]
    told.sort(key=lambda rows: -_weight(rows))
    steps = sorted({round(float(row["step"]), 4) for rows in told for row in rows})[:2] or [0.05]
    small, large = percent(steps[0], 0), percent(steps[-1], 0)
    say = words.names.say
    money = f"{scaled(unsure, lang)} {money_heading(lang)}"
    return PriceChart(
        title=say(msg("{case}: the price of targets and limits", case=case.study.title.text)),
        subtitle=say(msg("Found by planning again with each a little tighter and looser; all else as it is")),
        axis=money_heading(lang),
        legend={
            "cost_small": say(msg("{step} tighter costs", step=small)),
            "cost_large": say(msg("{step} tighter costs", step=large)),
            "save_small": say(msg("{step} looser saves", step=small)),
            "save_large": say(msg("{step} looser saves", step=large)),
            "interval": say(msg("between these for certain")),
        },
        bars=tuple(_bar(rows, words) for rows in told[:MOST_BARS]),
        note=say(
            msg(
                "Net present cost over the planned years. {shown} of {all} levers are shown; the plan itself is known to {money}.",
                shown=min(len(told), MOST_BARS),
                all=len(groups),
                money=money,
            )
        ),
    )


def _weight(rows: list[Any]) -> float:
    return max(
        (abs(float(row["cost_cny"])) for row in rows if row["cost_cny"] == row["cost_cny"]), default=0.0
    )


def _bar(rows: list[Any], words: PriceWords) -> Bar:
    ways = {
        way: agreed(
            sorted((row for row in rows if row["direction"] == way), key=lambda row: float(row["step"]))
        )
        for way in ("tighten", "loosen")
    }
    largest = (ways["tighten"] or ways["loosen"])[-1]
    return Bar(
        label=words.label(largest),
        note=words.change(largest),
        costs=tuple(_mark(row, words) for row in ways["tighten"]),
        saves=tuple(_mark(row, words) for row in ways["loosen"]),
    )


def _mark(row: Any, words: PriceWords) -> Mark:
    size = _UNIT.get(words.lang, 1e6)
    cost, low, high = (
        None if row[name] is None or row[name] != row[name] else float(row[name]) / size
        for name in ("cost_cny", "cost_low_cny", "cost_high_cny")
    )
    status = str(row["status"])
    text = words.cost(row) if status == "impossible" else ""
    if status == "priced" and cost is not None:
        text = scaled(cost * size, words.lang)
    return Mark(cost, low, high, text)
