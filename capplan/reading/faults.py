"""A collector of faults that keeps their order and shortens endless repetitions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from capplan.errors import Fault, nearest_name
from capplan.messages import Message, msg

REPEATS = 100
"""How many faults of one kind in one column are listed one by one."""


class Faults:
    """All faults found so far."""

    def __init__(self) -> None:
        self._all: list[Fault] = []

    def __len__(self) -> int:
        """Return how many faults there are."""
        return len(self._all)

    def add(
        self,
        file: str,
        problem: Message,
        remedy: Message,
        *,
        row: int | None = None,
        column: str = "",
        value: object = "",
        nearest: str | None = None,
    ) -> None:
        """Add one fault; long values are cut."""
        shown = " ".join(str(value).split())
        shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
        self._all.append(Fault(file, row, column, shown, problem, remedy, nearest))

    def add_unknown(
        self,
        file: str,
        what: Message,
        name: str,
        known: Iterable[str],
        *,
        row: int | None = None,
        column: str = "",
        near: bool = True,
        meant: str | None = None,
    ) -> None:
        """Add a fault for a name that is not known, with what was meant or is nearest unless ``near`` is False."""
        names = list(known)
        listed = ", ".join(names[:_LISTED]) + (", …" if len(names) > _LISTED else "")
        self.add(
            file,
            msg("{what} is not known", what=what),
            msg("use one of: {known}", known=listed) if names else msg("none is defined; define it first"),
            row=row,
            column=column,
            value=name,
            nearest=(meant or nearest_name(name, names)) if near else None,
        )

    def extend(self, faults: Iterable[Fault]) -> None:
        """Add faults found elsewhere."""
        self._all.extend(faults)

    def listed(self) -> list[Fault]:
        """Return the faults by file and row, each once; beyond `REPEATS` alike only their number is said."""
        unique = list(dict.fromkeys(self._all))
        seen: Counter[tuple[str, str, str]] = Counter()
        kept: list[Fault] = []
        for fault in sorted(unique, key=lambda item: (item.file, item.row or 0)):
            kind = (fault.file, fault.column, fault.problem.template)
            seen[kind] += 1
            if seen[kind] <= REPEATS:
                kept.append(fault)
        return kept + [_rest(kind, count) for kind, count in seen.items() if count > REPEATS]


_SHOWN = 80
_LISTED = 12


def _rest(kind: tuple[str, str, str], count: int) -> Fault:
    file, column, _ = kind
    problem = msg("{count} more faults of the same kind", count=count - REPEATS)
    return Fault(file, None, column, "", problem, msg("correct the first ones and check again"))
