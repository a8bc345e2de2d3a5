"""YAML in a strict subset: one document of mappings, lists and plain values, each key once, no anchors, no tags."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import yaml
from pydantic import BaseModel

from capplan.messages import Message, msg
from capplan.reading.faults import Faults

Path = tuple[str | int, ...]
"""Keys and list positions from the top of a document to a value."""

_DEEPEST = 30
_TAG = "tag:yaml.org,2002:"
#: Texts that libyaml reads as PyYAML does: without tabs, question marks, anchors, tags and rare characters.
_ORDINARY = re.compile(r"[\n \"-%'-)+->@-~\xa0-\u2027\u202a-\ud7ff\uf900-\ufefe\uff00-\ufffd]*")
_FLOAT = r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"


@dataclass(frozen=True)
class Document:
    """The content of a YAML file with the line of every key.

    Attributes
    ----------
    content : dict
        The mapping at the top.
    lines : dict
        Line of each value by its path, from 1.
    """

    content: dict[str, Any]
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int | None:
        """Return the line of a value, or of the nearest value above it."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return None


def read_yaml(text: str, file: str, faults: Faults) -> Document | None:
    """Return the document in a text, or None with faults.

    Parameters
    ----------
    text : str
        The YAML text.
    file : str
        Its path inside the case, for faults.
    faults : Faults
        Collector.
    """
    before = len(faults)
    node = _compose(text, file, faults)
    if node is None:
        return None
    if not isinstance(node, yaml.MappingNode):
        what = msg("a list") if isinstance(node, yaml.SequenceNode) else msg("a single value")
        problem = msg("the file holds {what}, not keys with values", what=what)
        faults.add(file, problem, msg("write lines of the form key: value"), row=1)
        return None
    builder = _Builder(file, faults)
    content = builder.build(node, ())
    return Document(content, builder.lines) if len(faults) == before else None


def parse_value(text: str) -> Any:
    """Return the value that a text means in YAML: a number, true or false, a list, a mapping, else the text.

    Examples
    --------
    >>> parse_value("0.8"), parse_value("hard"), parse_value("[2026, 2027]")
    (0.8, 'hard', [2026, 2027])
    """
    faults = Faults()
    node = _compose(text, "", faults)
    if node is None:
        return text.strip() or None
    value = _Builder("", faults).build(node, ())
    return text if len(faults) else value


def dump_yaml(content: object) -> str:
    """Return the canonical YAML text of plain values and models; the same content gives the same bytes."""
    return yaml.dump(plain(content), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)


def flow_yaml(content: object, *, quoted: bool = False) -> str:
    """Return plain values as YAML on one line; `parse_value` reads it back.

    Examples
    --------
    >>> flow_yaml({"jilin": {2030: 0.8}}), flow_yaml("220100", quoted=True)
    ('{jilin: {2030: 0.8}}', '"220100"')
    """
    text: str = yaml.dump(
        plain(content),
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=math.inf,
        default_flow_style=True,
        default_style='"' if quoted else None,
    )
    return text.removesuffix("\n").removesuffix("\n...")


