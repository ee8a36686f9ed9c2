"""The WebSocket at /ws: one a tab, many subscriptions, whole jobs as messages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

import anyio
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from app.auth.origin import origin_is_ours
from app.auth.service import take_ticket
from app.auth.tokens import AccessClaims
from app.database import Database
from app.errors import RequestInvalidError, ServiceError
from app.jobs.repository import events_after, read_job
from app.jobs.service import accessible_job
from app.live.access import NOT_ALLOWED, TICKET_NEEDED
from app.live.connection import MAXIMUM_SUBSCRIPTIONS, Connection
from app.live.feed import Feed, start_of_watch
from app.live.messages import (
    Event,
    Ping,
    Pong,
    Refusal,
    Request,
    Snapshot,
    Subscribe,
    Unsubscribe,
    Watch,
    request_adapter,
)
from app.users.models import User

PROTOCOL = "fiedler.v1"
TICKET_PREFIX = "ticket."
NORMAL = 1000
CLOSE_SECONDS = 2.0
MAXIMUM_MESSAGE_CHARACTERS = 4096

router = APIRouter()


@router.websocket("/ws")
async def live(websocket: WebSocket) -> None:
    """Follow jobs; the ticket comes as the subprotocol ``ticket.<t>`` beside ``fiedler.v1``."""
    offered = [str(protocol) for protocol in websocket.scope.get("subprotocols", [])]
    # Accepted before it is judged: a browser learns the close code of an accepted connection only.
    await websocket.accept(subprotocol=PROTOCOL if PROTOCOL in offered else None)
    origin, host = websocket.headers.get("origin"), websocket.headers.get("host")
    if not origin_is_ours(origin, host, websocket.app.state.settings):
        await websocket.close(NOT_ALLOWED, "the page is of another site")
        return
    admitted = await _admitted(websocket.app.state.database, offered)
    if admitted is None:
        await websocket.close(TICKET_NEEDED, "a new ticket is needed")
        return
    feed: Feed = websocket.app.state.feed
    connection = Connection(admitted.user_id, admitted.version, admitted.session_id)
    feed.add(connection)
    try:
        code = await _serve(websocket, connection, feed)
    finally:
        feed.remove(connection)
    if code is not None:
        # A slow consumer may not even take the close frame.
        with anyio.move_on_after(CLOSE_SECONDS), suppress(RuntimeError, WebSocketDisconnect):
            await websocket.close(code)


async def _admitted(database: Database, offered: list[str]) -> AccessClaims | None:
    tickets = [each.removeprefix(TICKET_PREFIX) for each in offered if each.startswith(TICKET_PREFIX)]
    if PROTOCOL not in offered or len(tickets) != 1:
        return None

    def take() -> AccessClaims | None:
        with database.write() as session:
            return take_ticket(session, tickets[0])

    return await run_in_threadpool(take)


async def _serve(websocket: WebSocket, connection: Connection, feed: Feed) -> int | None:
    """Read and write until one side ends; return the code to close with, None when the client has gone."""
    async with anyio.create_task_group() as tasks:

        async def end_with(work: Callable[[], Awaitable[object]]) -> None:
            with suppress(WebSocketDisconnect):
                await work()
            tasks.cancel_scope.cancel()

        tasks.start_soon(end_with, partial(_read, websocket, connection, feed))
        tasks.start_soon(end_with, partial(_write, websocket, connection))
        tasks.start_soon(end_with, connection.closing.wait)
    return connection.close_code


async def _write(websocket: WebSocket, connection: Connection) -> None:
    while True:
        await websocket.send_text(await connection.outgoing.get())


async def _read(websocket: WebSocket, connection: Connection, feed: Feed) -> None:
    while True:
        text = await websocket.receive_text()
        try:
            await _obey(_parse(text), websocket.app.state.database, connection, feed)
        except ServiceError as error:
            connection.send(Refusal(problem=error.problem(instance="/ws")))


def _parse(text: str) -> Request:
    if len(text) > MAXIMUM_MESSAGE_CHARACTERS:
        raise RequestInvalidError(
            f"The message has {len(text)} characters; at most {MAXIMUM_MESSAGE_CHARACTERS} are allowed."
        )
    try:
        return request_adapter.validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        raise RequestInvalidError(f"The message was not understood: {first['msg']}") from error


async def _obey(request: Request, database: Database, connection: Connection, feed: Feed) -> None:
    if isinstance(request, Ping):
        connection.send(Pong())
    elif isinstance(request, Unsubscribe):
        connection.unsubscribe(request.job)
    elif isinstance(request, Watch):
        connection.watch(*await run_in_threadpool(_start_watch, database, connection.user_id))
    else:
        if len(connection.subscribed) >= MAXIMUM_SUBSCRIPTIONS:
            raise RequestInvalidError(f"At most {MAXIMUM_SUBSCRIPTIONS} jobs can be followed at once.")
        while not connection.subscribe(
            *await run_in_threadpool(_snapshot, database, connection.user_id, request), request.after_seq
        ):
            pass
        # What happened between the reading and this line.
        feed.changed(request.job)


def _start_watch(database: Database, user_id: int) -> tuple[int, dict[int, int]]:
    with database.read() as session:
        return start_of_watch(session, user_id)


def _snapshot(database: Database, user_id: int, request: Subscribe) -> tuple[int, Snapshot, list[Event]]:
    """Return whose a job is, how it stands, and the changes of state that a reconnecting client missed."""
    with database.read() as session:
        job = accessible_job(session, session.get_one(User, user_id), request.job)
        read = read_job(session, job)
        missed = [
            Event(job_id=job.id, seq=event.seq, event=event.event, job=read)
            for event in (events_after(session, job.id, request.after_seq) if request.after_seq else ())
            if event.event != "progress" and event.seq <= job.event_seq
        ]
        return job.user_id, Snapshot(job=read, seq=job.event_seq), missed
