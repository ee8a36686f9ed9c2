"""Answering questions about a partition: from what was answered before, or by a job that answers soon.

A job carries the digest of its question as its idempotency key: equal questions share one job, and the job
that has succeeded names the answer.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.database import Database, after_commit
from app.explanations.errors import AnswerNotFoundError, ExplanationFailedError, QuestionRefusedError
from app.jobs.models import FINAL_STATUSES, ClusteringJob
from app.jobs.priorities import LOW
from app.jobs.queue import enqueue
from app.jobs.repository import read_job
from app.jobs.schemas import JobRead
from app.jobs.waiting import ended_or_late
from app.live.hints import Hints
from app.live.watch import JobWatch
from app.runs.models import Partition, Run
from app.storage.store import Storage
from app.users.models import User
from app.version import VERSION

KIND = "explain"
ANSWER = "explanation.json"
PATIENCE_SECONDS = 2.0
# A cut that waits goes first: it changes what is on the screen.
_PRIORITY = LOW
_REFUSED = "explanation"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, about which partition.

    Parameters
    ----------
    run_id : int
    dataset_id : int
    partition_key : str
        Of the labels.
    n_clusters : int
        Clusters that the partition has.
    asked : dict
        As the engine's `fiedler.explained.explanation` takes it.
    """

    run_id: int
    dataset_id: int
    partition_key: str
    n_clusters: int
    asked: dict[str, Any]

    @classmethod
    def about(cls, run: Run, partition: Partition, asked: dict[str, Any]) -> Question:
        """Return a question about a partition of a run."""
        return cls(run.id, run.dataset_id, partition.key, len(partition.clusters), asked)

    @classmethod
    def about_table(cls, run: Run, asked: dict[str, Any]) -> Question:
        """Return a question whose answer is the same for all partitions of a run: about its first."""
        first = run.summary["partition"]
        return cls(run.id, run.dataset_id, first["key"], first["n_clusters"], asked)

    @property
    def lane(self) -> str:
        """Where it is worked on: fits of many rounds would keep all other questions waiting."""
        return "normal" if self.asked.get("of") == "stability" else "interactive"

    @property
    def digest(self) -> str:
        """Equal for equal questions; another version of the service may answer otherwise."""
        content = json.dumps([VERSION, self.run_id, self.partition_key, self.asked], sort_keys=True)
        return f"{KIND}:{hashlib.blake2b(content.encode(), digest_size=16).hexdigest()}"


def answer(
    database: Database,
    hints: Hints,
    watch: JobWatch,
    storage: Storage,
    user: User,
    question: Question,
    request_id: str | None,
) -> Path | JobRead:
    """Return the folder of the answer, or the job that finds it when that takes longer than two seconds.

    Raises
    ------
    QuestionRefusedError
        The engine says that there is no answer.
    ExplanationFailedError
        The job failed otherwise, or was cancelled.
    """
    with database.read() as session:
        job = _asked_before(session, user, question)
        folder = _answer_of(job, storage)
        if folder is not None:
            return folder
    with database.write() as session:
        # The user's row is locked first, so that of two equal questions the second sees the first's job.
        session.execute(sa.select(User.id).where(User.id == user.id).with_for_update())
        job_id = _ask(session, hints, user, question, storage, request_id)
    with ended_or_late(database, watch, job_id, PATIENCE_SECONDS) as (session, job):
        if job.status not in FINAL_STATUSES:
            return read_job(session, job)
        folder = _answer_of(job, storage)
        if folder is None:
            raise _failure(job)
        return folder


def answer_folder(session: Session, run: Run, key: str, storage: Storage) -> Path:
    """Return the folder of an answer about a run.

    Raises
    ------
    AnswerNotFoundError
        The run has no such answer.
    """
    known = session.scalar(
        sa.select(ClusteringJob.id)
        .where(
            ClusteringJob.run_id == run.id,
            ClusteringJob.kind == KIND,
            ClusteringJob.result["key"].as_string() == key,
        )
        .limit(1)
    )
    folder = _folder(storage, key) if known is not None else None
    if folder is None:
        raise AnswerNotFoundError(f"Run {run.id} has no answer {key}.", remedy="Ask the question again.")
    return folder


def _ask(
    session: Session, hints: Hints, user: User, question: Question, storage: Storage, request_id: str | None
) -> int:
    """Return the job that answers a question: one that waits or has answered already, else a new one."""
    before = _asked_before(session, user, question)
    if before is not None:
        is_coming = before.status not in FINAL_STATUSES and not before.cancel_requested
        if is_coming or _answer_of(before, storage) is not None:
            return before.id
        # It failed, or its answer is gone: the next one takes the key.
        before.idempotency_key = None
        session.flush()
    job = enqueue(
        session,
        user_id=user.id,
        kind=KIND,
        lane=question.lane,
        dataset_id=question.dataset_id,
        run_id=question.run_id,
        parameters={
            "partition_key": question.partition_key,
            "n_clusters": question.n_clusters,
            "question": question.asked,
        },
        idempotency_key=question.digest,
        request_id=request_id,
    )
    job.priority = _PRIORITY
    after_commit(session, lambda: hints.publish(job.id))
    return job.id


def _asked_before(session: Session, user: User, question: Question) -> ClusteringJob | None:
    return session.scalar(
        sa.select(ClusteringJob).where(
            ClusteringJob.user_id == user.id, ClusteringJob.idempotency_key == question.digest
        )
    )


def _answer_of(job: ClusteringJob | None, storage: Storage) -> Path | None:
    if job is None or job.status != "succeeded" or job.result is None:
        return None
    return _folder(storage, job.result["key"])


def _folder(storage: Storage, key: str) -> Path | None:
    try:
        return storage.artifact("explanation", key)
    except FileNotFoundError:
        return None


def _failure(job: ClusteringJob) -> QuestionRefusedError | ExplanationFailedError:
    error = job.error or {}
    if error.get("code") == _REFUSED:
        return QuestionRefusedError(error.get("detail"), remedy=error.get("remedy"))
    return ExplanationFailedError(error.get("detail"), remedy=error.get("remedy"))
