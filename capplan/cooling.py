"""Power and water of cooling: an affine facility load whose slope follows the weather of the place.

The load of a hall is ``facility = fixed * installed + variable * used`` [kW], with `installed` and `used` IT
power, so that the power usage effectiveness at part load, ``PUE = variable + fixed * installed / used >=
1``, needs no product of decisions. `variable` holds the IT power itself, the electrical losses and the mean
cooling power over the year.

Assumptions: cooling power per unit of heat rises linearly between two outdoor temperatures and is constant
outside them; the driving temperature (dry or wet bulb) is normal about its mean of month and hour;
electrical losses end as heat in the cooled rooms; IT load does not depend on the weather. The one-ramp
plant is this project's simplification of economiser hours (three modes: free, mixed, mechanical); the mean
of a clipped normal ramp is a difference of two expected-improvement integrals (Jones, Schonlau and Welch,
Journal of Global Optimization 13, 1998, doi:10.1023/A:1008306431147).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy.special import ndtr

from capplan.units import DAYS_PER_MONTH

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["DESIGN_SIGMAS", "affine_pue", "exceedance", "mean_ramp", "pue", "pue_table"]

DESIGN_SIGMAS: Final = 2.5
"""Standard deviations above the hottest month-hour mean at which `variable_peak` is taken [1]."""

DRIVERS: Final = {"dry_bulb": ("dry_bulb_c", "dry_bulb_sd_c"), "wet_bulb": ("wet_bulb_c", "wet_bulb_sd_c")}
_SMALL_SD: Final = 1e-9


def _positive_part(mean: NDArray[np.float64], sd: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of max(X, 0) for X ~ N(mean, sd) [unit of mean]."""
    z = mean / sd
    density = np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi)
    return np.asarray(mean * ndtr(z) + sd * density, dtype=np.float64)


