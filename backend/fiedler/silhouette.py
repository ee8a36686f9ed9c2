"""How well each cluster stands apart: silhouettes in feature space, exact on a fixed sample of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler.row_blocks import single_blas_thread

# Few enough that all distances between them take milliseconds.
SAMPLE_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class Silhouette:
    """Mean silhouettes, in [-1, 1].

    ``overall`` is None when the sample holds fewer than two clusters; ``by_cluster`` has one entry a label,
    None for clusters the sample does not hold.
    """

    overall: float | None
    by_cluster: list[float | None]
    sample_size: int

    def of_clusters(self, sizes: NDArray[np.integer]) -> list[dict[str, Any]]:
        """Return ``label``, ``size`` and ``silhouette`` of each cluster, JSON-safe, given the (k,) sizes."""
        return [
            {"label": label, "size": int(size), "silhouette": self.by_cluster[label]}
            for label, size in enumerate(sizes)
        ]


def pairwise_distances(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the (m, m) float32 Euclidean distances between the (m, d) rows, zero on the diagonal."""
    centered = points.astype(np.float64)
    centered -= centered.mean(axis=0)
    squares = np.einsum("ij,ij->i", centered, centered)
    # One thread: the bits do not depend on the number of threads.
    with single_blas_thread():
        products = centered @ centered.T
    products *= -2
    products += squares[:, None]
    products += squares
    np.maximum(products, 0, out=products)
    np.fill_diagonal(products, 0)
    return np.sqrt(products, out=products).astype(np.float32)


def silhouette(distances: NDArray[np.float32], labels: NDArray[np.uint16], n_clusters: int) -> Silhouette:
    """Return the mean silhouettes of a sample of rows.

    Parameters
    ----------
    distances : (m, m) float32
        Between the sampled rows.
    labels : (m,) uint16
        Their labels, below ``n_clusters``.
    n_clusters : int
        Number of clusters of the whole partition.

    Notes
    -----
    A row alone in its cluster (within the sample) counts 0.

    References
    ----------
    Rousseeuw (1987), "Silhouettes: a graphical aid to the interpretation and validation of cluster
    analysis", equations 1-3.
    """
    sizes = np.bincount(labels, minlength=n_clusters)
    held = np.flatnonzero(sizes)
    by_cluster: list[float | None] = [None] * n_clusters
    if held.size < 2:
        return Silhouette(None, by_cluster, len(labels))
    values = _silhouettes(distances, np.searchsorted(held, labels), sizes[held].astype(np.float64))
    sums = np.bincount(labels, weights=values, minlength=n_clusters)
    for cluster in held:
        by_cluster[cluster] = float(sums[cluster] / sizes[cluster])
    return Silhouette(float(values.mean()), by_cluster, len(labels))


def _silhouettes(
    distances: NDArray[np.float32], labels: NDArray[np.int64], sizes: NDArray[np.float64]
) -> NDArray[np.float64]:
    rows = np.arange(len(labels))
    members = np.zeros((len(labels), sizes.size), dtype=np.float32)
    members[rows, labels] = 1
    with single_blas_thread():
        sums = (distances @ members).astype(np.float64)
    own = sizes[labels]
    within = sums[rows, labels] / np.maximum(own - 1, 1)
    sums /= sizes
    sums[rows, labels] = np.inf
    nearest_other = sums.min(axis=1)
    larger = np.maximum(within, nearest_other)
    values: NDArray[np.float64] = np.divide(
        nearest_other - within, larger, out=np.zeros_like(larger), where=(larger > 0) & (own > 1)
    )
    return values
