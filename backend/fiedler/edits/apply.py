"""Applying edits to labels, one after the other: the same list gives the same labels, always."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from fiedler.edits.errors import EditError
from fiedler.edits.operations import (
    ExcludeRows,
    MergeClusters,
    MoveRows,
    Operation,
    ReclusterClusters,
    ReclusterRows,
    SplitCluster,
    operation_to_dict,
)
from fiedler.edits.subset import SubsetPartition, partition_subset
from fiedler.embedding import SpectralEmbedding
from fiedler.numbering import label_sizes, renumbered

EXCLUDED = int(np.iinfo(np.uint16).max)


@dataclass(frozen=True, slots=True)
class EditFacts:
    """What an edit did.

    Attributes
    ----------
    operation : Operation
        What was asked for.
    numbers : tuple of (int or None)
        New number of each cluster there was; None for one that is gone.
    created : tuple of int
        Numbers of clusters that were not there before.
    sizes : tuple of int
        Rows of each cluster there is now.
    n_rows_changed : int
        Rows that are now in another cluster, not merely in one of another number.
    n_excluded : int
        Rows in no cluster.
    method, reason : str or None
        How rows were split, and why so.
    """

    operation: Operation
    numbers: tuple[int | None, ...]
    created: tuple[int, ...]
    sizes: tuple[int, ...]
    n_rows_changed: int
    n_excluded: int
    method: str | None = None
    reason: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary."""
        return {
            "operation": operation_to_dict(self.operation),
            "numbers": list(self.numbers),
            "created": list(self.created),
            "sizes": list(self.sizes),
            "n_rows_changed": self.n_rows_changed,
            "n_excluded": self.n_excluded,
            "method": self.method,
            "reason": self.reason,
        }


def apply(
    labels: NDArray[np.uint16],
    embedding: SpectralEmbedding,
    features: NDArray[np.float32] | None,
    operation: Operation,
) -> tuple[NDArray[np.uint16], EditFacts]:
    """Return the labels after an edit, and what it did; the labels given stay as they are.

    Clusters untouched keep their order; numbers are closed up where one is gone.

    Parameters
    ----------
    labels : (n,) uint16
        Clusters 0 to k - 1, all in use; `EXCLUDED` for rows in no cluster.
    embedding : SpectralEmbedding
        Of the n rows.
    features : (n, d) float32 or None
        What the embedding was computed from, if features.
    operation : Operation

    Raises
    ------
    EditError
        The operation names a cluster or row that does not exist, or cannot be done.
    """
    n_clusters = _count(labels)
    _check_clusters(operation, n_clusters)
    match operation:
        case MergeClusters():
            draft, split = _merged(labels, operation), None
        case SplitCluster():
            rows = np.flatnonzero(labels == operation.cluster)
            split = partition_subset(
                embedding, features, rows, operation.n_parts, operation.method, operation.random_state
            )
            draft = _with_parts(labels, rows, split, n_clusters)
        case ReclusterClusters():
            rows = np.flatnonzero(np.isin(labels, np.array(operation.clusters, dtype=np.uint16)))
            split = _subset(embedding, features, rows, operation)
            draft = _with_parts(labels, rows, split, n_clusters)
        case ReclusterRows():
            rows = _rows(operation.rows, len(labels))
            _refuse_excluded(labels, rows)
            split = _subset(embedding, features, rows, operation)
            draft = _with_parts(labels, rows, split, n_clusters)
        case MoveRows():
            draft, split = labels.copy(), None
            target = n_clusters if operation.cluster is None else operation.cluster
            draft[_rows(operation.rows, len(labels))] = target
        case ExcludeRows():
            draft, split = labels.copy(), None
            draft[_rows(operation.rows, len(labels))] = EXCLUDED
    return _closed_up(labels, draft, n_clusters, operation, split)


def replay(
    labels: NDArray[np.uint16],
    embedding: SpectralEmbedding,
    features: NDArray[np.float32] | None,
    operations: Sequence[Operation],
) -> tuple[NDArray[np.uint16], list[EditFacts]]:
    """Return the labels after all operations in their order, and what each did.

    Raises
    ------
    EditError
        An operation cannot be applied to what those before it left; says which.
    """
    facts = []
    for number, operation in enumerate(operations, start=1):
        try:
            labels, done = apply(labels, embedding, features, operation)
        except EditError as error:
            raise EditError(f"edit {number} of {len(operations)} ({operation.kind}): {error}") from error
        facts.append(done)
    return labels, facts


def _count(labels: NDArray[np.uint16]) -> int:
    """Return the number of clusters."""
    sizes = label_sizes(labels)[:EXCLUDED]
    return int(np.flatnonzero(sizes)[-1]) + 1 if sizes.any() else 0


