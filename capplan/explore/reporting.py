"""Reports of a plan folder: its maps found or drawn, each report set in each language, each file put in place at once."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from capplan.errors import CapplanError, RenderError, package_missing
from capplan.exchange.staging import explain, workplace
from capplan.frames import plain_text
from capplan.messages import LANGUAGES, msg
from capplan.partial import MissingTable
from capplan.progress import stage
from capplan.report.document.blocks import Name, Picture

if TYPE_CHECKING:
    import pandas as pd

    from capplan.atlas import Drawing
    from capplan.plan import Plan
    from capplan.progress import Callback

__all__ = ["FORMATS", "ReportEvent", "Reports", "Wish", "pictures_of", "write_reports"]

FORMATS = ("pdf", "html")
"""Formats of reports."""
_SIZE = "a4"
_SHEET = "sheet"
_FIGURE: Mapping[str, object] = {"layout": "figure", "panel": ("legend", "sites", "locator")}
_FIGURE_MM = (164.0, 108.0, 96.0)
"""Width of a figure in the text, its height, and the width of its panel as designed [mm]."""
_MOST_BYTES = 3_000_000
"""Pictures larger than this are not taken into a report, where there is a smaller one [B]."""


@dataclass(frozen=True, slots=True)
class ReportEvent:
    """News while reports are written: how many are done, which one is next, and after how long [s]."""

    name: str
    done: int
    total: int
    seconds: float


@dataclass
class Reports:
    """What was written, and what could not be.

    Attributes
    ----------
    files
        The reports.
    failures
        Why a report or a map could not be made, by its name.
    """

    files: list[Path] = field(default_factory=list)
    failures: dict[str, CapplanError] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which reports are wanted: languages, formats, and whether maps that are not there are drawn or left out."""

    langs: Sequence[str] = LANGUAGES
    formats: Sequence[str] = FORMATS
    maps: bool = True
    draw: bool = True


@plain_text
def write_reports(
    plan: Plan,
    folder: Path | str,
    wish: Wish | None = None,
    *,
    out: Path | str | None = None,
    progress: Callback | None = None,
) -> Reports:
    """Write reports of a plan; one that cannot be made costs that one.

    Parameters
    ----------
    plan
        The plan.
    folder
        Its folder, whose maps are taken.
    wish
        What is wanted.
    out
        Where the reports go; the plan folder where not given.
    progress
        Is told a `ReportEvent` before each report.

    Raises
    ------
    WriteError
        If a file cannot be written; those there before are whole.
    """
    wanted, home = wish or Wish(), Path(folder)
    target = home if out is None else Path(out)
    reports, began = Reports(), time.perf_counter()
    with stage("rank", progress):
        influences = _influences(plan, reports)
    total = len(wanted.langs) * len(wanted.formats)
    try:
        target.mkdir(parents=True, exist_ok=True)
        with workplace(target, "report") as place:
            for lang in wanted.langs:
                pictures = _pictures(plan, home, lang, wanted, place, reports, progress)
                for kind in wanted.formats:
                    file = target / f"report-{lang}.{kind}"
                    with stage("report", progress):
                        if progress is not None:
                            passed = time.perf_counter() - began
                            progress(ReportEvent(file.name, len(reports.files), total, passed))
                        made = _made(plan, home, lang, kind, pictures, influences, reports)
                        if made is not None:
                            reports.files.append(_placed(made, place, file))
    except OSError as fault:
        raise explain(fault, target) from fault
    return reports


def _influences(plan: Plan, reports: Reports) -> pd.DataFrame:
    """Return what moves the plan most; a report without it is better than none."""
    import pandas as pd

    from capplan.influence import COLUMNS, influences

    try:
        return influences(plan)
    except MissingTable:
        return pd.DataFrame(columns=list(COLUMNS))
    except Exception as fault:  # noqa: BLE001 - a plug-in's recount may raise anything
        told = msg(
            "the assumptions could not be ranked: {kind}: {text}", kind=type(fault).__name__, text=str(fault)
        )
        reports.failures["assumptions"] = RenderError(told)
        return pd.DataFrame(columns=list(COLUMNS))


def _made(
    plan: Plan,
    home: Path,
    lang: str,
    kind: str,
    pictures: Mapping[str, Picture],
    influences: pd.DataFrame,
    reports: Reports,
) -> bytes | None:
    """Return one report as bytes; None, and why, where it cannot be made."""
    from capplan.report.book import written

    try:
        document = written(plan, lang, pictures=pictures, influences=influences, dated=_dated(home))
        if kind == "html":
            from capplan.report.press.screen import html

            return html(document).encode("utf-8", "replace")
        from capplan.report.press.paper import pdf

        return pdf(document)
    except RenderError as fault:
        reports.failures[f"report-{lang}.{kind}"] = fault
        return None


