"""Spectral coordinates in which constraints hold: a small matrix learnt over the kept eigenvectors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# One constraint against the mean over all pairs of rows of the squared change of their similarity.
CONSTRAINT_WEIGHT = 3.0
# Eigenvectors used: constraints often ask for a cut that comes later in the spectrum, and many can say so of
# more of them.
_LEAST_EXTRA_COLUMNS = 2
_ROWS_PER_EXTRA_COLUMN = 20
# Statements the matrix is learnt from; more hardly change a matrix of this size.
_LARGEST_N_TERMS = 2_000
_MAX_ITERATIONS = 200
_TOLERANCE = 1e-4
_POWER_ITERATIONS = 20
# Directions in which rows hardly differ are held back by this share of the mean direction.
_DAMPING = 1e-2
# A trace of the plain similarity keeps as many directions as clusters, also when constraints deny some.
_PLAIN_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class SimilarityTerms:
    """Pairs of points and the similarity wanted of them: 1 together, 0 apart.

    Attributes
    ----------
    left, right : (t, q) float64
    wanted : (t,) float64
    """

    left: NDArray[np.float64]
    right: NDArray[np.float64]
    wanted: NDArray[np.float64]


def n_columns_used(n_clusters: int, n_rows: int, n_kept: int) -> int:
    """Return how many of the kept eigenvectors constraints on ``n_rows`` rows are learnt over."""
    wanted = 2 * n_clusters + _LEAST_EXTRA_COLUMNS + n_rows // _ROWS_PER_EXTRA_COLUMN
    return min(n_kept, wanted)


def points_of(vectors: NDArray[np.float32], n_clusters: int, n_columns: int) -> NDArray[np.float64]:
    """Return (m, n_columns) rows scaled to unit length over their first ``n_clusters`` columns."""
    points = np.asarray(vectors[:, :n_columns], dtype=np.float64)
    norms = np.linalg.norm(points[:, :n_clusters], axis=1, keepdims=True)
    return points / np.where(norms > 0, norms, 1.0)


def similarity_terms(
    points: NDArray[np.float64], groups: NDArray[np.int64], apart: NDArray[np.int64]
) -> SimilarityTerms:
    """Return what constraints want of the similarities of (m, q) constrained points.

    A row is to be like itself and like the mean of its group, and the means of groups apart unlike.
    """
    n_groups = int(groups.max()) + 1
    sizes = np.bincount(groups, minlength=n_groups)
    means = np.zeros((n_groups, points.shape[1]))
    np.add.at(means, groups, points)
    means /= sizes[:, None]
    linked = sizes[groups] > 1
    left = [points, points[linked], means[apart[:, 0]]]
    right = [points, means[groups[linked]], means[apart[:, 1]]]
    n_alike = len(points) + np.count_nonzero(linked)
    return SimilarityTerms(
        np.concatenate(left), np.concatenate(right), np.concatenate([np.ones(n_alike), np.zeros(len(apart))])
    )


def constrained_coordinates(
    sample: NDArray[np.float64], terms: SimilarityTerms, n_clusters: int
) -> NDArray[np.float64]:
    """Return the (q, n_clusters) map from points to coordinates that constraints and data agree on.

    Similarities of mapped points are ``x' M y``. M is positive semi-definite and as close as possible, in the
    mean over all pairs of sample rows, to that of the first ``n_clusters`` eigenvectors, which plain spectral
    clustering uses; the map is its leading part of rank ``n_clusters``, like the ideal similarity's.

    Parameters
    ----------
    sample : (m, q) float64
        Points of a sample of all rows.
    terms : SimilarityTerms

    References
    ----------
    Li, Liu and Tang (2009), "Constrained clustering via spectral regularization", equations 6 to 9; here the
    distance to the plain embedding replaces their demand of unit length on every row, and the quadratic
    semi-definite problem is solved by accelerated projected gradients (Beck and Teboulle 2009, with the
    restart of O'Donoghue and Candès 2015).
    """
    n_columns = sample.shape[1]
    moment = sample.T @ sample / len(sample)
    moment[np.diag_indices(n_columns)] += _DAMPING * np.trace(moment) / n_columns
    values, axes = np.linalg.eigh(moment)
    # In whitened coordinates the distance to the plain embedding is a Frobenius norm.
    whiten = (axes / np.sqrt(values)) @ axes.T
    color = (axes * np.sqrt(values)) @ axes.T
    plain = color[:, :n_clusters] @ color[:n_clusters]
    left, right, wanted, weight = _thinned(terms)
    learnt = _nearest_kernel(plain, left @ whiten, right @ whiten, wanted, weight)
    strengths, directions = np.linalg.eigh(learnt + _PLAIN_SHARE * plain)
    leading = np.argsort(-strengths, kind="stable")[:n_clusters]
    # Each direction's largest entry is positive: the same map on every machine.
    chosen = directions[:, leading]
    chosen = chosen * np.sign(chosen[np.abs(chosen).argmax(axis=0), np.arange(len(leading))])
    return np.asarray(whiten @ (chosen * np.sqrt(np.maximum(strengths[leading], 0.0))))


def _thinned(
    terms: SimilarityTerms,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], float]:
    """Return at most a fixed number of terms, and the weight of each."""
    count = len(terms.wanted)
    if count <= _LARGEST_N_TERMS:
        return terms.left, terms.right, terms.wanted, CONSTRAINT_WEIGHT
    chosen = np.sort(np.random.default_rng(0).choice(count, _LARGEST_N_TERMS, replace=False))
    weight = CONSTRAINT_WEIGHT * count / _LARGEST_N_TERMS
    return terms.left[chosen], terms.right[chosen], terms.wanted[chosen], weight


def _nearest_kernel(
    plain: NDArray[np.float64],
    left: NDArray[np.float64],
    right: NDArray[np.float64],
    wanted: NDArray[np.float64],
    weight: float,
) -> NDArray[np.float64]:
    """Return the M >= 0 that minimises ``|M - plain|^2 + weight * sum (left' M right - wanted)^2``."""

    def pulled(matrix: NDArray[np.float64], target: NDArray[np.float64] | float) -> NDArray[np.float64]:
        misfit = np.einsum("tq,tq->t", left @ matrix, right) - target
        pull = left.T @ (misfit[:, None] * right)
        return np.asarray(weight * (pull + pull.T))

    step = 1.0 / (2.0 + 1.05 * _largest_curvature(lambda matrix: pulled(matrix, 0.0), len(plain)))
    matrix = ahead = plain
    momentum = 1.0
    for _ in range(_MAX_ITERATIONS):
        gradient = 2 * (ahead - plain) + pulled(ahead, wanted)
        following = _positive_part(ahead - step * gradient)
        if np.sum((ahead - following) * (following - matrix)) > 0:
            momentum = 1.0
        next_momentum = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        change = following - matrix
        ahead = following + (momentum - 1) / next_momentum * change
        matrix, momentum = following, next_momentum
        if np.linalg.norm(change) < _TOLERANCE * np.linalg.norm(matrix):
            break
    return matrix


def _largest_curvature(apply, size: int) -> float:  # type: ignore[no-untyped-def]
    """Return the largest eigenvalue of a symmetric operator on symmetric matrices, by power iteration."""
    matrix = np.eye(size) + np.ones((size, size)) / size
    curvature = 0.0
    for _ in range(_POWER_ITERATIONS):
        image = apply(matrix)
        curvature = float(np.linalg.norm(image) / np.linalg.norm(matrix))
        if curvature == 0:
            break
        matrix = image / curvature
    return curvature


def _positive_part(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    return np.asarray((vectors * np.maximum(values, 0.0)) @ vectors.T)
