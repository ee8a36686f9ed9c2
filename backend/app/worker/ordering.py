"""What a claimed job becomes: an order for a child, or an end at once when it cannot be worked on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.errors import InternalError, ServiceError
from app.jobs.lease import Claim
from app.jobs.models import ClusteringJob
from app.settings import Settings
from app.worker.attempt import Ending
from app.worker.order import Order
from app.worker.work import Work


@dataclass(frozen=True, slots=True)
class Share:
    """What a child may use of the machine, and how long it is silent; as in `Order`."""

    threads: int
    cores: tuple[int, ...] = ()
    quiet_seconds: float = 0.0


def order_for(
    session: Session,
    work: Mapping[str, Work],
    settings: Settings,
    taken: Claim,
    job: ClusteringJob,
    share: Share,
    context: dict[str, Any],
) -> Order | Ending:
    """Return what a child is to do for a claimed job, or how the job ends without one."""
    known = work.get(taken.kind)
    try:
        if known is None:
            raise InternalError(f"This worker does not know jobs of the kind {taken.kind!r}.")
        details = known.prepare(session, job, settings)
    except ServiceError as error:
        return Ending("failed", error.problem(request_id=job.request_id).model_dump())
    return Order(
        taken.job_id,
        known.handler,
        details,
        share.threads,
        share.cores,
        share.quiet_seconds,
        job.request_id,
        context,
    )


def log_context(taken: Claim, job: ClusteringJob) -> dict[str, Any]:
    """Return what every line of the log about an attempt tells."""
    found = {
        "job_id": taken.job_id,
        "attempt": taken.attempt,
        "user_id": job.user_id,
        "request_id": job.request_id,
    }
    return {name: value for name, value in found.items() if value is not None}
