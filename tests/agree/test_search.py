"""The side-by-side search: its reformulations change nothing, its bounds are true, its limits hold."""

from __future__ import annotations

import math
import threading
from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from capplan.solution import Progress, Reason
from capplan.solvers import Arrays, improving, proving, solve_matrix
from capplan.solvers.bundles import with_bundles
from capplan.solvers.engine import Hooks, Request
from capplan.solvers.hubs import with_hubs
from capplan.solvers.neighbourhoods import KINDS, Neighbourhoods
from capplan.solvers.pool import Pool
from capplan.solvers.totals import with_totals
from capplan.solvers.turns import Turns

INF = math.inf


def siting(seed: int, zones: int = 12, sites: int = 9, *, most: float = 12.0) -> Arrays:
    """Return a siting program: zones are served by sites at a cost by place, halls of two sizes stand at sites.

    Sites stand in three places, so that routes of one zone to the sites of a place cost the same; three more rows limit
    the halls of each size in all and the racks in all.
    """
    rng = np.random.default_rng(seed)
    place = np.arange(sites) % 3
    by_place = rng.integers(1, 30, (zones, 3)).astype(float)
    reach = rng.random((zones, 3)) < 0.8
    reach[np.arange(zones), rng.integers(0, 3, zones)] = True
    zone, site = np.nonzero(reach[:, place])
    demand, size = rng.uniform(2, 12, zones).round(2), np.array([7.0, 25.0])
    arcs, halls = len(zone), 2 * sites
    at, kind = np.tile(np.arange(sites), 2), np.repeat([0, 1], sites)
    row = [zone, zones + site, zones + at, zones + sites + kind, np.full(halls, zones + sites + 2)]
    column = [np.arange(arcs), np.arange(arcs), *[arcs + np.arange(halls)] * 3]
    data = [np.ones(arcs), -np.ones(arcs), size[kind], np.ones(halls), size[kind]]
    height, width = zones + sites + 3, arcs + halls
    matrix = sparse.csr_matrix(
        (np.concatenate(data), (np.concatenate(row), np.concatenate(column))), shape=(height, width)
    )
    matrix.sort_indices()
    return Arrays(
        cost=np.concatenate(
            [
                by_place[zone, place[site]],
                (rng.uniform(50, 60, sites) + 0 * at.reshape(2, -1)).ravel() * (1 + 2 * kind),
            ]
        ),
        offset=5.0,
        indptr=matrix.indptr.astype(np.int64),
        indices=matrix.indices.astype(np.int64),
        data=matrix.data,
        row_lower=np.concatenate([demand, np.zeros(sites), [-INF, -INF, demand.sum() * 1.07]]),
        row_upper=np.concatenate([demand, np.full(sites, INF), [most, most, INF]]),
        column_lower=np.zeros(width),
        column_upper=np.concatenate([demand[zone], np.full(halls, 4.0)]),
        integer=np.arange(width) >= arcs,
    )


@pytest.mark.parametrize("seed", range(4))
def test_hubs_save_columns_and_keep_the_optimum(seed: int) -> None:
    arrays = siting(seed)
    hubs = with_hubs(arrays)
    assert hubs.trees
    assert hubs.arrays.width < arrays.width
    ours, plain = (solve_matrix(part, gap=1e-9, threads=1, in_process=True) for part in (hubs.arrays, arrays))
    assert ours.termination.primal_bound == pytest.approx(plain.termination.primal_bound)
    assert ours.values is not None
    assert plain.values is not None
    back = hubs.restricted(ours.values)
    assert arrays.objective(back) == pytest.approx(ours.termination.primal_bound)
    assert arrays.worst(arrays.rounded(back))[0] <= 1e-9
    forth = hubs.extended(plain.values)
    assert hubs.arrays.objective(forth) == pytest.approx(plain.termination.primal_bound)
    assert hubs.arrays.worst(forth)[0] <= 1e-9


