"""Who runs a pass over the rows: threads of this process, or workers elsewhere (`fiedler.distributed`)."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar

from threadpoolctl import threadpool_limits

from fiedler.progress import Fraction
from fiedler.streaming.ranges import RowRange

Tick = Callable[[int], None]
"""Told how many rows more are done; ends the range by an exception when the pass is to stop."""


BYTES_TO_KEEP = 1 << 26
"""What a process keeps of the rows: the landmarks of two million of them."""


class Joinable(Protocol):
    """Part of a pass's result; joining is the same whichever ranges came first."""

    def join(self, other: Self) -> Self:
        """Return both as one; this one may be changed, the other may not."""
        ...


Part = TypeVar("Part", bound=Joinable)
Part_co = TypeVar("Part_co", bound=Joinable, covariant=True)


class RangeTask(Protocol[Part_co]):
    """A pass's work on one range. It can be sent to another process, and run again after that one died."""

    def __call__(self, rows: RowRange, tick: Tick) -> Part_co:
        """Return the range's part of the result."""
        ...


class Executor(Protocol):
    """Runs passes."""

    @property
    def n_ranges(self) -> int:
        """Into how many ranges a pass over many rows is best divided."""
        ...

    @property
    def bytes_to_keep(self) -> int:
        """How much may be kept of the rows in this process, to spare a reading later."""
        ...

    def run(self, task: RangeTask[Part], ranges: Sequence[RowRange], passed: Fraction) -> Part:
        """Return the joined parts of all ranges, of which there is at least one.

        ``passed`` is called in the calling thread.
        """
        ...


@dataclass(frozen=True, slots=True)
class ThreadExecutor:
    """Threads of this process; the kernels they run release the interpreter lock."""

    n_threads: int
    bytes_to_keep: int = BYTES_TO_KEEP
    # Several for each thread, so that none waits long for the last.
    ranges_per_thread: int = 4

    @property
    def n_ranges(self) -> int:
        """One range for a single thread: nothing is read twice."""
        return 1 if self.n_threads == 1 else self.n_threads * self.ranges_per_thread

    def run(self, task: RangeTask[Part], ranges: Sequence[RowRange], passed: Fraction) -> Part:
        """Return the joined parts of all ranges.

        An exception, also one that ``passed`` raises, ends the pass after the blocks under way; it is raised
        when all threads have stopped.
        """
        n_rows = sum(rows.stop - rows.start for rows in ranges)
        with threadpool_limits(limits=1, user_api="blas"):
            if min(self.n_threads, len(ranges)) == 1:
                return _run_here(task, ranges, n_rows, passed)
            return self._run_in_threads(task, ranges, n_rows, passed)

    def _run_in_threads(
        self, task: RangeTask[Part], ranges: Sequence[RowRange], n_rows: int, passed: Fraction
    ) -> Part:
        waiting = iter(ranges)
        lock = threading.Lock()
        stopped = threading.Event()
        # Rows done, or None from a thread that has ended.
        done: queue.SimpleQueue[int | None] = queue.SimpleQueue()

        def tick(n_more: int) -> None:
            done.put(n_more)
            if stopped.is_set():
                raise _StoppedError

        def work() -> Part | None:
            try:
                return _joined(task, _taken(waiting, lock), tick)
            except BaseException:
                stopped.set()
                raise
            finally:
                done.put(None)

        n_threads = min(self.n_threads, len(ranges))
        with ThreadPoolExecutor(n_threads, thread_name_prefix="fiedler-stream") as pool:
            futures = [pool.submit(work) for _ in range(n_threads)]
            try:
                _follow(done, n_threads, n_rows, passed)
            except BaseException:
                stopped.set()
                raise
        errors = [error for future in futures if (error := future.exception()) is not None]
        for error in sorted(errors, key=lambda error: isinstance(error, _StoppedError)):
            raise error
        parts = [part for future in futures if (part := future.result()) is not None]
        whole = parts[0]
        for part in parts[1:]:
            whole = whole.join(part)
        return whole


class _StoppedError(Exception):
    """Another thread failed, or the caller wants no more."""


def _run_here(task: RangeTask[Part], ranges: Sequence[RowRange], n_rows: int, passed: Fraction) -> Part:
    n_done = 0

    def tick(n_more: int) -> None:
        nonlocal n_done
        n_done += n_more
        passed(min(1.0, n_done / n_rows))

    whole = _joined(task, iter(ranges), tick)
    assert whole is not None  # noqa: S101 - there is at least one range
    return whole


def _joined(task: RangeTask[Part], ranges: Iterator[RowRange], tick: Tick) -> Part | None:
    whole: Part | None = None
    for rows in ranges:
        part = task(rows, tick)
        whole = part if whole is None else whole.join(part)
    return whole


def _taken(ranges: Iterator[RowRange], lock: threading.Lock) -> Iterator[RowRange]:
    """Yield ranges that several threads take from one iterator."""
    while True:
        with lock:
            rows = next(ranges, None)
        if rows is None:
            return
        yield rows


def _follow(done: queue.SimpleQueue[int | None], n_threads: int, n_rows: int, passed: Fraction) -> None:
    n_done = 0
    while n_threads:
        n_more = done.get()
        if n_more is None:
            n_threads -= 1
        else:
            n_done += n_more
            passed(min(1.0, n_done / n_rows))