def mean_ramp(mean: ArrayLike, sd: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> NDArray[np.float64]:
    r"""Mean of a linear ramp from 0 at `lower` to 1 at `upper`, clipped, under a normal temperature.

    .. math::

        E[r] = \frac{g(\mu - a) - g(\mu - b)}{b - a}, \qquad
        g(m) = m \Phi(m/\sigma) + \sigma \varphi(m/\sigma)

    Parameters
    ----------
    mean, sd
        Mean and standard deviation of the temperature [degC], broadcast.
    lower, upper
        Ends of the ramp [degC], ``lower <= upper``; equal ends make a step.

    Returns
    -------
    ndarray
        Mean of the ramp, between 0 and 1 [ratio].

    Examples
    --------
    >>> mean_ramp(10.0, 3.0, 5.0, 15.0).round(6).tolist()
    0.5
    """
    mu, spread, a, b = (np.asarray(x, dtype=np.float64) for x in np.broadcast_arrays(mean, sd, lower, upper))
    spread = np.maximum(spread, _SMALL_SD)
    width = np.maximum(b - a, _SMALL_SD)
    ramp = (_positive_part(mu - a, spread) - _positive_part(mu - b, spread)) / width
    step = ndtr((mu - a) / spread)
    return np.asarray(np.clip(np.where(b > a, ramp, step), 0.0, 1.0), dtype=np.float64)


def exceedance(mean: ArrayLike, sd: ArrayLike, threshold: ArrayLike) -> NDArray[np.float64]:
    """Share of the time that a normal temperature is above a threshold [ratio].

    Parameters
    ----------
    mean, sd, threshold
        Mean, standard deviation and threshold [degC], broadcast.

    Returns
    -------
    ndarray
        Probability, between 0 and 1 [ratio].

    Examples
    --------
    >>> exceedance([0.0, 5.0], 4.0, 5.0).round(4).tolist()
    [0.1056, 0.5]
    """
    spread = np.maximum(np.asarray(sd, dtype=np.float64), _SMALL_SD)
    distance = np.asarray(mean, dtype=np.float64) - np.asarray(threshold, dtype=np.float64)
    return np.asarray(ndtr(distance / spread), dtype=np.float64)


def pue(fixed: ArrayLike, variable: ArrayLike, load: ArrayLike) -> NDArray[np.float64]:
    """Power usage effectiveness at a load, ``variable + fixed / load`` [ratio].

    Parameters
    ----------
    fixed
        Overhead per installed IT power [kW/kW].
    variable
        Facility power per used IT power [kW/kW].
    load
        Used over installed IT power, above 0 [ratio].

    Returns
    -------
    ndarray
        Power usage effectiveness, at least 1 where `variable` is [ratio].

    Examples
    --------
    >>> pue(0.05, 1.25, [1.0, 0.5]).round(3).tolist()
    [1.3, 1.35]
    """
    share = np.asarray(load, dtype=np.float64)
    return np.asarray(np.asarray(variable) + np.asarray(fixed) / share, dtype=np.float64)


def _hour_weights(weather: pd.DataFrame) -> NDArray[np.float64]:
    """Share of each month-hour row in the year [ratio], from the days of its month."""
    days = np.asarray(DAYS_PER_MONTH, dtype=np.float64)[weather["month"].to_numpy(dtype=np.int64) - 1]
    return np.asarray(days / days.sum(), dtype=np.float64)


def _facility_per_it(loss: float, cooling: float) -> float:
    """Facility power per used IT power when cooling takes `cooling` per unit of heat [kW/kW]."""
    return (1.0 + loss) * (1.0 + cooling)


def _row(option: pd.Series, weather: pd.DataFrame, weights: NDArray[np.float64]) -> dict[str, float]:
    """Return the affine coefficients of one cooling option at one station."""
    mean_column, sd_column = DRIVERS[str(option["driver"])]
    mean = weather[mean_column].to_numpy(dtype=np.float64)
    sd = weather[sd_column].to_numpy(dtype=np.float64)
    lower, upper = float(option["free_below_c"]), float(option["full_mechanical_above_c"])
    free, mechanical = float(option["free_cooling_power"]), float(option["mechanical_power"])
    loss = float(option["electrical_loss"])
    ramp = float(weights @ mean_ramp(mean, sd, lower, upper))
    design = float((mean + DESIGN_SIGMAS * sd).max())
    peak = max(ramp, float(mean_ramp(design, 0.0, lower, upper)))
    wet = float(weights @ exceedance(mean, sd, lower))
    return {
        "fixed": float(option["fixed_overhead"]),
        "variable": _facility_per_it(loss, free + (mechanical - free) * ramp),
        "variable_peak": _facility_per_it(loss, free + (mechanical - free) * peak),
        "water_l_per_kwh": float(option["water_l_per_kwh"]) * wet,
    }


def affine_pue(options: pd.DataFrame, weather: pd.DataFrame) -> pd.DataFrame:
    r"""Coefficients of the affine facility load of every cooling option at one station.

    .. math:: v = (1 + e)\,(1 + c_f + (c_m - c_f)\, E[r(T)])

    with electrical loss :math:`e`, cooling power per heat in free and mechanical operation :math:`c_f, c_m`,
    and the ramp :math:`r` of `mean_ramp` averaged over the month-hours, weighted by days.

    Parameters
    ----------
    options
        The cooling table: cooling_id, fixed_overhead [kW/kW], electrical_loss [kW/kW], free_cooling_power
        [kW/kW], mechanical_power [kW/kW], free_below_c [degC], full_mechanical_above_c [degC], driver,
        water_l_per_kwh [L/kWh].
    weather
        Climate rows of one station: month, hour, dry_bulb_c, dry_bulb_sd_c, wet_bulb_c, wet_bulb_sd_c [degC].

    Returns
    -------
    DataFrame
        index cooling_id; columns fixed [kW per installed kW], variable (mean of the year) and variable_peak
        (hottest month-hour mean plus `DESIGN_SIGMAS` standard deviations) [kW per used kW], water_l_per_kwh
        (mean of the year, the figure of the option scaled by the share of hours above its free-cooling
        limit) [L/kWh].

    Examples
    --------
    >>> options = pd.DataFrame({
    ...     "cooling_id": ["tower"], "fixed_overhead": [0.05], "electrical_loss": [0.0],
    ...     "free_cooling_power": [0.1], "mechanical_power": [0.3],
    ...     "free_below_c": [5.0], "full_mechanical_above_c": [15.0],
    ...     "driver": ["wet_bulb"], "water_l_per_kwh": [2.0]})
    >>> weather = pd.DataFrame({
    ...     "month": [1, 7], "hour": [0, 0], "dry_bulb_c": [-10.0, 20.0], "dry_bulb_sd_c": [0.0, 0.0],
    ...     "wet_bulb_c": [-12.0, 16.0], "wet_bulb_sd_c": [0.0, 0.0]})
    >>> affine_pue(options, weather).round(3).loc["tower"].tolist()
    [0.05, 1.2, 1.3, 1.0]
    """
    weights = _hour_weights(weather)
    rows = [_row(option, weather, weights) for _, option in options.iterrows()]
    index = pd.Index(options["cooling_id"].astype(str), name="cooling_id")
    columns = ["fixed", "variable", "variable_peak", "water_l_per_kwh"]
    return pd.DataFrame(rows, index=index, columns=columns, dtype=np.float64)


def pue_table(options: pd.DataFrame, climate: pd.DataFrame) -> pd.DataFrame:
    """Coefficients of `affine_pue` for every station of the climate table.

    Parameters
    ----------
    options
        The cooling table, as in `affine_pue`.
    climate
        The climate table: station_id and the columns of `affine_pue`'s weather.

    Returns
    -------
    DataFrame
        index (station_id, cooling_id), stations in the order of their ids; columns as in `affine_pue`.

    Examples
    --------
    >>> options = pd.DataFrame({
    ...     "cooling_id": ["dx"], "fixed_overhead": [0.05], "electrical_loss": [0.1],
    ...     "free_cooling_power": [0.3], "mechanical_power": [0.3],
    ...     "free_below_c": [5.0], "full_mechanical_above_c": [15.0],
    ...     "driver": ["dry_bulb"], "water_l_per_kwh": [0.0]})
    >>> climate = pd.DataFrame({
    ...     "station_id": ["a", "b"], "month": [1, 1], "hour": [0, 0], "dry_bulb_c": [0.0, 9.0],
    ...     "dry_bulb_sd_c": [4.0, 4.0], "wet_bulb_c": [0.0, 8.0], "wet_bulb_sd_c": [4.0, 4.0]})
    >>> pue_table(options, climate)["variable"].round(2).to_dict()
    {('a', 'dx'): 1.43, ('b', 'dx'): 1.43}
    """
    stations = {
        str(station): affine_pue(options, rows) for station, rows in climate.groupby("station_id", sort=True)
    }
    return pd.concat(stations, names=["station_id"])
