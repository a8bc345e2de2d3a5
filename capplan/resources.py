"""Packaged files: the only way to `capplan.models`, `capplan.datasets` and `capplan.maps`."""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

Shelf = Literal["models", "datasets", "maps"]
"""The three packaged folders."""

_PACKAGES: dict[str, str] = {
    "models": "capplan.models",
    "datasets": "capplan.datasets",
    "maps": "capplan.maps",
}


def shelf(name: Shelf) -> Traversable:
    """Return the root of one of the packaged folders.

    Examples
    --------
    >>> shelf("models").is_dir()
    True
    """
    return resources.files(_PACKAGES[name])


def find(name: Shelf, relative: str) -> Traversable:
    """Return a packaged file or folder by its path with forward slashes; it may not exist."""
    found = shelf(name)
    for part in relative.split("/"):
        found = found.joinpath(part)
    return found


def read_bytes(name: Shelf, relative: str) -> bytes:
    """Return the content of a packaged file.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    """
    return find(name, relative).read_bytes()


def read_text(name: Shelf, relative: str) -> str:
    """Return the content of a packaged UTF-8 text file.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    """
    return read_bytes(name, relative).decode("utf-8")


def as_path(name: Shelf, relative: str) -> AbstractContextManager[Path]:
    """Return a context that gives a packaged file as a path, for libraries that want one (fonts, GDAL)."""
    return resources.as_file(find(name, relative))


def case_names() -> list[str]:
    """Return the names of the packaged cases: the folders of ``models/`` with a ``study.yaml``."""
    return _folders_with("models", "study.yaml")


def dataset_names() -> list[str]:
    """Return the names of the packaged datasets: the folders of ``datasets/`` with a ``datapackage.json``."""
    return _folders_with("datasets", "datapackage.json")


def _folders_with(name: Shelf, file: str) -> list[str]:
    return sorted(entry.name for entry in shelf(name).iterdir() if entry.joinpath(file).is_file())
