"""What this machine can do: its speed against the one costs were measured on, its cores, its free memory."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

# CPU seconds that the reference work took on the machine the costs of `fiedler.forecasting.costs` come from.
_REFERENCE_SECONDS = 0.0022
_REFERENCE_BYTES = 2 * 2**20
_REPEATS = 7


@dataclass(frozen=True, slots=True)
class MachineSpeed:
    """How fast a machine computes.

    Attributes
    ----------
    relative : float
        CPU seconds of the reference machine that one CPU second here is worth; 2 is twice as fast.
    n_threads : int
        Cores a fit may use.
    """

    relative: float
    n_threads: int


@functools.cache
def measure_speed() -> MachineSpeed:
    """Return the speed of this process' machine, measured once in about 20 ms of processor time.

    The fastest of several hashes of two megabytes, arithmetic that stays in registers and cache: it follows
    the clock and the width of a core as the engine's kernels do, and needs the standard library alone.
    """
    content = bytes(_REFERENCE_BYTES)
    fastest = min(_cpu_seconds(content) for _ in range(_REPEATS))
    return MachineSpeed(_REFERENCE_SECONDS / fastest, _n_cores())


def free_memory() -> int | None:
    """Return the bytes this process may still take, or None where the system does not tell.

    The least of what the machine has available, what its control group allows and its own address limit.
    """
    bounds = [bound for bound in (_available(), _left_in_group()) if bound is not None]
    return min(bounds, default=None)


def _cpu_seconds(content: bytes) -> float:
    started = time.process_time()
    hashlib.blake2b(content).digest()
    # The clock of some systems is coarse.
    return max(time.process_time() - started, 1e-6)


def _n_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def _available() -> int | None:
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return None


def _left_in_group() -> int | None:
    # In a container the group's files lie at the root of the mount.
    group = Path("/sys/fs/cgroup")
    with contextlib.suppress(OSError, ValueError):
        limit = (group / "memory.max").read_text(encoding="ascii").strip()
        if limit != "max":
            return max(0, int(limit) - int((group / "memory.current").read_text(encoding="ascii")))
    return None
