"""How one call of the command line speaks: language, form, and how much."""

from __future__ import annotations

import locale
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from capplan.cli._usage import Misuse
from capplan.messages import LANGUAGES, Message, msg

__all__ = ["Command", "Session", "spoken"]

_LANGUAGE = "CAPPLAN_LANG"


@dataclass(frozen=True, slots=True)
class Session:
    """How to speak.

    Attributes
    ----------
    lang : str
        ``zh`` or ``en``.
    json : bool
        One JSON document on standard output instead of text.
    quiet : bool
        No progress, and no summary of what went well.
    """

    lang: str = "en"
    json: bool = False
    quiet: bool = False

    @classmethod
    def of(cls, arguments: Sequence[str], environment: Mapping[str, str]) -> Session:
        """Read the session from raw arguments, so that even a usage error is told in the right form.

        Parameters
        ----------
        arguments : sequence of str
            What stands after the program's name.
        environment : mapping
            Environment variables.

        Examples
        --------
        >>> Session.of(["plan", "--lang=zh", "--json"], {})
        Session(lang='zh', json=True, quiet=False)
        """
        words = list(arguments)
        if "--" in words:
            words = words[: words.index("--")]
        asked = _asked_language(words)
        lang = _known(asked) or _known(environment.get(_LANGUAGE)) or _of_locale(environment)
        return cls(lang, "--json" in words, "--quiet" in words or "-q" in words)

    def say(self, message: Message) -> str:
        """Return a message in the language of this session."""
        return message.text(self.lang)


class Command(click.Command):
    """A click command whose surplus arguments are told in the planner's language."""

    allow_extra_args = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, and refuse what is left over.

        Raises
        ------
        Misuse
            If more arguments stand there than the command takes, or ``CAPPLAN_LANG`` is no language.
        """
        rest = super().parse_args(ctx, args)
        if ctx.args and not ctx.resilient_parsing:
            raise Misuse(msg("too many arguments: {arguments}", arguments=" ".join(ctx.args)))
        _require_language(os.environ)
        return rest


def spoken(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--lang``, ``--json`` and ``--quiet``, whose values the `Session` already holds."""
    options = (
        click.option(
            "--lang",
            metavar="zh|en",
            expose_value=False,
            callback=_check_language,
            help="Language of what you read; else CAPPLAN_LANG, else the locale.",
        ),
        click.option(
            "--json", is_flag=True, expose_value=False, help="Print one JSON document, whatever happens."
        ),
        click.option(
            "-q", "--quiet", is_flag=True, expose_value=False, help="No progress and no summary; errors only."
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def _asked_language(words: Sequence[str]) -> str | None:
    asked = None
    for position, word in enumerate(words):
        if word == "--lang" and position + 1 < len(words):
            asked = words[position + 1]
        elif word.startswith("--lang="):
            asked = word.removeprefix("--lang=")
    return asked


def _known(value: str | None) -> str | None:
    tag = (value or "").replace("-", "_").split("_")[0].split(".")[0].lower()
    return tag if tag in LANGUAGES else None


def _of_locale(environment: Mapping[str, str]) -> str:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return _known(environment[name]) or "en"
    name = (locale.getlocale()[0] or "").lower()
    return "zh" if name.startswith(("zh", "chinese")) else "en"


def _check_language(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is not None and value not in LANGUAGES:
        raise Misuse(msg("--lang is {value}; it must be zh or en", value=value))
    return value


def _require_language(environment: Mapping[str, str]) -> None:
    value = environment.get(_LANGUAGE)
    if value and _known(value) is None:
        raise Misuse(msg("CAPPLAN_LANG is {value}; it must be zh or en", value=value))
