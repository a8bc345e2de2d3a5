"""Names of sheets that any file system takes: from the code of a region, which may be anything."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256

__all__ = ["sheet_names"]

_BARRED = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\s]+')
"""What Windows bars from names of files, and white space."""
_LONGEST = 80
"""Length of a name's own part in UTF-8 [byte]: with folder, language, size and suffix it stays below 255."""
_DIGITS = 8


def sheet_names(codes: Iterable[str]) -> dict[str, str]:
    """Return what the sheet of each code is called: the code, or what can be kept of it and a stable suffix.

    The suffix comes from the code alone. A code gets it where it is too long, holds what names of files may not,
    or differs from another by upper and lower case alone, which are the same file on Windows and macOS.

    Parameters
    ----------
    codes
        The codes.

    Examples
    --------
    >>> sheet_names(["220100", "a/b"])
    {'220100': '220100', 'a/b': 'a-b-c14cddc0'}
    """
    known = list(codes)
    folded = [code.casefold() for code in known]
    return {code: _name(code, alone=folded.count(code.casefold()) == 1) for code in known}


def _name(code: str, *, alone: bool) -> str:
    kept = _BARRED.sub("-", code).strip("-. ")
    kept = kept.encode("utf-8", "ignore")[:_LONGEST].decode("utf-8", "ignore")
    if kept == code and kept and alone:
        return code
    digest = sha256(code.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
    return "-".join(part for part in (kept.rstrip("-. "), digest) if part)
