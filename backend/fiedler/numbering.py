"""Cluster numbers by descending size: the one order that labels are given in."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


def number_by_size(
    labels: NDArray[np.uint16],
) -> tuple[NDArray[np.uint16], NDArray[np.int64], NDArray[np.int64]]:
    """Return labels from 0 by descending size, ties by first row, in two passes over the rows.

    Parameters
    ----------
    labels : (n,) uint16
        Any labels; numbers that no row has are left out.

    Returns
    -------
    labels : (n,) uint16
    order : (c,) int64
        The old label of each new one.
    sizes : (c,) int64
        Rows of each new label, none of them 0.
    """
    sizes = label_sizes(labels)
    present = np.flatnonzero(sizes)
    tied = np.unique(sizes[present]).size < present.size
    first_rows = np.array([np.argmax(labels == label) if tied else 0 for label in present], dtype=np.int64)
    order = present[order_by_size(sizes[present], first_rows)]
    numbers = np.zeros(len(sizes), dtype=np.uint16)
    numbers[order] = np.arange(order.size, dtype=np.uint16)
    return renumbered(labels, numbers), order, sizes[order]


def order_by_size(sizes: NDArray[np.int64], first_rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the positions of clusters by descending size, ties by first row."""
    return np.lexsort((first_rows, -sizes)).astype(np.int64)


def label_sizes(labels: NDArray[np.uint16], n_labels: int = 0) -> NDArray[np.int64]:
    """Return how many rows have each label, from 0 to the largest there is, ``n_labels`` at least.

    Parameters
    ----------
    labels : (n,) uint16
    n_labels : int
    """
    if not len(labels):
        return np.zeros(n_labels, np.int64)
    n_labels = max(n_labels, int(labels.max()) + 1)
    sizes: NDArray[np.int64] = _counts(_plain(labels), n_labels).sum(axis=0)
    return sizes


def renumbered(labels: NDArray[np.uint16], numbers: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Return (n,) ``numbers[labels]``, of numbers for every label there is."""
    renamed = np.empty(len(labels), np.uint16)
    _rename(_plain(labels), numbers, renamed)
    return renamed


def _plain(labels: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Return labels as the kernels are compiled for them, also those of a memory map."""
    return np.require(labels, np.uint16, ["C", "W", "A", "E"])


@njit(cache=True, nogil=True)
def _counts(labels, n_labels):  # type: ignore[no-untyped-def]
    """Return (4, n_labels) counts, each of every fourth row: runs of a label need not wait on each other."""
    counts = np.zeros((4, n_labels), np.int64)
    for i in range(labels.shape[0]):
        counts[i & 3, labels[i]] += 1
    return counts


@njit(cache=True, nogil=True)
def _rename(labels, numbers, renamed):  # type: ignore[no-untyped-def]
    for i in range(labels.shape[0]):
        renamed[i] = numbers[labels[i]]
