"""How much a column differs between two sets of rows, from counts of its codes.

Three figures, because no single one serves every shape of column:

- Cliff's delta, P(x > y) - P(x < y), is the effect size proper. It is unchanged by any monotone map of the
  column, so skewed columns need no other measure than symmetric ones, and outliers do not move it.
- The separation, the largest difference in share that an interval (or a side) of the column makes, ranks
  columns. It also sees what delta cannot: a set that lies in the middle of the others (delta near 0).
- The standardised difference, of medians over quartile spreads, goes on where delta and separation have
  reached 1 and says how far apart the sets lie.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fiedler.explanation.coded_columns import CodedColumn

# Quartile range of a normal distribution over its standard deviation.
_QUARTILES_PER_DEVIATION = 1.3489795003921634
_QUARTILES = (0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True)
class Effect:
    """How one column differs between the rows inside a set and those outside.

    Attributes
    ----------
    cliffs_delta : float
        In [-1, 1]; positive where the rows inside are higher. AUC = (delta + 1) / 2.
    separation : float
        In [0, 1]: the largest difference, over all intervals, of the shares inside and outside in it.
    standardized_difference : float or None
        Difference of medians over the pooled robust deviation; None without spread or rows.
    inside_quartiles, outside_quartiles : tuple of 3 float, or None
        In the column's own unit; None without a row.
    interval : tuple of two float or None
        The interval of ``separation``, in the column's own unit: above the first, up to the second; None
        where it is open. Its share is higher inside.
    inside_share, outside_share : float
        Shares of the rows inside and outside that lie in ``interval``.
    inside_count, outside_count, inside_missing, outside_missing : int
        Cells counted, and cells missing.

    References
    ----------
    Cliff (1993), "Dominance statistics: ordinal analyses to answer ordinal questions", equation 1.
    Kuiper (1960), "Tests concerning random points on a circle": the separation is his V.
    """

    cliffs_delta: float
    separation: float
    standardized_difference: float | None
    inside_quartiles: tuple[float, float, float] | None
    outside_quartiles: tuple[float, float, float] | None
    interval: tuple[float | None, float | None]
    inside_share: float
    outside_share: float
    inside_count: int
    outside_count: int
    inside_missing: int
    outside_missing: int


def effect(coded: CodedColumn, inside: NDArray[np.float64], outside: NDArray[np.float64]) -> Effect:
    """Return the effect of one column from its counts.

    Parameters
    ----------
    coded : CodedColumn
        Its edges.
    inside, outside : (256,) float64
        Rows of each code, the last entry missing cells; weighted counts when rows were sampled.

    Notes
    -----
    Rows that share a code count as equal: exact where every value has its own code, else within half the
    chance that two rows share one (about 1/400).
    """
    n_codes = len(coded.edges) + 1
    a, b = inside[:n_codes], outside[:n_codes]
    n_inside, n_outside = float(a.sum()), float(b.sum())
    missing = (round(float(inside[-1])), round(float(outside[-1])))
    own, other = _quartiles(coded, a), _quartiles(coded, b)
    if not n_inside or not n_outside:
        counts = (round(n_inside), round(n_outside))
        return Effect(0.0, 0.0, None, own, other, (None, None), 1.0, 1.0, *counts, *missing)
    below = np.cumsum(b) - b
    wins = float(a @ below)
    ties = float(a @ b)
    delta = (2 * wins + ties) / (n_inside * n_outside) - 1
    shares, other_shares = np.cumsum(a) / n_inside, np.cumsum(b) / n_outside
    first, last = _best_interval(shares - other_shares)
    low = None if first == 0 else coded.in_unit(coded.edges[first - 1])
    high = None if last == n_codes else coded.in_unit(coded.edges[last - 1])
    share = _between(shares, first, last)
    other_share = _between(other_shares, first, last)
    return Effect(
        cliffs_delta=delta,
        separation=max(0.0, share - other_share),
        standardized_difference=_standardized(own, other),
        inside_quartiles=own,
        outside_quartiles=other,
        interval=(low, high),
        inside_share=share,
        outside_share=other_share,
        inside_count=round(n_inside),
        outside_count=round(n_outside),
        inside_missing=missing[0],
        outside_missing=missing[1],
    )


def _between(cumulative: NDArray[np.float64], first: int, last: int) -> float:
    """Return the share of codes from ``first`` up to ``last``."""
    return float(cumulative[last - 1]) - (float(cumulative[first - 1]) if first else 0.0)


def _best_interval(difference: NDArray[np.float64]) -> tuple[int, int]:
    """Return the codes (first, last + 1) over which the difference of cumulative shares rises most."""
    steps = np.concatenate([[0.0], difference])
    # Rounding of equal shares must not invent an end inside a flat stretch.
    steps = np.round(steps, 12)
    lowest = np.minimum.accumulate(steps)
    last = int(np.argmax(steps - lowest))
    if last == 0:
        return 0, len(difference)
    return int(np.argmax(steps[: last + 1] == lowest[last])), last


def _quartiles(coded: CodedColumn, counts: NDArray[np.float64]) -> tuple[float, float, float] | None:
    """Return the quartiles in the column's unit, interpolated within a code's edges."""
    total = float(counts.sum())
    if not total:
        return None
    reached = np.cumsum(counts)
    found = []
    for share in _QUARTILES:
        code = int(np.searchsorted(reached, share * total, side="left"))
        code = min(code, len(counts) - 1)
        before = float(reached[code] - counts[code])
        part = (share * total - before) / float(counts[code]) if counts[code] else 0.5
        low, high = float(coded.least[code]), float(coded.most[code])
        found.append(coded.in_unit(low + part * (high - low)))
    return found[0], found[1], found[2]


def pooled_deviation(own: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """Return the root mean square of two robust deviations, quartile ranges over 1.349."""
    # Halved first: the difference of two huge values may exceed float64.
    spreads = [(q[2] / 2 - q[0] / 2) * 2 / _QUARTILES_PER_DEVIATION for q in (own, other)]
    largest = max(spreads)
    if not largest > 0:
        return 0.0
    return largest * float(np.sqrt(((spreads[0] / largest) ** 2 + (spreads[1] / largest) ** 2) / 2))


def _standardized(
    own: tuple[float, float, float] | None, other: tuple[float, float, float] | None
) -> float | None:
    if own is None or other is None:
        return None
    deviation = pooled_deviation(own, other)
    return own[1] / deviation - other[1] / deviation if deviation > 0 else None
