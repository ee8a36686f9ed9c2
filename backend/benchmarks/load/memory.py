"""What the processes keep in memory, looked at again and again."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass

import psutil
from server_fleet import Fleet

MEGABYTE = 1e6


@dataclass(frozen=True, slots=True)
class Sample:
    """One look: seconds since the first, load average, and by process megabytes and CPU seconds."""

    seconds: float
    load: float
    megabytes: dict[str, float]
    cpu_seconds: dict[str, float]


class Memory:
    """Samples the processes of a fleet; a family (a server with its children) counts as one.

    Parameters
    ----------
    fleet : Fleet
    interval_seconds : float
    """

    def __init__(self, fleet: Fleet, interval_seconds: float) -> None:
        self._fleet = fleet
        self._interval = interval_seconds
        self.samples: list[Sample] = []

    async def run(self) -> None:
        """Look until cancelled."""
        began = time.monotonic()
        while True:
            self.samples.append(self._look(time.monotonic() - began))
            await asyncio.sleep(self._interval)

    def _look(self, seconds: float) -> Sample:
        megabytes, cpu_seconds = {}, {}
        families = {name: self._fleet.family(name) for name in self._fleet.processes}
        families["the load itself"] = [psutil.Process()]
        for name, family in families.items():
            megabytes[name] = sum(_own_bytes(process) for process in family) / MEGABYTE
            cpu_seconds[name] = sum(_cpu_seconds(process) for process in family)
        return Sample(seconds, os.getloadavg()[0], megabytes, cpu_seconds)


def growth(samples: list[Sample], name: str) -> dict[str, float]:
    """Return a process's megabytes at start, in the middle and at the end, each the mean of a tenth."""
    values = [sample.megabytes[name] for sample in samples if name in sample.megabytes]
    tenth = max(1, len(values) // 10)
    middle = len(values) // 2

    def mean(part: list[float]) -> float:
        return sum(part) / len(part)

    return {
        "start": mean(values[:tenth]),
        "middle": mean(values[middle : middle + tenth]),
        "end": mean(values[-tenth:]),
        "most": max(values),
    }


def _own_bytes(process: psutil.Process) -> int:
    """Return the proportional share of memory, so that what a family shares counts once."""
    try:
        found: int = process.memory_full_info().pss
        return found
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0


def _cpu_seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
        return float(times.user + times.system + times.children_user + times.children_system)
    except psutil.NoSuchProcess:
        return 0.0
