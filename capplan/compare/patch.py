"""A case with some of another's inputs: each group of differences can be taken over by itself, or all but it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from capplan.errors import InputError
from capplan.reading.explain import validated
from capplan.reading.faults import Faults
from capplan.reading.inputs import STUDY_FILE
from capplan.reading.table import key_texts
from capplan.reading.yaml_file import plain
from capplan.schema.study import Study
from capplan.schema.tables import TABLES
from capplan.schema.technology import Technology

if TYPE_CHECKING:
    from capplan.case import Case
    from capplan.compare.change import InputChange

__all__ = ["patched"]


def patched(case: Case, other: Case, changes: Iterable[InputChange]) -> Case:
    """Return a case with some of another case's inputs, after the same checks as a file.

    Parameters
    ----------
    case
        The case.
    other
        The case whose inputs are taken over.
    changes
        Which, as `input_changes` tells them in either direction; texts of other files stay.

    Raises
    ------
    InputError
        With every fault, where the inputs taken over are no case together with the others.
    """
    by_file: dict[str, list[InputChange]] = {}
    for change in changes:
        if change.keys:
            by_file.setdefault(change.file, []).append(change)
    study = _study(case.study, other.study, by_file.pop(STUDY_FILE, []))
    tables: dict[str, pd.DataFrame] = {}
    technologies: dict[str, Technology] | None = None
    for own in by_file.values():
        name = str(own[0].keys[0])
        if own[0].file.startswith("data/"):
            tables[name] = _table(case, other, name, own)
        else:
            held = dict(case.technologies) if technologies is None else technologies
            technologies = _technologies(held, other.technologies, name, own)
    return case.replace(study=study, tables=tables, technologies=technologies)


def _study(study: Study, other: Study, changes: list[InputChange]) -> Study | None:
    if not changes:
        return None
    found: Study = _model(
        Study, _taken(plain(study), plain(other), [change.keys for change in changes]), STUDY_FILE
    )
    return found


def _technologies(
    held: dict[str, Technology], others: Mapping[str, Technology], name: str, changes: list[InputChange]
) -> dict[str, Technology]:
    if any(len(change.keys) == 1 for change in changes):
        without = {key: technology for key, technology in held.items() if key != name}
        return without | ({name: others[name]} if name in others else {})
    keys = [change.keys[1:] for change in changes]
    content = _taken(plain(held[name]), plain(others[name]), keys)
    return held | {name: _model(Technology, content, changes[0].file)}


def _model(kind: Any, content: dict[Any, Any], file: str) -> Any:
    faults = Faults()
    found = validated(kind, content, file, faults)
    if found is None:
        raise InputError(faults.listed())
    return found


def _taken(
    content: dict[Any, Any], other: dict[Any, Any], paths: Iterable[tuple[Any, ...]]
) -> dict[Any, Any]:
    """Return a document with the values of another at some paths; what the other has not goes."""
    for path in paths:
        inside, source = content, other
        for key in path[:-1]:
            inside = inside.setdefault(key, {})
            source = source.get(key, {})
        if path[-1] in source:
            inside[path[-1]] = source[path[-1]]
        else:
            inside.pop(path[-1], None)
    return content


def _table(case: Case, other: Case, name: str, changes: list[InputChange]) -> pd.DataFrame:
    """Return a table with rows and cells of another's."""
    spec = TABLES[name]
    mine, theirs = case.tables[name], other.tables.shared(name)
    mine.index, keys = pd.Index(key_texts(spec, mine)), key_texts(spec, theirs)
    rows = dict(zip(keys, range(len(theirs)), strict=True))
    dropped, added = [], []
    for change in changes:
        _, key, *column = change.keys
        if column and key in rows and key in mine.index:
            mine.loc[key, column[0]] = theirs[column[0]].iloc[rows[key]]
        elif not column and key in rows and key not in mine.index:
            added.append(rows[key])
        elif not column and key not in rows:
            dropped.append(key)
    parts = [mine.drop(index=dropped), *([theirs.iloc[added]] if added else [])]
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
