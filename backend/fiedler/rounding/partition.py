"""From an embedding to labels: clusters decided on a sample of rows, then all rows labelled in one pass."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler.embedding import SpectralEmbedding
from fiedler.landmarks.nearest_centre import nearest_by_product
from fiedler.numbering import number_by_size
from fiedler.parameters import ClusteringParameters, ParameterError, RoundingMethod
from fiedler.progress import Fraction, portion
from fiedler.rounding.cluster_qr import pivoted_directions
from fiedler.rounding.discretize import rotated_axes
from fiedler.rounding.kmeans import kmeans_centroids
from fiedler.rounding.points import leading_columns, normalize_rows
from fiedler.rounding.tree import prototypes, tree_labels
from fiedler.row_blocks import single_blas_thread

# Rows read at once from embeddings whose rows are rounded as they are.
_BLOCK_ROWS = 1 << 16
# Of the time at 100,000 rows, for the progress bar: centroids first, labels then.
_CENTROIDS_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class RoundingOptions:
    """How labels are made from an embedding.

    Attributes
    ----------
    method : {"kmeans", "cluster_qr", "discretize", "tree"}
    n_components : int or None
        Leading columns used; as many as clusters when None or fewer than those.
    unit_rows : bool
        Whether rows are normalised to unit length first (Ng, Jordan and Weiss 2001), as suits eigenvectors of
        the symmetric normalized Laplacian. Those of the others are taken as they are (von Luxburg 2007,
        section 4).
    """

    method: RoundingMethod = "kmeans"
    n_components: int | None = None
    unit_rows: bool = True

    @classmethod
    def of(cls, parameters: ClusteringParameters, method: RoundingMethod | None = None) -> RoundingOptions:
        """Return the options asked for, by ``method`` where the path has a better way to cut."""
        return cls(
            method or parameters.rounding,
            parameters.n_components,
            parameters.laplacian == "symmetric_normalized",
        )

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary of the arguments."""
        return dataclasses.asdict(self)

    def n_columns(self, n_clusters: int) -> int:
        """Return how many leading columns a cut into ``n_clusters`` uses."""
        return max(n_clusters, self.n_components or 0)

    def points(self, vectors: NDArray[np.float32], n_columns: int) -> NDArray[np.float32]:
        """Return the (m, n_columns) points that are rounded, of (m, q) vectors."""
        return (normalize_rows if self.unit_rows else leading_columns)(vectors, n_columns)


@dataclass(frozen=True, slots=True)
class Rounding:
    """Labels of all rows, and the centroids that label new ones.

    Attributes
    ----------
    labels : (n,) uint16
        From 0 by descending cluster size, ties by first row.
    sizes : (c,) int64
        ``c`` is below the number asked for when clusters stayed empty.
    centroids : (a, q) float64
        A row belongs to the cluster of its nearest centroid.
    clusters : (a,) uint16
        The cluster of each centroid. By k-means and discretize every cluster has one, in label order; by
        cluster_qr it has two, opposite ones; by tree many.
    options : RoundingOptions
    """

    labels: NDArray[np.uint16]
    sizes: NDArray[np.int64]
    centroids: NDArray[np.float64]
    clusters: NDArray[np.uint16]
    options: RoundingOptions

    @property
    def n_clusters(self) -> int:
        """Number of clusters found."""
        return len(self.sizes)

    def labels_of(self, vectors: NDArray[np.float32]) -> NDArray[np.uint16]:
        """Return the (m,) clusters of new rows from their (m, q) embedding; ties go to the lower centroid."""
        nearest = _nearest(self.options.points(vectors, self.centroids.shape[1]), self.centroids)
        return self.clusters[nearest]


