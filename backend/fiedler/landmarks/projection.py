"""The coordinates landmarks work in: the features themselves, rescaled when float32 needs it, PCA above 64.

Distances are float32. Features far from zero or of extreme size lose their digits there, so such features
are centred by the median and divided by one number (never one per column, which would change distances).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg
from numpy.typing import NDArray
from sklearn.utils.extmath import randomized_svd

LARGEST_DIRECT_DIMENSION = 64
PIECE_ROWS = 1 << 13
"""Rows projected at a time: of hundreds of columns, a whole block in float64 would take a gigabyte."""
PCA_DIMENSION = 50
PCA_SAMPLE = 10_000

# Dense eigendecomposition of the covariance above this many columns costs seconds.
_LARGEST_DENSE_COVARIANCE = 2_000
# Coordinates are cut this many spreads from the centre: their squares stay far inside float32's range.
_LARGEST_COORDINATE = 1e6
_LARGEST_OFFSET = 64.0
_ROWS_FOR_SPREAD = 2_000
_SPREADS_KEPT = (1e-3, 1e3)


@dataclass(frozen=True, slots=True)
class Projection:
    """An affine map ``(x - centre) * scale @ axes``, or nothing at all.

    Attributes
    ----------
    n_features : int
        Columns it accepts.
    centre : ndarray of shape (n_features,), float64, or None
        None: coordinates are taken as they are.
    scale : float
        One factor for all columns.
    axes : ndarray of shape (n_features, n_coordinates), float32, or None
        Orthonormal columns: principal axes of the sample.
    """

    n_features: int
    centre: NDArray[np.float64] | None = None
    scale: float = 1.0
    axes: NDArray[np.float32] | None = None

    @property
    def is_identity(self) -> bool:
        """Whether the features are used untouched."""
        return self.centre is None and self.axes is None

    @property
    def n_coordinates(self) -> int:
        """Columns it returns."""
        return self.n_features if self.axes is None else self.axes.shape[1]

    def __call__(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the (m, n_coordinates) float32 coordinates of (m, n_features) rows."""
        if self.is_identity:
            return rows
        if self.axes is None:
            return self._centred(rows)
        coordinates = np.empty((rows.shape[0], self.n_coordinates), np.float32)
        for start in range(0, rows.shape[0], PIECE_ROWS):
            with np.errstate(invalid="ignore", over="ignore"):
                coordinates[start : start + PIECE_ROWS] = (
                    self._centred(rows[start : start + PIECE_ROWS]) @ self.axes
                )
        return coordinates

    def _centred(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        if self.centre is None:
            return rows
        shifted = (rows.astype(np.float64) - self.centre) * self.scale
        # An infinity must not be cut to a number: whoever searches refuses what is not finite.
        shifted[np.isinf(shifted)] = np.nan
        return np.clip(shifted, -_LARGEST_COORDINATE, _LARGEST_COORDINATE).astype(np.float32)


def fit_projection(sample: NDArray[np.float32], random_state: int) -> Projection:
    """Return the map for features like the (m, d) sample; the identity for well-scaled ones with d <= 64."""
    n_features = sample.shape[1]
    centre, scale = _centre_and_scale(sample)
    if n_features <= LARGEST_DIRECT_DIMENSION:
        return Projection(n_features, centre, scale)
    axes = _principal_axes(Projection(n_features, centre, scale)(sample[:PCA_SAMPLE]), random_state)
    return Projection(n_features, centre, scale, axes)


def _centre_and_scale(sample: NDArray[np.float32]) -> tuple[NDArray[np.float64] | None, float]:
    """Return (None, 1) when float32 distances are safe as they are."""
    wide = sample[:_ROWS_FOR_SPREAD].astype(np.float64)
    centre = np.median(wide, axis=0)
    deviations = np.abs(wide - centre)
    # Means of all but the greatest hundredth: a few absurd values must not decide the scale of all others.
    ordinary = deviations <= np.quantile(deviations, 0.99, axis=0)
    spread = float(np.max((deviations * ordinary).mean(axis=0)))
    if spread == 0.0:
        spread = float(deviations.max()) or 1.0
    low, high = sample.min(axis=0).astype(np.float64), sample.max(axis=0).astype(np.float64)
    farthest = float(np.maximum(high - centre, centre - low).max())
    kept_low, kept_high = _SPREADS_KEPT
    safe = (
        kept_low <= spread <= kept_high
        and float(np.abs(centre).max()) <= _LARGEST_OFFSET * spread
        and farthest <= _LARGEST_COORDINATE * spread
    )
    return (None, 1.0) if safe else (centre, 1.0 / spread)


def _principal_axes(rows: NDArray[np.float32], random_state: int) -> NDArray[np.float32]:
    centred = rows - rows.mean(axis=0, dtype=np.float64).astype(np.float32)
    n_features = rows.shape[1]
    n_axes = min(PCA_DIMENSION, n_features, rows.shape[0])
    if n_features <= _LARGEST_DENSE_COVARIANCE:
        covariance = (centred.T @ centred).astype(np.float64)
        _, vectors = scipy.linalg.eigh(
            covariance, subset_by_index=[n_features - n_axes, n_features - 1], driver="evr"
        )
        axes = vectors[:, ::-1]
    else:
        _, _, rows_of_axes = randomized_svd(centred, n_axes, random_state=random_state)
        axes = rows_of_axes.T
    largest = np.abs(axes).argmax(axis=0)
    signs = np.sign(axes[largest, np.arange(axes.shape[1])])
    return np.ascontiguousarray(axes * signs, dtype=np.float32)
