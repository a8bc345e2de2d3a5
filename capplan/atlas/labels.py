"""Labels that do not cross one another: each goes to the best free place of those it may stand at.

A label of a symbol that found no place beside it is led back to it by a thin line.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from capplan.atlas.box import Box
from capplan.atlas.paper import Ink, Paper
from capplan.atlas.seats import Ground, Pin, Seat, seat_of, sides_of

__all__ = ["Label", "Placed", "Places", "around", "boxes_along", "inside"]

_LEADING = 1.12
_STEP_MM = 1.5
_GRID = 13
_MOST_STEPS = 500.0
_ORDERS, _MOST_ORDERS = 60, 240
"""In so many orders labels of symbols are tried while one of them stands apart, and while one has no place."""
_LEAD_COLOUR, _LEAD_MM = "#1d2733", 0.15


@dataclass(frozen=True, slots=True)
class Label:
    """Lines of text that stand together.

    Attributes
    ----------
    lines
        Each line with its look, the uppermost first.
    anchors
        Centres [mm] at which the label may stand, with the cost of each.
    rank
        Labels of a lower rank are placed first.
    role
        What kind of label it is.
    clear
        Whether it must not cover a symbol.
    pin
        The symbol that it is led back to where it stands apart from it.
    """

    lines: tuple[tuple[str, Ink], ...]
    anchors: tuple[tuple[float, float, float], ...]
    rank: float
    role: str
    clear: bool = False
    pin: Pin | None = None

    @property
    def size(self) -> tuple[float, float]:
        """Width and height [mm]."""
        width = max(ink.width(text) for text, ink in self.lines)
        return width, sum(ink.em for _, ink in self.lines) * _LEADING


@dataclass(frozen=True, slots=True)
class Placed:
    """A label, the rectangle that it got, the line to its symbol where it stands apart from it [mm], and its cost."""

    label: Label
    box: Box
    lead: NDArray[np.float64] | None = None
    cost: float = 0.0

    def write(self, paper: Paper, z: float) -> None:
        """Write the lines, centred, and draw the line to the symbol."""
        if self.lead is not None:
            paper.lines([self.lead], colour="#ffffff", width=5.0 * _LEAD_MM, z=z - 0.2)
            paper.lines([self.lead], colour=_LEAD_COLOUR, width=_LEAD_MM, z=z - 0.1)
        top = self.box.top
        for text, ink in self.label.lines:
            height = ink.em * _LEADING
            paper.text(
                self.box.centre[0], top - height / 2.0, text, ink, align="center", z=z, role=self.label.role
            )
            top -= height


@dataclass
class Places:
    """What is taken in a frame.

    Attributes
    ----------
    frame
        Where labels may stand [mm].
    taken
        Rectangles that no label may touch.
    symbols
        Rectangles of symbols, that a label should not cover and some may not.
    soft
        Rectangles that a label had better not cover, such as parts of lines.
    """

    frame: Box
    taken: list[Box] = field(default_factory=list)
    symbols: list[Box] = field(default_factory=list)
    soft: list[Box] = field(default_factory=list)

    def place(self, labels: Iterable[Label], *, gap: float = 0.5) -> list[Placed]:
        """Give each label its cheapest free place, and leave out those for which there is none.

        Parameters
        ----------
        labels
            The labels.
        gap
            Least distance between two labels [mm].

        Returns
        -------
        list of Placed
            Those that found a place; their rectangles are taken from now on.
        """
        ordered = sorted(labels, key=lambda label: (label.rank, label.lines[0][0]))
        seats = self._seats(ordered)
        pinned = [(label, seat) for label, seat in seats if label.pin is not None]
        others = [(label, seat) for label, seat in seats if label.pin is None]
        return self._of_symbols(pinned, gap) + self._in_order(others, gap)

    def _seats(self, labels: Sequence[Label]) -> list[tuple[Label, Seat]]:
        """Return each label with its places."""
        pins = tuple(label.pin for label in labels if label.pin is not None)
        ground = Ground(sides_of([self.frame]), sides_of(self.soft), sides_of(self.symbols), pins)
        return [
            (label, seat_of(label.anchors, label.size, ground, clear=label.clear, pin=label.pin))
            for label in labels
        ]

    def _of_symbols(self, seats: list[tuple[Label, Seat]], gap: float) -> list[Placed]:
        """Place labels of symbols; in other orders too where one has no place or stands apart: the best of all is kept."""
        before, best, least = len(self.taken), list[Placed](), (len(seats) + 1, 0.0)
        taken, chance = list[Box](), random.Random(0)  # noqa: S311  (the same orders always)
        for number in range(_MOST_ORDERS):
            found = self._in_order(seats, gap)
            reached = (len(seats) - len(found), sum(one.cost for one in found))
            if reached < least:
                best, least, taken = found, reached, self.taken[before:]
            del self.taken[before:]
            apart = any(one.lead is not None for one in best)
            if least[0] == 0 and (number >= _ORDERS or not apart):
                break
            chance.shuffle(seats)
        self.taken.extend(taken)
        return best

    def _in_order(self, seats: Sequence[tuple[Label, Seat]], gap: float) -> list[Placed]:
        """Give each label, one after the other, its cheapest free place."""
        found = []
        for label, seat in seats:
            place = seat.first(sides_of(self.taken), gap)
            if place is None:
                continue
            box = Box(*(float(side) for side in seat.sides[place]))
            lead = seat.leads[place] if seat.led(place) else None
            self.taken.extend([box] if lead is None else [box, *boxes_along([lead], self.frame)])
            found.append(Placed(label, box, lead, float(seat.cost[place])))
        return found


def around(
    x: float, y: float, radius: float, size: tuple[float, float]
) -> tuple[tuple[float, float, float], ...]:
    """Return the places beside a point symbol, the best first (Imhof 1975): right, left, above, below, corners.

    Parameters
    ----------
    x, y
        The point [mm].
    radius
        Radius of the symbol [mm].
    size
        Width and height of the label [mm].
    """
    dx, dy = radius + 0.5 + size[0] / 2.0, radius + 0.3 + size[1] / 2.0
    slant = 0.75
    offsets: Sequence[tuple[float, float]] = (
        (dx, 0.0),
        (-dx, 0.0),
        (0.0, dy),
        (0.0, -dy),
        (dx * slant, dy * slant),
        (-dx * slant, dy * slant),
        (dx * slant, -dy * slant),
        (-dx * slant, -dy * slant),
    )
    return tuple((x + ox, y + oy, 0.4 * rank) for rank, (ox, oy) in enumerate(offsets))


def inside(shape: Any, box: Box, *, strict: bool) -> tuple[tuple[float, float, float], ...]:
    """Return places in a shape [mm], those near its middle at the least cost.

    Parameters
    ----------
    shape
        The shape [mm].
    box
        The window: only what is seen of the shape counts [mm].
    strict
        Whether the middle must lie in the shape; else it is the centroid, which may not.
    """
    seen = shapely.clip_by_rect(shape, box.left, box.bottom, box.right, box.top)
    if seen.is_empty:
        return ()
    middle = shapely.point_on_surface(seen) if strict else shapely.centroid(seen)
    west, south, east, north = seen.bounds
    across, upward = np.meshgrid(np.linspace(west, east, _GRID), np.linspace(south, north, _GRID))
    xs, ys = np.append(across.ravel(), middle.x), np.append(upward.ravel(), middle.y)
    held = shapely.contains_xy(seen, xs, ys)
    reach = max(east - west, north - south, 1.0)
    centre = shapely.centroid(seen)
    return tuple(
        (float(x), float(y), 14.0 * float(np.hypot(x - centre.x, y - centre.y)) / reach)
        for x, y in zip(xs[held], ys[held], strict=True)
    )


def boxes_along(lines: Iterable[ArrayLike], within: Box) -> list[Box]:
    """Return small rectangles along straight lines [mm], as far as they lie in a rectangle."""
    found = []
    for line in lines:
        start, end = np.asarray(line, dtype=np.float64)
        steps = int(min(max(2.0, np.hypot(*(end - start)) / _STEP_MM), _MOST_STEPS))
        for share in np.linspace(0.0, 1.0, steps):
            x, y = (float(value) for value in start + (end - start) * share)
            if within.has(x, y):
                found.append(Box.around(x, y, 1.2, 1.2))
    return found
