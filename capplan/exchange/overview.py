"""What the charts of a plan's workbook show, as small tables: by year and technology, by cost term, by target."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from capplan.exchange.headings import SIGNS
from capplan.messages import Message, Text, msg

if TYPE_CHECKING:
    from capplan.exchange.names import Names

__all__ = ["Block", "blocks"]

_MONEY = {"zh": (1e8, "亿元"), "en": (1e6, "million CNY")}
_WIDEST = 2.0  # a target that is met more than twice over is drawn as met twice
_SMALL = 0.005  # terms below this share of the largest are drawn together


@dataclass(frozen=True)
class Block:
    """One small table and how it is drawn.

    Attributes
    ----------
    name
        Its name, as in ``overview.capacity``.
    title
        What it shows, with the unit.
    frame
        A column of labels, then one of numbers for each series.
    kind
        ``stacked`` or plain ``column``; ``bar`` for long labels.
    line
        The series that is drawn as a line on an axis of its own; empty for none.
    pattern
        How numbers are shown.
    limit
        Where the axis of numbers ends; None where it ends by itself.
    """

    name: str
    title: Message | Text
    frame: pd.DataFrame
    kind: Literal["stacked", "column", "bar"]
    line: str = ""
    pattern: str = "#,##0"
    limit: float | None = None


def blocks(tables: Mapping[str, pd.DataFrame], names: Names) -> list[Block]:
    """Return what is drawn of a plan; what a plan has nothing of is left out.

    Parameters
    ----------
    tables
        The plan's tables.
    names
        What ids are called.
    """
    made = [
        _capacity(tables, names, "standard_racks", msg("Standard racks in service, by technology")),
        _capacity(tables, names, "pflops_fp16", msg("AI compute in service [PFLOPS FP16], by technology")),
        _energy(tables, names),
        _investment(tables, names),
        _costs(tables, names),
        _targets(tables, names),
    ]
    return [block for block in made if block is not None and len(block.frame) and block.frame.shape[1] > 1]


def _by_year(rows: pd.DataFrame, column: str, label: Callable[[str], str], year: str) -> pd.DataFrame:
    """Return sums by year, one column a technology, the largest first."""
    wide = rows.pivot_table(index="year", columns="technology", values=column, aggfunc="sum", fill_value=0.0)
    order = wide.iloc[-1].sort_values(ascending=False, kind="stable").index if len(wide) else wide.columns
    held = [name for name in order if wide[name].abs().sum() > 0]
    wide = wide[held].rename(columns=label).T.groupby(level=0, sort=False).sum().T
    return wide.rename_axis(index=year).reset_index().rename_axis(columns=None)


def _capacity(tables: Mapping[str, pd.DataFrame], names: Names, column: str, title: Message) -> Block | None:
    frame = _by_year(tables["capacity"], column, names.technology, names.say(msg("year")))
    return Block(f"capacity_{column}", title, frame, "stacked")


def _investment(tables: Mapping[str, pd.DataFrame], names: Names) -> Block | None:
    scale, unit = _MONEY[names.lang]
    rows = tables["builds"]
    frame = _by_year(rows, "capex_cny", names.technology, names.say(msg("year")))
    frame.iloc[:, 1:] = frame.iloc[:, 1:] / scale
    title = msg("Capital cost of what is built, by year and technology [{unit}]", unit=unit)
    return Block("investment", title, frame, "stacked", pattern="#,##0.0")


def _energy(tables: Mapping[str, pd.DataFrame], names: Names) -> Block | None:
    sums = tables["energy"].groupby("year")[["facility_mwh", "green_mwh"]].sum()
    green, share = names.say(msg("green electricity")), names.say(msg("green share"))
    other = names.say(msg("other electricity"))
    used = sums["facility_mwh"]
    frame = pd.DataFrame(
        {
            names.say(msg("year")): sums.index.astype(int),
            green: (sums["green_mwh"] / 1000.0).to_numpy(),
            other: ((used - sums["green_mwh"]).clip(lower=0.0) / 1000.0).to_numpy(),
            share: (sums["green_mwh"] / used.where(used > 0)).fillna(0.0).to_numpy(),
        }
    )
    title = msg("Energy of all facilities [GWh] and green share")
    return Block("energy", title, frame, "stacked", line=share, pattern="#,##0.0")


def _costs(tables: Mapping[str, pd.DataFrame], names: Names) -> Block | None:
    scale, unit = _MONEY[names.lang]
    sums = tables["costs"].groupby("term")["cny"].sum()
    if sums.empty:
        return None
    large = sums[sums.abs() >= _SMALL * sums.abs().max()].sort_values(ascending=False, kind="stable")
    rest = float(sums.drop(large.index).sum())
    labels = [names.term(str(term)) for term in large.index]
    values = [float(value) / scale for value in large]
    if len(large) < len(sums):
        labels, values = [*labels, names.say(msg("all other terms"))], [*values, rest / scale]
    frame = pd.DataFrame({names.say(msg("cost term")): labels, names.say(msg("net present cost")): values})
    title = msg("Net present cost by term, income negative [{unit}]", unit=unit)
    return Block("costs", title, frame, "bar", pattern="#,##0.00")


def _targets(tables: Mapping[str, pd.DataFrame], names: Names) -> Block | None:
    targets = tables["targets"].sort_values(["year", "metric", "region"], kind="stable")
    targets = targets[targets["required"] > 0]
    labels = [
        f"{names.region(str(row.region))} · {names.metric(str(row.metric))} {SIGNS.get(str(row.relation), row.relation)} {row.required:,g} · {row.year}"
        for row in targets.itertuples()
    ]
    share = (targets["achieved"] / targets["required"]).to_numpy()
    frame = pd.DataFrame({names.say(msg("target")): labels, names.say(msg("achieved over required")): share})
    title = msg("Targets: achieved over required")
    return Block("targets", title, frame, "bar", pattern="0%", limit=_WIDEST)
