"""Every error has its exit code, and is told as text or as one JSON document, in both languages."""

from __future__ import annotations

import errno
import json

import pytest

from capplan import errors
from capplan.cli._outcome import outcome_of, report
from capplan.cli._session import Session
from capplan.messages import Message, msg

FAULT = errors.Fault(
    "data/zones.csv",
    14,
    "population",
    "-5",
    msg("the number is negative"),
    msg("write a plain number"),
    "urban_population",
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.InputError([FAULT]), 3),
        (errors.Infeasible("no plan", [msg("{text}", text="519 racks short")]), 4),
        (errors.NoSolutionInTime("too short"), 5),
        (errors.SolverMissing("not there"), 6),
        (errors.SolveError("failed"), 6),
        (errors.Unbounded("no bound"), 6),
        (errors.ModelError("no rule"), 6),
        (MemoryError(), 6),
        (errors.WriteError("disk full"), 7),
        (errors.RenderError("no font"), 7),
        (ModuleNotFoundError("No module named 'shapely'", name="shapely"), 7),
        (OSError(errno.ENOSPC, "No space left on device", "plans/x"), 7),
        (errors.VerificationError("wrong"), 8),
        (KeyboardInterrupt(), 130),
        (ZeroDivisionError("a bug"), 1),
    ],
)
def test_exit_codes(error: BaseException, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert report(error, Session(json=True)) == code
    captured = capsys.readouterr()
    assert json.loads(captured.out)["error"]["exit_code"] == code
    assert captured.err == ""
    assert report(error, Session()) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: ")
    assert "Traceback" not in captured.err


def test_a_fault_is_told_with_place_value_remedy_and_nearest_name(capsys: pytest.CaptureFixture[str]) -> None:
    report(errors.InputError([FAULT]), Session())
    assert capsys.readouterr().err == (
        "error: one fault in the inputs\n"
        "  data/zones.csv:14:population  [-5]\n"
        "      the number is negative; write a plain number\n"
        "      nearest known name: urban_population\n"
    )


def test_a_fault_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    report(errors.InputError([FAULT, FAULT]), Session(lang="zh"))
    told = capsys.readouterr().err
    assert told.startswith("错误：输入数据共有 2 处错误\n")
    assert "数值为负；请填写纯数字" in told
    assert "最接近的已知名称：urban_population" in told


def test_a_fault_as_json() -> None:
    document = outcome_of(errors.InputError([FAULT])).document("zh")
    assert document["error"]["faults"] == [
        {
            "file": "data/zones.csv",
            "row": 14,
            "column": "population",
            "value": "-5",
            "problem": "数值为负",
            "remedy": "请填写纯数字",
            "nearest": "urban_population",
        }
    ]


def test_thousands_of_faults_are_counted_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    error = errors.InputError([FAULT] * 1000)
    report(error, Session())
    told = capsys.readouterr().err
    assert told.count("data/zones.csv") == 200
    assert "… and 800 more; --json lists them all" in told
    assert len(outcome_of(error).document("en")["error"]["faults"]) == 1000


def test_conflicts_are_told_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    conflicts: list[Message] = [
        msg("{text}", text="this helps:"),
        msg("{text}", text="\N{EN DASH} plus 25 MVA"),
    ]
    report(errors.Infeasible("no plan", conflicts), Session())
    assert capsys.readouterr().err == "error: no plan\n  this helps:\n    \N{EN DASH} plus 25 MVA\n"


def test_markup_in_names_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    report(errors.WriteError("[red]plans/[/red] :smile:"), Session())
    assert "[red]plans/[/red] :smile:" in capsys.readouterr().err


def test_the_place_of_a_bug_is_shown_only_when_asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAPPLAN_DEBUG", "1")
    report(ZeroDivisionError("a bug"), Session())
    assert "ZeroDivisionError: a bug" in capsys.readouterr().err
