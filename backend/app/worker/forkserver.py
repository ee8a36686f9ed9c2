"""The forkserver: one warm process that children are forked from in tens of milliseconds."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable
from multiprocessing.context import ForkServerContext

from app.database import BACKEND
from app.settings import Settings
from app.worker.preload_names import LOG_VARIABLE, MODULES_VARIABLE, WARM_VARIABLE


def open_forkserver(handlers: Iterable[str], settings: Settings, *, is_warm: bool) -> ForkServerContext:
    """Return a context whose children start with the handlers imported and the kernels compiled.

    The server itself starts with the first child, which must be started from the main thread: the server
    dies with the thread that started it.
    """
    os.environ[MODULES_VARIABLE] = ",".join(sorted(set(handlers)))
    os.environ[WARM_VARIABLE] = "1" if is_warm else "0"
    os.environ[LOG_VARIABLE] = f"{settings.log_level} {settings.log_format}"
    # The server must stay of one thread, since only the forking thread lives on in a child; each child
    # then takes its own share of the cores.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    _make_importable()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["app.worker.preload"])
    return context


def core_shares(settings: Settings) -> list[tuple[int, ...]]:
    """Return the cores of each slot: equal shares of those this process may use, at least one each."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if settings.worker_slots == 1 or not cores:
        return [tuple(cores)] * settings.worker_slots
    size = max(1, len(cores) // settings.worker_slots)
    starts = [slot * size % len(cores) for slot in range(settings.worker_slots)]
    return [tuple(cores[start : start + size]) for start in starts]


def _make_importable() -> None:
    """Let the server find this package wherever the worker was started."""
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if str(BACKEND) not in paths:
        os.environ["PYTHONPATH"] = os.pathsep.join([str(BACKEND), *filter(None, paths)])
