"""Places for files that are not complete yet: what killed runs left behind goes, what still lives stays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from capplan.exchange.staging import workplace


@pytest.mark.skipif(sys.platform == "win32", reason="there nobody can ask whether a process lives")
def test_what_a_killed_run_left_is_removed_by_the_next(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    target = tmp_path / "maps [1]"
    target.mkdir()
    names = (
        f".maps [1].maps-{ended.pid}-ab12",
        f".maps [1].maps-{os.getpid()}-ab12",
        f".other.maps-{ended.pid}-ab12",
    )
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "half.png").write_bytes(b"half")
    with workplace(target, "maps") as place:
        assert place.parent == tmp_path
        assert list(place.iterdir()) == []
    assert {entry.name for entry in tmp_path.iterdir()} == {"maps [1]", *names[1:]}
