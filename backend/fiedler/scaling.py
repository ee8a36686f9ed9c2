"""Making columns comparable: what stands in for missing values, and each column's centre and scale.

First step of the pipeline (table -> features). All statistics are over the values that are present and
finite, in float64.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fiedler.moments import ColumnMoments, column_moments
from fiedler.parameters import Imputation, Scaling

# Quartile range of a normal distribution over its standard deviation.
_QUARTILES_PER_DEVIATION = 1.3489795003921634

Quantiles = Callable[[Sequence[float]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class ColumnScale:
    """How one column becomes a feature: ``(value - center) / scale``, missing values first filled.

    ``n_missing`` counts absent or NaN values, ``n_infinite`` infinite ones; both are filled. ``low`` and
    ``high`` are the smallest and the largest finite value.
    """

    n_missing: int
    n_infinite: int
    fill: float
    center: float
    scale: float
    is_constant: bool
    low: float = np.nan
    high: float = np.nan

    @property
    def n_imputed(self) -> int:
        """Number of cells filled."""
        return self.n_missing + self.n_infinite

    @property
    def is_empty(self) -> bool:
        """Whether no cell held a finite value."""
        return bool(np.isnan(self.fill))

    def apply(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the (n,) values filled, centred and scaled; the argument is not changed."""
        filled = np.where(np.isfinite(values), values, self.fill) if self.n_imputed else values
        # Halved first: the difference of two huge values may exceed float64.
        return (filled / 2 - self.center / 2) / (self.scale / 2)


def column_scale(values: NDArray[np.float64], scaling: Scaling, imputation: Imputation) -> ColumnScale:
    """Return fill, centre and scale of one column.

    Parameters
    ----------
    values : (n,) float64
        The column; NaN where a value is missing.
    scaling : {"auto", "standard", "robust", "minmax", "none"}
        Mean and deviation ("auto" too, see `on_common_scale`), median and quartiles, range, or nothing.
    imputation : {"median", "mean", "zero"}
        What replaces missing and infinite values.

    Returns
    -------
    ColumnScale
        A constant column has scale 1. A column without a finite value has a NaN fill.
    """
    moments = column_moments(values)
    whole = moments.n_present == values.size
    return scale_of(
        moments,
        scaling,
        imputation,
        lambda fractions: np.quantile(values if whole else values[np.isfinite(values)], fractions),
    )


def scale_of(
    moments: ColumnMoments, scaling: Scaling, imputation: Imputation, quantiles: Quantiles
) -> ColumnScale:
    """Return fill, centre and scale of a column that was measured elsewhere.

    Parameters
    ----------
    moments : ColumnMoments
        Of the whole column.
    scaling, imputation
        See `column_scale`.
    quantiles : callable
        Returns the quantiles of the column's finite values at the fractions given; called only where the
        scaling or a missing value needs them.
    """
    n_missing, n_infinite = moments.n_missing, moments.n_infinite
    if moments.n_present == 0:
        return ColumnScale(n_missing, n_infinite, np.nan, 0.0, 1.0, True)
    low, high = moments.low, moments.high
    fill = _fill(moments, imputation, quantiles) if n_missing or n_infinite else 0.0
    if low == high:
        return ColumnScale(n_missing, n_infinite, fill, low, 1.0, True, low, high)
    center, scale = _center_and_scale(moments, scaling, quantiles)
    return ColumnScale(n_missing, n_infinite, fill, center, scale, False, low, high)


@dataclass(frozen=True, slots=True)
class CommonScale:
    """Columns on one scale: ``n_reaching`` of them, varying ones, span ``low`` to ``high``."""

    scales: dict[str, ColumnScale]
    low: float
    high: float
    n_reaching: int


def on_common_scale(scales: Mapping[str, ColumnScale]) -> CommonScale | None:
    """Return standardised columns on one scale, when they share a unit; None when nothing says so.

    Columns that reach both ends of the range of them all were measured with one instrument: pixels from 0 to
    16, answers from 1 to 5, flags. Where half the varying columns do, a column that varies little says
    little, and a deviation of 1 for each would raise the noise of the dullest to the weight of the best. All
    then share the largest deviation; each keeps its centre.

    Parameters
    ----------
    scales : mapping of str to ColumnScale
        From `column_scale`, by column; constant and empty ones are returned as they are.
    """
    varying = [scale for scale in scales.values() if not scale.is_constant]
    if len(varying) < 2:
        return None
    low, high = min(scale.low for scale in varying), max(scale.high for scale in varying)
    n_reaching = sum(scale.low == low and scale.high == high for scale in varying)
    if n_reaching < 2 or 2 * n_reaching < len(varying):
        return None
    common = max(scale.scale for scale in varying)
    on_one = {
        name: scale if scale.is_constant else dataclasses.replace(scale, scale=common)
        for name, scale in scales.items()
    }
    return CommonScale(on_one, low, high, n_reaching)


def _fill(moments: ColumnMoments, imputation: Imputation, quantiles: Quantiles) -> float:
    if imputation == "median":
        return float(quantiles([0.5])[0])
    if imputation == "mean":
        return moments.mean_and_deviation()[0]
    return 0.0


def _center_and_scale(moments: ColumnMoments, scaling: Scaling, quantiles: Quantiles) -> tuple[float, float]:
    if scaling == "none":
        return 0.0, 1.0
    if scaling == "minmax":
        low, high = moments.low, moments.high
        return low, 2 * min(high / 2 - low / 2, np.finfo(np.float64).max / 2)
    if scaling == "robust":
        first, median, third = (float(q) for q in quantiles([0.25, 0.5, 0.75]))
        if third > first:
            return median, (third - first) / _QUARTILES_PER_DEVIATION
    # Also for "robust" when half the values are equal: quartiles then say nothing about the spread.
    return moments.mean_and_deviation()
