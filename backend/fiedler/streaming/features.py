"""Features made block by block from a source's values: filled, centred, scaled, float32."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fiedler.errors import InvalidFeaturesError
from fiedler.landmarks.projection import PIECE_ROWS, Projection
from fiedler.scaling import ColumnScale
from fiedler.sources.protocol import Batch, RowSource


@dataclass(frozen=True, eq=False)
class StreamedFeatures:
    """The (n, d) float32 feature matrix of a source, of which a block exists at a time.

    Attributes
    ----------
    source : RowSource
    columns : tuple of int
        Columns of the source that are features; constant ones say nothing and are left out.
    scales : tuple of ColumnScale
        How each of them is filled, centred and scaled.
    """

    source: RowSource
    columns: tuple[int, ...]
    scales: tuple[ColumnScale, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and features."""
        return self.source.n_rows, len(self.columns)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the features."""
        return tuple(self.source.names[column] for column in self.columns)

    def blocks(self, start: int, stop: int, block_rows: int) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Yield the first row and the features of each block of rows ``start:stop``, the last one shorter.

        The array is written over by the next block, or is a view of the source's.
        """
        n_features = len(self.columns)
        room = np.empty((0, n_features), np.float32)
        first, filled = start, 0
        for batch in self.source.batches(start, stop):
            begin = 0
            while begin < len(batch):
                n_wanted = min(block_rows, stop - first)
                piece = batch[begin : begin + n_wanted - filled]
                begin += len(piece)
                if len(piece) == n_wanted and self._is_ready(piece):
                    yield first, np.require(piece, np.float32, ["C", "W", "A", "E"])
                    first += n_wanted
                    continue
                if len(room) < n_wanted:
                    room = np.empty((n_wanted, n_features), np.float32)
                self.write(piece, room[filled : filled + len(piece)])
                filled += len(piece)
                if filled == n_wanted:
                    yield first, room[:n_wanted]
                    first, filled = first + n_wanted, 0

    def coordinates(
        self, start: int, stop: int, block_rows: int, projection: Projection
    ) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Yield what `blocks` does, projected; of many columns only a piece of a block is held."""
        if projection.axes is None:
            for first, block in self.blocks(start, stop, block_rows):
                yield first, projection(block)
            return
        room = np.empty((min(block_rows, stop - start), projection.n_coordinates), np.float32)
        for first, piece in self.blocks(start, stop, PIECE_ROWS):
            place = (first - start) % block_rows
            room[place : place + len(piece)] = projection(piece)
            filled = place + len(piece)
            if filled == block_rows or first + len(piece) == stop:
                yield first - place, room[:filled]

    def write(self, values: Batch, features: NDArray[np.float32]) -> None:
        """Write the (m, d) features of rows read from the source."""
        for position, (column, scale) in enumerate(zip(self.columns, self.scales, strict=True)):
            features[:, position] = scale.apply(values[:, column].astype(np.float64, copy=False))

    def of(self, values: Batch) -> NDArray[np.float32]:
        """Return the (m, d) features of rows read from the source.

        Raises
        ------
        InvalidFeaturesError
            One is beyond float32.
        """
        features = np.empty((len(values), len(self.columns)), np.float32)
        with np.errstate(over="ignore"):
            self.write(values, features)
        if not np.isfinite(features).all():
            raise InvalidFeaturesError(
                "a value is missing, or lies beyond 3.4e38 after scaling; every value must be a number "
                "comparable with the fitted rows'; check the units."
            )
        return features

    def _is_ready(self, piece: Batch) -> bool:
        return self._is_untouched and piece.dtype == np.float32

    @cached_property
    def _is_untouched(self) -> bool:
        """Whether all columns are taken as they are."""
        every = self.columns == tuple(range(len(self.source.names)))
        return every and all(
            scale.center == 0.0 and scale.scale == 1.0 and not scale.n_imputed for scale in self.scales
        )
