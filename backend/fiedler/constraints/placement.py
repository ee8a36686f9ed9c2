"""Which cluster each group of rows goes to, when some groups may not share one.

Groups linked by cannot-links are coloured with clusters: exactly by the Hungarian method when all of them are
apart from each other (as classes are), by branch and bound otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linear_sum_assignment
from scipy.sparse.csgraph import connected_components

from fiedler.constraints.placement_search import best_placement

_REPAIR_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Placement:
    """A cluster for each group.

    Attributes
    ----------
    clusters : (g,) int64
    violated : (v,) int64
        Which of the pairs given are in one cluster nevertheless.
    reasons : tuple of str
        Why, for each of ``violated``.
    """

    clusters: NDArray[np.int64]
    violated: NDArray[np.int64]
    reasons: tuple[str, ...]


class GroupLinks:
    """Pairs of groups that must be apart, split into sets of groups that have no such link between them.

    Parameters
    ----------
    n_groups : int
    apart : (p, 2) int64
        Distinct pairs of groups.
    """

    def __init__(self, n_groups: int, apart: NDArray[np.int64]) -> None:
        self.n_groups = n_groups
        self.apart = apart
        ones = np.ones(len(apart), dtype=np.int8)
        graph = sparse.csr_array((ones, (apart[:, 0], apart[:, 1])), shape=(n_groups, n_groups))
        count, self._parts = connected_components(graph, directed=False)
        order = np.argsort(self._parts, kind="stable")
        self._bounds = np.searchsorted(self._parts[order], np.arange(count + 1))
        # With members of a part side by side, each part is a diagonal block.
        place = np.empty(n_groups, dtype=np.int64)
        place[order] = np.arange(n_groups)
        ends = place[np.concatenate([apart, apart[:, ::-1]])]
        ends = ends[np.lexsort((ends[:, 1], ends[:, 0]))]
        self._order = order
        self._linked = ends[:, 1].copy()
        self._starts = np.searchsorted(ends[:, 0], np.arange(n_groups + 1))

    def place(self, scores: NDArray[np.float64], largest_search: int) -> Placement:
        """Return the placement of largest total score that keeps the pairs apart.

        It is the best there is for groups that are all apart, and for others when the search ends by itself;
        pairs are violated only when no placement was found that keeps all.

        Parameters
        ----------
        scores : (g, k) float64
            How well each group fits each cluster.
        largest_search : int
            Steps of branch and bound allowed for each set of linked groups, beyond one for each group.
        """
        clusters = scores.argmax(axis=1).astype(np.int64)
        reasons: dict[int, str] = {}
        # Elsewhere each group's best cluster is also the best placement.
        for part in np.unique(self._parts[self.apart[self._together(clusters), 0]]):
            first, last = self._bounds[part], self._bounds[part + 1]
            members = self._order[first:last]
            starts = self._starts[first : last + 1]
            linked = self._linked[starts[0] : starts[-1]] - first
            clusters[members], reason = _place_linked(
                scores[members], starts - starts[0], linked, largest_search
            )
            if reason:
                reasons[int(part)] = reason
        violated = self._together(clusters)
        parts = self._parts[self.apart[violated, 0]]
        return Placement(clusters, violated, tuple(reasons[int(part)] for part in parts))

    def _together(self, clusters: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.flatnonzero(clusters[self.apart[:, 0]] == clusters[self.apart[:, 1]])


def _place_linked(
    scores: NDArray[np.float64], starts: NDArray[np.int64], linked: NDArray[np.int64], largest_search: int
) -> tuple[NDArray[np.int64], str]:
    """Return the clusters of groups linked to each other, and why some pair stays together ("" if none)."""
    n_groups, n_clusters = scores.shape
    clique = len(linked) == n_groups * (n_groups - 1)
    if clique and n_groups <= n_clusters:
        return linear_sum_assignment(scores, maximize=True)[1].astype(np.int64), ""
    if clique:
        reason = (
            f"{n_groups} groups of rows are all to be apart from each other, more than the {n_clusters} "
            f"clusters; ask for at least {n_groups} clusters"
        )
        return _least_conflicts(scores, starts, linked), reason
    steps = n_groups + largest_search
    clusters, found, finished = best_placement(scores, starts, linked, steps)
    if found:
        return clusters, ""
    if finished:
        reason = (
            f"the cannot-links among {n_groups} groups of rows cannot all hold with {n_clusters} clusters; "
            f"ask for more clusters"
        )
    else:
        reason = (
            f"no placement of {n_groups} linked groups in {n_clusters} clusters was found in {steps:,} "
            f"steps; ask for more clusters or drop cannot-links"
        )
    return _least_conflicts(scores, starts, linked), reason


def _least_conflicts(
    scores: NDArray[np.float64], starts: NDArray[np.int64], linked: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return clusters that few linked groups share, found by moving one group at a time.

    References
    ----------
    Minton, Johnston, Philips and Laird (1992), "Minimizing conflicts", without its random choices.
    """
    n_clusters = scores.shape[1]
    clusters = np.full(len(scores), -1, dtype=np.int64)
    order = np.argsort(-np.diff(starts), kind="stable")
    for _ in range(_REPAIR_ROUNDS):
        before = clusters.copy()
        for group in order:
            near = clusters[linked[starts[group] : starts[group + 1]]]
            conflicts = np.bincount(near[near >= 0], minlength=n_clusters)
            clusters[group] = np.lexsort((-scores[group], conflicts))[0]
        if np.array_equal(before, clusters):
            break
    return clusters
