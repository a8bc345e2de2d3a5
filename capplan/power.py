"""Electricity of a campus: load, connection, price, energy, water and emissions.

``contracted >= peak load / power factor`` is what a connection is for; it grows in steps. Assumptions: prices
differ by hour of the day and voltage only; emissions are location-based, at the average factor of the grid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from capplan.units import HOURS_PER_YEAR, MONTHS_PER_YEAR

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "capacity_charge",
    "connection_steps",
    "contracted_mva",
    "emissions",
    "energy_mwh",
    "facility_load",
    "mean_price",
    "water_m3",
]

_STEP_TOLERANCE: Final = 1e-9


def facility_load(
    installed: ArrayLike, used: ArrayLike, fixed: ArrayLike, variable: ArrayLike
) -> NDArray[np.float64]:
    """Load of a hall with its plant, ``fixed * installed + variable * used``.

    Parameters
    ----------
    installed, used
        IT power installed and in use [MW].
    fixed, variable
        Coefficients of `capplan.cooling.affine_pue` [MW/MW].

    Returns
    -------
    ndarray
        Facility load [MW], broadcast.

    Examples
    --------
    >>> facility_load(10.0, [0.0, 8.0], 0.05, 1.25).tolist()
    [0.5, 10.5]
    """
    standing = np.asarray(fixed, dtype=np.float64) * np.asarray(installed, dtype=np.float64)
    return np.asarray(standing + np.asarray(variable) * np.asarray(used), dtype=np.float64)


def contracted_mva(mw: ArrayLike, power_factor: ArrayLike = 0.95) -> NDArray[np.float64]:
    """Apparent power that a load takes from its connection.

    Parameters
    ----------
    mw
        Peak facility load [MW].
    power_factor
        Power factor, above 0 and at most 1 [ratio]; 0.95 is an engineering estimate (0.90 to 0.98).

    Returns
    -------
    ndarray
        Apparent power [MVA], broadcast.

    Examples
    --------
    >>> contracted_mva([0.0, 19.0]).tolist()
    [0.0, 20.0]
    """
    return np.asarray(np.asarray(mw, dtype=np.float64) / np.asarray(power_factor), dtype=np.float64)


def connection_steps(
    required_mva: ArrayLike, existing_mva: ArrayLike, step_mva: ArrayLike
) -> NDArray[np.int64]:
    """Fewest steps that bring a connection from what exists to what is required.

    Parameters
    ----------
    required_mva, existing_mva
        Apparent power required and already connected [MVA].
    step_mva
        Size of one step, above 0 [MVA].

    Returns
    -------
    ndarray
        Steps [1], broadcast; 0 where the existing connection suffices.

    Examples
    --------
    >>> connection_steps([10.0, 50.0, 51.0], 10.0, 20.0).tolist()
    [0, 2, 3]
    """
    missing = np.asarray(required_mva, dtype=np.float64) - np.asarray(existing_mva, dtype=np.float64)
    steps = np.ceil(missing / np.asarray(step_mva, dtype=np.float64) - _STEP_TOLERANCE)
    return np.asarray(np.maximum(steps, 0.0), dtype=np.int64)


def capacity_charge(mva: ArrayLike, cny_per_kva_month: ArrayLike) -> NDArray[np.float64]:
    """Yearly charge for contracted capacity.

    Parameters
    ----------
    mva
        Contracted apparent power [MVA].
    cny_per_kva_month
        Capacity charge [CNY/kVA/month].

    Returns
    -------
    ndarray
        Charge [CNY/yr], broadcast.

    Examples
    --------
    >>> capacity_charge(20.0, 23.0).tolist()
    5520000.0
    """
    monthly = np.asarray(mva, dtype=np.float64) * 1000.0 * np.asarray(cny_per_kva_month, dtype=np.float64)
    return np.asarray(monthly * MONTHS_PER_YEAR, dtype=np.float64)


def energy_mwh(mean_mw: ArrayLike, hours: float = HOURS_PER_YEAR) -> NDArray[np.float64]:
    """Energy of a mean load.

    Parameters
    ----------
    mean_mw
        Mean load [MW].
    hours
        Duration; a common year unless told [h].

    Returns
    -------
    ndarray
        Energy [MWh].

    Examples
    --------
    >>> energy_mwh([1.0, 2.5]).tolist()
    [8760.0, 21900.0]
    """
    return np.asarray(np.asarray(mean_mw, dtype=np.float64) * hours, dtype=np.float64)


def emissions(grid_mwh: ArrayLike, factor: ArrayLike) -> NDArray[np.float64]:
    """Location-based emissions of electricity taken from the grid (GHG Protocol Scope 2 Guidance, 2015).

    Parameters
    ----------
    grid_mwh
        Energy taken from the grid [MWh].
    factor
        Average emission factor of the grid [kg CO2/kWh].

    Returns
    -------
    ndarray
        Emissions [t CO2], broadcast.

    Examples
    --------
    >>> emissions(10000.0, 0.4671).round(1).tolist()
    4671.0
    """
    return np.asarray(
        np.asarray(grid_mwh, dtype=np.float64) * np.asarray(factor, dtype=np.float64), dtype=np.float64
    )


def water_m3(it_mwh: ArrayLike, litres_per_kwh: ArrayLike) -> NDArray[np.float64]:
    """Water that cooling takes.

    Parameters
    ----------
    it_mwh
        IT energy [MWh].
    litres_per_kwh
        Water per IT energy, mean of the year [L/kWh].

    Returns
    -------
    ndarray
        Water [m3], broadcast.

    Examples
    --------
    >>> water_m3(1000.0, 1.2).tolist()
    1200.0
    """
    return np.asarray(
        np.asarray(it_mwh, dtype=np.float64) * np.asarray(litres_per_kwh, dtype=np.float64), dtype=np.float64
    )


def mean_price(tariffs: pd.DataFrame, load_shape: ArrayLike | None = None) -> pd.Series[float]:
    """Mean price of energy at each voltage, weighted by the load of each hour.

    Parameters
    ----------
    tariffs
        voltage_kv [kV], hour [h], price_cny_per_kwh [CNY/kWh].
    load_shape
        Load of the hours 0 to 23, in any unit, shape (24,); the same in all hours if None.

    Returns
    -------
    Series
        Mean price [CNY/kWh], index voltage_kv ascending.

    Examples
    --------
    >>> tariffs = pd.DataFrame({
    ...     "voltage_kv": [66.0, 66.0], "hour": [0, 12], "price_cny_per_kwh": [0.3, 0.6]})
    >>> mean_price(tariffs).round(3).to_dict()
    {66.0: 0.45}
    >>> mean_price(tariffs, [1.0] * 12 + [3.0] * 12).round(3).to_dict()
    {66.0: 0.525}
    """
    shape = np.ones(24) if load_shape is None else np.asarray(load_shape, dtype=np.float64)
    weight = shape[tariffs["hour"].to_numpy(dtype=np.int64)]
    price = tariffs["price_cny_per_kwh"].to_numpy(dtype=np.float64)
    voltage = tariffs["voltage_kv"].to_numpy(dtype=np.float64)
    frame = pd.DataFrame({"voltage_kv": voltage, "weight": weight, "paid": weight * price})
    total = frame.groupby("voltage_kv", sort=True)[["weight", "paid"]].sum()
    return (total["paid"] / total["weight"]).rename("price_cny_per_kwh")
