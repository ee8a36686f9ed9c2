"""How far two partitions agree, beyond chance, from the table that counts their shared rows."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

# Terms of the expectation below this share of the largest do not change a double.
_NEGLIGIBLE = 1e-18


def adjusted_rand_index(contingency: NDArray[np.int64]) -> float:
    """Return the adjusted Rand index: 1 for equal partitions, 0 expected by chance, never above 1.

    Parameters
    ----------
    contingency : (a, b) int64
        Rows in each cluster of the first and of the second partition.

    References
    ----------
    Hubert and Arabie (1985), "Comparing partitions", equation 5.
    """
    # Exact whole numbers: pairs of 10 million rows pass 2^53.
    together = _pairs(contingency.ravel())
    first, second = _pairs(contingency.sum(axis=1)), _pairs(contingency.sum(axis=0))
    total = math.comb(int(contingency.sum()), 2)
    if first == second and first in (together, 0, total):
        return 1.0 if together == first else 0.0
    expected = first * second / total
    return float((together - expected) / ((first + second) / 2 - expected))


def adjusted_mutual_information(contingency: NDArray[np.int64]) -> float:
    """Return the adjusted mutual information, averaged arithmetically: 1 for equal, 0 expected by chance.

    Parameters
    ----------
    contingency : (a, b) int64

    References
    ----------
    Vinh, Epps and Bailey (2010), "Information theoretic measures for clusterings comparison", equations 24a
    and the variant of table 2 with the mean of both entropies.
    """
    first, second = contingency.sum(axis=1), contingency.sum(axis=0)
    first, second = first[first > 0], second[second > 0]
    if len(first) == len(second) == 1 or len(first) == len(second) == contingency.sum():
        return 1.0
    total = int(contingency.sum())
    mean_entropy = (_entropy(first, total) + _entropy(second, total)) / 2
    shared = contingency[contingency > 0].astype(np.float64)
    information = _entropy(first, total) + _entropy(second, total) - _entropy(shared, total)
    expected = float(_expected_information(first, second, total))
    room = mean_entropy - expected
    if abs(room) < np.finfo(np.float64).eps:
        return 1.0 if abs(information - mean_entropy) < np.finfo(np.float64).eps else 0.0
    return float((information - expected) / room)


def _pairs(counts: NDArray[np.int64]) -> int:
    return sum(math.comb(count, 2) for count in counts.tolist())


def _entropy(counts: NDArray[np.int64] | NDArray[np.float64], total: int) -> float:
    """Return the entropy of sizes, in nats."""
    shares = counts / total
    return float(-(shares * np.log(shares)).sum())


@njit(cache=True, nogil=True)
def _expected_information(first, second, total):  # type: ignore[no-untyped-def]
    """Return the mean mutual information, in nats, of random partitions with the sizes given.

    The rows two clusters share are hypergeometric. Terms are followed from the mode both ways by the ratio of
    neighbouring probabilities until they are negligible: their number grows with the square root of the
    rows, not with the rows.
    """
    expected = 0.0
    for a in first:
        for b in second:
            lowest = max(0, a + b - total)
            highest = min(a, b)
            mode = min(highest, max(lowest, (a + 1) * (b + 1) // (total + 2)))
            scale = math.log(total) - math.log(a) - math.log(b)
            # Relative to the mode's; the sum of all makes them probabilities.
            weight = 1.0
            mass = 0.0
            terms = 0.0
            x = mode
            while x <= highest and weight > _NEGLIGIBLE:
                mass += weight
                if x > 0:
                    terms += weight * x * (math.log(x) + scale)
                weight *= (a - x) / (x + 1.0) * (b - x) / (total - a - b + x + 1.0)
                x += 1
            weight = 1.0
            x = mode
            while x > lowest:
                weight *= x / (a - x + 1.0) * (total - a - b + x) / (b - x + 1.0)
                if weight <= _NEGLIGIBLE:
                    break
                x -= 1
                mass += weight
                if x > 0:
                    terms += weight * x * (math.log(x) + scale)
            expected += terms / mass / total
    return expected
