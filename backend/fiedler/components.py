"""Connected components of an affinity graph, found before any eigenvector is sought.

Every component adds one zero eigenvalue; iterative solvers starve on such multiplicities, and need not find
what is known: a component's null vector is the square root of its degrees.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph


@dataclass(frozen=True, slots=True)
class Components:
    """Connected components, those large enough to be clusters kept.

    Attributes
    ----------
    labels : (n,) int32
        The kept component of each row, 0 the largest; -1 for rows of components too small to keep.
    sizes : (n_kept,) int64
        Rows of each kept component, descending.
    n_found : int
        All connected components, the small ones included.
    """

    labels: NDArray[np.int32]
    sizes: NDArray[np.int64]
    n_found: int


def smallest_kept_size(n_samples: int) -> int:
    """Return how many rows a component needs to count as one.

    A twentieth of the rows up to 20, a five-hundredth above 10,000 rows, never more than 100; at least 5. A
    handful of outliers that only know each other would otherwise be the first cluster of every partition.
    """
    return max(5, min(20, n_samples // 20), min(100, n_samples // 500))


def connected_components(
    affinity: sparse.csr_array, smallest: int = 1, row_counts: NDArray[np.int64] | None = None
) -> Components:
    """Find the connected components of a symmetric graph and keep those of at least ``smallest`` rows.

    When none is that large, all are kept.

    Parameters
    ----------
    affinity : csr_array of shape (n, n)
    smallest : int
    row_counts : (n,) int64, optional
        How many rows each vertex stands for; 1 when omitted.
    """
    n_found, labels = csgraph.connected_components(affinity, directed=False)
    weights = None if row_counts is None else row_counts.astype(np.float64)
    sizes = np.bincount(labels, weights=weights, minlength=n_found).astype(np.int64)
    kept = np.flatnonzero(sizes >= smallest)
    if kept.size == 0:
        kept = np.arange(n_found)
    # Largest first; components of one size in the order of their first row.
    kept = kept[np.argsort(-sizes[kept], kind="stable")]
    numbers = np.full(n_found, -1, np.int32)
    numbers[kept] = np.arange(len(kept))
    return Components(labels=numbers[labels], sizes=sizes[kept], n_found=int(n_found))
