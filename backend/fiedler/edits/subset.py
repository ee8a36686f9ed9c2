"""Clusters of a subset of rows: by what the kept eigenvectors say inside it, or by its own graph."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from fiedler.constraints.linear_labels import linear_labels
from fiedler.edits.errors import EditError
from fiedler.edits.operations import SplitMethod
from fiedler.embedding import SpectralEmbedding
from fiedler.exact.fitting import exact_embedding
from fiedler.numbering import number_by_size
from fiedler.rounding import round_embedding, sample_rows

# Up to here the subset's own neighbour graph is found and solved in about a tenth of a second.
_LARGEST_EXACT_ROWS = 5_000
_LARGEST_EXACT_DISTANCES = 5e8
# Unit rows of p equal parts, far apart, have variance 1 / p in each of p - 1 directions. Below this share of
# that, parts found may be noise: on pairs of blobs, rings and digits it was above .2 where the kept
# eigenvectors gave the right parts, with few exceptions, and mostly below .01 where they gave none.
_LEAST_SEPARATION = 0.2
# Added to an eigenvalue, as a share of the last, once for its place: of eigenvectors alike in smoothness the
# earlier weighs more, and those of several components (eigenvalue 0) are ordered by which lie near.
_SMOOTHNESS_STEP = 0.02
_SAMPLE_ROWS = 10_000
_N_STARTS = 10
# Reading rows one by one beats a pass over the whole table below this share of it.
_SHARE_READ_SINGLY = 0.05


@dataclass(frozen=True, slots=True)
class SubsetPartition:
    """Parts of a subset.

    Attributes
    ----------
    parts : (m,) uint16
        From 0 by descending size, ties by first row, in the order of the rows given.
    sizes : (c,) int64
        Fewer than asked for when there are fewer distinct rows.
    method : {"embedding", "exact"}
    reason : str
        Why this method, in words.
    """

    parts: NDArray[np.uint16]
    sizes: NDArray[np.int64]
    method: Literal["embedding", "exact"]
    reason: str


def partition_subset(
    embedding: SpectralEmbedding,
    features: NDArray[np.float32] | None,
    rows: NDArray[np.int64],
    n_parts: int,
    method: SplitMethod,
    random_state: int,
) -> SubsetPartition:
    """Return a subset's rows in at most ``n_parts`` parts.

    "embedding" is k-means on unit rows with eigenvectors weighed by ``1 / sqrt(lambda)``, so that the
    smoothest functions that vary inside the subset decide: nothing is computed again. "exact" solves the
    neighbour graph of the subset alone, and sees structure finer than the eigenvectors kept. "auto" takes the
    embedding when its eigenvectors vary enough inside the subset, else the exact
    graph when the subset is small enough.

    Parameters
    ----------
    embedding : SpectralEmbedding
        Of all n rows.
    features : (n, d) float32 or None
        None when the graph was given without features; only "embedding" is possible then.
    rows : (m,) int64
        Distinct, ascending.
    n_parts : int
        At least 1.
    random_state : int
        Seed of k-means.

    Raises
    ------
    EditError
        More parts than rows are asked for, or "exact" for too many rows or without features.

    References
    ----------
    Qiu and Hancock (2007), "Clustering and embedding using commute times", for the weights.
    """
    if n_parts > len(rows):
        raise EditError(f"{n_parts} parts of {len(rows)} rows were asked for; ask for at most {len(rows)}.")
    exact_possible = features is not None and _is_small(len(rows), features.shape[1])
    if method == "exact" and not exact_possible:
        raise EditError(
            f"an exact split of {len(rows):,} rows was asked for; it is for up to {_LARGEST_EXACT_ROWS:,} "
            f"rows, fewer in many columns, and needs features; use the method 'embedding', or fit those rows "
            f"alone."
        )
    with threadpool_limits(limits=1):
        if n_parts == 1:
            return _result(np.zeros(len(rows), np.uint16), "embedding", "One part holds every row.")
        if method == "exact" and features is not None:
            return _exact(features, rows, n_parts, random_state, "Exact graph of these rows, as asked.")
        cut = _EmbeddingCut(embedding, rows)
        if method == "embedding":
            return cut.partition(n_parts, random_state, "Eigenvectors kept of the whole table, as asked.")
        separation = cut.separation(n_parts)
        share = f"The eigenvectors kept hold {separation:.0%} of what tells {n_parts} equal parts apart"
        if separation >= _LEAST_SEPARATION:
            return cut.partition(n_parts, random_state, f"{share}.")
        if exact_possible and features is not None:
            reason = f"{share}, too little: the graph of these rows alone was solved."
            return _exact(features, rows, n_parts, random_state, reason)
        reason = (
            f"{share}, little, and {len(rows):,} rows are too many for a graph of their own; fit again with "
            f"a larger max_clusters, or fit these rows alone."
        )
        return cut.partition(n_parts, random_state, reason)


def _is_small(n_rows: int, n_features: int) -> bool:
    return n_rows <= _LARGEST_EXACT_ROWS and n_rows**2 * n_features <= _LARGEST_EXACT_DISTANCES


def _exact(
    features: NDArray[np.float32], rows: NDArray[np.int64], n_parts: int, random_state: int, reason: str
) -> SubsetPartition:
    own = exact_embedding(np.ascontiguousarray(features[rows]), n_parts, random_state=random_state)
    return _result(round_embedding(own, own.vectors, n_parts, random_state).labels, "exact", reason)


class _EmbeddingCut:
    """Unit rows of a subset, and the coordinates made of them by weighing eigenvectors and centring."""

    def __init__(self, embedding: SpectralEmbedding, rows: NDArray[np.int64]) -> None:
        self.embedding = embedding
        self.rows = rows
        eigenvalues = np.maximum(embedding.eigenvalues, 0.0)
        step = max(_SMOOTHNESS_STEP * float(eigenvalues[-1]), np.finfo(np.float64).tiny)
        steps = step * np.arange(1, len(eigenvalues) + 1)
        self._weights = np.sqrt(step / (eigenvalues + steps))
        points = self._points(rows[sample_rows(len(rows), _SAMPLE_ROWS, 0)])
        self._mean = points.mean(axis=0)
        self._sample = points - self._mean

    def separation(self, n_parts: int) -> float:
        """Return how far the rows vary in ``n_parts - 1`` directions, relative to equal parts far apart."""
        variances = np.linalg.eigvalsh(self._sample.T @ self._sample / len(self._sample))[::-1]
        return float(variances[n_parts - 2] * n_parts) if n_parts - 2 < len(variances) else 0.0

    def partition(self, n_parts: int, random_state: int, reason: str) -> SubsetPartition:
        """Return the k-means parts of all rows of the subset."""
        with warnings.catch_warnings():
            # Fewer distinct rows than parts: duplicates among the centroids are removed below.
            warnings.simplefilter("ignore", ConvergenceWarning)
            k_means = KMeans(n_parts, n_init=_N_STARTS, random_state=random_state)
            k_means.fit(self._sample * self._weights)
        centroids, first = np.unique(k_means.cluster_centers_, axis=0, return_index=True)
        centroids = centroids[np.argsort(first)]
        # |w (y - m) - c|^2 is least where y . (w c) - (|c|^2 / 2 + m . (w c)) is largest.
        directions = centroids * self._weights
        offsets = 0.5 * np.einsum("ij,ij->i", centroids, centroids) + directions @ self._mean
        if len(self.rows) > _SHARE_READ_SINGLY * self.embedding.n_samples:
            parts = linear_labels(self.embedding, directions, offsets)[self.rows]
        else:
            parts = (self._points(self.rows) @ directions.T - offsets).argmax(axis=1)
        return _result(parts.astype(np.uint16), "embedding", reason)

    def _points(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        vectors = self.embedding.rows(rows).astype(np.float64)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        points: NDArray[np.float64] = vectors / np.where(norms > 0, norms, 1.0)
        return points


def _result(parts: NDArray[np.uint16], method: Literal["embedding", "exact"], reason: str) -> SubsetPartition:
    parts, _, sizes = number_by_size(parts)
    return SubsetPartition(parts, sizes, method, reason)
