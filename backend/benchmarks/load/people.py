"""People at work: they sign in, upload a table, wait for its clusters, and look at them from all sides."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Any

import httpx2 as httpx
import numpy as np
from load_stack import PASSWORD, LoadStack
from report import Report

if TYPE_CHECKING:
    from tabs import Tab

TIMEOUT_SECONDS = 60.0
# How long people wait for their clusters before they do something else.
PATIENCE_SECONDS = 120.0
BIG_EVERY = 10
BIG_FACTOR = 100


class Person:
    """One account with its own address, as behind its own router.

    Parameters
    ----------
    number : int
        Also the seed of what the person does.
    stack : LoadStack
    report : Report
        Takes the time of each answer.
    pause : float
        Mean seconds between two acts.
    n_rows : int
        Of each table.
    """

    def __init__(self, number: int, stack: LoadStack, report: Report, pause: float, n_rows: int) -> None:
        self.name = f"person-{number}"
        self.address = stack.address
        # Of 127.0.0.0/8 each is one of this machine's own addresses.
        self.own_address = f"127.0.{1 + number // 250}.{1 + number % 250}"
        self._report = report
        self._pause = pause
        self._n_rows = n_rows
        self._random = np.random.default_rng(number)
        self._client = httpx.AsyncClient(
            base_url=stack.address,
            timeout=TIMEOUT_SECONDS,
            transport=httpx.AsyncHTTPTransport(local_address=self.own_address),
        )
        self.tabs: list[Tab] = []

    async def sign_in(self) -> None:
        """Get an access token."""
        answer = await self.ask(
            "POST", "/auth/login", json={"username": self.name, "password": PASSWORD}, expected=200
        )
        self._client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    async def leave(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def ask(
        self, method: str, path: str, *values: object, expected: int | tuple[int, ...] = 200, **options: Any
    ) -> httpx.Response:
        """Ask for ``path``, its ``{}`` filled with ``values``; the report counts by the path as given."""
        began = time.perf_counter()
        try:
            answer = await self._client.request(method, "/api/v1" + path.format(*values), **options)
        except httpx.HTTPError as error:
            self._report.failed(f"{method} {path}", type(error).__name__)
            raise
        seconds = time.perf_counter() - began
        is_expected = answer.status_code in (expected if isinstance(expected, tuple) else (expected,))
        self._report.answered(f"{method} {path}", answer.status_code, seconds, is_expected=is_expected)
        if not is_expected:
            raise httpx.HTTPError(f"{answer.status_code}: {answer.text[:500]}")
        return answer

    async def ticket(self) -> str:
        """Return a ticket that opens one WebSocket."""
        ticket: str = (await self.ask("POST", "/ws-ticket")).json()["ticket"]
        return ticket

    async def live(self) -> None:
        """Bring tables and look at them, until cancelled."""
        await asyncio.sleep(self._random.uniform(0, 4 * self._pause))
        number = 0
        while True:
            # What failed is in the report; the person starts over.
            with contextlib.suppress(httpx.HTTPError):
                await self._bring_and_look(number)
            number += 1
            await self._think()

    async def all_states(self) -> dict[int, list[int]]:
        """Return the numbers of all changes of state by job, as the record has them."""
        states: dict[int, list[int]] = {}
        for job in await self._all_jobs():
            items: list[dict[str, Any]] = []
            while True:
                after = items[-1]["seq"] if items else 0
                answer = await self._client.get(f"/api/v1/jobs/{job}/events?after_seq={after}")
                page = answer.raise_for_status().json()["items"]
                items += page
                if len(page) < 1000:
                    break
            states[job] = [item["seq"] for item in items if item["event"] == "state"]
        return states

    async def _all_jobs(self) -> list[int]:
        jobs: list[int] = []
        cursor = ""
        while True:
            answer = (await self._client.get(f"/api/v1/jobs?limit=200{cursor}")).raise_for_status().json()
            jobs += [job["id"] for job in answer["items"]]
            if answer["next_cursor"] is None:
                return jobs
            cursor = f"&cursor={answer['next_cursor']}"

    async def _bring_and_look(self, number: int) -> None:
        await self.ask("GET", "/datasets")
        await self._think()
        content = self._table(self._n_rows * (BIG_FACTOR if number % BIG_EVERY == BIG_EVERY - 1 else 1))
        uploaded = await self.ask("POST", "/datasets?filename=table.csv", content=content, expected=201)
        dataset = uploaded.json()["id"]
        run = await self._first_run(dataset)
        if run is None:
            return
        await self._look_at(run)
        again = {"kind": "fit", "dataset_id": dataset, "parameters": {"random_state": number + 1}}
        job = (await self.ask("POST", "/jobs", json=again, expected=202)).json()["id"]
        await self.ask("GET", "/jobs/{}", job)
        await self.ask("GET", "/jobs")
        await self._think()
        await self.ask("GET", "/runs")
        await self.ask("GET", "/datasets/{}", dataset)

    async def _first_run(self, dataset: int) -> int | None:
        """Wait, as the page does, for the tab to tell of a finished fit; return its run."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            await asyncio.sleep(0.2)
            if any(dataset in tab.fitted for tab in self.tabs) or not self.tabs:
                runs = (await self.ask("GET", "/runs?dataset_id={}", dataset)).json()["items"]
                if runs:
                    return int(runs[0]["id"])
                await asyncio.sleep(1)
        self._report.failed("waiting for a fit", "Timeout")
        return None

    async def _look_at(self, run: int) -> None:
        for path in ("/runs/{}", "/runs/{}/points", "/runs/{}/labels", "/runs/{}/spectrum"):
            await self.ask("GET", path, run)
        for n_clusters in self._random.permutation(np.arange(2, 8))[:3]:
            await self._think()
            cut = {"n_clusters": int(n_clusters)}
            await self.ask("PUT", "/runs/{}/partition", run, json=cut, expected=(200, 202))
            await self.ask("GET", "/runs/{}/labels", run)
        await self._think()
        await self.ask("GET", "/runs/{}/clusters/{}/explanation", run, 0, expected=(200, 202, 404, 409))
        await self._think()
        await self.ask("GET", "/runs/{}/export?format=csv", run)

    async def _think(self) -> None:
        await asyncio.sleep(min(self._random.exponential(self._pause), 6 * self._pause))

    def _table(self, n_rows: int) -> bytes:
        centres = self._random.uniform(-10, 10, (4, 3))
        points = centres[self._random.integers(0, 4, n_rows)] + self._random.normal(0, 0.5, (n_rows, 3))
        return b"x,y,z\n" + b"".join(b"%.5f,%.5f,%.5f\n" % tuple(point) for point in points)


def people_of(n: int, stack: LoadStack, report: Report, pause: float, n_rows: int) -> list[Person]:
    """Return ``n`` people who have not signed in yet."""
    return [Person(number, stack, report, pause, n_rows) for number in range(n)]
