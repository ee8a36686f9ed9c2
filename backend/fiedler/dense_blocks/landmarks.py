"""Rows and their landmarks as dense blocks: nearest few, weights, the affinity of landmarks, labels.

``xp`` is a namespace of the array API standard throughout, and arrays are its own, all on one device.
"""

from __future__ import annotations

from typing import Any

# Squared differences up to this many columns: exact where matrix products lose the digits of close rows, and
# as quick.
_DIRECT_COLUMNS = 8


def nearest_landmarks(xp: Any, rows: Any, landmarks: Any, n_neighbors: int) -> tuple[Any, Any]:
    """Return (m, K) numbers of the landmarks nearest to each row and their squared distances, ascending.

    Parameters
    ----------
    xp : namespace
    rows : (m, d) float32
        Near the origin, in units in which squares neither overflow nor vanish.
    landmarks : (p, d) float32
    n_neighbors : int
        K, at most p.

    Returns
    -------
    (m, K) int64, (m, K) float32
        Distances are measured again from the differences: products lose the digits of close rows.
    """
    scores = _scores(xp, rows, landmarks)
    numbers = xp.arange(landmarks.shape[0], device=scores.device)
    # The standard has no selection of the smallest few; so few are found one after another.
    taken = xp.asarray(xp.inf, dtype=scores.dtype, device=scores.device)
    chosen = []
    for _ in range(n_neighbors):
        nearest = xp.argmin(scores, axis=1, keepdims=True)
        chosen.append(nearest)
        scores = xp.where(numbers == nearest, taken, scores)
    indices = xp.concat(chosen, axis=1)
    squares = xp.stack(
        [_square_distances(xp, rows, landmarks, indices[:, j]) for j in range(n_neighbors)], axis=1
    )
    order = xp.argsort(squares, axis=1)
    return xp.take_along_axis(indices, order, axis=1), xp.take_along_axis(squares, order, axis=1)


def bounded(xp: Any, squares: Any, exponent_scale: float, largest_exponent: float) -> Any:
    """Return ascending (m, K) squared distances, shifted where the first exceeds the largest exponent.

    The weights of a far row keep their proportions; without the shift all of them would underflow.
    """
    excess = squares[:, :1] - largest_exponent / exponent_scale
    return squares - xp.where(excess > 0, excess, xp.zeros_like(excess))


def add_affinity(xp: Any, total: Any, indices: Any, squares: Any, exponent_scale: float) -> Any:
    """Return ``total + B' D**-1 B`` for the weights B (m, p) of a block of rows and their sums D.

    Parameters
    ----------
    xp : namespace
    total : (p, p) float64
    indices, squares : (m, K) int64 and float32
        Each row's landmarks and squared distances; ``exp(-squares * exponent_scale)`` are the weights.
    exponent_scale : float

    References
    ----------
    Li, Wu and Chang (2012), "Segmentation using superpixels: a bipartite graph partitioning approach".
    """
    weights = xp.exp(-squares * exponent_scale)
    numbers = xp.arange(total.shape[0], device=total.device)
    nothing = xp.asarray(0.0, dtype=weights.dtype, device=total.device)
    dense = xp.where(numbers == indices[:, :1], weights[:, :1], nothing)
    for j in range(1, indices.shape[1]):
        dense = dense + xp.where(numbers == indices[:, j : j + 1], weights[:, j : j + 1], nothing)
    scaled = dense / xp.sum(weights, axis=1, keepdims=True)
    return total + xp.astype(xp.matrix_transpose(dense) @ scaled, xp.float64)


def nearest_centroids(
    xp: Any, indices: Any, squares: Any, exponent_scale: float, table: Any, half_norms: Any
) -> Any:
    """Return (m,) int64 the nearest centroid of each row normalised over k columns; a tie goes to the lower.

    Parameters
    ----------
    xp : namespace
    indices, squares : (m, K) int64 and float32
        Each row's landmarks and squared distances.
    exponent_scale : float
    table : (p, k + c) float32
        The landmarks' vectors and, beside them, their products with the centroids.
    half_norms : (c,) float32
        Half the centroids' squared norms.
    """
    weights = xp.exp(-squares * exponent_scale)
    sums = weights[:, :1] * xp.take(table, indices[:, 0], axis=0)
    for j in range(1, indices.shape[1]):
        sums = sums + weights[:, j : j + 1] * xp.take(table, indices[:, j], axis=0)
    n_columns = table.shape[1] - half_norms.shape[0]
    vectors = sums[:, :n_columns]
    norms = xp.sqrt(xp.sum(vectors * vectors, axis=1, keepdims=True))
    # The nearest centroid of x/|x| has the largest x.c - |x| |c|^2 / 2.
    return xp.argmax(sums[:, n_columns:] - norms * half_norms, axis=1)


def _scores(xp: Any, rows: Any, landmarks: Any) -> Any:
    """Return (m, p) squared distances, up to a summand of each row."""
    if rows.shape[1] > _DIRECT_COLUMNS:
        norms = xp.sum(landmarks * landmarks, axis=1)
        return norms - 2.0 * (rows @ xp.matrix_transpose(landmarks))
    gaps = rows[:, :1] - landmarks[:, 0]
    squares = gaps * gaps
    for column in range(1, rows.shape[1]):
        gaps = rows[:, column : column + 1] - landmarks[:, column]
        squares = squares + gaps * gaps
    return squares


def _square_distances(xp: Any, rows: Any, landmarks: Any, indices: Any) -> Any:
    gaps = rows - xp.take(landmarks, indices, axis=0)
    return xp.sum(gaps * gaps, axis=1)
