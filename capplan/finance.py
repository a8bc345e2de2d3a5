"""Money over time: discounting, annuities and the value left at the end of a horizon.

All rates are real, money is of the base year, payments fall at the end of each year. The formulas are the
standard ones (Short, Packey and Holt, A Manual for the Economic Evaluation of Energy Efficiency and Renewable
Energy Technologies, NREL/TP-462-5173, 1995). Arguments broadcast; a rate of zero is the limit, not an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "annuity",
    "annuity_factor",
    "capital_recovery_factor",
    "discount_factor",
    "present_value",
    "salvage_value",
]


def discount_factor(rate: ArrayLike, year: ArrayLike, base_year: ArrayLike) -> NDArray[np.float64]:
    r"""Present value in the base year of one unit of money in a year.

    .. math:: f = (1 + r)^{-(y - y_0)}

    Parameters
    ----------
    rate
        Real discount rate, above -1 [1/yr].
    year, base_year
        Calendar years [yr].

    Returns
    -------
    ndarray
        Discount factor [1], broadcast.

    Examples
    --------
    >>> discount_factor(0.06, [2025, 2026, 2027], 2025).round(4).tolist()
    [1.0, 0.9434, 0.89]
    """
    distance = np.asarray(year, dtype=np.float64) - np.asarray(base_year, dtype=np.float64)
    return np.asarray((1.0 + np.asarray(rate, dtype=np.float64)) ** -distance, dtype=np.float64)


def annuity_factor(rate: ArrayLike, lifetime: ArrayLike) -> NDArray[np.float64]:
    r"""Present value of one unit of money a year over a lifetime.

    .. math:: a = \sum_{t=1}^{n} (1 + r)^{-t} = \frac{1 - (1 + r)^{-n}}{r}, \qquad a \to n \text{ as } r \to 0

    Parameters
    ----------
    rate
        Real discount rate, above -1 [1/yr].
    lifetime
        Years of payments, at least 0; parts of years count by the same formula [yr].

    Returns
    -------
    ndarray
        Annuity factor [yr], broadcast.

    Examples
    --------
    >>> annuity_factor([0.0, 0.1], 2.0).round(4).tolist()
    [2.0, 1.7355]
    """
    r, n = np.broadcast_arrays(np.asarray(rate, dtype=np.float64), np.asarray(lifetime, dtype=np.float64))
    growth = np.log1p(r)
    zero = growth == 0.0
    safe = np.where(zero, 1.0, r)
    return np.asarray(np.where(zero, n, -np.expm1(-n * growth) / safe), dtype=np.float64)


def capital_recovery_factor(rate: ArrayLike, lifetime: ArrayLike) -> NDArray[np.float64]:
    r"""Yearly payment over a lifetime that is worth one unit of money now.

    .. math:: c = \frac{r}{1 - (1 + r)^{-n}}, \qquad c \to 1/n \text{ as } r \to 0

    Parameters
    ----------
    rate
        Real discount rate, above -1 [1/yr].
    lifetime
        Years of payments, above 0 [yr].

    Returns
    -------
    ndarray
        Capital recovery factor [1/yr], broadcast.

    Examples
    --------
    >>> capital_recovery_factor([0.0, 0.06], 20.0).round(4).tolist()
    [0.05, 0.0872]
    """
    return np.asarray(1.0 / annuity_factor(rate, lifetime), dtype=np.float64)


def annuity(overnight_cost: ArrayLike, rate: ArrayLike, lifetime: ArrayLike) -> NDArray[np.float64]:
    """Yearly payment that an overnight cost becomes over its lifetime.

    Parameters
    ----------
    overnight_cost
        Cost as if built in one night [CNY].
    rate
        Real discount rate, above -1 [1/yr].
    lifetime
        Economic lifetime, above 0 [yr].

    Returns
    -------
    ndarray
        Annuity [CNY/yr], broadcast.

    Examples
    --------
    >>> annuity([1000.0, 2000.0], 0.06, 20.0).round(2).tolist()
    [87.18, 174.37]
    """
    return np.asarray(overnight_cost, dtype=np.float64) * capital_recovery_factor(rate, lifetime)


def present_value(
    flows: ArrayLike, rate: ArrayLike, years: ArrayLike, base_year: ArrayLike
) -> NDArray[np.float64]:
    """Sum of flows of money over years, discounted to the base year.

    Parameters
    ----------
    flows
        Money of each year [CNY], years along the last axis.
    rate
        Real discount rate, above -1 [1/yr].
    years
        Calendar years [yr].
    base_year
        Year to discount to [yr].

    Returns
    -------
    ndarray
        Present value [CNY]; the last axis is summed.

    Examples
    --------
    >>> present_value([100.0, 110.0], 0.1, [2025, 2026], 2025).round(6).tolist()
    200.0
    """
    discounted = np.asarray(flows, dtype=np.float64) * discount_factor(rate, years, base_year)
    return np.asarray(discounted.sum(axis=-1), dtype=np.float64)


def salvage_value(
    overnight_cost: ArrayLike, rate: ArrayLike, lifetime: ArrayLike, age: ArrayLike
) -> NDArray[np.float64]:
    """Value left in a plant: the annuities not yet paid, at the money of that moment.

    Paying annuities up to an age, or the overnight cost less this value discounted from that age, is the same
    cost: so a horizon may end before a lifetime does without favouring short-lived plant.

    Parameters
    ----------
    overnight_cost
        Cost as if built in one night [CNY].
    rate
        Real discount rate, above -1 [1/yr].
    lifetime
        Economic lifetime, above 0 [yr].
    age
        Years in service; beyond the lifetime nothing is left [yr].

    Returns
    -------
    ndarray
        Salvage value [CNY], broadcast.

    Examples
    --------
    >>> salvage_value(1000.0, 0.0, 20.0, [0.0, 5.0, 30.0]).tolist()
    [1000.0, 750.0, 0.0]
    """
    n, passed = np.asarray(lifetime, dtype=np.float64), np.asarray(age, dtype=np.float64)
    left = np.maximum(n - passed, 0.0)
    return annuity(overnight_cost, rate, n) * annuity_factor(rate, left)
