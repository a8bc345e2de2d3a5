"""The rows of the sheets that hold no table: study, scenarios, technologies, the case's own words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from capplan.exchange.input_words import parameter_words, study_words
from capplan.reading.workbook_keys import cell_of, flat, key_text
from capplan.reading.workbook_layout import (
    ABOUT,
    BOUNDARIES_KEY,
    KEY_SHEETS,
    MEANING,
    QUANTITY,
    README,
    SCENARIOS,
    SETTINGS,
    STUDY,
    TECHNOLOGIES,
)
from capplan.reading.yaml_file import plain
from capplan.schema.base import Bilingual, Quantity
from capplan.schema.package import BOUNDARIES_FILE
from capplan.schema.study import Part, SolverOptions
from capplan.schema.technology import LeadTime, Technology

if TYPE_CHECKING:
    from capplan.case import Case
    from capplan.schema.study import Study

__all__ = ["BOUNDARIES_NAME", "key_frames", "technology_parameters"]

BOUNDARIES_NAME = BOUNDARIES_FILE.rpartition("/")[2]
"""Name of the file of areas that stands beside a workbook."""

Row = tuple[object, ...]


def key_frames(case: Case, lang: str) -> dict[str, pd.DataFrame]:
    """Return the rows of every sheet that holds no table, by its name.

    Parameters
    ----------
    case
        The case.
    lang
        The language in which keys are explained, ``zh`` or ``en``.
    """
    rows: dict[str, Iterable[Row]] = {
        STUDY: _study(case.study, lang),
        SCENARIOS: ((name, item.title.zh, item.title.en) for name, item in case.study.scenarios.items()),
        SETTINGS: (
            (name, path, cell_of(value))
            for name, item in case.study.scenarios.items()
            for path, value in plain(item.set).items()
        ),
        TECHNOLOGIES: (row for item in case.technologies.values() for row in _technology(item, lang)),
        ABOUT: _about(case),
        README: ((line,) for line in case.readme.removesuffix("\n").split("\n") if case.readme),
    }
    explained = {STUDY, TECHNOLOGIES}
    return {
        name: _frame(found, (*KEY_SHEETS[name], *((MEANING,) if name in explained else ())))
        for name, found in rows.items()
    }


def _frame(rows: Iterable[Row], columns: Sequence[str]) -> pd.DataFrame:
    cells = list(zip(*rows, strict=True)) or [()] * len(columns)
    return pd.DataFrame(
        {name: pd.Series(values, dtype="object") for name, values in zip(columns, cells, strict=True)}
    )


def _study(study: Study, lang: str) -> Iterator[Row]:
    """Return the keys of the study, those included that are not given but may be."""
    content = {key: value for key, value in plain(study).items() if key != "scenarios"}
    told = dict(flat(content))
    for path, value in _with_unset(told, study):
        yield key_text(path), None if value is _UNSET else cell_of(value), study_words(path, lang)


_UNSET = object()


def _with_unset(told: Mapping[tuple[Any, ...], Any], study: Study) -> Iterator[tuple[tuple[Any, ...], Any]]:
    from capplan.features import registry

    groups: dict[tuple[Any, ...], Iterable[str]] = {
        ("solver",): SolverOptions.model_fields,
        **({("part",): Part.model_fields} if study.part is not None else {}),
    }
    for name in study.features:
        if name in registry():
            groups["features", name] = registry()[name].parameters.model_fields
    paths = list(told)
    for position, path in enumerate(paths):
        yield path, told[path]
        for end in (1, 2):
            group, following = path[:end], paths[position + 1 : position + 2]
            if group in groups and not any(item[:end] == group for item in following):
                given = {str(item[end]) for item in paths if item[:end] == group and len(item) > end}
                yield from (((*group, name), _UNSET) for name in groups[group] if name not in given)


def technology_parameters() -> Iterator[str]:
    """Return the names of all parameters of a technology, dotted where they have parts."""
    parts: dict[Any, Iterable[str]] = {LeadTime: LeadTime.model_fields, Bilingual: Bilingual.model_fields}
    for name, field in Technology.model_fields.items():
        inner = parts.get(field.annotation)
        if name != "id":
            yield from (name,) if inner is None else (f"{name}.{part}" for part in inner)


def _technology(technology: Technology, lang: str) -> Iterator[Row]:
    for name in technology_parameters():
        value: object = technology
        for part in name.split("."):
            value = getattr(value, part)
        yield _parameter(technology.id, name, value, lang)


def _parameter(technology: str, name: str, value: object, lang: str) -> Row:
    if isinstance(value, Quantity):
        told = plain(value)
        cells = tuple(told.get(part) for part in QUANTITY)
    else:
        cells = (None if value is None else cell_of(plain(value)), *([None] * (len(QUANTITY) - 1)))
    return technology, name, *cells, parameter_words(name, lang)


def _about(case: Case) -> Iterator[Row]:
    for path, value in flat(dict(case.about)):
        yield key_text(path), cell_of(value)
    if case.boundaries:
        yield BOUNDARIES_KEY, BOUNDARIES_NAME
