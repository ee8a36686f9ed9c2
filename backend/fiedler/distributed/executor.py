"""An executor that sends ranges of rows to Dask workers and joins their results in a tree."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from distributed import Client, Future, wait

from fiedler.errors import FiedlerError
from fiedler.progress import Fraction
from fiedler.row_blocks import single_blas_thread
from fiedler.streaming.executors import Part, RangeTask
from fiedler.streaming.ranges import RowRange

# Small enough that a range lost with its worker, or one that still runs after a stop, costs little.
_RANGES_PER_THREAD = 8
# Results joined by one task: a tree of three levels for 500 ranges.
_JOINED = 8
_SECONDS_BETWEEN_REPORTS = 0.5


class ClusterError(FiedlerError, RuntimeError):
    """The Dask cluster cannot do what is asked of it."""


@dataclass(frozen=True, eq=False)
class DaskExecutor:
    """Workers of a cluster.

    What a worker needs of a task is itself the result of a task, so that Dask makes it anew, like every
    range, when the worker that had it is gone.
    """

    client: Client
    # The workers keep nothing of a row: what they had would be lost with them.
    bytes_to_keep: int = 0

    @property
    def n_ranges(self) -> int:
        """Several ranges for each thread of the cluster.

        Raises
        ------
        ClusterError
            No worker is there.
        """
        n_threads: int = sum(self.client.nthreads().values())
        if n_threads == 0:
            raise ClusterError(
                "the Dask cluster has no worker; at least one is required. Start `dask worker`, or wait for "
                "those that are starting by client.wait_for_workers(1)."
            )
        return _RANGES_PER_THREAD * n_threads

    def run(self, task: RangeTask[Part], ranges: Sequence[RowRange], passed: Fraction) -> Part:
        """Return the joined parts of all ranges.

        An exception that ``passed`` or a range raises ends the pass: what has not begun is taken back, what
        runs ends with its range.
        """
        sent = self.client.submit(_same, task, pure=False)
        parts = [self.client.submit(_of_range, sent, rows, pure=False) for rows in ranges]
        joined = parts
        tree = [sent, *parts]
        while len(joined) > 1:
            groups = (joined[first : first + _JOINED] for first in range(0, len(joined), _JOINED))
            joined = [self.client.submit(_join, *group, pure=False) for group in groups]
            tree += joined
        try:
            # `wait` asks for the client that is current.
            with self.client.as_current():
                _follow(parts, ranges, passed)
            whole: Part = joined[0].result()
            return whole
        except BaseException:
            self.client.cancel(tree)
            raise


def _follow(parts: Sequence[Future], ranges: Sequence[RowRange], passed: Fraction) -> None:
    n_rows = sum(rows.stop - rows.start for rows in ranges)
    waiting = dict(zip(parts, ranges, strict=True))
    n_done = 0
    while waiting:
        for part in _finished(list(waiting)):
            if part.status == "error":
                part.result()
            rows = waiting.pop(part)
            n_done += rows.stop - rows.start
        passed(n_done / n_rows)


def _finished(parts: list[Future]) -> list[Future]:
    """Return the parts that are finished, none of them when nothing happens for a moment."""
    try:
        return list(wait(parts, timeout=_SECONDS_BETWEEN_REPORTS, return_when="FIRST_COMPLETED").done)
    except TimeoutError:
        return []


def _same(task: Any) -> Any:
    return task


def _of_range(task: RangeTask[Part], rows: RowRange) -> Part:
    with single_blas_thread():
        return task(rows, _ignored)


def _join(*parts: Part) -> Part:
    # Dask may join the same part again when a worker is lost: it must stay as it is.
    whole = copy.deepcopy(parts[0])
    for part in parts[1:]:
        whole = whole.join(part)
    return whole


def _ignored(n_more: int) -> None:
    """Rows done within a range are not told: the client counts ranges."""
