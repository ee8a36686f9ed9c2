"""Gaussian mixtures of four shapes, compiled: expectation and maximisation over rows in one thread."""

from __future__ import annotations

import math

import numba
import numpy as np
from numpy.typing import NDArray

RIDGE = 1e-3
"""Of the mean column variance, added to every variance."""
TINY = 1e-300
NEGLIGIBLE = 40.0
"""Nats below a row's most probable component, from where on another one is nothing in double precision."""


def fit_gaussian(
    points: NDArray[np.float64],
    labels: NDArray[np.integer],
    kind: str,
    max_iterations: int,
    tolerance: float,
) -> tuple[NDArray[np.float64], float]:
    """Return (m, k) component probabilities of the rows, and their mean log-likelihood (nats), after EM.

    Parameters
    ----------
    points : (m, d) float64
    labels : (m,) integers
        The partition that EM starts from; every number from 0 to the largest in use.
    kind : {"spherical", "diagonal", "tied", "full"}
    max_iterations : int
    tolerance : float
        EM stops when the mean log-likelihood rises by less (nats).

    References
    ----------
    Dempster, Laird and Rubin (1977), "Maximum likelihood from incomplete data via the EM algorithm"; Celeux
    and Govaert (1995), "Gaussian parsimonious clustering models".
    """
    points = np.ascontiguousarray(points, dtype=np.float64)
    ridge = RIDGE * float(points.var(axis=0).mean())
    weights = np.zeros((len(points), int(labels.max()) + 1))
    weights[np.arange(len(points)), labels] = 1.0
    logs = np.empty_like(weights)
    last = -np.inf
    for _ in range(max_iterations):
        masses, centers = _masses_and_centers(points, weights)
        if kind in ("spherical", "diagonal"):
            variances = _variances(points, weights, masses, centers, kind == "spherical") + ridge
            _scaled_log_densities(points, masses, centers, variances, logs)
        else:
            factors = _factors(points, weights, masses, centers, ridge, kind == "tied")
            _factored_log_densities(points, masses, centers, factors, logs)
        mean = responsibilities(logs, weights)
        if mean - last < tolerance:
            break
        last = mean
    return weights, mean


@numba.njit(cache=True, nogil=True)
def responsibilities(logs: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Write each row's (m, k) component probabilities to ``weights``; return the mean log-likelihood (nats).

    ``logs`` (m, k) are joint log densities.
    """
    n_samples, n_components = logs.shape
    mean = 0.0
    for row in range(n_samples):
        peak = logs[row].max()
        total = 0.0
        for component in range(n_components):
            below = peak - logs[row, component]
            weights[row, component] = math.exp(-below) if below < NEGLIGIBLE else 0.0
            total += weights[row, component]
        for component in range(n_components):
            weights[row, component] /= total
        mean += math.log(total) + peak
    return float(mean / n_samples)


@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _masses_and_centers(
    points: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    n_samples, n_features = points.shape
    n_components = weights.shape[1]
    masses = np.full(n_components, TINY)
    centers = np.zeros((n_components, n_features))
    for row in range(n_samples):
        for component in range(n_components):
            weight = weights[row, component]
            if weight > 0:
                masses[component] += weight
                for column in range(n_features):
                    centers[component, column] += weight * points[row, column]
    for component in range(n_components):
        centers[component] /= masses[component]
    return masses, centers


@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _variances(
    points: NDArray[np.float64],
    weights: NDArray[np.float64],
    masses: NDArray[np.float64],
    centers: NDArray[np.float64],
    spherical: bool,
) -> NDArray[np.float64]:
    """Return (k, d) variances of the components' columns; their mean in every column if spherical."""
    n_samples, n_features = points.shape
    n_components = len(masses)
    variances = np.zeros((n_components, n_features))
    for row in range(n_samples):
        for component in range(n_components):
            weight = weights[row, component]
            if weight > 0:
                for column in range(n_features):
                    gap = points[row, column] - centers[component, column]
                    variances[component, column] += weight * gap * gap
    for component in range(n_components):
        variances[component] /= masses[component]
        if spherical:
            variances[component] = variances[component].sum() / n_features
    return variances


@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _scaled_log_densities(
    points: NDArray[np.float64],
    masses: NDArray[np.float64],
    centers: NDArray[np.float64],
    variances: NDArray[np.float64],
    logs: NDArray[np.float64],
) -> None:
    n_samples, n_features = points.shape
    precisions = 1.0 / variances
    for component in range(len(masses)):
        constant = math.log(masses[component] / n_samples) - 0.5 * n_features * math.log(2 * math.pi)
        constant -= 0.5 * np.log(variances[component]).sum()
        for row in range(n_samples):
            square = 0.0
            for column in range(n_features):
                gap = points[row, column] - centers[component, column]
                square += gap * gap * precisions[component, column]
            logs[row, component] = constant - 0.5 * square


@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _factors(
    points: NDArray[np.float64],
    weights: NDArray[np.float64],
    masses: NDArray[np.float64],
    centers: NDArray[np.float64],
    ridge: float,
    tied: bool,
) -> NDArray[np.float64]:
    """Return (k, d, d) lower triangular Cholesky factors of the components' covariances."""
    n_samples, n_features = points.shape
    n_components = len(masses)
    moments = np.zeros((n_components, n_features, n_features))
    gap = np.empty(n_features)
    for row in range(n_samples):
        for component in range(n_components):
            weight = weights[row, component]
            if weight > 0:
                for column in range(n_features):
                    gap[column] = points[row, column] - centers[component, column]
                for column in range(n_features):
                    for other in range(column + 1):
                        moments[component, column, other] += weight * gap[column] * gap[other]
    if tied:
        pooled = moments.sum(axis=0) / n_samples
    for component in range(n_components):
        if tied and component > 0:
            moments[component] = moments[0]
            continue
        if tied:
            moments[component] = pooled
        else:
            moments[component] /= masses[component]
        for column in range(n_features):
            moments[component, column, column] += ridge
        _cholesky(moments[component])
    return moments


@numba.njit(cache=True, nogil=True)
def _cholesky(matrix: NDArray[np.float64]) -> None:
    """Put the factor in the lower triangle's place; the ridge keeps the matrix positive definite."""
    for column in range(len(matrix)):
        for row in range(column, len(matrix)):
            value = matrix[row, column]
            for before in range(column):
                value -= matrix[row, before] * matrix[column, before]
            if row == column:
                matrix[row, column] = math.sqrt(max(value, TINY))
            else:
                matrix[row, column] = value / matrix[column, column]


@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _factored_log_densities(
    points: NDArray[np.float64],
    masses: NDArray[np.float64],
    centers: NDArray[np.float64],
    factors: NDArray[np.float64],
    logs: NDArray[np.float64],
) -> None:
    n_samples, n_features = points.shape
    whitened = np.empty(n_features)
    inverse_diagonal = np.empty(n_features)
    for component in range(len(masses)):
        constant = math.log(masses[component] / n_samples) - 0.5 * n_features * math.log(2 * math.pi)
        for column in range(n_features):
            inverse_diagonal[column] = 1.0 / factors[component, column, column]
            constant -= math.log(factors[component, column, column])
        for row in range(n_samples):
            square = 0.0
            for column in range(n_features):
                value = points[row, column] - centers[component, column]
                for before in range(column):
                    value -= factors[component, column, before] * whitened[before]
                whitened[column] = value * inverse_diagonal[column]
                square += whitened[column] * whitened[column]
            logs[row, component] = constant - 0.5 * square
