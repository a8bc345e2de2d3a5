"""The table of prices as a planner reads it: what more would cost, what less would save, and what was too small to tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from capplan.messages import Message, msg
from capplan.report.names import Names
from capplan.report.price_words import PriceWords, agreed, money_heading, scaled
from capplan.report.sections import Grid, Section

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from capplan.case import Case

__all__ = ["price_sections"]

_LINES = 15
_PART = 0.02
"""Difference of the relaxations over the largest one, above which a lever is worth a line [ratio]."""
Row = Mapping[Any, Any]


def price_sections(
    table: pd.DataFrame, case: Case, lang: str = "en", *, files: Sequence[Path] = ()
) -> tuple[Section, ...]:
    """Return the sections of a summary of prices.

    Parameters
    ----------
    table : pandas.DataFrame
        Prices, as ``tables/prices.csv`` holds them.
    case : Case
        The case, for names.
    lang : str
        ``zh`` or ``en``.
    files : sequence of Path
        What was written.
    """
    names = Names(case, lang)
    words = PriceWords(names, case.table("targets"))
    titles = (
        ("require", msg("What the aspirations would cost")),
        ("tighten", msg("What more would cost: targets higher, limits lower")),
        ("loosen", msg("What less would save: targets lower, limits higher")),
    )
    found = [_section(table[table["direction"] == way], title, words) for way, title in titles]
    written = Section(names.say(msg("Files")), None, tuple(str(path) for path in files)) if files else None
    return tuple(section for section in (*found, written) if section is not None)


def _section(table: pd.DataFrame, title: Message, words: PriceWords) -> Section | None:
    """Return the levers that matter, most valuable first, and a sentence for the others."""
    groups: dict[str, list[Row]] = {}
    for row in table.to_dict("records"):
        groups.setdefault(str(row["input_path"]), []).append(row)
    notable = _PART * max((_relaxed(row) for rows in groups.values() for row in rows), default=0.0)
    telling = [rows for rows in groups.values() if any(_telling(row, notable) for row in rows)]
    telling.sort(key=lambda rows: (-_weight(rows), str(rows[0]["input_path"])))
    if not groups:
        return None
    lines = _rest(groups, telling, words)
    heading = f"{words.names.say(title)} [{money_heading(words.lang)}]"
    return Section(heading, _grid(telling[:_LINES], words) if telling else None, lines)


def _telling(row: Row, notable: float) -> bool:
    """Say whether a row tells something: a price, that there is none, or a large difference of the relaxations."""
    return row["status"] in ("priced", "impossible") or _relaxed(row) > notable


def _relaxed(row: Row) -> float:
    value = row["relaxation_cny"]
    return 0.0 if value is None or value != value else abs(float(value))  # noqa: PLR0124 - NaN


def _weight(rows: Sequence[Row]) -> float:
    costs = [abs(float(row["cost_cny"])) if row["status"] == "priced" else _relaxed(row) for row in rows]
    return max(costs, default=0.0) + (1e15 if any(row["status"] == "impossible" for row in rows) else 0.0)


def _grid(groups: Sequence[list[Row]], words: PriceWords) -> Grid:
    """Return one line for each step, the lever named on its first."""
    headings = (msg("what"), msg("from, to"), msg("step"), msg("cost (between)"), msg("price"))
    rows = []
    for group in groups:
        for place, row in enumerate(agreed(sorted(group, key=lambda row: float(row["step"])))):
            label = words.label(row) if place == 0 else ""
            rows.append((label, words.change(row), words.step(row), words.cost(row), words.price(row)))
    return Grid(words.names.headings(headings), tuple(rows), (False, False, True, False, False))


def _rest(
    groups: Mapping[str, list[Row]], telling: Sequence[list[Row]], words: PriceWords
) -> tuple[str, ...]:
    """Return sentences on what is not in the table."""
    said = []
    if len(telling) > _LINES:
        said.append(msg("… and {count} more in tables/prices.csv", count=len(telling) - _LINES))
    quiet = [rows for rows in groups.values() if rows not in telling]
    unknown = [rows for rows in quiet if any(row["status"] == "unknown" for row in rows)]
    small = [rows for rows in quiet if rows not in unknown]
    if small:
        far = max(_reach(row) for rows in small for row in rows)
        money = f"{scaled(far, words.lang)} {money_heading(words.lang)}"
        said.append(
            msg("others ({count}): less than {money} each, or nothing", count=len(small), money=money)
            if far > 0.0
            else msg("others ({count}): nothing", count=len(small))
        )
    if unknown:
        said.append(msg("others ({count}) are not known: time was over", count=len(unknown)))
    return tuple(words.names.say(line) for line in said)


def _reach(row: Row) -> float:
    sides = [row["cost_low_cny"], row["cost_high_cny"]]
    return max((abs(float(side)) for side in sides if side is not None and side == side), default=0.0)  # noqa: PLR0124 - NaN
