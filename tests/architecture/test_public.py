"""The public interface: small, typed, and light until it is used."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import metadata

import pytest

import capplan
from capplan import errors
from tests.architecture._sources import CODE, syntax


def test_what_is_promised_is_exported() -> None:
    promised = {"load_case", "solve", "Case", "Plan", "read_plan", "CapplanError", "__version__"}
    assert promised <= set(capplan.__all__)


@pytest.mark.parametrize("name", capplan.__all__)
def test_every_export_can_be_had(name: str) -> None:
    assert getattr(capplan, name) is not None
    assert name in dir(capplan)


def test_type_checkers_see_the_same_names_in_the_same_modules() -> None:
    guarded = next(node for node in syntax(CODE / "__init__.py").body if isinstance(node, ast.If))
    seen = {
        alias.name: (node.module or "").removeprefix("capplan.")
        for node in guarded.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == capplan._HOME


def test_the_whole_error_tree_is_public() -> None:
    tree = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type)
        and issubclass(value, errors.CapplanError)
        and value.__module__ == errors.__name__
    }
    assert tree <= set(capplan.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'optimise'"):
        capplan.optimise  # noqa: B018  (the access itself is what is tested)


def test_the_version_is_the_installed_one() -> None:
    assert capplan.__version__ == metadata.version("capplan")


def test_importing_the_package_loads_nothing_heavy() -> None:
    script = "import sys, capplan; print([m for m in ('numpy', 'pandas', 'geopandas', 'ortools') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