def _dated(home: Path) -> str:
    """Return the day on which a plan was written; nothing where its file is not there."""
    try:
        moment = (home / "plan.json").stat().st_mtime
    except OSError:
        return ""
    return datetime.fromtimestamp(moment, tz=UTC).astimezone().date().isoformat()


def _placed(content: bytes, beside: Path, target: Path) -> Path:
    """Write a file whole, then put it in its place in one step."""
    made = beside / target.name
    made.write_bytes(content)
    with suppress(OSError), made.open("rb") as file:
        os.fsync(file.fileno())
    made.replace(target)
    return target


def _pictures(
    plan: Plan,
    home: Path,
    lang: str,
    wish: Wish,
    place: Path,
    reports: Reports,
    progress: Callback | None,
) -> dict[str, Picture]:
    if not wish.maps:
        return {}
    try:
        with stage("atlas", progress):
            return pictures_of(
                plan, home / "maps", lang, place if wish.draw else None, reports, progress=progress
            )
    except RenderError as fault:
        reports.failures["maps"] = fault
        return {}
    except ImportError as fault:
        reports.failures["maps"] = RenderError(package_missing(fault))
        return {}


def pictures_of(
    plan: Plan,
    folder: Path,
    lang: str,
    draw_in: Path | None,
    reports: Reports,
    *,
    progress: Callback | None = None,
) -> dict[str, Picture]:
    """Return the maps of a plan by name: those that lie in a folder, the others drawn.

    Parameters
    ----------
    plan
        The plan.
    folder
        Where maps may lie.
    lang
        ``zh`` or ``en``.
    draw_in
        An empty folder in which the others are drawn; None leaves them out.
    reports
        Takes what could not be drawn.
    progress
        Is told which map is drawn.
    """
    from capplan.atlas import Wanted, drawings, make_maps

    possible = drawings(plan)
    found = {
        one.name: picture for one in possible if (picture := _found(plan, one, folder, lang)) is not None
    }
    absent = [one for one in possible if one.name not in found and one.style.file != _SHEET]
    if absent and draw_in is not None:
        drawn = draw_in / f"maps-{lang}"
        made = make_maps(plan, absent, Wanted((lang,), ("pdf", "png"), (_SIZE,)), drawn, progress=progress)
        reports.failures |= made.failures
        found |= {
            one.name: picture for one in absent if (picture := _found(plan, one, drawn, lang)) is not None
        }
    if draw_in is not None:
        figures, failures = _figures(plan, possible, lang, draw_in / f"figures-{lang}", progress)
        reports.failures |= {name: fault for name, fault in failures.items() if name not in found}
        found |= figures
    return {one.name: found[one.name] for one in possible if one.name in found}


def _figures(
    plan: Plan, possible: Sequence[Drawing], lang: str, folder: Path, progress: Callback | None
) -> tuple[dict[str, Picture], dict[str, CapplanError]]:
    """Return the sheets drawn as figures that stand beside their facts, and why one could not be drawn."""
    from capplan.atlas import Wanted, make_maps
    from capplan.atlas.style import PaperSize

    width, height, panel = _FIGURE_MM
    paper = PaperSize(width=width, height=height, panel=panel, strip=0.0)
    chosen = [
        replace(one, style=one.style.model_copy(update={**_FIGURE, "paper": paper}))
        for one in possible
        if one.style.file == _SHEET
    ]
    if not chosen:
        return {}, {}
    made = make_maps(plan, chosen, Wanted((lang,), ("pdf", "png"), ()), folder, progress=progress)
    drawn = {one.name: _found(plan, one, folder, lang) for one in chosen}
    pictures = {name: replace(each, layout="column") for name, each in drawn.items() if each is not None}
    return pictures, made.failures


def _found(plan: Plan, drawing: Drawing, folder: Path, lang: str) -> Picture | None:
    """Return a map from its files: for paper the PDF, for the screen the PNG, in A4 where that is there."""
    stems = [f"{drawing.name}-{lang}-{_SIZE}", f"{drawing.name}-{lang}"]
    files = [folder / f"{stem}.{kind}" for stem in stems for kind in ("pdf", "png", "svg")]
    there = [file for file in files if file.is_file() and file.stat().st_size <= _MOST_BYTES]
    if not there:
        return None
    screen = next((file for kind in ("png", "svg") for file in there if file.suffix == f".{kind}"), None)
    title = _title(plan, drawing, lang)
    return Picture(
        there[0].read_bytes(),
        there[0].suffix[1:],
        (Name(title),),
        title,
        "landscape",
        b"" if screen is None else screen.read_bytes(),
        "" if screen is None else screen.suffix[1:],
    )


def _title(plan: Plan, drawing: Drawing, lang: str) -> str:
    from capplan.report.names import Names

    region = Names(plan.case, lang).region(drawing.region or plan.case.study.region)
    return drawing.style.title.in_(lang).format(region=region, year=plan.case.study.periods[-1])
