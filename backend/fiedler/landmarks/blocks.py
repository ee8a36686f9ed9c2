"""Walk over the rows block by block, on one thread or several, with progress from the calling thread."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from fiedler.errors import InvalidFeaturesError

BlockWork = Callable[[int, int, int], None]
"""``work(slot, start, stop)``: rows ``start:stop``; one slot is never worked on by two threads at once."""


def available_threads(n_threads: int | None) -> int:
    """Return ``n_threads``, or the number of processors this process may use when it is None."""
    if n_threads is not None:
        return max(1, n_threads)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def walk_blocks(
    n_rows: int,
    block_rows: int,
    n_threads: int,
    work: BlockWork,
    progress: Callable[[float], None] | None = None,
) -> None:
    """Call ``work`` once for each block of ``block_rows`` rows; the partition ignores ``n_threads``.

    The work must release the interpreter lock to gain from threads. An exception from ``work`` or
    ``progress`` (a cancellation, say) ends the walk after the blocks under way.
    """
    starts = list(range(0, n_rows, block_rows))
    slots = min(n_threads, len(starts))
    if slots <= 1:
        for start in starts:
            work(0, start, min(n_rows, start + block_rows))
            _report(progress, min(n_rows, start + block_rows) / n_rows)
        return
    with ThreadPoolExecutor(slots, thread_name_prefix="fiedler-blocks") as pool:
        for first in range(0, len(starts), slots):
            wave = starts[first : first + slots]
            stops = [min(n_rows, start + block_rows) for start in wave]
            for _ in pool.map(work, range(len(wave)), wave, stops):
                pass
            _report(progress, stops[-1] / n_rows)


def row_block(features: NDArray[np.float32], start: int, stop: int) -> NDArray[np.float32]:
    """Return rows ``start:stop`` as a writable C-order float32 array, copied only when they are not one.

    A read-only memory map is copied block by block: the kernels are compiled for writable arrays, and a
    second compilation for read-only ones would cost seconds.
    """
    return np.require(features[start:stop], dtype=np.float32, requirements=["C", "W", "A", "E"])


def refuse_non_finite(rows: NDArray[np.float32], first_row: int) -> None:
    """Raise when one of ``rows`` holds a NaN or an infinity; ``first_row`` is the number of the first.

    Raises
    ------
    InvalidFeaturesError
        Naming the row and column found.
    """
    bad = np.argwhere(~np.isfinite(rows))
    if bad.size:
        row, column = bad[0]
        raise InvalidFeaturesError(
            f"row {first_row + row} has the value {rows[row, column]} in column {column}; "
            f"every feature must be finite. Fill or drop missing values first."
        )


def _report(progress: Callable[[float], None] | None, fraction: float) -> None:
    if progress is not None:
        progress(fraction)
