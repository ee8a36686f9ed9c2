"""A cut, and what a person changes about it: constraints that it is solved under, edits on top of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler.computation import ComputedEmbedding
from fiedler.consensus.embedding import consensus_embedding, landmark_consensus_embedding
from fiedler.constraints.closure import close
from fiedler.constraints.constraint_set import ClassName, Constraints
from fiedler.constraints.partition import ConstraintFacts, Violation, constrained_partition
from fiedler.edits.apply import EXCLUDED, replay
from fiedler.edits.matching import compare_partitions
from fiedler.edits.operations import Operation
from fiedler.exact.embedding import ExactEmbedding
from fiedler.landmarks.embedding import LandmarkEmbedding
from fiedler.rounding import SAMPLE_ROWS, sample_rows

_BY_EDITS = "edits put these rows where they are"


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """A partition as computed, and what it was computed from.

    Attributes
    ----------
    embedding : ExactEmbedding or LandmarkEmbedding
        Of n rows.
    sample_vectors : (m, q) float32 or None
        Of the rows that decide centroids; None reads all rows, when they are needed.
    features : (n, d) float32 or None
        None when the graph was given.
    labels : (n,) uint16
    n_clusters : int
        As asked for.
    random_state : int
    plain : bool
        Whether the labels are the embedding's rounding by k-means, which constraints are built into; not
        those of a consensus or of another rounding.
    """

    embedding: ComputedEmbedding
    sample_vectors: NDArray[np.float32] | None
    features: NDArray[np.float32] | None
    labels: NDArray[np.uint16]
    n_clusters: int
    random_state: int
    plain: bool


@dataclass(frozen=True, slots=True, eq=False)
class ConstrainedLabels:
    """A cut solved under constraints, edits applied to it anew.

    Attributes
    ----------
    labels : (n,) uint16
    met : ConstraintFacts
        Its ``classes`` go by the numbers before any edit.
    numbers : tuple of (int or None)
        New number of each cluster there was; None for one that is gone.
    created : tuple of int
        Clusters that were not there before.
    n_rows_changed : int
        Rows whose cluster is not the counterpart of the one they were in.
    """

    labels: NDArray[np.uint16]
    met: ConstraintFacts
    numbers: tuple[int | None, ...]
    created: tuple[int, ...]
    n_rows_changed: int

    def to_dict(self) -> dict[str, Any]:
        """Return the facts as a JSON-safe dictionary, without ``classes``: edits may have renumbered them."""
        met = self.met.to_dict()
        del met["classes"]
        return {
            **met,
            "numbers": list(self.numbers),
            "created": list(self.created),
            "n_rows_changed": self.n_rows_changed,
        }


def constrained_cut(
    cut: Cut, constraints: Constraints, edits: Sequence[Operation], before: NDArray[np.uint16]
) -> ConstrainedLabels:
    """Return a cut solved anew under constraints, with the edits made so far applied to it in their order.

    Its clusters get the numbers of those of the plain cut they are most like, since edits name clusters by
    number.

    Parameters
    ----------
    cut : Cut
        Of n rows.
    constraints : Constraints
        All that are to hold.
    edits : sequence of Operation
    before : (n,) uint16
        The labels so far, to say what changed.

    Raises
    ------
    ConstraintError
        Constraints name rows that do not exist, or contradict each other.
    EditError
        An edit cannot be applied any more.
    """
    embedding, sample_vectors = cut.embedding, cut.sample_vectors
    if not cut.plain and isinstance(embedding, ExactEmbedding):
        embedding = consensus_embedding(embedding, cut.labels)
        sample_vectors = embedding.vectors
    elif not cut.plain and isinstance(embedding, LandmarkEmbedding):
        embedding = landmark_consensus_embedding(embedding, cut.labels)
        sample_vectors = embedding.rows(sample_rows(embedding.n_samples, SAMPLE_ROWS, cut.random_state))
    elif sample_vectors is None:
        sample_vectors = embedding.rows(np.arange(embedding.n_samples))
    found = constrained_partition(embedding, sample_vectors, cut.n_clusters, constraints, cut.random_state)
    numbered = _numbered_like(cut.labels, found.labels)
    labels, _ = replay(numbered, cut.embedding, cut.features, edits)
    comparison = compare_partitions(before, labels)
    numbers: list[int | None] = [None] * len(comparison.contingency)
    for new, old in enumerate(comparison.counterparts.tolist()):
        if old >= 0:
            numbers[old] = new
    return ConstrainedLabels(
        labels=labels,
        met=found.facts,
        numbers=tuple(numbers),
        created=tuple(np.flatnonzero(comparison.counterparts < 0).tolist()),
        n_rows_changed=comparison.n_moved,
    )


def violations_of(
    labels: NDArray[np.uint16], constraints: Constraints, known: Sequence[Violation]
) -> tuple[Violation, ...]:
    """Return what does not hold in a partition: cannot-links together and must-links apart.

    Parameters
    ----------
    labels : (n,) uint16
        Rows in no cluster break no constraint.
    constraints : Constraints
    known : sequence of Violation
        Those there were when the partition was solved, with their reasons.
    """
    closed = close(constraints, len(labels))
    reasons = {violation.rows: violation.reason for violation in known}
    first = closed.rows[np.unique(closed.groups, return_index=True)[1]][closed.groups]
    joined = np.column_stack([first, closed.rows])
    broken = np.concatenate(
        [
            closed.apart_rows[labels[closed.apart_rows[:, 0]] == labels[closed.apart_rows[:, 1]]],
            joined[labels[joined[:, 0]] != labels[joined[:, 1]]],
        ]
    )
    broken = broken[(labels[broken] != EXCLUDED).all(axis=1)]
    pairs = [(int(left), int(right)) for left, right in broken]
    return tuple(Violation(pair, reasons.get(pair, _BY_EDITS)) for pair in pairs)


def classes_of(labels: NDArray[np.uint16], constraints: Constraints) -> dict[ClassName, int]:
    """Return the cluster of each class: that of the first of its rows that is in a cluster."""
    classes: dict[ClassName, int] = {}
    for row, name in constraints.labelled_rows:
        if labels[row] != EXCLUDED:
            classes.setdefault(name, int(labels[row]))
    return classes


def _numbered_like(first: NDArray[np.uint16], second: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Return the second labels, numbered without gaps in the order of their counterparts in the first."""
    order = compare_partitions(first, second).matched_numbers()
    return np.argsort(np.argsort(order)).astype(np.uint16)[second]
