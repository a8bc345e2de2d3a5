"""Areas coloured by a quantity of the plan, in classes whose limits are round numbers."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from capplan.atlas.base_layers import Phrase
from capplan.atlas.facts import QUANTITIES, Facts
from capplan.atlas.sheet import ClassKey, Layer, Parameters, Sheet, View
from capplan.atlas.words import figure
from capplan.errors import RenderError, nearest_name
from capplan.messages import msg

__all__ = ["LAYER", "area_values", "round_limits"]

_STEPS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)


class Areas(Parameters):
    """What areas are coloured by; the palette goes from little to much and says how many classes there are."""

    quantity: str
    label: Phrase
    palette: tuple[str, ...] = Field(min_length=2)


def round_limits(values: NDArray[np.float64], classes: int) -> list[float]:
    """Return limits between classes: round numbers near the quantiles of the values above zero.

    Parameters
    ----------
    values
        The amounts, index (area).
    classes
        How many classes are wanted; there are fewer where the values do not differ enough.

    Examples
    --------
    >>> round_limits(np.array([12.0, 35.0, 48.0, 110.0, 260.0, 900.0]), 3)
    [50.0, 150.0]
    """
    positive = values[values > 0.0]
    if not len(positive) or positive.min() == positive.max():
        return []
    limits: list[float] = []
    for share in np.arange(1, classes) / classes:
        limit = _rounded(float(np.quantile(positive, share)))
        if limit not in limits and positive.min() < limit <= positive.max():
            limits.append(limit)
    return sorted(limits)


def _rounded(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return min((step * power for step in (*_STEPS, 10.0)), key=lambda nice: abs(math.log(nice / value)))


def area_values(sheet: Sheet, quantity: str) -> NDArray[np.float64]:
    """Return the amount of a quantity by row of the counties: the sum over the zones that lie in each.

    Raises
    ------
    RenderError
        If there is no such quantity.
    """
    if quantity not in QUANTITIES:
        near = nearest_name(quantity, QUANTITIES) or ", ".join(sorted(QUANTITIES))
        raise RenderError(msg("there is no quantity {name}; known: {known}", name=quantity, known=near))
    facts: Facts = sheet.facts
    values = np.zeros(len(sheet.boundaries.counties))
    for zone, amount in QUANTITIES[quantity](facts).items():
        area = sheet.boundaries.zone_area.get(zone)
        if area is not None:
            values[area] += amount
    return values


def _draw(sheet: Sheet, view: View, look: Areas) -> None:
    values = area_values(sheet, look.quantity)
    limits = round_limits(values, len(look.palette))
    steps = np.linspace(0.0, len(look.palette) - 1, len(limits) + 1).round().astype(int)
    colours = [look.palette[step] for step in steps]
    numbers = np.searchsorted(np.array(limits), values, side="right")
    shapes = view.frame.shapes(sheet.boundaries.counties.geometry.values)
    visible = [number for number, shape in enumerate(shapes) if not shape.is_empty]
    sheet.paper.shapes(
        shapes[visible],
        face=[colours[numbers[number]] for number in visible],
        z=1.0,
        clip=view.frame.box,
    )
    if not view.enlarged and limits:
        digits = 0 if limits[0] >= 1.0 else 2
        texts = tuple(figure(limit, digits) for limit in limits)
        sheet.class_keys.append(ClassKey(look.label.in_(sheet.lang), tuple(colours), texts))


LAYER = Layer("areas", Areas, _draw)
