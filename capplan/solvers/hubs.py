r"""Hubs: flows between many sources and many sinks routed over few nodes, exactly.

Where columns are arcs of a bipartite graph (continuous, at least zero, one entry in a source's row, one in a sink's),
and the costs at which a source *a* reaches the sinks *b* of a cluster *t* are one cost of *a* and one toll of each *b*,
its arcs into *t* may be one::

    x[a,b], b in t   ->   entry[a,t],  with  sum_a entry[a,t] + flow[parent,t] = sum_{children u} flow[t,u]
    cost[a,b]         =   cost of entry[a,t] + tolls of the flows from t down to b

So it is wherever all ways into a part of a network pass one node. Clusters form a tree over the sinks, built from how
alike their columns are but for a constant (average linkage). A source enters at the largest clusters that it reaches
so; no new connection arises and none is lost. Values of the arcs follow by mixing: what enters a node leaves it in the
proportions of its outflows. Solutions and costs are those of the program without hubs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.cluster import hierarchy
from scipy.sparse import csgraph
from scipy.spatial import distance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.solvers.arrays import Arrays

__all__ = ["Hubs", "with_hubs"]

LEAST_ARCS = 60
"""Smallest graph worth a tree [arcs]."""
LARGEST_SIDE = 3000
"""Largest number of sinks that are clustered [-]."""
MOST_PAIRED = 2e8
"""Largest number of pairs of sinks times sources that are compared one by one [-]."""
WORTH = 0.8
"""Number of new columns over that of the arcs they replace, at most [ratio]."""
EQUAL = 1e-12
"""Distance, relative to the larger, within which two costs are one [ratio]."""
NONE = -1
"""No arc, no cluster."""
PAIR = 2
"""Entries of an arc."""


@dataclass(frozen=True)
class _Graph:
    """Arcs of one bipartite graph: `arc[a,b]` is a column or -1, `label[a,b]` numbers its cost in `costs` or is -1.

    Every arc has the entry `out` in its source's row and `into` in its sink's row.
    """

    sources: NDArray[np.int64]
    sinks: NDArray[np.int64]
    arc: NDArray[np.int64]
    label: NDArray[np.int64]
    costs: NDArray[np.float64]
    out: float
    into: float


@dataclass(frozen=True)
class _Tree:
    """A tree over a graph's sinks: nodes 0..n-1 are the sinks, clusters follow; children come before parents.

    `parent` [node or -1] and the `toll` of the flow from it, `inside[t,u]`: u is below t; `holds[t,b]`: sink b is t or
    below it; `source` and `node` of every entry, and its `cost`. Clusters that nobody enters are left out: their
    children hang from the next one above.
    """

    graph: _Graph
    parent: NDArray[np.int64]
    toll: NDArray[np.float64]
    inside: NDArray[np.bool_]
    holds: NDArray[np.bool_]
    source: NDArray[np.int64]
    node: NDArray[np.int64]
    cost: NDArray[np.float64]

    @property
    def flows(self) -> NDArray[np.int64]:
        """Nodes into which something flows from their parent."""
        return np.flatnonzero(self.parent != NONE)

    @property
    def hubs(self) -> NDArray[np.int64]:
        """Clusters in use."""
        return np.unique(self.parent[self.flows])

    @property
    def size(self) -> int:
        """Number of columns: entries and flows."""
        return len(self.node) + len(self.flows)

    def gathered(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return entries, then flows, from the values of the original's columns."""
        arc = np.where(self.graph.arc == NONE, 0.0, values[self.graph.arc])
        below = arc @ self.holds.T.astype(float)
        enters = np.zeros(below.shape)
        enters[self.source, self.node] = 1.0
        passing = ((enters @ self.inside.astype(float)) * below).sum(axis=0)
        return np.concatenate([below[self.source, self.node], passing[self.flows]])

    def spread(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the arcs [source, sink] from entries, then flows: what enters a node leaves it mixed."""
        content = np.zeros((len(self.graph.sources), len(self.parent)))
        content[self.source, self.node] = values[: len(self.node)]
        flow = np.zeros(len(self.parent))
        flow[self.flows] = values[len(self.node) :]
        for node in self.flows[::-1]:
            above = content[:, self.parent[node]]
            total = above.sum()
            if total > 0:
                content[:, node] += above * (max(flow[node], 0.0) / total)
        return content[:, : len(self.graph.sinks)]


@dataclass(frozen=True)
class Hubs:
    """A program with hubs, and the way between its values and those of the program it came from.

    Attributes
    ----------
    arrays : Arrays
        The program: kept columns first, in their order, then entries and flows of every tree.
    kept : ndarray
        Columns of the original that stay.
    width : int
        Number of columns of the original.
    """

    arrays: Arrays
    kept: NDArray[np.int64]
    width: int
    trees: tuple[_Tree, ...] = ()

    def extended(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return values of the program with hubs from those of the original, shape (columns,)."""
        return np.concatenate([values[self.kept], *(tree.gathered(values) for tree in self.trees)])

    def restricted(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return values of the original's columns from those of the program with hubs, shape (width,)."""
        full = np.zeros(self.width)
        full[self.kept] = values[: len(self.kept)]
        at = len(self.kept)
        for tree in self.trees:
            known = tree.graph.arc != NONE
            full[tree.graph.arc[known]] = tree.spread(values[at : at + tree.size])[known]
            at += tree.size
        return full


def with_hubs(arrays: Arrays) -> Hubs:
    """Route the flows of a program over hubs, where that saves columns."""
    trees = tuple(tree for graph in _graphs(arrays) if (tree := _tree(graph)) is not None)
    replaced = np.zeros(arrays.width, dtype=np.bool_)
    for tree in trees:
        replaced[tree.graph.arc[tree.graph.arc != NONE]] = True
    kept = np.flatnonzero(~replaced)
    return Hubs(_routed(arrays, kept, trees) if trees else arrays, kept, arrays.width, trees)


def _graphs(arrays: Arrays) -> list[_Graph]:
    """Return the bipartite graphs of a program's arcs."""
    matrix = sparse.csr_matrix(
        (arrays.data, arrays.indices, arrays.indptr), shape=(arrays.height, arrays.width)
    )
    by_column = matrix.tocsc()
    by_column.sort_indices()
    plain = (np.diff(by_column.indptr) == PAIR) & ~arrays.integer & (arrays.column_lower == 0.0)
    column = np.flatnonzero(plain)
    first = by_column.indptr[column]
    ends = np.stack([by_column.indices[first], by_column.indices[first + 1]]).astype(np.int64)
    entries = np.stack([by_column.data[first], by_column.data[first + 1]])
    loose = _unbounded(arrays, matrix, column, ends, entries)
    column, ends, entries = column[loose], ends[:, loose], entries[:, loose]
    found: list[_Graph] = []
    _, alike = np.unique(entries, axis=1, return_inverse=True)
    for kind in range(int(alike.max(initial=-1)) + 1):
        mine = np.flatnonzero(alike.ravel() == kind)
        links = sparse.coo_matrix(
            (np.ones(len(mine)), tuple(ends[:, mine])), shape=(arrays.height, arrays.height)
        )
        _, part = csgraph.connected_components(links, directed=False)
        owner = part[ends[0, mine]]
        order = np.argsort(owner, kind="stable")
        for group in np.split(mine[order], np.flatnonzero(np.diff(owner[order])) + 1):
            if len(group) >= LEAST_ARCS:
                graph = _graph(arrays.cost, column[group], ends[:, group], entries[:, group[0]])
                found.extend([graph] if graph is not None else [])
    return found


def _unbounded(
    arrays: Arrays,
    matrix: sparse.csr_matrix,
    column: NDArray[np.int64],
    ends: NDArray[np.int64],
    entries: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Say which columns have no upper bound, or one that a row of theirs implies."""
    upper = arrays.column_upper[column]
    negative = (matrix.data < 0) | (arrays.column_lower[matrix.indices] < 0)
    row = np.repeat(np.arange(arrays.height), np.diff(arrays.indptr))
    limit = np.where(
        np.bincount(row, weights=negative, minlength=arrays.height) > 0, np.inf, arrays.row_upper
    )
    implied = np.where(entries > 0, limit[ends] / entries, np.inf).min(axis=0)
    loose: NDArray[np.bool_] = np.isinf(upper) | (upper >= implied * (1.0 - 1e-12))
    return loose


def _graph(
    cost: NDArray[np.float64],
    column: NDArray[np.int64],
    ends: NDArray[np.int64],
    entries: NDArray[np.float64],
) -> _Graph | None:
    """Return the graph of some arcs; None where a row is source and sink, or two arcs join the same rows."""
    sources, a = np.unique(ends[0], return_inverse=True)
    sinks, b = np.unique(ends[1], return_inverse=True)
    if len(np.intersect1d(sources, sinks)) or not 1 < len(sinks) <= LARGEST_SIDE:
        return None
    if len(np.unique(a * len(sinks) + b)) < len(column):
        return None
    costs, code = np.unique(cost[column], return_inverse=True)
    arc = np.full((len(sources), len(sinks)), NONE, dtype=np.int64)
    label = arc.copy()
    arc[a, b], label[a, b] = column, code
    return _Graph(sources, sinks, arc, label, costs, float(entries[0]), float(entries[1]))


def _tree(graph: _Graph) -> _Tree | None:
    """Cluster a graph's sinks by how alike their arcs are; None where that saves too little."""
    count = len(graph.sinks)
    cost = np.where(graph.label == NONE, np.nan, graph.costs[graph.label])
    merges = hierarchy.linkage(_apart(cost), method="average")[:, :2].astype(int)
    cost = np.concatenate([cost, np.full((len(graph.sources), len(merges)), np.nan)], axis=1)
    holds = np.zeros((count + len(merges), count), dtype=np.bool_)
    holds[:count] = np.eye(count, dtype=np.bool_)
    above = np.full(count + len(merges), NONE, dtype=np.int64)
    toll = np.zeros(count + len(merges))
    for number, (left, right) in enumerate(merges, start=count):
        step, agreed = _usual(cost[:, left] - cost[:, right])
        toll[left], toll[right] = max(step, 0.0), max(-step, 0.0)
        cost[agreed, number] = cost[agreed, left] - toll[left]
        holds[number] = holds[left] | holds[right]
        above[left] = above[right] = number
    enters = ~np.isnan(cost)
    enters[:, above != NONE] &= np.isnan(cost[:, above[above != NONE]])
    source, node = np.nonzero(enters)
    parent, inside, toll = _contracted(above, toll, np.bincount(node, minlength=len(above)) > 0, count)
    tree = _Tree(graph, parent, toll, inside, holds, source, node, cost[source, node])
    return tree if tree.size <= WORTH * int((graph.arc != NONE).sum()) else None


def _usual(difference: NDArray[np.float64]) -> tuple[float, NDArray[np.bool_]]:
    """Return the commonest of some differences, and which are equal to it; nan is none."""
    known = np.sort(difference[~np.isnan(difference)])
    if not len(known):
        return 0.0, np.zeros(len(difference), dtype=np.bool_)
    near = EQUAL * max(1.0, float(np.abs(known).max()))
    edge = np.concatenate([[0], np.flatnonzero(np.diff(known) > near) + 1, [len(known)]])
    longest = int(np.argmax(np.diff(edge)))
    step = float(known[edge[longest]])
    return step, np.abs(np.nan_to_num(difference, nan=np.inf) - step) <= near


def _apart(cost: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for all pairs of sinks the part of the sources to which they are not alike but for a constant [ratio]."""
    missing = np.isnan(cost)
    if cost.shape[1] * cost.size > MOST_PAIRED:
        steps = np.where(missing, -np.inf, cost - np.nanmin(cost, axis=0))
        codes = np.unique(steps.round(6), return_inverse=True)[1].reshape(steps.shape)
        return np.asarray(distance.pdist(codes.T.astype(float), metric="hamming"))
    apart = []
    for sink in range(cost.shape[1] - 1):
        both = (missing[:, sink + 1 :] & missing[:, [sink]]).sum(axis=0)
        difference = np.sort(cost[:, [sink]] - cost[:, sink + 1 :], axis=0)
        near = EQUAL * np.maximum(1.0, np.nan_to_num(np.abs(difference)).max(axis=0))
        run = np.where(np.isnan(difference[0]), 0.0, 1.0)
        longest = run
        for step in np.diff(difference, axis=0):
            run = np.where(step <= near, run + 1.0, np.where(np.isnan(step), 0.0, 1.0))
            longest = np.maximum(longest, run)
        apart.append(1.0 - (longest + both) / len(cost))
    return np.concatenate(apart)


def _contracted(
    above: NDArray[np.int64], toll: NDArray[np.float64], entered: NDArray[np.bool_], count: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.float64]]:
    """Return every node's next entered cluster above, which nodes in use are below which, and the tolls from there."""
    parent = np.full(len(above), NONE, dtype=np.int64)
    inside = np.zeros((len(above), len(above)), dtype=np.bool_)
    total = toll.copy()
    for node in range(len(above) - 2, -1, -1):
        up = int(above[node])
        parent[node] = up if entered[up] else parent[up]
        total[node] += 0.0 if entered[up] else total[up]
    used = entered.copy()
    used[:count] = True
    parent[~used] = NONE
    for node in np.flatnonzero(parent != NONE)[::-1]:
        inside[:, node] = inside[:, parent[node]]
        inside[parent[node], node] = True
    return parent, inside, total


def _routed(arrays: Arrays, kept: NDArray[np.int64], trees: tuple[_Tree, ...]) -> Arrays:
    """Return the program in which trees stand for the arcs."""
    matrix = sparse.csr_matrix(
        (arrays.data, arrays.indices, arrays.indptr), shape=(arrays.height, arrays.width)
    )
    base = matrix[:, kept].tocoo()
    rows, columns, data = [base.row.astype(np.int64)], [base.col.astype(np.int64)], [base.data]
    cost = [arrays.cost[kept]]
    height, width = arrays.height, len(kept)
    for tree in trees:
        hubs, graph, entries = tree.hubs, tree.graph, len(tree.node)
        at = np.concatenate([graph.sinks, np.full(len(tree.parent) - len(graph.sinks), NONE)])
        at[hubs] = height + np.arange(len(hubs))
        weight = np.ones(len(tree.parent))
        weight[: len(graph.sinks)] = graph.into
        into = np.concatenate([tree.node, tree.flows])
        leaving = np.concatenate([graph.sources[tree.source], at[tree.parent[tree.flows]]])
        sign = np.concatenate([np.full(entries, graph.out), np.full(len(tree.flows), -1.0)])
        number = width + np.arange(tree.size)
        rows += [leaving, at[into]]
        columns += [number, number]
        data += [sign, weight[into]]
        cost.append(np.concatenate([tree.cost, tree.toll[tree.flows]]))
        height, width = height + len(hubs), width + tree.size
    fresh, balance = width - len(kept), height - arrays.height
    csr = sparse.csr_matrix(
        (np.concatenate(data), (np.concatenate(rows), np.concatenate(columns))), shape=(height, width)
    )
    csr.sort_indices()
    return replace(
        arrays,
        cost=np.concatenate(cost),
        indptr=csr.indptr.astype(np.int64),
        indices=csr.indices.astype(np.int64),
        data=csr.data,
        row_lower=np.concatenate([arrays.row_lower, np.zeros(balance)]),
        row_upper=np.concatenate([arrays.row_upper, np.zeros(balance)]),
        column_lower=np.concatenate([arrays.column_lower[kept], np.zeros(fresh)]),
        column_upper=np.concatenate([arrays.column_upper[kept], np.full(fresh, np.inf)]),
        integer=np.concatenate([arrays.integer[kept], np.zeros(fresh, dtype=np.bool_)]),
    )
