"""Standard output on odd terminals, closed pipes and full disks."""

from __future__ import annotations

import errno
import io
import json
import sys

import numpy as np
import pytest

from capplan.cli import _streams
from capplan.errors import WriteError


class Failing(io.StringIO):
    """A stream that cannot take anything."""

    def __init__(self, code: int) -> None:
        super().__init__()
        self._code = code

    def write(self, _text: str) -> int:
        raise OSError(self._code, "cannot")


def test_a_reader_who_has_gone_is_no_error() -> None:
    stream = Failing(errno.EPIPE)
    _streams.write("text", stream=stream)
    assert stream.getvalue() == ""


def test_a_full_disk_is_an_error() -> None:
    with pytest.raises(WriteError, match="standard output cannot be written"):
        _streams.write("text", stream=Failing(errno.ENOSPC))


@pytest.mark.parametrize("encoding", ["ascii", "cp936", "latin-1", "utf-8"])
def test_every_terminal_gets_something(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding, errors="strict"))
    _streams.prepare()
    _streams.write("长春 ≥ 60,000 😀\n")
    assert raw.getvalue().decode(encoding).endswith(" 60,000 😀\n" if encoding == "utf-8" else " 60,000 ?\n")


@pytest.mark.parametrize("encoding", ["ascii", "cp936", "utf-8"])
def test_json_survives_every_encoding(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    _streams.print_json(
        {"name": "长春𠮷", "gap": float("nan"), "rows": (np.float64(1.5), np.int64(2), np.bool_(1))}
    )
    assert json.loads(raw.getvalue().decode(encoding)) == {
        "name": "长春𠮷",
        "gap": None,
        "rows": [1.5, 2, True],
    }


def test_text_that_is_no_terminal_s_has_no_colour(capsys: pytest.CaptureFixture[str]) -> None:
    from rich.text import Text

    _streams.show(Text("bold", style="bold red"), Text("x" * 300))
    assert capsys.readouterr().out == "bold\n" + "x" * 300 + "\n"
