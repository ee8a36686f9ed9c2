"""Branch and bound over placements of groups that are linked by cannot-links, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


def best_placement(
    scores: NDArray[np.float64], starts: NDArray[np.int64], linked: NDArray[np.int64], largest_search: int
) -> tuple[NDArray[np.int64], bool, bool]:
    """Return (g,) clusters of largest total score that no linked pair shares, as far as searched.

    The group with fewest clusters left is placed next, in its best cluster first; a branch that cannot beat
    the best placement found is left.

    Parameters
    ----------
    scores : (g, k) float64
    starts, linked : (g + 1,) and (2 e,) int64
        Group g may not share a cluster with ``linked[starts[g]:starts[g + 1]]``, nor they with it.
    largest_search : int
        Steps after which to stop.

    Returns
    -------
    clusters : (g,) int64
    found : bool
        Whether ``clusters`` is a placement at all.
    finished : bool
        Whether all branches were searched or bounded: what was found is best, or there is none.

    References
    ----------
    Brélaz (1979), "New methods to color the vertices of a graph", for the order.
    """
    clusters, found, finished = _search(
        np.ascontiguousarray(scores), np.ascontiguousarray(starts), linked, largest_search
    )
    return clusters, bool(found), bool(finished)


@njit(cache=True, nogil=True)
def _search(scores, starts, linked, largest_search):  # type: ignore[no-untyped-def]
    n_groups, n_clusters = scores.shape
    best = np.zeros(n_groups, np.int64)
    best_score = -np.inf
    found = False
    clusters = np.full(n_groups, -1, np.int64)
    # How many placed neighbours of a group hold each cluster.
    taken = np.zeros((n_groups, n_clusters), np.int64)
    # The group placed at each depth, and which of its clusters were tried there.
    order = np.full(n_groups, -1, np.int64)
    tried = np.zeros((n_groups, n_clusters), np.bool_)
    score = 0.0
    depth = 0
    steps = 0
    while depth >= 0:
        if depth == n_groups:
            if score > best_score:
                best[:] = clusters
                best_score = score
                found = True
            depth -= 1
            continue
        group = order[depth]
        if group >= 0 and clusters[group] >= 0:
            score -= _lift(scores, starts, linked, clusters, taken, group)
        bound, tightest = _outlook(scores, clusters, taken)
        if group < 0:
            group = tightest
            order[depth] = group
            tried[depth] = False
        choice = -1
        if not found or score + bound > best_score:
            for cluster in range(n_clusters):
                open_cluster = taken[group, cluster] == 0 and not tried[depth, cluster]
                if open_cluster and (choice < 0 or scores[group, cluster] > scores[group, choice]):
                    choice = cluster
        if choice < 0:
            order[depth] = -1
            depth -= 1
            continue
        steps += 1
        if steps > largest_search:
            return best, found, False
        tried[depth, choice] = True
        clusters[group] = choice
        score += scores[group, choice]
        for e in range(starts[group], starts[group + 1]):
            taken[linked[e], choice] += 1
        depth += 1
    return best, found, True


@njit(cache=True, nogil=True)
def _outlook(scores, clusters, taken):  # type: ignore[no-untyped-def]
    """Return the most that groups not placed can add, and the one with fewest open clusters.

    Ties go to the group that would lose most by its second-best cluster.
    """
    n_groups, n_clusters = scores.shape
    bound = 0.0
    tightest = -1
    fewest = n_clusters + 1
    largest_regret = -1.0
    for group in range(n_groups):
        if clusters[group] >= 0:
            continue
        n_open = 0
        first = -np.inf
        second = -np.inf
        for cluster in range(n_clusters):
            if taken[group, cluster] == 0:
                n_open += 1
                value = scores[group, cluster]
                if value > first:
                    second = first
                    first = value
                elif value > second:
                    second = value
        bound += first
        regret = first - second if n_open > 1 else np.inf
        if n_open < fewest or (n_open == fewest and regret > largest_regret):
            fewest = n_open
            tightest = group
            largest_regret = regret
    return bound, tightest


@njit(cache=True, nogil=True)
def _lift(scores, starts, linked, clusters, taken, group):  # type: ignore[no-untyped-def]
    """Take a group from its cluster and return the score it had there."""
    cluster = clusters[group]
    clusters[group] = -1
    for e in range(starts[group], starts[group + 1]):
        taken[linked[e], cluster] -= 1
    return scores[group, cluster]
