"""Somebody who uses the API and keeps a tab open, while the platform is broken under him."""

from __future__ import annotations

import contextlib
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from platform_under_test import wait_for
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    """What came back; ``status`` is 0 when nothing did."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None


@dataclass(frozen=True)
class Visitor:
    """One who is signed in at an address."""

    address: str
    token: str

    def ask(self, path: str, method: str = "GET", content: bytes | None = None, **headers: str) -> Answer:
        """Ask for something under /api/v1."""
        return self._ask(f"/api/v1{path}", method, content, **headers)

    def status(self, path: str) -> int:
        """Return the status that a path outside of the API answers with."""
        return self._ask(path, "GET", None).status

    def _ask(self, path: str, method: str, content: bytes | None, **headers: str) -> Answer:
        request = urllib.request.Request(self.address + path, content, method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
                return Answer(response.status, _lower(response.headers), _read(response.read()))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, _lower(error.headers), _read(error.read()))
        except OSError:
            return Answer(0)

    def open_socket(self, **options: Any) -> AbstractContextManager[ClientConnection]:
        """Open a WebSocket with a ticket of its own."""
        ticket = self.ask("/ws-ticket", "POST").body["ticket"]
        return connect(
            self.address.replace("http", "ws") + "/ws",
            subprotocols=["fiedler.v1", f"ticket.{ticket}"],  # type: ignore[list-item]
            **options,
        )


class Tab:
    """A tab that watches all jobs and comes back after every loss; keeps the changes of state it hears.

    Attributes
    ----------
    heard : dict of int to list of int
        Numbers of the changes of state, by job, in order of arrival.
    close_codes : list of int
    """

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        self.heard: dict[int, list[int]] = {}
        self.statuses: dict[int, str] = {}
        self.close_codes: list[int] = []
        self._is_open = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self.wait_until_open()

    def wait_until_open(self) -> None:
        """Wait until the watch is on."""
        assert self._is_open.wait(TIMEOUT_SECONDS)

    def wait_for_end(self, job_id: int) -> str:
        """Wait until it has heard of a job's end, and return how it ended."""
        final = ("succeeded", "failed", "cancelled")
        wait_for(lambda: self.statuses.get(job_id) in final)
        return self.statuses[job_id]

    def close(self) -> None:
        """Close the tab."""
        self._stop.set()
        self._thread.join(TIMEOUT_SECONDS)

    def _run(self) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(ConnectionClosed, OSError, TypeError, KeyError):
                self._follow()
            self._is_open.clear()
            self._stop.wait(0.1)

    def _follow(self) -> None:
        with self._visitor.open_socket() as socket:
            for message in ({"op": "watch", "topics": ["jobs"]}, {"op": "ping"}):
                socket.send(json.dumps(message))
            for job_id, numbers in self.heard.items():
                socket.send(json.dumps({"op": "subscribe", "job": job_id, "after_seq": numbers[-1]}))
            while not self._stop.is_set():
                try:
                    self._take(json.loads(socket.recv(timeout=0.2)))
                except TimeoutError:
                    continue
                except ConnectionClosed as error:
                    self.close_codes.append(error.rcvd.code if error.rcvd else 1006)
                    raise

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "pong":
            self._is_open.set()
        elif message["type"] == "event":
            job_id = message["job_id"]
            if message["event"] == "state":
                self.heard.setdefault(job_id, []).append(message["seq"])
            self.statuses[job_id] = message["job"]["status"]
        elif message["type"] == "snapshot":
            self.statuses[message["job"]["id"]] = message["job"]["status"]


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body
