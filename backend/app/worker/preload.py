"""Imported once, inside the forkserver: what every child starts with, in tens of milliseconds.

The forkserver is what children are forked from and so their parent: it must die with the supervisor, or
children would outlive a killed supervisor and compute next to their successors.
"""

from __future__ import annotations

import importlib
import logging
import os
import threading

from app.logging import configure_logging
from app.worker.death import die_with_parent
from app.worker.preload_names import LOG_VARIABLE, MODULES_VARIABLE, WARM_VARIABLE

die_with_parent()

logger = logging.getLogger(__name__)


def load() -> None:
    """Import the handlers and compile the kernels."""
    level, form = os.environ.get(LOG_VARIABLE, "INFO plain").split()
    configure_logging(level, "json" if form == "json" else "plain")
    for name in filter(None, os.environ.get(MODULES_VARIABLE, "").split(",")):
        importlib.import_module(name)
    if os.environ.get(WARM_VARIABLE) == "1":
        _warm()
    if threading.active_count() > 1:
        # A fork copies the calling thread only; locks that others hold would stay locked in the children.
        names = ", ".join(thread.name for thread in threading.enumerate()[1:])
        logger.warning("threads run in the forkserver: %s", names)


def _warm() -> None:
    try:
        importlib.import_module("fiedler.warm").warm()
    except Exception:
        # Children then compile what they need themselves: slower, not wrong.
        logger.exception("the engine's kernels could not be compiled ahead")


load()
