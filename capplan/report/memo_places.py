"""Where a plan puts things: by prefecture, by technology, and the largest builds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd

from capplan.messages import Message, msg
from capplan.report.numbers import amount
from capplan.report.sections import Grid, Section
from capplan.schema.spec import EVERY, LIST_SEPARATOR

if TYPE_CHECKING:
    from capplan.case import Case
    from capplan.plan import Plan
    from capplan.report.names import Names

__all__ = ["by_prefecture", "by_technology", "largest_builds"]

_SHOWN = 12
_RACK_TARGETS = ("standard_racks", "standard_racks_added")
_MEASURES = ["standard_racks", "pflops_fp16", "pflops_fp64", "edge_nodes"]


def by_prefecture(plan: Plan, names: Names) -> Section | None:
    """Return racks, PFLOPS, edge nodes and campuses of every prefecture at the horizon's end.

    Where all of it stands in one prefecture, its zones take the prefectures' place.

    Parameters
    ----------
    plan : Plan
        The plan.
    names : Names
        Names in the language wanted.
    """
    held = _in_service(plan)
    if held.empty:
        return None
    column, heading, name = _division(plan, names)
    area = plan.tables["sites"].set_index("site_id")[column]
    held["area"] = held["site_id"].map(area)
    place = held.groupby("area")[_MEASURES].sum()
    place["campuses"] = held[held["modules"] > 0].groupby("area")["site_id"].nunique()
    actions = _actions(plan)
    actions["area"] = actions["site_id"].map(area)
    racks = actions.pivot_table(
        index="area", columns="action", values="standard_racks", aggfunc="sum", fill_value=0.0
    )
    place["built"] = _column(racks, "build") + _column(racks, "committed") + _column(racks, "project")
    place["retrofitted"] = _column(racks, "retrofit")
    place = place.fillna(0.0).sort_values("standard_racks", ascending=False, kind="stable")
    columns = [
        "standard_racks",
        "built",
        "retrofitted",
        "pflops_fp16",
        "pflops_fp64",
        "edge_nodes",
        "campuses",
    ]
    rows = [(name(str(code)), *_amounts(row, columns)) for code, row in place[columns].iterrows()]
    rows.append((names.say(msg("together")), *_amounts(place[columns].sum(), columns)))
    headings = (
        heading,
        msg("racks in service"),
        msg("of them new"),
        msg("of them retrofitted"),
        msg("PFLOPS FP16"),
        msg("PFLOPS FP64"),
        msg("edge nodes"),
        msg("campuses"),
    )
    title = msg("Where things stand at the end of {year} (standard racks)", year=plan.case.study.periods[-1])
    numeric = (False, *(True for _ in columns))
    grid = Grid(names.headings(headings), tuple(rows), numeric, total=True)
    return Section(names.say(title), grid, _not_counted(plan, held, names))


def _not_counted(plan: Plan, held: pd.DataFrame, names: Names) -> tuple[str, ...]:
    """Return which of the racks in service the targets for racks of the whole region leave out, where any do."""
    targets = plan.case.table("targets")
    whole = targets["metric"].isin(_RACK_TARGETS) & (targets["region"] == plan.case.study.region)
    counts = [set(str(cell).split(LIST_SEPARATOR)) for cell in targets.loc[whole, "counts"]]
    if not counts or any(EVERY in counted for counted in counts):
        return ()
    racks = held.groupby("technology")["standard_racks"].sum()
    left = [
        name for name in plan.case.technologies if racks.get(name, 0.0) and name not in set.union(*counts)
    ]
    if not left:
        return ()
    told = msg(
        "Of these, {racks} racks ({technologies}) do not count for targets for racks.",
        racks=amount(float(racks[left].sum())),
        technologies=[names.technology(name) for name in left],
    )
    return (names.say(told),)


def _division(plan: Plan, names: Names) -> tuple[str, Message, Callable[[str], str]]:
    """Return the column by which sites are summed up, what it is called, and how its values are named."""
    if len(set(plan.tables["sites"]["prefecture_adcode"])) == 1:
        return "zone_id", msg("district"), names.zone
    return "prefecture_adcode", msg("prefecture"), names.prefecture


def by_technology(plan: Plan, names: Names) -> Section | None:
    """Return modules, racks and PFLOPS of every technology at the horizon's end.

    Parameters
    ----------
    plan : Plan
        The plan.
    names : Names
        Names in the language wanted.
    """
    held = _in_service(plan)
    if held.empty:
        return None
    columns = ["modules", "standard_racks", "pflops_fp16", "pflops_fp64", "it_mw"]
    frame = held.groupby("technology")[columns].sum()
    frame = frame[frame["modules"] > 0]
    order = [name for name in plan.case.technologies if name in frame.index]
    rows = tuple((names.technology(name), *_amounts(frame.loc[name], columns)) for name in order)
    headings = (
        msg("technology"),
        msg("modules"),
        msg("standard racks"),
        msg("PFLOPS FP16"),
        msg("PFLOPS FP64"),
        msg("IT power [MW]"),
    )
    title = msg("What stands at the end of {year}", year=plan.case.study.periods[-1])
    return Section(names.say(title), Grid(names.headings(headings), rows, (False, *(True for _ in columns))))


def largest_builds(plan: Plan, names: Names) -> Section | None:
    """Return the largest building actions, by their capital cost.

    Parameters
    ----------
    plan : Plan
        The plan.
    names : Names
        Names in the language wanted.
    """
    actions = _actions(plan)
    actions = actions[
        actions["action"].isin(["build", "project", "retrofit", "committed"]) & (actions["modules"] > 0)
    ]
    if actions.empty:
        return None
    order = ["capex_cny", "standard_racks", "site_id", "technology", "year"]
    ranked = actions.sort_values(order, ascending=[False, False, True, True, True], kind="stable")
    column, heading, named = _division(plan, names)
    place = plan.tables["sites"].set_index("site_id")[column]
    rows = tuple(
        (
            names.site(str(row["site_id"])),
            named(str(place.get(row["site_id"], ""))),
            names.technology(str(row["technology"])),
            names.action(str(row["action"])),
            str(row["year"]),
            *_amounts(row, ["modules", "standard_racks", "pflops_fp16"]),
        )
        for row in ranked.head(_SHOWN).to_dict("records")
    )
    headings = (
        msg("site"),
        heading,
        msg("technology"),
        msg("action"),
        msg("year"),
        msg("modules"),
        msg("standard racks"),
        msg("PFLOPS FP16"),
    )
    left = len(ranked) - len(rows)
    lines = (names.say(msg("… and {count} more in tables/builds.csv", count=left)),) if left else ()
    numeric = (False, False, False, False, True, True, True, True)
    return Section(names.say(msg("Largest builds")), Grid(names.headings(headings), rows, numeric), lines)


def module_sizes(case: Case) -> pd.DataFrame:
    """Return what a module of each technology holds: standard racks, PFLOPS, edge nodes; index technology.

    Parameters
    ----------
    case : Case
        The case.
    """
    sizes = {
        name: [float(getattr(technology, measure).value) for measure in _MEASURES]
        for name, technology in case.technologies.items()
    }
    return pd.DataFrame.from_dict(sizes, orient="index", columns=_MEASURES)


def _in_service(plan: Plan) -> pd.DataFrame:
    table = plan.tables["capacity"]
    last = table[table["year"] == plan.case.study.periods[-1]].copy()
    nodes = module_sizes(plan.case)["edge_nodes"]
    last["edge_nodes"] = last["modules"] * last["technology"].map(nodes).fillna(0.0)
    return last


def _actions(plan: Plan) -> pd.DataFrame:
    table = plan.tables["builds"].copy()
    sizes = module_sizes(plan.case)
    for measure in _MEASURES:
        table[measure] = table["modules"] * table["technology"].map(sizes[measure]).fillna(0.0)
    return table


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    return frame[name] if name in frame.columns else pd.Series(0.0, index=frame.index)


def _amounts(row: Any, columns: list[str]) -> tuple[str, ...]:
    digits = {"pflops_fp64": 1, "it_mw": 1}
    return tuple(amount(float(row[name]), digits.get(name, 0)) for name in columns)
