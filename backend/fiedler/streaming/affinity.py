"""Second pass: the landmark affinity E of all rows, and the nearest landmarks of the rows of the sample."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

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
from fiedler.streaming.measuring import refuse_missing
from fiedler.streaming.ranges import RowRange


@dataclass(frozen=True, slots=True)
class PartialAffinity:
    """E of some rows.

    Attributes
    ----------
    total : ndarray of shape (p, p), int64
        Upper triangle, in whole numbers: sums are the same in any order.
    neighbors : dict of int to (ndarray of shape (m, K), uint16; ndarray of shape (m, K), float32)
        By the first row of a block: landmarks and squared distances of the rows of the sample in it.
    """

    total: NDArray[np.int64]
    neighbors: dict[int, tuple[NDArray[np.uint16], NDArray[np.float32]]]

    def join(self, other: Self) -> Self:
        """Return the sum of both, in the first's table."""
        np.add(self.total, other.total, out=self.total)
        self.neighbors.update(other.neighbors)
        return self

    def sample_neighbors(self) -> tuple[NDArray[np.uint16], NDArray[np.float32]]:
        """Return landmarks (m, K) and squared distances of the whole sample, in the order of the table."""
        indices, distances = zip(*(self.neighbors[first] for first in sorted(self.neighbors)), strict=True)
        return np.concatenate(indices), np.concatenate(distances)


@dataclass(frozen=True, eq=False)
class AccumulateAffinity:
    """Adds up E over a range that begins at a multiple of the block's rows.

    Attributes
    ----------
    features : StreamedFeatures
    index : LandmarkIndex
    positions : ndarray of shape (m,), int64
        The sample's rows, ascending.
    """

    features: StreamedFeatures
    index: LandmarkIndex
    positions: NDArray[np.int64]

    def __call__(self, rows: RowRange, tick: Tick) -> PartialAffinity:
        """Return the range's E.

        Raises
        ------
        InvalidFeaturesError
            A value is not finite.
        """
        n_landmarks = self.index.landmarks.shape[0]
        found = PartialAffinity(np.zeros((n_landmarks, n_landmarks), np.int64), {})
        block_rows = affinity_block_rows(self.index, self.features.shape[0])
        for first, block in self.features.coordinates(*rows, block_rows, self.index.projection):
            if not self._add(first, block, found):
                self._refuse(RowRange(first, first + len(block)))
            tick(len(block))
        return found

    def _add(self, first: int, block: NDArray[np.float32], found: PartialAffinity) -> bool:
        blocks = self._blocks
        if isinstance(blocks, GridBlocks):
            return blocks.add(block, found.total)
        indices = np.empty((len(block), blocks.groups.n_neighbors), np.uint16)
        distances = np.empty((len(block), blocks.groups.n_neighbors), np.float32)
        finite = blocks.add(block, found.total, indices, distances)
        begin, end = np.searchsorted(self.positions, [first, first + len(block)])
        if end > begin:
            sampled = self.positions[begin:end] - first
            found.neighbors[first] = indices[sampled], distances[sampled]
        return finite

    @cached_property
    def _blocks(self) -> GridBlocks | GroupBlocks:
        search, scale = self.index.search, self.index.exponent_scale
        unit = fixed_point_unit(self.features.shape[0])
        if isinstance(search, CandidateGrid):
            return GridBlocks(search, scale, unit)
        return GroupBlocks(search, scale, unit)

    def _refuse(self, rows: RowRange) -> None:
        for first, values in self.features.blocks(*rows, affinity_block_rows(self.index, rows.stop)):
            refuse_missing(values, first, self.features.names)


def affinity_block_rows(index: LandmarkIndex, n_samples: int) -> int:
    """Return the rows of a block; the same as in memory, or E would differ in its last bits."""
    return grid_block_rows(n_samples) if isinstance(index.search, CandidateGrid) else GROUP_BLOCK_ROWS
