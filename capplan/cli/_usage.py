"""Wrong usage, said in the planner's language; its exit code is 2."""

from __future__ import annotations

import click

from capplan.messages import Message, msg

__all__ = ["Misuse", "usage_message"]


class Misuse(click.UsageError):
    """An option, an argument or an environment variable that cannot be meant.

    Parameters
    ----------
    text : Message
        What is wrong, and what would be right.
    """

    def __init__(self, text: Message) -> None:
        self.text = text
        super().__init__(str(text))


def usage_message(error: click.ClickException) -> Message:
    """Return what click or capplan found wrong with a command line, as a message.

    Parameters
    ----------
    error : click.ClickException
        The error.
    """
    if isinstance(error, Misuse):
        return error.text
    if isinstance(error, click.NoSuchOption):
        if error.possibilities:
            return msg(
                "there is no option {option}; the nearest is {nearest}",
                option=error.option_name,
                nearest=min(error.possibilities),
            )
        return msg("there is no option {option}", option=error.option_name)
    if isinstance(error, click.MissingParameter):
        return msg("{parameter} is missing", parameter=_name(error.param))
    if isinstance(error, click.BadOptionUsage):
        return _bad_use(error)
    return msg("{text}", text=error.format_message())


def _bad_use(error: click.BadOptionUsage) -> Message:
    # click raises this for two things only, and tells them apart in its text alone
    if "not take a value" in error.message:
        return msg("option {option} takes no value", option=error.option_name)
    return msg("option {option} needs a value", option=error.option_name)


def _name(parameter: click.Parameter | None) -> str:
    if parameter is None:
        return "?"
    return parameter.opts[0] if isinstance(parameter, click.Option) else (parameter.name or "?").upper()
