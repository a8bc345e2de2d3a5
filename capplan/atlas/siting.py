"""Maps of a plan as files: the siting map, and any other that has a style."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl

from capplan.atlas.boundaries import boundaries_of
from capplan.atlas.drawing import drawn_sheet
from capplan.atlas.facts import facts_of
from capplan.atlas.files import SETTINGS, content
from capplan.atlas.sheet import Sheet
from capplan.atlas.style import Style, style_of
from capplan.errors import RenderError
from capplan.messages import LANGUAGES, msg

if TYPE_CHECKING:
    from capplan.plan import Plan

__all__ = ["FORMATS", "draw_map", "draw_maps", "draw_siting", "maps_for"]

FORMATS = ("png", "svg", "pdf")
"""File formats of maps."""


def draw_siting(plan: Plan, *, lang: str, formats: Sequence[str] = FORMATS, folder: Path | str) -> list[Path]:
    """Draw the siting map of a plan in one language.

    Parameters
    ----------
    plan
        The plan.
    lang
        ``zh`` or ``en``.
    formats
        Which of ``png``, ``svg`` and ``pdf``.
    folder
        Where the files go; made if it is not there.

    Returns
    -------
    list of Path
        The files, ``siting-<lang>.<format>``.

    Raises
    ------
    RenderError
        If the map cannot be drawn or written.
    """
    return draw_map(plan, "siting", langs=(lang,), formats=formats, folder=folder)


def draw_map(
    plan: Plan,
    name: str,
    *,
    langs: Sequence[str] = LANGUAGES,
    formats: Sequence[str] = FORMATS,
    folder: Path | str,
) -> list[Path]:
    """Draw one map of a plan, by the name of its style, in one or more languages.

    Parameters
    ----------
    plan
        The plan.
    name
        The style: one of :func:`capplan.atlas.map_names`.
    langs
        Languages.
    formats
        File formats.
    folder
        Where the files go; made if it is not there.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    RenderError
        If the map cannot be drawn or written.
    """
    return draw_maps(plan, (name,), langs=langs, formats=formats, folder=folder)


def draw_maps(
    plan: Plan,
    names: Sequence[str],
    *,
    langs: Sequence[str] = LANGUAGES,
    formats: Sequence[str] = FORMATS,
    folder: Path | str,
) -> list[Path]:
    """Draw several maps of a plan; what they share is read once. Parameters and errors as for `draw_map`."""
    _check("format", formats, FORMATS)
    _check("language", langs, LANGUAGES)
    styles = [style_of(name) for name in names]
    facts, boundaries = facts_of(plan), boundaries_of(plan.case)
    files = []
    for style in styles:
        for lang in langs:
            sheet = drawn_sheet(facts, boundaries, style, lang)
            files += _write(sheet, style, formats, Path(folder))
    return files


def maps_for(
    plan: Plan, *, langs: Sequence[str] = LANGUAGES, formats: Sequence[str] = FORMATS
) -> Callable[[Path], None]:
    """Return what adds the siting map to a plan folder being written, for ``Plan.write(..., also=[...])``."""

    def add(folder: Path) -> None:
        draw_map(plan, "siting", langs=langs, formats=formats, folder=folder / "maps")

    return add


def _check(what: str, given: Sequence[str], known: Sequence[str]) -> None:
    for one in given:
        if one not in known:
            raise RenderError(
                msg("there is no map {what} {given}; known: {known}", what=what, given=one, known=list(known))
            )


def _write(sheet: Sheet, style: Style, formats: Sequence[str], folder: Path) -> list[Path]:
    title = style.title.in_(sheet.lang).format(
        region=sheet.facts.region.in_(sheet.lang), year=sheet.facts.year
    )
    files = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with mpl.rc_context(dict(SETTINGS)):
            for kind in formats:
                file = folder / f"{style.file}-{sheet.lang}.{kind}"
                file.write_bytes(content(sheet.paper.figure, kind, title))
                files.append(file)
    except OSError as fault:
        raise RenderError(
            msg("the map cannot be written to {folder}: {reason}", folder=str(folder), reason=str(fault))
        ) from fault
    return files
