"""What the load showed: times by endpoint, events lost or doubled, errors, memory."""

from __future__ import annotations

import collections
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from memory import Sample, growth

if TYPE_CHECKING:
    from tabs import Tab

PERCENTILES = (50, 95, 99)
Figures = dict[str, Any]


class Report:
    """Gathers while the load runs, and then says what came of it."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._seconds: dict[str, list[float]] = collections.defaultdict(list)
        self._statuses: collections.Counter[tuple[str, int]] = collections.Counter()
        self._unexpected: collections.Counter[str] = collections.Counter()
        self._told: list[float] = []
        self.memory: list[Sample] = []
        self.events = self.snapshots = self.stale_progress = 0
        self._lost = self._doubled = self._disordered = self._held = 0
        self._log_errors: dict[str, int] = {}

    def say(self, what: str) -> None:
        """Tell whoever waits how far it is."""
        print(f"[{time.monotonic() - self._began:7.1f} s] {what}", file=sys.stderr, flush=True)

    def answered(self, endpoint: str, status: int, seconds: float, *, is_expected: bool) -> None:
        """Count an answer."""
        self._seconds[endpoint].append(seconds)
        self._statuses[endpoint, status] += 1
        if not is_expected:
            self._unexpected[f"{endpoint}: {status}"] += 1

    def failed(self, endpoint: str, why: str) -> None:
        """Count what got no answer."""
        self._unexpected[f"{endpoint}: {why}"] += 1

    def told(self, seconds: float) -> None:
        """Take how long after the end of a job a tab was told of it."""
        self._told.append(seconds)

    def hold(self, tab: Tab, states: Mapping[int, list[int]]) -> None:
        """Hold what a tab heard of its jobs against the record: every change of state, once, in order."""
        for job, heard in tab.heard.items():
            recorded = states.get(job)
            if recorded is None:
                continue  # an explanation's job is in no list
            self._held += len(recorded)
            self._lost += len(set(recorded) - set(heard))
            self._doubled += len(heard) - len(set(heard))
            self._disordered += heard != sorted(heard)
        for job, recorded in states.items():
            if job not in tab.heard:
                self._held += len(recorded)
                self._lost += len(recorded)

    def count_log_errors(self, folder: Path) -> None:
        """Count what the servers wrote of errors."""
        for path in folder.glob("*.log"):
            lines = path.read_text(errors="replace").splitlines()
            found = sum(" ERROR " in line or line.startswith("Traceback") for line in lines)
            self._log_errors[path.stem] = found

    def figures(self, options: Mapping[str, Any]) -> Figures:
        """Return all figures."""
        processes = sorted(self.memory[-1].megabytes) if self.memory else []
        span = self.memory[-1].seconds - self.memory[0].seconds if len(self.memory) > 1 else 0.0
        return {
            "options": dict(options),
            "cores": os.cpu_count(),
            "load_average": percentiles([sample.load for sample in self.memory]),
            "endpoints": {
                name: {"n": len(seconds), **percentiles(seconds)}
                for name, seconds in sorted(self._seconds.items())
            },
            "statuses": {f"{name} {status}": n for (name, status), n in sorted(self._statuses.items())},
            "unexpected": dict(self._unexpected),
            "events": {
                "received": self.events,
                "snapshots": self.snapshots,
                "state_changes_checked": self._held,
                "lost": self._lost,
                "doubled": self._doubled,
                "out_of_order": self._disordered,
                "stale_progress": self.stale_progress,
                "seconds_from_end_of_job_to_tab": percentiles(self._told),
            },
            "megabytes": {name: growth(self.memory, name) for name in processes},
            "cores_used": {
                name: (self.memory[-1].cpu_seconds[name] - self.memory[0].cpu_seconds.get(name, 0.0)) / span
                for name in processes
                if span
            },
            "errors_in_logs": self._log_errors,
        }

    @staticmethod
    def is_clean(figures: Figures) -> bool:
        """Whether nothing was lost, doubled or answered otherwise than expected."""
        events = figures["events"]
        wrong = sum(events[name] for name in ("lost", "doubled", "out_of_order", "stale_progress"))
        return not wrong and not figures["unexpected"] and events["state_changes_checked"] > 0

    @staticmethod
    def text(figures: Figures) -> str:
        """Return the figures as tables."""
        load = figures["load_average"]
        lines = [
            " ".join(f"{name}={value}" for name, value in figures["options"].items()),
            f"{figures['cores']} cores, load average p50 {load['p50']:.1f}, p99 {load['p99']:.1f}",
            "",
            f"{'endpoint':<44} {'n':>7} {'p50 ms':>9} {'p95 ms':>9} {'p99 ms':>9}",
        ]
        rows = {**figures["endpoints"], "end of a job, until a tab is told": None}
        for name, row in rows.items():
            row = row or {
                "n": figures["events"]["received"],
                **figures["events"]["seconds_from_end_of_job_to_tab"],
            }
            times = " ".join(f"{1000 * row[f'p{each}']:9.1f}" for each in PERCENTILES)
            lines.append(f"{name:<44} {row['n']:>7} {times}")
        events = figures["events"]
        lines += ["", "answers and failures that were not expected: " + str(figures["unexpected"] or "none")]
        lines.append(
            f"events: {events['received']} received, {events['state_changes_checked']} changes of state held "
            f"against the record: {events['lost']} lost, {events['doubled']} doubled, "
            f"{events['out_of_order']} out of order; {events['stale_progress']} stale reports of progress"
        )
        lines += ["", f"{'process':<20} {'MB start':>9} {'middle':>9} {'end':>9} {'most':>9} {'cores':>7}"]
        for name, row in figures["megabytes"].items():
            sizes = " ".join(f"{row[each]:9.1f}" for each in ("start", "middle", "end", "most"))
            lines.append(f"{name:<20} {sizes} {figures['cores_used'].get(name, 0.0):7.2f}")
        lines.append(f"errors in logs: {figures['errors_in_logs']}")
        return "\n".join(lines)


def percentiles(values: list[float]) -> dict[str, float]:
    """Return p50, p95 and p99; NaN of nothing."""
    if not values:
        return {f"p{each}": float("nan") for each in PERCENTILES}
    return {f"p{each}": float(np.percentile(values, each)) for each in PERCENTILES}
