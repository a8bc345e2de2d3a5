"""Labels that do not cross one another: each goes to the best free place of those it may stand at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from capplan.atlas.box import Box
from capplan.atlas.paper import Ink, Paper

__all__ = ["Label", "Placed", "Places", "around", "boxes_along", "inside"]

_LEADING = 1.12
_COVERING = 4.0
_TOUCH = 0.3
_STEP_MM = 1.5
_GRID = 13
_MOST_STEPS = 500.0


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
    """

    lines: tuple[tuple[str, Ink], ...]
    anchors: tuple[tuple[float, float, float], ...]
    rank: float
    role: str
    clear: bool = False

    @property
    def size(self) -> tuple[float, float]:
        """Width and height [mm]."""
        width = max(ink.width(text) for text, ink in self.lines)
        return width, sum(ink.em for _, ink in self.lines) * _LEADING


@dataclass(frozen=True, slots=True)
class Placed:
    """A label and the rectangle that it got."""

    label: Label
    box: Box

    def write(self, paper: Paper, z: float) -> None:
        """Write the lines, centred."""
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
        found = []
        soft, symbols = _sides(self.soft), _sides(self.symbols)
        for label in sorted(labels, key=lambda label: (label.rank, label.lines[0][0])):
            box = self._best(label, gap, soft, symbols)
            if box is not None:
                self.taken.append(box)
                found.append(Placed(label, box))
        return found

    def _best(
        self, label: Label, gap: float, soft: NDArray[np.float64], symbols: NDArray[np.float64]
    ) -> Box | None:
        """Return the cheapest place at which a label lies in the frame and touches nothing that is taken."""
        if not label.anchors:
            return None
        width, height = label.size
        anchors = np.array(label.anchors)
        half = np.array([width, height]) / 2.0
        sides = np.hstack((anchors[:, :2] - half, anchors[:, :2] + half))
        frame = _sides([self.frame])[0]
        free = (sides[:, :2] >= frame[:2]).all(axis=1) & (sides[:, 2:] <= frame[2:]).all(axis=1)
        grown = sides + np.array([-gap, -gap, gap, gap])
        free &= (_overlaps(grown, _sides(self.taken)) <= 0.0).all(axis=1)
        covered = _overlaps(sides, symbols).sum(axis=1)
        if label.clear:
            free &= covered <= _TOUCH
        if not free.any():
            return None
        cost = anchors[:, 2] + _overlaps(sides, soft).sum(axis=1) + _COVERING * covered
        cost = np.where(free, cost, np.inf)
        return Box(*(float(side) for side in sides[int(cost.argmin())]))


def _sides(boxes: Sequence[Box]) -> NDArray[np.float64]:
    return np.array([(box.left, box.bottom, box.right, box.top) for box in boxes]).reshape(-1, 4)


def _overlaps(boxes: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the area [mm2] that each rectangle shares with each other one, shape (box, other)."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    return np.asarray(np.prod(np.clip(high - low, 0.0, None), axis=2), dtype=np.float64)


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
