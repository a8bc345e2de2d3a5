"""The canonical text of a case: the same content always gives the same bytes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from capplan.reading.inputs import README_FILE, STUDY_FILE, technology_file
from capplan.reading.table import cell_texts
from capplan.reading.yaml_file import dump_yaml
from capplan.schema.package import BOUNDARIES_FILE, PACKAGE_FILE, data_package
from capplan.schema.tables import TABLES

if TYPE_CHECKING:
    import pandas as pd

    from capplan.schema.spec import TableSpec
    from capplan.schema.study import Study
    from capplan.schema.technology import Technology


def case_files(
    study: Study,
    technologies: Mapping[str, Technology],
    frames: Mapping[str, pd.DataFrame],
    about: Mapping[str, Any],
    readme: str,
    boundaries: bytes = b"",
) -> dict[str, bytes]:
    """Return every file of a case by its path, with forward slashes.

    Parameters
    ----------
    study : Study
        The study.
    technologies : mapping of str to Technology
        Technologies by id.
    frames : mapping of str to pandas.DataFrame
        Typed tables by name.
    about : mapping
        What the data package says of itself.
    readme : str
        The text for people; no file where it is empty.
    boundaries : bytes
        The areas that maps colour, as GeoJSON; no file where it is empty.
    """
    files = {STUDY_FILE: dump_yaml(study)}
    files |= {technology_file(name): dump_yaml(technology) for name, technology in technologies.items()}
    kept = {name: spec for name, spec in TABLES.items() if len(frames[name]) or not spec.optional}
    columns = {name: written_columns(spec, frames[name]) for name, spec in kept.items()}
    files |= {spec.file: table_text(frames[name], columns[name]) for name, spec in kept.items()}
    head = {"name": study.name, "title": study.title.en} | dict(about)
    package = data_package(head, columns, boundaries=bool(boundaries))
    files[PACKAGE_FILE] = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
    if readme:
        files[README_FILE] = readme
    own = {BOUNDARIES_FILE: boundaries} if boundaries else {}
    return {path: text.encode("utf-8") for path, text in files.items()} | own


def written_columns(spec: TableSpec, frame: pd.DataFrame) -> tuple[str, ...]:
    """Return the columns that a table's file has: those required, and the optional ones that say something."""
    return tuple(
        column.name for column in spec.columns if column.required or any(cell_texts(frame[column.name]))
    )


def table_text(frame: pd.DataFrame, columns: tuple[str, ...]) -> str:
    """Return a table as CSV text with full precision."""
    return csv_text(columns, zip(*(cell_texts(frame[name]) for name in columns), strict=True))


def csv_text(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a header and rows of texts as CSV, with quotation marks only where they are needed."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return buffer.getvalue()
