"""Scenarios beside one another: what each costs, what it builds, what it misses, and why some cannot be planned."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from capplan.messages import Message, msg
from capplan.report.numbers import amount, money_in_large_units, money_unit, percent
from capplan.report.sections import Grid, Section

if TYPE_CHECKING:
    from capplan.messages import Text

__all__ = ["scenario_sections", "status_text"]

_MOST = 12
"""Sentences of one explanation that are shown; its file has them all."""


def status_text(status: str) -> Message:
    """Return what a status is called.

    Parameters
    ----------
    status : str
        As in the column ``status``.
    """
    told = {
        "optimal": msg("planned"),
        "feasible": msg("planned, gap not reached"),
        "infeasible": msg("cannot be met"),
        "no_plan": msg("no plan in time"),
        "rejected": msg("certificate does not hold"),
        "failed": msg("failed"),
        "no_case": msg("no case without the other changes"),
    }
    return told.get(status, msg("{text}", text=status))


def scenario_sections(
    table: pd.DataFrame, title: Text, lang: str, *, file: Path | None = None
) -> list[Section]:
    """Return the comparison of scenarios as sections of a summary.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a scenario, as ``<case>--scenarios.csv`` has them, the base first.
    title : Text
        Title of the case.
    lang : str
        ``zh`` or ``en``.
    file : Path, optional
        Where the table was written.
    """
    rows = [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]
    planned = [row for row in rows if _is(row["objective_cny"])]
    sections = [_overview(rows, title, lang)]
    if planned:
        sections += [_built(planned, lang), _missed(planned, lang), _sites(planned, lang)]
    sections += [_unplanned(row, lang) for row in rows if _is(row["explanation_en"])]
    if file is not None:
        line = msg("{path}: every figure of every scenario, and the targets each misses", path=file)
        sections.append(Section(msg("Table of scenarios").text(lang), None, (line.text(lang),)))
    return [section for section in sections if section.grid is not None or section.lines]


def _is(value: Any) -> bool:
    return not pd.isna(value) and value != ""


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _of_base(row: Mapping[str, Any], name: str) -> float | None:
    """Return a difference as a part of the base's cost [1]."""
    value, base = _number(row[name]), row["objective_cny"] - row["difference_cny"]
    return None if value is None or not base else value / abs(base)


def _overview(rows: list[dict[str, Any]], title: Text, lang: str) -> Section:
    headings = (
        msg("scenario"),
        msg("title"),
        msg("result"),
        msg("cost [{unit}]", unit=money_unit(lang)),
        msg("against base"),
        msg("at least"),
        msg("at most"),
        msg("gap"),
    )
    cells = tuple(
        (
            str(row["scenario"]),
            str(row[f"title_{lang}"]),
            status_text(str(row["status"])).text(lang),
            money_in_large_units(_number(row["objective_cny"]), lang, 3),
            percent(_number(row["difference_ratio"]), 2),
            percent(_of_base(row, "difference_low_cny"), 2),
            percent(_of_base(row, "difference_high_cny"), 2),
            percent(_number(row["gap"]), 2),
        )
        for row in rows
    )
    grid = Grid(tuple(item.text(lang) for item in headings), cells, (False,) * 3 + (True,) * 5)
    lines = (
        msg("Against base: net present cost of the plan found, less that of the base plan."),
        msg("At least, at most: what the difference of the cheapest plans is proved to lie between."),
    )
    named = msg("Scenarios of {title}", title=title).text(lang)
    return Section(named, grid, tuple(line.text(lang) for line in lines))


def _built(rows: list[dict[str, Any]], lang: str) -> Section:
    figures: tuple[tuple[str, Message, int, bool], ...] = (
        ("standard_racks", msg("standard racks"), 0, False),
        ("pflops_fp16", msg("AI compute [PFLOPS FP16]"), 0, False),
        ("edge_nodes", msg("edge nodes"), 0, False),
        ("peak_mw", msg("peak [MW]"), 0, False),
        ("green_share", msg("green share"), 1, True),
        ("pue", msg("PUE"), 3, False),
        ("rack_utilisation", msg("racks in use"), 1, True),
    )
    known = [item for item in figures if item[0] in rows[0]]
    cells = tuple(
        (
            str(row["scenario"]),
            *(
                percent(_number(row[name]), digits) if share else amount(_number(row[name]), digits)
                for name, _, digits, share in known
            ),
            money_in_large_units(_number(row.get("capex_cny")), lang, 2),
        )
        for row in rows
    )
    headings = (
        msg("scenario"),
        *(heading for _, heading, _, _ in known),
        msg("investment [{unit}]", unit=money_unit(lang)),
    )
    grid = Grid(tuple(item.text(lang) for item in headings), cells, (False, *(True,) * (len(known) + 1)))
    return Section(msg("In service at the end of the horizon").text(lang), grid)


def _missed(rows: list[dict[str, Any]], lang: str) -> Section:
    """Return which targets the scenarios miss; those that are hard are never missed."""
    lines = [
        msg("{scenario}: {what}", scenario=row["scenario"], what=str(row["targets_missed"]).split(";"))
        for row in rows
        if _is(row["targets_missed"])
    ]
    title = msg("Targets missed, and what is short")
    return Section(title.text(lang), None, tuple(line.text(lang) for line in lines))


def _sites(rows: list[dict[str, Any]], lang: str) -> Section:
    """Return which campuses the scenarios open and the base does not, and the other way round."""
    lines = []
    for row in rows:
        more, fewer = row["sites_opened_beyond_base"], row["sites_not_opened_of_base"]
        parts = []
        if _is(more):
            parts.append(msg("opens {sites} as well", sites=_few(str(more))))
        if _is(fewer):
            parts.append(msg("does not open {sites}", sites=_few(str(fewer))))
        if parts:
            lines.append(msg("{scenario}: {what}", scenario=row["scenario"], what=parts).text(lang))
    return Section(msg("Campuses opened, against base").text(lang), None, tuple(lines))


def _few(sites: str) -> Message | list[str]:
    names = sites.split(";")
    if len(names) <= _MOST:
        return names
    return msg("{sites} and {count} more", sites=names[:_MOST], count=len(names) - _MOST)


def _unplanned(row: Mapping[str, Any], lang: str) -> Section:
    told = str(row[f"explanation_{lang}"]).split(" | ")
    shown = told[:_MOST]
    if len(told) > _MOST:
        more = msg("{count} more lines in {path}", count=len(told) - _MOST, path=row["folder"])
        shown.append(more.text(lang))
    status = status_text(str(row["status"]))
    title = msg("{scenario}: {status}", scenario=row["scenario"], status=status)
    return Section(title.text(lang), None, tuple(shown))
