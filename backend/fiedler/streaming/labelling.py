"""Third pass: the nearest centroid of every row, part by part into files, then numbered by cluster size."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from fiedler.landmarks.accumulate import GROUP_BLOCK_ROWS
from fiedler.landmarks.grid import CandidateGrid
from fiedler.landmarks.index import LandmarkIndex
from fiedler.landmarks.labels import CentroidTable, GridLabels
from fiedler.numbering import order_by_size
from fiedler.streaming.affinity import Neighbors, values_changed
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
        """Return how many rows each centroid got.

        Raises
        ------
        SourceError
            A value is not finite, though all were when the columns were measured.
        """
        return _write_parts(self._labels(rows), rows, self.folder, self.centroids, tick)

    def _labels(self, rows: RowRange) -> Iterator[tuple[int, NDArray[np.uint16]]]:
        search, scale = self.index.search, self.index.exponent_scale
        grid = GridLabels(search, scale, self.centroids) if isinstance(search, CandidateGrid) else None
        # What a block holds does not change a row's label; this one is part of a part.
        for first, block in self.features.coordinates(*rows, GROUP_BLOCK_ROWS, self.index.projection):
            if grid is not None:
                labels = np.empty(len(block), np.uint16)
                finite = grid.label(block, labels)
            else:
                indices, distances, finite = search.nearest(block, scale)
                labels = self.centroids.label(indices, distances, scale)
            if not finite:
                raise values_changed(first, len(block))
            yield first, labels


@dataclass(frozen=True, eq=False)
class LabelNeighbors:
    """Labels a range from the landmarks that were kept of its rows; otherwise as `LabelRows`."""

    neighbors: Neighbors
    exponent_scale: float
    centroids: CentroidTable
    folder: Path

    def __call__(self, rows: RowRange, tick: Tick) -> LabelCounts:
        """Return how many rows each centroid got."""
        return _write_parts(self._labels(rows), rows, self.folder, self.centroids, tick)

    def _labels(self, rows: RowRange) -> Iterator[tuple[int, NDArray[np.uint16]]]:
        for first in range(rows.start, rows.stop, GROUP_BLOCK_ROWS):
            yield first, self.centroids.label(*self.neighbors[first], self.exponent_scale)


def _write_parts(
    blocks: Iterator[tuple[int, NDArray[np.uint16]]],
    rows: RowRange,
    folder: Path,
    centroids: CentroidTable,
    tick: Tick,
) -> LabelCounts:
    n_centroids = centroids.centroids.shape[0]
    none_yet = np.full(n_centroids, np.iinfo(np.int64).max, np.int64)
    counts = LabelCounts(np.zeros(n_centroids, np.int64), none_yet)
    part = np.empty(min(PART_ROWS, rows.stop - rows.start), np.uint16)
    for first, labels in blocks:
        place = (first - rows.start) % PART_ROWS
        filled = place + len(labels)
        part[place:filled] = labels
        if filled == PART_ROWS or first + len(labels) == rows.stop:
            _finish(folder, first - place, part[:filled], counts)
        tick(len(labels))
    return counts


def _finish(folder: Path, first: int, labels: NDArray[np.uint16], counts: LabelCounts) -> None:
    path = unnumbered_part(folder, first)
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
