"""Where demand is grouped: by prefecture where a map shows several, else by its areas; each gate is a group of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from capplan.atlas.boundaries import Boundaries
from capplan.atlas.facts import Facts
from capplan.atlas.fonts import named, writable
from capplan.atlas.remember import remembered
from capplan.atlas.rows import rows
from capplan.messages import Text

__all__ = ["Group", "Groups", "groups_of", "in_year", "printed", "site_names"]

_WIDE = {"(": "（", ")": "）", ",": "，", ";": "；", ":": "："}
_HAN = 0x2E80


@dataclass(frozen=True, slots=True)
class Group:
    """Zones that are shown as one: a prefecture, an area or a gate.

    Attributes
    ----------
    key
        Code of the prefecture, code of the area, or id of the gate.
    name
        Its name.
    lon, lat
        Where most of its demand is [deg].
    gate
        Whether it is demand from outside.
    """

    key: str
    name: Text
    lon: float
    lat: float
    gate: bool


@dataclass(frozen=True, eq=False)
class Groups:
    """The groups of a case, and to which of them zones belong.

    Attributes
    ----------
    by_key
        The groups.
    of_zone
        Key of the group by zone_id.
    """

    by_key: Mapping[str, Group]
    of_zone: Mapping[str, str]


def in_year(table: pd.DataFrame | None, year: int) -> pd.DataFrame:
    """Return the rows of a table of one year; no rows where there is no such table."""
    if table is None or "year" not in table.columns:
        return pd.DataFrame()
    return table[table["year"] == year].reset_index(drop=True)


def printed(name: Text, lang: str) -> str:
    """Return a name from data as a map prints it: what the font can write, with full-width punctuation in Chinese.

    Examples
    --------
    >>> printed(Text(zh="边缘(1毫秒)", en="Edge (1 ms)"), "zh")
    '边缘（1毫秒）'
    """
    other = "en" if lang == "zh" else "zh"
    line = writable((name.in_(lang), name.in_(other)))
    if lang != "zh" or not any(ord(char) >= _HAN for char in line):
        return line
    for narrow, wide in _WIDE.items():
        line = line.replace(f" {narrow}", wide).replace(f"{narrow} ", wide).replace(narrow, wide)
    return line


@remembered
def site_names(facts: Facts, lang: str) -> Mapping[str, str]:
    """Return the name of each site as a map prints it, by site_id."""
    return {site.site_id: printed(site.name, lang) or site.site_id for site in facts.sites}


def groups_of(facts: Facts, boundaries: Boundaries, weights: Mapping[str, float], *, fine: bool) -> Groups:
    """Return the groups of the zones.

    Parameters
    ----------
    facts
        What is shown of the plan.
    boundaries
        The areas.
    weights
        Amount by zone_id, which says where most of a group's demand is.
    fine
        Whether areas are told apart although there are several prefectures.
    """
    coarse = len(boundaries.prefectures) > 1 and not fine
    of_zone: dict[str, str] = {}
    names: dict[str, Text] = {}
    gates: set[str] = set()
    for zone in rows(facts.inputs["zones"]):
        area = boundaries.zone_area.get(str(zone.zone_id))
        if zone.kind == "gate" or area is None:
            key, name = str(zone.zone_id), named(zone.name_zh, zone.name_en, zone.zone_id)
            gates |= {key} if zone.kind == "gate" else set()
        else:
            row = boundaries.counties.iloc[area]
            key = str(row["prefecture_adcode" if coarse else "adcode"])
            own = named(row["name_zh"], row["name_en"], row["adcode"])
            name = facts.names.get(key, Text(zh=key, en=key)) if coarse else own
        of_zone[str(zone.zone_id)] = key
        names.setdefault(key, name)
    places = _places(facts.inputs["zones"], of_zone, weights)
    groups = {key: Group(key, name, *places[key], gate=key in gates) for key, name in names.items()}
    return Groups(groups, of_zone)


def _places(
    zones: pd.DataFrame, of_zone: Mapping[str, str], weights: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    """Return the mean position of each group's zones, weighted by their amounts [deg]."""
    ids = zones["zone_id"].astype(str)
    weight = np.maximum(ids.map(dict(weights)).fillna(0.0).to_numpy(dtype=np.float64), 1e-9)
    key = ids.map(dict(of_zone))
    total = pd.Series(weight).groupby(key.to_numpy()).sum()
    found = {}
    for axis in ("lon", "lat"):
        moment = pd.Series(weight * zones[axis].to_numpy(dtype=np.float64)).groupby(key.to_numpy()).sum()
        found[axis] = moment / total
    return {str(name): (float(found["lon"][name]), float(found["lat"][name])) for name in total.index}
