"""Partitions of any tool, read as labels from 0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fiedler.edits.apply import EXCLUDED
from fiedler.edits.errors import ComparisonError
from fiedler.parameters import ParameterError

UNPLACED = -1
"""Label of rows that a partition leaves out."""


def numbered_labels(labels: ArrayLike) -> NDArray[np.uint16]:
    """Return (n,) uint16 labels from 0, `fiedler.edits.apply.EXCLUDED` where there is none.

    Parameters
    ----------
    labels : array-like of shape (n,)
        Whole numbers or text; -1, None and NaN mean that there is none.

    Raises
    ------
    ComparisonError
        There is no row, none has a label, or there are too many different ones.
    """
    given: NDArray[Any] = np.asarray(labels)
    if given.ndim != 1 or not given.size:
        raise ComparisonError(
            f"a partition has the shape {given.shape}; required is one label for each of at least one row."
        )
    if given.dtype == object:
        unknown = np.array([value is None or value != value or value == UNPLACED for value in given.tolist()])
        given = np.array(["" if left_out else str(v) for v, left_out in zip(given, unknown, strict=True)])
    elif np.issubdtype(given.dtype, np.number):
        unknown = ~np.isfinite(given) | (given == UNPLACED)
    else:
        unknown = np.zeros(len(given), dtype=bool)
    values, numbers = np.unique(given[~unknown], return_inverse=True)
    if not values.size or values.size >= EXCLUDED:
        raise ComparisonError(
            f"a partition has {values.size:,} clusters; required are 1 to {EXCLUDED - 1:,}; leave it out."
        )
    found = np.full(len(given), EXCLUDED, dtype=np.uint16)
    found[~unknown] = numbers
    return found


def checked_weights(
    partitions: list[NDArray[np.uint16]], weights: Sequence[float] | None
) -> NDArray[np.float64]:
    """Return (v,) how much each partition counts; 1 when nothing is said.

    Raises
    ------
    ComparisonError
        There is no partition, or their lengths differ.
    ParameterError
        Weights are not one positive number for each.
    """
    lengths = sorted({len(partition) for partition in partitions})
    if len(lengths) != 1:
        found = f"the lengths {lengths}" if lengths else "none"
        raise ComparisonError(
            f"partitions of the same rows are required, at least one; given are {found}; give one label for "
            f"each row, -1 where there is none."
        )
    votes = np.ones(len(partitions)) if weights is None else np.asarray(weights, dtype=np.float64)
    if votes.shape != (len(partitions),) or not (np.isfinite(votes) & (votes > 0)).all():
        raise ParameterError(
            f"weights are {votes.tolist()}; required is one above 0 for each of {len(partitions)} partitions."
        )
    return votes


def cluster_sizes(labels: NDArray[np.uint16]) -> NDArray[np.int64]:
    """Return (c,) the rows of each cluster, those in none left out."""
    return np.bincount(labels[labels != EXCLUDED])
