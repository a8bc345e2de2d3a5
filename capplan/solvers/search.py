"""Two searches side by side: one for better values, one for the bound, each with a HiGHS of its own.

The program is first given `capplan.solvers.bundles`, `capplan.solvers.hubs` and `capplan.solvers.totals`, which change
neither its solutions nor its cost. One thread runs the whole of it through branch and bound and
proves the bound; the others find values: rounding the linear relaxation, then neighbourhood search with sub-problems.
Each hears of the other's progress: values become the incumbent of branch and bound, and when the best values and the
bound are near enough, all end. The bound is that of branch and bound over the whole program, nothing else.

With one thread, or with a work limit, the searches take turns, one waiting while the other runs, and hand over after
amounts of work, never seconds: runs with a seed are then repeatable. A sub-problem that bettered nothing is answered by
as much work on the bound, and by a multiple of it when several in a row did. With more threads the values may differ
from run to run; the gap asked for holds for all of them.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from capplan.solution import Progress, Reason
from capplan.solvers import highs, regional
from capplan.solvers.bundles import Bundles, with_bundles
from capplan.solvers.engine import Capabilities, Outcome
from capplan.solvers.hubs import Hubs, with_hubs
from capplan.solvers.improving import improve
from capplan.solvers.pool import Pool
from capplan.solvers.proving import prove
from capplan.solvers.totals import Totals, with_totals
from capplan.solvers.turns import Turns

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from capplan.solvers.arrays import Arrays
    from capplan.solvers.engine import Hooks, Request
    from capplan.solvers.turns import Turn

ENGINES = {
    "search": Capabilities(
        library="highspy",
        remedy="pip install highspy",
        mip_start=True,
        progress=True,
        incumbents=True,
        repeatable=False,
        work_unit="branch-and-bound nodes",
    )
}

POLL_SECONDS = 0.05
IMPROVER, PROVER = "improver", "prover"


def present(_engine: str) -> bool:
    """Whether the engine is there once its library is."""
    return True


def run(
    arrays: Arrays,
    request: Request,
    warm_start: NDArray[np.float64] | None,
    hooks: Hooks,
) -> Outcome:
    """Solve by search; see `capplan.solvers.engine.Adapter`. A program without integers goes to HiGHS as it is."""
    if not arrays.integer.any():
        return highs.run(arrays, request, warm_start, hooks)
    if int(arrays.integer.sum()) > regional.LARGE:
        return regional.run(arrays, request, warm_start, hooks)
    bundles = with_bundles(arrays)
    hubs = with_hubs(bundles.arrays)
    totals = with_totals(hubs.arrays)
    pool = Pool(totals.arrays, request, hooks)
    if warm_start is not None:
        pool.offer(totals.extended(hubs.extended(bundles.extended(warm_start))))
    search = _Search(bundles, hubs, totals, pool)
    if request.threads > 1 and request.work_limit is None:
        search.side_by_side()
    else:
        search.by_turns()
    return search.outcome()


class _Search:
    """The two searches over one pool."""

    def __init__(self, bundles: Bundles, hubs: Hubs, totals: Totals, pool: Pool) -> None:
        self.bundles, self.hubs, self.totals, self.pool = bundles, hubs, totals, pool
        self.ends: list[tuple[Reason, str, str]] = []
        self.faults: list[str] = []

    def side_by_side(self) -> None:
        """One thread proves, the others improve; this one tells of it."""
        seed = self.pool.request.seed
        prover = threading.Thread(target=self._guarded, args=(self._prove,), daemon=True)
        helpers = [
            threading.Thread(
                target=self._guarded,
                args=(self._improve, seed + number, number == 0),
                daemon=True,
            )
            for number in range(self.pool.request.threads - 1)
        ]
        for thread in (prover, *helpers):
            thread.start()
        while prover.is_alive():
            prover.join(POLL_SECONDS)
            self._tell()
        self.pool.done.set()
        for thread in helpers:
            thread.join()
        self._tell()

    def by_turns(self) -> None:
        """One runs at a time: first values, then bound and values in turn, handed over after fixed amounts of work."""
        turns = Turns(IMPROVER, PROVER)
        prover = threading.Thread(
            target=self._guarded,
            args=(self._prove_in_turn, turns.of(PROVER)),
            daemon=True,
        )
        improver = threading.Thread(
            target=self._guarded,
            args=(self._improve_in_turn, turns.of(IMPROVER)),
            daemon=True,
        )
        for thread in (improver, prover):
            thread.start()
        while prover.is_alive():
            prover.join(POLL_SECONDS)
            self._tell()
        self.pool.done.set()
        improver.join()
        self._tell()

    def _prove_in_turn(self, turn: Turn) -> None:
        try:
            turn.wait()
            self.ends.append(prove(self.pool, turn=turn))
        finally:
            turn.leave()

    def _improve_in_turn(self, turn: Turn) -> None:
        try:
            improve(self.pool, self.totals.width, seed=self.pool.request.seed, turn=turn)
        finally:
            turn.leave()

    def outcome(self) -> Outcome:
        """Return the best values and the bound, and why the searches ended."""
        pool = self.pool
        values, _, _ = pool.best()
        reason, status, version = self.ends[0] if self.ends else (Reason.FAILED, "no bound was proved", "")
        if pool.closed:
            reason, status = Reason.OPTIMAL, "values and bound met"
        elif pool.hooks.stop.is_set():
            reason = Reason.INTERRUPTED
        elif reason is Reason.INTERRUPTED:
            reason = Reason.TIME_LIMIT
        return Outcome(
            reason=reason,
            values=None if values is None else self._restricted(values),
            dual_bound=highs.usable_bound(pool.dual),
            nodes=pool.nodes,
            detail="; ".join([status, *self.faults]),
            version=version,
        )

    def _restricted(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.bundles.restricted(self.hubs.restricted(self.totals.restricted(values)))

    def _prove(self) -> None:
        self.ends.append(prove(self.pool))

    def _improve(self, seed: int, first: bool) -> None:  # noqa: FBT001 - a thread's target takes no keywords
        improve(self.pool, self.totals.width, seed=seed, first=first)

    def _guarded(self, run: object, *arguments: object) -> None:
        """Run a search; what goes wrong in one is told and does not stop the other."""
        try:
            run(*arguments)  # type: ignore[operator]
        except Exception as error:  # noqa: BLE001 - a search that fails must not take the plan with it
            self.faults.append(f"a search failed: {error}")

    def _tell(self) -> None:
        """Pass on the newest values and bounds, in this thread."""
        newest, news = None, False
        while not self.pool.news.empty():
            values = self.pool.news.get()
            newest, news = (newest if values is None else values), True
        hooks = self.pool.hooks
        if newest is not None:
            hooks.improve(self._restricted(newest))
        if news:
            primal, dual = (
                highs.usable_bound(self.pool.primal),
                highs.usable_bound(self.pool.dual),
            )
            hooks.report(Progress(hooks.seconds, primal, dual))