def round_embedding(
    embedding: SpectralEmbedding,
    sample_vectors: NDArray[np.float32],
    n_clusters: int,
    random_state: int,
    options: RoundingOptions | None = None,
    progress: Fraction | None = None,
) -> Rounding:
    """Return the partition of all rows into at most ``n_clusters`` clusters.

    Parameters
    ----------
    embedding : SpectralEmbedding
        Of n rows.
    sample_vectors : (m, q) float32
        ``embedding.rows`` of a fixed sample (`sample_rows`); all of them when ``m == n``.
    n_clusters : int
        Number of clusters wanted, at least 1.
    random_state : int
        Seed of k-means; the other methods need none.
    options : RoundingOptions, optional
        k-means on row-normalised vectors when omitted.
    progress : callable, optional
        Told the fraction done; an exception it raises ends the work.

    Raises
    ------
    ParameterError
        The method is unknown.
    """
    options = options or RoundingOptions()
    points = options.points(sample_vectors, options.n_columns(n_clusters))
    with single_blas_thread():
        deciding = portion(progress, 0.0, _CENTROIDS_SHARE)
        centroids, clusters, sampled = _centroids(points, n_clusters, random_state, options.method, deciding)
    labelling = portion(progress, _CENTROIDS_SHARE, 1.0)
    if len(np.unique(clusters)) == 1:
        labels = np.zeros(embedding.n_samples, dtype=np.uint16)
    elif sampled is not None and len(points) == embedding.n_samples:
        labels = sampled
    elif options.unit_rows:
        labels = clusters[embedding.nearest_centroid(centroids, labelling)]
    else:
        labels = clusters[_nearest_of_all(embedding, centroids, labelling)]
    labels, order, sizes = number_by_size(labels)
    return Rounding(labels, sizes, *_numbered(centroids, clusters, order), options)


def _centroids(
    points: NDArray[np.float32],
    n_clusters: int,
    random_state: int,
    method: RoundingMethod,
    progress: Fraction | None,
) -> tuple[NDArray[np.float64], NDArray[np.uint16], NDArray[np.uint16] | None]:
    """Return centroids, the cluster of each, and labels of the points where centroids only stand for them."""
    if method == "kmeans" or n_clusters == 1:
        centroids = kmeans_centroids(points, n_clusters, random_state, progress)
        return centroids, np.arange(len(centroids), dtype=np.uint16), None
    if method == "cluster_qr":
        directions = pivoted_directions(points, n_clusters).astype(np.float64)
        # The largest product in size is the nearest of both ends of each direction.
        numbers = np.tile(np.arange(len(directions), dtype=np.uint16), 2)
        return np.concatenate([directions, -directions]), numbers, None
    if method == "discretize":
        axes = rotated_axes(points, n_clusters)
        return axes, np.arange(len(axes), dtype=np.uint16), None
    if method == "tree":
        labels = tree_labels(points, n_clusters)
        centroids, owners = prototypes(points, labels)
        return centroids, owners.astype(np.uint16), labels.astype(np.uint16)
    raise ParameterError(
        f"rounding is {method!r}; it must be 'kmeans', 'cluster_qr', 'discretize' or 'tree'."
    )


def _numbered(
    centroids: NDArray[np.float64], clusters: NDArray[np.uint16], order: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.uint16]]:
    """Return centroids and their clusters under the new numbers, those of clusters without rows left out."""
    numbers = np.full(int(clusters.max()) + 1, len(order), dtype=np.int64)
    numbers[order] = np.arange(len(order))
    renumbered = numbers[clusters]
    places = np.argsort(renumbered, kind="stable")
    places = places[renumbered[places] < len(order)]
    return centroids[places], renumbered[places].astype(np.uint16)


def _nearest_of_all(
    embedding: SpectralEmbedding, centroids: NDArray[np.float64], progress: Fraction | None
) -> NDArray[np.int32]:
    """Return (n,) the nearest centroid of each row as it is, read block by block."""
    nearest = np.empty(embedding.n_samples, dtype=np.int32)
    for start in range(0, embedding.n_samples, _BLOCK_ROWS):
        rows = np.arange(start, min(embedding.n_samples, start + _BLOCK_ROWS), dtype=np.int64)
        nearest[rows] = _nearest(leading_columns(embedding.rows(rows), centroids.shape[1]), centroids)
        if progress is not None:
            progress((start + len(rows)) / embedding.n_samples)
    return nearest


def _nearest(points: NDArray[np.float32], centroids: NDArray[np.float64]) -> NDArray[np.int32]:
    """Return (m,) the nearest centroid of each point."""
    rounded = centroids.astype(np.float32)
    nearest = np.empty(len(points), dtype=np.int32)
    norms = np.einsum("ij,ij->i", rounded, rounded)
    with single_blas_thread():
        nearest_by_product(points, np.ascontiguousarray(rounded.T), norms, nearest)
    return nearest
