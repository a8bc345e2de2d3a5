"""Sizes: a file can be read in one sitting, a function on one screen."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

import pytest

from tests.architecture._sources import CODE, ROOT, python_files, syntax

MOST_LINES_OF_FILE = 400
MOST_LINES_OF_FUNCTION = 60
MOST_LINES_OF_MEDIAN = 20


def functions(path: Path) -> list[tuple[str, int]]:
    """Name and number of lines of every function in a module."""
    return [
        (node.name, (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_files_are_short() -> None:
    others = [
        path for folder in ("tests", "benchmarks", "examples") for path in (ROOT / folder).rglob("*.py")
    ]
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in (*python_files(), *others)
    }
    assert len(lengths) > len(others)
    assert {name: size for name, size in lengths.items() if size >= MOST_LINES_OF_FILE} == {}


def test_functions_are_short() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{name}": size
        for path in python_files()
        for name, size in functions(path)
        if size >= MOST_LINES_OF_FUNCTION
    }
    assert long == {}


def test_the_median_function_is_very_short() -> None:
    sizes = [size for path in python_files() for _, size in functions(path)]
    assert statistics.median(sizes) < MOST_LINES_OF_MEDIAN


@pytest.mark.parametrize("folder", sorted({path.parent for path in python_files()}), ids=lambda f: f.name)
def test_every_module_says_what_it_is(folder: Path) -> None:
    silent = [path.name for path in sorted(folder.glob("*.py")) if not ast.get_docstring(syntax(path))]
    assert silent == [], f"no module docstring in {folder.relative_to(CODE.parent)}"