def along_a_line(seed: int) -> Arrays:
    """Return a siting program whose routes all run along one line: tolls make one tree of what no two sources share.

    Every arc also enters a row of its own place, so that it has three entries and hubs need bundles.
    """
    base = siting(seed, zones=14, sites=12, most=30.0)
    rng = np.random.default_rng(seed)
    zone, site = rng.uniform(0, 40, 14), rng.uniform(0, 40, 12)
    matrix = sparse.csr_matrix(
        (base.data, base.indices, base.indptr), shape=(base.height, base.width)
    ).tocoo()
    arcs = int((~base.integer).sum())
    ends = matrix.tocsc().indices[: 2 * arcs].reshape(arcs, 2)
    left = ends[:, 1] - 14 < 6
    more = sparse.coo_matrix(
        (np.full(left.sum(), 0.5), (np.zeros(left.sum(), dtype=int), np.flatnonzero(left))),
        shape=(1, base.width),
    )
    whole = sparse.vstack([matrix, more]).tocsr()
    whole.sort_indices()
    cost = base.cost.copy()
    cost[:arcs] = np.abs(zone[ends[:, 0]] - site[ends[:, 1] - 14])
    return replace(
        base,
        cost=cost,
        indptr=whole.indptr.astype(np.int64),
        indices=whole.indices.astype(np.int64),
        data=whole.data,
        row_lower=np.append(base.row_lower, -INF),
        row_upper=np.append(base.row_upper, 0.2 * base.row_lower[:14].sum()),
    )


@pytest.mark.parametrize("seed", range(4))
def test_bundles_and_tolls_keep_the_optimum(seed: int) -> None:
    arrays = along_a_line(seed)
    bundles = with_bundles(arrays)
    hubs = with_hubs(bundles.arrays)
    assert bundles.sums.shape[0]
    assert any(tree.toll.any() for tree in hubs.trees)
    assert hubs.arrays.width < arrays.width
    ours, plain = (solve_matrix(part, gap=1e-9, threads=1, in_process=True) for part in (hubs.arrays, arrays))
    assert ours.termination.primal_bound == pytest.approx(plain.termination.primal_bound)
    assert ours.values is not None
    assert plain.values is not None
    back = bundles.restricted(hubs.restricted(ours.values))
    assert arrays.objective(back) == pytest.approx(ours.termination.primal_bound)
    assert arrays.worst(arrays.rounded(back))[0] <= 1e-9
    forth = hubs.extended(bundles.extended(plain.values))
    assert hubs.arrays.objective(forth) == pytest.approx(plain.termination.primal_bound)
    assert hubs.arrays.worst(forth)[0] <= 1e-9


@pytest.mark.parametrize("seed", range(4))
def test_totals_stand_in_for_sums_and_keep_the_optimum(seed: int) -> None:
    arrays = siting(seed)
    totals = with_totals(arrays)
    assert totals.sums.shape[0] == 2
    plain = solve_matrix(arrays, gap=1e-9, threads=1, in_process=True)
    assert plain.values is not None
    forth = totals.extended(plain.values)
    assert totals.arrays.worst(forth)[0] <= 1e-9
    assert totals.arrays.objective(forth) == pytest.approx(plain.termination.primal_bound)
    ours = solve_matrix(totals.arrays, gap=1e-9, threads=1, in_process=True)
    assert ours.values is not None
    assert ours.termination.primal_bound == pytest.approx(plain.termination.primal_bound)
    assert arrays.worst(totals.restricted(ours.values))[0] <= 1e-9


def test_a_program_without_flows_or_sums_stays_as_it_is() -> None:
    none = np.zeros(2)
    arrays = Arrays(
        none + 1,
        0.0,
        np.array([0, 2]),
        np.arange(2),
        none + 1,
        none[:1] + 1,
        none[:1] + 3,
        none,
        none + 2,
        none == 0,
    )
    assert with_hubs(arrays).arrays is arrays
    assert with_totals(arrays).arrays is arrays


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("seed", range(3))
def test_the_search_agrees_with_plain_highs(seed: int, threads: int) -> None:
    arrays = siting(seed)
    best = solve_matrix(arrays, gap=1e-9, threads=1, in_process=True).termination.primal_bound
    solution = solve_matrix(arrays, engine="search", gap=1e-6, threads=threads, seed=seed, in_process=True)
    end = solution.termination
    assert best is not None
    assert solution.values is not None
    assert end.primal_bound is not None
    assert end.dual_bound is not None
    assert end.reason is Reason.OPTIMAL
    assert end.primal_bound == pytest.approx(best, rel=2e-6)
    assert end.dual_bound <= best * (1 + 1e-9)
    assert arrays.worst(solution.values)[0] <= 1e-9


