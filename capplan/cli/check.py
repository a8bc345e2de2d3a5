"""``capplan check``: every fault of a case at once, or how large it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from capplan.cli._options import scenario_option
from capplan.cli._session import Command, Session, spoken
from capplan.cli._streams import print_json, write
from capplan.messages import Message, msg

if TYPE_CHECKING:
    from capplan.case import Case


@click.command(
    cls=Command,
    short_help="Look for faults in a case.",
    epilog="Example: capplan check my-region/my-region.xlsx",
)
@click.argument("case")
@scenario_option("")
@spoken
@click.pass_obj
def command(session: Session, case: str, scenarios: tuple[str, ...]) -> int:
    """Look for every fault of CASE, a packaged name, a folder or a workbook, and list them all at once.

    Exit code 0 if there is none, 3 if there are any.
    """
    from capplan.cli._case import read_case
    from capplan.unused import unused

    found = read_case(case, scenarios=scenarios)
    size, idle = case_size(found), unused(found)
    computed = _formulas(Path(case))
    titles = {name: scenario.title.text for name, scenario in found.study.scenarios.items()}
    if session.json:
        told = {name: {"zh": title.zh, "en": title.en} for name, title in titles.items()}
        applied = list(found.study.applied)
        print_json(
            {
                "case": found.name,
                "faults": [],
                "unused": [entry.text("en") for entry in idle],
                "size": size,
                "scenarios": told,
                "applied": applied,
                "formulas": list(computed),
            }
        )
    elif not session.quiet:
        lines = [*_size_lines("+".join((found.name, *found.study.applied)), size)]
        if titles:
            listed = [msg("{name} ({title})", name=name, title=title) for name, title in titles.items()]
            lines.append(msg("scenarios: {scenarios}", scenarios=listed))
        if computed:
            lines.append(_computed(computed))
        write("".join(f"{session.say(line)}\n" for line in lines))
        write("".join(f"{entry.text(session.lang)}\n" for entry in idle))
    return 0


def _formulas(path: Path) -> tuple[str, ...]:
    """Return the cells of a workbook that are formulas; none of a case that is no workbook."""
    from capplan.reading.workbook import formula_cells, is_workbook

    return formula_cells(path) if path.is_file() and is_workbook(path) else ()


def _computed(cells: tuple[str, ...]) -> Message:
    shown = list(cells[:_SHOWN])
    fields = {"count": len(cells), "cells": shown, "rest": len(cells) - len(shown)}
    if len(cells) > len(shown):
        return msg(
            "{count} cells are formulas, read as what they last showed: {cells} and {rest} more", **fields
        )
    return msg("{count} cells are formulas, read as what they last showed: {cells}", **fields)


_SHOWN = 10


def case_size(case: Case) -> dict[str, Any]:
    """Return how many zones, gates, sites, technologies, classes, targets and years a case has.

    Parameters
    ----------
    case : Case
        The case.
    """
    zones = case.tables["zones"]
    gates = int((zones["kind"] == "gate").sum())
    return {
        "zones": len(zones) - gates,
        "gates": gates,
        "sites": len(case.tables["sites"]),
        "technologies": len(case.technologies),
        "classes": len(case.tables["classes"]),
        "targets": len(case.tables["targets"]),
        "periods": [int(year) for year in case.study.periods],
    }


def _size_lines(name: str, size: dict[str, Any]) -> tuple[Message, ...]:
    return (
        msg("{case}: no faults", case=name),
        msg(
            "zones: {zones}; gates of outside demand: {gates}; candidate sites: {sites}; technologies: {technologies}; "
            "service classes: {classes}; targets: {targets}; years: {years}",
            years=[str(year) for year in size["periods"]],
            **{key: value for key, value in size.items() if key != "periods"},
        ),
    )
