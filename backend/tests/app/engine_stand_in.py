"""A worker without processes: the engine answers interactive jobs in a thread of the test."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from stand_ins import end_job

from app.jobs.lease import claim, fail, succeed
from app.jobs.models import ClusteringJob
from app.jobs.queue import enqueue
from app.runs.outcome import record_fit
from app.worker.child import problem_of
from app.worker.order import Order
from app.worker.work import WORK
from fiedler import pipeline
from fiedler.artifacts import ArtifactStore
from fiedler.errors import FiedlerError
from fiedler.parameters import ClusteringParameters


class Engine:
    """Answers queued interactive jobs as a worker would."""

    def __init__(self, app: Any, database: Any, settings: Any) -> None:
        self.app, self.database, self.settings = app, database, settings
        # Called once, between computing a result and recording it.
        self.before_recording: Callable[[], object] | None = None
        self._closed = threading.Event()
        self._queued = threading.Event()
        self._subscription = app.state.hints.subscribe(lambda _job: self._queued.set())
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def close(self) -> None:
        self._closed.set()
        self._queued.set()
        self._thread.join()
        self._subscription.close()

    def _work(self) -> None:
        while not self._closed.is_set():
            self._queued.wait(20)
            self._queued.clear()
            with self.database.write() as session:
                taken = claim(session, "interactive", "test", 30)
            if taken is not None:
                self._answer(taken)

    def _answer(self, taken: Any) -> None:
        work = WORK[taken.kind]
        with self.database.read() as session:
            details = work.prepare(session, session.get_one(ClusteringJob, taken.job_id), self.settings)
        result, problem = None, None
        try:
            result = importlib.import_module(work.handler).compute(details, lambda *_: None)
        except FiedlerError as error:
            problem = problem_of(error, Order(taken.job_id, work.handler)).model_dump()
        meanwhile, self.before_recording = self.before_recording, None
        if meanwhile is not None:
            meanwhile()
        with self.database.write() as session:
            if problem is not None:
                fail(session, taken, problem)
            else:
                work.record(session, succeed(session, taken), result)
        self.app.state.hints.publish(taken.job_id)


def fit_three_clusters(database: Any, settings: Any, user_id: int, dataset_id: int, n_rows: int) -> int:
    """Let the engine fit a table of three equal clusters, and return the run."""
    truth = np.arange(n_rows) % 3
    points = np.eye(3)[truth] * 9 + np.random.default_rng(0).normal(size=(n_rows, 3))
    folder = settings.artifacts_dir / "table" / "5ee"
    folder.mkdir()
    columns = {name: points[:, column] for column, name in enumerate("xyz")}
    kinds = np.array(["Adelie", "Gentoo", "Chinstrap"])[truth]
    pq.write_table(pa.table({**columns, "kind": kinds}), folder / "table.parquet")
    store = ArtifactStore(settings.artifacts_dir)
    parameters = ClusteringParameters(columns=("x", "y", "z"), n_clusters=3)
    summary = pipeline.fit(folder / "table.parquet", "5ee", parameters, store)
    with database.write() as session:
        job = enqueue(
            session, user_id=user_id, kind="fit", dataset_id=dataset_id, parameters=parameters.to_dict()
        )
        run = record_fit(session, job, "5ee", summary.to_dict())
        end_job(session, job)
        run_id: int = run.id
        return run_id
