"""The case: every input of a plan, validated and frozen."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
import pandas as pd

from capplan.case_files import case_files, written_columns
from capplan.checks import check
from capplan.errors import InputError, WriteError, system_reason
from capplan.frames import plain_text
from capplan.messages import msg
from capplan.override import applied, combined, parse_setting
from capplan.reading.faults import Faults
from capplan.reading.inputs import STUDY_FILE, Inputs, read_inputs
from capplan.reading.part import part_of
from capplan.reading.source import find_source
from capplan.reading.table import TableData, from_frame
from capplan.schema.spec import EVERY
from capplan.schema.tables import TABLES

if TYPE_CHECKING:
    from capplan.schema.study import Study
    from capplan.schema.technology import Technology

__all__ = ["Case", "FrozenMap", "Tables", "load_case", "parse_setting"]

ValueT = TypeVar("ValueT")


class FrozenMap(Mapping[str, ValueT], Generic[ValueT]):
    """A mapping that does not change; it keeps the order in which it was made."""

    def __init__(self, content: Mapping[str, ValueT]) -> None:
        self._content = dict(content)

    def __getitem__(self, name: str) -> ValueT:
        """Return the value of a name."""
        return self._content[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return iter(self._content)

    def __len__(self) -> int:
        """Return how many names there are."""
        return len(self._content)

    def __repr__(self) -> str:
        """Return the names."""
        return f"{type(self).__name__}({', '.join(self._content)})"


class Tables(FrozenMap[pd.DataFrame]):
    """The typed tables by name; each look-up gives a copy, so that nobody changes another one's table."""

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return a copy of a table."""
        return super().__getitem__(name).copy()

    def shared(self, name: str) -> pd.DataFrame:
        """Return the table itself, not to be changed."""
        return super().__getitem__(name)


@dataclass(frozen=True, eq=False)
class Case:
    """Every input of a plan.

    Attributes
    ----------
    study : Study
        What is planned, for when, by which rules.
    technologies : mapping of str to Technology
        The technologies by id, in the order of the study.
    tables : mapping of str to pandas.DataFrame
        The tables by name, typed and sorted by key. Texts are "" where empty, numbers NaN.
    about : mapping
        What the data package says of itself: title, licences, sources.
    readme : str
        The text for people.
    boundaries : bytes
        The areas that maps colour, as GeoJSON; empty where the case brings none.
    origin : mapping of str to str
        SHA-256 of the workbook that it was read from and of files beside it, by name; empty for a folder.
    """

    study: Study
    technologies: Mapping[str, Technology]
    tables: Tables
    about: Mapping[str, Any] = field(default_factory=dict)
    readme: str = ""
    boundaries: bytes = b""
    origin: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the case."""
        return self.study.name

    def table(self, name: str) -> pd.DataFrame:
        """Return a copy of a table."""
        return self.tables[name]

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """The resolved inputs as files, by path: what the folder ``case/`` of a plan holds."""
        frames = {name: self.tables.shared(name) for name in self.tables}
        return FrozenMap(
            case_files(self.study, self.technologies, frames, self.about, self.readme, self.boundaries)
        )

    def fingerprints(self) -> dict[str, str]:
        """Return the SHA-256 of every file of `files`, by path."""
        return {path: hashlib.sha256(content).hexdigest() for path, content in self.files.items()}

    @plain_text
    def replace(
        self,
        *,
        study: Study | None = None,
        tables: Mapping[str, pd.DataFrame] | None = None,
        technologies: Mapping[str, Technology] | None = None,
    ) -> Case:
        """Return the case with some inputs replaced, after the same checks as a file.

        Parameters
        ----------
        study : Study, optional
            Another study.
        tables : mapping of str to pandas.DataFrame, optional
            Other tables, by name; tables not named stay.
        technologies : mapping of str to Technology, optional
            All technologies, by id.

        Raises
        ------
        InputError
            With every fault of the new case.
        """
        faults = Faults()
        inputs = self._inputs()
        changed = dict(inputs.tables)
        for name, frame in (tables or {}).items():
            if name in TABLES:
                changed[name] = from_frame(TABLES[name], frame, faults)
            else:
                faults.add_unknown(f"data/{name}.csv", msg("the table"), name, TABLES)
        new = study or self.study
        if technologies is not None and study is None and new.technologies != EVERY:
            new = new.model_copy(update={"technologies": tuple(technologies)})
        held = dict(self.technologies if technologies is None else technologies)
        return _checked(replace(inputs, study=new, technologies=held, tables=changed), faults)

    @plain_text
    def override(self, settings: Mapping[str, object]) -> Case:
        """Return the case with single values set, as ``--set PATH=VALUE`` does.

        Parameters
        ----------
        settings : mapping of str to object
            Values by path: a dotted key of the study, ``table.key.column`` (composite keys joined by commas), or
            ``technologies.id.key``. None for ``features.<name>`` switches a feature off.

        Raises
        ------
        InputError
            With every path that leads nowhere, and every fault of the new case.

        Examples
        --------
        >>> load_case("jilin-2025").override({"solver.seed": 7}).study.solver.seed
        7
        """
        faults = Faults()
        return _checked(applied(self._inputs(), settings, faults), faults)

    @plain_text
    def scenario(self, *names: str, settings: Mapping[str, object] | None = None) -> Case:
        """Return the case with scenarios of its study applied, one after the other: where two disagree, the later wins.

        Parameters
        ----------
        *names : str
            Scenarios that the study names.
        settings : mapping of str to object, optional
            Values by path that win over all of them, as `override` takes them.

        Raises
        ------
        InputError
            If the study has no such scenario, and with every fault of the new case.

        Examples
        --------
        >>> load_case("jilin-2025").scenario("low-demand", "no-direct-lines").study.applied
        ('low-demand', 'no-direct-lines')
        """
        given = combined(self.study, names, settings or {})
        return self.override(given) if given else self

    def write(self, folder: str | os.PathLike[str], *, files: Mapping[str, bytes] | None = None) -> Path:
        """Write the case as a folder that `load_case` reads; an existing folder must be empty.

        Parameters
        ----------
        folder : str or path
            The folder.
        files : mapping of str to bytes, optional
            Other files than `files` by their path, such as its workbook.

        Raises
        ------
        WriteError
            If the folder holds something, or cannot be written.
        """
        target = Path(folder)
        try:
            if target.exists() and (not target.is_dir() or any(target.iterdir())):
                raise WriteError(msg("{folder} exists and is not empty; name another folder", folder=target))
            _write_beside(target, self.files if files is None else files)
        except OSError as error:
            reason = system_reason(error)
            raise WriteError(
                msg("{folder} cannot be written: {reason}", folder=target, reason=reason)
            ) from error
        return target

    def _inputs(self) -> Inputs:
        return Inputs(
            study=self.study,
            technologies=self.technologies,
            tables={name: _located(name, self.tables.shared(name)) for name in self.tables},
            about=self.about,
            readme=self.readme,
            boundaries=self.boundaries,
            origin=self.origin,
        )


