"""The ledgers that every program keeps, and the two ways IT load enters them: as variables and as recounted amounts.

Facility load of a hall is affine in what is used: ``facility = fixed * installed + variable * used`` [kW], with
factors by site climate and cooling, so PUE at part load stays linear. Energy multiplies by 8,760 h, peaks by the peak
factor of the class. The same arithmetic is written once for variables (`post_load`) and once for tables
(`recount_load`), which the certificate compares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from capplan.derived import Derived
    from capplan.feature import Audit, Context
    from capplan.program import Program

__all__ = [
    "HOURS",
    "LEDGERS",
    "lasting",
    "load_factors",
    "open_ledgers",
    "post_idle",
    "post_load",
    "recount_idle",
    "recount_load",
]

HOURS = 8760.0
_SITE = ("site_id", "technology", "year")

#: name -> (unit, dimensions, meaning)
LEDGERS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "cost": ("CNY/yr", ("term", "year", "site_id"), "yearly cost by term, undiscounted; income negative"),
    "outlay": ("CNY", (*_SITE, "life"), "overnight spending of a period by what it lasts, for budgets"),
    "modules": ("module", _SITE, "modules in service at the end of the year"),
    "standard_racks": ("standard_rack", _SITE, "standard racks in service at the end of the year"),
    "standard_racks_added": ("standard_rack", _SITE, "standard racks newly built since the base year"),
    "pflops_fp16": ("PFLOPS", _SITE, "FP16 compute in service at the end of the year"),
    "pflops_fp64": ("PFLOPS", _SITE, "FP64 compute in service at the end of the year"),
    "edge_nodes": ("node", _SITE, "edge nodes in service at the end of the year"),
    "dr_centres": ("centre", _SITE, "disaster-recovery centres in service at the end of the year"),
    "build_racks_per_year": ("standard_rack/yr", _SITE, "standard racks commissioned per year of the period"),
    "land_ha": ("ha", ("site_id", "year"), "land taken up by halls in service"),
    "hosted": ("unit", ("site_id", "technology", "unit", "year"), "service and copies that halls hold"),
    "it_energy": ("MWh/yr", _SITE, "energy of IT equipment in use"),
    "facility_energy": ("MWh/yr", ("site_id", "campus", "year"), "energy of whole facilities"),
    "facility_peak": ("MW", ("site_id", "campus", "year"), "peak facility load of what is in use"),
    "design_peak": (
        "MW",
        ("site_id", "campus", "year"),
        "peak facility load were every installed rack in use",
    ),
    "water_m3": ("m3/yr", ("site_id", "year"), "water for cooling"),
    "direct_energy": ("MWh/yr", ("site_id", "year"), "energy over direct lines"),
    "emissions_t": ("t CO2/yr", ("site_id", "year"), "location-based emissions of energy from the grid"),
    "latency": ("unit ms", ("class_id", "year"), "service times latency"),
    "sites": ("site", ("site_id", "year"), "campuses opened"),
    "brought": (
        "unit of the resource",
        ("resource", "site_id", "year"),
        "what announced projects bring beyond quotas, headroom and offers",
    ),
}


def lasting(years: ArrayLike) -> NDArray[np.str_]:
    """Return how the ledger of outlays names a life, by which accounts know how long they pay.

    Parameters
    ----------
    years
        Lives [yr].

    Examples
    --------
    >>> lasting([20.0, 7.5]).tolist()
    ['20 yr', '7.5 yr']
    """
    return np.array(
        [f"{float(life):.10g} yr" for life in np.atleast_1d(np.asarray(years, dtype=float))], dtype=np.str_
    )


def open_ledgers(program: Program) -> None:
    """Open every standard ledger."""
    for name, (unit, dimensions, meaning) in LEDGERS.items():
        program.ledger(name, unit=unit, dimensions=dimensions, meaning=meaning)


def load_factors(data: Derived, labels: pd.DataFrame) -> pd.DataFrame:
    """Return the energy factors of sites and technologies.

    Parameters
    ----------
    data
        What follows from the case.
    labels
        site_id, technology, shape (n, ...).

    Returns
    -------
    DataFrame
        The columns of `Derived.plant`, one row for each row of labels, in their order.
    """
    pairs = pd.MultiIndex.from_frame(labels[["site_id", "technology"]])
    return data.plant.reindex(pairs).reset_index(drop=True)


def _amounts(
    data: Derived,
    labels: pd.DataFrame,
    kw: NDArray[np.float64],
    mean: NDArray[np.float64],
    peak: NDArray[np.float64],
) -> list[tuple[str, pd.DataFrame, NDArray[np.float64]]]:
    """Return what one unit of load adds to each ledger; `kw` is rated IT power per unit [kW]."""
    factors = load_factors(data, labels)
    keys = labels.reset_index(drop=True).assign(campus=factors["campus"], term="energy")
    it_mwh = kw * mean * HOURS / 1000.0
    facility = factors["variable"].to_numpy() * it_mwh
    peak_mw = factors["variable_peak"].to_numpy() * kw * peak / 1000.0
    return [
        ("it_energy", keys, it_mwh),
        ("facility_energy", keys, facility),
        ("facility_peak", keys, peak_mw),
        ("water_m3", keys, it_mwh * factors["water"].to_numpy()),
        ("emissions_t", keys, facility * data.grid_factor.reindex(keys["year"]).to_numpy()),
        ("cost", keys, facility * 1000.0 * factors["price"].to_numpy()),
    ]


def _idle(data: Derived, labels: pd.DataFrame) -> list[tuple[str, pd.DataFrame, NDArray[np.float64]]]:
    """Return what one installed module adds to each ledger whether or not it is used."""
    factors = load_factors(data, labels)
    keys = labels.reset_index(drop=True).assign(campus=factors["campus"], term="energy")
    kw = data.technologies["it_kw"].astype(float).reindex(keys["technology"]).to_numpy()
    overhead_mw = factors["fixed"].to_numpy() * kw / 1000.0
    design_mw = overhead_mw + factors["variable_peak"].to_numpy() * kw / 1000.0
    facility = overhead_mw * HOURS
    return [
        ("facility_energy", keys, facility),
        ("facility_peak", keys, overhead_mw),
        ("design_peak", keys, design_mw),
        ("emissions_t", keys, facility * data.grid_factor.reindex(keys["year"]).to_numpy()),
        ("cost", keys, facility * 1000.0 * factors["price"].to_numpy()),
    ]


def post_load(
    context: Context,
    labels: pd.DataFrame,
    columns: NDArray[np.int64],
    kw: NDArray[np.float64],
    mean: NDArray[np.float64],
    peak: NDArray[np.float64],
) -> None:
    """Post what service draws: energy, peak load, water, emissions and their cost.

    Parameters
    ----------
    context
        What the feature sees.
    labels
        site_id, technology, year of each variable, shape (n, ...).
    columns
        Variables, in units of service, shape (n,).
    kw
        Rated IT power of one unit [kW/unit], shape (n,).
    mean, peak
        Mean and peak IT power over the rated [ratio], shape (n,).
    """
    for ledger, keys, amount in _amounts(context.data, labels, kw, mean, peak):
        context.program.post(ledger, keys, columns, amount)


def post_idle(context: Context, labels: pd.DataFrame, columns: NDArray[np.int64]) -> None:
    """Post what installed modules draw whether or not they are used.

    Parameters
    ----------
    context
        What the feature sees.
    labels
        site_id, technology, year of each variable, shape (n, ...).
    columns
        Variables [modules], shape (n,).
    """
    for ledger, keys, amount in _idle(context.data, labels):
        context.program.post(ledger, keys, columns, amount)


def recount_load(
    audit: Audit,
    labels: pd.DataFrame,
    units: NDArray[np.float64],
    kw: NDArray[np.float64],
    mean: NDArray[np.float64],
    peak: NDArray[np.float64],
) -> None:
    """Recount what service draws, as `post_load` posts it.

    Parameters
    ----------
    audit
        What the feature sees.
    labels
        site_id, technology, year of each amount, shape (n, ...).
    units
        Amounts of service [unit], shape (n,).
    kw
        Rated IT power of one unit [kW/unit], shape (n,).
    mean, peak
        Mean and peak IT power over the rated [ratio], shape (n,).
    """
    for ledger, keys, amount in _amounts(audit.data, labels, kw, mean, peak):
        audit.post(ledger, keys, amount * units)


def recount_idle(audit: Audit, labels: pd.DataFrame, modules: NDArray[np.float64]) -> None:
    """Recount what installed modules draw whether or not they are used, as `post_idle` posts it.

    Parameters
    ----------
    audit
        What the feature sees.
    labels
        site_id, technology, year of each stock, shape (n, ...).
    modules
        Modules in service [module], shape (n,).
    """
    for ledger, keys, amount in _idle(audit.data, labels):
        audit.post(ledger, keys, amount * modules)
