"""Second pass: the landmark affinity E of all rows, and the nearest landmarks of the rows of the sample."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from fiedler.errors import SourceError
from fiedler.landmarks.accumulate import (
    GROUP_BLOCK_ROWS,
    GridBlocks,
    GroupBlocks,
    fixed_point_unit,
    grid_block_rows,
)
from fiedler.landmarks.grid import CandidateGrid
from fiedler.landmarks.index import LandmarkIndex
from fiedler.streaming.executors import Tick
from fiedler.streaming.features import StreamedFeatures
from fiedler.streaming.ranges import RowRange

Neighbors = dict[int, tuple[NDArray[np.uint16], NDArray[np.float32]]]
"""By the first row of a block: nearest landmarks (m, K) and squared distances of rows in it."""


@dataclass(frozen=True, slots=True)
class PartialAffinity:
    """E of some rows.

    Attributes
    ----------
    total : ndarray of shape (p, p), int64
        Upper triangle, in whole numbers: sums are the same in any order.
    neighbors : Neighbors
        Of the rows of the sample, or of all; above three columns only.
    """

    total: NDArray[np.int64]
    neighbors: Neighbors

    def join(self, other: Self) -> Self:
        """Return the sum of both, in the first's table."""
        np.add(self.total, other.total, out=self.total)
        self.neighbors.update(other.neighbors)
        return self


@dataclass(frozen=True, eq=False)
class AccumulateAffinity:
    """Adds up E over a range that begins at a multiple of the block's rows.

    Attributes
    ----------
    features : StreamedFeatures
    index : LandmarkIndex
    positions : ndarray of shape (m,), int64, or None
        Rows whose landmarks are kept, ascending; None: all.
    """

    features: StreamedFeatures
    index: LandmarkIndex
    positions: NDArray[np.int64] | None

    def __call__(self, rows: RowRange, tick: Tick) -> PartialAffinity:
        """Return the range's E.

        Raises
        ------
        SourceError
            A value is not finite, though all were when the columns were measured.
        """
        n_landmarks = self.index.landmarks.shape[0]
        found = PartialAffinity(np.zeros((n_landmarks, n_landmarks), np.int64), {})
        block_rows = affinity_block_rows(self.index, self.features.shape[0])
        for first, block in self.features.coordinates(*rows, block_rows, self.index.projection):
            if not self._add(first, block, found):
                raise values_changed(first, len(block))
            tick(len(block))
        return found

    def _add(self, first: int, block: NDArray[np.float32], found: PartialAffinity) -> bool:
        blocks = self._blocks
        if isinstance(blocks, GridBlocks):
            return blocks.add(block, found.total)
        indices = np.empty((len(block), blocks.groups.n_neighbors), np.uint16)
        distances = np.empty((len(block), blocks.groups.n_neighbors), np.float32)
        finite = blocks.add(block, found.total, indices, distances)
        if self.positions is None:
            found.neighbors[first] = indices, distances
        else:
            begin, end = np.searchsorted(self.positions, [first, first + len(block)])
            kept = self.positions[begin:end] - first
            found.neighbors[first] = indices[kept], distances[kept]
        return finite

    @cached_property
    def _blocks(self) -> GridBlocks | GroupBlocks:
        search, scale = self.index.search, self.index.exponent_scale
        unit = fixed_point_unit(self.features.shape[0])
        if isinstance(search, CandidateGrid):
            return GridBlocks(search, scale, unit)
        return GroupBlocks(search, scale, unit)


def neighbors_at(
    neighbors: Neighbors, positions: NDArray[np.int64]
) -> tuple[NDArray[np.uint16], NDArray[np.float32]]:
    """Return landmarks (m, K) and squared distances of rows, of which all landmarks are kept."""
    found = []
    for first in sorted(neighbors):
        indices, distances = neighbors[first]
        begin, end = np.searchsorted(positions, [first, first + len(indices)])
        kept = positions[begin:end] - first
        found.append((indices[kept], distances[kept]))
    return joined_neighbors(found)


def joined_neighbors(
    blocks: Iterable[tuple[NDArray[np.uint16], NDArray[np.float32]]],
) -> tuple[NDArray[np.uint16], NDArray[np.float32]]:
    """Return landmarks and squared distances of consecutive blocks as two arrays."""
    indices, distances = zip(*blocks, strict=True)
    return np.concatenate(indices), np.concatenate(distances)


def values_changed(first: int, n_rows: int) -> SourceError:
    """Return the error of rows with a value that was finite in the pass before."""
    return SourceError(
        f"of the rows {first:,} to {first + n_rows - 1:,} one holds a value that is not finite, where all "
        f"were finite when the columns were measured; rows must not change while they are read. Fit again."
    )


def affinity_block_rows(index: LandmarkIndex, n_samples: int) -> int:
    """Return the rows of a block; the same as in memory, or E would differ in its last bits."""
    return grid_block_rows(n_samples) if isinstance(index.search, CandidateGrid) else GROUP_BLOCK_ROWS
