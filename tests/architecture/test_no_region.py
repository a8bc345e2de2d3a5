"""No line of code knows a region: names and codes of the packaged regions stand in data alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture._sources import ROOT, python_files, syntax

REGIONS = sorted((ROOT / "datasets").glob("*/regions.csv"))
ADCODE = re.compile(r"(?<!\d)(?:2[12]|42)\d{4}(?!\d)")
DEFAULT_CASE = "jilin-2025"
"""The case that is planned where none is named; the contract says so."""


def names() -> set[str]:
    """Return names of the packaged regions: both languages, and the ids of those that have a code."""
    import csv

    found: set[str] = set()
    for file in REGIONS:
        with file.open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                if row["adcode"]:
                    english = row["name_en"].split(",")[0].removesuffix(" Province").removesuffix(" City")
                    found |= {row["region_id"], english.lower(), row["name_zh"].rstrip("省市州区")}
    return found


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the words that a program can act on: names and texts, but no docstrings and no help of commands."""
    described = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                described.add(id(first.value))
        if isinstance(node, ast.keyword) and node.arg == "epilog":
            described.add(id(node.value))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described:
            yield node.lineno, node.value
        elif isinstance(node, ast.Constant) and isinstance(node.value, int):
            yield node.lineno, str(node.value)
        elif isinstance(node, ast.Name):
            yield node.lineno, node.id


def known(text: str, words: set[str]) -> list[str]:
    """Return the regions that a text names."""
    lowered = text.replace(DEFAULT_CASE, "").lower()
    return sorted(
        word
        for word in words
        if (word in lowered if not word.isascii() else re.search(rf"\b{re.escape(word)}\b", lowered))
    )


def test_there_are_names_to_look_for() -> None:
    assert {"jilin", "changchun", "wuhan", "长春", "武汉", "baicheng"} <= names()
    assert known("as in 长春", names()) == ["长春"]
    assert known("if region == 'Changchun'", names()) == ["changchun"]
    assert ADCODE.search("starts with 220100")


@pytest.mark.parametrize("module", python_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_knows_a_region(module: Path) -> None:
    tree = syntax(module)
    words = names()
    found = [
        f"{line}: {text!r}"
        for line, text in texts(tree)
        if known(text, words) or (ADCODE.search(text) and "as 220100" not in text)
    ]
    assert found == []
