"""Exact quantiles of a column too long to hold, by counting in a few more passes.

Floats in ascending order have ascending bit patterns (with the sign's bit turned), so an order statistic is
found by its leading bits first: each pass counts one more piece of them among the values that share those
found before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from fiedler.moments import GROUP_ROWS, ColumnMoments
from fiedler.scaling import Quantiles
from fiedler.sources.protocol import RowSource
from fiedler.streaming.executors import Executor, Tick
from fiedler.streaming.ranges import RowRange, split_rows

_BITS = 16
_SIGN = np.uint64(1 << 63)


def streamed_quantiles(
    source: RowSource, column: int, moments: ColumnMoments, executor: Executor
) -> Quantiles:
    """Return what finds quantiles of the finite values of a column, as `numpy.quantile` defines them.

    Four passes over the source for all fractions of a call, in half a megabyte for each order statistic.
    """

    def quantiles(fractions: Sequence[float]) -> NDArray[np.float64]:
        places = np.asarray(fractions) * (moments.n_present - 1)
        below = np.floor(places).astype(np.int64)
        above = np.minimum(below + 1, moments.n_present - 1)
        ranks = np.unique(np.concatenate([below, above]))
        found = dict(zip(ranks.tolist(), _order_statistics(source, column, ranks, executor), strict=True))
        return np.array(
            [
                np.quantile([found[int(low)], found[int(high)]], place - low)
                for low, high, place in zip(below, above, places, strict=True)
            ]
        )

    return quantiles


def _order_statistics(
    source: RowSource, column: int, ranks: NDArray[np.int64], executor: Executor
) -> NDArray[np.float64]:
    """Return the finite values of these ranks, 0 the smallest."""
    prefixes = np.zeros(ranks.size, np.uint64)
    left = ranks.copy()
    ranges = split_rows(source.n_rows, GROUP_ROWS, executor.n_ranges if source.is_seekable else 1)
    for shift in range(64 - _BITS, -1, -_BITS):
        task = CountKeys(source, column, prefixes, shift)
        counts = executor.run(task, ranges, lambda fraction: None).counts
        for target in range(ranks.size):
            ends = np.cumsum(counts[target])
            digit = int(np.searchsorted(ends, left[target], side="right"))
            left[target] -= ends[digit - 1] if digit else 0
            prefixes[target] = (prefixes[target] << np.uint64(_BITS)) | np.uint64(digit)
    return _values(prefixes)


@dataclass(frozen=True, slots=True)
class KeyCounts:
    """``counts`` (t, 2**16) int64: values by their next bits, for each of t order statistics sought."""

    counts: NDArray[np.int64]

    def join(self, other: Self) -> Self:
        """Return the sum of both."""
        np.add(self.counts, other.counts, out=self.counts)
        return self


@dataclass(frozen=True, eq=False)
class CountKeys:
    """Counts the finite values of a column by the bits at ``shift``, among those with each prefix above."""

    source: RowSource
    column: int
    prefixes: NDArray[np.uint64]
    shift: int

    def __call__(self, rows: RowRange, tick: Tick) -> KeyCounts:
        """Return the range's counts."""
        counts = np.zeros((self.prefixes.size, 1 << _BITS), np.int64)
        for batch in self.source.batches(*rows):
            values = batch[:, self.column].astype(np.float64)
            keys = _keys(values[np.isfinite(values)])
            digits = ((keys >> np.uint64(self.shift)) & np.uint64((1 << _BITS) - 1)).astype(np.int64)
            # A shift by all 64 bits is undefined: every key has the empty prefix.
            above = keys >> np.uint64(self.shift + _BITS) if self.shift + _BITS < 64 else np.zeros_like(keys)
            for target, prefix in enumerate(self.prefixes):
                counts[target] += np.bincount(digits[above == prefix], minlength=1 << _BITS)
            tick(len(batch))
        return KeyCounts(counts)


def _keys(values: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Return whole numbers in the order of the values; -0 counts as 0."""
    bits = (values + 0.0).view(np.uint64)
    return np.where(bits & _SIGN, ~bits, bits | _SIGN)


def _values(keys: NDArray[np.uint64]) -> NDArray[np.float64]:
    bits: NDArray[np.uint64] = np.where(keys & _SIGN, keys ^ _SIGN, ~keys)
    return bits.view(np.float64)
