"""Tabs: each one WebSocket that watches its person's jobs and keeps the numbers of what it hears."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

from people import Person
from report import Report
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

FINAL = ("succeeded", "failed", "cancelled")
RECONNECT_SECONDS = 1.0


class Tab:
    """A tab of the page as the service sees it.

    Attributes
    ----------
    heard : dict of int to list of int
        The numbers of the changes of state it was told of, by job, in order of arrival.
    is_open : bool
    fitted : set of int
        Datasets whose first fit has ended.
    """

    def __init__(self, person: Person, report: Report) -> None:
        self.person = person
        person.tabs.append(self)
        self._report = report
        self.heard: dict[int, list[int]] = {}
        self.newest: dict[int, int] = {}
        self.finished: set[int] = set()
        self.fitted: set[int] = set()
        self.is_open = False

    async def run(self) -> None:
        """Keep a connection open until cancelled."""
        while True:
            try:
                await self._follow()
            except (ConnectionClosed, OSError) as error:
                self._report.failed("/ws", type(error).__name__)
            self.is_open = False
            await asyncio.sleep(RECONNECT_SECONDS)

    def unfinished(self) -> list[int]:
        """Return the jobs it has heard of and whose end it does not know."""
        return [job for job in self.heard if job not in self.finished]

    async def _follow(self) -> None:
        protocols: Any = ["fiedler.v1", f"ticket.{await self.person.ticket()}"]
        address = self.person.address.replace("http", "ws") + "/ws"
        async with connect(
            address, subprotocols=protocols, open_timeout=60, compression=None, max_queue=64
        ) as socket:
            await socket.send(json.dumps({"op": "watch", "topics": ["jobs"]}))
            await socket.send(json.dumps({"op": "ping"}))
            for job in self.unfinished():
                await self._subscribe(socket, job)
            async for text in socket:
                await self._take(socket, json.loads(text))

    async def _take(self, socket: ClientConnection, message: dict[str, Any]) -> None:
        kind = message["type"]
        if kind == "pong":
            # Answered in order: from here on the watch is on.
            self.is_open = True
        elif kind == "error":
            self._report.failed("/ws", message["problem"]["code"])
        elif kind == "snapshot":
            self._report.snapshots += 1
        else:
            await self._hear(socket, message)

    async def _hear(self, socket: ClientConnection, event: dict[str, Any]) -> None:
        job, number = event["job_id"], event["seq"]
        self._report.events += 1
        if event["event"] == "progress":
            if number <= self.newest.get(job, 0):
                self._report.stale_progress += 1
            self.newest[job] = max(number, self.newest.get(job, 0))
            return
        is_new = job not in self.heard
        self.heard.setdefault(job, []).append(number)
        state = event["job"]
        if state["status"] in FINAL:
            ended = datetime.fromisoformat(state["finished_at"])
            self._report.told((datetime.now(UTC) - ended).total_seconds())
            self.finished.add(job)
            if state["kind"] == "fit" and state["dataset_id"] is not None:
                self.fitted.add(state["dataset_id"])
            await socket.send(json.dumps({"op": "unsubscribe", "job": job}))
        elif is_new and state["kind"] in ("import", "fit"):
            await self._subscribe(socket, job)

    async def _subscribe(self, socket: ClientConnection, job: int) -> None:
        heard = max(self.heard.get(job, [0]))
        await socket.send(json.dumps({"op": "subscribe", "job": job, "after_seq": heard}))
