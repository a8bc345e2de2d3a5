"""All inputs of a case in one value, read from a folder or from the packaged folders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from capplan import resources
from capplan.errors import nearest_name, system_reason
from capplan.messages import msg
from capplan.reading.boundaries import read_boundaries
from capplan.reading.explain import validated
from capplan.reading.package_file import PackageFile, merged, read_package
from capplan.reading.table import TableData, read_table
from capplan.reading.text import MAX_YAML_BYTES, read_text
from capplan.reading.yaml_file import Document, read_yaml
from capplan.schema.package import BOUNDARIES_FILE, PACKAGE_FILE
from capplan.schema.study import Study
from capplan.schema.tables import TABLES
from capplan.schema.technology import Technology

if TYPE_CHECKING:
    from capplan.reading.faults import Faults

STUDY_FILE = "study.yaml"
README_FILE = "README.md"

_FOR_PEOPLE = ("", ".md", ".pdf", ".txt")
"""Endings of files of a data folder that people read and the plan does not."""


@dataclass(frozen=True)
class Inputs:
    """What was read; a part with faults may be missing.

    Attributes
    ----------
    study : Study or None
        The study.
    technologies : mapping of str to Technology
        The technologies that the study uses, by id.
    tables : mapping of str to TableData
        The tables by name.
    about : mapping
        What the data package says of itself.
    readme : str
        The text for people; empty where there is none.
    documents : mapping of str to Document
        The YAML files with the lines of their keys.
    complete : bool
        Whether every technology file could be read, so that an id not found is really unknown.
    boundaries : bytes
        The areas that maps colour, as GeoJSON; empty where there are none.
    origin : mapping of str to str
        SHA-256 of the workbook that holds them and of files beside it, by name; empty for a folder.
    """

    study: Study | None
    technologies: Mapping[str, Technology]
    tables: Mapping[str, TableData]
    about: Mapping[str, Any] = field(default_factory=dict)
    readme: str = ""
    documents: Mapping[str, Document] = field(default_factory=dict)
    complete: bool = True
    boundaries: bytes = b""
    origin: Mapping[str, str] = field(default_factory=dict)

    def line(self, file: str, *path: str | int) -> int | None:
        """Return the line of a key of a YAML file, where it was read from one."""
        document = self.documents.get(file)
        return None if document is None else document.line(path)


def technology_file(name: str) -> str:
    """Return the path of a technology inside a case."""
    return f"technologies/{name}.yaml"


def read_inputs(root: Traversable, faults: Faults, *, packaged: bool) -> Inputs:
    """Return the inputs of a case.

    Parameters
    ----------
    root : Traversable
        The folder with ``study.yaml``.
    faults : Faults
        Collector.
    packaged : bool
        Whether the case lies in the packaged folders, and so shares technologies and datasets.
    """
    document = _document(root.joinpath(STUDY_FILE), STUDY_FILE, faults)
    lines = document or Document({})
    content = lines.content
    study = None if document is None else validated(Study, content, STUDY_FILE, faults, document=document)
    shared = _datasets(content.get("dataset"), lines, faults)
    own = _entries(root, "data", faults)
    if own is None and not shared:
        faults.add("data", msg("the folder is missing"), msg("add it with one CSV file for every table"))
    folders = [*shared, *([] if own is None else [own])]
    tables, packages = _data(folders, faults)
    technologies, documents, complete = _technologies(
        root, study, lines, faults, shared=packaged or bool(shared)
    )
    return Inputs(
        study=None if study is None else study.model_copy(update={"dataset": ()}),
        technologies=technologies,
        tables=tables,
        about=merged(packages),
        readme=_readme(root, faults),
        documents=documents | ({} if document is None else {STUDY_FILE: document}),
        complete=complete,
        boundaries=_boundaries(folders, faults),
    )


def _document(entry: Traversable, file: str, faults: Faults) -> Document | None:
    if not _exists(entry):
        faults.add(file, msg("the file is missing"), msg("add it"))
        return None
    text = read_text(entry, file, faults, limit=MAX_YAML_BYTES)
    return None if text is None else read_yaml(text, file, faults)


def _exists(entry: Traversable) -> bool:
    try:
        return entry.is_file() or entry.is_dir() or getattr(entry, "exists", lambda: False)()
    except OSError:
        return True


def _entries(root: Traversable, folder: str, faults: Faults) -> dict[str, Traversable] | None:
    """Return the visible files of a folder by name, or None where there is no such folder."""
    place = root.joinpath(folder) if folder else root
    if not _exists(place):
        return None
    try:
        found = sorted(place.iterdir(), key=lambda entry: entry.name)
    except NotADirectoryError:
        faults.add(folder, msg("a file stands where a folder should be"), msg("put the folder there"))
        return {}
    except OSError as error:
        problem = msg("the folder cannot be read: {reason}", reason=system_reason(error))
        faults.add(folder, problem, msg("give the permission to read it"))
        return {}
    return {entry.name: entry for entry in found if not entry.name.startswith((".", "_", "~"))}


def _datasets(named: object, document: Document, faults: Faults) -> list[dict[str, Traversable]]:
    names = [named] if isinstance(named, str) else named if isinstance(named, list) else []
    known = resources.dataset_names()
    found = []
    for name in names:
        if name in known:
            found.append(_entries(resources.find("datasets", str(name)), "", faults) or {})
        else:
            row = document.line(("dataset",))
            faults.add_unknown(STUDY_FILE, msg("the dataset"), str(name), known, row=row, column="dataset")
    return found


def _data(
    folders: Iterable[Mapping[str, Traversable]], faults: Faults
) -> tuple[dict[str, TableData], list[PackageFile]]:
    tables: dict[str, TableData] = {}
    packages: list[PackageFile] = []
    folders = list(folders)
    seen = {name for entries in folders for name in entries if name.lower().endswith(".csv")}
    missing = {f"{name}.csv" for name, spec in TABLES.items() if not spec.optional} - seen
    for entries in folders:
        csv_names = [name for name in entries if name.lower().endswith(".csv")]
        read = _tables(entries, csv_names, faults)
        package = entries.get(PACKAGE_FILE.rpartition("/")[2])
        found = read_package(package, csv_names, missing | set(entries), read, faults)
        packages.extend([] if found is None else [found])
        tables |= read
    for name, spec in TABLES.items():
        if f"{name}.csv" in missing:
            remedy = msg("add it: {meaning}", meaning=spec.meaning)
            faults.add(spec.file, msg("the file is missing"), remedy)
        elif f"{name}.csv" not in seen and (none := read_table(spec, f"{spec.header}\n", faults)):
            tables[name] = none
    return {name: tables[name] for name in TABLES if name in tables}, packages


def _tables(entries: Mapping[str, Traversable], names: list[str], faults: Faults) -> dict[str, TableData]:
    found: dict[str, TableData] = {}
    for name in names:
        spec = TABLES.get(name.removesuffix(".csv")) if name.endswith(".csv") else None
        if spec is None:
            known = [t.file for t in TABLES.values() if not t.optional and f"{t.name}.csv" not in entries]
            faults.add_unknown(
                f"data/{name}", msg("the table"), name, known or [t.file for t in TABLES.values()]
            )
            continue
        text = read_text(entries[name], spec.file, faults)
        table = None if text is None else read_table(spec, text, faults)
        if table is not None:
            found[spec.name] = table
    return found


def _boundaries(folders: Iterable[Mapping[str, Traversable]], faults: Faults) -> bytes:
    """Return the last folder's boundaries, and add a fault for every data file that nothing reads."""
    own, package = (file.rpartition("/")[2] for file in (BOUNDARIES_FILE, PACKAGE_FILE))
    found = b""
    for entries in folders:
        for name, entry in entries.items():
            ending = PurePosixPath(name).suffix.lower()
            if name == own:
                found = read_boundaries(entry, faults)
            elif name != package and ending != ".csv" and ending not in _FOR_PEOPLE:
                remedy = msg("take it away, or begin its name with _ to have it left aside")
                near = nearest_name(name, [own, package])
                faults.add(f"data/{name}", msg("no plan and no map reads this file"), remedy, nearest=near)
    return found


