"""``capplan report``: files, exit codes, what is told, and wrong usage."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.report_plan import report_plan


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a plan folder of this module."""
    return report_plan().write(tmp_path_factory.mktemp("plans") / "toy")


def test_a_report_is_written_in_the_language_of_the_call(call: Callable[..., Any], folder: Path) -> None:
    ended = call("report", folder, "--lang", "zh", "--format", "html", "--maps", "found")
    assert ended.code == 0, ended.err
    assert "report-zh.html" in ended.out
    page = (folder / "report-zh.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "不是任何政府部门发布的规划" in page


def test_without_typst_the_exit_code_is_that_of_drawing(
    call: Callable[..., Any], folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    ended = call("report", folder, "--lang", "en", "--maps", "none", "--out", tmp_path / "out", "--json")
    assert ended.code == 7
    told = ended.document
    assert told["error"]["kind"] == "RenderError"
    assert "pip install typst" in told["failed"]["report-en.pdf"]
    assert [Path(file).name for file in told["files"]] == ["report-en.html"]
    assert (tmp_path / "out" / "report-en.html").is_file()


def test_wrong_usage_and_what_is_no_plan(call: Callable[..., Any], folder: Path, tmp_path: Path) -> None:
    assert call("report", folder, "--format", "docx").code == 2
    assert call("report", tmp_path).code == 3
