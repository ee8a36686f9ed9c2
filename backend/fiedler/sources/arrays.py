"""Rows of a numpy array, in memory or in a ``.npy`` file, memory-mapped or not."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler.errors import InvalidFeaturesError, SourceError
from fiedler.sources.protocol import Batch, batch_rows


@dataclass(frozen=True, eq=False)
class ArraySource:
    """The columns ``columns`` of an (n, d) array of numbers."""

    values: NDArray[Any]
    names: tuple[str, ...]
    columns: NDArray[np.int64] | None = None
    is_seekable: bool = True

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return int(self.values.shape[0])

    def batches(self, start: int, stop: int) -> Iterator[Batch]:
        """Yield views of rows of float32 and float64 arrays, converted copies of others."""
        if self.columns is None and self.values.dtype in (np.float32, np.float64):
            # Nothing is copied, so nothing is gained by small batches.
            yield self.values[start:stop]
            return
        step = batch_rows(self.values.shape[1])
        for first in range(start, stop, step):
            yield _as_floats(self.values[first : min(stop, first + step)], self.columns)


@dataclass(frozen=True, eq=False)
class ArrayFileSource:
    """The columns ``columns`` of an (n, d) C-order array in a file, read and not mapped.

    Pages of a memory map count as this process's memory until the system wants them back; what was read into
    a block is gone with the block.
    """

    path: Path
    offset: int
    shape: tuple[int, int]
    dtype: np.dtype[Any]
    names: tuple[str, ...]
    columns: NDArray[np.int64] | None = None
    is_seekable: bool = True

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return self.shape[0]

    def batches(self, start: int, stop: int) -> Iterator[Batch]:
        """Yield rows as they are read.

        Raises
        ------
        SourceError
            The file ends before its last row.
        """
        n_columns = self.shape[1]
        row_bytes = n_columns * self.dtype.itemsize
        step = batch_rows(n_columns)
        with self.path.open("rb", buffering=0) as file:
            file.seek(self.offset + start * row_bytes)
            for first in range(start, stop, step):
                rows = np.empty((min(stop - first, step), n_columns), self.dtype)
                _read_into(file, rows, self.path)
                yield _as_floats(rows, self.columns)


def array_source(values: NDArray[Any], columns: Sequence[str] | None) -> ArraySource | ArrayFileSource:
    """Return the source of an (n, d) array; whole memory maps are read from their file.

    Columns are named ``x0``, ``x1`` and so on.

    Raises
    ------
    InvalidFeaturesError
        It is no matrix of numbers, or has no column of a name asked for.
    """
    if values.ndim != 2 or values.shape[1] == 0 or values.dtype.kind not in "fiub":
        raise InvalidFeaturesError(
            f"the array has the shape {values.shape} and dtype {values.dtype}; required is a matrix "
            f"(n, d) of numbers with at least one column."
        )
    names = tuple(f"x{column}" for column in range(values.shape[1]))
    chosen = None
    if columns is not None:
        unknown = [name for name in columns if name not in names]
        if unknown or not columns:
            raise InvalidFeaturesError(
                f"the array has no column {unknown[0] if unknown else 'among none'!r}; its {len(names)} "
                f"columns are called {names[0]!r} to {names[-1]!r}; choose among them."
            )
        chosen = np.array([names.index(name) for name in columns])
        names = tuple(columns)
    if _is_whole_file(values):
        shape = (int(values.shape[0]), int(values.shape[1]))
        return ArrayFileSource(Path(values.filename), values.offset, shape, values.dtype, names, chosen)  # type: ignore[attr-defined]
    return ArraySource(values, names, chosen)


def array_file_source(path: Path, columns: Sequence[str] | None) -> ArraySource | ArrayFileSource:
    """Return the source of a ``.npy`` file.

    Raises
    ------
    SourceError
        The file is missing or no array.
    InvalidFeaturesError
        It holds no matrix of numbers.
    """
    try:
        values = np.load(path, mmap_mode="r")
    except (OSError, ValueError) as error:
        raise SourceError(
            f"{path} cannot be read as an array: {error}. Write it again by numpy.save."
        ) from error
    return array_source(values, columns)


def _is_whole_file(values: NDArray[Any]) -> bool:
    if not isinstance(values, np.memmap) or values.filename is None:
        return False
    base: Any = values.base
    return isinstance(base, mmap.mmap) and values.flags.c_contiguous


def _read_into(file: Any, rows: NDArray[Any], path: Path) -> None:
    view = memoryview(rows).cast("B")  # type: ignore[arg-type]
    filled = 0
    while filled < len(view):
        n_bytes = file.readinto(view[filled:])
        if not n_bytes:
            raise SourceError(
                f"{path} ends {len(view) - filled:,} bytes too early, at byte {file.tell():,} of "
                f"{os.fstat(file.fileno()).st_size:,}; it must hold all its rows. Write it again."
            )
        filled += n_bytes


def _as_floats(rows: NDArray[Any], columns: NDArray[np.int64] | None) -> Batch:
    if columns is not None:
        rows = rows[:, columns]
    if rows.dtype in (np.float16, np.float32):
        return rows.astype(np.float32, copy=False)
    return rows.astype(np.float64, copy=False)
