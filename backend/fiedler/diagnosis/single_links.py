"""Links that alone hold two parts of a graph together: without one, its component falls in two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse


@dataclass(frozen=True, slots=True)
class SingleLink:
    """One such link.

    Attributes
    ----------
    first, second : int
        The vertices it links; the side of ``second`` is the smaller.
    weight : float
        Its affinity.
    n_smaller, n_larger : int
        Rows on its two sides.
    """

    first: int
    second: int
    weight: float
    n_smaller: int
    n_larger: int


def single_links(
    affinity: sparse.csr_array, row_counts: NDArray[np.int64], smallest: int
) -> tuple[SingleLink, ...]:
    """Return the links with at least ``smallest`` rows on either side, largest smaller side first.

    Parameters
    ----------
    affinity : csr_array of shape (n, n)
        Symmetric; loops do not count.
    row_counts : (n,) int64
        How many rows each vertex stands for.
    smallest : int

    References
    ----------
    Tarjan (1974), "A note on finding the bridges of a graph".
    """
    graph = sparse.csr_array(affinity)
    graph.sort_indices()
    parents, sizes, totals, alone = _search(
        graph.indptr.astype(np.int64), graph.indices.astype(np.int64), row_counts.astype(np.int64)
    )
    children = np.flatnonzero(alone)
    below, above = sizes[children], totals[children] - sizes[children]
    kept = np.minimum(below, above) >= smallest
    order = np.lexsort((children[kept], -np.minimum(below, above)[kept]))
    found = []
    for place in np.flatnonzero(kept)[order]:
        child, parent = int(children[place]), int(parents[children[place]])
        ends = (parent, child) if below[place] <= above[place] else (child, parent)
        sides = sorted((int(below[place]), int(above[place])))
        found.append(SingleLink(*ends, float(graph[parent, child]), *sides))
    return tuple(found)


@njit(cache=True, nogil=True)
def _search(starts, targets, row_counts):  # type: ignore[no-untyped-def]
    """Return for each vertex its parent in a depth-first tree, and what its link to the parent holds.

    With the parents come the rows below each vertex, the rows of its component, and whether no other link
    leads from below to above.
    """
    n = len(starts) - 1
    number = np.full(n, -1, np.int64)
    lowest = np.empty(n, np.int64)
    parents = np.full(n, -1, np.int64)
    sizes = row_counts.copy()
    totals = np.zeros(n, np.int64)
    alone = np.zeros(n, np.bool_)
    edge = starts[:-1].copy()
    stack = np.empty(n, np.int64)
    order = np.empty(n, np.int64)
    reached = 0
    for root in range(n):
        if number[root] >= 0:
            continue
        first = reached
        number[root] = lowest[root] = reached
        order[reached] = root
        reached += 1
        stack[0] = root
        depth = 1
        while depth > 0:
            vertex = stack[depth - 1]
            if edge[vertex] < starts[vertex + 1]:
                target = targets[edge[vertex]]
                edge[vertex] += 1
                if number[target] < 0:
                    parents[target] = vertex
                    number[target] = lowest[target] = reached
                    order[reached] = target
                    reached += 1
                    stack[depth] = target
                    depth += 1
                elif target != parents[vertex]:
                    lowest[vertex] = min(lowest[vertex], number[target])
            else:
                depth -= 1
                parent = parents[vertex]
                if parent >= 0:
                    sizes[parent] += sizes[vertex]
                    lowest[parent] = min(lowest[parent], lowest[vertex])
                    alone[vertex] = lowest[vertex] > number[parent]
        for place in range(first, reached):
            totals[order[place]] = sizes[root]
    return parents, sizes, totals, alone
