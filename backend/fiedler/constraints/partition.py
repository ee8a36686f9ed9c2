"""A partition of all rows under constraints, from a cached embedding; the graph is not touched again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler.constraints.closure import ConstrainedGroups, close
from fiedler.constraints.constraint_set import ClassName, Constraints
from fiedler.constraints.errors import ConstraintError
from fiedler.constraints.kernel import (
    constrained_coordinates,
    n_columns_used,
    points_of,
    similarity_terms,
)
from fiedler.constraints.linear_labels import linear_labels
from fiedler.constraints.placement import Placement
from fiedler.constraints.rounding import constrained_centroids, unit_rows
from fiedler.embedding import SpectralEmbedding
from fiedler.numbering import number_by_size
from fiedler.rounding import round_embedding
from fiedler.row_blocks import single_blas_thread


@dataclass(frozen=True, slots=True)
class Violation:
    """A cannot-link whose two rows share a cluster, or a must-link that edits broke, and the reason."""

    rows: tuple[int, int]
    reason: str


@dataclass(frozen=True, slots=True)
class ConstraintFacts:
    """How constraints were met.

    Attributes
    ----------
    n_rows, n_groups, n_apart : int
        Rows named, groups that must-links join them to, pairs of groups that must be apart.
    violations : tuple of Violation
        Cannot-links that do not hold. Must-links always do.
    forced_rows : tuple of int
        Rows put in a cluster that the embedding alone would not give them: constraints moved the row, but
        not the rows near it.
    classes : dict
        Cluster of each class of labelled rows.
    n_columns : int
        Eigenvectors used.
    """

    n_rows: int
    n_groups: int
    n_apart: int
    violations: tuple[Violation, ...]
    forced_rows: tuple[int, ...]
    classes: dict[ClassName, int]
    n_columns: int

    def __str__(self) -> str:
        """Return how constraints are met, in words."""
        kept = (
            f"{len(self.violations)} of {self.n_apart} cannot-links do not" if self.violations else "all hold"
        )
        return f"constraints on {self.n_rows:,} rows: {kept}"

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary."""
        return {
            "n_rows": self.n_rows,
            "n_groups": self.n_groups,
            "n_apart": self.n_apart,
            "violations": [{"rows": list(v.rows), "reason": v.reason} for v in self.violations],
            "forced_rows": list(self.forced_rows),
            "classes": [[name, cluster] for name, cluster in self.classes.items()],
            "n_columns": self.n_columns,
        }


@dataclass(frozen=True, slots=True)
class ConstrainedPartition:
    """Labels of all rows under constraints.

    ``labels`` (n,) uint16 run from 0 by descending cluster size, ties by first row; ``sizes`` (c,) int64.
    """

    labels: NDArray[np.uint16]
    sizes: NDArray[np.int64]
    facts: ConstraintFacts

    @property
    def n_clusters(self) -> int:
        """Number of clusters found; fewer than asked for when some stayed empty."""
        return len(self.sizes)


def constrained_partition(
    embedding: SpectralEmbedding,
    sample_vectors: NDArray[np.float32],
    n_clusters: int,
    constraints: Constraints,
    random_state: int,
) -> ConstrainedPartition:
    """Return the partition into at most ``n_clusters`` clusters that constraints and data agree on.

    A small similarity matrix over twice as many eigenvectors as clusters is learnt from the constraints, so
    that they spread to rows near the ones named; rows named are then placed so that every must-link holds,
    and every cannot-link unless no placement was found. Without constraints it is the plain partition.

    Parameters
    ----------
    embedding : SpectralEmbedding
        Of n rows.
    sample_vectors : (m, q) float32
        ``embedding.rows`` of a fixed sample.
    n_clusters : int
        From 1 to q.
    constraints : Constraints
    random_state : int
        Seed of k-means.

    Raises
    ------
    ConstraintError
        ``n_clusters`` is out of range, or a row does not exist.
    ContradictoryConstraintsError
        Two rows must be both together and apart, whatever the number of clusters.
    """
    n_kept = sample_vectors.shape[1]
    if not 1 <= n_clusters <= n_kept:
        raise ConstraintError(
            f"n_clusters is {n_clusters}; it must lie between 1 and {n_kept}, the eigenvectors kept; fit "
            f"again with a larger max_clusters."
        )
    closed = close(constraints, embedding.n_samples)
    if constraints.is_empty:
        plain = round_embedding(embedding, sample_vectors, n_clusters, random_state)
        facts = ConstraintFacts(0, 0, 0, (), (), {}, n_clusters)
        return ConstrainedPartition(plain.labels, plain.sizes, facts)
    with single_blas_thread():
        return _solve(embedding, sample_vectors, n_clusters, closed, random_state)


def _solve(
    embedding: SpectralEmbedding,
    sample_vectors: NDArray[np.float32],
    n_clusters: int,
    closed: ConstrainedGroups,
    random_state: int,
) -> ConstrainedPartition:
    n_columns = n_columns_used(n_clusters, len(closed.rows), sample_vectors.shape[1])
    sample = points_of(sample_vectors, n_clusters, n_columns)
    constrained = points_of(embedding.rows(closed.rows), n_clusters, n_columns)
    terms = similarity_terms(constrained, closed.groups, closed.apart)
    to_coordinates = constrained_coordinates(sample, terms, n_clusters)
    found = constrained_centroids(
        unit_rows(sample @ to_coordinates),
        unit_rows(constrained @ to_coordinates),
        closed.groups,
        closed.apart,
        n_clusters,
        random_state,
    )
    directions = found.directions @ to_coordinates.T
    labels = linear_labels(embedding, directions, np.zeros(len(directions)))
    placed = found.placement.clusters[closed.groups].astype(np.uint16)
    forced = closed.rows[labels[closed.rows] != placed]
    labels[closed.rows] = placed
    labels, _, sizes = number_by_size(labels)
    first_rows = closed.rows[np.unique(closed.groups, return_index=True)[1]]
    facts = ConstraintFacts(
        n_rows=len(closed.rows),
        n_groups=closed.n_groups,
        n_apart=len(closed.apart),
        violations=_violations(closed, found.placement),
        forced_rows=tuple(forced.tolist()),
        classes={name: int(labels[first_rows[group]]) for name, group in closed.class_groups.items()},
        n_columns=n_columns,
    )
    return ConstrainedPartition(labels, sizes, facts)


def _violations(closed: ConstrainedGroups, placement: Placement) -> tuple[Violation, ...]:
    rows = closed.apart_rows[placement.violated].tolist()
    return tuple(
        Violation((left, right), reason)
        for (left, right), reason in zip(rows, placement.reasons, strict=True)
    )
