"""From a feature matrix to the few spaces that views are taken in.

Rows are put in lexicographic order and copies are merged first: whatever follows, random starts included,
cannot depend on the order of the table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fiedler.errors import InvalidFeaturesError
from fiedler.row_blocks import single_blas_thread

MAX_GRAPH_COLUMNS = 64
N_PRINCIPAL = 50
EQUAL_SCALES = 1.15
"""Columns whose deviations differ by less than this factor are taken to share a unit."""
EQUAL_RANGES = 1e-5
"""Ranges whose relative difference is less are equal; columns of one instrument have them, such as pixels."""
FEWEST_VALUES = 10
"""Columns of fewer distinct values, such as flags, have no density."""
UNLIKE_SCALES = 5.0
"""Beyond this factor the widest column would decide separation alone."""


@dataclass(frozen=True, slots=True)
class Space:
    """Coordinates in which closeness is measured: ``name`` for a reader, ``points`` (m, d) float64.

    ``one_unit`` says that the columns are told by their ranges to share a unit, or are principal components.
    """

    name: str
    points: NDArray[np.float64]
    one_unit: bool = False


@dataclass(frozen=True, slots=True)
class Spaces:
    """The distinct rows of a table in every space.

    Attributes
    ----------
    graphs : list of Space
        One or two: the columns as they are (or their principal components), and standardised.
    separation : Space
        The one of `graphs` that separation is measured in.
    mixture : Space
        Every column that a density can be told of, for mixture models; perhaps none.
    inverse : (n,) int64
        The distinct row that each row of the table is.
    """

    graphs: list[Space]
    separation: Space
    mixture: Space
    inverse: NDArray[np.int64]


def prepared_spaces(features: NDArray[np.floating]) -> Spaces:
    """Return the distinct rows of ``features`` in every space, free of constant columns.

    Parameters
    ----------
    features : (n, d) float32 or float64
        Finite.

    Raises
    ------
    InvalidFeaturesError
        Not a matrix, without columns, or with a value that is not finite.
    """
    matrix = _checked(features)
    distinct, inverse = np.unique(matrix + 0.0, axis=0, return_inverse=True)
    low, high = distinct.min(axis=0), distinct.max(axis=0)
    if not np.any(high > low):
        only = Space("constant columns", np.zeros((len(distinct), 1)))
        return Spaces([only], only, only, inverse.ravel())
    # Halving keeps the range of huge values finite.
    centered = distinct[:, high > low] / 2 - (low / 4 + high / 4)[high > low]
    centered -= centered.mean(axis=0)
    centered /= np.abs(centered).max()
    deviations = centered.std(axis=0)
    # A column may vanish beside one many orders of magnitude wider.
    deviations[deviations == 0] = np.finfo(np.float64).tiny
    scale = np.sqrt(np.mean(deviations**2))
    plain, standardised = centered / scale, centered / deviations
    if centered.shape[1] > MAX_GRAPH_COLUMNS:
        components = Space(f"{N_PRINCIPAL} principal components", _principal(plain), one_unit=True)
        return Spaces([components], components, _with_density(plain), inverse.ravel())
    spread = deviations.max() / deviations.min()
    as_is = Space("columns as they are", plain, one_unit=_share_a_range(centered))
    if spread <= EQUAL_SCALES or as_is.one_unit:
        return Spaces([as_is], as_is, _with_density(plain), inverse.ravel())
    unit = Space("standardised columns", standardised)
    return Spaces(
        [as_is, unit], unit if spread > UNLIKE_SCALES else as_is, _with_density(standardised), inverse.ravel()
    )


def _checked(features: NDArray[np.floating]) -> NDArray[np.float64]:
    matrix = np.asarray(features)
    if matrix.ndim != 2 or matrix.shape[1] == 0 or matrix.dtype.kind not in "fiub":
        raise InvalidFeaturesError(
            f"features has shape {matrix.shape} and type {matrix.dtype}; a numeric matrix with "
            f"at least one column is required."
        )
    values = matrix.astype(np.float64)
    finite = np.isfinite(values)
    if not finite.all():
        row, column = np.argwhere(~finite)[0]
        raise InvalidFeaturesError(
            f"features holds {values[row, column]} in row {row}, column {column}; every value must be "
            f"finite. Fill or drop missing values."
        )
    return values


def _share_a_range(points: NDArray[np.float64]) -> bool:
    """Return whether half the columns, at least two, span the widest range, as columns of one unit do."""
    ranges = np.ptp(points, axis=0)
    n_widest = int(np.count_nonzero(ranges >= (1 - EQUAL_RANGES) * ranges.max()))
    return n_widest >= 2 and 2 * n_widest >= len(ranges)


def _with_density(points: NDArray[np.float64]) -> Space:
    ordered = np.sort(points, axis=0)
    n_values = 1 + np.count_nonzero(np.diff(ordered, axis=0), axis=0)
    return Space("columns of many values", np.ascontiguousarray(points[:, n_values >= FEWEST_VALUES]))


def _principal(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the rows' leading principal components, from the smaller of the two Gram matrices."""
    n_samples, n_features = points.shape
    kept = min(N_PRINCIPAL, n_samples, n_features)
    with single_blas_thread():
        if n_features <= n_samples:
            axes = np.linalg.eigh(points.T @ points)[1][:, ::-1][:, :kept]
            return np.ascontiguousarray(points @ axes)
        values, vectors = np.linalg.eigh(points @ points.T)
        scores = vectors[:, ::-1][:, :kept] * np.sqrt(np.maximum(values[::-1][:kept], 0.0))
        return np.ascontiguousarray(scores)
