"""Which integer columns a neighbourhood search frees, chosen from the program's structure alone.

Kinds: ``kernel`` frees columns in use, by the incumbent or the linear relaxation; ``rins`` those on which the two differ;
``crossover`` those on which good solutions differ; ``near`` those that share short rows with a random one; each frees a
share of the others besides, at random. A kind's share shrinks after a sub-problem that ran out of its limit and grows
after one that was settled without improvement; each is tried once, then kinds that improve are drawn more often.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from capplan.solvers.arrays import Arrays

__all__ = ["KINDS", "Neighbourhoods"]

KINDS = ("kernel", "rins", "crossover", "near")
FIRST_SHARES = (0.1, 0.15, 0.25, 0.4)
DIFFERENT = 0.4
"""Distance from which two values of an integer column differ [-]."""
GROW, SHRINK = 1.3, 0.7
LEAST_SHARE, MOST_SHARE = 0.02, 0.95
SHORT_ROW = 400
"""Rows of more coefficients join everything and tell nothing of nearness [-]."""


@dataclass
class Neighbourhoods:
    """Draws sets of columns to free; a random stream of its own makes a run repeatable.

    Attributes
    ----------
    arrays : Arrays
        The program.
    relaxed : ndarray
        A solution of its linear relaxation, shape (columns,).
    integers : ndarray
        Column numbers of what may be fixed or freed.
    seed : int
        Seed of the random stream [-].
    """

    arrays: Arrays
    relaxed: NDArray[np.float64]
    integers: NDArray[np.int64]
    seed: int
    _share: dict[str, float] = field(default_factory=lambda: dict(zip(KINDS, FIRST_SHARES, strict=True)))
    _worth: dict[str, float] = field(default_factory=lambda: dict.fromkeys(KINDS, 1.0))
    _untried: set[str] = field(default_factory=lambda: set(KINDS))

    def __post_init__(self) -> None:
        """Prepare the random stream and the graph of columns that share rows."""
        self.random = np.random.default_rng(self.seed)
        self._links = _links(self.arrays)
        self._movable = np.zeros(self.arrays.width, dtype=np.bool_)
        self._movable[self.integers] = True

    @property
    def all_tried(self) -> bool:
        """Whether every kind had a sub-problem; crossover has none before there are two good solutions."""
        return self._untried <= {"crossover"}

    def draw(
        self, incumbent: NDArray[np.float64], others: Sequence[NDArray[np.float64]]
    ) -> tuple[str, NDArray[np.bool_]]:
        """Return a kind and the columns it frees, shape (columns,).

        Parameters
        ----------
        incumbent
            The best values, shape (columns,).
        others
            Other good values, each of shape (columns,).
        """
        kinds = KINDS if self.all_tried else self._untried
        weight = np.array([self._worth[kind] * (kind in kinds) for kind in KINDS])
        kind = KINDS[int(self.random.choice(len(KINDS), p=weight / weight.sum()))]
        if kind == "crossover" and not others:
            kind = "kernel"
        free = np.zeros(self.arrays.width, dtype=np.bool_)
        if kind == "kernel":
            used = np.maximum(incumbent, self.relaxed) > self.arrays.column_lower + DIFFERENT / 10.0
            free[self.integers] = used[self.integers]
        elif kind == "rins":
            free[self.integers] = np.abs(incumbent - self.relaxed)[self.integers] > DIFFERENT
        elif kind == "crossover":
            other = others[int(self.random.integers(len(others)))]
            free[self.integers] = np.abs(incumbent - other)[self.integers] > DIFFERENT
        if kind == "near":
            free[self._near(self._share[kind])] = True
        else:
            free[self.integers[self.random.random(len(self.integers)) < self._share[kind]]] = True
        return kind, free

    def learn(self, kind: str, *, improved: bool, settled: bool) -> None:
        """Adapt a kind's size and chance to what became of its sub-problem."""
        factor = 1.0 if improved else GROW if settled else SHRINK
        self._share[kind] = float(np.clip(self._share[kind] * factor, LEAST_SHARE, MOST_SHARE))
        self._worth[kind] = 0.8 * self._worth[kind] + (1.0 if improved else 0.1)
        self._untried.discard(kind)

    def _near(self, share: float) -> NDArray[np.int64]:
        """Return about a share of the integer columns, those fewest rows away from a random one."""
        wanted = min(len(self.integers), max(2, int(share * len(self.integers))))
        found = np.zeros(self.arrays.width, dtype=np.bool_)
        found[self.random.choice(self.integers)] = True
        while found[self.integers].sum() < wanted:
            reached = (self._links.T @ ((self._links @ found) > 0)) > 0
            fresh = np.flatnonzero(reached & ~found)
            if not len(fresh):
                found[self.random.choice(self.integers)] = True
                continue
            room = max(1, wanted - int(found[self.integers].sum()))
            whole = fresh[self._movable[fresh]]
            if len(whole) > room:
                found[self.random.permutation(whole)[:room]] = True
                break
            found[fresh] = True
        return np.flatnonzero(found & self._movable)


def _links(arrays: Arrays) -> sparse.csr_matrix:
    """Return the pattern of the short rows, shape (rows, columns)."""
    lengths = np.diff(arrays.indptr)
    pattern = sparse.csr_matrix(
        (np.ones(len(arrays.data)), arrays.indices, arrays.indptr), shape=(arrays.height, arrays.width)
    )
    return pattern[np.flatnonzero(lengths <= SHORT_ROW)]
