"""Better prices for whole blocks: the relaxation again, with cuts that hold within single blocks.

The prices of the linear relaxation are the best for fractions of modules, not for whole ones. Every block is given to
branch and bound at the present prices, up to the end of its root; the cuts found there that the relaxation violates are
added to it, and it is solved again from where it stands. A few rounds of this take most of what a bundle method over the
same blocks would (Geoffrion, 1974: the relaxation over all cuts of the blocks and the best prices give the same bound).

Only prices are taken from here. The bound that they give is worked out anew from the rows as they are
(`capplan.solvers.regional`), so that nothing rests on the cuts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from capplan.solvers import highs
from capplan.solvers.improving import listen
from capplan.solvers.parts import divided, matrix_of, narrowed
from capplan.solvers.proving import NO_HEURISTICS, options_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from capplan.solvers.arrays import Arrays
    from capplan.solvers.parts import Parts
    from capplan.solvers.pool import Pool

__all__ = ["Pricing"]

VIOLATED = 1e-6
"""Least violation of a cut that is added [unit of its row]."""
ROOT_SECONDS = 20.0
PLAIN: dict[str, object] = NO_HEURISTICS | {
    "presolve": "off",
    "mip_detect_symmetry": False,
    "mip_allow_restart": False,
    "mip_max_nodes": 1,
}
"""Options under which cuts speak of the columns as they are given."""

Cuts = tuple[sparse.csr_matrix, "NDArray[np.float64]", "NDArray[np.float64]"]


class Pricing:
    """A relaxation that gathers cuts of blocks.

    Parameters
    ----------
    pool
        Says when to end.
    arrays
        The program, with integer columns.
    model
        HiGHS with its relaxation, solved to a basis; costs scaled by the pool's scale. It is copied.
    most
        Integer columns of a block, at most [-].
    by_nodes
        Whether limits count nodes, not seconds.
    """

    def __init__(self, pool: Pool, arrays: Arrays, model: Any, most: int, *, by_nodes: bool) -> None:
        self.pool, self.by_nodes = pool, by_nodes
        self.arrays = replace(arrays, cost=arrays.cost * pool.scale, offset=arrays.offset * pool.scale)
        self.columns = matrix_of(arrays).tocsc()
        self.parts: Parts = divided(arrays, most)
        self.model = highs.loaded(self.arrays.relaxed(), {"solver": "simplex", "threads": 1})
        self.model.setBasis(model.getBasis())

    def better(self) -> NDArray[np.float64] | None:
        """Add a round of cuts; return the prices of the program's rows after it, None where nothing was added."""
        model = self.model
        listen(model, self.pool)
        if model.getModelStatus().name == "kNotset":
            model.run()
        solution = model.getSolution()
        values = np.array(solution.col_value, dtype=np.float64)
        prices = np.array(solution.row_dual, dtype=np.float64)[: self.arrays.height]
        coupling = np.where(self.parts.inner < 0, prices, 0.0)
        reduced = self.arrays.cost - self.columns.T @ coupling
        found = [cuts for number in range(self.parts.count) if (cuts := self._of(number, values, reduced))]
        if not found or self.pool.ended:
            return None
        rows = sparse.vstack([cuts[0] for cuts in found]).tocsr()
        lower, upper = (np.concatenate([cuts[side] for cuts in found]) for side in (1, 2))
        model.addRows(
            len(lower), lower, upper, len(rows.data),
            rows.indptr[:-1].astype(np.int32), rows.indices.astype(np.int32), rows.data,
        )  # fmt: skip
        model.run()
        if model.getModelStatus().name != "kOptimal":
            return None
        duals = np.array(model.getSolution().row_dual, dtype=np.float64)
        return duals[: self.arrays.height] / self.pool.scale

    def _of(self, number: int, values: NDArray[np.float64], reduced: NDArray[np.float64]) -> Cuts | None:
        """Return the cuts of a block that the relaxation's values violate, over all columns."""
        inside = np.flatnonzero(self.parts.block == number)
        if self.pool.ended or not self.arrays.integer[inside].any():
            return None
        part = narrowed(self.arrays, self.columns, inside, np.flatnonzero(self.parts.inner == number))
        found = self._root(replace(part, cost=reduced[inside]))
        if found is None:
            return None
        matrix, lower, upper = found
        activity = matrix @ values[inside]
        kept = np.flatnonzero(np.maximum(lower - activity, activity - upper) > VIOLATED)
        if not len(kept):
            return None
        some = matrix[kept].tocoo()
        shape = (len(kept), self.arrays.width)
        whole = sparse.csr_matrix((some.data, (some.row, inside[some.col])), shape=shape)
        return whole, lower[kept], upper[kept]

    def _root(self, part: Arrays) -> Cuts | None:
        """Run branch and bound up to the end of its root and return the cuts in use there, over its columns."""
        import highspy

        pool, kinds = self.pool, highspy.cb.HighsCallbackType
        seconds = pool.left() if self.by_nodes else min(ROOT_SECONDS, pool.left())
        model = highs.loaded(part, options_of(pool, pool.request.seed, gap=0.0, seconds=seconds) | PLAIN)
        found: list[Cuts] = []

        def heard(_kind: int, _message: str, out: Any, _into: Any, _data: object) -> None:
            lower = np.array(out.cutpool_lower, dtype=np.float64)
            start = np.array(out.cutpool_start, dtype=np.int64)
            index = np.array(out.cutpool_index, dtype=np.int64)
            if int(out.cutpool_num_col) != part.width or not len(lower):
                return
            start = start if len(start) > len(lower) else np.append(start, len(index))
            data = (np.array(out.cutpool_value, dtype=np.float64), index, start)
            rows = sparse.csr_matrix(data, shape=(len(lower), part.width))
            found.append((rows, lower, np.array(out.cutpool_upper, dtype=np.float64)))

        model.setCallback(heard, None)
        model.startCallback(kinds.kCallbackMipGetCutPool)
        model.run()
        return found[-1] if found else None
