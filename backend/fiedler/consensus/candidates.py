"""The views: which graphs, roundings and trees are tried in a space, early ones first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fiedler.consensus.graphs import (
    Neighborhood,
    Scale,
    affinity_graph,
    row_normalised_embedding,
)
from fiedler.consensus.kmeans import kmeans_labels
from fiedler.consensus.numbering import numbered_by_size
from fiedler.consensus.prepared import PreparedSpace
from fiedler.consensus.results import Family
from fiedler.trees.genie import genie_labels
from fiedler.trees.spanning import graph_tree

FEWEST_GRAPH_ROWS = 10
FEWEST_CORE_ROWS = 150
MANY_COLUMNS = 10
"""Of one unit: beyond these, half as many vectors again tell clusters apart (decision 0002)."""


@dataclass(frozen=True, slots=True)
class GraphRecipe:
    """One graph and its two roundings: ``n_neighbors``, ``scale``, and whether on dense rows alone."""

    n_neighbors: int
    scale: Scale
    core_only: bool = False


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is tried together: graphs, and the neighbour counts M of trees (1 is the plain distance)."""

    graphs: tuple[GraphRecipe, ...]
    tree_neighbors: tuple[int, ...]

    @property
    def n_views(self) -> int:
        """Number of views made in a space large enough for all of them."""
        return 2 * len(self.graphs) + len(self.tree_neighbors)


EARLY = Schedule((GraphRecipe(7, "local"), GraphRecipe(10, "smoothed")), (1, 5))
LATE = Schedule(
    (GraphRecipe(10, "local"), GraphRecipe(20, "smoothed"), GraphRecipe(7, "local", core_only=True)), (3,)
)
FAST = Schedule((GraphRecipe(10, "smoothed"),), ())
CURVES = Schedule((GraphRecipe(7, "local"), GraphRecipe(10, "local"), GraphRecipe(20, "smoothed")), (1, 5))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A view before it is judged; ``labels`` (m,) int32 are of the distinct rows."""

    name: str
    family: Family
    labels: NDArray[np.int32]


def candidates(
    space: PreparedSpace, schedule: Schedule, n_clusters: int, random_state: int
) -> Iterator[Candidate]:
    """Yield the views of a schedule in one space.

    Spaces of fewer than ten distinct rows have only the views by tree.
    """
    n_samples = space.near.n_samples
    if n_samples >= max(FEWEST_GRAPH_ROWS, n_clusters + 2):
        for recipe in schedule.graphs:
            if not recipe.core_only or n_samples >= max(FEWEST_CORE_ROWS, 2 * n_clusters):
                yield from _graph_views(space, recipe, n_clusters, random_state)
    for n_neighbors in schedule.tree_neighbors:
        labels = genie_labels(space.reachability_tree(n_neighbors), n_clusters)
        how = "spanning tree" if n_neighbors <= 1 else f"spanning tree, density over {n_neighbors} neighbours"
        yield Candidate(f"{space.name}, {how}", space.family, numbered_by_size(labels))


def _graph_views(
    space: PreparedSpace, recipe: GraphRecipe, n_clusters: int, random_state: int
) -> Iterator[Candidate]:
    near = space.core.near if recipe.core_only else space.near
    n_vectors = _n_vectors(space, n_clusters)
    for rounding, found in _roundings(near, recipe, n_clusters, n_vectors, random_state):
        # Every other row follows its nearest dense row.
        labels = space.core.spread(found) if recipe.core_only else found
        yield Candidate(_name(space, recipe, rounding), space.family, numbered_by_size(labels))


def _roundings(
    near: Neighborhood, recipe: GraphRecipe, n_clusters: int, n_vectors: int, random_state: int
) -> Iterator[tuple[str, NDArray[np.int64]]]:
    affinity = affinity_graph(near, recipe.n_neighbors, recipe.scale, n_clusters)
    embedding = row_normalised_embedding(affinity, n_vectors, near.points.shape[1], random_state)
    yield "k-means", kmeans_labels(embedding, n_clusters, random_state)
    yield "tree", genie_labels(graph_tree(affinity, embedding), n_clusters)


def _n_vectors(space: PreparedSpace, n_clusters: int) -> int:
    """Return how many eigenvectors are rounded, the constant one included.

    Where many columns share a unit, as pixels do, a cluster is often of several pieces, and a vector may tell
    two of them apart before it tells two clusters; elsewhere further vectors only cut shapes along their
    length, or part the views from each other.
    """
    many = space.one_unit and space.near.points.shape[1] > MANY_COLUMNS
    return n_clusters + (n_clusters - 1) // 2 if many else n_clusters


def _name(space: PreparedSpace, recipe: GraphRecipe, rounding: str) -> str:
    smoothed = ", density evened out" if recipe.scale == "smoothed" else ""
    core = ", dense rows first" if recipe.core_only else ""
    return f"{space.name}, {recipe.n_neighbors} neighbours{smoothed}{core}, {rounding}"
