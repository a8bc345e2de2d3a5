"""One page in millimetres, and everything that is put on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import shapely
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from capplan.atlas.box import Box
from capplan.atlas.fonts import ASCENT, DESCENT, Weight, advance, font, legible

__all__ = ["MM_PER_POINT", "Ink", "Paper", "Written", "path_of"]

MM_PER_POINT = 25.4 / 72.0
"""Millimetres in a point."""

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Ink:
    """How a line of text looks.

    Attributes
    ----------
    size
        Size [pt].
    weight
        Regular or bold.
    colour
        Colour of the characters.
    halo
        Colour of the rim around them; empty for none.
    halo_mm
        Width of the rim [mm].
    """

    size: float
    weight: Weight = "regular"
    colour: str = "#1d2733"
    halo: str = ""
    halo_mm: float = 0.55

    @property
    def em(self) -> float:
        """The size [mm]."""
        return self.size * MM_PER_POINT

    def width(self, text: str) -> float:
        """Return how wide a text is [mm]."""
        return advance(text, self.size, self.weight)


@dataclass(frozen=True, slots=True)
class Written:
    """A line of text that stands on the page: what, where [mm], in which role, how large on the real page [pt]."""

    text: str
    box: Box
    role: str
    size: float = 0.0


@dataclass
class Paper:
    """A page, drawn on in millimetres from its lower left corner.

    Attributes
    ----------
    width, height
        Size of the page [mm].
    written
        Every line of text on it so far.
    lift
        Added to every drawing order: what is drawn later with more of it lies above.
    zoom
        Millimetres of the real page for one of this page: everything on it is drawn that much larger.
    """

    width: float
    height: float
    written: list[Written] = field(default_factory=list)
    lift: float = 0.0
    zoom: float = 1.0

    def __post_init__(self) -> None:
        """Make the figure, and the way from millimetres of this page to its pixels."""
        self.points = self.zoom / MM_PER_POINT
        size = (self.width * self.zoom / 25.4, self.height * self.zoom / 25.4)
        self.figure = Figure(figsize=size, facecolor="white")
        self.transform = Affine2D().scale(self.zoom / 25.4) + self.figure.dpi_scale_trans

    def text(
        self,
        x: float,
        y: float,
        text: str,
        ink: Ink,
        *,
        align: Align = "left",
        z: float = 30.0,
        role: str = "note",
    ) -> Box:
        """Write a line whose Han characters are centred on a height.

        Parameters
        ----------
        x, y
            Where [mm].
        text
            One line.
        ink
            How it looks.
        align
            Which side of the line `x` is.
        z
            Drawing order.
        role
            What kind of text this is, for whoever looks for overlaps.

        Returns
        -------
        Box
            What it covers.
        """
        text = legible(text, ink.weight)
        width = ink.width(text)
        left = x - {"left": 0.0, "center": 0.5, "right": 1.0}[align] * width
        baseline = y - (ASCENT - DESCENT) / 2.0 * ink.em
        self._write(left, baseline, text, ink, z)
        box = Box(left, baseline - DESCENT * ink.em, left + width, baseline + ASCENT * ink.em)
        self.written.append(Written(text, box, role, ink.size * self.zoom))
        return box

    def turned_text(
        self, x: float, y: float, text: str, ink: Ink, *, degrees: float, z: float = 30.0
    ) -> None:
        """Write a line turned about its centre, which is at a point [mm]."""
        text = legible(text, ink.weight)
        drawn = self._write(x, y, text, ink, z)
        drawn.set(rotation=degrees, ha="center", va="center", rotation_mode="anchor")
        width, height = ink.width(text), ink.em
        cos, sin = abs(np.cos(np.radians(degrees))), abs(np.sin(np.radians(degrees)))
        box = Box.around(x, y, width * cos + height * sin, width * sin + height * cos)
        self.written.append(Written(text, box, "graticule", ink.size * self.zoom))

    def _write(self, x: float, y: float, text: str, ink: Ink, z: float) -> Any:
        # mathtext is off: a name from data is never markup
        drawn = Text(
            x,
            y,
            text,
            color=ink.colour,
            fontproperties=font(ink.weight, round(ink.size * self.zoom, 3)),
            zorder=z + self.lift,
            parse_math=False,
            transform=self.transform,
        )
        self.figure.add_artist(drawn)
        if ink.halo:
            points = ink.halo_mm * self.points * 2.0
            drawn.set_path_effects([withStroke(linewidth=points, foreground=ink.halo)])
        return drawn

    def shapes(
        self,
        geometries: Iterable[Any],
        *,
        face: str | Sequence[Any] = "none",
        edge: str | Sequence[Any] = "none",
        width: float = 0.0,
        z: float = 1.0,
        clip: Box | None = None,
        **more: Any,
    ) -> None:
        """Draw polygons that are already in millimetres.

        Parameters
        ----------
        geometries
            Polygons and multipolygons.
        face, edge
            Colours: one for all, or one each.
        width
            Width of their outlines [mm].
        z
            Drawing order.
        clip
            Where nothing is drawn outside of.
        **more
            Other properties of a matplotlib collection.
        """
        paths = [path_of(shape) for shape in geometries if not shape.is_empty]
        if not paths:
            return
        collection = PathCollection(
            paths,
            facecolors=face,
            edgecolors=edge,
            linewidths=width * self.points,
            zorder=z + self.lift,
            **more,
        )
        self._add(collection, clip)

    def lines(
        self,
        lines: Iterable[Any],
        *,
        colour: str,
        width: float,
        z: float = 2.0,
        clip: Box | None = None,
        dash: tuple[float, ...] = (),
        **more: Any,
    ) -> None:
        """Draw lines, each an array of points [mm]; `width` and `dash` (on, off, ...) are in millimetres."""
        points = width * self.points
        pattern: Any = (
            (0.0, tuple(part * self.points / max(points, 1e-6) for part in dash)) if dash else "solid"
        )
        more.setdefault("capstyle", "butt" if dash else "round")
        collection = LineCollection(
            [np.asarray(line) for line in lines],
            colors=colour,
            linewidths=points,
            linestyles=[pattern],
            zorder=z + self.lift,
            joinstyle="round",
            **more,
        )
        self._add(collection, clip)

    def box(
        self,
        box: Box,
        *,
        face: str = "none",
        edge: str = "none",
        width: float = 0.0,
        z: float = 1.0,
        **more: Any,
    ) -> None:
        """Draw a rectangle, its outline `width` [mm] wide."""
        patch = Rectangle(
            (box.left, box.bottom),
            box.width,
            box.height,
            facecolor=face,
            edgecolor=edge,
            linewidth=width * self.points,
            zorder=z + self.lift,
            transform=self.transform,
            **more,
        )
        self.figure.add_artist(patch)

    def _add(self, collection: Any, clip: Box | None) -> None:
        collection.set_transform(self.transform)
        self.figure.add_artist(collection)
        if clip is not None:
            corner = (clip.left, clip.bottom)
            collection.set_clip_path(Rectangle(corner, clip.width, clip.height, transform=self.transform))


def path_of(shape: Any) -> Path:
    """Return a polygon or multipolygon as one path, its holes included."""
    rings = [
        ring
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    ]
    paths = []
    for ring in rings:
        vertices = shapely.get_coordinates(ring)
        codes = np.full(len(vertices), Path.LINETO, dtype=Path.code_type)
        codes[0], codes[-1] = Path.MOVETO, Path.CLOSEPOLY
        paths.append(Path(vertices, codes))
    return Path.make_compound_path(*paths) if paths else Path(np.zeros((0, 2)))
