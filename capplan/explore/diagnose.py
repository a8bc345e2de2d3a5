"""Why a case cannot be met, and what must give: ways out in planners' words, smallest changes first in meaning."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from capplan.build import build
from capplan.explore.conflict import Conflict, Names, conflicts_of, grouped
from capplan.explore.relax import Search, Way
from capplan.features import registry
from capplan.messages import Message, msg
from capplan.program import Tier
from capplan.report.sections import Section
from capplan.solution import Reason
from capplan.solvers import Arrays, solve_matrix

if TYPE_CHECKING:
    from capplan.build import Built
    from capplan.case import Case
    from capplan.progress import Callback

__all__ = ["Alternative", "Explanation", "diagnose", "explain", "why"]

MOST_ROWS = 12
"""Rows of a conflict among physics that are named."""


@dataclass(frozen=True)
class Alternative:
    """One way out: any one of them makes the case feasible.

    Attributes
    ----------
    tiers : tuple of Tier
        What gives.
    conflicts : tuple of Conflict
        Every row that gives.
    enough : bool
        Whether a plan exists once they have given; otherwise the amounts are lower bounds.
    least : bool
        Whether less would not do.
    lines : tuple of Message
        The sentences, long families added up.
    """

    tiers: tuple[Tier, ...]
    conflicts: tuple[Conflict, ...]
    enough: bool
    least: bool
    lines: tuple[Message, ...]


@dataclass(frozen=True)
class Explanation:
    """What conflicts in a case: iterate over it for the sentences.

    Attributes
    ----------
    alternatives : tuple of Alternative
        Ways out; targets that give come before policy limits, and these before resources.
    physics : tuple of str
        Names of rows that conflict whatever gives; empty in most cases.
    messages : tuple of Message
        Everything, as sentences.
    """

    alternatives: tuple[Alternative, ...]
    physics: tuple[str, ...]
    messages: tuple[Message, ...]

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """What gives in the first way out."""
        return self.alternatives[0].conflicts if self.alternatives else ()

    def text(self, lang: str = "en") -> list[str]:
        """Return the sentences in ``lang``."""
        return [message.text(lang) for message in self.messages]

    def sections(self, lang: str = "en") -> list[Section]:
        """Return the explanation as sections in ``lang``."""
        return [Section(msg("what conflicts").text(lang), lines=tuple(self.text(lang)))]

    def document(self, lang: str = "en") -> dict[str, Any]:
        """Return the explanation as a JSON document, sentences in ``lang``."""
        return {"alternatives": [], "messages": self.text(lang)}

    def __iter__(self) -> Iterator[Message]:
        """Iterate over the sentences."""
        return iter(self.messages)

    def __len__(self) -> int:
        """Return the number of sentences."""
        return len(self.messages)

    def __getitem__(self, place: int) -> Message:
        """Return one sentence."""
        return self.messages[place]


def explain(
    case: Case,
    *,
    threads: int | None = None,
    time_limit: float = 60.0,
    progress: Callback | None = None,
    engine: str = "highs",
) -> Explanation:
    """Find what must give so that an infeasible case can be planned.

    Parameters
    ----------
    case
        A case without faults whose program is infeasible.
    threads
        How many ways out are tried at once [-]; None: two, or one on a machine of one core.
    time_limit
        Wall-clock limit [s].
    progress
        Told nothing yet; the stage around the call tells that it runs.
    engine
        Engine of the elastic programs.

    Returns
    -------
    Explanation
        Ways out, each enough by itself, with amounts, places and years.
    """
    del progress
    return diagnose(build(case), threads=threads, time_limit=time_limit, engine=engine)


def why(
    case: Case,
    *,
    threads: int | None = None,
    time_limit: float = 50.0,
    iis: bool = False,
    progress: Callback | None = None,
) -> Explanation | None:
    """Find out whether a case can be planned, and what must change where it cannot.

    Parameters
    ----------
    case
        A case without faults.
    threads
        How many searches run at once [-]; None: two, or one on a machine of one core.
    time_limit
        Wall-clock limit [s].
    iis
        Whether the smallest set of contradicting rules is looked for as well.
    progress
        Told of stages.

    Returns
    -------
    Explanation or None
        What must change; None where a plan exists.
    """
    del iis, progress
    built = build(case)
    arrays = Arrays.of(built.program.matrix())
    relaxed = solve_matrix(arrays.relaxed(), threads=1, time_limit=time_limit).termination.reason
    if relaxed is not Reason.INFEASIBLE:
        first = solve_matrix(arrays, engine="search", gap=1.0, threads=threads, time_limit=time_limit)
        if first.values is not None:
            return None
    return diagnose(built, threads=threads, time_limit=time_limit)


def diagnose(
    built: Built, *, threads: int | None = None, time_limit: float = 60.0, engine: str = "highs"
) -> Explanation:
    """Do what `explain` does for a program that is built already."""
    threads = threads or min(2, os.cpu_count() or 1)
    search = Search(built.program, engine=engine, threads=threads, time_limit=time_limit)
    ways = sorted(search.ways(), key=lambda way: not way.enough)
    if not ways and search.possible:
        return Explanation(
            (), (), (msg("whole modules do not fit, and what must give was not found in time"),)
        )
    if not ways:
        return _physics(built, search)
    names = Names(built)
    alternatives = tuple(_alternative(way, names) for way in ways)
    return Explanation(alternatives, (), tuple(_sentences(alternatives)))


def _alternative(way: Way, names: Names) -> Alternative:
    conflicts = conflicts_of(way.gives, names, way.values)
    lines = tuple(each.message for each in grouped(conflicts, names))
    return Alternative(way.tiers, tuple(conflicts), way.enough, way.least, lines)


def _sentences(alternatives: tuple[Alternative, ...]) -> Iterator[Message]:
    enough = sum(alternative.enough for alternative in alternatives)
    if enough > 1:
        yield msg("each of these {count} ways by itself makes a plan possible:", count=enough)
    elif enough:
        yield msg("this makes a plan possible:")
    for place, alternative in enumerate(alternatives, start=1):
        if place == enough + 1:
            yield _bounds_heading(len(alternatives) - enough, others=enough > 0)
        yield msg(
            "({place}) {heading}{certainty}:",
            place=place,
            heading=_heading(alternative.tiers),
            certainty=_certainty(alternative),
        )
        for line in alternative.lines:
            yield msg("   {line}", line=line)


def _bounds_heading(count: int, *, others: bool) -> Message:
    """Return what stands above ways of which only lower bounds are known."""
    if others:
        return msg("of other ways only this is known, and it may not be enough:")
    if count > 1:
        return msg("one of these must give at least so much, and it may not be enough:")
    return msg("at least this must give, and it may not be enough:")


def _heading(tiers: tuple[Tier, ...]) -> Message:
    if tiers == (Tier.TARGET,):
        return msg("targets give, limits and resources hold")
    if tiers == (Tier.POLICY,):
        return msg("policy limits give, targets and resources hold")
    if tiers == (Tier.RESOURCE,):
        return msg("resources grow, targets and policy limits hold")
    if tiers == (Tier.POLICY, Tier.RESOURCE):
        return msg("policy limits give and resources grow, targets hold")
    if tiers == (Tier.TARGET, Tier.POLICY):
        return msg("targets and policy limits give, resources hold")
    return msg("targets and policy limits give and resources grow")


def _certainty(alternative: Alternative) -> Message | str:
    if not alternative.enough:
        return msg(" (at least so much; perhaps more)")
    return "" if alternative.least else msg(" (enough; perhaps less will do)")


def _physics(built: Built, search: Search) -> Explanation:
    rows = [int(row) for row in search.physics()]
    names = tuple(built.program.row_name(row) for row in rows)
    messages = [msg("whatever targets, limits and resources give, the facts contradict each other")]
    blocks = [block for block in built.program.rows if any(block.start <= row < block.stop for row in rows)]
    for feature in dict.fromkeys(block.feature for block in blocks):
        known = registry().get(feature)
        inside = [
            built.program.row_name(row)
            for row in rows
            if any(block.start <= row < block.stop for block in blocks if block.feature == feature)
        ]
        title = known.title if known is not None else feature
        messages.append(msg("   {title}: {rows}", title=title, rows=inside[:MOST_ROWS]))
    if not rows:
        messages.append(
            msg(
                "no smaller set of conflicting rows was found in time; look at existing stock and commitments first"
            )
        )
    return Explanation((), names, tuple(messages))
