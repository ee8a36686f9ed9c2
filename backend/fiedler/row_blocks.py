"""Running compiled kernels over blocks of rows in threads, with BLAS kept to one thread meanwhile.

The blocks are fixed by the number of rows, never by the number of threads, and a block writes only its own
rows: results are the same bits whatever the thread count. Plain threads around kernels that release the
interpreter lock were chosen over numba's own pool: they survive a fork and nested calls.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from threadpoolctl import ThreadpoolController


def available_threads(n_threads: int | None = None) -> int:
    """Return ``n_threads``, or the number of cores this process may use when it is None.

    Raises
    ------
    ValueError
        ``n_threads`` is below 1.
    """
    if n_threads is None:
        return (
            max(1, len(os.sched_getaffinity(0))) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        )
    if n_threads < 1:
        raise ValueError(f"n_threads is {n_threads}; it must be at least 1, or None for every core.")
    return n_threads


def run_blocks(
    work: Callable[[int, int], None],
    n_rows: int,
    block_rows: int,
    n_threads: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> None:
    """Call ``work(start, stop)`` for every block of ``block_rows`` rows, in up to ``n_threads`` threads.

    ``progress`` is told the fraction of the rows done, from the calling thread. What it or a block raises
    ends the run: blocks under way are waited for, the others are never begun.
    """
    starts = range(0, n_rows, block_rows)
    n_workers = min(available_threads(n_threads), len(starts))
    if n_workers <= 1:
        for start in starts:
            work(start, min(n_rows, start + block_rows))
            if progress is not None:
                progress(min(n_rows, start + block_rows) / n_rows)
        return
    with ThreadPoolExecutor(n_workers) as pool:
        try:
            blocks = pool.map(lambda start: work(start, min(n_rows, start + block_rows)), starts)
            for start, _ in zip(starts, blocks, strict=True):
                if progress is not None:
                    progress(min(n_rows, start + block_rows) / n_rows)
        except BaseException:
            # Leaving the pool would wait for every block that was promised.
            pool.shutdown(wait=False, cancel_futures=True)
            raise


@functools.cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


@contextmanager
def single_blas_thread() -> Iterator[None]:
    """Keep BLAS to one thread inside the ``with`` block.

    Spinning BLAS threads turn a 0.3 s dense eigenproblem into 10 s on a busy machine, and a sum split over
    threads depends on their number.
    """
    with _controller().limit(limits=1, user_api="blas"):
        yield
