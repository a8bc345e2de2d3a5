"""From a file to text: regular files of a sensible size, in UTF-8 with or without a mark."""

from __future__ import annotations

import stat
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

from capplan.errors import system_reason
from capplan.messages import Message, msg

if TYPE_CHECKING:
    from capplan.reading.faults import Faults

MAX_BYTES = 64 * 2**20
"""Largest table that is read [byte]."""

MAX_YAML_BYTES = 2**20
"""Largest YAML or JSON file that is read [byte]."""

_SAVE_AS_UTF8 = msg("save the file as UTF-8 (in a spreadsheet: CSV UTF-8)")


def read_text(entry: Traversable, file: str, faults: Faults, *, limit: int = MAX_BYTES) -> str | None:
    """Return the text of a file, or None with faults.

    Parameters
    ----------
    entry : Traversable
        The file, on disk or packaged.
    file : str
        Its path inside the case, for faults.
    faults : Faults
        Collector.
    limit : int
        Largest size accepted [byte].
    """
    data = _read_bytes(entry, file, faults, limit)
    return None if data is None else decode(data, file, faults)


def _read_bytes(entry: Traversable, file: str, faults: Faults, limit: int) -> bytes | None:
    try:
        wrong = _not_readable(entry, limit)
        if wrong is None:
            data = entry.read_bytes()
            if len(data) <= limit:
                return data
            wrong = _too_large(limit)
    except PermissionError:
        wrong = msg("the file may not be read"), msg("give the permission to read it")
    except OSError as error:
        reason = system_reason(error)
        wrong = msg("the file cannot be read: {reason}", reason=reason), msg("put a readable file there")
    faults.add(file, *wrong)
    return None


def _not_readable(entry: Traversable, limit: int) -> tuple[Message, Message] | None:
    if entry.is_dir():
        return msg("a folder stands where a file should be"), msg("put the file there instead of the folder")
    if isinstance(entry, Path):
        if entry.is_symlink() and not entry.exists():
            return msg("this is a link to what is not there"), msg("put the file there instead of the link")
        status = entry.stat()
        if not stat.S_ISREG(status.st_mode):
            return msg("this is not a regular file"), msg("put a regular file there")
        if status.st_size > limit:
            return _too_large(limit)
    elif not entry.is_file():
        return msg("the file is missing"), msg("add it")
    return None


def _too_large(limit: int) -> tuple[Message, Message]:
    return (
        msg("the file is larger than {limit} MiB", limit=limit // 2**20),
        msg("leave out what the plan does not need"),
    )


def decode(data: bytes, file: str, faults: Faults) -> str | None:
    """Return bytes as text, or None with a fault that says what they are instead."""
    found = _foreign(data)
    if found is not None:
        faults.add(file, *found)
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _add_not_utf8(data, error.start, file, faults)
        return None
    position = text.find("\0")
    if position >= 0:
        row = text.count("\n", 0, position) + 1
        faults.add(file, msg("there is a NUL byte, so this is not a text"), _SAVE_AS_UTF8, row=row)
        return None
    return text


def _foreign(data: bytes) -> tuple[Message, Message] | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return msg("the text is in UTF-16"), _SAVE_AS_UTF8
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return msg("this is a workbook or an archive, not a text"), msg("export the sheet as CSV UTF-8")
    return None


def _add_not_utf8(data: bytes, start: int, file: str, faults: Faults) -> None:
    row = data.count(b"\n", 0, start) + 1
    try:
        shown = data.decode("gb18030").split("\n")[row - 1]
        readable = "\0" not in shown and sum(not char.isprintable() for char in shown.strip()) == 0
    except UnicodeDecodeError:
        readable, shown = False, ""
    if readable:
        faults.add(file, msg("the text is in GBK, not in UTF-8"), _SAVE_AS_UTF8, row=row, value=shown)
    else:
        faults.add(file, msg("the bytes are no UTF-8 text"), msg("put a UTF-8 text file there"), row=row)
