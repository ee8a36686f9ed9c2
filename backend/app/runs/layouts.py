"""Layouts of a run's points: those of its fit, and those made when somebody asks for them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.database import Database, after_commit
from app.jobs.models import ClusteringJob
from app.jobs.queue import enqueue
from app.jobs.repository import read_job
from app.jobs.schemas import JobRead
from app.live.hints import Hints
from app.runs.models import Run
from app.runs.repository import accessible_run, layout_key
from app.runs.schemas import LayoutRead, MadeLayoutName
from app.storage.store import Storage
from app.users.models import User

KIND = "layout"


def lay_out(
    database: Database,
    hints: Hints,
    storage: Storage,
    user: User,
    run_id: int,
    name: MadeLayoutName,
    request_id: str | None,
) -> LayoutRead | JobRead:
    """Return a layout of a run, or the job that makes it: one under way, whoever asked, else a new one."""
    with database.write() as session:
        run = accessible_run(session, user, run_id)
        # Of two that ask at once the second sees the first's job.
        session.execute(sa.select(Run.id).where(Run.id == run.id).with_for_update())
        known = (run.layouts or {}).get(name)
        if known is not None and storage.has_artifact("layout", known["key"]):
            return LayoutRead.model_validate(known)
        job = _under_way(session, run, name)
        if job is None:
            job = enqueue(
                session,
                user_id=user.id,
                kind=KIND,
                dataset_id=run.dataset_id,
                run_id=run.id,
                parameters={"layout": name},
                request_id=request_id,
            )
            after_commit(session, lambda job_id=job.id: hints.publish(job_id))  # type: ignore[misc]
        return read_job(session, job)


def layout_file(run: Run, name: str, dimensions: int) -> tuple[str, str]:
    """Return the key of the artifact with the points of a layout, and its file's name."""
    made = (run.layouts or {}).get(name, {}).get("key")
    if made is None:
        return layout_key(run), f"{name}.npy"
    # A map in depth is another map, not the same seen from the side.
    return made, f"{name}_3d.npy" if dimensions == 3 else f"{name}.npy"


def _under_way(session: Session, run: Run, name: str) -> ClusteringJob | None:
    return session.scalar(
        sa.select(ClusteringJob).where(
            ClusteringJob.run_id == run.id,
            ClusteringJob.kind == KIND,
            ClusteringJob.status.in_(("queued", "running")),
            ClusteringJob.cancel_requested.is_(False),
            ClusteringJob.parameters["layout"].as_string() == name,
        )
    )
