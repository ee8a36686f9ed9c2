"""How far a job has come: stages with their share of the whole, timed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ParamSpec, overload

# (stage, fraction of the whole job 0..1, message)
Progress = Callable[[str, float, str], None]
# (fraction of the stage 0..1, message)
Report = Callable[[float, str], None]
# fraction of a piece of work 0..1
Fraction = Callable[[float], None]

P = ParamSpec("P")

# Often enough to stop at once for a person, seldom enough to cost nothing in the shortest loops.
_PACE_SECONDS = 0.1


@overload
def portion(progress: None, start: float, stop: float) -> None: ...


@overload
def portion(progress: Callable[P, None], start: float, stop: float) -> Callable[P, None]: ...


def portion(progress: Callable[..., None] | None, start: float, stop: float) -> Callable[..., None] | None:
    """Return what reports a piece of work that is the part from ``start`` to ``stop`` of a larger one.

    A `Fraction` gives one, a `Report` passes its messages on.
    """
    if progress is None:
        return None
    return lambda fraction, *message: progress(start + (stop - start) * fraction, *message)


def told(progress: Report | None, message: str) -> Fraction | None:
    """Return what reports fractions of a piece of work in the same words."""
    if progress is None:
        return None
    return lambda fraction: progress(fraction, message)


def silent(fraction: float, message: str) -> None:
    """Report to nobody."""


def paced(report: Callable[..., None], seconds: float = _PACE_SECONDS) -> Callable[..., None]:
    """Return ``report`` for an inner loop: calls within ``seconds`` of the last passed on are dropped."""
    due = time.perf_counter() + seconds

    def tell(*event: Any) -> None:
        nonlocal due
        now = time.perf_counter()
        if now >= due:
            due = now + seconds
            report(*event)

    return tell


def unbounded_fraction(steps: int, typical: int) -> float:
    """Return how far an iteration of unknown length may be after ``steps``: one half after ``typical`` steps.

    Rises with every step and never reaches 1.
    """
    return steps / (steps + typical)


class StageTracker:
    """Tells a listener how far the whole job is, and keeps the wall seconds of each stage.

    Parameters
    ----------
    shares : Mapping
        Expected share of the whole of each stage, in their order, adding up to 1.
    listener : callable, optional
        Told (stage, fraction of the whole, message); fractions never decrease.
    """

    def __init__(self, shares: Mapping[str, float], listener: Progress | None) -> None:
        self._shares = dict(shares)
        self._listener = listener
        self._fraction = 0.0
        self.seconds = dict.fromkeys(shares, 0.0)

    @contextmanager
    def stage(self, name: str, message: str) -> Iterator[Report]:
        """Time the block as the stage ``name`` and yield what reports the stage's own fraction."""
        started = time.perf_counter()
        self._tell(name, 0.0, message)
        try:
            yield lambda fraction, message: self._tell(name, fraction, message)
        finally:
            self.seconds[name] += time.perf_counter() - started
        self._tell(name, 1.0, message)

    @contextmanager
    def handover(self, first: str, second: str, share: float, message: str) -> Iterator[Report]:
        """Time the block as two stages; its report passes from one to the other at the fraction ``share``."""
        started = time.perf_counter()
        switched: list[float] = []
        self._tell(first, 0.0, message)

        def report(fraction: float, message: str) -> None:
            if fraction < share:
                self._tell(first, fraction / share, message)
                return
            if not switched:
                switched.append(time.perf_counter())
            self._tell(second, (fraction - share) / (1 - share), message)

        try:
            yield report
        finally:
            ended = time.perf_counter()
            middle = switched[0] if switched else ended
            self.seconds[first] += middle - started
            self.seconds[second] += ended - middle

    def _tell(self, name: str, fraction: float, message: str) -> None:
        if self._listener is None:
            return
        before = 0.0
        for stage, share in self._shares.items():
            if stage == name:
                break
            before += share
        whole = before + self._shares[name] * min(max(fraction, 0.0), 1.0)
        self._fraction = min(max(self._fraction, whole), 1.0)
        self._listener(name, self._fraction, message)
