"""A map being drawn: its facts, its page, its windows and what the legend will say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from capplan.atlas.boundaries import Boundaries
from capplan.atlas.box import Box
from capplan.atlas.facts import Facts, SiteFacts
from capplan.atlas.frame import Frame
from capplan.atlas.labels import Label, Places
from capplan.atlas.paper import Paper
from capplan.atlas.style import Style
from capplan.atlas.symbols import Marker

__all__ = ["ClassKey", "Layer", "LineKey", "Parameters", "Sheet", "SizeKey", "SymbolKey", "View"]


class Parameters(BaseModel):
    """Parameters of a layer, as a style file gives them."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class LineKey:
    """A line of the legend: its name, colour, width [mm], dashes [mm] and the casing's colour."""

    label: str
    colour: str
    width: float
    dash: tuple[float, ...] = ()
    casing: str = ""


@dataclass(frozen=True, slots=True)
class ClassKey:
    """Classes of areas in the legend: their title, colours, the limits between them, and what has no value."""

    title: str
    colours: tuple[str, ...]
    limits: tuple[str, ...]
    none: str = ""
    none_label: str = ""


@dataclass(frozen=True, slots=True)
class SymbolKey:
    """A symbol of the legend: its name, and what draws it about a point (x, y) [mm]."""

    label: str
    draw: Callable[[Paper, float, float], None]


@dataclass(frozen=True, slots=True)
class SizeKey:
    """What sizes say in the legend.

    Attributes
    ----------
    title
        What is meant, with its unit.
    kind
        Whether circles or lines grow.
    steps
        Amounts as written, and radii of circles or widths of lines [mm], the largest first.
    colour
        Colour of the lines.
    """

    title: str
    kind: Literal["circle", "line"]
    steps: tuple[tuple[str, float], ...]
    colour: str = "#1d2733"


@dataclass
class View:
    """A window of the map.

    Attributes
    ----------
    frame
        What is seen at which scale.
    places
        What is taken in it.
    labels
        Labels that look for a place.
    enlarged
        Whether this is the enlargement.
    hidden
        Sites that are numbered elsewhere, by site_id.
    """

    frame: Frame
    places: Places
    labels: list[Label] = field(default_factory=list)
    enlarged: bool = False
    hidden: frozenset[str] = frozenset()


@dataclass
class Sheet:
    """A map in one language.

    Attributes
    ----------
    facts, boundaries, style, lang
        What is drawn and how.
    paper
        The page.
    main
        The map's window.
    inset
        The enlargement, if there is one.
    line_keys, class_keys, symbol_keys, size_keys
        What the layers want explained.
    notes
        What the legend must say in words, such as what is left out.
    headline
        What stands at the upper right; empty for the IT power.
    scale
        The scale in words, where no window has room for it.
    cells
        The windows of small multiples.
    cards
        Where cards of a few targets stand in the map's window [mm], if they do.
    """

    facts: Facts
    boundaries: Boundaries
    style: Style
    lang: str
    paper: Paper
    main: View
    inset: View | None = None
    line_keys: list[LineKey] = field(default_factory=list)
    class_keys: list[ClassKey] = field(default_factory=list)
    symbol_keys: list[SymbolKey] = field(default_factory=list)
    size_keys: list[SizeKey] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    headline: str = ""
    scale: str = ""
    cells: list[View] = field(default_factory=list)
    cards: Box | None = None

    @property
    def views(self) -> list[View]:
        """The windows, the map's first."""
        if self.cells:
            return list(self.cells)
        return [self.main] if self.inset is None else [self.main, self.inset]

    @property
    def numbers(self) -> Mapping[str, int]:
        """The number of each listed site by site_id, from 1."""
        return {site.site_id: number for number, site in enumerate(listed(self.facts, self.style), start=1)}

    def marker(self, kind: str) -> Marker:
        """Return the symbol of a kind of facility."""
        markers = self.style.symbols.markers
        return markers.get(kind) or next(iter(markers.values()))

    def radius(self, it_mw: float) -> float:
        """Return the radius of a symbol [mm] for an IT power [MW]."""
        return symbol_radius(self.facts, self.style, it_mw)


def listed(facts: Facts, style: Style) -> list[SiteFacts]:
    """Return the sites that get a number: the largest ones, none that is only an edge node or next to nothing."""
    least = style.symbols.least_share * facts.totals["it_mw"]
    return [site for site in facts.sites if site.kind != "edge" and site.it_mw >= least][
        : style.symbols.listed
    ]


def symbol_radius(facts: Facts, style: Style, it_mw: float) -> float:
    """Return the radius of a symbol [mm] for an IT power [MW]."""
    return style.symbols.scale.radius(it_mw, facts.largest_mw)


P = TypeVar("P", bound=Parameters)


@dataclass(frozen=True)
class Layer(Generic[P]):
    """A kind of layer that styles may use.

    Attributes
    ----------
    name
        What a style calls it.
    parameters
        What a style may say about it.
    draw
        Draws it into a window.
    sites
        For a layer that draws some of the sites alone: which, by site_id. Where only others crowd, nothing is enlarged.
    """

    name: str
    parameters: type[P]
    draw: Callable[[Sheet, View, P], None]
    sites: Callable[[Sheet, P], frozenset[str]] | None = None


def free_of(view: View, box: Box) -> bool:
    """Return whether a rectangle touches nothing that is taken in a window."""
    return not any(box.overlap(other) for other in view.places.taken)
