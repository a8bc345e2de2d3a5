"""What columns and keys of the inputs say, in Chinese and English, with their units and what is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, get_args

import yaml
from pydantic import BaseModel

from capplan.schema.study import Study
from capplan.schema.technology import Technology

if TYPE_CHECKING:
    from capplan.schema.spec import Column, TableSpec

__all__ = ["allowed", "column_words", "parameter_words", "study_words", "table_words", "words"]

_ENDS = {"_low": "Least plausible value of {column}", "_high": "Largest plausible value of {column}"}


@cache
def _chinese() -> Mapping[str, str]:
    text = resources.files("capplan").joinpath("locale", "zh", "inputs.yaml").read_text(encoding="utf-8")
    found: Mapping[str, str] = yaml.safe_load(text)
    return found


def words(english: str, lang: str) -> str:
    """Return what the schema says in English, in a language; what has no translation stays English.

    Examples
    --------
    >>> words("Random seed", "zh")
    '随机种子'
    """
    return _chinese().get(english, english) if lang == "zh" else english


def table_words(spec: TableSpec, lang: str) -> str:
    """Return what one row of a table is."""
    return words(spec.title, lang)


def column_words(spec: TableSpec, column: Column, lang: str) -> str:
    """Return what a column of a table says.

    Parameters
    ----------
    spec
        The table.
    column
        The column.
    lang
        ``zh`` or ``en``.
    """
    for ending, template in _ENDS.items():
        ranged = column.name.removesuffix(ending)
        if ranged != column.name and ranged in spec.by_name:
            return words(template, lang).format(column=ranged)
    return words(column.description, lang)


def allowed(column: Column) -> str:
    """Return the unit of a column in brackets, else the words allowed in it, else what it names.

    Examples
    --------
    >>> from capplan.schema.tables import TABLES
    >>> allowed(TABLES["sites"].column("grid_distance_km")), allowed(TABLES["sites"].column("copies_eligible"))
    ('[km]', 'yes | no')
    """
    if column.choices:
        return " | ".join(column.choices)
    if column.reference and not column.unit:
        return f"→ {column.reference}"
    return f"[{column.unit}]" if column.unit else ""


def study_words(path: tuple[str | int, ...], lang: str) -> str:
    """Return what a key of the study says; empty where nothing is known of it.

    Parameters
    ----------
    path
        The key, as ``("features", "power", "delay_years")``.
    lang
        ``zh`` or ``en``.
    """
    if path[:1] == ("features",) and len(path) > 1:
        return _feature_words(path[1:], lang)
    found = _described(Study, path)
    return words(found, lang) if found else ""


def _feature_words(path: tuple[str | int, ...], lang: str) -> str:
    from capplan.features import registry

    feature = registry().get(str(path[0]))
    if feature is None:
        return ""
    if len(path) == 1:
        return feature.title.in_(lang)
    found = feature.parameters.model_fields.get(str(path[1]))
    return words(found.description, lang) if found is not None and found.description else ""


def parameter_words(parameter: str, lang: str) -> str:
    """Return what a parameter of a technology says."""
    found = _described(Technology, tuple(parameter.split(".")))
    return words(found, lang) if found else ""


def _described(model: type[BaseModel], path: tuple[str | int, ...]) -> str:
    """Return the description of a key, with those of the keys above it where they say more."""
    found: Any = model
    text = ""
    for part in path:
        if not (isinstance(found, type) and issubclass(found, BaseModel)):
            break
        field = found.model_fields.get(str(part))
        if field is None:
            break
        text = text if part in {"zh", "en"} else field.description or text
        found = _model_in(field.annotation)
    return text


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _model_in(part)) is not None), None)
