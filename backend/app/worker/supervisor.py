"""The supervisor: claims jobs, gives each a child, listens, and writes what comes of it.

One loop in the main thread does everything but two things: the heart extends leases, and hints arrive in a
thread of their subscription; both only wake the loop. Two lanes: fits and imports take one of
WORKER_SLOTS, one child an attempt; interactive jobs go to a reserved warm child that stays and keeps its
files mapped, so they never wait behind a fit.
"""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import socket
import time
from collections.abc import Mapping
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog

import app.models  # noqa: F401 - foreign keys are found by name, so every table must be known
from app.database import Database
from app.health.presence import Presence
from app.jobs import lease
from app.jobs.models import ClusteringJob
from app.jobs.reaping import has_overdue, reap
from app.live.hints import Hints
from app.retention.caretaker import Caretaker
from app.settings import Settings
from app.storage.store import open_storage
from app.tracing import Tracing, trace_id
from app.worker.attempt import Attempt, Ending
from app.worker.forkserver import core_shares, open_forkserver
from app.worker.heart import Heart
from app.worker.limits import Limits
from app.worker.metrics import JobMetrics
from app.worker.order import Order
from app.worker.ordering import Share, log_context, order_for
from app.worker.process import Child
from app.worker.settling import BACKOFF_SECONDS, RETRY_SECONDS, Settling
from app.worker.wakeup import Wakeup
from app.worker.work import WORK, Work

logger = logging.getLogger(__name__)
log = structlog.stdlib.get_logger(__name__)
# Interactive work that ends sooner writes no progress: each report would delay its answer.
QUIET_SECONDS = 0.5
_NORMAL, _INTERACTIVE = "normal", "interactive"


