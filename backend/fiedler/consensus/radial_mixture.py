"""The radial mixture, compiled: components of one shared profile of density by distance."""

from __future__ import annotations

import math

import numba
import numpy as np
from numpy.typing import NDArray

from fiedler.consensus.gaussian_mixture import NEGLIGIBLE, TINY

N_RADII = 5
SMALLEST_VARIANCE = 1e-6
"""Of the mean variance about the centres that EM starts from."""


def fit_radial(
    points: NDArray[np.float64], labels: NDArray[np.integer], max_iterations: int, tolerance: float
) -> tuple[NDArray[np.float64], float]:
    """Return (m, k) component probabilities of the rows, and their mean log-likelihood (nats), after EM.

    The profile is a mixture of five spherical normals about each centre: density ``sum_jl p_j q_l N(x; c_j,
    v_l I)`` with shares p, centres c and variances v.

    Parameters
    ----------
    points : (m, d) float64
    labels : (m,) integers
        The partition that EM starts from; every number from 0 to the largest in use.
    max_iterations : int
    tolerance : float
        EM stops when the mean log-likelihood rises by less (nats).
    """
    points = np.ascontiguousarray(points, dtype=np.float64)
    n_samples = len(points)
    n_components = int(labels.max()) + 1
    centers = np.array([points[labels == j].mean(axis=0) for j in range(n_components)])
    shares = np.bincount(labels, minlength=n_components) / n_samples
    own = ((points - centers[labels]) ** 2).mean(axis=1)
    floor = max(SMALLEST_VARIANCE * float(own.mean()), TINY)
    variances = np.maximum(np.quantile(own, (np.arange(N_RADII) + 0.5) / N_RADII), floor)
    profile = np.full(N_RADII, 1.0 / N_RADII)
    weights = np.empty((n_samples, n_components))
    last = -np.inf
    for _ in range(max_iterations):
        mean, *better = _step(points, centers, shares, variances, profile, floor, weights)
        if mean - last < tolerance:
            break
        last = mean
        centers, shares, variances, profile = better
    return weights, mean


@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _step(
    points: NDArray[np.float64],
    centers: NDArray[np.float64],
    shares: NDArray[np.float64],
    variances: NDArray[np.float64],
    profile: NDArray[np.float64],
    floor: float,
    weights: NDArray[np.float64],
) -> tuple[float, NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Write ``weights``; return the mean log-likelihood and centres, shares, variances, profile from them."""
    n_samples, n_features = points.shape
    n_components, n_radii = len(centers), len(variances)
    constants = np.log(profile) - 0.5 * n_features * np.log(2 * math.pi * variances)
    log_shares = np.log(shares)
    inverse = 1.0 / variances
    squares = np.empty(n_components)
    logs = np.empty((n_components, n_radii))
    share_sums = np.zeros(n_components)
    masses = np.zeros(n_radii)
    moments = np.zeros(n_radii)
    pulls = np.full(n_components, TINY)
    sums = np.zeros((n_components, n_features))
    mean = 0.0
    for row in range(n_samples):
        peak = -np.inf
        for component in range(n_components):
            square = 0.0
            for column in range(n_features):
                gap = points[row, column] - centers[component, column]
                square += gap * gap
            squares[component] = square
            for radius in range(n_radii):
                log = constants[radius] + log_shares[component] - 0.5 * square * inverse[radius]
                logs[component, radius] = log
                peak = max(peak, log)
        total = 0.0
        for component in range(n_components):
            for radius in range(n_radii):
                below = peak - logs[component, radius]
                density = math.exp(-below) if below < NEGLIGIBLE else 0.0
                logs[component, radius] = density
                total += density
        mean += math.log(total) + peak
        for component in range(n_components):
            weight = 0.0
            pull = 0.0
            for radius in range(n_radii):
                part = logs[component, radius] / total
                weight += part
                pull += part * inverse[radius]
                masses[radius] += part
                moments[radius] += part * squares[component]
            weights[row, component] = weight
            share_sums[component] += weight
            if pull > 0:
                pulls[component] += pull
                for column in range(n_features):
                    sums[component, column] += pull * points[row, column]
    for component in range(n_components):
        sums[component] /= pulls[component]
    better = np.empty(n_radii)
    for radius in range(n_radii):
        better[radius] = max(moments[radius] / (n_features * max(masses[radius], TINY)), floor)
    return mean / n_samples, sums, share_sums / n_samples + TINY, better, masses / n_samples + TINY
