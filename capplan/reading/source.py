"""Where a case comes from: packaged, a folder, or a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path

from capplan import resources
from capplan.errors import Fault, InputError, nearest_name
from capplan.messages import Message, msg
from capplan.reading.faults import Faults
from capplan.reading.inputs import STUDY_FILE
from capplan.reading.workbook import is_workbook, read_workbook
from capplan.reading.workbook_places import Places

__all__ = ["Source", "find_source"]


@dataclass(frozen=True)
class Source:
    """A case that was found, before it is read.

    Attributes
    ----------
    root : Traversable
        The folder with ``study.yaml``.
    packaged : bool
        Whether it lies in the packaged folders.
    faults : tuple of Fault
        What is wrong with the workbook as such.
    origin : mapping of str to str
        SHA-256 of the workbook and of files beside it, by name.
    places : Places or None
        Where things stand in the workbook.
    """

    root: Traversable
    packaged: bool = False
    faults: tuple[Fault, ...] = ()
    origin: Mapping[str, str] = field(default_factory=dict)
    places: Places | None = None

    def located(self, faults: Iterable[Fault]) -> list[Fault]:
        """Return faults of the files with the places that the planner knows; those of the workbook first."""
        if self.places is None:
            return list(faults)
        return list(dict.fromkeys([*self.faults, *self.places.moved(faults)]))


def find_source(name: str) -> Source:
    """Return where a case comes from.

    Parameters
    ----------
    name : str
        Name of a packaged case, a folder or a workbook.

    Raises
    ------
    InputError
        If there is nothing of that name, or it is neither.
    """
    if name in resources.case_names():
        return Source(resources.find("models", name), packaged=True)
    kind = _kind(name)
    if kind == "folder":
        return _folder(Path(name))
    if kind == "workbook":
        return _workbook(Path(name))
    faults = Faults()
    if kind == "file":
        remedy = msg("name the folder with study.yaml, or a workbook (.xlsx)")
        faults.add(name, msg("this is a file, not a case"), remedy)
    else:
        known = resources.case_names()
        remedy = msg("name a folder, or one of: {known}", known=", ".join(known))
        problem = msg("there is no case and no folder of this name")
        faults.add(name, problem, remedy, value=name, nearest=nearest_name(name, known))
    raise InputError(faults.listed())


def _kind(name: str) -> str:
    try:
        path = Path(name)
        if not name or not path.exists():
            return ""
        if path.is_dir():
            return "folder"
        return "workbook" if path.is_file() and is_workbook(path) else "file"
    except (OSError, ValueError):
        return ""


def _folder(folder: Path) -> Source:
    """Return a folder; one that holds a workbook and no study is named for what it is."""
    if not (folder / STUDY_FILE).exists():
        books = sorted(path for path in folder.glob("*.xlsx") if not path.name.startswith(("~", ".")))
        if books:
            remedy: Message = msg("name the workbook itself: {path}", path=books[0])
            raise InputError(
                [Fault(str(folder), None, "", "", msg("the folder holds a workbook, not a case"), remedy)]
            )
    return Source(folder)


def _workbook(path: Path) -> Source:
    faults = Faults()
    found = read_workbook(path, faults)
    if found is None:
        raise InputError(faults.listed())
    return Source(found.root, faults=tuple(faults.listed()), origin=found.origin, places=found.places)
