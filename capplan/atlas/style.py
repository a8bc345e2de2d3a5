"""Map styles: one file in ``maps/styles`` is one map."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from capplan import resources
from capplan.atlas.base_layers import Phrase
from capplan.atlas.symbols import Marker, SymbolScale
from capplan.errors import RenderError, nearest_name, packaged_file
from capplan.messages import msg

__all__ = ["InsetStyle", "PaperSize", "Repeat", "Style", "SymbolStyle", "map_names", "style_of"]

_FOLDER = "styles"
_NO_MAP = "words"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PaperSize(_Part):
    """The page, its panel at the right and its strip at the bottom [mm]."""

    width: float = Field(gt=0.0)
    height: float = Field(gt=0.0)
    panel: float = Field(gt=0.0)
    strip: float = Field(ge=0.0)


class SymbolStyle(_Part):
    """How sites are drawn, and how many are numbered and listed at most."""

    listed: int = Field(ge=0)
    least_share: float = Field(
        default=0.0, ge=0.0, lt=1.0, description="Of all IT power, to be listed [ratio]"
    )
    scale: SymbolScale
    markers: Mapping[str, Marker]


class InsetStyle(_Part):
    """When part of the map is enlarged: from how many sites that hide one another, and how many times at least."""

    least_sites: int = Field(ge=2)
    times: float = Field(gt=1.0)


class Repeat(_Part):
    """Over which regions a map is repeated, one sheet each.

    Attributes
    ----------
    kind
        Kind of the regions, as the case's table of regions has it: ``prefecture``, ``cluster``, ...
    having
        Only regions within which regions of this kind lie, such as ``park``; empty for all.
    """

    kind: str = Field(min_length=1)
    having: str = ""


class Style(_Part):
    """One map: its layers from the bottom to the top, and the blocks of its panel from top to bottom.

    Attributes
    ----------
    file
        The map's name, which its files are called by.
    title, subtitle
        Of the page; ``{region}`` and ``{year}`` are filled in.
    purpose
        What the map is for, in one line.
    order
        Maps of a lower order come first in lists, pages and reports.
    needs
        Which columns of which tables must hold something, or the map is not drawn: tables of the plan by their name,
        inputs as ``case.<table>``. Without columns, the table must have rows.
    missed
        Whether it is told that a plan has nothing for it; not for maps of tables that no plan has by itself.
    least_periods
        From how many periods on the map says something.
    repeat
        Over which regions it is repeated.
    layout
        How a page is laid out: a module of ``atlas/layouts``.
    extent
        What fills the window: the region's areas, or the sites of the groups within it.
    paper, symbols, inset, layers, panel
        The page as it is designed, and what is drawn on it.
    """

    file: str = Field(pattern=r"^[a-z0-9-]+$")
    title: Phrase
    subtitle: Phrase
    purpose: Phrase = Phrase(zh="", en="")
    order: int = 50
    needs: Mapping[str, tuple[str, ...]] = {}
    missed: bool = True
    least_periods: int = Field(default=1, ge=1)
    repeat: Repeat | None = None
    layout: str = "map"
    extent: Literal["region", "groups"] = "region"
    paper: PaperSize
    symbols: SymbolStyle
    inset: InsetStyle | None = None
    layers: tuple[dict[str, Any], ...] = Field(min_length=1)
    panel: tuple[str, ...] = ()

    def listing(self, most: int) -> Style:
        """Return the style that numbers and lists fewer sites."""
        return self.model_copy(update={"symbols": self.symbols.model_copy(update={"listed": most})})


def map_names() -> list[str]:
    """Return the names of the packaged maps.

    Examples
    --------
    >>> "siting" in map_names()
    True
    """
    folder = resources.find("maps", _FOLDER)
    if not folder.is_dir():
        return []
    names = [entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml")]
    return sorted(name for name in names if name != _NO_MAP)


@cache
def style_of(name: str) -> Style:
    """Return the style of a map.

    Raises
    ------
    RenderError
        If there is no such map, or its style file is broken.
    """
    known = map_names()
    if name not in known:
        near = nearest_name(name, known) or ", ".join(known)
        raise RenderError(msg("there is no map {name}; known: {known}", name=name, known=near))
    file = f"{_FOLDER}/{name}.yaml"
    try:
        return Style.model_validate(yaml.safe_load(resources.read_text("maps", file)))
    except (OSError, yaml.YAMLError, ValidationError) as fault:
        raise RenderError(packaged_file(file, fault)) from fault
