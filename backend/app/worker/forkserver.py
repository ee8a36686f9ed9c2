"""The forkserver: one warm process that children are forked from in tens of milliseconds."""

from __future__ import annotations

import importlib.util
import logging
import multiprocessing
import os
from collections.abc import Iterable
from multiprocessing.context import ForkServerContext
from pathlib import Path

from app.database import BACKEND
from app.settings import Settings
from app.worker.preload_names import MODULES_VARIABLE, WARM_VARIABLE

logger = logging.getLogger(__name__)


def open_forkserver(settings: Settings, handlers: Iterable[str], *, is_warm: bool) -> ForkServerContext:
    """Return a context whose children start with the handlers imported and the kernels compiled.

    The server itself starts with the first child, which must be started from the main thread: the server
    dies with the thread that started it.
    """
    os.environ[MODULES_VARIABLE] = ",".join(sorted(set(handlers)))
    os.environ[WARM_VARIABLE] = "1" if is_warm else "0"
    # The server must stay of one thread, since only the forking thread lives on in a child; each child
    # then takes its own share of the cores.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    _make_importable()
    _make_kernels_cacheable(settings)
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


def _make_kernels_cacheable(settings: Settings) -> None:
    """Keep compiled kernels in DATA_DIR when the engine's own folder cannot be written."""
    specification = importlib.util.find_spec("fiedler")
    folders = list(specification.submodule_search_locations or []) if specification else []
    if "NUMBA_CACHE_DIR" in os.environ or all(os.access(folder, os.W_OK) for folder in folders):
        return
    cache = Path(settings.data_dir) / "kernels"
    cache.mkdir(parents=True, exist_ok=True)
    os.environ["NUMBA_CACHE_DIR"] = str(cache)
    logger.info("compiled kernels are kept in %s", cache)
