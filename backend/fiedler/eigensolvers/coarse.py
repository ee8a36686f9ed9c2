"""A graph of aggregates that stands for a larger one: its eigenvectors are where a block iteration starts.

A row and its links become one vertex of the coarse graph. The operator there is what is left of the fine one
on vectors that are ``D^(1/2)`` times a constant in each aggregate, and it is the normalized affinity of the
graph of summed weights: so it is solved like any other, again from a coarser one.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

from fiedler.eigensolvers.protocol import EigenProblem


@dataclass(frozen=True, slots=True)
class CoarseProblem:
    """The eigenproblem of a graph's aggregates, and the way back.

    Attributes
    ----------
    problem : EigenProblem
        Of m aggregates.
    aggregate : (n,) int32
        The aggregate of each row.
    shares : (n,) float64
        The unit vector of each aggregate at its rows: proportional to the null vector.
    """

    problem: EigenProblem
    aggregate: NDArray[np.int32]
    shares: NDArray[np.float64]

    def prolonged(self, vectors: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return (n, q) vectors of the rows from (m, q) vectors of the aggregates; lengths stay."""
        return np.asarray(vectors[self.aggregate] * self.shares[:, None], dtype=np.float32)


def coarse_problem(problem: EigenProblem) -> CoarseProblem:
    """Return the eigenproblem of aggregates of linked rows, about a twelfth as many with ten neighbours.

    References
    ----------
    Vanek, Mandel and Brezina (1996), "Algebraic multigrid by smoothed aggregation for second and fourth order
    elliptic problems", section 3 (aggregates); the restriction is of the same authors' tentative kind.
    """
    links, null = problem.normalized_affinity, problem.null_vector
    aggregate, n_aggregates = _aggregates(links.indptr, links.indices, links.data)
    root_masses = np.sqrt(np.bincount(aggregate, null**2, minlength=n_aggregates))
    shares = null / root_masses[aggregate]
    rows = np.repeat(np.arange(len(null)), np.diff(links.indptr))
    weights = links.data * shares[rows] * shares[links.indices]
    between = (aggregate[rows], aggregate[links.indices])
    coarse = sparse.coo_array((weights, between), shape=(n_aggregates, n_aggregates)).tocsr()
    return CoarseProblem(
        dataclasses.replace(
            problem, normalized_affinity=coarse, null_vector=root_masses / np.linalg.norm(root_masses)
        ),
        aggregate,
        shares,
    )


@njit(cache=True, nogil=True)
def _aggregates(bounds, columns, values):  # type: ignore[no-untyped-def]
    """Return (n,) int32 aggregates of rows, and how many there are.

    In the order of rows, one most of whose links are still free becomes an aggregate with those; a row left
    over joins the aggregate it is linked to most strongly.
    """
    n_rows = bounds.shape[0] - 1
    aggregate = np.full(n_rows, -1, np.int32)
    size = 0
    for i in range(n_rows):
        if aggregate[i] >= 0:
            continue
        n_free = 0
        for e in range(bounds[i], bounds[i + 1]):
            n_free += aggregate[columns[e]] < 0
        if 2 * n_free < bounds[i + 1] - bounds[i]:
            continue
        aggregate[i] = size
        for e in range(bounds[i], bounds[i + 1]):
            if aggregate[columns[e]] < 0:
                aggregate[columns[e]] = size
        size += 1
    for i in range(n_rows):
        if aggregate[i] >= 0:
            continue
        strongest = -1.0
        for e in range(bounds[i], bounds[i + 1]):
            if aggregate[columns[e]] >= 0 and values[e] > strongest:
                strongest = values[e]
                aggregate[i] = aggregate[columns[e]]
        if aggregate[i] < 0:
            aggregate[i] = size
            size += 1
    return aggregate, size
