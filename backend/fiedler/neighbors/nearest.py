"""The K nearest neighbours of every row, by whichever search suits the shape of the data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fiedler.errors import TooFewRowsError
from fiedler.neighbors.flat import flat_neighbors, flat_search
from fiedler.neighbors.kd_tree import kd_tree_neighbors, kd_tree_search
from fiedler.neighbors.pruned import pruned_neighbors
from fiedler.neighbors.self_join import self_join_neighbors
from fiedler.progress import Fraction
from fiedler.row_blocks import available_threads

KD_TREE_COLUMNS = 3
# Fewer rows are compared sooner than they are grouped.
FLAT_ROWS = 1_500
EXACT_ROWS = 30_000


@dataclass(frozen=True, slots=True)
class Neighbors:
    """Neighbour lists of n rows.

    Attributes
    ----------
    indices : (n, K) int32
        Row numbers, nearest first; a row is never in its own list, even when it has copies.
    distances : (n, K) float32
        Euclidean, ascending, in the units of the features.
    """

    indices: NDArray[np.int32]
    distances: NDArray[np.float32]


def nearest_neighbors(
    features: NDArray[np.float32],
    n_neighbors: int,
    *,
    n_threads: int | None = None,
    progress: Fraction | None = None,
) -> Neighbors:
    """Find each row's K nearest other rows.

    Exact up to three columns (k-d tree) and up to 30,000 rows (matrix products of all rows, from 1,500 rows
    on only with groups that can hold a neighbour); above that a self-join over coarse groups, with a recall
    near .99. The same lists for any number of threads; which of equally near rows are listed is not promised.

    Parameters
    ----------
    features : (n, d) float32
        Finite.
    n_neighbors : int
        K, from 1 to n - 1.
    n_threads : int or None
        None uses every core.
    progress : callable, optional
        Told the fraction searched; an exception it raises ends the search.

    Raises
    ------
    TooFewRowsError
        There are not more than ``n_neighbors`` rows.
    """
    n_samples, n_features = features.shape
    if not 1 <= n_neighbors < n_samples:
        raise TooFewRowsError(
            f"n_neighbors is {n_neighbors} for {n_samples} rows; it must lie between 1 and n_samples - 1. "
            f"Lower n_neighbors or give more rows."
        )
    n_threads = available_threads(n_threads)
    if n_features <= KD_TREE_COLUMNS:
        indices, distances = kd_tree_neighbors(features, n_neighbors, n_threads, progress)
        return Neighbors(indices, distances)
    rows, scale = centered_and_scaled(features)
    indices, distances = _search_of_many_columns(n_samples)(rows, n_neighbors, n_threads, progress)
    return Neighbors(indices, (distances * np.float64(scale)).astype(np.float32))


def _search_of_many_columns(n_samples: int) -> Callable[..., tuple[NDArray[np.int32], NDArray[np.float32]]]:
    if n_samples <= FLAT_ROWS:
        return flat_neighbors
    return pruned_neighbors if n_samples <= EXACT_ROWS else self_join_neighbors


def search_neighbors(
    features: NDArray[np.float32],
    queries: NDArray[np.float32],
    n_neighbors: int,
    *,
    n_threads: int | None = None,
    progress: Fraction | None = None,
) -> Neighbors:
    """Find the K rows of (n, d) ``features`` nearest to each of (m, d) ``queries``, exactly.

    ``progress`` is told the fraction searched; an exception it raises ends the search.

    Raises
    ------
    TooFewRowsError
        There are fewer than ``n_neighbors`` rows.
    """
    if not 1 <= n_neighbors <= len(features):
        raise TooFewRowsError(
            f"n_neighbors is {n_neighbors} for {len(features)} rows; it must lie between 1 and n_samples. "
            f"Lower n_neighbors or give more rows."
        )
    n_threads = available_threads(n_threads)
    if features.shape[1] <= KD_TREE_COLUMNS:
        indices, distances = kd_tree_search(features, queries, n_neighbors, n_threads, progress)
        return Neighbors(indices, distances)
    center, scale = _center_and_scale(features)
    rows = _moved(features, center, scale)
    indices, distances = flat_search(rows, _moved(queries, center, scale), n_neighbors, n_threads, progress)
    return Neighbors(indices, (distances * np.float64(scale)).astype(np.float32))


def centered_and_scaled(features: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
    """Return rows less their column means over a power of two near the largest deviation, and that power.

    Products of far-off-centre or huge rows would lose their digits or overflow in float32; dividing by a
    power of two is exact.
    """
    center, scale = _center_and_scale(features)
    return _moved(features, center, scale), scale


def _center_and_scale(features: NDArray[np.float32]) -> tuple[NDArray[np.float64], float]:
    center = features.mean(axis=0, dtype=np.float64)
    lowest, highest = features.min(axis=0), features.max(axis=0)
    reach = float(np.max(np.maximum(highest - center, center - lowest), initial=0.0))
    return center, float(2.0 ** np.ceil(np.log2(reach))) if reach > 0 else 1.0


def _moved(rows: NDArray[np.float32], center: NDArray[np.float64], scale: float) -> NDArray[np.float32]:
    return np.ascontiguousarray((rows - center) / scale, dtype=np.float32)
