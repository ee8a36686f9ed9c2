"""Editing a run's clusters: by a job that answers soon, or at once where nothing is to be computed."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from sqlalchemy.orm import Session

from app.database import Database, after_commit
from app.edits import repository
from app.edits.errors import (
    EditConflictError,
    EditFailedError,
    EditRefusedError,
    PositionNotFoundError,
)
from app.edits.outcome import add_revision, locked_partition, show
from app.edits.schemas import ConstraintsEdit, EditRequest, PositionRequest, RevisedRead, parted
from app.errors import InvalidPart, RequestInvalidError
from app.jobs.models import FINAL_STATUSES, ClusteringJob
from app.jobs.queue import enqueue
from app.jobs.repository import read_job
from app.jobs.schemas import JobRead
from app.jobs.waiting import ended_or_late
from app.live.hints import Hints
from app.live.watch import JobWatch
from app.runs.models import Partition, Run
from app.runs.repository import accessible_run, partition_of
from app.users.models import User

KIND = "revise"
PATIENCE_SECONDS = 2.0
# Codes of the engine's errors that tell of the edit, not of the machine.
_REFUSED = (
    "edit",
    "comparison",
    "constraint",
    "contradictory_constraints",
    "parameter_invalid",
    "too_few_rows",
)


def edit(
    database: Database,
    hints: Hints,
    watch: JobWatch,
    user: User,
    run_id: int,
    body: EditRequest,
    request_id: str | None,
) -> RevisedRead | JobRead:
    """Apply an edit after those applied already; return the job when that takes longer than two seconds.

    Raises
    ------
    EditConflictError
        The partition is not the one that the edit is meant for.
    EditRefusedError
        The engine says that it cannot be done.
    EditFailedError
        The job failed otherwise, or was cancelled.
    """
    with database.write() as session:
        run, partition = _shown(session, user, run_id, body)
        step, rows = parted(body.edit)
        _check_rows(run, body, rows)
        if step["kind"] == repository.RENAME:
            _rename(session, partition, step)
            return repository.read_revised(session, partition)
        job = enqueue(
            session,
            user_id=user.id,
            kind=KIND,
            lane="interactive",
            dataset_id=run.dataset_id,
            run_id=run.id,
            parameters={
                "n_clusters": partition.n_clusters,
                "position": partition.position,
                "key": partition.key,
                "step": step,
                "rows": rows,
            },
            request_id=request_id,
        )
        job_id, n_clusters = job.id, partition.n_clusters
        after_commit(session, lambda: hints.publish(job_id))
    with ended_or_late(database, watch, job_id, PATIENCE_SECONDS) as (session, job):
        if job.status not in FINAL_STATUSES:
            return read_job(session, job)
        _check_outcome(job)
        run = accessible_run(session, user, run_id)
        return repository.read_revised(session, partition_of(session, run, n_clusters))


def go_to(database: Database, user: User, run_id: int, body: PositionRequest) -> RevisedRead:
    """Show the partition as it was after some edit: undo and redo.

    Raises
    ------
    EditConflictError
        The partition is not the one that was shown.
    PositionNotFoundError
        There are fewer edits.
    """
    with database.write() as session:
        _, partition = _shown(session, user, run_id, body)
        states = repository.revisions_of(session, run_id, partition.n_clusters)
        found = next((state for state in states if state.position == body.position), None)
        if found is None and body.position != partition.position:
            last = states[-1].position if states else 0
            raise PositionNotFoundError(
                f"There is no position {body.position}; the history has the positions 0 to {last}."
            )
        if found is not None:
            show(partition, found)
            session.flush()
        return repository.read_revised(session, partition)


def _shown(
    session: Session, user: User, run_id: int, body: EditRequest | PositionRequest
) -> tuple[Run, Partition]:
    """Return the run and its partition, locked, if it still is the one the request is meant for."""
    run = accessible_run(session, user, run_id, "write")
    n_clusters = body.n_clusters or run.n_clusters
    partition = locked_partition(session, run.id, n_clusters) or partition_of(session, run, n_clusters)
    if partition.key != body.key:
        raise _conflict()
    return run, partition


def _conflict() -> EditConflictError:
    return EditConflictError(remedy="Look at the clusters as they are now, then edit them again.")


def _rename(session: Session, partition: Partition, step: dict[str, Any]) -> None:
    clusters = [dict(cluster) for cluster in partition.clusters]
    if step["cluster"] >= len(clusters):
        raise EditRefusedError(
            f"There is no cluster {step['cluster']}; there are the clusters 0 to {len(clusters) - 1}."
        )
    others = {cluster.get("name") for cluster in clusters if cluster["label"] != step["cluster"]}
    if step["name"] is not None and step["name"] in others:
        raise EditRefusedError(
            f"Another cluster is called {step['name']!r} already.",
            remedy="Merge the two, or choose another name.",
        )
    clusters[step["cluster"]]["name"] = step["name"]
    summary = {
        "key": partition.key,
        "silhouette": partition.silhouette,
        "silhouette_sample_size": partition.silhouette_sample_size,
        "clusters": clusters,
        "n_excluded": partition.n_excluded,
    }
    add_revision(session, partition, step, None, summary)


def _check_rows(run: Run, body: EditRequest, rows: dict[str, Any] | None) -> None:
    n_rows = int(run.summary["n_samples"])
    named = (rows or {}).get("rows", [])
    pointer = "/edit/rows"
    if isinstance(body.edit, ConstraintsEdit):
        named, pointer = body.edit.constraints.all_rows(), "/edit/constraints"
    wrong = next((row for row in named if row >= n_rows), None)
    if wrong is not None:
        _refuse(pointer, f"Row {wrong} does not exist; the table has {n_rows} rows.")
    if rows is not None and "bitmap" in rows:
        _check_bitmap(rows["bitmap"], n_rows)


def _check_bitmap(bitmap: str, n_rows: int) -> None:
    try:
        content = base64.b64decode(bitmap, validate=True)
    except binascii.Error:
        _refuse("/edit/bitmap", "The bitmap is not base64.")
    if len(content) != (n_rows + 7) // 8:
        _refuse(
            "/edit/bitmap", f"The bitmap has {len(content)} bytes; {n_rows} rows need {(n_rows + 7) // 8}."
        )
    if not any(content):
        _refuse("/edit/bitmap", "The bitmap names no row; select at least one.")


def _refuse(pointer: str, detail: str) -> None:
    raise RequestInvalidError(detail, errors=[InvalidPart(pointer=pointer, detail=detail)])


def _check_outcome(job: ClusteringJob) -> None:
    if job.status == "succeeded":
        if not (job.result or {}).get("added"):
            raise _conflict()
        return
    error = job.error or {}
    if error.get("code") in _REFUSED:
        detail = str(error.get("detail"))
        raise EditRefusedError(detail[:1].upper() + detail[1:], remedy=error.get("remedy"))
    raise EditFailedError(error.get("detail"), remedy=error.get("remedy"))
