"""Sentences and units in which conflicts are told, and why demand stays unserved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from capplan.messages import Message, Text, msg

if TYPE_CHECKING:
    from capplan.derived import Derived

__all__ = ["sentences", "share_sentences", "units", "unserved"]


def units() -> dict[str, Message | Text]:
    """Return what a planner reads for each unit of rows and metric of targets."""
    return {
        "standard_rack": msg("standard racks"),
        "standard_racks": msg("standard racks"),
        "standard_racks_added": Text(zh="标准机架", en="standard racks added"),
        "standard_rack/yr": msg("standard racks a year"),
        "pflops_fp16": Text(zh="PFLOPS FP16", en="PFLOPS FP16"),
        "pflops_fp64": Text(zh="PFLOPS FP64", en="PFLOPS FP64"),
        "edge_nodes": msg("edge nodes"),
        "dr_centres": msg("disaster-recovery centres"),
        "module": msg("modules"),
        "m3": msg("cubic metres"),
        "1e6 CNY": msg("million CNY"),
    }


def sentences() -> dict[str, Callable[[Mapping[str, object]], Message]]:
    """Return how each family is said; the fields are place, year, amount, unit, bound, name, money."""
    return {
        "grid_headroom": lambda f: msg("grid headroom at {place} by {year}: {amount} MVA more", **f),
        "site_power": lambda f: msg("grid connection of {place} by {year}: {amount} MVA more", **f),
        "site_design_power": lambda f: msg("grid connection of {place} by {year}: {amount} MVA more", **f),
        "site_land": lambda f: msg("land at {place} by {year}: {amount} ha more", **f),
        "green_available": lambda f: msg("green power offered at {place} in {year}: {amount} MW more", **f),
        "build_racks_per_year": lambda f: msg(
            "construction rate of {place} in {year}: {amount} standard racks a year more", **f
        ),
        "demand": lambda f: msg("demand for {name} in {year}: {amount} {unit} unserved ({place})", **f),
        "budget": lambda f: msg("funding in {year}: {money} more", **f),
        "copies": lambda f: msg(
            "second copies of {name} in {year}: {amount} {unit} without one ({place})", **f
        ),
        "edge_coverage": lambda f: msg(
            "edge coverage of {place} in {year}: {percent} percentage points less", **f
        ),
        "green_share": lambda f: msg(
            "green electricity of {place} in {year}: {amount} MWh less than asked", **f
        ),
        "energy_gwh": lambda f: msg("energy quota of {place} in {year}: {amount} GWh more", **f),
        "land_ha": lambda f: msg("land quota of {place} in {year}: {amount} ha more", **f),
        "water_m3": lambda f: msg("water quota of {place} in {year}: {amount} m³ more", **f),
        "max_share": lambda f: msg("largest share of {place} in {year}: {amount} {unit} above it", **f),
        "pue_cap_count": lambda f: msg(
            "PUE cap at {place} in {year}: {amount} modules of {name} above it", **f
        ),
        "pue_cap_converted": lambda f: msg(
            "PUE cap at {place} in {year}: {amount} retrofitted modules above it", **f
        ),
    }


def share_sentences() -> dict[str, Callable[[Mapping[str, object]], Message]]:
    """Return how rows that hold shares are said; the fields are place, year, name (of what), percent (by how much) and share (to)."""
    return {
        "max_share": lambda f: msg(
            "most that {place} may hold of all {name} in {year}: {percent} percentage points more, {share} %",
            **f,
        ),
        "min_share": lambda f: msg(
            "least that {place} must hold of all {name} in {year}: {percent} percentage points less, {share} %",
            **f,
        ),
        "green_share": lambda f: msg(
            "green share of the electricity used in {place} in {year}: {percent} percentage points less, {share} %",
            **f,
        ),
    }


def unserved(data: Derived, labels: Mapping[str, object]) -> Message | None:
    """Return why nobody can host a commodity's demand in its year, where sites or lead times rule it out."""
    arcs = data.commodities[1]
    mine = arcs[(arcs["commodity"] == labels["commodity"]) & (arcs["year"] == labels["year"])]
    if not len(mine):
        return msg("no site that could host it lies within its latency limit")
    pairs = data.site_technologies.merge(data.hosting[data.hosting["class_id"] == labels["class_id"]])
    pairs = pairs[pairs["site_id"].isin(mine["site_id"])]
    new = (pairs["limit"] > pairs["committed"]) & (pairs["earliest"] <= int(str(labels["year"])))
    if (new | pairs["convertible"]).any():
        return None
    return msg("no new hall that could host it can be in service by {year} (lead times)", year=labels["year"])
