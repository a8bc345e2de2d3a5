"""Areas coloured by how much the IT power there differs between two plans: one hue for more, another for less."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from capplan.atlas.base_layers import Phrase
from capplan.atlas.layers.areas import round_limits
from capplan.atlas.sheet import ClassKey, Layer, Parameters, Sheet, View
from capplan.atlas.themes.difference import area_differences
from capplan.atlas.words import figure

__all__ = ["LAYER", "diverging_limits"]

_LEAST_MW = 1e-6


class DifferenceAreas(Parameters):
    """Colours from much less to much more, as many on either side; one where nothing differs."""

    label: Phrase
    less: tuple[str, ...] = Field(min_length=1)
    more: tuple[str, ...] = Field(min_length=1)
    none: str
    none_label: Phrase


def diverging_limits(values: NDArray[np.float64], classes: int) -> list[float]:
    """Return limits between classes that are as far from zero on either side, zero among them.

    Parameters
    ----------
    values
        The differences, index (area).
    classes
        How many classes either side has at most.

    Examples
    --------
    >>> diverging_limits(np.array([-8.0, -1.0, 0.0, 2.0, 30.0]), 2)
    [-5.0, 0.0, 5.0]
    """
    sizes = np.abs(values[np.abs(values) > _LEAST_MW])
    own = round_limits(sizes, classes) if len(sizes) else []
    return [*(-limit for limit in reversed(own)), 0.0, *own]


def _draw(sheet: Sheet, view: View, look: DifferenceAreas) -> None:
    values = area_differences(sheet.facts, sheet.boundaries)
    limits = diverging_limits(values, min(len(look.less), len(look.more)))
    side = (len(limits) + 1) // 2
    colours = [*look.less[len(look.less) - side :], *look.more[:side]] if side else []
    if side < len(look.more):
        colours = [*look.less[:side], *look.more[len(look.more) - side :]]
    numbers = np.searchsorted(np.array(limits), values, side="right")
    same = np.abs(values) <= _LEAST_MW
    shapes = view.frame.shapes(sheet.boundaries.counties.geometry.values)
    visible = [number for number, shape in enumerate(shapes) if not shape.is_empty]
    faces = [look.none if same[number] else colours[numbers[number]] for number in visible]
    sheet.paper.shapes(shapes[visible], face=faces, z=1.0, clip=view.frame.box)
    if view.enlarged:
        return
    digits = 0 if all(limit == int(limit) for limit in limits) else 2
    texts = tuple(f"+{figure(limit, digits)}" if limit > 0.0 else figure(limit, digits) for limit in limits)
    key = ClassKey(
        look.label.in_(sheet.lang), tuple(colours), texts, look.none, look.none_label.in_(sheet.lang)
    )
    sheet.class_keys.append(key)


LAYER = Layer("difference_areas", DifferenceAreas, _draw)
