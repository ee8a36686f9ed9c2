"""Columns of whole numbers and the like, spread over what each value was rounded from.

Rounded values put rows on parallel sheets. Where sheets are dense in the other columns, all K neighbours of a
row lie on its own sheet, and the graph falls into one part a value though neighbouring values mean nearly the
same. A rounded value stands for an interval, so rows are spread over it before neighbours are sought
(uniform dequantisation; Theis, van den Oord and Bethge 2016, "A note on the evaluation of generative models",
section 3.1).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Fewer values are categories, between which nothing lies.
_FEWEST_VALUES = 5
# A sheet needs more rows than a neighbour list holds for that list to stay on it.
_ROWS_PER_VALUE = 10
# Columns that are one value nearly everywhere are marks of rare rows.
_LARGEST_SHARE = 0.5
# Sheets nearer to each other than half a neighbour list's reach keep no list to themselves.
_NEAR_SHEETS = 0.5


def spread_rounded(rows: NDArray[np.float32], reach: float) -> NDArray[np.float32]:
    """Return (m, d) float32 rows with rounded columns spread, or ``rows`` itself when there are none.

    A value moves by at most half the step to the next one and half its column's usual step. Where to depends
    on the row's content alone: copies stay equal, and the order of rows does not matter.

    Parameters
    ----------
    rows : (m, d) float32
        Finite.
    reach : float
        Distance of a typical row's last neighbour, in the unit of the rows.
    """
    spread = rows
    words: NDArray[np.uint64] | None = None
    for column in range(rows.shape[1]):
        steps = _steps(rows[:, column], reach)
        if steps is None:
            continue
        if words is None:
            words = _content_words(rows)
            spread = rows.copy()
        values, step_below, step_above = steps
        index = np.searchsorted(values, rows[:, column])
        share = (_mixed(words + np.uint64(column)) >> np.uint64(11)) / 2.0**53
        shift = (share - 0.5) * np.where(share < 0.5, step_below[index], step_above[index])
        spread[:, column] += shift.astype(np.float32)
    return spread


def _steps(
    column: NDArray[np.float32], reach: float
) -> tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.float64]] | None:
    """Return a rounded column's values with the steps below and above each; None for other columns."""
    values, counts = np.unique(column, return_counts=True)
    if not _FEWEST_VALUES <= len(values) <= len(column) / _ROWS_PER_VALUE:
        return None
    steps = np.diff(values.astype(np.float64))
    usual = float(np.median(steps))
    if counts.max() > _LARGEST_SHARE * len(column) or usual < _NEAR_SHEETS * reach:
        return None
    steps = np.minimum(steps, usual)
    return values, np.concatenate([steps[:1], steps]), np.concatenate([steps, steps[-1:]])


def _content_words(rows: NDArray[np.float32]) -> NDArray[np.uint64]:
    # Adding zero turns -0.0 into 0.0, which is equal to it.
    bits = (rows + np.float32(0)).view(np.uint32)
    words = np.zeros(len(rows), np.uint64)
    for column in range(rows.shape[1]):
        words = _mixed(words ^ bits[:, column])
    return words


def _mixed(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return words mixed by the steps of splitmix64, so that near ones become unlike."""
    words = words + np.uint64(0x9E3779B97F4A7C15)
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))
