"""A folder that is only in memory, to be read like one on disk."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from os import PathLike
from typing import IO, Any

__all__ = ["VirtualFile", "VirtualFolder", "folder_of"]


class VirtualFile(Traversable):
    """A file in memory; one that is not there can be named, as on disk."""

    def __init__(self, name: str, content: bytes | None) -> None:
        self._name, self._content = name, content

    @property
    def name(self) -> str:
        """The name without its folder."""
        return self._name

    def is_file(self) -> bool:
        """Say whether it is there."""
        return self._content is not None

    def is_dir(self) -> bool:
        """Say that it is no folder."""
        return False

    def iterdir(self) -> Iterator[Traversable]:
        """Refuse to list it.

        Raises
        ------
        NotADirectoryError
            Always.
        """
        raise NotADirectoryError(self._name)

    def joinpath(self, *descendants: str | PathLike[str]) -> Traversable:
        """Return a file that is not there."""
        return VirtualFile("/".join(map(str, (self._name, *descendants))), None)

    def __truediv__(self, child: str | PathLike[str]) -> Traversable:
        """Return a file that is not there."""
        return self.joinpath(child)

    def open(self, mode: str = "r", *args: Any, **kwargs: Any) -> IO[Any]:
        """Open it for reading."""
        file = io.BytesIO(self.read_bytes())
        return file if "b" in mode else io.TextIOWrapper(file, *args, **kwargs)

    def read_bytes(self) -> bytes:
        """Return its content.

        Raises
        ------
        FileNotFoundError
            If it is not there.
        """
        if self._content is None:
            raise FileNotFoundError(self._name)
        return self._content

    def read_text(self, encoding: str | None = None) -> str:
        """Return its content as text."""
        return self.read_bytes().decode(encoding or "utf-8")


class VirtualFolder(Traversable):
    """A folder in memory."""

    def __init__(self, name: str, entries: Mapping[str, Traversable]) -> None:
        self._name, self._entries = name, dict(entries)

    @property
    def name(self) -> str:
        """The name without its folder."""
        return self._name

    def is_file(self) -> bool:
        """Say that it is no file."""
        return False

    def is_dir(self) -> bool:
        """Say that it is a folder."""
        return True

    def iterdir(self) -> Iterator[Traversable]:
        """Iterate over what is in it."""
        return iter(self._entries.values())

    def joinpath(self, *descendants: str | PathLike[str]) -> Traversable:
        """Return what is in it by its path."""
        found: Traversable = self
        for part in "/".join(map(str, descendants)).split("/"):
            entries = found._entries if isinstance(found, VirtualFolder) else {}  # noqa: SLF001  (of our own kind)
            found = entries.get(part) or VirtualFile(part, None)
        return found

    def __truediv__(self, child: str | PathLike[str]) -> Traversable:
        """Return what is in it by its name."""
        return self.joinpath(child)

    def open(self, *_: Any, **__: Any) -> IO[Any]:
        """Refuse to open it.

        Raises
        ------
        IsADirectoryError
            Always.
        """
        raise IsADirectoryError(self._name)

    def read_bytes(self) -> bytes:
        """Refuse to read it.

        Raises
        ------
        IsADirectoryError
            Always.
        """
        raise IsADirectoryError(self._name)

    def read_text(self, encoding: str | None = None) -> str:
        """Refuse to read it.

        Raises
        ------
        IsADirectoryError
            Always.
        """
        raise IsADirectoryError(encoding or self._name)


def folder_of(name: str, files: Mapping[str, bytes]) -> VirtualFolder:
    """Return a folder of files by their paths, with forward slashes.

    Examples
    --------
    >>> folder_of("case", {"data/zones.csv": b"zone_id"}).joinpath("data", "zones.csv").read_bytes()
    b'zone_id'
    """
    entries: dict[str, Traversable] = {}
    inner: dict[str, dict[str, bytes]] = {}
    for path, content in files.items():
        first, _, rest = path.partition("/")
        if rest:
            inner.setdefault(first, {})[rest] = content
        else:
            entries[first] = VirtualFile(first, content)
    folders = {folder: folder_of(folder, held) for folder, held in inner.items()}
    return VirtualFolder(name, entries | folders)
