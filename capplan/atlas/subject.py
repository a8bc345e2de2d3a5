"""What each map of a plan is drawn from: facts and areas, of the study region or of one of its regions, read once."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from capplan.atlas.boundaries import Boundaries, boundaries_of
from capplan.atlas.facts import Facts, facts_of
from capplan.atlas.focus import Region, groups_in, region_of
from capplan.atlas.focus_areas import focused

if TYPE_CHECKING:
    from capplan.atlas.registry import Drawing
    from capplan.plan import Plan

__all__ = ["Subjects"]


class Subjects:
    """Facts and areas of a plan's maps; what maps, languages, sizes and formats share is computed once."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._parts: dict[str, tuple[Facts, Boundaries]] = {}

    def of(self, drawing: Drawing) -> tuple[Facts, Boundaries]:
        """Return what a map is drawn from.

        Parameters
        ----------
        drawing
            One of the plan's maps.

        Raises
        ------
        RenderError
            If there is nothing to draw, or the case's own boundaries cannot be read.
        """
        name = drawing.region
        if name not in self._parts:
            scope = self._scope(name)
            facts = facts_of(self._plan, scope=scope)
            areas = self._areas if scope is None else focused(self._whole, scope)
            self._parts[name] = facts, areas
        facts, areas = self._parts[name]
        repeat = drawing.style.repeat
        if repeat is None or not repeat.having or facts.scope is None:
            return facts, areas
        groups = groups_in(self._plan, facts.scope, repeat.having)
        return replace(facts, groups=tuple(groups)), areas

    @cached_property
    def _whole(self) -> Boundaries:
        return boundaries_of(self._plan.case)

    @cached_property
    def _areas(self) -> Boundaries:
        """The areas of the study region, or of the part of it that the study is about."""
        part = getattr(self._plan.case.study, "part", None)
        return self._whole if part is None else focused(self._whole, region_of(self._plan, part.region))

    def _scope(self, name: str) -> Region | None:
        return region_of(self._plan, name) if name else None
