"""Clusters that obey constraints: spherical k-means in which groups of rows move as one and keep apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fiedler.constraints.placement import GroupLinks, Placement
from fiedler.rounding import find_centroids

_MAX_ITERATIONS = 30
# Constrained rows of a large table would vanish among those of the sample; together they weigh this share.
_LEAST_CONSTRAINED_SHARE = 0.1
# Branch and bound during the iterations, and for the placement that counts.
_QUICK_SEARCH = 100
_FULL_SEARCH = 5_000


@dataclass(frozen=True, slots=True)
class ConstrainedCentroids:
    """Directions of clusters and where the constrained groups lie.

    Attributes
    ----------
    directions : (c, r) float64
        Unit vectors; a row belongs to the one of largest cosine.
    placement : Placement
        Of each group, over ``c`` clusters.
    """

    directions: NDArray[np.float64]
    placement: Placement


def unit_rows(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return rows of unit length (zero rows stay zero)."""
    norms = np.linalg.norm(coordinates, axis=1, keepdims=True)
    return coordinates / np.where(norms > 0, norms, 1.0)


def constrained_centroids(
    sample: NDArray[np.float64],
    constrained: NDArray[np.float64],
    groups: NDArray[np.int64],
    apart: NDArray[np.int64],
    n_clusters: int,
    random_state: int,
) -> ConstrainedCentroids:
    """Return the better of two k-means runs under constraints, from plain and from seeded starts.

    Parameters
    ----------
    sample, constrained : (m, r) and (n, r) float64
        Unit rows: of all the table, and those that constraints name.
    groups : (n,) int64
        Group of each constrained row.
    apart : (p, 2) int64
        Pairs of groups.
    n_clusters : int
        Clusters wanted, at most r.
    random_state : int
        Seed of the plain start.

    References
    ----------
    Wagstaff, Cardie, Rogers and Schrödl (2001), "Constrained k-means clustering with background knowledge";
    Basu, Banerjee and Mooney (2002), "Semi-supervised clustering by seeding"; Dhillon and Modha (2001) for
    k-means by cosines.
    """
    weight = max(1.0, _LEAST_CONSTRAINED_SHARE * len(sample) / len(constrained))
    sums = np.zeros((int(groups.max()) + 1, constrained.shape[1]))
    np.add.at(sums, groups, constrained)
    problem = _Problem(sample, sums, GroupLinks(len(sums), apart), weight)
    plain = unit_rows(find_centroids(sample.astype(np.float32), n_clusters, random_state))
    starts = [plain]
    if len(plain) == n_clusters:
        starts.append(_seeded(plain, sums, apart))
    runs = [problem.run(start) for start in starts]
    directions = max(runs, key=problem.quality)
    placement = problem.links.place(sums @ directions.T, _FULL_SEARCH)
    return ConstrainedCentroids(directions, placement)


@dataclass(frozen=True, slots=True)
class _Problem:
    """Rows to cluster; ``group_sums`` (g, r) are the sums of each group's rows, which score the group."""

    sample: NDArray[np.float64]
    group_sums: NDArray[np.float64]
    links: GroupLinks
    weight: float

    def run(self, directions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return directions after k-means from these."""
        before = None
        for _ in range(_MAX_ITERATIONS):
            labels = (self.sample @ directions.T).argmax(axis=1)
            placed = self.links.place(self.group_sums @ directions.T, _QUICK_SEARCH).clusters
            state = np.concatenate([labels, placed])
            if before is not None and np.array_equal(before, state):
                break
            before = state
            sums = np.zeros(directions.shape)
            for cluster in range(len(directions)):
                sums[cluster] = self.sample[labels == cluster].sum(axis=0)
            np.add.at(sums, placed, self.weight * self.group_sums)
            lost = np.linalg.norm(sums, axis=1) == 0
            sums[lost] = directions[lost]
            directions = unit_rows(sums)
        return directions

    def quality(self, directions: NDArray[np.float64]) -> float:
        """Return the weighted sum of cosines of rows with their cluster's direction."""
        group_scores = self.group_sums @ directions.T
        placement = self.links.place(group_scores, _QUICK_SEARCH)
        placed = group_scores[np.arange(len(group_scores)), placement.clusters].sum()
        free = (self.sample @ directions.T).max(axis=1).sum()
        return float(free + self.weight * placed) - len(placement.violated) * len(self.sample)


def _seeded(
    plain: NDArray[np.float64], group_sums: NDArray[np.float64], apart: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return directions that start from groups apart from each other, and plain ones far from those."""
    n_clusters = len(plain)
    blocked = np.zeros((len(group_sums), len(group_sums)), dtype=bool) if len(group_sums) <= 4_096 else None
    if blocked is None or not len(apart):
        return plain
    blocked[apart[:, 0], apart[:, 1]] = blocked[apart[:, 1], apart[:, 0]] = True
    order = np.argsort(-np.linalg.norm(group_sums, axis=1), kind="stable")
    seeds: list[int] = []
    for group in order:
        if len(seeds) < n_clusters and blocked[group, seeds].all():
            seeds.append(int(group))
    directions = list(unit_rows(group_sums[seeds]))
    left = list(range(n_clusters))
    while len(directions) < n_clusters:
        nearness = (plain[left] @ np.array(directions).T).max(axis=1)
        directions.append(plain[left.pop(int(nearness.argmin()))])
    return np.array(directions)
