"""The guide "plan your own region", followed to the letter: every block into its file, every command as it stands."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pandas as pd

from capplan import load_case
from capplan.override import parse_setting

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "own-region.md"
STEP = re.compile(
    r"^(?:`(?P<file>three-rivers/[^`]+)`[^\n]*\n(?:(?!```)[^\n]*\n)*?)?```(?P<kind>\w+)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


def test_the_guide_leads_to_a_plan(tmp_path: Path) -> None:
    done: list[list[str]] = []
    for step in STEP.finditer(GUIDE.read_text(encoding="utf-8")):
        if step["kind"] == "bash":
            done += [run(line, tmp_path) for line in step["text"].splitlines()]
        elif step["file"]:
            path = tmp_path / step["file"]
            assert path.is_file(), f"{step['file']} is no file of the case that the guide starts from"
            path.write_text(step["text"], encoding="utf-8")
    case = load_case(tmp_path / "three-rivers")
    assert [words[1] for words in done] == ["new", "check", "plan", "verify", "plan"]
    targets = pd.read_csv(tmp_path / "plans" / "three-rivers" / "tables" / "targets.csv")
    assert len(targets) == 3
    assert (targets.loc[targets["kind"] == "hard", "margin"] >= 0).all()
    assert list(case.study.periods) == [2025, 2026, 2027]


def run(line: str, folder: Path) -> list[str]:
    """Run a command of the guide and return its words; of a plan with settings only the settings, for time's sake."""
    words = shlex.split(line)
    assert words[0] == "capplan"
    if "--set" in words:
        path, value = parse_setting(words[words.index("--set") + 1])
        load_case(folder / words[2]).override({path: value})
        return words
    command = [sys.executable, "-m", "capplan", *words[1:]]
    here = {**os.environ, "PYTHONUTF8": "1"}
    done = subprocess.run(command, cwd=folder, env=here, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    return words
