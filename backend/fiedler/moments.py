"""Counts, range, mean and squared deviations of columns, summed block by block in one fixed order.

So that a column in memory and the same column read in pieces have the same bits: blocks lie at fixed rows and
are joined in groups of a fixed length, whoever reads them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

BLOCK_ROWS = 1 << 13
GROUP_ROWS = 1 << 20
"""Blocks are joined in groups of this many rows, then the groups; pieces begin at a group's first row."""

# Squares of magnitudes beyond this overflow; such columns are summed in a smaller unit.
_LARGEST_MAGNITUDE = 1e150
_SMALL_EXPONENT = -600


@dataclass(frozen=True, slots=True)
class ColumnMoments:
    """What some rows of one column hold.

    ``n_missing`` counts NaN, ``n_infinite`` infinite values, ``n_present`` all others, of which ``low`` and
    ``high`` are the range. ``mean`` and ``squares`` (the sum of squared deviations from the mean) are in
    units of ``2**-exponent`` and its square; both are NaN when they were not asked for.
    """

    n_missing: int
    n_infinite: int
    n_present: int
    low: float
    high: float
    mean: float
    squares: float
    exponent: int = 0

    @property
    def n_rows(self) -> int:
        """Rows seen."""
        return self.n_missing + self.n_infinite + self.n_present

    def mean_and_deviation(self) -> tuple[float, float]:
        """Return mean and standard deviation; the range where squares of tiny differences vanish."""
        mean = math.ldexp(self.mean, -self.exponent)
        deviation = math.sqrt(self.squares / self.n_present)
        if deviation == 0.0:
            return mean, self.high - self.low
        # Two steps: a deviation near the largest number must not overflow on the way.
        return mean, math.ldexp(deviation, -self.exponent)

    def joined(self, other: ColumnMoments) -> ColumnMoments:
        """Return the moments of both rows.

        References
        ----------
        Chan, Golub, LeVeque (1983), "Algorithms for computing the sample variance", equation 2.1.
        """
        n_missing, n_infinite = self.n_missing + other.n_missing, self.n_infinite + other.n_infinite
        if not other.n_present or not self.n_present:
            some = self if self.n_present else other
            return ColumnMoments(
                n_missing,
                n_infinite,
                some.n_present,
                some.low,
                some.high,
                some.mean,
                some.squares,
                some.exponent,
            )
        exponent = min(self.exponent, other.exponent)
        (mean, squares), (other_mean, other_squares) = self._in(exponent), other._in(exponent)
        n_present = self.n_present + other.n_present
        apart = other_mean - mean
        return ColumnMoments(
            n_missing,
            n_infinite,
            n_present,
            min(self.low, other.low),
            max(self.high, other.high),
            mean + apart * (other.n_present / n_present),
            squares + other_squares + apart * apart * (self.n_present * (other.n_present / n_present)),
            exponent,
        )

    def _in(self, exponent: int) -> tuple[float, float]:
        change = exponent - self.exponent
        return math.ldexp(self.mean, change), math.ldexp(self.squares, 2 * change)


# Present values, range, mean and squares of nothing.
_NO_VALUES = (0, math.nan, math.nan, math.nan, math.nan)
_NOTHING = ColumnMoments(0, 0, *_NO_VALUES)


def column_moments(values: NDArray[np.floating]) -> ColumnMoments:
    """Return the moments of a column's (n,) values."""
    groups = (
        joined_moments(
            block_moments(values[first : first + BLOCK_ROWS])
            for first in range(start, min(start + GROUP_ROWS, len(values)), BLOCK_ROWS)
        )
        for start in range(0, len(values), GROUP_ROWS)
    )
    return joined_moments(groups)


def joined_moments(parts: Iterable[ColumnMoments]) -> ColumnMoments:
    """Return the moments of consecutive blocks of a group, or of groups, in the order of their rows."""
    return reduce(ColumnMoments.joined, parts, _NOTHING)


def block_moments(values: NDArray[np.floating], *, with_mean: bool = True) -> ColumnMoments:
    """Return the moments of one block's (m,) values, at most `BLOCK_ROWS` and at least one.

    Without the mean, only counts and range are found, in a fraction of the time.
    """
    low, high = float(values.min()), float(values.max())
    n_missing = n_infinite = 0
    if not (math.isfinite(low) and math.isfinite(high)):
        finite = np.isfinite(values)
        n_infinite = int(np.count_nonzero(np.isinf(values)))
        n_missing = values.size - int(np.count_nonzero(finite)) - n_infinite
        values = values[finite]
        if values.size == 0:
            return ColumnMoments(n_missing, n_infinite, *_NO_VALUES)
        low, high = float(values.min()), float(values.max())
    if not with_mean:
        return ColumnMoments(n_missing, n_infinite, values.size, low, high, math.nan, math.nan)
    exponent = _SMALL_EXPONENT if max(-low, high) > _LARGEST_MAGNITUDE else 0
    wide = values.astype(np.float64, copy=False)
    if exponent:
        wide = np.ldexp(wide, exponent)
    mean = float(wide.mean())
    apart = wide - mean
    return ColumnMoments(
        n_missing, n_infinite, values.size, low, high, mean, float(np.sum(apart * apart)), exponent
    )