def _check_clusters(operation: Operation, n_clusters: int) -> None:
    match operation:
        case MergeClusters() | ReclusterClusters():
            named = operation.clusters
        case SplitCluster():
            named = (operation.cluster,)
        case MoveRows() if operation.cluster is not None:
            named = (operation.cluster,)
        case _:
            return
    for cluster in named:
        if not 0 <= cluster < n_clusters:
            raise EditError(
                f"{operation.kind} names cluster {cluster}; there are clusters 0 to {n_clusters - 1}; name "
                f"one of those."
            )


def _rows(rows: tuple[int, ...], n_samples: int) -> NDArray[np.int64]:
    chosen = np.unique(np.array(rows, dtype=np.int64))
    if chosen[0] < 0 or chosen[-1] >= n_samples:
        wrong = chosen[0] if chosen[0] < 0 else chosen[-1]
        raise EditError(
            f"an edit names row {wrong}; the table has rows 0 to {n_samples - 1}; name rows of this table."
        )
    return chosen


def _refuse_excluded(labels: NDArray[np.uint16], rows: NDArray[np.int64]) -> None:
    excluded = rows[labels[rows] == EXCLUDED]
    if excluded.size:
        raise EditError(
            f"{excluded.size} of the rows to cluster are excluded, the first is row {excluded[0]}; leave "
            f"them out, or move them to a cluster first."
        )


def _merged(labels: NDArray[np.uint16], operation: MergeClusters) -> NDArray[np.uint16]:
    numbers = np.arange(EXCLUDED + 1, dtype=np.uint16)
    numbers[list(operation.clusters)] = min(operation.clusters)
    return renumbered(labels, numbers)


def _subset(
    embedding: SpectralEmbedding,
    features: NDArray[np.float32] | None,
    rows: NDArray[np.int64],
    operation: ReclusterClusters | ReclusterRows,
) -> SubsetPartition:
    return partition_subset(
        embedding, features, rows, operation.n_clusters, operation.method, operation.random_state
    )


def _with_parts(
    labels: NDArray[np.uint16], rows: NDArray[np.int64], split: SubsetPartition, n_clusters: int
) -> NDArray[np.uint16]:
    """Return labels with the rows in their parts: numbers of emptied clusters go to parts like them."""
    n_parts = len(split.sizes)
    if n_clusters + n_parts > EXCLUDED:
        raise EditError(
            f"{n_clusters + n_parts:,} clusters would be needed; at most {EXCLUDED:,} are possible."
        )
    before = labels[rows].astype(np.int64)
    left = np.bincount(labels, minlength=n_clusters)[:n_clusters] - np.bincount(before, minlength=n_clusters)
    overlaps = np.bincount(split.parts * np.int64(n_clusters) + before, minlength=n_parts * n_clusters)
    overlaps = overlaps.reshape(n_parts, n_clusters)
    emptied = np.flatnonzero((left == 0) & (overlaps.sum(axis=0) > 0))
    numbers = np.full(n_parts, EXCLUDED, dtype=np.uint16)
    parts, places = linear_sum_assignment(overlaps[:, emptied], maximize=True)
    numbers[parts] = emptied[places]
    new = np.flatnonzero(numbers == EXCLUDED)
    numbers[new] = n_clusters + np.arange(len(new))
    draft = labels.copy()
    draft[rows] = numbers[split.parts]
    return draft


def _closed_up(
    labels: NDArray[np.uint16],
    draft: NDArray[np.uint16],
    n_clusters: int,
    operation: Operation,
    split: SubsetPartition | None,
) -> tuple[NDArray[np.uint16], EditFacts]:
    """Return the draft with its numbers closed up, and the facts."""
    sizes = label_sizes(draft, EXCLUDED + 1)
    present = np.flatnonzero(sizes[:EXCLUDED])
    if not present.size:
        raise EditError("no row would be left in any cluster; keep at least one row.")
    closing = np.full(EXCLUDED + 1, EXCLUDED, dtype=np.uint16)
    closing[present] = np.arange(len(present), dtype=np.uint16)
    kept = set(present.tolist())
    facts = EditFacts(
        operation=operation,
        numbers=tuple(int(closing[old]) if old in kept else None for old in range(n_clusters)),
        created=tuple(int(closing[number]) for number in present if number >= n_clusters),
        sizes=tuple(sizes[present].tolist()),
        n_rows_changed=int(np.count_nonzero(labels != draft)),
        n_excluded=int(sizes[EXCLUDED]),
        method=split.method if split else None,
        reason=split.reason if split else None,
    )
    return renumbered(draft, closing), facts
