"""What the views of one table share for every number of clusters: spaces, neighbours, spanning trees.

A change of k asks the views again but searches no neighbours and grows no tree again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fiedler.consensus.curves import curve_lift
from fiedler.consensus.graphs import Neighborhood, neighborhood
from fiedler.consensus.results import Family
from fiedler.consensus.spaces import Space, Spaces, prepared_spaces
from fiedler.neighbors.nearest import search_neighbors
from fiedler.rounding.points import sample_rows
from fiedler.trees.spanning import SpanningTree

MAX_NEIGHBORS = 20
CORE_SHARE = 0.9
"""Of the rows, the densest by the distance to their tenth neighbour."""
CORE_NEIGHBORS = 10
SEPARATION_NEIGHBORS = 5
CURVE_COLUMNS = 3
FEWEST_CURVE_ROWS = 60
SAMPLED_ROWS = 4_000


@dataclass(frozen=True, slots=True)
class DenseCore:
    """The densest rows of a space, and the dense row that each other row is nearest to.

    ``dense`` (m,) bool; ``near`` of the dense rows; ``nearest`` int32, for each other row the place of a row
    among the dense ones.
    """

    dense: NDArray[np.bool_]
    near: Neighborhood
    nearest: NDArray[np.int32]

    def spread(self, labels: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return (m,) labels of all rows from those of the dense rows."""
        spread = np.empty(len(self.dense), dtype=np.int64)
        spread[self.dense] = labels
        spread[~self.dense] = labels[self.nearest]
        return spread


@dataclass(frozen=True)
class PreparedSpace:
    """A space with its neighbours, spanning trees and dense core, each made when first asked for."""

    name: str
    family: Family
    near: Neighborhood
    n_threads: int | None
    one_unit: bool = False
    _trees: dict[int, SpanningTree] = field(default_factory=dict)

    def reachability_tree(self, n_neighbors: int) -> SpanningTree:
        """Return the tree under mutual reachability with M = ``n_neighbors``; 1 is the plain distance."""
        if n_neighbors <= 1:
            return self.near.tree
        if n_neighbors not in self._trees:
            self._trees[n_neighbors] = self.near.spanning_tree(self.near.core_distances(n_neighbors))
        return self._trees[n_neighbors]

    @cached_property
    def core(self) -> DenseCore:
        """The densest nine tenths of the rows."""
        sparseness = self.near.core_distances(CORE_NEIGHBORS)
        dense = sparseness <= np.quantile(sparseness, CORE_SHARE)
        points = self.near.points
        core = neighborhood(np.ascontiguousarray(points[dense]), MAX_NEIGHBORS, self.n_threads)
        nearest = np.empty(0, np.int32)
        if not dense.all():
            searched, asked = core.points.astype(np.float32), points[~dense].astype(np.float32)
            nearest = search_neighbors(searched, asked, 1, n_threads=self.n_threads).indices[:, 0]
        return DenseCore(dense, core, nearest)


class PreparedTable:
    """A table ready to be viewed, for any number of clusters.

    Parameters
    ----------
    features : (n, d) float32 or float64
        Finite; any scale.
    n_threads : int or None
        For neighbour searches; None uses every core.
    rows : (n,) int64, optional
        The rows of a larger table that these are.
    units : (d,) float64, optional
        What columns of ``features`` were divided by: views then see their own proportions too.
    """

    def __init__(
        self,
        features: NDArray[np.floating],
        n_threads: int | None = None,
        rows: NDArray[np.int64] | None = None,
        units: NDArray[np.float64] | None = None,
    ) -> None:
        self.features = features
        self.units = units
        self.n_threads = n_threads
        self.rows = rows

    @classmethod
    def sampled(
        cls, features: NDArray[np.floating], units: NDArray[np.float64] | None = None
    ) -> PreparedTable:
        """Return a fixed sample of 4,000 of the (n, d) features, which may be mapped."""
        rows = sample_rows(len(features), SAMPLED_ROWS, 0)
        return cls(np.asarray(features[rows]), rows=rows, units=units)

    @cached_property
    def spaces(self) -> Spaces:
        """The distinct rows in every space.

        Raises
        ------
        InvalidFeaturesError
            The features are not a numeric matrix, without columns, or not finite.
        """
        return prepared_spaces(self.features if self.units is None else self.features * self.units)

    @cached_property
    def prepared(self) -> list[PreparedSpace]:
        """The spaces that graphs are built in."""
        return [self._prepared(space, "features") for space in self.spaces.graphs]

    @property
    def separation_tree(self) -> SpanningTree:
        """The tree that tells how well views separate their clusters."""
        place = next(i for i, space in enumerate(self.spaces.graphs) if space is self.spaces.separation)
        return self.prepared[place].reachability_tree(SEPARATION_NEIGHBORS)

    def lifted(self, n_clusters: int) -> list[PreparedSpace]:
        """Return the spaces with the directions of the curves that rows lie on; none where they do not."""
        lifted = []
        for space in self.spaces.graphs:
            n_samples, n_features = space.points.shape
            if n_features > CURVE_COLUMNS or n_samples < FEWEST_CURVE_ROWS:
                continue
            lift = curve_lift(space.points, n_clusters, n_threads=self.n_threads)
            if lift is not None:
                lifted.append(self._prepared(Space(f"{space.name} with directions", lift.points), "curves"))
        return lifted

    def _prepared(self, space: Space, family: Family) -> PreparedSpace:
        near = neighborhood(space.points, MAX_NEIGHBORS, self.n_threads)
        return PreparedSpace(space.name, family, near, self.n_threads, space.one_unit)
