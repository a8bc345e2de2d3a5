"""Every example runs as its README says and gives what stands in its ``expected`` folder."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
# Plans are found to a gap of at most 0.5 %, and plans of equal cost differ in what they do not pay for.
TOLERANCE = 0.02


@pytest.mark.parametrize("expected", sorted(EXAMPLES.glob("*/expected/*.csv")), ids=lambda path: path.stem)
def test_the_example_gives_what_it_says(expected: Path, request: pytest.FixtureRequest) -> None:
    folder = expected.parent.parent
    script = folder / f"{expected.stem}.py"
    done = subprocess.run(
        [sys.executable, "-W", "error", script.name], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    if request.config.getoption("--update-golden"):
        expected.write_text(done.stdout, encoding="utf-8", newline="\n")
    given, wanted = pd.read_csv(io.StringIO(done.stdout)), pd.read_csv(expected)
    pd.testing.assert_frame_equal(given, wanted, rtol=TOLERANCE)


@pytest.mark.parametrize("folder", sorted(EXAMPLES.iterdir()), ids=lambda path: path.name)
def test_the_example_is_explained_and_checked(folder: Path) -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")
    results = sorted(folder.glob("expected/*.csv"))
    assert results
    assert all(f"{path.stem}.py" in text for path in results)
