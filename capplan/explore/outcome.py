"""What is told of a case that cannot be planned: ways out with their settings and costs, and what contradicts itself."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from capplan.explore.wording import heading, said
from capplan.messages import Message, Text, msg
from capplan.report.numbers import money, percent
from capplan.report.sections import Section

if TYPE_CHECKING:
    from capplan.explore.iis import Contradiction
    from capplan.explore.prove import Change, Proof
    from capplan.program import Tier

__all__ = ["Alternative", "Explanation"]

NEAR = 0.02
"""Proposals that may exceed the least by no more than this are called least [ratio]."""
MOST_LINES = 12
"""Changes of one way out that are told one by one in text; the others are counted."""


@dataclass(frozen=True)
class Alternative:
    """One way out.

    Attributes
    ----------
    tiers : tuple of Tier
        What gives.
    changes : tuple of Change
        Every setting that changes, with its year.
    regions : tuple of Text
        Prefecture of each change's place, shape (changes,).
    settings : dict
        Values by path, as ``--set`` takes them.
    proof : Proof or None
        The plan of the case with these settings; None where none was found in time: then less is not enough, and
        more may be needed.
    excess : float or None
        By how much the least that would do may be less [ratio], as the linear relaxation proves it; None where it is
        not known.
    """

    tiers: tuple[Tier, ...]
    changes: tuple[Change, ...]
    regions: tuple[Text, ...]
    settings: dict[str, object]
    proof: Proof | None
    excess: float | None

    @property
    def least(self) -> bool:
        """Whether it is proven that less would not do, to within two percent and rounding."""
        return self.excess is not None and self.excess <= NEAR

    @property
    def cost(self) -> float:
        """Net present cost of its plan [CNY]; infinite where there is none."""
        return math.inf if self.proof is None else self.proof.cost

    @property
    def lines(self) -> tuple[Message, ...]:
        """The changes as sentences, each path and place once."""
        told = [said(change, region) for change, region in zip(self.changes, self.regions, strict=True)]
        return tuple(dict.fromkeys(told))

    @property
    def options(self) -> tuple[str, ...]:
        """The settings as options of the command line."""
        return tuple(f"--set {path}={_shell(value)}" for path, value in self.settings.items())

    def document(self, lang: str) -> dict[str, Any]:
        """Return it as JSON, sentences in ``lang``."""
        return {
            "tier": [tier.name.lower() for tier in self.tiers],
            "title": heading(self.tiers).text(lang),
            "enough": self.proof is not None,
            "least": self.least,
            "excess": self.excess,
            "cost_cny": None if self.proof is None else self.proof.cost,
            "gap": None if self.proof is None else self.proof.gap,
            "set": [option.removeprefix("--set ") for option in self.options],
            "changes": [
                {
                    "path": change.lever.path,
                    "from": change.lever.before,
                    "to": self.settings.get(change.lever.path, change.after),
                    "unit": change.lever.unit,
                    "region": change.lever.region,
                    "year": change.year,
                    "text": said(change, region).text(lang),
                }
                for change, region in zip(self.changes, self.regions, strict=True)
            ],
        }


@dataclass(frozen=True)
class Explanation:
    """What must change: iterate over it for the sentences.

    Attributes
    ----------
    alternatives : tuple of Alternative
        Ways out, those with a plan first and the cheapest of them before others.
    contradiction : Contradiction or None
        Rules that cannot hold together, where they were looked for.
    possible : bool
        Whether any change of inputs is enough for the linear relaxation; if not, the facts contradict each other.
    whole : bool
        Whether only whole modules stand in the way.
    """

    alternatives: tuple[Alternative, ...]
    contradiction: Contradiction | None
    possible: bool
    whole: bool = False

    @property
    def proven(self) -> tuple[Alternative, ...]:
        """The alternatives that were planned."""
        return tuple(each for each in self.alternatives if each.proof is not None)

    @property
    def messages(self) -> tuple[Message, ...]:
        """Everything below the finding itself, as sentences."""
        found: list[Message] = []
        for place, (title, lines) in enumerate(self._parts()):
            found += lines if not place else [title, *(msg("   {line}", line=line) for line in lines)]
        return tuple(found)

    def text(self, lang: str = "en") -> list[str]:
        """Return the sentences in ``lang``."""
        return [message.text(lang) for message in self.messages]

    def sections(self, lang: str = "en") -> list[Section]:
        """Return the explanation as sections in ``lang``."""
        return [
            Section(title.text(lang), lines=tuple(line.text(lang) for line in lines))
            for title, lines in self._parts()
        ]

    def document(self, lang: str = "en") -> dict[str, Any]:
        """Return the explanation as a JSON document, sentences in ``lang``."""
        clash = self.contradiction
        return {
            "alternatives": [each.document(lang) for each in self.alternatives],
            "contradiction": None if clash is None else clash.document(lang),
            "messages": self.text(lang),
        }

    def __iter__(self) -> Iterator[Message]:
        """Iterate over the sentences."""
        return iter(self.messages)

    def __len__(self) -> int:
        """Return the number of sentences."""
        return len(self.messages)

    def _parts(self) -> Iterator[tuple[Message, list[Message]]]:
        yield msg("No plan satisfies every target and limit"), list(self._overview())
        best = self.proven[0].cost if self.proven else math.inf
        for place, each in enumerate(self.alternatives, start=1):
            title = msg(
                "({place}) {heading}{certainty}",
                place=place,
                heading=heading(each.tiers),
                certainty=_certainty(each),
            )
            yield title, list(_lines(each, best, alone=len(self.proven) == 1))
        if self.contradiction is not None:
            yield msg("What contradicts itself"), list(self.contradiction.messages)

    def _overview(self) -> Iterator[Message]:
        count = len(self.proven)
        if self.whole:
            yield msg("every target and limit could be met with parts of modules; whole modules do not fit")
        if not self.possible:
            yield msg("whatever targets, limits and resources give, the facts contradict each other")
        elif count > 1:
            yield msg(
                "each of these {count} ways by itself makes a plan possible, the cheapest first", count=count
            )
        elif count:
            yield msg("this makes a plan possible")
        elif self.alternatives:
            yield msg("at least this must give, and it may not be enough: no plan was found in time")
        else:
            yield msg("what must give was not found in time; allow more with --time-limit")


def _certainty(each: Alternative) -> Message | str:
    if each.proof is None:
        return msg(" (at least so much; perhaps more)")
    if each.excess is None:
        return msg(" (enough; perhaps less will do)")
    return (
        "" if each.least else msg(" (enough; the least is at most {part} less)", part=percent(each.excess, 1))
    )


def _lines(each: Alternative, best: float, *, alone: bool) -> Iterator[Message]:
    lines = each.lines
    yield from lines[:MOST_LINES]
    if len(lines) > MOST_LINES:
        yield msg("… and {count} more; --json lists them all", count=len(lines) - MOST_LINES)
    if each.proof is not None:
        cost = _money(each.proof.cost)
        gap = msg("unknown") if each.proof.gap is None else percent(each.proof.gap, 2)
        more = each.proof.cost - best
        if alone:
            yield msg("net present cost {cost}, gap {gap}", cost=cost, gap=gap)
        elif more <= 0.0:
            yield msg("net present cost {cost}, gap {gap}: the cheapest", cost=cost, gap=gap)
        else:
            yield msg(
                "net present cost {cost}, gap {gap}: {more} more than (1)",
                cost=cost,
                gap=gap,
                more=_money(more),
            )
        for option in each.options[:MOST_LINES]:
            yield msg("{text}", text=option)
        if len(each.options) > MOST_LINES:
            yield msg("… and {count} more; --json lists them all", count=len(each.options) - MOST_LINES)


def _money(amount: float) -> Text:
    return Text(zh=money(amount, "zh"), en=money(amount, "en"))


def _shell(value: object) -> str:
    """Return a value as it is typed; whole numbers without a point."""
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else f"{value:.12g}"
    return str(value)
