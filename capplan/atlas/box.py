"""Rectangles on paper, in millimetres."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Box"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on paper, its origin at the lower left of the page.

    Attributes
    ----------
    left, bottom, right, top
        Its sides [mm].

    Examples
    --------
    >>> Box(0.0, 0.0, 4.0, 3.0).overlap(Box(2.0, 1.0, 6.0, 9.0))
    4.0
    """

    left: float
    bottom: float
    right: float
    top: float

    @classmethod
    def around(cls, x: float, y: float, width: float, height: float) -> Box:
        """Return the rectangle of that size [mm] centred on a point [mm]."""
        return cls(x - width / 2.0, y - height / 2.0, x + width / 2.0, y + height / 2.0)

    @property
    def width(self) -> float:
        """The width [mm]."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """The height [mm]."""
        return self.top - self.bottom

    @property
    def centre(self) -> tuple[float, float]:
        """The centre [mm]."""
        return (self.left + self.right) / 2.0, (self.bottom + self.top) / 2.0

    def grown(self, by: float) -> Box:
        """Return the rectangle with every side moved outwards by a distance [mm]."""
        return Box(self.left - by, self.bottom - by, self.right + by, self.top + by)

    def overlap(self, other: Box) -> float:
        """Return the area shared with another rectangle [mm2]."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.top, other.top) - max(self.bottom, other.bottom)
        return width * height if width > 0.0 and height > 0.0 else 0.0

    def holds(self, other: Box) -> bool:
        """Return whether another rectangle lies wholly inside."""
        return (
            self.left <= other.left
            and self.bottom <= other.bottom
            and other.right <= self.right
            and other.top <= self.top
        )

    def has(self, x: float, y: float) -> bool:
        """Return whether a point lies inside."""
        return self.left <= x <= self.right and self.bottom <= y <= self.top
