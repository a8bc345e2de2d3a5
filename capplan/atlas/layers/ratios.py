"""Areas coloured by a share, in classes with fixed limits; areas for which there is none keep a colour of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from capplan.atlas.base_layers import Phrase
from capplan.atlas.facts import Facts
from capplan.atlas.sheet import ClassKey, Layer, Parameters, Sheet, View
from capplan.atlas.themes.green import zone_energy
from capplan.atlas.themes.latency import worst_shares
from capplan.atlas.words import share_text
from capplan.errors import RenderError, nearest_name
from capplan.messages import msg

__all__ = ["LAYER", "RATIOS", "area_ratios"]


class Ratios(Parameters):
    """What areas are coloured by, the limits between classes [ratio], a colour for each class and one for no value."""

    quantity: str
    label: Phrase
    limits: tuple[float, ...] = Field(min_length=1)
    palette: tuple[str, ...] = Field(min_length=2)
    none: str
    none_label: Phrase
    headline: Phrase

    @model_validator(mode="after")
    def _one_colour_more(self) -> Ratios:
        if len(self.palette) != len(self.limits) + 1 or list(self.limits) != sorted(self.limits):
            message = "limits must rise, and the palette have one colour more"
            raise ValueError(message)
        return self


def _of_sums(pairs: list[tuple[float, float]]) -> float:
    part, whole = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
    return part / whole if whole > 0.0 else float("nan")


def _green(facts: Facts) -> dict[str, tuple[float, float]]:
    return {zone: pair for zone, pair in zone_energy(facts).items() if pair[1] > 0.0}


RATIOS: Mapping[str, tuple[Callable[[Facts], Mapping[str, Any]], Callable[[list[Any]], float]]] = (
    MappingProxyType({"latency": (worst_shares, max), "green": (_green, _of_sums)})
)
"""What areas can be coloured by: what each zone has, by zone_id, and how the zones of an area become one share."""


def area_ratios(sheet: Sheet, quantity: str) -> NDArray[np.float64]:
    """Return the share by row of the counties [ratio]; not a number where no zone of the area has one.

    Raises
    ------
    RenderError
        If there is no such quantity.
    """
    if quantity not in RATIOS:
        near = nearest_name(quantity, RATIOS) or ", ".join(sorted(RATIOS))
        raise RenderError(msg("there is no quantity {name}; known: {known}", name=quantity, known=near))
    of_zones, joined = RATIOS[quantity]
    held: dict[int, list[Any]] = {}
    for zone, value in of_zones(sheet.facts).items():
        area = sheet.boundaries.zone_area.get(zone)
        if area is not None:
            held.setdefault(area, []).append(value)
    values = np.full(len(sheet.boundaries.counties), np.nan)
    for area, parts in held.items():
        values[area] = joined(parts)
    return values


def _draw(sheet: Sheet, view: View, look: Ratios) -> None:
    values = area_ratios(sheet, look.quantity)
    numbers = np.searchsorted(np.array(look.limits), np.nan_to_num(values), side="right")
    known = ~np.isnan(values)
    shapes = view.frame.shapes(sheet.boundaries.counties.geometry.values)
    visible = [number for number, shape in enumerate(shapes) if not shape.is_empty]
    colours = [look.palette[numbers[number]] if known[number] else look.none for number in visible]
    sheet.paper.shapes(shapes[visible], face=colours, z=1.0, clip=view.frame.box)
    if view.enlarged:
        return
    of_zones, joined = RATIOS[look.quantity]
    texts = tuple(share_text(limit) for limit in look.limits)
    key = ClassKey(look.label.in_(sheet.lang), look.palette, texts)
    if not known.all():
        key = replace(key, none=look.none, none_label=look.none_label.in_(sheet.lang))
    if known.any():
        sheet.class_keys.append(key)
        worst = share_text(joined(list(of_zones(sheet.facts).values())))
        sheet.headline = look.headline.in_(sheet.lang).format(share=worst)


LAYER = Layer("ratios", Ratios, _draw)
