"""What differs between two plans, one table a subject: figures, capacity, building, cost, energy, service, limits."""

from __future__ import annotations

import numpy as np
import pandas as pd

from capplan.compare.pairs import ALIKE, differs, paired
from capplan.compare.scope import Scope, aligned
from capplan.figures import latency_by_class
from capplan.plan import Plan

__all__ = ["FACETS", "SIZES", "figure_table"]

SIZES = ("modules", "standard_racks", "pflops_fp16", "pflops_fp64", "it_mw")
"""Measures of capacity."""

_ENERGY = (
    "it_mwh",
    "facility_mwh",
    "grid_mwh",
    "green_mwh",
    "cost_cny",
    "peak_mw",
    "emissions_t",
    "water_m3",
)
_BOUNDS = ("objective_cny", "dual_bound")


def figure_table(before: Plan, after: Plan) -> pd.DataFrame:
    """Return the key figures at the horizon's end, and the cost with its bound.

    Parameters
    ----------
    before, after
        The plans.

    Returns
    -------
    DataFrame
        figure, change, before, after, difference, ratio [1].
    """
    one, other = (
        {name: plan.record.get(name) for name in _BOUNDS} | dict(plan.record.get("key_figures") or {})
        for plan in (before, after)
    )
    names = [*one, *(name for name in other if name not in one)]
    rows = pd.DataFrame({"figure": names})
    rows["before"] = pd.Series([one.get(name) for name in names], dtype=float)
    rows["after"] = pd.Series([other.get(name) for name in names], dtype=float)
    rows["difference"] = rows["after"] - rows["before"]
    rows["ratio"] = (rows["difference"] / rows["before"].abs()).where(rows["before"].abs() > 0.0)
    change = np.where(differs(rows["before"], rows["after"]), "changed", "same")
    rows.insert(1, "change", [str(word) for word in change])
    return rows


def _capacity(before: Plan, after: Plan, scope: Scope) -> pd.DataFrame:
    """Return what is in service by technology."""
    one, other = _both(before, after, "capacity", scope)
    return _paired_sums(one, other, ["technology", "when"], SIZES)


def _capacity_sites(before: Plan, after: Plan, scope: Scope) -> pd.DataFrame:
    """Return what is in service by site and technology."""
    one, other = _both(before, after, "capacity", scope)
    keys = ["site_id", "technology", "when"]
    return paired(one, other, keys, SIZES, fill=0.0)


def _builds(before: Plan, after: Plan, scope: Scope) -> pd.DataFrame:
    """Return what is built, retrofitted, retired or merged by technology and action."""
    del scope
    keys = ["action", "technology", "year"]
    return _paired_sums(before.tables["builds"], after.tables["builds"], keys, ("modules", "capex_cny"))


def _builds_sites(before: Plan, after: Plan, scope: Scope) -> pd.DataFrame:
    """Return what is built, retrofitted, retired or merged at each site."""
    del scope
    keys = ["site_id", "action", "technology", "year"]
    return paired(before.tables["builds"], after.tables["builds"], keys, ("modules", "capex_cny"), fill=0.0)


def _costs(before: Plan, after: Plan, scope: Scope) -> pd.DataFrame:
    """Return contributions to the objective by term and year: their differences sum to that of the objectives."""
    del scope
    return _paired_sums(before.tables["costs"], after.tables["costs"], ["term", "year"], ("cny",))


def _targets(before: Plan, after: Plan, scope: Scope) -> pd.DataFrame:
    """Return targets: what they require, what is achieved, and whether that is enough."""
    del scope
    parts = []
    for plan in (before, after):
        table = plan.tables["targets"]
        least = -ALIKE * table["required"].astype(float).abs().clip(lower=1.0)
        parts.append(table.assign(met=table["margin"].astype(float) >= least))
    words = ("region", "metric", "year", "relation", "kind", "met", "binding")
    return paired(parts[0], parts[1], ["target_id"], ("required", "achieved", "margin"), words=words)


def _energy(before: Plan, after: Plan, scope: Scope) -> pd.DataFrame:
    """Return electricity of all sites together, with its green share."""
    parts = []
    for part in _both(before, after, "energy", scope):
        names = [name for name in _ENERGY if name in part.columns]
        sums = _sums(part, ["when"], names)
        share = (sums["green_mwh"] / sums["facility_mwh"]).where(sums["facility_mwh"] > 0.0)
        parts.append(sums.assign(green_share=share))
    return paired(parts[0], parts[1], ["when"], (*_ENERGY, "green_share"), fill=0.0)


