"""Where labels go: an array, a ``.npy`` file, a folder of Parquet parts, or whoever is called with them."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from fiedler.errors import FiedlerError
from fiedler.progress import Fraction
from fiedler.streaming.executors import Executor, Tick
from fiedler.streaming.labelling import PART_ROWS, numbered, unnumbered_part
from fiedler.streaming.ranges import RowRange, split_rows

LabelSink = Callable[[int, NDArray[np.uint16]], None]
"""Called with the first row of a part and its labels (m,), in the order of the rows."""

_COLUMN = "cluster"


class OutputError(FiedlerError, ValueError):
    """Labels cannot be written where they were asked for."""


@dataclass(frozen=True, slots=True)
class LabelOutput:
    """The destination of labels: a ``.npy`` file, a folder of parts, a callable, or None for an array."""

    destination: Path | LabelSink | None

    @property
    def is_folder(self) -> bool:
        """Whether labels are written as parts, each by whoever labelled its rows."""
        return isinstance(self.destination, Path) and self.destination.suffix != ".npy"

    def check(self) -> None:
        """Refuse a destination that exists already, or whose folder does not.

        Raises
        ------
        OutputError
        """
        path = self.destination
        if not isinstance(path, Path):
            return
        taken = any(path.iterdir()) if self.is_folder and path.is_dir() else path.exists()
        if taken:
            raise OutputError(
                f"{path} exists already; labels are written to a new file that ends in .npy or to a new or "
                f"empty folder. Name another, or remove it."
            )
        if not path.parent.is_dir():
            raise OutputError(f"the folder {path.parent} does not exist; make it first.")

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """Yield a folder for labels that are not numbered yet, beside the destination; it is removed."""
        path = self.destination
        if not isinstance(path, Path):
            with tempfile.TemporaryDirectory(prefix="fiedler-labels-") as folder:
                yield Path(folder)
            return
        with tempfile.TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as folder:
            # Workers of a cluster may be another user.
            Path(folder).chmod(0o777)
            yield Path(folder)

    def write(
        self, scratch: Path, n_rows: int, order: NDArray[np.int64], executor: Executor, passed: Fraction
    ) -> NDArray[np.uint16] | None:
        """Write the parts in ``scratch``, numbered, and return the array if that is the destination."""
        if isinstance(self.destination, Path) and self.is_folder:
            self.destination.mkdir(exist_ok=True)
            task = NumberParts(scratch, self.destination, order)
            executor.run(task, split_rows(n_rows, PART_ROWS, executor.n_ranges), passed)
            # Of workers that were killed.
            for unfinished in self.destination.glob(".part-*"):
                unfinished.unlink(missing_ok=True)
            return None
        if isinstance(self.destination, Path):
            _write_array(self.destination, scratch, n_rows, order)
            return None
        labels = np.empty(n_rows if self.destination is None else 0, np.uint16)
        for part in split_rows(n_rows, PART_ROWS, n_rows):
            block = numbered(unnumbered_part(scratch, part.start), order)
            if self.destination is None:
                labels[part.start : part.stop] = block
            else:
                self.destination(part.start, block)
            passed(part.stop / n_rows)
        return labels if self.destination is None else None


@dataclass(frozen=True, slots=True)
class WrittenParts:
    """Number of parts written."""

    n_parts: int

    def join(self, other: Self) -> Self:
        """Return the sum."""
        return type(self)(self.n_parts + other.n_parts)


@dataclass(frozen=True, slots=True)
class NumberParts:
    """Writes the Parquet parts of a range; a part appears whole, and with the same rows when run again."""

    scratch: Path
    destination: Path
    order: NDArray[np.int64]

    def __call__(self, rows: RowRange, tick: Tick) -> WrittenParts:
        """Return how many parts the range has."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        parts = range(rows.start, rows.stop, PART_ROWS)
        for first in parts:
            labels = numbered(unnumbered_part(self.scratch, first), self.order)
            table = pa.table({_COLUMN: labels}, metadata={"fiedler.first_row": str(first)})
            path = self.destination / f"part-{first // PART_ROWS:05d}.parquet"
            unfinished = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
            pq.write_table(table, unfinished, compression="zstd")
            unfinished.replace(path)
            tick(len(labels))
        return WrittenParts(len(parts))


def _write_array(path: Path, scratch: Path, n_rows: int, order: NDArray[np.int64]) -> None:
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with unfinished.open("wb") as file:
            header = {"descr": "<u2", "fortran_order": False, "shape": (n_rows,)}
            np.lib.format.write_array_header_1_0(file, header)
            for first in range(0, n_rows, PART_ROWS):
                file.write(numbered(unnumbered_part(scratch, first), order).data)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def label_output(labels: Path | str | LabelSink | None) -> LabelOutput:
    """Return the destination that an argument named ``labels`` means."""
    return LabelOutput(Path(labels) if isinstance(labels, str) else labels)
