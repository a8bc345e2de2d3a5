"""Kinds of option values; what cannot be meant is wrong usage, told in the planner's language."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from capplan.cli._usage import Misuse
from capplan.messages import Message, msg

__all__ = ["FOLDER", "GAP", "SECONDS", "SEED", "SETTING", "THREADS", "Names"]


class _Number(click.ParamType):  # type: ignore[type-arg]  # generic only in newer versions of click
    """A finite number within bounds that a message states."""

    def __init__(self, name: str, wanted: Message, *, whole: bool, low: float, high: float) -> None:
        self.name = name
        self._wanted, self._whole, self._low, self._high = wanted, whole, low, high

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ARG002
        """Return the number.

        Raises
        ------
        Misuse
            If it is no number, not finite, or beyond its bounds.
        """
        try:
            number = int(value) if self._whole else float(value)
        except (TypeError, ValueError):
            self._refuse(value, param)
        if not math.isfinite(number) or not self._low <= number <= self._high:
            self._refuse(value, param)
        return number

    def _refuse(self, value: object, param: click.Parameter | None) -> NoReturn:
        option = param.opts[0] if param else "?"
        raise Misuse(
            msg("{option} is {value}; it must be {wanted}", option=option, value=value, wanted=self._wanted)
        )


class Names(click.ParamType):  # type: ignore[type-arg]  # generic only in newer versions of click
    """Names parted by commas, each one of those known."""

    name = "names"

    def __init__(self, known: Sequence[str]) -> None:
        self._known = tuple(known)

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,
        ctx: click.Context | None,  # noqa: ARG002
    ) -> tuple[str, ...]:
        """Return the names, each once.

        Raises
        ------
        Misuse
            If one is not known, or there is none.
        """
        given = tuple(dict.fromkeys(part.strip().lower() for part in str(value).split(",") if part.strip()))
        option = param.opts[0] if param else "?"
        for name in given or ("",):
            if name not in self._known:
                known = ", ".join(self._known)
                raise Misuse(
                    msg("{option} is {value}; it must be of {known}", option=option, value=name, known=known)
                )
        return given


class _Setting(click.ParamType):  # type: ignore[type-arg]  # generic only in newer versions of click
    """A ``PATH=VALUE`` of ``--set``."""

    name = "PATH=VALUE"

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,  # noqa: ARG002
        ctx: click.Context | None,  # noqa: ARG002
    ) -> str:
        """Return it as it stands.

        Raises
        ------
        Misuse
            If there is no ``=``, or nothing before it.
        """
        path, equals, _given = str(value).partition("=")
        if not equals or not path.strip():
            raise Misuse(
                msg(
                    "--set is {value}; it must be PATH=VALUE, as solver.gap=0.01 or targets.T1.value=60000",
                    value=value,
                )
            )
        return str(value)


class _Folder(click.ParamType):  # type: ignore[type-arg]  # generic only in newer versions of click
    """A folder or file by its path, ``~`` understood."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:  # noqa: ARG002
        """Return the path.

        Raises
        ------
        Misuse
            If it is empty.
        """
        if not str(value).strip():
            name = (
                (param.opts[0] if isinstance(param, click.Option) else param.human_readable_name)
                if param
                else "?"
            )
            raise Misuse(msg("{option} is empty; it must be a folder", option=name))
        return Path(value).expanduser()


_LARGEST = 2**31 - 1

GAP = _Number(
    "fraction",
    msg("a fraction from 0 to less than 1, as 0.001"),
    whole=False,
    low=0.0,
    high=math.nextafter(1.0, 0.0),
)
"""A relative gap [ratio]."""

SECONDS = _Number(
    "seconds", msg("a number of seconds greater than 0"), whole=False, low=math.nextafter(0.0, 1.0), high=1e9
)
"""A wall-clock limit [s]."""

THREADS = _Number("number", msg("a whole number of at least 1"), whole=True, low=1, high=4096)
"""A number of threads."""

SEED = _Number("number", msg("a whole number from 0 to 2147483647"), whole=True, low=0, high=_LARGEST)
"""A random seed."""

SETTING = _Setting()
"""One ``--set``."""

FOLDER = _Folder()
"""A path."""
