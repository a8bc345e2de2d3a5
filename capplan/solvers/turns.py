"""Turns: of two searches in threads one runs while the other waits, so that who hears what when depends on no clock.

A search hands over where it likes and goes on when the other hands back, or when that has left for good. With its turn
it may leave the other an amount of work to do first, counted in calls back of HiGHS: about one for each relaxation
that a sub-problem solves, so that both sides count alike and no clock decides.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

__all__ = ["Turn", "Turns"]

POLL_SECONDS = 0.5


class Turns:
    """Whose turn it is; safe for two threads.

    Parameters
    ----------
    first
        The name of the one that begins.
    second
        The other.

    Examples
    --------
    >>> turns = Turns("improve", "prove")
    >>> prove = turns.of("prove")
    >>> turns.of("improve").leave()
    >>> prove.wait()
    >>> prove.work
    0
    """

    def __init__(self, first: str, second: str) -> None:
        self._other = {first: second, second: first}
        self._turn = first
        self._gone: set[str] = set()
        self._work = {first: 0, second: 0}
        self._changed = threading.Condition()

    def wait(self, name: str) -> None:
        """Return when it is the turn of `name`, or the other has left."""
        with self._changed:
            while self._turn != name and self._other[name] not in self._gone:
                self._changed.wait(POLL_SECONDS)

    def of(self, name: str) -> Turn:
        """Return the side of `name`."""
        return Turn(self, name)

    def work(self, name: str) -> int:
        """Return the work that `name` was left to do in its present turn [calls back]."""
        with self._changed:
            return self._work[name]

    def hand_over(self, name: str, work: int = 0) -> None:
        """Let the other run until it hands back, which it should not do before so much work [calls back]."""
        with self._changed:
            self._turn = self._other[name]
            self._work[self._other[name]] = work
            self._changed.notify_all()
        self.wait(name)

    def leave(self, name: str) -> None:
        """Let the other run for good."""
        with self._changed:
            self._gone.add(name)
            self._turn = self._other[name]
            self._changed.notify_all()


@dataclass(frozen=True)
class Turn:
    """One search's side of the turns; see `Turns`."""

    turns: Turns
    name: str

    @property
    def work(self) -> int:
        """The work to do before handing back [calls back]."""
        return self.turns.work(self.name)

    def wait(self) -> None:
        """Return when it is this search's turn."""
        self.turns.wait(self.name)

    def hand_over(self, work: int = 0) -> None:
        """Let the other do so much work [calls back] and wait."""
        self.turns.hand_over(self.name, work)

    def leave(self) -> None:
        """Let the other run for good."""
        self.turns.leave(self.name)
