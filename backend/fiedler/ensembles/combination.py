"""The partition that several have in common: cut from their bipartite graph, or the best supported one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fiedler.consensus.agreement import support
from fiedler.edits.agreement import adjusted_rand_index
from fiedler.edits.apply import EXCLUDED
from fiedler.edits.errors import ComparisonError
from fiedler.edits.matching import compare_partitions, contingency_table, moved_rows
from fiedler.ensembles.bipartite import bipartite_embedding
from fiedler.ensembles.labelings import UNPLACED, checked_weights, cluster_sizes, numbered_labels
from fiedler.in_words import ToldInWords
from fiedler.numbering import number_by_size
from fiedler.parameters import ParameterError
from fiedler.rounding import SAMPLE_ROWS, round_embedding, sample_rows

EnsembleMethod = Literal["graph", "medoid"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Ensemble(ToldInWords):
    """What several partitions of the same rows have in common.

    Attributes
    ----------
    labels : (n,) int32
        From 0 by descending size, ties by first row; -1 for rows that no partition places.
    n_clusters : int
    method : {"graph", "medoid"}
    agreement : (v, v) float64
        Adjusted Rand index of every two partitions, on the rows both place.
    agreement_with_result : (v,) float64
        Of each with ``labels``.
    supports : (v,) float64
        In [0, 1]: weighted mean of the squared agreement with all partitions, itself included.
    medoid : int
        Number of the best supported partition.
    confidence : (n,) float64
        Of the partitions that place a row, the share with it in the counterpart of its cluster, by weight;
        NaN where no partition does.
    """

    labels: NDArray[np.int32]
    n_clusters: int
    method: EnsembleMethod
    agreement: NDArray[np.float64]
    agreement_with_result: NDArray[np.float64]
    supports: NDArray[np.float64]
    medoid: int
    confidence: NDArray[np.float64]

    def __str__(self) -> str:
        mean = float(self.agreement_with_result.mean())
        return (
            f"{self.n_clusters} clusters out of {len(self.supports)} partitions, which agree with them by "
            f"{mean:.2f} in the mean (adjusted Rand index); partition {self.medoid} has the most support, "
            f"{self.supports[self.medoid]:.2f}."
        )


def ensemble(
    labelings: Iterable[ArrayLike],
    n_clusters: int | None = None,
    *,
    method: EnsembleMethod = "graph",
    weights: Sequence[float] | None = None,
    random_state: int = 0,
) -> Ensemble:
    """Return one partition that several partitions of the same rows support.

    "graph": rows are linked to the clusters they are in, and this bipartite graph is cut spectrally, through
    an eigenproblem as large as there are clusters. "medoid": the partition given that agrees most with the
    others, as it is; it is the safer choice when most of them are right.

    Parameters
    ----------
    labelings : iterable of v array-likes of shape (n,)
        Whole numbers or text, numbered in any way, with any number of clusters; -1, None or NaN where a
        partition leaves a row out.
    n_clusters : int, optional
        By "graph"; as many as the best supported partition has when None.
    method : {"graph", "medoid"}
    weights : sequence of v float, optional
        How much each partition counts, above 0; alike when omitted.
    random_state : int
        Seed of k-means.

    Raises
    ------
    ComparisonError
        There is no partition, their lengths differ, or two place no row in common.
    ParameterError
        ``n_clusters``, ``method`` or ``weights`` is out of range.

    References
    ----------
    Fern and Brodley (2004), "Solving cluster ensemble problems by bipartite graph partitioning".

    Examples
    --------
    >>> from fiedler import ensemble
    >>> found = ensemble([[0, 0, 0, 1, 1, 1], ["b", "b", "b", "a", "a", "a"], [0, 0, 1, 1, 1, 1]])
    >>> found.labels.tolist(), found.confidence.round(2).tolist()
    ([0, 0, 0, 1, 1, 1], [1.0, 1.0, 0.67, 1.0, 1.0, 1.0])
    """
    partitions = [numbered_labels(labels) for labels in labelings]
    votes = checked_weights(partitions, weights)
    agreement = _agreements(partitions)
    supports = support(agreement, votes)
    medoid = int(np.argmax(supports))
    if method == "medoid":
        if n_clusters is not None:
            raise ParameterError(
                f"n_clusters is {n_clusters}, but method 'medoid' keeps a partition as it is; leave "
                f"n_clusters out, or use the method 'graph'."
            )
        labels = _by_size(partitions[medoid])
    elif method == "graph":
        wanted = int(cluster_sizes(partitions[medoid]).size) if n_clusters is None else n_clusters
        labels = _cut(partitions, votes, wanted, random_state)
    else:
        raise ParameterError(f"method is {method!r}; it must be 'graph' or 'medoid'.")
    shown = labels.astype(np.int32)
    shown[labels == EXCLUDED] = UNPLACED
    return Ensemble(
        labels=shown,
        n_clusters=int(shown.max()) + 1,
        method=method,
        agreement=agreement,
        agreement_with_result=np.array([_agreement(labels, partition) for partition in partitions]),
        supports=supports,
        medoid=medoid,
        confidence=_confidence(labels, partitions, votes),
    )


def _agreement(first: NDArray[np.uint16], second: NDArray[np.uint16]) -> float:
    table = contingency_table(first, second)
    if not table.any():
        raise ComparisonError(
            "two partitions place no row in common; each two must share rows to be compared; leave one out."
        )
    return adjusted_rand_index(table)


def _agreements(partitions: list[NDArray[np.uint16]]) -> NDArray[np.float64]:
    found = np.eye(len(partitions))
    for one, partition in enumerate(partitions):
        for other in range(one):
            found[one, other] = found[other, one] = _agreement(partition, partitions[other])
    return found


def _cut(
    partitions: list[NDArray[np.uint16]], votes: NDArray[np.float64], n_clusters: int, random_state: int
) -> NDArray[np.uint16]:
    """Return the spectral cut of the bipartite graph; rows that no partition places are `EXCLUDED`."""
    placed = np.flatnonzero(np.any([partition != EXCLUDED for partition in partitions], axis=0))
    if not 1 <= n_clusters <= len(placed):
        raise ParameterError(
            f"n_clusters is {n_clusters}; it must lie between 1 and {len(placed)}, the rows placed."
        )
    columns = [partition[placed] for partition in partitions]
    embedding = bipartite_embedding(columns, votes, n_clusters)
    sample = embedding.rows(sample_rows(len(placed), SAMPLE_ROWS, random_state))
    labels = np.full(len(partitions[0]), EXCLUDED, dtype=np.uint16)
    labels[placed] = round_embedding(embedding, sample, n_clusters, random_state).labels
    return labels


def _confidence(
    labels: NDArray[np.uint16], partitions: list[NDArray[np.uint16]], votes: NDArray[np.float64]
) -> NDArray[np.float64]:
    agreeing, total = np.zeros((2, len(labels)))
    for partition, weight in zip(partitions, votes, strict=True):
        places = partition != EXCLUDED
        agrees = places.copy()
        agrees[moved_rows(labels, partition, compare_partitions(labels, partition))] = False
        agreeing += weight * agrees
        total += weight * places
    shares: NDArray[np.float64] = np.divide(
        agreeing, total, out=np.full(len(labels), np.nan), where=total > 0
    )
    return shares


def _by_size(labels: NDArray[np.uint16]) -> NDArray[np.uint16]:
    found = labels.copy()
    placed = labels != EXCLUDED
    found[placed] = number_by_size(labels[placed])[0]
    return found
