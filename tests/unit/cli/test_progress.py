"""Progress: plain lines for what takes over two seconds, a live list on a terminal, silence when quiet."""

from __future__ import annotations

import io
import sys

import pytest

from capplan.cli import _progress
from capplan.cli._progress import watch
from capplan.cli._session import Session
from capplan.progress import StageEvent, stage
from capplan.solution import Progress

NEWS = Progress(12.0, 5.123e9, 5.110e9)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def told(session: Session, stream: io.StringIO, monkeypatch: pytest.MonkeyPatch, *events: object) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    with watch(session) as progress:
        for event in events:
            progress(event)
    return stream.getvalue()


def test_short_stages_are_not_worth_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    events = [StageEvent("read", "start"), StageEvent("read", "end", 0.5)]
    assert told(Session(), io.StringIO(), monkeypatch, *events) == ""


def test_long_stages_are(monkeypatch: pytest.MonkeyPatch) -> None:
    events = [StageEvent("solve", "start"), StageEvent("solve", "end", 12.34)]
    assert told(Session(), io.StringIO(), monkeypatch, *events) == "Solving: 12.3 s\n"
    assert told(Session("zh"), io.StringIO(), monkeypatch, *events) == "求解: 12.3 s\n"


def test_news_come_at_intervals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_progress, "_PAUSE", 0.0)
    events = [StageEvent("solve", "start"), NEWS]
    monkeypatch.setattr(_progress, "_PATIENCE", -1.0)
    lines = told(Session(), io.StringIO(), monkeypatch, *events)
    assert "Solving, 12 s: best plan CNY 5.123 bn · bound CNY 5.110 bn · gap 0.25%\n" in lines


def test_a_terminal_sees_stages_incumbent_bound_and_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    events = [
        StageEvent("build", "start"),
        StageEvent("build", "end", 1.0),
        StageEvent("solve", "start"),
        NEWS,
    ]
    screen = told(Session(), Terminal(), monkeypatch, *events)
    for piece in ("Building the program", "Solving", "CNY 5.123 bn", "CNY 5.110 bn", "0.25%"):
        assert piece in screen


def test_quiet_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    events = [StageEvent("solve", "start"), NEWS, StageEvent("solve", "end", 60.0)]
    assert told(Session(quiet=True), Terminal(), monkeypatch, *events) == ""


def test_a_bound_that_is_not_known_is_a_dash() -> None:
    assert _progress.news(Progress(1.0, None, 5e9), "zh") == "当前最好方案 - · 下界 50.00 亿元 · 差距 -"


def test_a_stage_ends_even_when_it_fails() -> None:
    seen: list[object] = []
    with pytest.raises(ZeroDivisionError), stage("build", seen.append):
        1 / 0  # noqa: B018
    assert [event.status for event in seen if isinstance(event, StageEvent)] == ["start", "end"]


def test_every_stage_has_a_name_in_both_languages() -> None:
    for name in ("read", "check", "build", "solve", "certify", "write", "map", "explain", "verify"):
        title = _progress.stage_title(name)
        assert title.text("zh") != title.text("en") != name
