"""Curved arrows from one place to another, whose width says how much goes there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["Arrow", "bent"]

_POINTS = 33


def bent(start: tuple[float, float], end: tuple[float, float], bend: float) -> NDArray[np.float64]:
    """Return the points of a curve between two places, bent to the right of its direction.

    Parameters
    ----------
    start, end
        The places [mm].
    bend
        How far its middle stands off the straight line, as a share of the length [ratio].

    Examples
    --------
    >>> [float(round(value, 2)) for value in bent((0.0, 0.0), (10.0, 0.0), 0.2)[16]]
    [5.0, -2.0]
    """
    first, last = np.array(start), np.array(end)
    along = last - first
    control = (first + last) / 2.0 + 2.0 * bend * np.array([along[1], -along[0]])
    share = np.linspace(0.0, 1.0, _POINTS)[:, None]
    return np.asarray(
        (1.0 - share) ** 2 * first + 2.0 * share * (1.0 - share) * control + share**2 * last, dtype=np.float64
    )


@dataclass(frozen=True, slots=True)
class Arrow:
    """A curved arrow on paper.

    Attributes
    ----------
    start, end
        From where to where [mm].
    width
        Its width [mm].
    bend
        As for `bent` [ratio].
    clear_start, clear_end
        What is left free at its ends, such as the radius of a symbol [mm].
    """

    start: tuple[float, float]
    end: tuple[float, float]
    width: float
    bend: float = 0.12
    clear_start: float = 0.0
    clear_end: float = 0.0

    @property
    def length(self) -> float:
        """The straight distance between its ends [mm]."""
        return math.hypot(self.end[0] - self.start[0], self.end[1] - self.start[1])

    def line(self) -> NDArray[np.float64]:
        """Return the points of its middle line [mm], what is left free at the ends cut off."""
        points = bent(self.start, self.end, self.bend)
        steps = np.hypot(*np.diff(points, axis=0).T)
        far = np.concatenate(([0.0], np.cumsum(steps)))
        first, last = self.clear_start, far[-1] - self.clear_end
        if last <= first:
            return points[:0]
        at = np.concatenate(([first], far[(far > first) & (far < last)], [last]))
        return np.column_stack((np.interp(at, far, points[:, 0]), np.interp(at, far, points[:, 1])))

    def shape(self) -> Any:
        """Return its outline [mm]; empty where there is no room between its ends."""
        points = self.line()
        if len(points) < 2:  # noqa: PLR2004  (two points are a line)
            return shapely.Polygon()
        head = min(1.3 + 1.25 * self.width, 0.6 * float(np.hypot(*np.diff(points, axis=0).T).sum()))
        tip = points[-1]
        away = np.hypot(*(points - tip).T)
        shaft = points[away >= head * 0.9]
        base = shaft[-1] if len(shaft) else points[0]
        along = (tip - base) / max(float(np.hypot(*(tip - base))), 1e-9)
        across = np.array([-along[1], along[0]]) * (self.width / 2.0 + 0.55)
        foot = tip - along * head
        parts = [shapely.Polygon([tip, foot + across, foot - across])]
        if len(shaft) > 1:
            body = np.vstack((shaft, foot + along * 0.05))
            parts.append(shapely.LineString(body).buffer(self.width / 2.0, cap_style="flat", quad_segs=4))
        return shapely.union_all(parts)
