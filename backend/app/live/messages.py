"""What is said over the WebSocket, in both directions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, TypeAdapter

from app.errors import Problem
from app.jobs.schemas import EventName, JobRead
from app.pagination import LARGEST_ID


class Subscribe(BaseModel):
    """Follow one job; ``after_seq`` is the last event seen before a reconnect."""

    op: Literal["subscribe"]
    job: int = Field(ge=1, le=LARGEST_ID)
    after_seq: int = Field(default=0, ge=0, le=LARGEST_ID)


class Unsubscribe(BaseModel):
    """Follow a job no longer."""

    op: Literal["unsubscribe"]
    job: int


class Watch(BaseModel):
    """Follow the state changes of all own jobs."""

    op: Literal["watch"]
    topics: list[Literal["jobs"]]


class Ping(BaseModel):
    """Ask for a pong."""

    op: Literal["ping"]


class Snapshot(BaseModel):
    """A job as it stands when it is subscribed to; ``seq`` numbers its newest event."""

    type: Literal["snapshot"] = "snapshot"
    job: JobRead
    seq: int


class Event(BaseModel):
    """Something that happened to a job, with the job as it stands now."""

    type: Literal["event"] = "event"
    job_id: int
    seq: int
    event: EventName
    job: JobRead


class Pong(BaseModel):
    """The answer to a ping."""

    type: Literal["pong"] = "pong"


class Refusal(BaseModel):
    """A message was not understood, or asks for what is not there."""

    type: Literal["error"] = "error"
    problem: Problem


Request = Subscribe | Unsubscribe | Watch | Ping
request_adapter: TypeAdapter[Request] = TypeAdapter(Annotated[Request, Field(discriminator="op")])
