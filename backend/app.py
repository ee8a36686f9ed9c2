"""Run the API as a script, for a profiler: ``python -m cProfile -o profile.stats app.py``.

SIGTERM ends it as an exit does, so that the profiler writes what it has seen.
"""

from __future__ import annotations

import signal
import sys
from types import FrameType

from app.cli import api


def _exit(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _exit)
    api()
