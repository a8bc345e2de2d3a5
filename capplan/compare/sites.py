"""Which sites two plans open, close, grow, shrink or open in another year, and what that makes of areas and prefectures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from capplan.compare.pairs import differs, paired
from capplan.compare.scope import Scope
from capplan.plan import Plan

__all__ = ["HELD", "area_table", "prefecture_table", "site_table"]

HELD = ("standard_racks", "pflops_fp16", "pflops_fp64", "it_mw")
"""What sites are compared by."""

_SITE = ("connection_mva", "land_ha", "pue")
_WORDS = ("status", "opened", "cooling", "technologies")
_NAMES = ("name_zh", "name_en", "prefecture_adcode", "zone_id", "lon", "lat")


def site_table(before: Plan, after: Plan, scope: Scope) -> pd.DataFrame:
    """Return the sites that either plan uses, at the end of its horizon.

    Parameters
    ----------
    before, after
        The plans.
    scope
        What they have in common.

    Returns
    -------
    DataFrame
        site_id, names and place; ``change``: gained, lost, grown, shrunk (by IT power), moved (opened in another year),
        changed (anything else) or same; measures before, after and their difference; status, year of opening, cooling
        and technologies before and after.
    """
    parts = [_sites(plan, end) for plan, end in zip((before, after), scope.ends, strict=True)]
    found = paired(parts[0], parts[1], ["site_id"], (*HELD, *_SITE), words=_WORDS)
    for name in HELD:
        one, other = (found[f"{name}_{side}"].fillna(0.0) for side in ("before", "after"))
        found[f"{name}_before"], found[f"{name}_after"], found[f"{name}_difference"] = one, other, other - one
    found["change"] = _changes(found)
    known = pd.concat([parts[1], parts[0]], ignore_index=True).drop_duplicates("site_id").set_index("site_id")
    for place, name in enumerate(_NAMES, start=1):
        found.insert(place, name, known[name].reindex(found["site_id"]).to_numpy())
    return found


def _sites(plan: Plan, end: int) -> pd.DataFrame:
    """Return a plan's sites with what is in service at the end of its horizon; sites that hold nothing are none."""
    capacity = plan.tables["capacity"]
    held = capacity[(capacity["year"] == end) & (capacity["modules"] > 0)]
    sums = held.groupby("site_id")[list(HELD)].sum()
    kinds = held.groupby("site_id")["technology"].agg(lambda names: ";".join(sorted(set(map(str, names)))))
    sites = plan.tables["sites"]
    sites = sites[sites["site_id"].isin(sums.index)]
    year = sites["opened_year"].astype("Int64").astype("string").fillna("")
    own = sums.reindex(sites["site_id"]).reset_index(drop=True)
    return sites.reset_index(drop=True).assign(
        **{name: own[name] for name in HELD},
        opened=year.to_numpy(),
        technologies=kinds.reindex(sites["site_id"]).to_numpy(),
    )


def _changes(found: pd.DataFrame) -> list[str]:
    """Return what became of each site: what weighs most is told."""
    one, other = found["it_mw_before"], found["it_mw_after"]
    grown, shrunk = (
        differs(one, other) & (other > one).to_numpy(),
        differs(one, other) & (other < one).to_numpy(),
    )
    years = found[["opened_before", "opened_after"]].to_numpy()
    moved = (years != "").all(axis=1) & (years[:, 0] != years[:, 1])
    was, plain = found["change"].to_numpy(), np.where(found["change"] == "same", "same", "changed")
    named = np.where(grown, "grown", np.where(shrunk, "shrunk", np.where(moved, "moved", plain)))
    return [
        str(word) for word in np.where(was == "added", "gained", np.where(was == "removed", "lost", named))
    ]


def area_table(sites: pd.DataFrame) -> pd.DataFrame:
    """Return what is in service by area, from the table of sites.

    Parameters
    ----------
    sites
        What `site_table` gives.
    """
    return _grouped(sites, ["zone_id"])


def prefecture_table(sites: pd.DataFrame) -> pd.DataFrame:
    """Return what is in service by prefecture, from the table of sites.

    Parameters
    ----------
    sites
        What `site_table` gives.
    """
    return _grouped(sites, ["prefecture_adcode"])


def _grouped(sites: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    measures = [f"{name}_{side}" for name in HELD for side in ("before", "after", "difference")]
    sums = sites.groupby(list(keys), as_index=False)[measures].sum()
    for name in ("gained", "lost", "grown", "shrunk"):
        sums[name] = (sites["change"] == name).groupby([sites[key] for key in keys]).sum().to_numpy()
    far = np.zeros(len(sums), dtype=bool)
    for name in HELD:
        far |= differs(sums[f"{name}_before"], sums[f"{name}_after"])
    sums.insert(len(keys), "change", np.where(far, "changed", "same").astype(object))
    return sums
