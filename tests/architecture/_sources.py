"""The project's own files, as the architecture tests see them."""

from __future__ import annotations

import ast
import configparser
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CODE = ROOT / "capplan"
NOT_OURS = {".git", "build", "dist", "plans", "site", "__pycache__", "node_modules"}


@cache
def python_files() -> tuple[Path, ...]:
    """Every module of the package."""
    return tuple(sorted(CODE.rglob("*.py")))


@cache
def syntax(path: Path) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def project() -> dict[str, Any]:
    """The content of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def shape() -> configparser.ConfigParser:
    """The content of setup.cfg."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def words(section: str, option: str) -> list[str]:
    """The lines of a list in setup.cfg."""
    return shape().get(section, option).split()


def folder_of(package: str) -> Path:
    """The folder of a package, by the folder map of setup.cfg."""
    folders = dict(line.split(" = ") for line in shape().get("options", "package_dir").strip().splitlines())
    head = max((name for name in folders if package == name or package.startswith(name + ".")), key=len)
    return ROOT.joinpath(folders[head], *package[len(head) :].strip(".").split("."))


@cache
def kept_files() -> tuple[Path, ...]:
    """Every file of the project: what git keeps, or without git what is not an artefact."""
    try:
        listing = subprocess.run(
            ["git", "ls-files", "-z"],  # noqa: S607  (git is found as the developer's shell finds it)
            cwd=ROOT, capture_output=True, check=True, text=True,
        )  # fmt: skip
        found = [ROOT / name for name in listing.stdout.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        found = []
    if not found:
        found = [path for path in ROOT.rglob("*") if not _artefact(path.relative_to(ROOT))]
    return tuple(sorted(path for path in found if path.is_file()))


def _artefact(relative: Path) -> bool:
    return any(
        part in NOT_OURS or part.startswith(".venv") or part.endswith(("_cache", ".egg-info"))
        for part in relative.parts
    )
