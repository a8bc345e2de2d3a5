"""Documents: what they point to exists, what they include is included, and nothing is left for later."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture._sources import ROOT, kept_files

LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)")
INCLUDED = re.compile(r'^--8<-- "(.+)"$', re.MULTILINE)
# Put together from pieces, so that this file passes its own test.
UNFINISHED = re.compile(
    r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|lorem ip" + r"sum|place" + r"holder)\b", re.IGNORECASE
)
PLUMBING = {
    *(
        "__init__.py",
        "arrays.py",
        "engine.py",
        "highs.py",
        "mps.py",
        "ortools.py",
        "pulp.py",
        "pulp_other.py",
    ),
    *("registry.py", "trivial.py"),
}
"""Files of `capplan/solvers` that hand programs on and seek nothing."""
WORDS = {".md", ".py", ".yaml", ".yml", ".toml", ".cfg", ".txt", ""}


def documents() -> list[Path]:
    """Return every Markdown file of the project."""
    return [path for path in kept_files() if path.suffix == ".md"]


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    missing = [target for target in LINK.findall(text) if not (document.parent / target).exists()]
    assert missing == []


def test_included_files_exist_and_every_example_is_shown() -> None:
    pages = [path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "guides").glob("*.md")]
    shown = {target for page in pages for target in INCLUDED.findall(page)}
    assert all((ROOT / target).is_file() for target in shown)
    examples = {path.name for path in (ROOT / "examples").iterdir() if path.is_dir()}
    assert {Path(target).parts[1] for target in shown} == examples


def test_nothing_is_left_for_later() -> None:
    texts = [path for path in kept_files() if path.suffix in WORDS]
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in texts
        for word in UNFINISHED.findall(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


def test_both_readmes_name_the_same_commands() -> None:
    both = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md")]
    commands = [set(re.findall(r"^(?:make|capplan) \w+", text, re.MULTILINE)) for text in both]
    assert commands[0] <= commands[1]
    assert {"make plan", "make test"} <= commands[0]


def test_the_algorithms_page_names_files_that_exist_and_every_heuristic() -> None:
    text = (ROOT / "docs" / "algorithms.md").read_text(encoding="utf-8")
    cells = [re.findall(r"`((?:capplan/\w+/)?\w+\.py)`", line) for line in text.splitlines()]
    named = set()
    for cell in cells:
        folder = ""
        for name in cell:
            folder = name.rpartition("/")[0] or folder
            named.add(f"{folder}/{name.rpartition('/')[2]}")
    assert [name for name in named if not (ROOT / name).is_file()] == []
    assert {
        path.name for path in (ROOT / "capplan" / "solvers").glob("*.py") if path.name not in PLUMBING
    } <= {name.rpartition("/")[2] for name in named}
