"""Weights of neighbour links: self-tuning (local), Gaussian with one bandwidth (global), or 1 (binary)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SCALE_NEIGHBOR = 7
"""The neighbour whose distance is a row's local scale (Zelnik-Manor and Perona 2004, section 2)."""


def local_scales(distances: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (n,) each row's distance to its 7th neighbour, or its last when K < 7; always positive.

    A row whose scale would be zero (more than K copies of itself) takes its smallest positive distance, and
    without one the smallest positive scale of all rows, or 1 when every distance is zero.

    Parameters
    ----------
    distances : (n, K) float32
        Ascending neighbour distances.
    """
    scales = distances[:, min(SCALE_NEIGHBOR, distances.shape[1]) - 1].copy()
    zero = scales <= 0
    if zero.any():
        positive = np.where(distances[zero] > 0, distances[zero], np.inf).min(axis=1)
        smallest = scales[~zero].min() if not zero.all() else np.float32(1)
        scales[zero] = np.where(np.isfinite(positive), positive, smallest)
    return scales


def global_bandwidth(distances: NDArray[np.float32]) -> float:
    """Return the mean of all neighbour distances, or 1 when all are zero."""
    mean = float(distances.mean(dtype=np.float64))
    return mean if mean > 0 else 1.0


def local_weights(
    distances: NDArray[np.float32], scales: NDArray[np.float32], neighbor_scales: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return ``exp(-d_ij^2 / (s_i s_j))``, dimensionless and unchanged by the unit of distance.

    Parameters
    ----------
    distances : (n, K) float32
    scales : (n,) float32
        s_i of each row.
    neighbor_scales : (n, K) float32
        s_j of each neighbour.

    References
    ----------
    Zelnik-Manor and Perona (2004), "Self-tuning spectral clustering", equation 3.
    """
    ratio = distances.astype(np.float64) / scales[:, None]
    ratio *= distances.astype(np.float64) / neighbor_scales
    return np.exp(-ratio).astype(np.float32)


def gaussian_weights(distances: NDArray[np.float32], bandwidth: float) -> NDArray[np.float32]:
    """Return ``exp(-d_ij^2 / (2 bandwidth^2))``, dimensionless."""
    ratio = distances.astype(np.float64) / bandwidth
    return np.exp(-0.5 * ratio * ratio).astype(np.float32)
