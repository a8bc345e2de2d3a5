"""Language, form and wrong usage: each told in the planner's language, with exit code 2."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from capplan.cli._session import Session

Call = Callable[..., Any]


@pytest.mark.parametrize(
    ("arguments", "environment", "lang"),
    [
        (["plan", "--lang", "zh"], {"CAPPLAN_LANG": "en"}, "zh"),
        (["plan", "--lang=en"], {"LANG": "zh_CN.UTF-8"}, "en"),
        (["plan"], {"CAPPLAN_LANG": "zh_CN.UTF-8", "LANG": "en_GB.UTF-8"}, "zh"),
        (["plan"], {"LC_ALL": "zh_CN.GB18030", "LANG": "en_GB.UTF-8"}, "zh"),
        (["plan"], {"LC_ALL": "", "LC_MESSAGES": "zh_TW", "LANG": "C"}, "zh"),
        (["plan"], {"LANG": "de_DE.UTF-8"}, "en"),
        (["plan"], {"LANG": "C.UTF-8"}, "en"),
        (["plan", "--", "--lang", "zh"], {"LANG": "C"}, "en"),
    ],
)
def test_language_is_asked_then_set_then_the_locale_s(
    arguments: list[str], environment: dict[str, str], lang: str
) -> None:
    assert Session.of(arguments, environment).lang == lang


def test_form_is_known_before_anything_is_parsed() -> None:
    session = Session.of(["nonsense", "--json", "-q"], {})
    assert (session.json, session.quiet) == (True, True)


MISUSES = [
    (["pla"], "there is no command pla; the nearest is plan"),
    (["xyzzy"], "there is no command xyzzy; there are cases, check, compare, datasets, map, new"),
    (["plan", "--gab", "1"], "there is no option --gab; the nearest is --gap"),
    (["plan", "--gap"], "option --gap needs a value"),
    (["plan", "--quiet=1"], "option --quiet takes no value"),
    (["plan", "a", "b"], "too many arguments: b"),
    (["plan", "--gap", "1"], "--gap is 1; it must be a fraction from 0 to less than 1"),
    (["plan", "--gap", "-0.1"], "--gap is -0.1"),
    (["plan", "--gap", "nan"], "--gap is nan"),
    (["plan", "--gap", "1%"], "--gap is 1%"),
    (["plan", "--time-limit", "0"], "--time-limit is 0; it must be a number of seconds greater than 0"),
    (["plan", "--time-limit", "inf"], "--time-limit is inf"),
    (["plan", "--threads", "0"], "--threads is 0; it must be a whole number of at least 1"),
    (["plan", "--threads", "1.5"], "--threads is 1.5"),
    (["plan", "--seed", "-1"], "--seed is -1; it must be a whole number from 0"),
    (["plan", "--set", "solver.gap"], "--set is solver.gap; it must be PATH=VALUE"),
    (["plan", "--set", "=1"], "--set is =1"),
    (["plan", "--out", ""], "--out is empty"),
    (["plan", "--lang", "fr"], "--lang is fr; it must be zh or en"),
    (["plan", "--solver", "hihgs"], "there is no solver hihgs; the nearest is highs"),
    (["check"], "CASE is missing"),
    (["verify"], "PLAN is missing"),
    (["new", "x"], "--from is missing"),
]


@pytest.mark.parametrize(("arguments", "told"), MISUSES)
def test_wrong_usage_says_what_would_be_right(call: Call, arguments: list[str], told: str) -> None:
    ended = call(*arguments)
    assert ended.code == 2
    assert told in ended.err
    assert ended.out == ""


@pytest.mark.parametrize("arguments", [arguments for arguments, _ in MISUSES])
def test_wrong_usage_is_one_json_document_too(call: Call, arguments: list[str]) -> None:
    ended = call(*arguments, "--json")
    error = ended.document["error"]
    assert (ended.code, error["exit_code"], error["kind"]) == (2, 2, "UsageError")
    assert error["message"]
    assert ended.err == ""


def test_wrong_usage_in_chinese(call: Call) -> None:
    ended = call("plan", "--lang", "zh", "--gap", "7")
    assert ended.code == 2
    assert "错误：--gap 的值是 7；应为：0 至 1（不含 1）之间的小数，如 0.001" in ended.err


def test_a_language_that_nobody_speaks_is_refused(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAPPLAN_LANG", "klingon")
    ended = call("cases")
    assert ended.code == 2
    assert "CAPPLAN_LANG is klingon; it must be zh or en" in ended.err


@pytest.mark.parametrize("command", ["plan", "check", "cases", "datasets", "new", "show", "verify"])
def test_every_command_helps_with_an_example(call: Call, command: str) -> None:
    ended = call(command, "--help")
    assert ended.code == 0
    assert f"Example: capplan {command}" in ended.out
    assert "--lang" in ended.out


def test_without_a_command_the_help_is_shown(call: Call) -> None:
    ended = call()
    assert ended.code == 2
    assert "Commands:" in ended.err


def test_version(call: Call) -> None:
    from capplan import __version__

    ended = call("--version")
    assert (ended.code, ended.out.strip()) == (0, f"capplan, version {__version__}")
