"""Third pass: the nearest centroid of every row, part by part into files, then numbered by cluster size."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from fiedler.landmarks.grid import CandidateGrid
from fiedler.landmarks.index import LandmarkIndex
from fiedler.landmarks.labels import CentroidTable, GridLabels
from fiedler.numbering import order_by_size
from fiedler.streaming.affinity import affinity_block_rows
from fiedler.streaming.executors import Tick
from fiedler.streaming.features import StreamedFeatures
from fiedler.streaming.ranges import RowRange

PART_ROWS = 1 << 20
"""Rows of a part, of which each has a file: a multiple of every block."""


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """Rows nearest to each of c centroids, ``sizes`` (c,) int64, and the first of them, ``first_rows``."""

    sizes: NDArray[np.int64]
    first_rows: NDArray[np.int64]

    def join(self, other: Self) -> Self:
        """Return the counts of both rows."""
        np.add(self.sizes, other.sizes, out=self.sizes)
        np.minimum(self.first_rows, other.first_rows, out=self.first_rows)
        return self

    def order(self) -> NDArray[np.int64]:
        """Return the centroids that have rows, by descending size, ties by first row."""
        present = np.flatnonzero(self.sizes)
        return present[order_by_size(self.sizes[present], self.first_rows[present])]


@dataclass(frozen=True, eq=False)
class LabelRows:
    """Labels a range that begins at a multiple of `PART_ROWS` rows, and writes its parts into a folder.

    A part appears under its name when it is whole, and again with the same bytes when a range is run again.
    """

    features: StreamedFeatures
    index: LandmarkIndex
    centroids: CentroidTable
    folder: Path

    def __call__(self, rows: RowRange, tick: Tick) -> LabelCounts:
        """Return how many rows each centroid got."""
        n_centroids = self.centroids.centroids.shape[0]
        counts = LabelCounts(
            np.zeros(n_centroids, np.int64), np.full(n_centroids, np.iinfo(np.int64).max, np.int64)
        )
        block_rows = affinity_block_rows(self.index, self.features.shape[0])
        labels = np.empty(min(PART_ROWS, rows.stop - rows.start), np.uint16)
        search = self.index.search
        grid = (
            GridLabels(search, self.index.exponent_scale, self.centroids)
            if isinstance(search, CandidateGrid)
            else None
        )
        for first, block in self.features.coordinates(*rows, block_rows, self.index.projection):
            place = (first - rows.start) % PART_ROWS
            filled = place + len(block)
            if grid is not None:
                grid.label(block, labels[place:filled])
            else:
                indices, distances, _ = search.nearest(block, self.index.exponent_scale)
                labels[place:filled] = self.centroids.label(indices, distances, self.index.exponent_scale)
            if filled == PART_ROWS or first + len(block) == rows.stop:
                self._finish(first - place, labels[:filled], counts)
            tick(len(block))
        return counts

    def _finish(self, first: int, labels: NDArray[np.uint16], counts: LabelCounts) -> None:
        path = unnumbered_part(self.folder, first)
        unfinished = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
        with unfinished.open("wb") as file:
            np.save(file, labels)
        unfinished.replace(path)
        sizes = np.bincount(labels, minlength=counts.sizes.size)
        for label in np.flatnonzero(sizes):
            if counts.sizes[label] == 0:
                counts.first_rows[label] = first + np.argmax(labels == label)
        np.add(counts.sizes, sizes, out=counts.sizes)


def unnumbered_part(folder: Path, first: int) -> Path:
    """Return where the labels of the part that begins at row ``first`` are before they are numbered."""
    return folder / f"nearest-{first:013d}.npy"


def numbered(path: Path, order: NDArray[np.int64]) -> NDArray[np.uint16]:
    """Return the labels of a part, renumbered: the centroid ``order[i]`` becomes label ``i``."""
    numbers = np.zeros(int(order.max()) + 1, np.uint16)
    numbers[order] = np.arange(order.size, dtype=np.uint16)
    labels: NDArray[np.uint16] = numbers[np.load(path)]
    return labels
