"""The trunk: shortest fibre paths between its nodes, and which nodes two diverse paths join.

A trench (corridor) is what one digger or flood can cut: its routes fail together. Two nodes are *route
diverse* when two paths between them share no trench.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Trunk", "components", "ends", "positions", "route_diverse", "trunk_paths"]

_TIE_KM: Final = 1e-6
"""Length that one more route counts when equal paths are told apart [km]."""


@dataclass(frozen=True)
class Trunk:
    """Shortest trunk paths between nodes.

    Arrays have shape (node, node): `km` [km], inf where there is no path; `routers` passed, both ends included [1].
    """

    node_id: pd.Index[str]
    km: NDArray[np.float64]
    routers: NDArray[np.int32]


def positions(node_id: pd.Index[str], wanted: pd.Series[str]) -> NDArray[np.int64]:
    """Positions of nodes among the node ids.

    Parameters
    ----------
    node_id
        Ids of all nodes.
    wanted
        Ids looked for.

    Returns
    -------
    ndarray
        Position of each, -1 where a node is unknown [1]; shape (len(wanted),).

    Examples
    --------
    >>> positions(pd.Index(["a", "b"]), pd.Series(["b", "x"])).tolist()
    [1, -1]
    """
    return np.asarray(node_id.get_indexer(pd.Index(wanted.astype(str))), dtype=np.int64)


def ends(node_id: pd.Index[str], routes: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Positions of the two ends of every route.

    Parameters
    ----------
    node_id
        Ids of all nodes.
    routes
        from_node, to_node.

    Returns
    -------
    tuple of ndarray
        Positions of the start and of the end of each route, -1 where unknown [1]; shape (route,).

    Examples
    --------
    >>> routes = pd.DataFrame({"from_node": ["a"], "to_node": ["b"]})
    >>> [end.tolist() for end in ends(pd.Index(["a", "b"]), routes)]
    [[0], [1]]
    """
    return positions(node_id, routes["from_node"]), positions(node_id, routes["to_node"])


def _graph(
    size: int, start: NDArray[np.int64], end: NDArray[np.int64], km: NDArray[np.float64]
) -> sparse.csr_array:
    """Symmetric weights of the shortest route between each pair of nodes [km]; unknown ends are left out."""
    known = (start >= 0) & (end >= 0)
    pairs = pd.DataFrame({"a": start[known], "b": end[known], "km": km[known]})
    both = pd.concat([pairs, pairs.rename(columns={"a": "b", "b": "a"})])
    best = both.groupby(["a", "b"])["km"].min()
    rows = best.index.get_level_values("a").to_numpy(dtype=np.int32)
    columns = best.index.get_level_values("b").to_numpy(dtype=np.int32)
    return sparse.csr_array((best.to_numpy(dtype=np.float64), (rows, columns)), shape=(size, size))


def trunk_paths(nodes: pd.DataFrame, routes: pd.DataFrame) -> Trunk:
    """Shortest paths between all nodes over the routes (Dijkstra, 1959, doi:10.1007/BF01386390).

    Parameters
    ----------
    nodes
        node_id.
    routes
        from_node, to_node, route_km [km]; either direction; of parallel routes the shortest counts.

    Returns
    -------
    Trunk
        km [km] and routers passed, both ends included (1 from a node to itself) [1]; shape (node, node).

    Examples
    --------
    >>> nodes = pd.DataFrame({"node_id": ["a", "b", "c"]})
    >>> routes = pd.DataFrame({"from_node": ["a", "b"], "to_node": ["b", "c"], "route_km": [40.0, 60.0]})
    >>> trunk = trunk_paths(nodes, routes)
    >>> trunk.km[0].tolist(), trunk.routers[0].tolist()
    ([0.0, 40.0, 100.0], [1, 2, 3])
    """
    node_id = pd.Index(nodes["node_id"].astype(str))
    start, end = ends(node_id, routes)
    km = routes["route_km"].to_numpy(dtype=np.float64) + _TIE_KM
    graph = _graph(len(node_id), start, end, km)
    distance, before = csgraph.dijkstra(graph, directed=False, return_predecessors=True)
    hops = _hops(np.asarray(before, dtype=np.int64))
    return Trunk(node_id, np.maximum(distance - hops * _TIE_KM, 0.0), (hops + 1).astype(np.int32))


def _hops(before: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count the routes on the path from each node (row) to each node (column) from predecessors."""
    size = len(before)
    source = np.arange(size)[:, None]
    here = np.broadcast_to(np.arange(size), (size, size))
    hops = np.zeros((size, size), dtype=np.int64)
    while True:
        step = before[source, here]
        moving = step >= 0
        if not moving.any():
            return hops
        hops += moving
        here = np.where(moving, step, here)


def components(size: int, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    """Parts of an undirected graph that hang together.

    Parameters
    ----------
    size
        Number of nodes.
    start, end
        Positions of the ends of each route, -1 for an unknown node.

    Returns
    -------
    ndarray
        Number of the part of every node [1]; shape (size,).

    Examples
    --------
    >>> components(3, np.array([0]), np.array([2])).tolist()
    [0, 1, 0]
    """
    known = (start >= 0) & (end >= 0)
    links = (start[known].astype(np.int32), end[known].astype(np.int32))
    graph = sparse.csr_array((np.ones(int(known.sum())), links), shape=(size, size))
    _, label = csgraph.connected_components(graph, directed=False)
    return np.asarray(label, dtype=np.int64)


def route_diverse(nodes: pd.DataFrame, routes: pd.DataFrame) -> pd.DataFrame:
    """Say between which nodes two paths exist that share no trench.

    By Menger's theorem for hypergraphs (a trench joins all the nodes its routes touch) two trench-disjoint
    paths exist exactly when no single trench, taken out with all its routes, separates the two nodes. So one
    pass over the trenches decides all pairs at once. This reads a corridor as routes that hang together;
    where they do not, losing the corridor is still survived, though the two paths need not be disjoint
    throughout.

    Parameters
    ----------
    nodes
        node_id.
    routes
        from_node, to_node, corridor: routes of one corridor lie in one trench; a route without corridor lies
        alone.

    Returns
    -------
    DataFrame
        bool, index and columns node_id; true on the diagonal, where no trunk is needed.

    Examples
    --------
    >>> nodes = pd.DataFrame({"node_id": ["a", "b", "c", "d"]})
    >>> routes = pd.DataFrame({
    ...     "from_node": ["a", "b", "c", "c"],
    ...     "to_node": ["b", "c", "a", "d"], "corridor": ["p", "q", "r", "s"]})
    >>> route_diverse(nodes, routes).loc["a"].tolist()
    [True, True, True, False]
    """
    node_id = pd.Index(nodes["node_id"].astype(str), name="node_id")
    start, end = ends(node_id, routes)
    trench = _trenches(routes)
    survives = np.ones((len(node_id), len(node_id)), dtype=bool)
    for cut in [-1, *np.unique(trench)]:
        left = trench != cut
        label = components(len(node_id), start[left], end[left])
        survives &= label[:, None] == label
    return pd.DataFrame(survives, index=node_id, columns=node_id)


def _trenches(routes: pd.DataFrame) -> NDArray[np.int64]:
    """Return the number of every route's trench, shape (route,); a route without corridor gets its own."""
    name = routes["corridor"].fillna("").astype(str).to_numpy(dtype=object)
    alone = np.asarray(name == "", dtype=bool)
    number, _ = pd.factorize(name)
    trench = np.asarray(number, dtype=np.int64)
    trench[alone] = trench.max(initial=0) + 1 + np.arange(int(alone.sum()))
    return trench
