"""The service under load: people upload, run and browse while many tabs watch their jobs.

Starts PostgreSQL, Redis, API servers, workers and nginx on free ports, and prints how long each endpoint took
(p50, p95, p99), whether any tab lost an event or got one twice, and what the processes' memory did.

    .venv/bin/python benchmarks/load --clients 1000 --users 50 --minutes 30

Needs the development tools, and redis-server, nginx and PostgreSQL installed. The load is made on the same
machine, so it takes its share of the processor; the report says how busy the machine was.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import signal
import sys
import tempfile
import time
from pathlib import Path

# What starts real servers for the tests starts them here.
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from load_stack import LoadStack
from memory import Memory
from people import Person, people_of
from report import Report
from tabs import Tab

SETTLE_SECONDS = 60.0
FILES_A_CLIENT = 4


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/load", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--clients", type=int, default=1000, help="tabs with an open WebSocket")
    parser.add_argument("--users", type=int, default=50, help="people who upload, run and browse")
    parser.add_argument("--minutes", type=float, default=30.0, help="how long, once all tabs are open")
    parser.add_argument("--pause", type=float, default=5.0, help="mean seconds between two acts of a person")
    parser.add_argument("--servers", type=int, default=3, help="API processes")
    parser.add_argument("--workers", type=int, default=2, help="worker processes")
    parser.add_argument("--rows", type=int, default=200, help="rows of a table that is uploaded")
    parser.add_argument("--sample-seconds", type=float, default=10.0, help="between two looks at memory")
    parser.add_argument("--json", type=Path, help="where to write all figures as well")
    parser.add_argument("--logs", type=Path, help="where to keep the servers' logs; default: nowhere")
    return parser.parse_args(given)


def allow_open_files(clients: int) -> None:
    """Raise the limit of open files, which nginx inherits: two for each client there, one in this process."""
    needed = FILES_A_CLIENT * clients + 1000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise SystemExit(
            f"{clients} clients need {needed} open files, and this shell allows {hard}; "
            f"raise the limit (ulimit -Hn {needed}, as root) or use fewer clients."
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, needed), hard))


async def put_under_load(stack: LoadStack, options: argparse.Namespace, report: Report) -> None:
    people = people_of(options.users, stack, report, options.pause, options.rows)
    await asyncio.gather(*(person.sign_in() for person in people))
    tabs = [Tab(people[number % len(people)], report) for number in range(options.clients)]
    report.say(f"{len(people)} people have signed in, opening {len(tabs)} tabs")
    watching = [asyncio.create_task(tab.run()) for tab in tabs]
    await all_open(tabs)
    report.say("all tabs are open")
    memory = Memory(stack.fleet, options.sample_seconds)
    measuring = asyncio.create_task(memory.run())
    await live(people, 60 * options.minutes)
    report.memory = memory.samples
    await settle(people, tabs, report)
    for task in (*watching, measuring):
        task.cancel()
    await asyncio.gather(*watching, measuring, return_exceptions=True)
    for person in people:
        await person.leave()


async def all_open(tabs: list[Tab]) -> None:
    while not all(tab.is_open for tab in tabs):
        await asyncio.sleep(0.1)


async def live(people: list[Person], seconds: float) -> None:
    """Let people act for some time."""
    acting = [asyncio.create_task(person.live()) for person in people]
    done, _ = await asyncio.wait(acting, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    for task in acting:
        task.cancel()
    await asyncio.gather(*acting, return_exceptions=True)
    for task in done:
        task.result()


async def settle(people: list[Person], tabs: list[Tab], report: Report) -> None:
    """Wait until all jobs have ended and all tabs know, then hold what they heard against the record."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < deadline and any(tab.unfinished() for tab in tabs):
        await asyncio.sleep(0.5)
    for person in people:
        events = await person.all_states()
        for tab in tabs:
            if tab.person is person:
                report.hold(tab, events)


def main() -> None:
    options = arguments()
    allow_open_files(options.clients)
    # Ended from outside, it still takes its servers along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    report = Report()
    with tempfile.TemporaryDirectory(prefix="fiedler-load-") as temporary:
        folder = options.logs or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        stack = LoadStack(folder, options.servers, options.workers, options.users)
        try:
            stack.start()
            report.say(f"{options.servers} API servers and {options.workers} workers are up")
            asyncio.run(put_under_load(stack, options, report))
        finally:
            stack.stop()
        report.count_log_errors(folder)
    figures = report.figures(vars(options))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2, default=str) + "\n")
    print(report.text(figures))
    os._exit(0 if report.is_clean(figures) else 1)


if __name__ == "__main__":
    main()