def plain(content: object) -> Any:
    """Return models as mappings, tuples and arrays as lists, numbers of NumPy as Python's, without unset optional keys."""
    if isinstance(content, BaseModel):
        pairs = ((name, getattr(content, name)) for name in type(content).model_fields)
        return {name: plain(value) for name, value in pairs if not _unset(name, value)}
    if isinstance(content, Mapping):
        return {key: plain(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [plain(item) for item in content]
    if isinstance(content, np.generic | np.ndarray):
        return content.tolist()
    return content


def _unset(name: str, value: object) -> bool:
    return value is None or (name == "note" and value == "") or (name in {"dataset", "applied"} and not value)


class _Refused(yaml.MarkedYAMLError):
    """A construct outside the strict subset."""


class _Loader(yaml.SafeLoader):
    """Composes nodes; anchors and deep nesting are refused."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Compose one node."""
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Refused(problem="anchors and references are not accepted", problem_mark=event.start_mark)
        if self.depth > _DEEPEST:
            raise _Refused(problem="the nesting is too deep", problem_mark=event.start_mark)
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


class _QuickLoader(_Loader):
    """Composes the same nodes from what libyaml parses, in a fifth of the time."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.parser: Any = yaml.CSafeLoader(text)

    def check_event(self, *choices: Any) -> Any:
        """Say whether the next event is one of some kinds."""
        return self.parser.check_event(*choices)

    def peek_event(self) -> Any:
        """Return the next event, to come again."""
        return self.parser.peek_event()

    def get_event(self) -> Any:
        """Return the next event."""
        return self.parser.get_event()


class _Dumper(yaml.SafeDumper):
    """Writes plain values; quotes every text that some YAML reader would take for something else."""

    def ignore_aliases(self, data: object) -> bool:
        """Write repeated values out."""
        del data
        return True


def _represent_float(dumper: yaml.SafeDumper, value: float) -> yaml.Node:
    if math.isfinite(value) and value == int(value) and abs(value) < _EXACT:
        return dumper.represent_int(int(value))
    return dumper.represent_float(value)


def _represent_text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    """Escape line breaks that YAML would fold into a blank."""
    folded = any(mark in value for mark in "\x85\u2028\u2029")
    return dumper.represent_scalar(f"{_TAG}str", value, style='"' if folded else None)


_EXACT = 1e15
_RULES = (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", _FLOAT, "-+.0123456789"),
)
_Loader.yaml_implicit_resolvers = {}
for _name, _pattern, _first in _RULES:
    _Loader.add_implicit_resolver(f"{_TAG}{_name}", re.compile(f"(?:{_pattern})$"), list(_first))
    if _name == "float":
        _Dumper.add_implicit_resolver(f"{_TAG}{_name}", re.compile(f"(?:{_pattern})$"), list(_first))
_Dumper.add_representer(float, _represent_float)
_Dumper.add_representer(str, _represent_text)


def _composed(text: str) -> yaml.Node | None:
    """Return the node of a text; where libyaml may err or is not there, PyYAML says what it is, or what is wrong."""
    if yaml.__with_libyaml__ and _ORDINARY.fullmatch(text):
        with contextlib.suppress(yaml.YAMLError):
            return yaml.compose(text, Loader=_QuickLoader)
    return yaml.compose(text, Loader=_Loader)


def _compose(text: str, file: str, faults: Faults) -> yaml.Node | None:
    try:
        node = _composed(text)
    except yaml.MarkedYAMLError as error:
        row = None if error.problem_mark is None else error.problem_mark.line + 1
        problem = msg("the YAML cannot be read: {reason}", reason=error.problem or error.context or "")
        faults.add(file, problem, msg("correct this line or the one before it"), row=row)
        return None
    except (yaml.YAMLError, RecursionError) as error:
        reason = getattr(error, "reason", None) or type(error).__name__
        problem = msg("the YAML cannot be read: {reason}", reason=reason)
        faults.add(file, problem, msg("put a YAML text there"))
        return None
    if node is None:
        faults.add(file, msg("the file is empty"), msg("write lines of the form key: value"), row=1)
    return node


_SCALARS: Mapping[str, Callable[[str], Any]] = MappingProxyType(
    {
        f"{_TAG}bool": lambda text: text.lower() == "true",
        f"{_TAG}null": lambda _: None,
        f"{_TAG}int": int,
        f"{_TAG}float": lambda text: float(text.lower().replace(".inf", "inf").replace(".nan", "nan")),
        f"{_TAG}str": str,
    }
)


class _Builder:
    """Turns nodes into plain values and notes the line of each."""

    def __init__(self, file: str, faults: Faults) -> None:
        self.file = file
        self.faults = faults
        self.lines: dict[Path, int] = {}

    def build(self, node: yaml.Node, path: Path) -> Any:
        """Return the value of a node."""
        if path:
            self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self._scalar(key_node, path) if isinstance(key_node, yaml.ScalarNode) else None
            row = key_node.start_mark.line + 1
            if not isinstance(key, str | int) or isinstance(key, bool):
                problem = msg("a key is not a word")
                self._add(problem, msg("write a word before the colon; quote it if need be"), path, row)
                continue
            if key in result:
                self._add(msg("the key stands twice"), msg("delete one of the two"), (*path, key), row)
                continue
            self.lines[(*path, key)] = row
            result[key] = self.build(value_node, (*path, key))
        return result

    def _scalar(self, node: yaml.Node, path: Path) -> Any:
        row = node.start_mark.line + 1
        read = _SCALARS.get(node.tag)
        if read is None:
            self._add(
                msg("the tag {tag} is not accepted", tag=node.tag), msg("write the plain value"), path, row
            )
            return None
        try:
            value = read(str(node.value))
        except ValueError:
            self._add(msg("this is not a number"), msg("write a plain number"), path, row, node.value)
            return None
        if isinstance(value, float) and not math.isfinite(value):
            self._add(msg("this is not a finite number"), msg("write a plain number"), path, row, node.value)
        return value

    def _add(self, problem: Message, remedy: Message, path: Path, row: int, value: object = "") -> None:
        column = ".".join(map(str, path))
        self.faults.add(self.file, problem, remedy, row=row, column=column, value=value)