@plain_text
def load_case(name_or_path: str | os.PathLike[str]) -> Case:
    """Return a case: a packaged one by its name, else one from its folder or its workbook.

    Parameters
    ----------
    name_or_path : str or path
        Name of a packaged case, a folder with ``study.yaml``, ``technologies/`` and ``data/``, or a workbook
        (``.xlsx``). A packaged name wins; write ``./name`` for a folder of that name.

    Raises
    ------
    InputError
        With every fault of the case.

    Examples
    --------
    >>> load_case("jilin-2025").name
    'jilin-2025'
    """
    source = find_source(os.fspath(name_or_path))
    faults = Faults()
    faults.extend(source.faults)
    try:
        inputs = read_inputs(source.root, faults, packaged=source.packaged)
        return _checked(replace(inputs, origin=source.origin), faults)
    except InputError as error:
        if source.places is None:
            raise
        raise InputError(source.located(error.faults)) from error


def _checked(inputs: Inputs, faults: Faults) -> Case:
    inputs = _listed(inputs, faults)
    check(inputs, faults)
    if inputs.study is not None and inputs.study.part is not None and not len(faults):
        inputs = part_of(inputs, inputs.study.part, faults)
        check(inputs, faults)
    study = inputs.study
    if len(faults) or study is None:
        raise InputError(faults.listed())
    return Case(
        study=study,
        technologies=FrozenMap(inputs.technologies),
        tables=Tables({name: inputs.tables[name].frame for name in TABLES}),
        about=FrozenMap(inputs.about),
        readme=inputs.readme,
        boundaries=inputs.boundaries,
        origin=FrozenMap(inputs.origin),
    )


def _listed(inputs: Inputs, faults: Faults) -> Inputs:
    """Return inputs with the technologies that the study lists, in its order."""
    if inputs.study is None or inputs.study.technologies == EVERY or not inputs.complete:
        return inputs
    known = inputs.technologies
    for name in inputs.study.technologies:
        if name not in known:
            faults.add_unknown(STUDY_FILE, msg("the technology"), name, known, column="technologies")
    used = {name: known[name] for name in inputs.study.technologies if name in known}
    return replace(inputs, technologies=used)


def _located(name: str, frame: pd.DataFrame) -> TableData:
    """Return a table whose rows stand where the canonical file has them."""
    spec = TABLES[name]
    lines = np.arange(2, len(frame) + 2, dtype=np.int64)
    return TableData(spec, frame, lines, written_columns(spec, frame))


def _write_beside(target: Path, files: Mapping[str, bytes]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        for path, content in files.items():
            place = beside / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        beside.chmod(0o755)
        if target.exists():
            target.rmdir()
        beside.replace(target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
