"""Trunk: shortest paths and trench diversity, against Menger's flow and by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse import csgraph

from capplan import trunk

if TYPE_CHECKING:
    from numpy.typing import NDArray

NAMES = ["a", "b", "c", "d", "e"]


def node_table(names: list[str] | None = None) -> pd.DataFrame:
    """Return a node table with ids only."""
    return pd.DataFrame({"node_id": NAMES if names is None else names})


def route_table(rows: list[tuple[str, str, float, str]]) -> pd.DataFrame:
    """Return a route table of (from, to, km, corridor)."""
    return pd.DataFrame(rows, columns=["from_node", "to_node", "route_km", "corridor"])


@st.composite
def route_tables(draw: st.DrawFn) -> pd.DataFrame:
    """Draw up to nine routes between five nodes, every second one in a shared trench that starts at node
    a.
    """
    pairs = draw(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), min_size=1, max_size=9))
    km = draw(st.lists(st.integers(1, 300), min_size=len(pairs), max_size=len(pairs)))
    rows = [
        (a, b, float(d), f"own {i}") for i, ((a, b), d) in enumerate(zip(pairs, km, strict=True)) if a != b
    ]
    shared = draw(st.sets(st.sampled_from(NAMES[1:])))
    return route_table(rows + [("a", name, 50.0, "shared") for name in sorted(shared)])


def disjoint_paths(routes: pd.DataFrame, start: str, end: str) -> int:
    """Trench-disjoint paths between two nodes by maximum flow, a trench being a passage of capacity one."""
    trenches = sorted(set(routes["corridor"]))
    number = {name: i for i, name in enumerate(NAMES)}
    into = {name: len(NAMES) + 2 * i for i, name in enumerate(trenches)}
    arcs = {(into[name], into[name] + 1): 1 for name in trenches}
    for row in routes.itertuples():
        for node in (row.from_node, row.to_node):
            arcs[number[str(node)], into[str(row.corridor)]] = 9
            arcs[into[str(row.corridor)] + 1, number[str(node)]] = 9
    size = len(NAMES) + 2 * len(trenches)
    capacity: NDArray[np.int32] = np.array(list(arcs.values()), dtype=np.int32)
    start_at, end_at = (np.array(ends, dtype=np.int32) for ends in zip(*arcs, strict=True))
    graph = sparse.csr_array((capacity, (start_at, end_at)), shape=(size, size))
    return int(csgraph.maximum_flow(graph, number[start], number[end]).flow_value)


def test_shortest_paths_by_hand() -> None:
    """The detour over b is shorter than the direct route; d is cut off; of parallel routes the shorter
    counts.
    """
    routes = route_table(
        [("a", "c", 120.0, ""), ("a", "b", 70.0, ""), ("b", "a", 50.0, ""), ("c", "b", 60.0, "")]
    )
    found = trunk.trunk_paths(node_table(["a", "b", "c", "d"]), routes)
    assert found.km[0].tolist() == pytest.approx([0.0, 50.0, 110.0, np.inf])
    assert found.routers[0, :3].tolist() == [1, 2, 3]


def test_of_equal_paths_the_one_with_fewer_routers_is_taken() -> None:
    """100 km direct and 50 + 50 km over b: two routers, not three."""
    routes = route_table([("a", "b", 50.0, ""), ("b", "c", 50.0, ""), ("a", "c", 100.0, "")])
    found = trunk.trunk_paths(node_table(["a", "b", "c"]), routes)
    assert found.routers[0, 2] == 2
    assert found.km[0, 2] == pytest.approx(100.0)


@given(route_tables(), st.permutations(NAMES))
def test_relabelling_changes_nothing(routes: pd.DataFrame, order: list[str]) -> None:
    """Another order of the nodes, and of the routes, gives the same paths and the same diversity."""
    first, second = (
        trunk.trunk_paths(node_table(), routes),
        trunk.trunk_paths(node_table(order), routes[::-1]),
    )
    moved = [order.index(name) for name in NAMES]
    np.testing.assert_allclose(second.km[np.ix_(moved, moved)], first.km, atol=1e-6)
    np.testing.assert_array_equal(second.routers[np.ix_(moved, moved)], first.routers)
    diverse = trunk.route_diverse(node_table(order), routes[::-1]).loc[NAMES, NAMES]
    pd.testing.assert_frame_equal(diverse, trunk.route_diverse(node_table(), routes))


@given(route_tables())
def test_trunk_distance_is_a_metric(routes: pd.DataFrame) -> None:
    """Symmetric, zero on the diagonal, and no detour over a third node is shorter."""
    km = trunk.trunk_paths(node_table(), routes).km
    np.testing.assert_allclose(km, km.T)
    assert np.diagonal(km).tolist() == [0.0] * len(NAMES)
    detour = (km[:, :, None] + km[None, :, :]).min(axis=1)
    assert (km <= detour + 1e-4).all()


@given(route_tables().filter(lambda routes: len(routes) > 0))
def test_diversity_is_maximum_flow(routes: pd.DataFrame) -> None:
    """Two trench-disjoint paths exist exactly where the flow through unit trenches is at least two."""
    diverse = trunk.route_diverse(node_table(), routes).to_numpy()
    for i, start in enumerate(NAMES):
        for j, end in enumerate(NAMES[:i]):
            assert diverse[i, j] == (disjoint_paths(routes, start, end) >= 2)


def test_a_shared_trench_is_no_second_path() -> None:
    """Two routes in one trench fail together; routes without a corridor lie alone."""
    names = ["a", "b"]
    together = route_table([("a", "b", 10.0, "rail"), ("a", "b", 12.0, "rail")])
    assert not trunk.route_diverse(node_table(names), together).loc["a", "b"]
    apart = route_table([("a", "b", 10.0, ""), ("a", "b", 12.0, "")])
    assert trunk.route_diverse(node_table(names), apart).loc["a", "b"]
    assert trunk.route_diverse(node_table(names), together).loc["b", "b"]


def test_nodes_without_any_route_are_not_diverse() -> None:
    """Without routes only a node and itself are together."""
    found = trunk.route_diverse(node_table(["a", "b"]), route_table([]))
    assert found.to_numpy().tolist() == [[True, False], [False, True]]
