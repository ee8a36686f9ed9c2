"""The graph that links rows to their clusters in several partitions, embedded through its clusters alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fiedler.edits.apply import EXCLUDED
from fiedler.ensembles.labelings import cluster_sizes
from fiedler.exact.embedding import ExactEmbedding
from fiedler.exact.facts import ExactFacts
from fiedler.parameters import ParameterError
from fiedler.row_blocks import single_blas_thread

_MOST_CLUSTERS = 5_000


def bipartite_embedding(
    columns: list[NDArray[np.uint16]], votes: NDArray[np.float64], n_components: int
) -> ExactEmbedding:
    """Return the rows' embedding: the mean of the vectors of their clusters.

    Rows have the affinity ``votes[v]`` to their cluster of partition v. With B these affinities and D their
    row sums, eigenvectors of the clusters' graph ``B' D^-1 B`` give those of the bipartite one.

    Parameters
    ----------
    columns : list of v (n,) uint16
        Partitions; `fiedler.edits.apply.EXCLUDED` for rows left out. Each row is in a cluster of one of them.
    votes : (v,) float64
        Positive.
    n_components : int
        Eigenvectors wanted; fewer are returned when there are fewer clusters in all.

    Raises
    ------
    ParameterError
        There are too many clusters for a dense eigenproblem.

    References
    ----------
    Fern and Brodley (2004), "Solving cluster ensemble problems by bipartite graph partitioning", section 4;
    Huang, Wang, Wu, Lai and Kwoh (2020), "Ultra-scalable spectral clustering and ensemble clustering", for
    the smaller eigenproblem.
    """
    counts = [int(cluster_sizes(column).size) for column in columns]
    starts = np.concatenate([[0], np.cumsum(counts)])
    n_all = int(starts[-1])
    if n_all > _MOST_CLUSTERS:
        raise ParameterError(
            f"the partitions have {n_all:,} clusters together; at most {_MOST_CLUSTERS:,} are possible; "
            f"give fewer or coarser ones."
        )
    known = [column != EXCLUDED for column in columns]
    row_sums = np.asarray(votes @ np.array(known, dtype=np.float64))
    affinity = np.zeros((n_all, n_all))
    for one, column in enumerate(columns):
        for other in range(one + 1):
            both = known[one] & known[other]
            cells = column[both].astype(np.int64) * counts[other] + columns[other][both]
            weights = votes[one] * votes[other] / row_sums[both]
            block = np.bincount(cells, weights, minlength=counts[one] * counts[other])
            block = block.reshape(counts[one], counts[other])
            places = slice(starts[one], starts[one + 1]), slice(starts[other], starts[other + 1])
            affinity[places] = block
            affinity[places[::-1]] = block.T
    roots = 1.0 / np.sqrt(affinity.sum(axis=1))
    with single_blas_thread():
        values, vectors = np.linalg.eigh(roots[:, None] * affinity * roots)
    n_kept = min(n_components, n_all)
    leading = (roots[:, None] * vectors[:, ::-1])[:, :n_kept]
    rows = np.zeros((len(columns[0]), n_kept))
    for place, column in enumerate(columns):
        rows[known[place]] += votes[place] * leading[starts[place] + column[known[place]].astype(np.int64)]
    facts = ExactFacts(
        n_components=1,
        component_sizes=(len(rows),),
        n_components_found=1,
        n_distinct=len(rows),
        n_neighbors=0,
        solver="dense",
        status="converged",
    )
    means = (rows / row_sums[:, None]).astype(np.float32)
    eigenvalues = np.maximum(1.0 - values[::-1][:n_kept], 0.0)
    return ExactEmbedding(means, eigenvalues, np.zeros(n_kept), facts, None)
