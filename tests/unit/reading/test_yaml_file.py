"""YAML: a strict subset in, canonical text out."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from capplan.reading import yaml_file
from capplan.reading.faults import Faults
from capplan.reading.yaml_file import dump_yaml, parse_value, plain, read_yaml
from capplan.schema.base import Bilingual, Quantity

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc-_", min_size=1), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(VALUES)
def test_what_is_written_is_read_back(value: object) -> None:
    faults = Faults()
    document = read_yaml(dump_yaml({"x": value}), "x.yaml", faults)
    assert not faults.listed()
    assert document is not None
    assert document.content == {"x": value}


@pytest.mark.parametrize(
    "word", ["yes", "no", "on", "off", "1e5", "1_000", "12:30", "2024-02-02", "~", "0x1F", "", "="]
)
def test_words_that_look_like_something_else_stay_words(word: str) -> None:
    faults = Faults()
    document = read_yaml(dump_yaml({"x": word}), "x.yaml", faults)
    assert document is not None
    assert document.content == {"x": word}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e5", 100000.0),
        ("yes", "yes"),
        ("true", True),
        ("2024-02-02", "2024-02-02"),
        ("null", None),
        ("", None),
        ("[1, a]", [1, "a"]),
        ("{a: 0.5}", {"a": 0.5}),
        ("a: b: c", "a: b: c"),
        ("*x", "*x"),
        (".inf", ".inf"),
        ("220100", 220100),
    ],
)
def test_a_single_value_is_read_as_yaml_and_else_as_text(text: str, value: object) -> None:
    assert parse_value(text) == value


def test_lines_are_known_by_path() -> None:
    document = read_yaml("a:\n  b: 1\n  c:\n  - x\n  - y\n", "x.yaml", Faults())
    assert document is not None
    assert document.line(("a", "b")) == 2
    assert document.line(("a", "c", 1)) == 5
    assert document.line(("a", "c", 9, "z")) == 3
    assert document.line(("q",)) is None


def test_deep_nesting_and_alias_bombs_are_refused() -> None:
    for text in ("[" * 2000, "a: &a [x]\nb: [*a, *a]\n", "{" * 500):
        faults = Faults()
        assert read_yaml(text, "x.yaml", faults) is None
        assert len(faults) == 1


def shape(node: yaml.Node) -> object:
    """Return all that is read of a node: tags, values and lines."""
    if isinstance(node, yaml.ScalarNode):
        return node.tag, node.start_mark.line, node.value
    items = [item if isinstance(item, tuple) else (item,) for item in node.value]
    return node.tag, node.start_mark.line, [[shape(part) for part in item] for item in items]


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML was built without libyaml")
def test_libyaml_reads_every_ordinary_text_as_pyyaml_does(root: Path) -> None:
    odd = [
        "a: {b: 1, c: [x y, 'it''s', \"q: #\"]} # c\n\n\"k\":\n - 甲：乙\n",
        "a: >\n  b\n\n  c\nd: |-\n  e\n",
        "- [a:b, c]\n- {a: }\n",
    ]
    texts = [
        *odd,
        *(path.read_text(encoding="utf-8") for path in sorted((root / "models").rglob("*.yaml"))[::4]),
    ]
    for text in texts:
        assert yaml_file._ORDINARY.fullmatch(text)
        found = [yaml.compose(text, Loader=loader) for loader in (yaml_file._QuickLoader, yaml_file._Loader)]
        assert shape(found[0]) == shape(found[1])


@pytest.mark.parametrize(
    "text", ["a:\tb", "r?utes, a", "a: &b c", "a: *b", "a: !b c", "a: \x85b", "a: \ufeffb"]
)
def test_what_libyaml_reads_otherwise_is_left_to_pyyaml(text: str) -> None:
    assert yaml_file._ORDINARY.fullmatch(text) is None


def test_models_become_plain_values_without_keys_that_are_not_set() -> None:
    quantity = Quantity(value=500.0, unit="CNY", source="s", confidence="estimate")
    assert plain(quantity) == {"value": 500.0, "unit": "CNY", "source": "s", "confidence": "estimate"}
    assert "value: 500\n" in dump_yaml(quantity)
    assert plain({"t": (Bilingual(zh="甲", en="A"),)}) == {"t": [{"zh": "甲", "en": "A"}]}
