"""Writing how attempts ended: the result, the problem, or that the job is to be tried again."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping

import sqlalchemy as sa
import structlog
from opentelemetry.trace import use_span

from app.database import Database
from app.errors import InternalError
from app.jobs import lease
from app.worker.attempt import Attempt, Ending
from app.worker.work import Work

logger = logging.getLogger(__name__)
log = structlog.stdlib.get_logger(__name__)
BACKOFF_SECONDS = 1.0
RETRY_SECONDS = 0.5


class Settling:
    """Writes ends into the database, each in one transaction guarded by the attempt's token."""

    def __init__(self, database: Database, work: Mapping[str, Work]) -> None:
        self._database = database
        self._work = work

    def settle(self, attempt: Attempt) -> list[int] | None:
        """Write how an attempt ended, and return the jobs that changed by it.

        Returns
        -------
        list of int or None
            None: not written yet; without a database the end is kept and tried again.
        """
        if time.monotonic() < attempt.settle_at or attempt.ending is None:
            return None
        try:
            # A job that follows from this one belongs to the same trace.
            with use_span(attempt.span, record_exception=False, set_status_on_exception=False):
                changed = self._write_ending(attempt, attempt.ending)
        except (sa.exc.OperationalError, sa.exc.InterfaceError) as error:
            logger.warning("the end of job %d is not written yet: %s", attempt.claim.job_id, error)
            attempt.settle_at = time.monotonic() + RETRY_SECONDS
            return None
        except Exception as error:
            logger.exception("the result of job %d could not be written", attempt.claim.job_id)
            problem = InternalError(f"The result could not be written ({type(error).__name__}).").problem()
            attempt.ending = Ending("failed", problem.model_dump())
            attempt.settle_at = time.monotonic()
            return None
        log.info(
            "job ends",
            kind=attempt.claim.kind,
            outcome=attempt.outcome,
            code=attempt.ending.content.get("code") if attempt.outcome == "failed" else None,
            milliseconds=1000 * (time.monotonic() - attempt.claimed_at),
            **attempt.log_context,
        )
        return changed

    def _write_ending(self, attempt: Attempt, ending: Ending) -> list[int]:
        """Return the jobs that changed."""
        taken = attempt.claim
        changed = [taken.job_id]
        with self._database.write() as session:
            if ending.kind == "done":
                job = lease.succeed(session, taken)
                follower = self._work[taken.kind].record(session, job, ending.content) if job else None
                if follower is not None:
                    changed.append(follower)
            elif ending.kind == "failed":
                lease.fail(session, taken, ending.content)
            elif attempt.stop == "cancelled":
                lease.cancelled(session, taken)
            elif attempt.exceeded is not None and attempt.stop == "exceeded":
                request_id = attempt.log_context.get("request_id")
                lease.fail(session, taken, attempt.exceeded.problem(request_id=request_id).model_dump())
            elif attempt.stop == "draining":
                lease.give_back(session, taken)
            elif attempt.stop != "lost":
                logger.warning("the process of job %d %s", taken.job_id, ending.reason)
                reason = f"The process that worked on it {ending.reason}."
                lease.lost(session, taken, reason, BACKOFF_SECONDS)
        return changed
