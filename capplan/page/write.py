"""The interactive page of a plan as a file, alone or into a plan folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from capplan.errors import RenderError, system_reason
from capplan.exchange.staging import protected
from capplan.messages import LANGUAGES, msg
from capplan.page.html import page_html

if TYPE_CHECKING:
    from capplan.plan import Plan

__all__ = ["FILE", "page_for", "write_page"]

FILE = "map.html"
"""The page's name in a plan folder."""


def write_page(plan: Plan, path: Path | str, *, lang: str = "en") -> Path:
    """Write the interactive page of a plan: one file that opens from disk and asks the network for nothing.

    Parameters
    ----------
    plan : Plan
        The plan.
    path : Path or str
        The file; a folder takes it as ``map.html``.
    lang : str
        The language in which it opens, ``zh`` or ``en``; the reader can switch.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    RenderError
        If it cannot be drawn or written; a page that stood there is intact.
    """
    if lang not in LANGUAGES:
        raise RenderError(
            msg(
                "there is no map {what} {given}; known: {known}",
                what="language",
                given=lang,
                known=list(LANGUAGES),
            )
        )
    target = Path(path)
    target = target / FILE if target.is_dir() else target
    if protected(target):
        told = msg(
            "{path} is write-protected and stays as it is; choose another folder with --out", path=str(target)
        )
        raise RenderError(told)
    content = page_html(plan, lang)
    part = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_text(content, encoding="utf-8", newline="\n")
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as fault:
        raise RenderError(
            msg(
                "the map cannot be written to {folder}: {reason}",
                folder=str(target.parent),
                reason=system_reason(fault),
            )
        ) from fault
    return target


def page_for(plan: Plan, *, lang: str = "en") -> Callable[[Path], None]:
    """Return what adds the page to a plan folder being written, for ``Plan.write(..., also=[...])``."""

    def add(folder: Path) -> None:
        write_page(plan, folder / FILE, lang=lang)

    return add
