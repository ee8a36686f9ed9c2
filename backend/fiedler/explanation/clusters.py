"""What makes one cluster a cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler.explanation.codes import CodedFeatures
from fiedler.explanation.contrast import COLUMNS_TOLD, Contrast, contrast
from fiedler.explanation.cuts import search_rows
from fiedler.explanation.errors import ExplanationError
from fiedler.explanation.margins import Border, EmbeddedClusters, border
from fiedler.explanation.members import ClusterMembers
from fiedler.explanation.nearest import NearestCluster, nearest_cluster
from fiedler.explanation.numbers import percent
from fiedler.explanation.sentences import sentence
from fiedler.in_words import ToldInWords
from fiedler.rounding import sample_rows

# Rows of each side that stand for a table too large to be coded whole.
SAMPLED_ROWS = 20_000
_SEED = 0


@dataclass(frozen=True, slots=True, repr=False)
class ClusterExplanation(ToldInWords):
    """One cluster against all other rows.

    Attributes
    ----------
    cluster, size, n_rows : int
        ``n_rows`` counts the rows of all clusters.
    sentence : str
        For people.
    contrast : Contrast
        Columns by effect, curves, the rule.
    nearest : NearestCluster or None
        None when there is no other cluster.
    border : Border or None
        None without an embedding or another cluster.
    """

    cluster: int
    size: int
    n_rows: int
    sentence: str
    contrast: Contrast
    nearest: NearestCluster | None
    border: Border | None

    def __str__(self) -> str:
        share = percent(self.size / self.n_rows)
        lines = [f"Cluster {self.cluster}: {self.size:,} of {self.n_rows:,} rows ({share}).", self.sentence]
        if self.contrast.rule is not None:
            lines.append(f"{self.contrast.rule}.")
        if self.nearest is not None:
            nearer = f"{percent(self.nearest.share_nearer)} of the rows here sit nearer to it"
            lines.append(f"Nearest is cluster {self.nearest.cluster}; {nearer}.")
        if self.border is not None and self.border.estimated_borderline:
            lines.append(f"Borderline rows: {self.border.estimated_borderline:,}.")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary."""
        return {
            "cluster": self.cluster,
            "size": self.size,
            "n_rows": self.n_rows,
            "sentence": self.sentence,
            **self.contrast.to_dict(),
            "nearest": self.nearest.to_dict() if self.nearest else None,
            "border": self.border.to_dict() if self.border else None,
        }


def explain_cluster(
    coded: CodedFeatures,
    members: ClusterMembers,
    cluster: int,
    embedded: EmbeddedClusters | None = None,
    *,
    n_columns: int = COLUMNS_TOLD,
) -> ClusterExplanation:
    """Return what makes one cluster a cluster.

    Parameters
    ----------
    coded : CodedFeatures
        Of n rows.
    members : ClusterMembers
        Of the same rows.
    cluster : int
    embedded : EmbeddedClusters, optional
        Without it borderline rows are left out.
    n_columns : int
        Columns told of.

    Raises
    ------
    ExplanationError
        There is no such cluster, it has no row, or labels and features differ in length.
    """
    check_lengths(coded, members)
    own = members.rows(cluster)
    if not len(own):
        raise ExplanationError(f"cluster {cluster} has no row, so there is nothing to explain.")
    alone = len(own) == members.n_members
    sides = sides_of(members, cluster)
    found = contrast(
        coded,
        search_rows(coded, sides, None if coded.rows is None else samples_of(members, cluster)),
        sides,
        n_columns,
    )
    return ClusterExplanation(
        cluster=cluster,
        size=len(own),
        n_rows=members.n_members,
        sentence="All rows are in this cluster: there is no other to compare it with."
        if alone
        else sentence(found.columns),
        contrast=found,
        nearest=nearest_cluster(coded.features, members, cluster),
        border=None if embedded is None or alone else border(embedded, cluster),
    )


def check_lengths(coded: CodedFeatures, members: ClusterMembers) -> None:
    """Refuse labels and features of different numbers of rows."""
    if coded.n_samples != len(members.labels):
        raise ExplanationError(
            f"there are {len(members.labels)} labels for {coded.n_samples} rows of features; both must be of "
            f"the same table; give the labels of this fit."
        )


def sides_of(members: ClusterMembers, cluster: int) -> NDArray[np.uint8]:
    """Return (n,) 1 for rows of a cluster, 0 for those of others, 2 for excluded ones."""
    sides: NDArray[np.uint8] = (members.labels == cluster).astype(np.uint8)
    sides[members.order[members.n_members :]] = 2
    return sides


def samples_of(members: ClusterMembers, cluster: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return rows inside and outside the cluster that stand for all."""
    first, last = int(members.bounds[cluster]), int(members.bounds[cluster + 1])
    n_outside = members.n_members - (last - first)
    places = sample_rows(n_outside, SAMPLED_ROWS, _SEED) if n_outside else np.empty(0, np.int64)
    outside = members.order[np.where(places < first, places, places + last - first)]
    return members.sample(cluster, SAMPLED_ROWS), np.sort(outside)
