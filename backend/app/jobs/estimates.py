"""When a waiting job will probably begin: from what like jobs took lately, and what is before it."""

from __future__ import annotations

import heapq
import math
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from statistics import median
from threading import Lock

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.database import database_now
from app.datasets.models import Dataset
from app.jobs.models import SWEEP, ClusteringJob
from app.jobs.turns import waiting_jobs
from fiedler.forecasting import forecast

# How many jobs that ended lately are looked at, and how many of those nearest in size are believed.
_REMEMBERED = 200
_NEAREST = 5
# A job that takes longer than expected is expected to take this share of its time again.
_OVERDUE_SHARE = 0.25
_USUAL_COLUMNS = 10
# How long what was found is told to others who ask.
PLACES_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a job stands in its queue.

    Parameters
    ----------
    position : int
        1: it is the next.
    starts_in_seconds : float or None
        None: nothing runs, so nobody knows when a worker will come.
    """

    position: int
    starts_in_seconds: float | None


class Places:
    """The places of one database's waiting jobs as this process last looked them up.

    Every tab that shows a waiting job asks for them, and finding them costs a look at the whole queue.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._found: dict[str, tuple[float, dict[int, Place]]] = {}

    def of(self, session: Session, lane: str, wanted: Collection[int]) -> dict[int, Place]:
        """Return the places of a lane, at most `PLACES_SECONDS` old; new when a wanted one is missing."""
        with self._lock:
            at, found = self._found.get(lane, (-math.inf, {}))
            if time.monotonic() - at >= PLACES_SECONDS or not found.keys() >= set(wanted):
                found = places(session, lane)
                self._found[lane] = (time.monotonic(), found)
            return found


def places(session: Session, lane: str) -> dict[int, Place]:
    """Return the place of every waiting job of a lane, by its number."""
    waiting = waiting_jobs(session, lane)
    if not waiting:
        return {}
    running = session.execute(
        sa.select(
            ClusteringJob.kind,
            Dataset.n_rows,
            Dataset.n_columns,
            ClusteringJob.progress,
            ClusteringJob.started_at,
        )
        .outerjoin(Dataset, Dataset.id == ClusteringJob.dataset_id)
        .where(
            ClusteringJob.status == "running",
            ClusteringJob.lane == lane,
            ClusteringJob.kind != SWEEP,
            ClusteringJob.started_at.is_not(None),
        )
    ).all()
    shapes = _shapes(session, {job.dataset_id for job in waiting if job.dataset_id is not None})
    durations = Durations(session)
    now = database_now(session)
    # Somebody waits, so what runs now shows how many jobs the workers take at once.
    free_at = [
        _remaining(
            durations.expected(job.kind, job.n_rows, job.n_columns),
            (now - job.started_at).total_seconds(),
            job.progress,
        )
        for job in running
    ]
    heapq.heapify(free_at)
    found: dict[int, Place] = {}
    for position, job in enumerate(waiting, start=1):
        start = free_at[0] if free_at else None
        found[job.id] = Place(position, None if start is None else rounded(start))
        if start is not None:
            takes = durations.expected(job.kind, *shapes.get(job.dataset_id or 0, (None, None)))
            heapq.heapreplace(free_at, start + takes)
    return found


class Durations:
    """How long jobs take here: what like ones took lately, else what the engine forecasts."""

    def __init__(self, session: Session) -> None:
        ended = session.execute(
            sa.select(ClusteringJob.kind, Dataset.n_rows, ClusteringJob.started_at, ClusteringJob.finished_at)
            .outerjoin(Dataset, Dataset.id == ClusteringJob.dataset_id)
            .where(
                ClusteringJob.status == "succeeded",
                ClusteringJob.kind != SWEEP,
                ClusteringJob.started_at.is_not(None),
                ClusteringJob.finished_at.is_not(None),
            )
            .order_by(ClusteringJob.id.desc())
            .limit(_REMEMBERED)
        )
        self._took: dict[str, list[tuple[int, float]]] = {}
        self._expected: dict[tuple[str, int | None, int | None], float] = {}
        for row in ended:
            seconds = (row.finished_at - row.started_at).total_seconds()
            self._took.setdefault(row.kind, []).append((row.n_rows or 1, seconds))

    def expected(self, kind: str, n_rows: int | None, n_columns: int | None) -> float:
        """Return the seconds a job is expected to take on a table of this shape, if it is known."""
        asked = (kind, n_rows, n_columns)
        if asked not in self._expected:
            self._expected[asked] = self._look_up(kind, n_rows, n_columns)
        return self._expected[asked]

    def _look_up(self, kind: str, n_rows: int | None, n_columns: int | None) -> float:
        took = self._took.get(kind, [])
        if not took:
            if n_rows is None:
                return 1.0
            return forecast(max(1, n_rows), max(1, n_columns or _USUAL_COLUMNS)).seconds
        if n_rows is None:
            return median(seconds for _, seconds in took)
        size = max(1, n_rows)
        nearest = sorted(took, key=lambda each: abs(math.log(each[0] / size)))[:_NEAREST]
        # Work grows about as the rows do; a part of it, such as starting, is the same for all.
        return median(seconds * max(1.0, size / rows) for rows, seconds in nearest)


def rounded(seconds: float) -> float:
    """Return a time no finer than it is known, so that it changes only when there is news."""
    for below, step in ((10.0, 1.0), (60.0, 5.0), (600.0, 30.0), (3600.0, 300.0)):
        if seconds < below:
            return step * math.ceil(seconds / step)
    return 1800.0 * math.ceil(seconds / 1800.0)


def _remaining(expected: float, elapsed: float, progress: float) -> float:
    # What an attempt says of itself is better known than what others took.
    total = elapsed / progress if progress > _OVERDUE_SHARE else expected
    return max(total - elapsed, elapsed * _OVERDUE_SHARE * (1.0 - progress))


def _shapes(session: Session, dataset_ids: Iterable[int]) -> dict[int, tuple[int | None, int | None]]:
    query = sa.select(Dataset.id, Dataset.n_rows, Dataset.n_columns).where(Dataset.id.in_(dataset_ids))
    return {row.id: (row.n_rows, row.n_columns) for row in session.execute(query)}