def _technologies(
    root: Traversable, study: Study | None, lines: Document, faults: Faults, *, shared: bool
) -> tuple[dict[str, Technology], dict[str, Document], bool]:
    own = _entries(root, "technologies", faults)
    if own is None and not shared:
        faults.add(
            "technologies", msg("the folder is missing"), msg("add it with one YAML file a technology")
        )
    entries = (_entries(resources.find("models", "technologies"), "", faults) or {}) if shared else {}
    entries = dict(sorted((entries | (own or {})).items()))
    known = [name.removesuffix(".yaml") for name in entries if name.endswith(".yaml")]
    wanted = known if study is None or study.technologies == "all" else list(study.technologies)
    _check_listed(own or {}, known, study, lines, faults)
    technologies: dict[str, Technology] = {}
    documents: dict[str, Document] = {}
    for name in wanted:
        if name not in known:
            continue
        file = technology_file(name)
        document = _document(entries[f"{name}.yaml"], file, faults)
        technology = document and validated(Technology, document.content, file, faults, document=document)
        if document and technology and _same_id(technology, name, document, faults):
            technologies[name], documents[file] = technology, document
    return technologies, documents, len(technologies) == len(wanted)


def _check_listed(
    own: Mapping[str, Traversable], known: list[str], study: Study | None, lines: Document, faults: Faults
) -> None:
    for name in own:
        if not name.endswith(".yaml") and name != README_FILE:
            remedy = msg("name it <id>.yaml or take it away")
            faults.add(f"technologies/{name}", msg("this is not a technology file"), remedy)
    if study is None or study.technologies == "all":
        return
    for position, name in enumerate(study.technologies):
        if name not in known:
            row = lines.line(("technologies", position))
            faults.add_unknown(STUDY_FILE, msg("the technology"), name, known, row=row, column="technologies")
    for name in own:
        if name.endswith(".yaml") and name.removesuffix(".yaml") not in study.technologies:
            remedy = msg("add it to technologies in study.yaml, or take the file away")
            faults.add(f"technologies/{name}", msg("the study does not list this technology"), remedy)


def _same_id(technology: Technology, name: str, document: Document, faults: Faults) -> bool:
    if technology.id != name:
        problem = msg("the id is not the name of the file")
        row = document.line(("id",))
        remedy = msg("write {name}", name=name)
        faults.add(technology_file(name), problem, remedy, row=row, column="id", value=technology.id)
    return technology.id == name


def _readme(root: Traversable, faults: Faults) -> str:
    entry = root.joinpath(README_FILE)
    if not _exists(entry):
        return ""
    text = read_text(entry, README_FILE, faults, limit=MAX_YAML_BYTES)
    return "" if text is None else text.replace("\r\n", "\n")
