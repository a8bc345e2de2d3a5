"""Packaging: what stands in the folders is what travels in the wheel, and what is imported is declared."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.architecture._sources import (
    CODE,
    ROOT,
    folder_of,
    kept_files,
    project,
    python_files,
    syntax,
    words,
)

RESOURCES = ("models", "datasets", "maps")
IMPORTED_AS = {"fonttools": "fontTools", "pillow": "PIL", "PyYAML": "yaml", "XlsxWriter": "xlsxwriter"}


def requirement(line: str) -> str:
    """The name of a distribution in a requirement line."""
    return re.split(r"[\[<>=!~; ]", line, maxsplit=1)[0]


def imported() -> set[str]:
    """The top-level names of everything that the package imports."""
    found: set[str] = set()
    for path in python_files():
        for node in ast.walk(syntax(path)):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {"capplan"}


def test_the_list_of_packages_is_complete() -> None:
    listed = words("options", "packages")
    folders = {path.parent for path in CODE.rglob("__init__.py")} | {ROOT / name for name in RESOURCES}
    assert len(listed) == len(set(listed))
    assert {folder_of(name) for name in listed} == folders


def test_every_resource_is_matched_by_a_pattern() -> None:
    missed = []
    for shelf in RESOURCES:
        patterns = words("options.package_data", f"capplan.{shelf}")
        matched = {path for pattern in patterns for path in (ROOT / shelf).glob(pattern)}
        ours = [path for path in kept_files() if path.is_relative_to(ROOT / shelf) and path.suffix != ".py"]
        missed += [str(path.relative_to(ROOT)) for path in ours if path not in matched]
    assert missed == []


def test_data_folders_cannot_be_taken_for_packages() -> None:
    inits = [path for shelf in RESOURCES for path in (ROOT / shelf).glob("*/**/__init__.py")]
    assert inits == []


def test_every_import_is_declared_and_every_dependency_is_imported() -> None:
    declared = {requirement(line) for line in project()["project"]["dependencies"]}
    modules = {IMPORTED_AS.get(name, name) for name in declared}
    assert imported() - {"pydantic_core"} == modules


def test_every_dependency_has_bounds_and_a_reason() -> None:
    reasons = (ROOT / "docs" / "decisions" / "0002-dependencies.md").read_text(encoding="utf-8")
    for line in project()["project"]["dependencies"]:
        assert ">=" in line, line
        assert ",<" in line, line
        assert f"| {requirement(line)} |" in reasons, line


def test_the_metadata_say_what_is_true() -> None:
    table = project()["project"]
    assert table["requires-python"] == ">=3.11"
    assert table["license"] == "Apache-2.0"
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert table["scripts"] == {"capplan": "capplan.cli:main"}
    assert all((ROOT / name).is_file() for name in (table["readme"], *table["license-files"]))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built in a copy of the sources, so that nothing is left in the project."""
    copy = tmp_path_factory.mktemp("sources")
    for name in ("capplan", *RESOURCES):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    for name in ("pyproject.toml", "setup.cfg", "README.md", "LICENSE", "NOTICE"):
        shutil.copy(ROOT / name, copy / name)
    script = "from setuptools.build_meta import build_wheel; print(build_wheel('.'))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=copy, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return zipfile.ZipFile(copy / done.stdout.split()[-1])


def test_the_wheel_carries_code_resources_and_licence(wheel: zipfile.ZipFile) -> None:
    inside = set(wheel.namelist())
    wanted = {f"capplan/{path.relative_to(CODE).as_posix()}" for path in python_files()} | {
        "capplan/py.typed"
    }
    for shelf in RESOURCES:
        here = [path for path in kept_files() if path.is_relative_to(ROOT / shelf)]
        wanted |= {f"capplan/{path.relative_to(ROOT).as_posix()}" for path in here}
    assert sorted(wanted - inside) == []
    assert any(name.endswith("licenses/LICENSE") for name in inside)


def test_the_wheel_carries_nothing_else(wheel: zipfile.ZipFile) -> None:
    strange = [name for name in wheel.namelist() if not re.match(r"capplan(-[\d.]+\.dist-info)?/", name)]
    assert strange == []
    assert not [
        name for name in wheel.namelist() if Path(name).name.startswith("test_") or "__pycache__" in name
    ]
