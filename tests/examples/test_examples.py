"""Every example runs as its README says and gives what stands in its ``expected`` folder."""

from __future__ import annotations

import io
import json
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


def test_the_made_up_region_is_what_its_script_writes(tmp_path: Path) -> None:
    folder = EXAMPLES / "made-up-region"
    command = [sys.executable, "-W", "error", str(folder / "make_region.py"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    written = sorted(tmp_path.glob("*.csv"))
    assert len(written) > 20
    assert {path.name: path.read_bytes() for path in written} == {
        path.name: path.read_bytes() for path in (folder / "data").glob("*.csv")
    }
    areas, kept = (
        json.loads((data / "boundaries.geojson").read_text(encoding="utf-8"))["features"]
        for data in (tmp_path, folder / "data")
    )
    assert [area["properties"] for area in areas] == [area["properties"] for area in kept]
