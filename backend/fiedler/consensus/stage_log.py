"""The stages of a consensus as they end, and the progress told meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from fiedler.consensus.results import Stage
from fiedler.progress import Report


class StageLog:
    """Collects ``stages``; ``progress``, where given, is told (fraction from 0 to 1, message)."""

    def __init__(self, progress: Report | None) -> None:
        self.stages: list[Stage] = []
        self._progress = progress

    def report(self, fraction: float, message: str) -> None:
        """Tell how far the work is."""
        if self._progress is not None:
            self._progress(fraction, message)

    @contextmanager
    def stage(self, name: str, fraction: float) -> Iterator[list[str]]:
        """Time the block as a stage; what it found is said by appending to the list yielded."""
        self.report(fraction, name)
        words: list[str] = []
        started = time.process_time()
        yield words
        self.stages.append(Stage(name, "; ".join(words), time.process_time() - started))
