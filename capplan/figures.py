"""The figures that a memo opens with, computed from a plan's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from capplan.frames import summed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from capplan.derived import Derived

__all__ = ["key_figures", "latency_by_class", "utilisation"]


def key_figures(data: Derived, tables: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """Return the key figures at the horizon's end.

    Parameters
    ----------
    data
        What follows from the case.
    tables
        The plan's tables.

    Returns
    -------
    dict
        Figures by name; a name ends in its unit, else it is a count or a ratio. `capex_cny` is the sum of all periods.
    """
    last = data.years[-1]
    capacity = tables["capacity"][tables["capacity"]["year"] == last]
    energy = tables["energy"][tables["energy"]["year"] == last]
    facility, it_mwh = float(energy["facility_mwh"].sum()), float(energy["it_mwh"].sum())
    used = utilisation(data, tables)
    racks = used[(used["unit"] == "standard_rack") & (used["year"] == last)]
    figures = {
        "standard_racks": float(capacity["standard_racks"].sum()),
        "pflops_fp16": float(capacity["pflops_fp16"].sum()),
        "pflops_fp64": float(capacity["pflops_fp64"].sum()),
        "it_installed_mw": float(capacity["it_mw"].sum()),
        "edge_nodes": float(_edge_nodes(data, capacity)),
        "sites": float(capacity["site_id"].nunique()),
        "facility_gwh": facility / 1000.0,
        "peak_mw": float(energy["peak_mw"].sum()),
        "green_share": float(energy["green_mwh"].sum()) / facility if facility else 0.0,
        "pue": facility / it_mwh if it_mwh else 0.0,
        "emissions_kt": float(energy["emissions_t"].sum()) / 1000.0,
        "water_m3": float(energy["water_m3"].sum()),
        "rack_utilisation": float(racks["used"].sum() / racks["held"].sum()) if len(racks) else 0.0,
        "empty_racks": float((racks["held"] - racks["used"]).sum()) if len(racks) else 0.0,
        "capex_cny": float(tables["builds"]["capex_cny"].sum()),
        "land_ha": float(tables["sites"]["land_ha"].sum()),
        "connection_mva": float(tables["sites"]["connection_mva"].sum()),
    }
    return {name: round(value, 6) for name, value in figures.items()}


def _edge_nodes(data: Derived, capacity: pd.DataFrame) -> float:
    each = data.technologies["edge_nodes"].astype(float).reindex(capacity["technology"]).to_numpy()
    return float((capacity["modules"].to_numpy(dtype=float) * each).sum())


def utilisation(data: Derived, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return what halls hold and what is used, copies included.

    Racks inside AI and supercomputing halls are counted by the compute that they hold, not here again.

    Parameters
    ----------
    data
        What follows from the case.
    tables
        The plan's tables `hosting` and `capacity`.

    Returns
    -------
    DataFrame
        unit, year, held [unit], used [unit].
    """
    hosting, capacity = tables["hosting"], tables["capacity"]
    units = data.table("classes").set_index("class_id")["unit"]
    used = summed(hosting.assign(unit=hosting["class"].map(units)), ["unit", "year"], "amount")
    parts = []
    for unit, column in (
        ("standard_rack", "standard_racks"),
        ("pflops_fp16", "pflops_fp16"),
        ("pflops_fp64", "pflops_fp64"),
    ):
        hosts = set(data.hosting.loc[data.hosting["unit"] == unit, "technology"])
        copies = data.technologies.index[data.technologies["copies"].astype(bool)]
        own = capacity[
            capacity["technology"].isin(hosts | (set(copies) if unit == "standard_rack" else set()))
        ]
        parts.append(summed(own, ["year"], column).rename(columns={column: "held"}).assign(unit=unit))
    held = pd.concat(parts, ignore_index=True)
    both = held.merge(used.rename(columns={"amount": "used"}), how="left").fillna({"used": 0.0})
    return both[["unit", "year", "held", "used"]].copy()


def latency_by_class(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return latency by class and year.

    Parameters
    ----------
    tables
        The plan's table `service`.

    Returns
    -------
    DataFrame
        class, year, limit [ms, empty for none], worst [ms], mean [ms, weighted by amount].
    """
    service = tables["service"]
    frame = service.assign(weighted=service["amount"] * service["latency_ms"])
    grouped = frame.groupby(["class", "year"], as_index=False).agg(
        limit=("latency_limit_ms", "max"),
        worst=("latency_ms", "max"),
        weighted=("weighted", "sum"),
        amount=("amount", "sum"),
    )
    grouped["mean"] = grouped["weighted"] / grouped["amount"]
    return grouped.drop(columns=["weighted", "amount"])
