"""The script of the page is built beforehand: it belongs to its sources, carries its licences and asks for nothing."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

FOLDER = "maps/page"


def sources(folder: Path) -> list[str]:
    """Return every file on which the build depends, in the order in which build.mjs reads them."""
    walked = [path.relative_to(folder).as_posix() for path in (folder / "src").rglob("*") if path.is_file()]
    return sorted([*walked, "build.mjs", "package.json", "package-lock.json"])


def test_the_built_script_belongs_to_its_sources(root: Path) -> None:
    folder = root / FOLDER
    digest = hashlib.sha256()
    for name in sources(folder):
        text = (folder / name).read_text(encoding="utf-8")
        digest.update(f"{name}\0".encode() + text.encode("utf-8") + b"\0")
    built = json.loads((folder / "built" / "build.json").read_text(encoding="utf-8"))
    assert built["sources"] == digest.hexdigest(), "the sources of the page changed: run make page"


def test_what_is_bundled_is_pinned_and_its_licence_is_there(root: Path) -> None:
    folder = root / FOLDER
    built = json.loads((folder / "built" / "build.json").read_text(encoding="utf-8"))
    lock = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    texts = (folder / "built" / "LICENSES.txt").read_text(encoding="utf-8")
    assert set(built["packages"]) == {"echarts", "tslib", "zrender"}
    for name, version in built["packages"].items():
        assert lock[f"node_modules/{name}"]["version"] == version
        assert f"{name} {version} (" in texts
    assert "Apache License" in texts
    assert "Copyright (c) 2017, Baidu Inc." in texts


def test_the_lock_names_no_machine(root: Path) -> None:
    text = (root / FOLDER / "package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in text
    assert "integrity" in text


def test_the_script_cannot_end_its_element_and_asks_for_nothing(root: Path) -> None:
    script = (root / FOLDER / "built" / "page.js").read_text(encoding="utf-8")
    style = (root / FOLDER / "built" / "page.css").read_text(encoding="utf-8")
    assert "</script" not in script
    assert "<!--" not in script
    assert not re.search(r"\bfetch\(|XMLHttpRequest|WebSocket|import\(", script)
    assert "url(" not in style
    assert "@import" not in style


def test_scripts_are_short(root: Path) -> None:
    long = {
        path.name: lines
        for path in (root / FOLDER / "src").rglob("*.js")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) >= 400
    }
    assert long == {}


def test_words_of_the_scripts_exist(root: Path) -> None:
    from capplan.page.words import words

    used: set[str] = set()
    for path in (root / FOLDER / "src").rglob("*.js"):
        used |= set(re.findall(r"\bt\('([a-z0-9_]+)'(?:\)|, )", path.read_text(encoding="utf-8")))
    assert len(used) > 50
    assert used <= set(words())
