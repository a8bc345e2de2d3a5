"""One plan as a planner wants it: solved or explained, written with its maps; here, or packed up in a worker."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from capplan.errors import CapplanError, Infeasible, RenderError, package_missing
from capplan.frames import plain_text
from capplan.messages import LANGUAGES, Message, msg
from capplan.progress import Callback, stage

if TYPE_CHECKING:
    from capplan.case import Case
    from capplan.plan import Plan

__all__ = ["MAP_FORMATS", "Packed", "maps", "plan_and_pack", "solve_or_explain", "unexplained", "unpack"]

MAP_FORMATS = ("png", "svg", "pdf")


@plain_text
def solve_or_explain(case: Case, options: Mapping[str, Any], progress: Callback | None) -> Plan:
    """Plan a case.

    Parameters
    ----------
    case : Case
        The inputs.
    options : mapping
        What `capplan.solve` takes: gap, time_limit, solver, threads, seed.
    progress : Callback or None
        Who wants to know.

    Raises
    ------
    Infeasible
        When no plan satisfies every target and limit; with what conflicts, where that can be found out.
    """
    from capplan.planner import solve

    try:
        return solve(case, progress=progress, **options)
    except Infeasible as error:
        if error.conflicts:
            raise
        raise _explained(case, error, progress) from error


def _explained(case: Case, error: Infeasible, progress: Callback | None) -> Infeasible:
    """Return the error with what conflicts; where that cannot be found out, it still is what it is."""
    with stage("explain", progress):
        try:
            from capplan.explore.diagnose import explain

            found = explain(case, progress=progress)
            return Infeasible(error.message, tuple(found), getattr(found, "document", None))
        except Exception as failure:  # noqa: BLE001  (an explanation that fails must not hide the finding)
            return Infeasible(error.message, [unexplained(failure)])


def unexplained(failure: Exception) -> Message:
    """Return that what conflicts is not known.

    Parameters
    ----------
    failure : Exception
        What kept it from being found out.
    """
    reason = f"{type(failure).__name__}: {failure}"
    return msg("what conflicts could not be found out: {reason}", reason=reason)


def maps(plan: Plan, progress: Callback | None, failures: list[CapplanError]) -> Callable[[Path], None]:
    """Return what draws a plan's maps into its folder; a map that fails costs the map, not the plan.

    Parameters
    ----------
    plan : Plan
        The plan.
    progress : Callback or None
        Who wants to know.
    failures : list of CapplanError
        Takes what could not be drawn.
    """

    def draw(folder: Path) -> None:
        with stage("map", progress):
            failed: dict[str, Message] = {}
            for lang in LANGUAGES:
                try:
                    _draw(plan, lang, folder / "maps")
                except RenderError as error:
                    failed[lang] = error.message
                except ImportError as error:
                    failed[lang] = package_missing(error)
                except Exception as error:  # noqa: BLE001  (whatever a drawing library raises)
                    failed[lang] = msg("{kind}: {text}", kind=type(error).__name__, text=str(error))
            failures.extend(RenderError(told) for told in _not_drawn(failed))

    return draw


def _draw(plan: Plan, lang: str, folder: Path) -> None:
    from capplan.atlas import draw_siting

    draw_siting(plan, lang=lang, folder=folder, formats=MAP_FORMATS)


def _not_drawn(failed: Mapping[str, Message]) -> Iterator[Message]:
    """Give one sentence for each reason why maps are not drawn."""
    for reason in {str(reason): reason for reason in failed.values()}.values():
        langs = [lang for lang, told in failed.items() if str(told) == str(reason)]
        files = ", ".join(f"maps/siting-{lang}.*" for lang in langs)
        yield msg("the plan is written, but {files} could not be drawn: {reason}", files=files, reason=reason)


@dataclass(frozen=True)
class Packed:
    """A plan folder on its way from a worker.

    Attributes
    ----------
    record : mapping
        What ``plan.json`` holds.
    targets, sites : pandas.DataFrame
        These tables of the plan.
    holds : bool
        Whether the certificate holds.
    failures : tuple of CapplanError
        Maps that could not be drawn.
    archive : bytes
        The folder as a ZIP file.
    """

    record: Mapping[str, Any]
    targets: pd.DataFrame
    sites: pd.DataFrame
    holds: bool
    failures: tuple[CapplanError, ...]
    archive: bytes


@plain_text
def plan_and_pack(
    case: Case,
    options: Mapping[str, Any],
    lang: str,
    draw: bool,  # noqa: FBT001
    *,
    progress: Callback,
) -> Packed:
    """Plan a case in a worker and return its whole folder, so that no file system need be shared.

    Parameters
    ----------
    case : Case
        The inputs.
    options : mapping
        What `capplan.solve` takes: gap, time_limit, solver, threads, seed.
    lang : str
        Language of the workbook's headings.
    draw : bool
        Whether its maps are drawn.
    progress : Callback
        Who wants to know.

    Raises
    ------
    Infeasible
        When no plan satisfies every target and limit.
    """
    plan = solve_or_explain(case, options, progress)
    failures: list[CapplanError] = []
    with tempfile.TemporaryDirectory(prefix="capplan-plan-") as place, stage("write", progress):
        also = [maps(plan, progress, failures)] if draw and plan.certificate.holds else []
        folder = plan.write(Path(place) / "plan", lang=lang, also=also, lacking=failures)
        archive = _archive(folder)
    return Packed(
        record=dict(plan.record),
        targets=plan.tables["targets"],
        sites=plan.tables["sites"],
        holds=plan.certificate.holds,
        failures=tuple(failures),
        archive=archive,
    )


def _archive(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder).as_posix())
    return buffer.getvalue()


def unpack(packed: Packed, folder: Path) -> None:
    """Write a packed plan folder into an empty folder."""
    with zipfile.ZipFile(io.BytesIO(packed.archive)) as archive:
        archive.extractall(folder)