@pytest.mark.parametrize("threads", [1, 2])
def test_what_cannot_be_is_said(threads: int) -> None:
    solution = solve_matrix(siting(0, most=0.0), engine="search", threads=threads, in_process=True)
    assert solution.termination.reason is Reason.INFEASIBLE
    assert solution.values is None


@pytest.mark.parametrize("threads", [1, 2])
def test_a_time_limit_ends_it_with_a_true_bound(threads: int) -> None:
    arrays = siting(1, zones=60, sites=45, most=60.0)
    start = with_start(arrays)
    heard: list[Progress] = []
    solution = solve_matrix(
        arrays,
        engine="search",
        gap=0.0,
        time_limit=0.5,
        threads=threads,
        warm_start=start,
        progress=heard.append,
        in_process=True,
    )
    end = solution.termination
    assert end.reason in (Reason.TIME_LIMIT, Reason.OPTIMAL)
    assert end.primal_bound is not None
    assert end.primal_bound <= arrays.objective(start) * (1 + 1e-9)
    assert end.dual_bound is None or end.dual_bound <= end.primal_bound
    assert heard


def with_start(arrays: Arrays) -> np.ndarray:
    """Return values of a siting program with every hall that may stand at the first sites, and flows to match."""
    free = replace(arrays, integer=np.zeros(arrays.width, dtype=bool))
    solved = solve_matrix(arrays, gap=0.5, threads=1, in_process=True)
    assert solved.values is not None
    assert free.worst(solved.values)[0] <= 1e-9
    return solved.values


def test_a_stop_ends_both_searches_with_what_they_have() -> None:
    stop = threading.Event()
    arrays = siting(2, zones=60, sites=45, most=60.0)
    start = with_start(arrays)
    stop.set()
    solution = solve_matrix(
        arrays, engine="search", gap=0.0, threads=2, warm_start=start, stop=stop, in_process=True
    )
    assert solution.termination.reason in (Reason.INTERRUPTED, Reason.OPTIMAL)
    assert solution.values is not None


def test_turns_with_a_work_limit_are_repeatable() -> None:
    arrays = siting(3, zones=30, sites=24, most=40.0)
    first, second = (
        solve_matrix(arrays, engine="search", gap=0.0, threads=2, work_limit=3, seed=5, in_process=True)
        for _ in range(2)
    )
    assert first.values is not None
    assert second.values is not None
    assert (first.values == second.values).all()
    assert first.termination.dual_bound == second.termination.dual_bound


def test_one_thread_is_repeatable_and_bounded_from_the_start() -> None:
    arrays = siting(4, zones=30, sites=24, most=40.0)
    heard: list[list[Progress]] = [[], []]
    first, second = (
        solve_matrix(
            arrays, engine="search", gap=1e-3, threads=1, seed=7, in_process=True, progress=news.append
        )
        for news in heard
    )
    assert first.values is not None
    assert second.values is not None
    assert (first.values == second.values).all()
    assert first.termination.dual_bound == second.termination.dual_bound
    relaxed = solve_matrix(arrays.relaxed(), threads=1, in_process=True).termination.primal_bound
    assert relaxed is not None
    for news in heard:
        assert all(
            entry.dual_bound is not None and entry.dual_bound >= relaxed * (1 - 1e-9)
            for entry in news
            if entry.primal_bound is not None
        )


