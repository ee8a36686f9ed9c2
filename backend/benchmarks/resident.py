"""Resident memory of this process, and its peak since a moment; Linux only."""

from __future__ import annotations

import re
from pathlib import Path

_MEBIBYTE = 2**20


class PeakMemory:
    """Starts to watch when made: what is resident then is what later peaks are over."""

    def __init__(self) -> None:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        self._before = _resident("VmRSS")

    def mebibytes(self) -> float:
        """Return the peak since, over what was resident at the start."""
        return max(_resident("VmHWM") - self._before, 0.0)


def _resident(field: str) -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(rf"{field}:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024 / _MEBIBYTE
