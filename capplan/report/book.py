"""The report as a document: its chapters in order, in one language, ready to be printed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from capplan.partial import or_none
from capplan.report.chapters.appendix import certificate, formulation
from capplan.report.chapters.binding import binding
from capplan.report.chapters.costs import costs
from capplan.report.chapters.layout import MAPS as LAYOUT_MAPS
from capplan.report.chapters.layout import layout
from capplan.report.chapters.opening import cover, summary
from capplan.report.chapters.phases import MAPS as PHASE_MAPS
from capplan.report.chapters.phases import phases
from capplan.report.chapters.power import MAPS as POWER_MAPS
from capplan.report.chapters.power import power
from capplan.report.chapters.risks import risks
from capplan.report.chapters.service import MAPS as SERVICE_MAPS
from capplan.report.chapters.service import service
from capplan.report.chapters.sheets import MAPS as SHEET_MAPS
from capplan.report.chapters.sheets import sheets
from capplan.report.chapters.targets import targets
from capplan.report.chapters.tracing import tracing
from capplan.report.document.blocks import Document, Section
from capplan.report.document.gaps import complete_chapter
from capplan.report.document.pen import Pen

if TYPE_CHECKING:
    import pandas as pd

    from capplan.plan import Plan
    from capplan.report.document.blocks import Picture

__all__ = ["written"]

PLACED = (*LAYOUT_MAPS, *PHASE_MAPS, *POWER_MAPS, *SERVICE_MAPS)
"""Maps that a chapter shows; others, and those that later releases add, stand in an appendix."""
_CHAPTERS = (
    summary,
    targets,
    layout,
    phases,
    power,
    service,
    costs,
    binding,
    risks,
    sheets,
    formulation,
    certificate,
)


def written(
    plan: Plan,
    lang: str,
    *,
    pictures: Mapping[str, Picture] | None = None,
    influences: pd.DataFrame | None = None,
    dated: str = "",
) -> Document:
    """Return the report of a plan.

    Parameters
    ----------
    plan : Plan
        The plan.
    lang : str
        ``zh`` or ``en``.
    pictures : mapping of str to Picture, optional
        Maps by name; a sheet of one prefecture is ``prefecture-<adcode>``.
    influences : pandas.DataFrame, optional
        What `capplan.influence.influences` returns; found here where not given.
    dated : str
        When the plan was written, as year-month-day; empty where nobody knows.
    """
    if influences is None:
        from capplan.influence import influences as found

        influences = or_none(lambda: found(plan))
    pen = Pen(plan, lang, pictures or {})
    if influences is not None:
        pen.facts.hold("recount", influences)
    chapters = [complete_chapter(pen, chapter) for chapter in _CHAPTERS]
    chapters += _other_maps(pen)
    chapters.append(tracing(pen, chapters))
    first, title = cover(pen, dated), plan.case.study.full_title.in_(lang)
    about = {
        "title": f"{first.title} {first.subtitle}" if lang == "en" else f"{first.title}{first.subtitle}",
        "author": "capplan",
        "keywords": plan.case.name,
        "running": title,
        "short_notice": pen.words("short_notice"),
    }
    words = {name: pen.words(f"{name}_word") for name in ("table", "figure", "appendix")}
    return Document(lang, first, tuple(chapters), {**words, "contents": pen.words("contents")}, about)


def _other_maps(pen: Pen) -> list[Section]:
    """Return an appendix of the maps that no chapter shows."""
    sheets_of = tuple(f"{name}-" for name in SHEET_MAPS)
    others = [
        picture
        for name, picture in pen.pictures.items()
        if name not in PLACED and not name.startswith(sheets_of)
    ]
    return [Section("maps", pen.words("other_maps"), tuple(others), appendix=True)] if others else []
