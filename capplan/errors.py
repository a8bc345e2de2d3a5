"""The error tree; each class carries the exit code of the command line.

::

    CapplanError                     1
    ├── InputError                   3   faults: every fault of a case at once
    ├── ModelError                   6   a planning rule cannot be stated with these inputs
    ├── SolveError                   6   the solver failed
    │   ├── Infeasible               4   conflicts: which targets and limits, and by how much
    │   ├── NoSolutionInTime         5   no plan within the limit
    │   ├── SolverMissing            6   the engine asked for is not installed
    │   └── Unbounded                6   the objective has no bound: a price or a limit is wrong
    ├── VerificationError            8   the certificate does not hold
    ├── WriteError                   7   a plan folder could not be written
    └── RenderError                  7   a map or a report could not be drawn

Wrong usage of the command line ends with 2, an interrupt with 130.
"""

from __future__ import annotations

import difflib
import errno
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from capplan.messages import Message, msg

USAGE_EXIT_CODE = 2
INTERRUPTED_EXIT_CODE = 130


class CapplanError(Exception):
    """Anything that capplan reports to a planner instead of a plan."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: Message | str) -> None:
        self.message = message if isinstance(message, Message) else msg("{text}", text=message)
        super().__init__(str(self.message))

    def text(self, lang: str = "en") -> str:
        """Return what went wrong in ``lang``."""
        return self.message.text(lang)


_EMPTY = Message("")


@dataclass(frozen=True)
class Fault:
    """One fault of the inputs: where, what, and what would be right.

    Attributes
    ----------
    file : str
        File name inside the case, as ``data/zones.csv``.
    row : int or None
        Line of the file, counted from 1.
    column : str
        Column, or dotted key of a YAML file; empty when the whole row or file is meant.
    value : str
        The value found; empty when there is none.
    problem, remedy : Message
        What is wrong, and what would be right.
    nearest : str or None
        The nearest known name, where a name is not known.
    """

    file: str
    row: int | None = None
    column: str = ""
    value: str = ""
    problem: Message = _EMPTY
    remedy: Message = _EMPTY
    nearest: str | None = None

    @property
    def place(self) -> str:
        """The place in the usual form ``file:row:column``."""
        return ":".join(str(part) for part in (self.file, self.row, self.column) if part not in (None, ""))

    def text(self, lang: str = "en") -> str:
        """Return the fault as one line in ``lang``."""
        value = f" [{self.value}]" if self.value else ""
        said = self.problem
        if self.remedy.template:
            said = msg("{problem}; {remedy}", problem=said, remedy=self.remedy)
        if self.nearest is not None:
            said = msg("{said} (did you mean {name}?)", said=said, name=self.nearest)
        return f"{self.place}{value}: {said.text(lang)}"

    def in_(self, lang: str) -> str:
        """Return the fault as one line in ``lang``."""
        return self.text(lang)

    def __str__(self) -> str:
        """Return the fault in English."""
        return self.text("en")


class InputError(CapplanError):
    """The inputs are not a case; `faults` lists everything that is wrong with them."""

    exit_code = 3

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        one = len(self.faults) == 1
        heading = (
            msg("one fault in the inputs") if one else msg("{count} faults in the inputs", count=len(faults))
        )
        super().__init__(heading)

    def text(self, lang: str = "en") -> str:
        """Return the heading and one line for each fault in ``lang``."""
        return "\n".join([self.message.text(lang), *(f"  {fault.text(lang)}" for fault in self.faults)])

    def __str__(self) -> str:
        """Return all faults in English."""
        return self.text("en")


class ModelError(CapplanError):
    """A planning rule cannot be stated with these inputs."""

    exit_code = 6


class SolveError(CapplanError):
    """The solver failed."""

    exit_code = 6


class Infeasible(SolveError):  # noqa: N818  (the field's standard term)
    """No plan satisfies every target and limit; `conflicts` says which, and by how much each must give.

    `document` says it as JSON in a language, where ways out were looked for.
    """

    exit_code = 4

    def __init__(
        self,
        message: Message | str,
        conflicts: Sequence[Message] = (),
        document: Callable[[str], Mapping[str, object]] | None = None,
    ) -> None:
        self.conflicts, self.document = tuple(conflicts), document
        super().__init__(message)

    def text(self, lang: str = "en") -> str:
        """Return the heading and one line for each conflict in ``lang``."""
        return "\n".join([self.message.text(lang), *(f"  {item.text(lang)}" for item in self.conflicts)])

    def __str__(self) -> str:
        """Return the explanation in English."""
        return self.text("en")


class NoSolutionInTime(SolveError):  # noqa: N818  (the field's standard term)
    """No plan was found within the time or work limit."""

    exit_code = 5


class SolverMissing(SolveError):  # noqa: N818  (the field's standard term)
    """The engine asked for is not installed."""

    exit_code = 6


class Unbounded(SolveError):  # noqa: N818  (the field's standard term)
    """The objective has no bound, so a price or a limit is wrong."""

    exit_code = 6


class VerificationError(CapplanError):
    """The certificate of a plan does not hold; `faults` lists what is wrong with its files, where that is why."""

    exit_code = 8

    def __init__(self, message: Message | str, faults: Sequence[Fault] = ()) -> None:
        self.faults = tuple(faults)
        super().__init__(message)

    def text(self, lang: str = "en") -> str:
        """Return the heading and one line for each fault in ``lang``."""
        return "\n".join([self.message.text(lang), *(f"  {fault.text(lang)}" for fault in self.faults)])

    def __str__(self) -> str:
        """Return all faults in English."""
        return self.text("en")


class WriteError(CapplanError):
    """A plan folder could not be written; what was there before is intact."""

    exit_code = 7


class RenderError(CapplanError):
    """A map or a report could not be drawn."""

    exit_code = 7


def system_reason(fault: OSError) -> Message:
    """Return what the operating system reported, in words that can be told in Chinese too.

    Examples
    --------
    >>> system_reason(OSError(errno.ENOSPC, "anything")).text("zh")
    '磁盘空间不足'
    """
    return _SYSTEM.get(fault.errno or 0) or msg(
        "{text}", text=fault.strerror or str(fault) or type(fault).__name__
    )


def packaged_file(file: str, fault: Exception) -> Message:
    """Return that a file of the installation is missing or cannot be read, and the remedy.

    Parameters
    ----------
    file
        Its path under ``maps``.
    fault
        What reading it raised.

    Examples
    --------
    >>> packaged_file("report/words.yaml", FileNotFoundError(2, "x")).text()
    'the file maps/report/words.yaml of the installation is missing; install capplan again'
    """
    if isinstance(fault, FileNotFoundError):
        return msg("the file maps/{file} of the installation is missing; install capplan again", file=file)
    reason = system_reason(fault) if isinstance(fault, OSError) else str(fault)
    return msg("the packaged file {file} cannot be read: {reason}", file=file, reason=reason)


_DISTRIBUTIONS = {"PIL": "pillow", "yaml": "PyYAML"}
"""Names by which packages are installed, where these differ from those by which they are imported."""
_SYSTEM = {
    errno.ENOSPC: msg("No space left on device"),
    errno.EDQUOT: msg("Disk quota exceeded"),
    errno.EFBIG: msg("File too large"),
    errno.EACCES: msg("Permission denied"),
    errno.EPERM: msg("Operation not permitted"),
    errno.EROFS: msg("Read-only file system"),
    errno.EEXIST: msg("File exists"),
    errno.EISDIR: msg("Is a directory"),
    errno.ENOTDIR: msg("Not a directory"),
    errno.ENOENT: msg("No such file or directory"),
    errno.ENAMETOOLONG: msg("File name too long"),
}


def package_missing(fault: ImportError) -> Message:
    """Return which Python package is missing or cannot be loaded, and what to do.

    Examples
    --------
    >>> package_missing(ModuleNotFoundError("No module named 'pyarrow.lib'", name="pyarrow.lib")).text("en")
    'the Python package pyarrow is missing: pip install pyarrow'
    >>> package_missing(ModuleNotFoundError("No module named 'PIL'", name="PIL")).text("en")
    'the Python package pillow is missing: pip install pillow'
    """
    package = (fault.name or "").split(".")[0]
    if isinstance(fault, ModuleNotFoundError) and package:
        name = _DISTRIBUTIONS.get(package, package)
        return msg("the Python package {name} is missing: pip install {name}", name=name)
    return msg(
        "a Python package cannot be loaded ({reason}): install capplan again",
        reason=" ".join(str(fault).split()),
    )


def nearest_name(name: str, known: Iterable[str]) -> str | None:
    """Return the known name nearest to ``name``, however upper case, full width, blanks, - and _ are written, or None.

    Examples
    --------
    >>> nearest_name("Zone ID", ["zone_id", "name_zh"])
    'zone_id'
    """
    by_folded = {_folded(candidate): candidate for candidate in sorted(known, reverse=True)}
    matches = difflib.get_close_matches(_folded(name), by_folded, n=1, cutoff=0.6)
    return by_folded[matches[0]] if matches else None


nearest = nearest_name
"""Short name of `nearest_name`."""


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold().replace("-", "").replace("_", "")
