"""Which maps a plan has: every style whose tables hold something, and a sheet for each region that a style is repeated over.

A style says in ``needs`` which columns it draws. A map that would be empty is no map of that plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from capplan.atlas.sheet_names import sheet_names
from capplan.atlas.style import Style, map_names, style_of
from capplan.errors import RenderError, nearest_name
from capplan.messages import Message, msg
from capplan.partial import MissingTable

if TYPE_CHECKING:
    from capplan.plan import Plan

__all__ = ["Drawing", "chosen", "drawings", "lacking", "left_out"]

_INPUT = "case."


@dataclass(frozen=True)
class Drawing:
    """One map of a plan.

    Attributes
    ----------
    name
        Its name, which its files are called by: that of its style, for a sheet with the region's code after it
        (shortened, with a stable suffix, where no file could be called by it).
    style
        Its style.
    region
        The region that a sheet is of, by region_id; empty for the whole study region.
    """

    name: str
    style: Style
    region: str = ""


def drawings(plan: Plan) -> list[Drawing]:
    """Return every map that a plan has data for, in the order of the styles.

    Parameters
    ----------
    plan
        The plan.
    """
    styles = sorted((style_of(name) for name in map_names()), key=lambda style: (style.order, style.file))
    return [one for style in styles if lacking(plan, style) is None for one in _repeated(plan, style)]


def chosen(plan: Plan, names: Iterable[str]) -> list[Drawing]:
    """Return the maps of a plan by their names; the name of a style that is repeated means all its sheets.

    Parameters
    ----------
    plan
        The plan.
    names
        Names of maps; none means every map that the plan has data for.

    Raises
    ------
    MissingTable
        If a table that the map needs is missing from the plan folder.
    RenderError
        If there is no such map, or the plan has nothing for it.
    """
    possible = drawings(plan)
    found: dict[str, Drawing] = {}
    wanted = list(names)
    for name in wanted:
        fitting = [one for one in possible if name in (one.name, one.style.file)]
        if not fitting:
            _require_tables(plan, name)
            raise RenderError(_refusal(plan, name, possible))
        found |= {one.name: one for one in fitting}
    return list(found.values()) if wanted else possible


def left_out(plan: Plan) -> dict[str, Message]:
    """Return the styles for which a plan has nothing, each with the reason.

    A map of tables that no plan has by itself, such as that of two plans compared, is not missed.

    Parameters
    ----------
    plan
        The plan.
    """
    styles = [style_of(name) for name in map_names()]
    reasons = {style.file: lacking(plan, style) for style in styles if style.missed}
    return {name: reason for name, reason in reasons.items() if reason is not None}


def lacking(plan: Plan, style: Style) -> Message | None:
    """Return why a plan has nothing for a map, or None where it has what the map needs.

    Parameters
    ----------
    plan
        The plan.
    style
        The map's style.
    """
    periods = len(plan.case.study.periods)
    if periods < style.least_periods:
        return msg(
            "it shows at least {least} periods, and the plan has {periods}",
            least=style.least_periods,
            periods=periods,
        )
    for name, columns in style.needs.items():
        try:
            table = _table(plan, name)
        except MissingTable as fault:
            return fault.reason
        if table is None or table.empty:
            return msg("the plan has no rows of table {table}", table=name)
        for column in columns:
            if column not in table.columns or not _says_something(table[column]):
                return msg("table {table} of the plan has nothing in {column}", table=name, column=column)
    if style.repeat is not None and not _repeated(plan, style):
        return msg(
            "the case has no regions of kind {kind} for it", kind=style.repeat.having or style.repeat.kind
        )
    return None


def _refusal(plan: Plan, name: str, possible: Iterable[Drawing]) -> Message:
    if name in map_names():
        reason = lacking(plan, style_of(name))
        return msg("map {name} cannot be drawn: {reason}", name=name, reason=reason)
    known = list(dict.fromkeys([*(one.name for one in possible), *map_names()]))
    near = nearest_name(name, known)
    if near is None:
        return msg("there is no map {name}; known: {known}", name=name, known=", ".join(known))
    return msg("there is no map {name}; the nearest is {nearest}", name=name, nearest=near)


def _require_tables(plan: Plan, name: str) -> None:
    """Ask for the tables that a map needs, which is an error where one is missing."""
    if name in map_names():
        for table in style_of(name).needs:
            _table(plan, table)


def _table(plan: Plan, name: str) -> pd.DataFrame | None:
    tables: Mapping[str, pd.DataFrame] = plan.case.tables if name.startswith(_INPUT) else plan.tables
    return tables.get(name.removeprefix(_INPUT))


def _says_something(column: pd.Series) -> bool:
    """Return whether a column has a value, and, if it is one of numbers, one that is not zero."""
    held = column.dropna()
    if pd.api.types.is_bool_dtype(held) or not pd.api.types.is_numeric_dtype(held):
        return len(held) > 0
    return bool((held != 0).any())


def _repeated(plan: Plan, style: Style) -> list[Drawing]:
    if style.repeat is None:
        return [Drawing(style.file, style)]
    from capplan.atlas.focus import regions_of

    regions = regions_of(plan, style.repeat)
    names = sheet_names(region.code for region in regions)
    return [Drawing(f"{style.file}-{names[region.code]}", style, region.region_id) for region in regions]
