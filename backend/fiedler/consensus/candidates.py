"""The views: which graphs, roundings and trees are tried in a space, early ones first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fiedler.consensus.graphs import (
    Neighborhood,
    Scale,
    affinity_graph,
    neighborhood,
    row_normalised_embedding,
)
from fiedler.consensus.kmeans import kmeans_labels
from fiedler.consensus.numbering import numbered_by_size
from fiedler.consensus.results import Family
from fiedler.consensus.spaces import Space
from fiedler.neighbors.nearest import search_neighbors
from fiedler.trees.genie import genie_labels
from fiedler.trees.spanning import SpanningTree, graph_tree

MAX_NEIGHBORS = 20
FEWEST_GRAPH_ROWS = 10
FEWEST_CORE_ROWS = 150
CORE_SHARE = 0.9
"""Of the rows, the densest by the distance to their tenth neighbour."""


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
CURVES = Schedule((GraphRecipe(7, "local"), GraphRecipe(10, "local"), GraphRecipe(20, "smoothed")), (1, 5))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A view before it is judged; ``labels`` (m,) int32 are of the distinct rows."""

    name: str
    family: Family
    labels: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class PreparedSpace:
    """A space with its neighbours, spanning tree and name."""

    name: str
    family: Family
    near: Neighborhood
    _trees: dict[int, SpanningTree] = field(default_factory=dict)

    def reachability_tree(self, n_neighbors: int) -> SpanningTree:
        """Return the tree under mutual reachability with M = ``n_neighbors``, made when first asked for."""
        if n_neighbors <= 1:
            return self.near.tree
        if n_neighbors not in self._trees:
            cores = self.core_distances(n_neighbors)
            self._trees[n_neighbors] = self.near.spanning_tree(cores)
        return self._trees[n_neighbors]

    def core_distances(self, n_neighbors: int) -> NDArray[np.float64]:
        """Return (m,) distances to the M-th neighbour, or to the last one known."""
        distances = self.near.neighbors.distances
        return distances[:, min(n_neighbors, distances.shape[1]) - 1].astype(np.float64)


def prepare_space(space: Space, family: Family, n_threads: int | None) -> PreparedSpace:
    """Return the space with what all its views share."""
    return PreparedSpace(space.name, family, neighborhood(space.points, MAX_NEIGHBORS, n_threads))


def candidates(
    space: PreparedSpace, schedule: Schedule, n_clusters: int, random_state: int, n_threads: int | None = None
) -> Iterator[Candidate]:
    """Yield the views of a schedule in one space.

    Spaces of fewer than ten distinct rows have only the views by tree.
    """
    n_samples = space.near.n_samples
    if n_samples >= max(FEWEST_GRAPH_ROWS, n_clusters + 2):
        for recipe in schedule.graphs:
            if not recipe.core_only:
                yield from _graph_views(space, recipe, n_clusters, random_state)
            elif n_samples >= max(FEWEST_CORE_ROWS, 2 * n_clusters):
                yield from _core_views(space, recipe, n_clusters, random_state, n_threads)
    for n_neighbors in schedule.tree_neighbors:
        labels = genie_labels(space.reachability_tree(n_neighbors), n_clusters)
        how = "spanning tree" if n_neighbors <= 1 else f"spanning tree, density over {n_neighbors} neighbours"
        yield Candidate(f"{space.name}, {how}", space.family, numbered_by_size(labels))


def _graph_views(
    space: PreparedSpace, recipe: GraphRecipe, n_clusters: int, random_state: int
) -> Iterator[Candidate]:
    for rounding, labels in _roundings(space.near, recipe, n_clusters, random_state):
        yield Candidate(_name(space, recipe, rounding), space.family, numbered_by_size(labels))


def _core_views(
    space: PreparedSpace, recipe: GraphRecipe, n_clusters: int, random_state: int, n_threads: int | None
) -> Iterator[Candidate]:
    """Yield the views of the densest rows alone; every other row follows its nearest dense row."""
    sparseness = space.core_distances(10)
    dense = sparseness <= np.quantile(sparseness, CORE_SHARE)
    points = space.near.points
    core = neighborhood(np.ascontiguousarray(points[dense]), recipe.n_neighbors, n_threads)
    nearest = (
        search_neighbors(
            core.points.astype(np.float32), points[~dense].astype(np.float32), 1, n_threads=n_threads
        ).indices[:, 0]
        if not dense.all()
        else np.empty(0, np.int32)
    )
    for rounding, of_core in _roundings(core, recipe, n_clusters, random_state):
        labels = np.empty(len(points), dtype=np.int64)
        labels[dense] = of_core
        labels[~dense] = of_core[nearest]
        yield Candidate(_name(space, recipe, rounding), space.family, numbered_by_size(labels))


def _roundings(
    near: Neighborhood, recipe: GraphRecipe, n_clusters: int, random_state: int
) -> Iterator[tuple[str, NDArray[np.int64]]]:
    affinity = affinity_graph(near, recipe.n_neighbors, recipe.scale, n_clusters)
    embedding = row_normalised_embedding(affinity, n_clusters, near.points.shape[1], random_state)
    yield "k-means", kmeans_labels(embedding, n_clusters, random_state)
    yield "tree", genie_labels(graph_tree(affinity, embedding), n_clusters)


def _name(space: PreparedSpace, recipe: GraphRecipe, rounding: str) -> str:
    smoothed = ", density evened out" if recipe.scale == "smoothed" else ""
    core = ", dense rows first" if recipe.core_only else ""
    return f"{space.name}, {recipe.n_neighbors} neighbours{smoothed}{core}, {rounding}"
