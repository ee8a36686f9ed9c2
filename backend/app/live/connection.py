"""One open WebSocket as the feed sees it: what it follows, and what waits to be sent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from app.jobs.schemas import EventName, JobRead
from app.live.messages import Event, Snapshot

QUEUE_LENGTH = 256
# Above this, progress is left out: the next event carries the whole job anyway.
CROWDED = QUEUE_LENGTH // 2
SLOW_CONSUMER = 4408
MAXIMUM_SUBSCRIPTIONS = 200


Place = tuple[int | None, float | None]


@dataclass(frozen=True, slots=True)
class Change:
    """News of a job: how it stands, and the events since some number (``(seq, event)``, ascending)."""

    user_id: int
    job: JobRead
    seq: int
    events: Sequence[tuple[int, EventName]]


class Connection:
    """What one tab follows; used in the event loop only."""

    def __init__(self, user_id: int, token_version: int) -> None:
        self.user_id = user_id
        self.token_version = token_version
        self.outgoing: asyncio.Queue[str] = asyncio.Queue(QUEUE_LENGTH)
        # Set when the connection is to be closed, with `close_code`.
        self.closing = asyncio.Event()
        self.close_code: int | None = None
        # The last event sent, by job; for watched jobs likewise, from the oldest that was active at first.
        self.subscribed: dict[int, int] = {}
        # Where followed jobs stood in the queue when that was last told.
        self._places: dict[int, Place] = {}
        self.watched: dict[int, int] | None = None
        self.watched_from = 0

    def seen(self, user_id: int, job_id: int) -> int | None:
        """Return the last event sent of a job, or None when the job is not followed."""
        if job_id in self.subscribed:
            return self.subscribed[job_id]
        if self.watched is not None and user_id == self.user_id and job_id >= self.watched_from:
            return self.watched.get(job_id, 0)
        return None

    def send(self, message: BaseModel) -> None:
        """Queue a message; whoever does not read is cut off rather than served stale news."""
        try:
            self.outgoing.put_nowait(message.model_dump_json())
        except asyncio.QueueFull:
            self.close(SLOW_CONSUMER)

    def tell_place(self, snapshot: Snapshot) -> None:
        """Send where a followed job waits, when that changed and no newer news was sent."""
        job = snapshot.job
        seen = self.subscribed.get(job.id)
        is_news = self._places.get(job.id) != _place(job)
        if seen is not None and seen <= snapshot.seq and is_news and self.outgoing.qsize() <= CROWDED:
            self.follow(snapshot)

    def follow(self, snapshot: Snapshot) -> None:
        """Send how a job stands, and what happens to it from there on."""
        self.subscribed[snapshot.job.id] = snapshot.seq
        self._places[snapshot.job.id] = _place(snapshot.job)
        self.send(snapshot)

    def unfollow(self, job_id: int) -> None:
        """Send no more of a job."""
        self.subscribed.pop(job_id, None)
        self._places.pop(job_id, None)

    def close(self, code: int) -> None:
        """Ask for the connection to be closed with ``code``."""
        if self.close_code is None:
            self.close_code = code
            self.closing.set()

    def tell(self, change: Change) -> None:
        """Send what is new of a job: every change of state, and of progress the newest."""
        job_id = change.job.id
        seen = self.seen(change.user_id, job_id)
        if seen is None or change.seq <= seen:
            return
        is_subscribed = job_id in self.subscribed
        for position, (seq, event) in enumerate(change.events):
            if seq <= seen or (event != "state" and not is_subscribed):
                continue
            superseded = position + 1 < len(change.events) and change.events[position + 1][1] == "progress"
            if event == "progress" and (superseded or self.outgoing.qsize() > CROWDED):
                continue
            self.send(Event(job_id=job_id, seq=seq, event=event, job=change.job))
        if is_subscribed:
            self.subscribed[job_id] = change.seq
            self._places[job_id] = _place(change.job)
        elif self.watched is not None:
            self.watched[job_id] = change.seq


def _place(job: JobRead) -> Place:
    return job.queue_position, job.starts_in_seconds
