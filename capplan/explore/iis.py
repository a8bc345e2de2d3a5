"""The smallest set of rules that contradict each other, in planners' words.

The first phase of the simplex method, every row softened, gives an infeasible subset at once: the rows with a dual.
HiGHS makes it irreducible, in a process of its own; where it comes back empty, rows are deleted family by family and
then one by one, and what is not needed for the contradiction stays away (J. W. Chinneck, 2008, chapter 6.3).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from capplan.explore.iis_groups import told_by_kind
from capplan.features import registry
from capplan.messages import Message, Text, msg
from capplan.program import Tier
from capplan.solution import Reason
from capplan.solvers import conflicting_rows, solve_matrix
from capplan.solvers.elastic import only_rows, soften

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from capplan.build import Built
    from capplan.explore.names import Names
    from capplan.program import Rows
    from capplan.solvers import Arrays

__all__ = ["Clash", "Contradiction", "contradiction"]

DUAL = 1e-9
"""Duals above this part of the largest count [-]."""
LARGE = 3_000
"""Subsets of more rows are filtered by families first [rows]."""
PLACES = ("site_id", "region", "zone_id", "grid_node", "account_id", "offer_id")
FILES = {
    "target": ("targets.csv", "targets.{target_id}"),
    "account_limit": ("funding.csv", "funding.{account_id},{year}"),
    "grid_headroom": ("grid_nodes.csv", "grid_nodes.{region}"),
    "green_available": ("energy_offers.csv", "energy_offers.{region}"),
    "site_power": ("sites.csv", "sites.{site_id}"),
    "site_design_power": ("sites.csv", "sites.{site_id}"),
    "site_land": ("sites.csv", "sites.{site_id}"),
    "green_share": ("study.yaml", "features.green_share.share"),
    "edge_coverage": ("study.yaml", "features.edge_coverage.min_share"),
    "max_share": ("study.yaml", "features.shares.max_share"),
    "min_share": ("study.yaml", "features.shares.min_share"),
    "copies": ("classes.csv", "classes.{class_id}.copy_share"),
    "demand": ("demand_drivers.csv", "demand_drivers.{class_id}"),
    "pue_cap_count": ("study.yaml", "features.pue_cap.limit"),
    "pue_cap_converted": ("study.yaml", "features.pue_cap.limit"),
}
"""Input file and path of the rows that a planner can edit."""


@dataclass(frozen=True)
class Clash:
    """One row of a contradiction.

    Attributes
    ----------
    family, feature
        Its block of rows, and the rule that wrote it.
    name
        Readable name of the row.
    file, path
        Input file and the row or key in it; empty where no input bounds it.
    message
        The sentence.
    title
        What its kind of rule is called.
    place
        The prefecture, region or account that it is about; empty for the whole.
    year
        Its year; empty where it has none.
    """

    family: str
    feature: str
    name: str
    file: str
    path: str
    message: Message
    title: Text | str = ""
    place: Text | None = None
    year: str = ""


@dataclass(frozen=True)
class Contradiction:
    """Rules that cannot hold together.

    Attributes
    ----------
    clashes : tuple of Clash
        Rows that inputs bound.
    physics : mapping of str to int
        How many rows of each rule without an input of its own take part.
    smallest : bool
        Whether none of the rows is superfluous.
    """

    clashes: tuple[Clash, ...]
    physics: dict[str, int]
    smallest: bool

    @property
    def messages(self) -> tuple[Message, ...]:
        """The contradiction as sentences."""
        return tuple(self._told())

    def document(self, lang: str) -> dict[str, Any]:
        """Return it as JSON, sentences in ``lang``."""
        return {
            "smallest": self.smallest,
            "rows": [
                {
                    "family": each.family,
                    "row": each.name,
                    "file": each.file,
                    "path": each.path,
                    "place": "" if each.place is None else each.place.in_(lang),
                    "year": each.year,
                    "text": each.message.text(lang),
                }
                for each in self.clashes
            ],
            "rules": self.physics,
        }

    def _told(self) -> Iterator[Message]:
        if not self.clashes and not self.physics:
            yield msg(
                "no smaller set of conflicting rows was found in time; look at existing stock and commitments first"
            )
            return
        if self.smallest:
            yield msg("these cannot hold together, and without any one of them the others could:")
        else:
            yield msg("these cannot hold together; perhaps fewer of them already cannot:")
        yield from told_by_kind(self.clashes)
        for name, count in self.physics.items():
            feature = registry().get(name)
            yield msg("– {title}: {count} balances", title=feature.title if feature else name, count=count)


def contradiction(built: Built, arrays: Arrays, names: Names, *, seconds: float) -> Contradiction:
    """Find rows that cannot hold together.

    Parameters
    ----------
    built, arrays
        The program; its integers are relaxed.
    names
        Names of the data.
    seconds
        Wall-clock limit [s].
    """
    deadline = time.monotonic() + seconds
    rows = _support(arrays, deadline)
    smallest = False
    if len(rows):
        found = rows[
            conflicting_rows(
                only_rows(arrays, rows), time_limit=max(1.0, 0.5 * (deadline - time.monotonic()))
            )
        ]
        smallest = len(found) > 0
        if not smallest:
            found, smallest = _filtered(arrays, rows, _families(built, rows), deadline)
        rows = found
    clashes: list[Clash] = []
    physics: dict[str, int] = {}
    limits = set(built.data.table("limits")["limit"])
    for row in rows.tolist():
        block = next(block for block in built.program.rows if block.start <= row < block.stop)
        settable = block.name in FILES or block.name in limits
        if block.tier is Tier.PHYSICS or not settable:
            physics[block.feature] = physics.get(block.feature, 0) + 1
        else:
            clashes.append(_clash(built, names, block, row))
    return Contradiction(tuple(clashes), physics, smallest)


def _support(arrays: Arrays, deadline: float) -> NDArray[np.int64]:
    """Return the rows with a dual in the first phase; empty where the relaxation is feasible or time is up."""
    relaxed = arrays.relaxed()
    solution = solve_matrix(
        soften(relaxed), engine="highs-ipm", threads=1, time_limit=max(1.0, deadline - time.monotonic())
    )
    if solution.duals is None or (solution.termination.primal_bound or 0.0) <= DUAL:
        return np.array([], dtype=np.int64)
    size = np.abs(solution.duals)
    return np.flatnonzero(size > DUAL * max(float(size.max(initial=0.0)), 1e-12)).astype(np.int64)


def _families(built: Built, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    starts = np.array([block.stop for block in built.program.rows])
    return np.searchsorted(starts, rows, side="right").astype(np.int64)


def _filtered(
    arrays: Arrays, rows: NDArray[np.int64], family: NDArray[np.int64], deadline: float
) -> tuple[NDArray[np.int64], bool]:
    """Return rows of which families, then single rows, are deleted as long as the others still contradict each other."""
    relaxed = arrays.relaxed()

    def clash(kept: NDArray[np.int64]) -> bool:
        left = max(0.5, deadline - time.monotonic())
        solution = solve_matrix(only_rows(relaxed, kept), threads=1, time_limit=left)
        return solution.termination.reason is Reason.INFEASIBLE

    kept = rows
    for number in np.unique(family):
        if time.monotonic() > deadline:
            return kept, False
        mine = family[np.searchsorted(rows, kept)] == number
        if not mine.all() and clash(kept[~mine]):
            kept = kept[~mine]
    for row in kept.tolist():
        if time.monotonic() > deadline:
            return kept, False
        without = kept[kept != row]
        if len(without) and clash(without):
            kept = without
    return kept, True


def _clash(built: Built, names: Names, block: Rows, row: int) -> Clash:
    labels = {str(key): value for key, value in block.index.iloc[row - block.start].to_dict().items()}
    file, path = FILES.get(block.name, ("limits.csv", "limits.{limit},{region},{year}"))
    limit = next((each for each in built.limits if each.rows is block), None)
    bound, unit = None if limit is None else float(limit.bound[row - block.start]), block.unit
    if limit is not None and limit.share is not None:
        bound, unit = 100.0 * float(limit.share[row - block.start]), "%"
    given = {"limit": block.name, "region": "", "year": "", **labels}
    where = next((str(labels[key]) for key in PLACES if labels.get(key) not in (None, "")), "")
    feature = registry().get(block.feature)
    title: Text | str = feature.title if feature is not None else block.feature
    path = path.format(**given)
    fields = {
        "title": title,
        "place": names.text(where),
        "year": labels.get("year", ""),
        "file": file,
        "path": path,
    }
    if bound is None:
        message = msg("{title}: {place} {year} ({file}, {path})", **fields)
    else:
        message = msg(
            "{title}: {place} {year}, {bound} {unit} ({file}, {path})",
            bound=f"{bound:,.6g}",
            unit=unit,
            **fields,
        )
    return Clash(
        block.name,
        block.feature,
        built.program.row_name(row),
        file,
        path,
        message,
        title,
        names.text(names.prefecture(where)) if where else None,
        str(labels.get("year", "")),
    )
