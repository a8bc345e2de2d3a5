"""Silence: only the command line prints, exits, or reads the environment."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture._sources import CODE, ROOT, python_files, syntax

SPEAKING = {"print", "input", "breakpoint", "exit", "quit"}
OUTSIDE = {
    ("sys", "exit"),
    ("sys", "stdout"),
    ("sys", "stderr"),
    ("sys", "argv"),
    ("os", "environ"),
    ("os", "getenv"),
    ("os", "_exit"),
}
# A worker process is a program of its own: it takes its job from its arguments, reports on its standard
# output and ends with a code; who starts it hands it the surroundings. Dask writes into the environment of who
# starts its processes: that is taken back.
EXCEPTIONS = {
    CODE / "solvers" / "worker.py": OUTSIDE,
    CODE / "solvers" / "process.py": {("os", "environ")},
    CODE / "explore" / "cluster.py": {("os", "environ")},
}


def breaches(path: Path) -> Iterator[str]:
    """Yield every place of a module that speaks to the outside."""
    excused = EXCEPTIONS.get(path, set())
    for node in ast.walk(syntax(path)):
        where = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SPEAKING:
            yield f"{where} {node.func.id}()"
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            named = (node.value.id, node.attr)
            if named in OUTSIDE - excused:
                yield f"{where} {'.'.join(named)}"


def test_only_the_command_line_speaks() -> None:
    inside = [path for path in python_files() if "cli" not in path.relative_to(CODE).parts]
    assert len(inside) > 1
    assert [place for path in inside for place in breaches(path)] == []


def test_the_rule_sees_a_breach(tmp_path: Path) -> None:
    module = ROOT / "capplan" / "__main__.py"
    assert list(breaches(module)) == []
    assert any(list(breaches(path)) for path in (CODE / "cli").rglob("*.py"))
    assert tmp_path.is_dir()