def _energy_sites(before: Plan, after: Plan, scope: Scope) -> pd.DataFrame:
    """Return electricity by site."""
    one, other = _both(before, after, "energy", scope)
    return paired(one, other, ["site_id", "when"], (*_ENERGY, "green_share"), fill=0.0)


def _contracts(before: Plan, after: Plan, scope: Scope) -> pd.DataFrame:
    """Return green contracts by offer and group."""
    one, other = _both(before, after, "contracts", scope)
    return _paired_sums(one, other, ["offer_id", "group", "when"], ("mw", "mwh"))


def _latency(before: Plan, after: Plan, scope: Scope) -> pd.DataFrame:
    """Return worst, mean and largest allowed latency by class."""
    names = {"limit": "limit_ms", "worst": "worst_ms", "mean": "mean_ms"}
    parts = [
        aligned(latency_by_class(plan.tables).rename(columns=names), scope, side)
        for side, plan in enumerate((before, after))
    ]
    return paired(parts[0], parts[1], ["class", "when"], tuple(names.values()))


def _service(before: Plan, after: Plan, scope: Scope) -> pd.DataFrame:
    """Return how much of each class is served, and how much of it by another site than in the first plan."""
    keys, unit = ["class", "unit", "when"], ["zone_id", "site_id"]
    one, other = _both(before, after, "service", scope)
    links = _paired_sums(one, other, [*keys, *unit], ("amount",))
    found = _paired_sums(one, other, keys, ("amount",))
    lost = links.assign(
        lost=(-links["amount_difference"]).clip(lower=0.0), won=links["amount_difference"].clip(lower=0.0)
    )
    moved = (
        lost.groupby(keys, as_index=False)[["lost", "won"]].sum()
        if len(lost)
        else lost[[*keys, "lost", "won"]]
    )
    joined = found.merge(moved, on=keys, how="left")
    joined["moved"] = joined[["lost", "won"]].min(axis=1).fillna(0.0)
    joined.loc[(joined["change"] == "same") & differs(joined["moved"], 0.0 * joined["moved"]), "change"] = (
        "changed"
    )
    return joined.drop(columns=["lost", "won"])


def _limits(before: Plan, after: Plan, scope: Scope) -> pd.DataFrame:
    """Return limits: their bounds, what is used, and whether they bind."""
    del scope
    keys = ["limit", "region", "year"]
    parts = [
        plan.tables["limits"].assign(
            year=plan.tables["limits"]["year"].astype("Int64").astype("string").fillna("")
        )
        for plan in (before, after)
    ]
    words = ("binding", "unit") if all("unit" in part.columns for part in parts) else ("binding",)
    return paired(parts[0], parts[1], keys, ("bound", "used"), words=words)


def _both(before: Plan, after: Plan, name: str, scope: Scope) -> tuple[pd.DataFrame, pd.DataFrame]:
    return aligned(before.tables[name], scope, 0), aligned(after.tables[name], scope, 1)


def _paired_sums(
    one: pd.DataFrame, other: pd.DataFrame, keys: list[str], measures: tuple[str, ...]
) -> pd.DataFrame:
    """Return the sums of two tables by key, side by side; what only one has counts nothing in the other."""
    return paired(_sums(one, keys, measures), _sums(other, keys, measures), keys, measures, fill=0.0)


def _sums(frame: pd.DataFrame, keys: list[str], measures: tuple[str, ...] | list[str]) -> pd.DataFrame:
    names = [name for name in measures if name in frame.columns]
    if frame.empty:
        return frame.reindex(columns=[*keys, *names])
    return frame.groupby(keys, as_index=False, dropna=False)[names].sum()


FACETS = {
    "capacity": _capacity,
    "capacity_sites": _capacity_sites,
    "builds": _builds,
    "builds_sites": _builds_sites,
    "costs": _costs,
    "targets": _targets,
    "energy": _energy,
    "energy_sites": _energy_sites,
    "contracts": _contracts,
    "latency": _latency,
    "service": _service,
    "limits": _limits,
}
"""What each table of a comparison holds, by its name."""
