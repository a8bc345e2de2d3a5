"""Groups of sites that a map tells apart, each with its colour and what stands there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from capplan.atlas.facts import Facts, SiteFacts
from capplan.messages import Text

__all__ = ["GroupPlace", "group_colours", "group_places"]


@dataclass(frozen=True)
class GroupPlace:
    """A group of sites: its name, its colour and its sites with something in service, the largest first."""

    name: Text
    colour: str
    sites: tuple[SiteFacts, ...]


def group_places(facts: Facts, colours: Sequence[str]) -> list[GroupPlace]:
    """Return the groups of the shown region that have something in service.

    Parameters
    ----------
    facts
        What is shown.
    colours
        Colours in turn; they begin again where there are more groups.
    """
    found = []
    for number, group in enumerate(facts.groups):
        sites = tuple(site for site in facts.sites if site.site_id in group.sites)
        if sites:
            found.append(GroupPlace(group.name, colours[number % len(colours)], sites))
    return found


def group_colours(layers: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Return the colours of groups that a style's layers name; one grey where none does."""
    named = [tuple(layer["colours"]) for layer in layers if layer.get("draw") == "groups"]
    return named[0] if named else ("#5b6570",)
