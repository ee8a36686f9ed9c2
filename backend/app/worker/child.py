"""The life of a child process: take an order, compute it, send what comes of it.

A child knows no database. It ends with its parent, and on SIGTERM at once: what it was writing lies in a
scratch folder that its supervisor removes.
"""

from __future__ import annotations

import importlib
import logging
import os
import resource
import shutil
import signal
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import structlog
import threadpoolctl

from app.errors import PROBLEM_TYPE, Problem
from app.logging import Form, configure_logging
from app.storage.errors import is_full
from app.tracing import StageTimes
from app.worker.death import die_with_parent
from app.worker.order import Order
from app.worker.throttle import Throttle
from fiedler.errors import FiedlerError, TableError
from fiedler.parameters import ParameterError

logger = logging.getLogger(__name__)


def serve(connection: Connection, memory_limit_bytes: int | None, log_level: str, log_format: Form) -> None:
    """Compute orders from ``connection`` until it is closed.

    For each order any number of ``("progress", job_id, stage, fraction, message)`` is sent, then
    ``("stages", job_id, times)``, then ``("done", job_id, result)`` or ``("failed", job_id, problem)``.
    """
    die_with_parent()
    # A group of its own: ending it also ends the processes that a library may have started.
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    configure_logging(log_level, log_format)
    if memory_limit_bytes is not None:
        resource.setrlimit(resource.RLIMIT_AS, (memory_limit_bytes, memory_limit_bytes))
    # Closed on the other side: the supervisor has ended, or does without this child.
    with suppress(EOFError, BrokenPipeError):
        connection.send(("ready", os.getpid()))
        while True:
            order: Order = connection.recv()
            with structlog.contextvars.bound_contextvars(**order.log_context):
                connection.send(_computed(order, connection))


def _computed(order: Order, connection: Connection) -> tuple[str, int, dict[str, Any]]:
    if order.cores:
        # Libraries that ask how many cores there are, as the engine does, then see their share.
        os.sched_setaffinity(0, order.cores)
    _limit_threads(order.threads)

    def send(stage: str, fraction: float, message: str) -> None:
        connection.send(("progress", order.job_id, stage, fraction, message))

    throttle = Throttle(send, quiet_seconds=order.quiet_seconds)
    progress = StageTimes(throttle)
    try:
        result: dict[str, Any] = importlib.import_module(order.handler).compute(order.details, progress)
    except Exception as error:
        logger.log(
            logging.INFO if isinstance(error, FiedlerError | ParameterError) else logging.ERROR,
            "job %d failed",
            order.job_id,
            exc_info=not isinstance(error, FiedlerError | ParameterError),
        )
        return "failed", order.job_id, problem_of(error, order).model_dump()
    finally:
        connection.send(("stages", order.job_id, progress.stages()))
        if "scratch" in order.details:
            shutil.rmtree(Path(order.details["scratch"]), ignore_errors=True)
    throttle.flush()
    return "done", order.job_id, result


def _limit_threads(threads: int) -> None:
    """Let every numerical library use its share of the cores; read by each at its first use or at once."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ[name] = str(threads)
    os.environ["POLARS_MAX_THREADS"] = str(threads)
    threadpoolctl.threadpool_limits(limits=threads)


def problem_of(error: Exception, order: Order) -> Problem:
    """Return what went wrong as a problem document; the unexpected is only named, its details are logged."""
    if isinstance(error, TableError):
        return _problem(order, error.code, "Table not readable", 422, error.message, error.remedy)
    if isinstance(error, ParameterError):
        return _problem(order, "parameter_invalid", "Parameter invalid", 422, str(error))
    if isinstance(error, FiedlerError):
        return _problem(order, _code(error), _title(error), 422, str(error))
    if isinstance(error, MemoryError):
        return _problem(
            order,
            "out_of_memory",
            "Out of memory",
            507,
            "The work needs more memory than a worker may use.",
            "Use fewer rows or columns, or raise WORKER_MEMORY_LIMIT_BYTES on the server.",
        )
    if is_full(error):
        return _problem(
            order,
            "storage_full",
            "Storage full",
            507,
            "The disk that holds results is full.",
            "Free space on the server, then try again.",
        )
    return _problem(
        order,
        "internal_error",
        "Internal error",
        500,
        f"Something unexpected went wrong ({type(error).__name__}); it is in the worker's log.",
        f"Report it with the number of the job, {order.job_id}.",
    )


def _problem(
    order: Order, code: str, title: str, status: int, detail: str, remedy: str | None = None
) -> Problem:
    return Problem(
        type=PROBLEM_TYPE + code,
        title=title,
        status=status,
        detail=detail,
        code=code,
        request_id=order.request_id,
        remedy=remedy,
    )


def _code(error: FiedlerError) -> str:
    name = type(error).__name__.removesuffix("Error")
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in name).lstrip("_")


def _title(error: FiedlerError) -> str:
    return _code(error).replace("_", " ").capitalize()
