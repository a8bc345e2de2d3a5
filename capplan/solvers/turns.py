"""Turns: of two searches in threads one runs while the other waits, so that who hears what when depends on no clock.

A search hands over where it likes and goes on when the other hands back, or when that has left for good.
"""

from __future__ import annotations

import threading

__all__ = ["Turns"]

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
    >>> turns.leave("improve")
    >>> turns.wait("prove")
    """

    def __init__(self, first: str, second: str) -> None:
        self._other = {first: second, second: first}
        self._turn = first
        self._gone: set[str] = set()
        self._changed = threading.Condition()

    def wait(self, name: str) -> None:
        """Return when it is the turn of `name`, or the other has left."""
        with self._changed:
            while self._turn != name and self._other[name] not in self._gone:
                self._changed.wait(POLL_SECONDS)

    def hand_over(self, name: str) -> None:
        """Let the other run until it hands back."""
        with self._changed:
            self._turn = self._other[name]
            self._changed.notify_all()
        self.wait(name)

    def leave(self, name: str) -> None:
        """Let the other run for good."""
        with self._changed:
            self._gone.add(name)
            self._turn = self._other[name]
            self._changed.notify_all()