def test_two_searches_take_turns_until_one_leaves() -> None:
    turns, told = Turns("a", "b"), []

    def run(name: str, rounds: int) -> None:
        turns.wait(name)
        for number in range(rounds):
            told.append(f"{name}{number}")
            turns.hand_over(name)
        turns.leave(name)

    threads = [threading.Thread(target=run, args=given) for given in (("b", 4), ("a", 2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60.0)
    assert told == ["a0", "b0", "a1", "b1", "b2", "b3"]


def test_a_turn_says_how_much_work_the_other_left() -> None:
    turns = Turns("improve", "prove")
    improve, prove = turns.of("improve"), turns.of("prove")
    told = []

    def proving() -> None:
        for _ in range(2):
            prove.wait()
            told.append(prove.work)
            prove.hand_over()
        prove.leave()

    thread = threading.Thread(target=proving)
    thread.start()
    improve.hand_over(70)
    improve.hand_over(5)
    improve.leave()
    thread.join(timeout=60.0)
    assert (told, thread.is_alive()) == ([70, 5], False)


class Told:
    """A turn that notes what is left to the other search and never waits."""

    work = 0

    def __init__(self, pool: Pool) -> None:
        self.pool, self.left = pool, []

    def hand_over(self, work: int = 0) -> None:
        self.left.append(work)
        if len(self.left) == 12:
            self.pool.done.set()


def test_sub_problems_that_better_nothing_leave_multiples_of_their_work_to_the_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool = Pool(siting(3), Request("search", gap=0.0, threads=1), Hooks())
    turn = Told(pool)

    def around(self: improving._Search, *_given: object) -> bool:
        self.calls = 10
        return True

    monkeypatch.setattr(improving._Search, "around", around)
    improving.improve(pool, pool.arrays.integer.size, seed=0, turn=turn)
    assert turn.left == [50, *[60] * 11]


@pytest.mark.parametrize(("left", "calls"), [(0, proving.TURN_CALLS), (70, 70)])
def test_the_bound_hands_back_once_the_work_is_done(left: int, calls: int) -> None:
    turn = Told(Pool(siting(3), Request("search"), Hooks()))
    turn.work = left
    work = proving._Work(turn)
    for _ in range(2 * calls):
        work.done()
    assert len(turn.left) == 2


def test_every_kind_of_neighbourhood_frees_some_integers_only() -> None:
    arrays = siting(0)
    relaxed = np.where(arrays.integer, 0.5, 0.0)
    integers = np.flatnonzero(arrays.integer)
    draw = Neighbourhoods(arrays, relaxed, integers, seed=1)
    seen = set()
    for _ in range(60):
        kind, free = draw.draw(np.zeros(arrays.width), [relaxed * 2.0])
        seen.add(kind)
        assert free.any()
        assert not free[~arrays.integer].any()
        draw.learn(kind, improved=False, settled=True)
    assert seen == set(KINDS)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("others", [0, 1])
def test_every_kind_of_neighbourhood_is_tried_before_any_is_tried_often(seed: int, others: int) -> None:
    arrays = siting(0)
    relaxed = np.where(arrays.integer, 0.5, 0.0)
    draw = Neighbourhoods(arrays, relaxed, np.flatnonzero(arrays.integer), seed=seed)
    seen = []
    while not draw.all_tried:
        kind, _ = draw.draw(np.zeros(arrays.width), [relaxed * 2.0] * others)
        seen.append(kind)
        draw.learn(kind, improved=True, settled=True)
    assert set(KINDS) - {"crossover"} <= set(seen)
    assert len(seen) == len(set(seen)) or not others


def test_the_pool_keeps_the_best_and_closes_at_the_gap() -> None:
    arrays = siting(0)
    pool = Pool(arrays, Request("search", gap=0.1), Hooks())
    worse, better = np.full(arrays.width, 2.0), np.full(arrays.width, 1.0)
    assert pool.offer(worse)
    assert pool.offer(better)
    assert not pool.offer(worse)
    pool.raise_bound(arrays.objective(better) * 0.5)
    assert not pool.ended
    pool.raise_bound(arrays.objective(better) * 0.95)
    assert pool.closed
    assert pool.done.is_set()
    assert len(pool.best()[2]) == 1
