"""One open WebSocket as the feed sees it: what it follows, and what waits to be sent."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pydantic import BaseModel

from app.jobs.models import FINAL_STATUSES
from app.jobs.schemas import EventName, JobRead
from app.live.messages import Event, Snapshot

QUEUE_LENGTH = 256
# Above this, progress is left out: the next event carries the whole job anyway.
CROWDED = QUEUE_LENGTH // 2
SLOW_CONSUMER = 4408
MAXIMUM_SUBSCRIPTIONS = 200
# How many ended jobs a watching tab remembers; nothing more is to come of them but a hint that was late.
REMEMBERED = 500


Place = tuple[int | None, float | None]


@dataclass(frozen=True)
class Change:
    """News of a job: how it stands, and the events since some number (``(seq, event)``, ascending)."""

    user_id: int
    job: JobRead
    seq: int
    events: Sequence[tuple[int, EventName]]

    @cached_property
    def texts(self) -> Sequence[str]:
        """The events as they are sent, written once for all who follow the job."""
        return [
            Event(job_id=self.job.id, seq=seq, event=event, job=self.job).model_dump_json()
            for seq, event in self.events
        ]


@dataclass(slots=True)
class Span:
    """The events of a job that a connection has been told of: those after ``since`` up to ``until``."""

    since: int
    until: int


class Connection:
    """What one tab follows; used in the event loop only.

    A job is followed because it was subscribed to, or because the user's own jobs are watched; either way
    each change of state is sent once.
    """

    def __init__(self, user_id: int, token_version: int, session_id: str | None = None) -> None:
        self.user_id = user_id
        self.token_version = token_version
        self.session_id = session_id
        self.outgoing: asyncio.Queue[str] = asyncio.Queue(QUEUE_LENGTH)
        # Set when the connection is to be closed, with `close_code`.
        self.closing = asyncio.Event()
        self.close_code: int | None = None
        self.subscribed: set[int] = set()
        # Those of them that are somebody else's, followed as long as they are shared.
        self.foreign: set[int] = set()
        # The oldest own job that is watched; None: none is.
        self.watched_from: int | None = None
        self._told: dict[int, Span] = {}
        # Where followed jobs stood in the queue when that was last told.
        self._places: dict[int, Place] = {}
        self._ended: deque[int] = deque()

    def watch(self, watched_from: int, newest: Mapping[int, int]) -> None:
        """Follow the own jobs from one on; ``newest`` numbers the events not to be told of any more."""
        self.watched_from = watched_from
        for job_id, seq in newest.items():
            self._told.setdefault(job_id, Span(seq, seq))

    def subscribe(self, user_id: int, snapshot: Snapshot, missed: Sequence[Event], after_seq: int) -> bool:
        """Send how a job of ``user_id`` stands and what was missed, and follow it.

        Returns
        -------
        bool
            False when the connection was told of something newer meanwhile: take another snapshot.
        """
        job_id, seq = snapshot.job.id, snapshot.seq
        told = (
            self._told.get(job_id) if job_id in self.subscribed or self._is_watched(user_id, job_id) else None
        )
        if told is not None and told.until > seq:
            return False
        self.send(snapshot)
        for event in missed:
            if told is None or not told.since < event.seq <= told.until:
                self.send(event)
        since = after_seq or seq
        self._told[job_id] = Span(since if told is None else min(since, told.since), seq)
        self.subscribed.add(job_id)
        if user_id != self.user_id:
            self.foreign.add(job_id)
        self._places[job_id] = _place(snapshot.job)
        return True

    def unsubscribe(self, job_id: int) -> None:
        """Follow a job no longer, unless it is watched."""
        self.subscribed.discard(job_id)
        self.foreign.discard(job_id)
        self._places.pop(job_id, None)
        if self.watched_from is None or job_id < self.watched_from:
            self._told.pop(job_id, None)

    def seen(self, user_id: int, job_id: int) -> int | None:
        """Return the last event told of a job, or None when the job is not followed."""
        if job_id in self.subscribed or self._is_watched(user_id, job_id):
            told = self._told.get(job_id)
            return told.until if told is not None else 0
        return None

    def send(self, message: BaseModel) -> None:
        """Queue a message; whoever does not read is cut off rather than served stale news."""
        self._send(message.model_dump_json())

    def tell_place(self, snapshot: Snapshot) -> None:
        """Send where a followed job waits, when that changed and nothing else did."""
        job, told = snapshot.job, self._told.get(snapshot.job.id)
        is_current = job.id in self.subscribed and told is not None and told.until == snapshot.seq
        if is_current and self._places.get(job.id) != _place(job) and self.outgoing.qsize() <= CROWDED:
            self._places[job.id] = _place(job)
            self.send(snapshot)

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
            self._send(change.texts[position])
        self._told.setdefault(job_id, Span(seen, seen)).until = change.seq
        if is_subscribed:
            self._places[job_id] = _place(change.job)
        if change.job.status in FINAL_STATUSES:
            self._remember_end(job_id)

    def _is_watched(self, user_id: int, job_id: int) -> bool:
        return user_id == self.user_id and self.watched_from is not None and job_id >= self.watched_from

    def _send(self, text: str) -> None:
        try:
            self.outgoing.put_nowait(text)
        except asyncio.QueueFull:
            self.close(SLOW_CONSUMER)

    def _remember_end(self, job_id: int) -> None:
        self._ended.append(job_id)
        if len(self._ended) > REMEMBERED:
            self._told.pop(self._ended.popleft(), None)


def _place(job: JobRead) -> Place:
    return job.queue_position, job.starts_in_seconds
