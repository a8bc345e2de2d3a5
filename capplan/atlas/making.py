"""Maps of a plan as files: every map that is asked for, in every language, size and format, each file put in place at once."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl

from capplan.atlas.drawing import drawn_sheet
from capplan.atlas.files import SETTINGS, content
from capplan.atlas.registry import Drawing
from capplan.atlas.sheet import Sheet
from capplan.atlas.sizes import SIZES, page_size, size_of_design
from capplan.atlas.subject import Subjects
from capplan.errors import CapplanError, RenderError, nearest_name, system_reason
from capplan.exchange.staging import workplace
from capplan.frames import plain_text
from capplan.messages import LANGUAGES, Message, msg
from capplan.partial import MissingTable
from capplan.spacing import filled

if TYPE_CHECKING:
    from capplan.plan import Plan
    from capplan.progress import Callback

__all__ = ["FORMATS", "Made", "MapEvent", "Wanted", "file_name", "make_maps"]

FORMATS = ("png", "svg", "pdf")
"""File formats of maps."""


@dataclass(frozen=True, slots=True)
class MapEvent:
    """News while maps are drawn: how many are done, which one is next, and after how long [s]."""

    name: str
    done: int
    total: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """In which languages, formats and sizes maps are drawn; no size means the one that each is designed for."""

    langs: Sequence[str] = LANGUAGES
    formats: Sequence[str] = FORMATS
    sizes: Sequence[str] = ()

    def check(self) -> None:
        """Refuse what there is not.

        Raises
        ------
        RenderError
            If a language, format or size is not known.
        """
        for what, given, known in (
            ("language", self.langs, LANGUAGES),
            ("format", self.formats, FORMATS),
            ("size", self.sizes, tuple(SIZES)),
        ):
            for one in given:
                if one not in known:
                    near = nearest_name(one, known)
                    names = near if near is not None else ", ".join(known)
                    raise RenderError(
                        msg(
                            "there is no map {what} {given}; known: {known}",
                            what=what,
                            given=one,
                            known=names,
                        )
                    )


@dataclass
class Made:
    """What was drawn, by map, and what could not be.

    Attributes
    ----------
    files
        The files of each map by its name.
    failures
        Why a map could not be drawn, by its name.
    left_out
        Why a map was left out, by its name: a table that it draws is missing from the plan folder.
    """

    files: dict[str, list[Path]] = field(default_factory=dict)
    failures: dict[str, CapplanError] = field(default_factory=dict)
    left_out: dict[str, Message] = field(default_factory=dict)


@plain_text
def make_maps(
    plan: Plan,
    drawings: Sequence[Drawing],
    wanted: Wanted,
    folder: Path | str,
    *,
    progress: Callback | None = None,
) -> Made:
    """Draw maps of a plan into a folder; one that cannot be drawn costs that one.

    Parameters
    ----------
    plan
        The plan.
    drawings
        Its maps.
    wanted
        Languages, formats and sizes.
    folder
        Where the files go; made if it is not there. A file takes its place when it is complete.
    progress
        Is told a `MapEvent` before each map.

    Raises
    ------
    RenderError
        If a language, format or size is not known, or the folder cannot be written.
    """
    wanted.check()
    target, subjects, made = Path(folder), Subjects(plan), Made()
    began = time.perf_counter()
    with _beside(target) as place, mpl.rc_context(dict(SETTINGS)):
        for number, drawing in enumerate(drawings):
            if progress is not None:
                progress(MapEvent(drawing.name, number, len(drawings), time.perf_counter() - began))
            try:
                files = _draw(subjects, drawing, wanted, place)
            except MissingTable as fault:
                made.left_out[drawing.name] = fault.reason
            except RenderError as error:
                made.failures[drawing.name] = error
            except OSError:
                raise
            except Exception as error:  # noqa: BLE001  (whatever a drawing library raises)
                made.failures[drawing.name] = RenderError(_broken(drawing.name, error))
            else:
                made.files[drawing.name] = [_moved(file, target / file.name) for file in files]
    return made


def file_name(drawing: Drawing, lang: str, size: str | None, kind: str) -> str:
    """Return the name of a map's file: the size is told where it is not the one that the map is designed for.

    Parameters
    ----------
    drawing
        The map.
    lang, size, kind
        Language, size (None for the map's own) and format.
    """
    other = size is not None and page_size(size).name != size_of_design(drawing.style.paper).name
    return f"{drawing.name}-{lang}-{size}.{kind}" if other else f"{drawing.name}-{lang}.{kind}"


def _draw(subjects: Subjects, drawing: Drawing, wanted: Wanted, place: Path) -> list[Path]:
    facts, boundaries = subjects.of(drawing)
    files = []
    for lang in wanted.langs:
        for size in wanted.sizes or (None,):
            sheet = drawn_sheet(facts, boundaries, drawing.style, lang, size)
            for kind in wanted.formats:
                file = place / file_name(drawing, lang, size, kind)
                file.write_bytes(content(sheet.paper.figure, kind, _title(sheet)))
                files.append(file)
    return files


def _title(sheet: Sheet) -> str:
    region, year = sheet.facts.region.in_(sheet.lang), sheet.facts.year
    return filled(sheet.style.title.in_(sheet.lang), {"region": region, "year": year})


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """Give a folder beside the target for files that are not complete yet."""
    try:
        target.mkdir(parents=True, exist_ok=True)
        with workplace(target, "maps") as place:
            yield place
    except OSError as fault:
        reason = system_reason(fault)
        raise RenderError(
            msg("the map cannot be written to {folder}: {reason}", folder=str(target), reason=reason)
        ) from fault


def _moved(made: Path, place: Path) -> Path:
    """Put a finished file in its place, in one step."""
    with suppress(OSError), made.open("rb") as file:
        os.fsync(file.fileno())
    made.replace(place)
    return place


def _broken(name: str, error: Exception) -> Message:
    return msg(
        "map {name} could not be drawn: {kind}: {text}", name=name, kind=type(error).__name__, text=str(error)
    )
