"""A comparison as a folder, written as a whole or not at all: tables, JSON, maps of differences, pages."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from capplan.compare.document import document
from capplan.compare.page import page_html
from capplan.errors import CapplanError, RenderError, WriteError
from capplan.exchange.plain import write_json
from capplan.exchange.staging import Owner, check_target, protected, replacing
from capplan.exchange.tables import write_tables
from capplan.frames import plain_text
from capplan.messages import LANGUAGES, msg

if TYPE_CHECKING:
    from capplan.compare.comparison import Comparison, PlanComparison

__all__ = ["FORMATS", "Written", "check_comparison_target", "default_folder", "write_comparison"]

FORMATS = ("html", "png", "svg", "pdf")
"""What may be made beside tables and JSON."""

_OWNER = Owner(
    markers=frozenset({"compare.json", "tables"}),
    writes=re.compile(r"compare\.json|tables|maps|compare-(zh|en)\.html"),
)
_FILES = ("compare.json", "compare-zh.html", "compare-en.html")
_LONGEST = 120
_MAPS = ("png", "svg", "pdf")


@dataclass
class Written:
    """What was written where, and what could not be drawn."""

    folder: Path
    failures: list[CapplanError] = field(default_factory=list)


def default_folder(labels: Sequence[str]) -> Path:
    """Return where a comparison goes that is not told where: ``plans/compare-<a>--<b>``, cut where that is long.

    Parameters
    ----------
    labels
        What the plans are called.

    Examples
    --------
    >>> default_folder(["a", "b"]).name
    'compare-a--b'
    """
    name = f"compare-{'--'.join(labels)}"
    if len(name.encode("utf-8")) > _LONGEST:
        digest = hashlib.sha256(name.encode("utf-8")).hexdigest()[:8]
        name = f"{name.encode('utf-8')[: _LONGEST - 10].decode('utf-8', 'ignore')}-{digest}"
    return Path("plans") / name


def check_comparison_target(path: Path) -> None:
    """Say before long work whether a comparison could be written there.

    Parameters
    ----------
    path
        The folder.

    Raises
    ------
    WriteError
        If it could not.
    """
    check_target(path, owner=_OWNER)
    for place in (path, *(path / name for name in _FILES)):
        if protected(place):
            told = msg(
                "{path} is write-protected and stays as it is; choose another folder with --out",
                path=str(place),
            )
            raise WriteError(told)


@plain_text
def write_comparison(
    comparison: Comparison,
    path: Path,
    formats: Sequence[str] = FORMATS,
    *,
    drawing: Callable[[str], None] | None = None,
) -> Written:
    """Write a comparison; a map or page that cannot be made costs that one.

    Parameters
    ----------
    comparison
        The comparison.
    path
        The folder; a former comparison there is replaced.
    formats
        Which of `FORMATS`, beside ``tables/`` and ``compare.json``.
    drawing
        Called with the plan whose map is drawn next.

    Raises
    ------
    WriteError
        Where the folder cannot be written; what stood there is intact.
    """
    written = Written(path)
    with replacing(path, owner=_OWNER) as folder:
        (folder / "tables").mkdir()
        write_tables(folder / "tables", {name: _plain(table) for name, table in comparison.tables.items()})
        write_json(folder / "compare.json", document(comparison))
        pictures = _draw(comparison, folder, formats, written, drawing)
        if "html" in formats:
            _write_pages(comparison, folder, pictures, written)
    return written


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts are texts and whose numbers are numbers."""
    found = {}
    for name in table.columns:
        column = table[name].reset_index(drop=True)
        if column.dtype == object or isinstance(column.dtype, pd.StringDtype):
            held = column[column.notna() & (column != "")]
            numbers = len(held) > 0 and all(isinstance(value, int | float) for value in held)
            column = pd.to_numeric(column, errors="coerce") if numbers else column.map(_word).astype(object)
        found[str(name)] = column
    return pd.DataFrame(found)


def _word(value: object) -> str:
    return "" if value is None or value is pd.NA or value != value else str(value)  # noqa: PLR0124


_Pictures = dict[str, dict[str, bytes]]


def _draw(
    comparison: Comparison,
    folder: Path,
    formats: Sequence[str],
    written: Written,
    drawing: Callable[[str], None] | None,
) -> _Pictures:
    """Draw the maps of pairs that have places in common, and return those that pages show, by language and plan."""
    wanted = [kind for kind in _MAPS if kind in formats]
    kinds = list(dict.fromkeys([*wanted, *(["png"] if "html" in formats else [])]))
    pictures: _Pictures = {lang: {} for lang in LANGUAGES}
    if not kinds:
        return pictures
    several = len(comparison.pairs) > 1
    for place, pair in enumerate(comparison.pairs, start=1):
        if not pair.scope.places or pair.same_plan:
            continue
        if drawing is not None:
            drawing(pair.other.label)
        name = f"difference-{place}" if several else "difference"
        for lang, content in _draw_pair(pair, folder / "maps", kinds, name, written).items():
            pictures[lang][pair.other.label] = content
    if "png" not in wanted:
        for file in (folder / "maps").glob("*.png"):
            file.unlink()
        if (folder / "maps").is_dir() and not any((folder / "maps").iterdir()):
            (folder / "maps").rmdir()
    return pictures


def _draw_pair(
    pair: PlanComparison, folder: Path, kinds: Sequence[str], name: str, written: Written
) -> dict[str, bytes]:
    try:
        from capplan.compare.maps import draw_differences

        made = draw_differences(pair, folder, kinds, name=name)
    except RenderError as error:
        written.failures.append(error)
        return {}
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001  (whatever a drawing library raises)
        told = msg("the map could not be drawn: {kind}: {text}", kind=type(error).__name__, text=str(error))
        written.failures.append(RenderError(told))
        return {}
    written.failures.extend(made.failures.values())
    files = {lang: folder / f"{name}-{lang}.png" for lang in LANGUAGES}
    return {lang: file.read_bytes() for lang, file in files.items() if file.is_file()}


def _write_pages(comparison: Comparison, folder: Path, pictures: _Pictures, written: Written) -> None:
    for lang in LANGUAGES:
        try:
            page = page_html(comparison, lang, pictures[lang])
        except RenderError as error:
            written.failures.append(error)
            continue
        (folder / f"compare-{lang}.html").write_text(page, encoding="utf-8", newline="\n")
