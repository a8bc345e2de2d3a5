"""Labels that do not cross one another: each goes to the best free place of those it may stand at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from capplan.atlas.box import Box
from capplan.atlas.paper import Ink, Paper

__all__ = ["Label", "Placed", "Places", "around"]

_LEADING = 1.12


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
    within
        Where it must lie; None for the whole frame.
    """

    lines: tuple[tuple[str, Ink], ...]
    anchors: tuple[tuple[float, float, float], ...]
    rank: float
    role: str
    within: Box | None = None

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
    soft
        Rectangles that a label had better not cover.
    """

    frame: Box
    taken: list[Box] = field(default_factory=list)
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
        for label in sorted(labels, key=lambda label: (label.rank, label.lines[0][0])):
            box = self._best(label, gap)
            if box is not None:
                self.taken.append(box)
                found.append(Placed(label, box))
        return found

    def _best(self, label: Label, gap: float) -> Box | None:
        width, height = label.size
        frame = label.within or self.frame
        best: Box | None = None
        least = float("inf")
        for x, y, cost in label.anchors:
            if cost >= least:
                continue
            box = Box.around(x, y, width, height)
            if not frame.holds(box) or any(box.grown(gap).overlap(other) for other in self.taken):
                continue
            cost += sum(box.overlap(other) for other in self.soft)  # noqa: PLW2901  (the cost of this place)
            if cost < least:
                best, least = box, cost
        return best


def around(x: float, y: float, radius: float, size: tuple[float, float]) -> tuple[tuple[float, float, float], ...]:
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
