"""What lies in a plan folder, and which command makes the rest of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from capplan.messages import Message, Text, msg
from capplan.report.names import Names
from capplan.report.sections import Section

__all__ = ["files_section"]

_KINDS: tuple[tuple[tuple[str, ...], Message], ...] = (
    (("tables/*.csv", "plan.xlsx"), msg("the plan as tables, and as a workbook with charts")),
    (("plan.gpkg", "gis/", "sites.geojson"), msg("layers for QGIS, and as GeoParquet and GeoJSON")),
    (("map.html",), msg("the interactive page; it opens in any browser without a network")),
    (("report-*.pdf", "report-*.html"), msg("the report")),
    (("tables/prices.csv",), msg("the prices of the targets")),
)
_PROOF = ("plan.json", "certificate.json", "case/")
_SITING = ("siting-zh", "siting-en")


def files_section(folder: Path, names: Names) -> Section:
    """Return what lies in a plan folder, and the commands that make what does not.

    Parameters
    ----------
    folder : Path
        The plan folder.
    names : Names
        Its language.
    """
    lines = [*_there(folder), *_to_come(folder)]
    return Section(
        names.say(msg("Files in {path}", path=folder)), None, tuple(names.say(line) for line in lines)
    )


def _there(folder: Path) -> Iterator[Message]:
    for patterns, what in _KINDS:
        found = [name for pattern in patterns for name in _found(folder, pattern)]
        if found:
            yield msg("{files}: {what}", files=_listed(found), what=what)
        if "plan.gpkg" in patterns and (maps := _maps(folder)):
            shown = [f"maps/{name}" for name in maps[:2]]
            rest = len(maps) - len(shown)
            more = msg("{files} and {count} more: maps", files=_listed(shown), count=rest)
            yield more if rest else msg("{files}: {what}", files=_listed(shown), what=msg("the siting map"))
    if found := [name for part in _PROOF for name in _found(folder, part)]:
        what = msg("figures, proof and inputs; to check: capplan verify {path}", path=folder)
        yield msg("{files}: {what}", files=_listed(found), what=what)


def _found(folder: Path, pattern: str) -> list[str]:
    """Return the files of a pattern; a pattern of tables stands for itself, a folder where something is in it."""
    held = sorted(folder.glob(pattern.rstrip("/")))
    if pattern == "tables/*.csv" or pattern.endswith("/"):
        return [pattern] if held else []
    return [path.relative_to(folder).as_posix() for path in held]


def _maps(folder: Path) -> list[str]:
    """Return the maps without their endings, the siting map first."""
    drawn = {path.stem for path in folder.glob("maps/*.*")}
    return [name for name in _SITING if name in drawn] + sorted(drawn.difference(_SITING))


def _listed(names: list[str]) -> Text:
    return Text(zh="、".join(names), en=", ".join(names))


def _to_come(folder: Path) -> Iterator[Message]:
    if set(_maps(folder)) <= set(_SITING) or not _found(folder, "map.html"):
        yield msg("To come, all maps and the interactive page: capplan map {path}", path=folder)
    if not any(_found(folder, f"report-*.{ending}") for ending in ("pdf", "html")):
        yield msg("To come, the report: capplan report {path}", path=folder)
    if not _found(folder, "tables/prices.csv"):
        yield msg("To come, the prices of the targets: capplan why {path}", path=folder)
    yield msg("To compare it with another plan: capplan compare {path} PLAN", path=folder)
