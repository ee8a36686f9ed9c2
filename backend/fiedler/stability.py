"""How far clusters come back when only some of the rows are clustered: by cluster and by row."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler.edits.apply import EXCLUDED
from fiedler.edits.matching import compare_partitions, contingency_table, moved_rows
from fiedler.errors import TooFewRowsError
from fiedler.in_words import ToldInWords
from fiedler.parameters import ParameterError
from fiedler.progress import Report

RECOVERED, DISSOLVED = 0.75, 0.5
"""Jaccard indices from which on a cluster counts as found again, and up to which as gone (Hennig 2007)."""
_TRUSTED = 0.6


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Stability(ToldInWords):
    """How clusters fared in several rounds, each on another part of the rows.

    Attributes
    ----------
    clusters : (k,) float64
        Mean Jaccard index of each cluster with the most similar one of a round, on the rows of the round:
        from .75 on a cluster is stable, below .6 it should not be trusted. NaN when no round had a row of it.
    by_chance : (k,) float64
        The same when the labels of the rounds are shuffled among their rows: what a cluster of that size
        reaches in a partition that knows nothing.
    n_recovered, n_dissolved : (k,) int64
        Rounds with an index of at least .75, and of at most .5.
    rows : (n,) float64
        Of the rounds with a row, the share in which it was in the counterpart of its cluster; NaN when no
        round had it, or it is in no cluster.
    jaccard : (n_rounds, k) float64
    n_rounds : int
    n_sampled : int
        Rows of a round.
    cpu_seconds : float
        What all rounds took.

    References
    ----------
    Hennig (2007), "Cluster-wise assessment of cluster stability", sections 2 and 3 (subsetting).
    """

    clusters: NDArray[np.float64]
    by_chance: NDArray[np.float64]
    n_recovered: NDArray[np.int64]
    n_dissolved: NDArray[np.int64]
    rows: NDArray[np.float64]
    jaccard: NDArray[np.float64]
    n_rounds: int
    n_sampled: int
    cpu_seconds: float

    def __str__(self) -> str:
        lines = [f"{self.n_rounds} rounds of {self.n_sampled:,} rows each, {self.cpu_seconds:.1f} CPU s."]
        for cluster, index in enumerate(self.clusters):
            counts = f"found again in {self.n_recovered[cluster]} rounds, gone in {self.n_dissolved[cluster]}"
            indices = f"Jaccard {index:.2f}, by chance {self.by_chance[cluster]:.2f}"
            lines.append(f"Cluster {cluster}: {_verdict(index)} ({indices}; {counts}).")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return everything but ``rows`` and ``jaccard`` in JSON-safe form: NaN as None."""
        return {
            "clusters": [
                {
                    "cluster": cluster,
                    "verdict": _verdict(index),
                    "jaccard": None if np.isnan(index) else float(index),
                    "by_chance": None if np.isnan(index) else float(self.by_chance[cluster]),
                    "n_recovered": int(self.n_recovered[cluster]),
                    "n_dissolved": int(self.n_dissolved[cluster]),
                }
                for cluster, index in enumerate(self.clusters)
            ],
            "n_rounds": self.n_rounds,
            "n_sampled": self.n_sampled,
            "cpu_seconds": self.cpu_seconds,
        }


def subset_stability(
    labels: NDArray[np.uint16],
    recluster: Callable[[NDArray[np.int64], int], NDArray[np.uint16]],
    *,
    n_rounds: int,
    share: float,
    random_state: int,
    progress: Report | None = None,
) -> Stability:
    """Return how stable clusters are when parts of their rows are clustered anew.

    Parts are drawn without replacement: copies of rows, as a bootstrap has them, would be clusters of their
    own to a neighbour graph.

    Parameters
    ----------
    labels : (n,) uint16
        From 0 to k - 1; `fiedler.edits.apply.EXCLUDED` for rows in no cluster, which no round has.
    recluster : callable
        Given (m,) rows, ascending, and a seed; returns their (m,) labels. One call a round is the cost.
    n_rounds : int
        At least 1.
    share : float
        Of the rows that a round has, above 0 and below 1.
    random_state : int
    progress : callable, optional
        Told (fraction, message) before each round; an exception it raises ends the work.

    Raises
    ------
    ParameterError
        ``n_rounds`` or ``share`` is out of range.
    TooFewRowsError
        A round would have fewer rows than there are clusters.
    """
    if n_rounds < 1 or not 0 < share < 1:
        raise ParameterError(
            f"n_rounds is {n_rounds} and share {share}; required are at least one round and a share between "
            f"0 and 1."
        )
    inside = np.flatnonzero(labels != EXCLUDED)
    n_clusters, n_sampled = int(labels[inside].max()) + 1, int(share * len(inside))
    if n_sampled < max(2, n_clusters):
        raise TooFewRowsError(
            f"a round would have {n_sampled} rows for {n_clusters} clusters; at least one a cluster is "
            f"required; raise share, or ask for fewer clusters."
        )
    generator = np.random.default_rng(random_state)
    jaccard, chance = np.full((2, n_rounds, n_clusters), np.nan)
    n_drawn, n_kept = np.zeros((2, len(labels)), dtype=np.int64)
    started = time.process_time()
    for number in range(n_rounds):
        if progress is not None:
            progress(number / n_rounds, f"Clustering {n_sampled:,} rows anew, {number + 1} of {n_rounds}")
        rows = np.sort(generator.choice(inside, n_sampled, replace=False))
        found = recluster(rows, int(generator.integers(2**31 - 1)))
        before = labels[rows]
        jaccard[number] = largest_jaccard(before, found, n_clusters)
        chance[number] = largest_jaccard(before, generator.permutation(found), n_clusters)
        stayed = np.ones(len(rows), dtype=bool)
        stayed[moved_rows(before, found, compare_partitions(before, found))] = False
        n_drawn[rows] += 1
        n_kept[rows[stayed]] += 1
    return Stability(
        clusters=_means(jaccard),
        by_chance=_means(chance),
        n_recovered=np.count_nonzero(jaccard >= RECOVERED, axis=0),
        n_dissolved=np.count_nonzero(jaccard <= DISSOLVED, axis=0),
        rows=np.divide(n_kept, n_drawn, out=np.full(len(labels), np.nan), where=n_drawn > 0),
        jaccard=jaccard,
        n_rounds=n_rounds,
        n_sampled=n_sampled,
        cpu_seconds=time.process_time() - started,
    )


def largest_jaccard(
    first: NDArray[np.uint16], second: NDArray[np.uint16], n_clusters: int
) -> NDArray[np.float64]:
    """Return (n_clusters,) the Jaccard index of each first cluster with the second it is most like.

    NaN for clusters without a row.

    Parameters
    ----------
    first, second : (m,) uint16
        Two partitions of the same rows.
    n_clusters : int
        Clusters the first may have.
    """
    shared = contingency_table(first, second)
    unions = shared.sum(axis=1)[:, None] + shared.sum(axis=0) - shared
    found = np.full(n_clusters, np.nan)
    present = np.flatnonzero(shared.sum(axis=1))
    found[present] = (shared[present] / unions[present]).max(axis=1)
    return found


def _means(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the (k,) means of the (r, k) values that are numbers."""
    known = np.isfinite(values)
    counts = known.sum(axis=0)
    sums = np.where(known, values, 0.0).sum(axis=0)
    means: NDArray[np.float64] = np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)
    return means


def _verdict(index: float) -> str:
    if np.isnan(index):
        return "never drawn"
    if index >= RECOVERED:
        return "stable"
    return "doubtful" if index >= _TRUSTED else "not to be trusted"
