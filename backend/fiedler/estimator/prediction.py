"""How surely rows belong to clusters: by their place in the embedding, or by the fitted rows near them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fiedler.embedding import SpectralEmbedding
from fiedler.neighbors.nearest import KD_TREE_COLUMNS, search_neighbors
from fiedler.rounding import Rounding, sample_rows

_BLOCK_ROWS = 65_536
# Distances to centroids held at once, 64 MB.
_BLOCK_DISTANCES = 1 << 23
_VOTERS = 5
_MOST_VOTERS = 50_000
_SEED = 0
# Squared distances between unit rows are at most 4; float32 hardly tells apart what is nearer.
_SMALLEST_SQUARE = 1e-12


def memberships(
    points: NDArray[np.float32], centroids: NDArray[np.float64], clusters: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Return (m, c) memberships of points in clusters: inverse squared distances, adding up to 1.

    A cluster is as far as the nearest of its centroids. The nearest cluster has the largest membership; a
    point at a centroid belongs to its cluster alone.

    Parameters
    ----------
    points : (m, q) float32
        As rounding sees rows of the embedding.
    centroids : (a, q) float64
    clusters : (a,) integer
        The cluster of each centroid, ascending; each of 0 to c - 1 has one.

    References
    ----------
    Bezdek (1981), "Pattern recognition with fuzzy objective function algorithms", theorem 11.1 for the
    exponent 2.
    """
    starts = np.searchsorted(clusters, np.arange(int(clusters[-1]) + 1))
    found = np.empty((len(points), len(starts)))
    squared_norms = np.einsum("ij,ij->i", centroids, centroids)
    block_rows = max(1, _BLOCK_DISTANCES // len(centroids))
    for start in range(0, len(points), block_rows):
        block = points[start : start + block_rows].astype(np.float64)
        squares = squared_norms - 2 * block @ centroids.T
        squares = np.minimum.reduceat(squares, starts, axis=1)
        squares += np.einsum("ij,ij->i", block, block)[:, None]
        nearest = np.maximum(squares.min(axis=1, keepdims=True), _SMALLEST_SQUARE)
        weights = nearest / np.maximum(squares, nearest)
        found[start : start + block_rows] = weights / weights.sum(axis=1, keepdims=True)
    return found


def merged_rounding(rounding: Rounding, numbers: NDArray[np.uint16]) -> Rounding:
    """Return a rounding whose clusters were merged: a merged cluster has the centroids of its parts.

    Parameters
    ----------
    rounding : Rounding
        Of k clusters.
    numbers : (k,) uint16
        The cluster that each is in now.
    """
    clusters = numbers[rounding.clusters]
    order = np.argsort(clusters, kind="stable")
    return dataclasses.replace(
        rounding,
        labels=numbers[rounding.labels],
        sizes=np.bincount(numbers, weights=rounding.sizes).astype(np.int64),
        centroids=rounding.centroids[order],
        clusters=clusters[order],
    )


def rounded_memberships(rounding: Rounding, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the (m, c) memberships of (m, q) embedded rows in the clusters of a rounding."""
    points = rounding.options.points(vectors, rounding.centroids.shape[1])
    return memberships(points, rounding.centroids, rounding.clusters)


def extended_memberships(
    embedding: SpectralEmbedding, rounding: Rounding, features: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Return the (m, c) memberships of new rows, by the Nyström extension of the embedding.

    Parameters
    ----------
    embedding : SpectralEmbedding
    rounding : Rounding
        Of the embedding.
    features : (m, d) float32
        As the embedding was computed from.
    """
    found = np.zeros((len(features), rounding.n_clusters))
    for start in range(0, len(features), _BLOCK_ROWS):
        block = slice(start, start + _BLOCK_ROWS)
        found[block] = rounded_memberships(rounding, embedding.extend(features[block]))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Voters:
    """The five fitted rows nearest to each new row, with weights.

    Attributes
    ----------
    rows : (m, v) int64
        v is 5, or the number of fitted rows.
    weights : (m, v) float64
        Inverse distances; where a fitted row equals the new one, such rows alone weigh, alike. They add up to
        1.
    """

    rows: NDArray[np.int64]
    weights: NDArray[np.float64]

    @classmethod
    def nearest(cls, features: NDArray[np.float32], new: NDArray[np.float32]) -> Voters:
        """Return who votes about (m, d) new rows among the (n, d) fitted ones.

        In more than three columns, where all are compared with all, a fixed sample of 50,000 fitted rows
        stands for more.
        """
        n_samples, n_columns = features.shape
        electorate = n_samples if n_columns <= KD_TREE_COLUMNS else min(n_samples, _MOST_VOTERS)
        rows = sample_rows(n_samples, electorate, _SEED)
        voting = features if electorate == n_samples else features[rows]
        found = search_neighbors(voting, new, min(_VOTERS, electorate))
        distances = found.distances.astype(np.float64)
        copies = distances == 0
        with np.errstate(divide="ignore"):
            weights = np.where(copies.any(axis=1, keepdims=True), copies, 1.0 / distances)
        return cls(rows[found.indices], weights / weights.sum(axis=1, keepdims=True))

    def shares(self, labels: NDArray[np.integer], n_clusters: int) -> NDArray[np.float64]:
        """Return (m, n_clusters) shares of the votes; they add up to 1.

        Parameters
        ----------
        labels : (n,) integer
            Of the fitted rows, from 0 to ``n_clusters - 1``.
        n_clusters : int
        """
        shares = np.zeros((len(self.rows), n_clusters))
        places = np.arange(len(self.rows))
        for column in range(self.rows.shape[1]):
            shares[places, labels[self.rows[:, column]]] += self.weights[:, column]
        return shares
