"""Maps of a plan by the names of their styles, in short: the siting map, and any other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from capplan.atlas.making import FORMATS, Wanted, make_maps
from capplan.atlas.registry import chosen
from capplan.frames import plain_text
from capplan.messages import LANGUAGES

if TYPE_CHECKING:
    from capplan.plan import Plan

__all__ = ["FORMATS", "draw_map", "draw_maps", "draw_siting", "maps_for"]


@plain_text
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


@plain_text
def draw_map(
    plan: Plan,
    name: str,
    *,
    langs: Sequence[str] = LANGUAGES,
    formats: Sequence[str] = FORMATS,
    sizes: Sequence[str] = (),
    folder: Path | str,
) -> list[Path]:
    """Draw one map of a plan, by its name, in one or more languages.

    Parameters
    ----------
    plan
        The plan.
    name
        The map: one of :func:`capplan.atlas.map_names`, or a sheet of one that is repeated over regions.
    langs
        Languages.
    formats
        File formats.
    sizes
        Sizes of the page; none for the one that the map is designed for.
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
    return draw_maps(plan, (name,), langs=langs, formats=formats, sizes=sizes, folder=folder)


def draw_maps(
    plan: Plan,
    names: Sequence[str],
    *,
    langs: Sequence[str] = LANGUAGES,
    formats: Sequence[str] = FORMATS,
    sizes: Sequence[str] = (),
    folder: Path | str,
) -> list[Path]:
    """Draw several maps of a plan; what they share is read once. Parameters and errors as for `draw_map`."""
    wanted = Wanted(langs=langs, formats=formats, sizes=sizes)
    wanted.check()
    made = make_maps(plan, chosen(plan, names), wanted, folder)
    for error in made.failures.values():
        raise error
    return [file for files in made.files.values() for file in files]


def maps_for(
    plan: Plan, *, langs: Sequence[str] = LANGUAGES, formats: Sequence[str] = FORMATS
) -> Callable[[Path], None]:
    """Return what adds the siting map to a plan folder being written, for ``Plan.write(..., also=[...])``."""

    def add(folder: Path) -> None:
        draw_map(plan, "siting", langs=langs, formats=formats, folder=folder / "maps")

    return add
