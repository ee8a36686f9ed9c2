"""Rows that are equal in every column, found before neighbours are sought.

Copies would fill each other's neighbour lists: a value that occurs more than K times becomes a component of
its own and has a local scale of zero. The graph is therefore built on distinct rows, and copies share a
vertex.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class DistinctRows:
    """The distinct rows of a table in order of first occurrence.

    Attributes
    ----------
    first : (m,) int64
        The row where each distinct row first occurs, ascending.
    inverse : (n,) int64
        The distinct row that each row equals.
    """

    first: NDArray[np.int64]
    inverse: NDArray[np.int64]


def distinct_rows(features: NDArray[np.float32]) -> DistinctRows:
    """Find the distinct rows of (n, d) finite features; 0.0 and -0.0 are equal."""
    bits = np.ascontiguousarray(features, dtype=np.float32).view(np.uint32)
    hashes = np.empty(len(bits), np.uint64)
    _hash_rows(bits, hashes)
    order = np.argsort(hashes, kind="stable")
    groups = np.empty(len(bits), np.int64)
    if not _number_groups(bits, hashes, order, groups):
        # Two different rows with one 64-bit hash: compare whole rows instead.
        groups = np.unique(features + np.float32(0), axis=0, return_inverse=True)[1].astype(np.int64).ravel()
    first_of_group = np.unique(groups, return_index=True)[1]
    rank = np.empty(len(first_of_group), np.int64)
    rank[np.argsort(first_of_group, kind="stable")] = np.arange(len(first_of_group))
    return DistinctRows(first=np.sort(first_of_group), inverse=rank[groups])


@njit(cache=True, nogil=True)
def _hash_rows(bits, hashes):  # type: ignore[no-untyped-def]
    negative_zero = np.uint32(0x80000000)
    for i in range(bits.shape[0]):
        code = np.uint64(0x9E3779B97F4A7C15)
        for f in range(bits.shape[1]):
            word = bits[i, f]
            if word == negative_zero:
                word = np.uint32(0)
            # The multiply-and-shift mixing of splitmix64.
            code = (code ^ np.uint64(word)) * np.uint64(0xBF58476D1CE4E5B9)
            code ^= code >> np.uint64(27)
        hashes[i] = code


@njit(cache=True, nogil=True)
def _number_groups(bits, hashes, order, groups):  # type: ignore[no-untyped-def]
    """Give runs of equal hashes a number; return False when rows of one run differ."""
    negative_zero = np.uint32(0x80000000)
    group = -1
    head = -1
    for position in range(order.shape[0]):
        row = order[position]
        if head < 0 or hashes[row] != hashes[head]:
            group += 1
            head = row
        else:
            for f in range(bits.shape[1]):
                mine, other = bits[row, f], bits[head, f]
                if mine != other and not (
                    (mine == negative_zero or mine == 0) and (other == negative_zero or other == 0)
                ):
                    return False
        groups[row] = group
    return True
