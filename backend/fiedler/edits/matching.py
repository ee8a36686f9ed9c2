"""Two partitions of the same rows: which clusters correspond, which rows moved, how far they agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from fiedler.edits.agreement import adjusted_mutual_information, adjusted_rand_index
from fiedler.edits.apply import EXCLUDED
from fiedler.edits.errors import ComparisonError


@dataclass(frozen=True, slots=True, eq=False)
class PartitionComparison:
    """How a second partition relates to a first.

    Rows excluded in either are left out of everything but ``n_left_out``.

    Attributes
    ----------
    contingency : (a, b) int64
        Rows in each cluster of the first and of the second.
    counterparts : (b,) int64
        The cluster of the first that each cluster of the second corresponds to; -1 for none.
    adjusted_rand_index, adjusted_mutual_information : float
        1 for equal partitions, 0 expected by chance.
    n_moved : int
        Rows whose cluster in the first is not the counterpart of their cluster in the second.
    n_compared, n_left_out : int
    """

    contingency: NDArray[np.int64]
    counterparts: NDArray[np.int64]
    adjusted_rand_index: float
    adjusted_mutual_information: float
    n_moved: int
    n_compared: int
    n_left_out: int

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary."""
        return {
            "contingency": self.contingency.tolist(),
            "counterparts": [int(first) if first >= 0 else None for first in self.counterparts],
            "adjusted_rand_index": self.adjusted_rand_index,
            "adjusted_mutual_information": self.adjusted_mutual_information,
            "n_moved": self.n_moved,
            "n_compared": self.n_compared,
            "n_left_out": self.n_left_out,
        }

    def moved_rows(self, first: NDArray[np.uint16], second: NDArray[np.uint16]) -> NDArray[np.int64]:
        """Return the ``n_moved`` rows, ascending, of the two partitions that were compared."""
        both = np.flatnonzero((first != EXCLUDED) & (second != EXCLUDED))
        moved: NDArray[np.int64] = both[self.counterparts[second[both]] != first[both]]
        return moved

    def matched_numbers(self) -> NDArray[np.uint16]:
        """Return (b,) a number for each cluster of the second: its counterpart's, or one above all those.

        Numbers need not be closed up: one of the first without a counterpart stays free.
        """
        numbers = self.counterparts.copy()
        new = np.flatnonzero(numbers < 0)
        numbers[new] = len(self.contingency) + np.arange(len(new))
        return numbers.astype(np.uint16)


def compare_partitions(first: NDArray[np.uint16], second: NDArray[np.uint16]) -> PartitionComparison:
    """Return how two partitions of the same rows relate.

    Clusters correspond one to one so that as few rows as possible move; clusters that share no row never do.

    Parameters
    ----------
    first, second : (n,) uint16
        Clusters from 0; `apply.EXCLUDED` for rows in none.

    Raises
    ------
    ComparisonError
        The lengths differ, or no row is in a cluster of both.

    References
    ----------
    Kuhn (1955), "The Hungarian method for the assignment problem".
    """
    contingency = contingency_table(first, second)
    n_compared = int(contingency.sum())
    if n_compared == 0:
        raise ComparisonError(
            f"none of the {len(first):,} rows is in a cluster of both partitions; compare partitions that "
            f"share rows."
        )
    rows, columns = linear_sum_assignment(contingency, maximize=True)
    shared = contingency[rows, columns]
    counterparts = np.full(contingency.shape[1], -1, dtype=np.int64)
    counterparts[columns[shared > 0]] = rows[shared > 0]
    return PartitionComparison(
        contingency=contingency,
        counterparts=counterparts,
        adjusted_rand_index=adjusted_rand_index(contingency),
        adjusted_mutual_information=adjusted_mutual_information(contingency),
        n_moved=n_compared - int(shared.sum()),
        n_compared=n_compared,
        n_left_out=len(first) - n_compared,
    )


def contingency_table(first: NDArray[np.uint16], second: NDArray[np.uint16]) -> NDArray[np.int64]:
    """Return (a, b) the rows in each cluster of the first and of the second, excluded ones left out.

    Raises
    ------
    ComparisonError
        The lengths differ.
    """
    if first.shape != second.shape or first.ndim != 1:
        raise ComparisonError(
            f"the partitions have the shapes {first.shape} and {second.shape}; two labels for each row are "
            f"required; compare partitions of one table."
        )
    n_first, excluded_first = _numbers_used(first)
    n_second, excluded_second = _numbers_used(second)
    # Excluded rows get a last line and column of their own.
    left, right = np.minimum(first, n_first), np.minimum(second, n_second)
    width = n_second + excluded_second
    cells = left.astype(np.int64) * width + right
    counts = np.bincount(cells, minlength=(n_first + excluded_first) * width)
    return np.ascontiguousarray(counts.reshape(-1, width)[:n_first, :n_second])


def moved_rows(
    first: NDArray[np.uint16], second: NDArray[np.uint16], comparison: PartitionComparison
) -> NDArray[np.int64]:
    """Return the rows, ascending, whose cluster in the second is not their cluster's counterpart."""
    numbers = np.full(EXCLUDED + 1, EXCLUDED, dtype=np.uint16)
    numbers[: len(comparison.counterparts)] = comparison.matched_numbers()
    moved = numbers[second] != first
    moved &= (first != EXCLUDED) & (second != EXCLUDED)
    return np.flatnonzero(moved)


def _numbers_used(labels: NDArray[np.uint16]) -> tuple[int, int]:
    """Return one more than the largest cluster number, and 1 if some row is excluded, else 0."""
    sizes = np.bincount(labels)
    excluded = int(len(sizes) == EXCLUDED + 1)
    used = np.flatnonzero(sizes[:EXCLUDED])
    return (int(used[-1]) + 1 if used.size else 0), excluded