class Supervisor:
    """Runs jobs until it is told to stop; use it from the main thread.

    Parameters
    ----------
    settings : Settings
    database : Database
    hints : Hints
    work : mapping of kind to Work
    is_warm : bool
        Compile the engine's kernels before the first claim.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        hints: Hints,
        work: Mapping[str, Work] = WORK,
        *,
        is_warm: bool = True,
    ) -> None:
        self._settings = settings
        self._database = database
        self._hints = hints
        self._work = work
        self.name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(2)}"
        self._shares = core_shares(settings)
        handlers = [name for each in work.values() for name in (each.handler, each.ahead) if name]
        self._context = open_forkserver(handlers, settings, is_warm=is_warm)
        self._attempts: list[Attempt] = []
        self._interactive: Child | None = None
        self._heart = Heart(
            database,
            settings.worker_beat_seconds,
            settings.worker_lease_seconds,
            lambda job_id: self.wake(),
            Presence(database, self.name, settings.worker_slots),
        )
        self._caretaker = Caretaker(
            settings, database, hints, open_storage(settings.store_location), self.name
        )
        self._wakeup = Wakeup()
        self._limits = Limits(settings)
        self._settling = Settling(database, work)
        self._is_draining = False
        self._reap_at = 0.0
        self._tracing = Tracing(settings, "worker")
        self.metrics = JobMetrics()

    def wake(self) -> None:
        """Have the loop look around now; safe in any thread and in signal handlers."""
        self._wakeup.wake()

    def drain(self) -> None:
        """Claim no more, give running jobs back, and end."""
        self._is_draining = True
        self.wake()

    def run(self) -> None:
        """Work until `drain`."""
        self._interactive = self._new_child()
        # Its first message comes when the forkserver has loaded everything: nothing is claimed before.
        while not self._interactive.is_ready and self._interactive.is_alive and not self._is_draining:
            wait([self._interactive.connection, self._interactive.sentinel, self._wakeup.waited_for])
            self._interactive.messages()
            self._wakeup.clear()
        logger.info("worker %s is ready with %d slots", self.name, self._settings.worker_slots)
        subscription = self._hints.subscribe(lambda job_id: self.wake())
        self.metrics.serve(self._settings)
        self._heart.start()
        self._caretaker.start()
        try:
            while not (self._is_draining and not self._attempts):
                self._turn()
        finally:
            subscription.close()
            self._heart.stop()
            self._caretaker.stop()
            self._tracing.close()
            for child in {attempt.child for attempt in self._attempts} | {self._interactive}:
                if child is not None:
                    child.end()
            self._wakeup.close()
        logger.info("worker %s has ended", self.name)

    def _turn(self) -> None:
        """Look at everything once, then sleep until something happens."""
        try:
            if self._is_draining:
                for attempt in self._attempts:
                    attempt.ask_to_stop("draining", self._settings.worker_grace_seconds)
            else:
                self._reap()
                self._claim_all()
            self._stop_unwanted()
            self._listen()
        except (sa.exc.OperationalError, sa.exc.InterfaceError) as error:
            logger.warning("the database does not answer: %s", error)
            time.sleep(RETRY_SECONDS)
        self._limits.enforce(self._attempts)
        for attempt in list(self._attempts):
            attempt.enforce()
            if attempt.ending is not None:
                self._settle(attempt)
        self._sleep()

    def _sleep(self) -> None:
        now = time.monotonic()
        until = [now + self._settings.worker_poll_seconds]
        until += [attempt.kill_at for attempt in self._attempts if attempt.kill_at is not None]
        until += [attempt.settle_at for attempt in self._attempts if attempt.ending is not None]
        until += self._limits.wake_at(self._attempts)
        watched: list[Any] = [self._wakeup.waited_for]
        for attempt in self._attempts:
            if attempt.child is not None and attempt.ending is None:
                watched.append(attempt.child.sentinel)
                if attempt.child.can_answer:
                    watched.append(attempt.child.connection)
        if self._interactive is not None and not self._interactive.is_ready:
            watched.append(self._interactive.connection)
        wait(watched, max(0.0, min(until) - now))
        self._wakeup.clear()

    def _new_child(self) -> Child:
        settings = self._settings
        return Child(
            self._context, settings.worker_memory_limit_bytes, settings.log_level, settings.log_format
        )

    def _claim_all(self) -> None:
        busy = {attempt.slot for attempt in self._attempts}
        if None not in busy:
            child = self._interactive_child()
            if child is not None:
                self._claim(_INTERACTIVE, None, child)
        for slot in range(self._settings.worker_slots):
            if slot not in busy and not self._claim(_NORMAL, slot, None):
                break

    def _interactive_child(self) -> Child | None:
        """Return the reserved child when it can take an order; replace it when it has died."""
        if self._interactive is not None:
            self._interactive.messages()
            if self._interactive.is_alive:
                return self._interactive if self._interactive.is_ready else None
            self._interactive.end()
        self._interactive = self._new_child()
        return None

    def _claim(self, lane: str, slot: int | None, child: Child | None) -> bool:
        """Take the next job of a lane, if there is one, and set its child to work."""
        # What is answered at once is not counted: a user's fits must not keep his clicks waiting.
        most = self._settings.max_running_jobs_per_user if lane == _NORMAL else 0
        with self._database.read() as session:
            if not lease.has_work(session, lane, most):
                return False
        with self._database.write() as session:
            taken = lease.claim(session, lane, self.name, self._settings.worker_lease_seconds, most)
            if taken is None:
                return False
            job = session.get_one(ClusteringJob, taken.job_id, populate_existing=True)
            context = log_context(taken, job)
            span = self._tracing.begin(taken.kind, job.traceparent, context)
            if span.is_recording():
                context["trace_id"] = trace_id(span)
            order = order_for(session, self._work, self._settings, taken, job, self._share(slot), context)
            if child is not None:
                lease.started(session, taken, child.pid)
        self._heart.hold(taken.job_id, taken.token)
        self._hints.publish(taken.job_id)
        attempt = Attempt(taken, child, slot, log_context=context, span=span)
        self._attempts.append(attempt)
        if isinstance(order, Ending):
            attempt.child, attempt.ending = None, order
            return True
        if "scratch" in order.details:
            attempt.scratch = Path(order.details["scratch"])
        if child is None:
            child = attempt.child = self._new_child()
        log.info("job begins", kind=taken.kind, child=child.pid, **attempt.log_context)
        # Before anything else is written: the job is ours, and whoever holds it must work on it.
        child.send(order)
        if child is not self._interactive:
            with self._database.write() as session:
                lease.started(session, taken, child.pid)
        return True

    def _share(self, slot: int | None) -> Share:
        threads = len(self._shares[0]) or 1
        if slot is None:
            return Share(threads, (), QUIET_SECONDS)
        return Share(threads, self._shares[slot])

    def _stop_unwanted(self) -> None:
        """Stop what was cancelled, and what belongs to another worker by now."""
        running = {attempt.claim.job_id: attempt for attempt in self._attempts if attempt.ending is None}
        if not running:
            return
        grace = self._settings.worker_grace_seconds
        for attempt in running.values():
            if self._heart.is_lost(attempt.claim.job_id, attempt.claim.token):
                attempt.ask_to_stop("lost", 0.0)
        with self._database.read() as session:
            held = {job_id: attempt.claim.token for job_id, attempt in running.items()}
            for job_id in lease.cancel_requests(session, held):
                running[job_id].ask_to_stop("cancelled", grace)

    def _listen(self) -> None:
        for attempt in self._attempts:
            for stage, fraction, message in attempt.listen():
                self._report(attempt, stage, fraction, message)

    def _report(self, attempt: Attempt, stage: str, fraction: float, message: str) -> None:
        with self._database.write() as session:
            is_held = lease.report(session, attempt.claim, stage, fraction, message)
        if is_held:
            self._hints.publish(attempt.claim.job_id)
        else:
            attempt.ask_to_stop("lost", 0.0)

    def _settle(self, attempt: Attempt) -> None:
        """Have the end of an attempt written, then free what it had."""
        changed = self._settling.settle(attempt)
        if changed is None or attempt.ending is None:
            return
        self._attempts.remove(attempt)
        self._heart.release(attempt.claim.job_id)
        seconds = time.monotonic() - attempt.claimed_at
        self.metrics.ended(attempt.claim.kind, attempt.outcome, seconds, attempt.ending.content)
        self._tracing.end(attempt.span, attempt.outcome, attempt.stages)
        self._work_ahead(attempt, attempt.ending)
        for job_id in changed:
            self._hints.publish(job_id)
        if attempt.child is not None and attempt.child is not self._interactive:
            attempt.child.end()
        if attempt.scratch is not None:
            shutil.rmtree(attempt.scratch, ignore_errors=True)

    def _work_ahead(self, attempt: Attempt, ending: Ending) -> None:
        """Have the idle interactive child prepare for what usually follows a result."""
        work = self._work.get(attempt.claim.kind)
        child = self._interactive
        is_idle = all(other.slot is not None for other in self._attempts)
        if work is None or work.ahead is None or ending.kind != "done" or attempt.stop is not None:
            return
        if child is not None and child.is_ready and is_idle and not self._is_draining:
            details = {"store": self._settings.store_location, **ending.content}
            child.send(Order(0, work.ahead, details, len(self._shares[0]) or 1, quiet_seconds=3600.0))

    def _reap(self) -> None:
        """Take back the jobs of silent workers, now and then; first beat for the own ones."""
        if time.monotonic() < self._reap_at:
            return
        self._reap_at = time.monotonic() + self._settings.worker_beat_seconds
        with self._database.read() as session:
            if not has_overdue(session):
                return
        self._heart.beat()
        with self._database.write() as session:
            reaped = reap(session, BACKOFF_SECONDS)
        for each in reaped:
            logger.warning("the worker of job %d was lost; it is %s now", each.job_id, each.status)
            shutil.rmtree(self._settings.artifacts_dir / "tmp" / each.token, ignore_errors=True)
            self._hints.publish(each.job_id)
