"""Keys with values in a sheet: dotted keys in one column, a text, number, truth value or list in the next.

A key is written as its parts with dots between them; a part that is a year is a number, and one that holds anything but
letters, digits, dash and underscore, or looks like a number, stands in quotation marks. A value is what the cell holds;
a list or mapping stands in the cell as YAML writes it on one line, and so does a text that would be taken for
something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from capplan.reading.yaml_file import Path, flow_yaml, parse_value

__all__ = ["cell_of", "flat", "key_path", "key_text", "nested", "same_keys", "value_of"]

_PLAIN = re.compile(r"[^\W\d][\w-]*")
_PART = re.compile(r'"(?:[^"\\]|\\.)*"|[^."]+')
_NOT_PLAIN = re.compile(r"[-+.\d].*|true|false|null|~|[\[{\"'].*", re.IGNORECASE | re.DOTALL)


def key_text(path: Path) -> str:
    """Return a path of keys as the text of a cell.

    Examples
    --------
    >>> key_text(("features", "green_share", "share", "jilin", 2030))
    'features.green_share.share.jilin.2030'
    >>> key_text(("share", "220100", "a.b"))
    'share."220100"."a.b"'
    """
    return ".".join(
        str(part) if isinstance(part, int) or _PLAIN.fullmatch(part) else flow_yaml(part, quoted=True)
        for part in path
    )


def key_path(text: str) -> Path | None:
    """Return the path that a cell names, or None where it names none.

    Examples
    --------
    >>> key_path('share."220100".2030')
    ('share', '220100', 2030)
    """
    parts: list[str | int] = []
    end = 0
    for found in _PART.finditer(text):
        if found.start() != end:
            return None
        part = found[0].strip()
        named = parse_value(part) if part.startswith('"') else int(part) if _whole(part) else part
        if named == "" or not isinstance(named, str | int):
            return None
        parts.append(named)
        end = found.end() + 1
        if end <= len(text) and text[found.end()] != ".":
            return None
    return tuple(parts) if parts and end == len(text) + 1 else None


def _whole(part: str) -> bool:
    return part.isdecimal() and part.isascii()


def cell_of(value: object) -> str | float | bool | None:
    """Return what stands in the cell of a value; `value_of` gives the value back."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value
    if isinstance(value, str):
        return flow_yaml(value, quoted=True) if value == "" or _NOT_PLAIN.fullmatch(value) else value
    return "null" if value is None else flow_yaml(value)


def value_of(cell: str | float | bool) -> Any:  # noqa: FBT001
    """Return the value that a cell holds.

    Raises
    ------
    ValueError
        Where a list, a mapping or a quoted text does not end.

    Examples
    --------
    >>> value_of(2025.0), value_of("[2026, 2027]"), value_of("Siting: a study"), value_of('"220100"')
    (2025, [2026, 2027], 'Siting: a study', '220100')
    """
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, float | int):
        return int(cell) if cell == int(cell) and abs(cell) < _EXACT else float(cell)
    text = cell.strip() if _NOT_PLAIN.fullmatch(cell.strip()) else cell
    if not _NOT_PLAIN.fullmatch(text):
        return text
    value = parse_value(text)
    if isinstance(value, str) and text[:1] in {"[", "{", '"'} and value == text:
        raise ValueError(text)
    return text if value is None and text.lower() not in {"null", "~"} else value


_EXACT = 1e15


def flat(content: Mapping[Any, Any], before: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Return the values of nested mappings by path; lists and empty mappings are values."""
    for key, value in content.items():
        path = (*before, key)
        if isinstance(value, Mapping) and value:
            yield from flat(value, path)
        else:
            yield path, value


def nested(pairs: Iterable[tuple[Path, Any]]) -> dict[Any, Any]:
    """Return nested mappings of values by path; see `same_keys` for what must not be among them."""
    content: dict[Any, Any] = {}
    for path, value in pairs:
        place = content
        for part in path[:-1]:
            inner = place.get(part)
            if not isinstance(inner, dict):
                inner = place[part] = {}
            place = inner
        if not (value == {} and isinstance(place.get(path[-1]), dict)):
            place[path[-1]] = value
    return content


def same_keys(pairs: Iterable[tuple[Path, Any]]) -> list[int]:
    """Return the positions of paths that stand twice, or that lead into what another one gives as a whole."""
    seen: dict[Path, bool] = {}
    wrong = []
    for position, (path, value) in enumerate(pairs):
        empty = value == {} and isinstance(value, dict)
        above = [seen[path[:end]] for end in range(1, len(path)) if path[:end] in seen]
        if (path in seen and not (seen[path] and empty)) or False in above:
            wrong.append(position)
        for end in range(1, len(path)):
            seen.setdefault(path[:end], True)
        seen.setdefault(path, empty)
    return wrong
