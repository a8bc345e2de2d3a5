"""Where a label may stand: the places of a label in the order of what they cost, and the line back to its symbol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from capplan.atlas.box import Box

__all__ = ["Ground", "Pin", "Seat", "seat_of", "sides_of"]

_COVERING = 4.0
_TOUCH = 0.3
_LEAD_FROM = 1.2
"""A label farther from its symbol than this gets a line to it [mm]."""
_LEAD_COST, _LEAD_COST_MM = 4.0, 1.2
_DOUBT_COST = 6.0
"""Cost of a place beside another symbol, as if the label were its own."""

Sides = NDArray[np.float64]
"""Rectangles [mm]: left, bottom, right, top, shape (rectangle, 4)."""


@dataclass(frozen=True, slots=True)
class Pin:
    """The symbol that a label belongs to: its middle, and how far it goes from there to each side [mm]."""

    x: float
    y: float
    reach: float

    def gaps(self, sides: Sides) -> NDArray[np.float64]:
        """Return how far each rectangle is from the symbol [mm]."""
        off = np.abs(self._nearest(sides) - (self.x, self.y)).max(axis=1) - self.reach
        return np.asarray(off, dtype=np.float64)

    def leads(self, sides: Sides) -> NDArray[np.float64]:
        """Return the line from the symbol's rim to the nearest point of each rectangle [mm], shape (rectangle, 2, 2)."""
        ends = self._nearest(sides)
        away = ends - (self.x, self.y)
        far = np.maximum(np.abs(away).max(axis=1, keepdims=True), 1e-9)
        starts = np.array([self.x, self.y]) + away * np.minimum(1.0, self.reach / far)
        return np.stack((starts, ends), axis=1)

    def _nearest(self, sides: Sides) -> NDArray[np.float64]:
        return np.clip((self.x, self.y), sides[:, :2], sides[:, 2:])


@dataclass(frozen=True, slots=True)
class Ground:
    """What labels stand on: the frame, what they had better not cover, symbols, and whose symbols have labels."""

    frame: Sides
    soft: Sides
    symbols: Sides
    pins: tuple[Pin, ...] = ()


@dataclass(frozen=True, slots=True)
class Seat:
    """The places of a label in the order of what they cost.

    Attributes
    ----------
    sides
        The rectangles [mm].
    cost
        What each costs.
    leads
        The line to the symbol from each [mm]; not a number where it needs none, shape (rectangle, 2, 2).
    """

    sides: Sides
    cost: NDArray[np.float64]
    leads: NDArray[np.float64]

    def first(self, taken: Sides, gap: float) -> int | None:
        """Return the first place that touches nothing taken, and whose line crosses nothing of it; None without one."""
        if not len(self.sides):
            return None
        grown = self.sides + np.array([-gap, -gap, gap, gap])
        free = np.flatnonzero(~_touch(grown, taken).any(axis=1))
        if free.size == 0 or np.isnan(self.leads[free[0]]).all():
            return int(free[0]) if free.size else None
        walls = shapely.box(*taken.T)
        return next((int(place) for place in free if not self._cut(int(place), walls)), None)

    def led(self, place: int) -> bool:
        """Return whether a place needs a line to the symbol."""
        return not bool(np.isnan(self.leads[place]).any())

    def _cut(self, place: int, walls: NDArray[np.object_]) -> bool:
        """Return whether the line of a place crosses a rectangle; it begins clear of its symbol, which is taken too."""
        if not self.led(place):
            return False
        start, end = self.leads[place]
        line = shapely.linestrings([start + 0.1 * (end - start), end])
        return bool(shapely.intersects(line, walls).any())


def seat_of(
    anchors: Sequence[tuple[float, float, float]],
    size: tuple[float, float],
    ground: Ground,
    *,
    clear: bool,
    pin: Pin | None,
) -> Seat:
    """Return the places of a label.

    Parameters
    ----------
    anchors
        Centres [mm] at which it may stand, with the cost of each.
    size
        Its width and height [mm].
    ground
        What it stands on.
    clear
        Whether it must not cover a symbol.
    pin
        The symbol that it belongs to, if to one.
    """
    places = np.array(anchors, dtype=np.float64).reshape(-1, 3)
    half = np.array(size) / 2.0
    sides = np.hstack((places[:, :2] - half, places[:, :2] + half))
    covered = _shared(sides, ground.symbols).sum(axis=1)
    allowed = (sides[:, :2] >= ground.frame[:, :2]).all(axis=1) & (sides[:, 2:] <= ground.frame[:, 2:]).all(
        axis=1
    )
    if clear:
        allowed &= covered <= _TOUCH
    cost = places[:, 2] + _shared(sides, ground.soft).sum(axis=1) + _COVERING * covered
    leads = np.full((len(sides), 2, 2), np.nan)
    if pin is not None:
        led = pin.gaps(sides) > _LEAD_FROM
        cost += _apart(pin, sides, ground.pins)
        leads[led] = pin.leads(sides)[led]
    order = np.flatnonzero(allowed)[np.argsort(cost[allowed], kind="stable")]
    return Seat(sides[order], cost[order], leads[order])


def _apart(pin: Pin, sides: Sides, pins: Sequence[Pin]) -> NDArray[np.float64]:
    """Return what it costs to stand apart from one's symbol, or beside that of another without a line."""
    gaps = pin.gaps(sides)
    others = [other.gaps(sides) for other in pins if other != pin]
    nearest = np.min(others, axis=0) if others else np.full(len(sides), np.inf)
    doubt = _DOUBT_COST * (nearest <= gaps + _TOUCH)
    return np.asarray(np.where(gaps > _LEAD_FROM, _LEAD_COST + _LEAD_COST_MM * gaps, doubt), dtype=np.float64)


def sides_of(boxes: Sequence[Box]) -> Sides:
    """Return rectangles as an array."""
    return np.array([(box.left, box.bottom, box.right, box.top) for box in boxes]).reshape(-1, 4)


def _touch(boxes: Sides, others: Sides) -> NDArray[np.bool_]:
    """Return whether each rectangle shares area with each other one, shape (box, other)."""
    apart = (boxes[:, None, :2] >= others[None, :, 2:]) | (boxes[:, None, 2:] <= others[None, :, :2])
    return np.asarray(~apart.any(axis=2), dtype=np.bool_)


def _shared(boxes: Sides, others: Sides) -> NDArray[np.float64]:
    """Return the area [mm2] that each rectangle shares with each other one, shape (box, other)."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    return np.asarray(np.prod(np.clip(high - low, 0.0, None), axis=2), dtype=np.float64)
