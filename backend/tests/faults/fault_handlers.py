"""Work that misbehaves on purpose: long, slow, deadly, failing. Imported by worker children."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fiedler.errors import TableError

Progress = Callable[[str, float, str], None]


def compute(details: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Do what ``details["do"]`` says; ``marks`` is a folder that remembers earlier attempts."""
    return _DEEDS[details["do"]](details, progress)


def _spin(details: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Burn CPU until the file ``go`` appears, as an eigensolver would, reporting now and then."""
    go = Path(details["marks"]) / "go"
    while not go.exists():
        for _ in range(2000):
            sum(range(100))
        progress("spin", 0.5, "spinning")
    return {"pid": os.getpid()}


def _answer(details: dict[str, Any], progress: Progress) -> dict[str, Any]:
    progress("answer", 0.0, "begun")
    for step in range(200):
        progress("answer", step / 200, "counting")
    progress("answer", 1.0, "last word")
    return {"pid": os.getpid()}


def _die_once(details: dict[str, Any], progress: Progress) -> dict[str, Any]:
    mark = Path(details["marks"]) / "died"
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return {"pid": os.getpid()}


def _die(details: dict[str, Any], progress: Progress) -> dict[str, Any]:
    os.kill(os.getpid(), signal.SIGSEGV)
    raise AssertionError


def _refuse(details: dict[str, Any], progress: Progress) -> dict[str, Any]:
    raise TableError("empty_file", "The file is empty.", "Bring another.")


def _stumble(details: dict[str, Any], progress: Progress) -> dict[str, Any]:
    raise ZeroDivisionError


def _ignore_the_term_signal(details: dict[str, Any], progress: Progress) -> dict[str, Any]:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    progress("deaf", 0.5, "deaf")
    while True:
        time.sleep(0.1)


def _breed(details: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Start a process of its own and wait for it, as a library with a process pool would."""
    grandchild = os.fork()
    if grandchild == 0:
        while True:
            time.sleep(0.1)
    progress("breed", 0.5, str(grandchild))
    os.waitpid(grandchild, 0)
    return {}


def _eat(details: dict[str, Any], progress: Progress) -> dict[str, Any]:
    return {"bytes": len(bytearray(2**36))}


def _hoard(details: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Take memory bit by bit, as a computation that outgrows its forecast would."""
    progress("hoard", 0.5, "hoarding")
    taken = []
    while True:
        taken.append(bytearray(b"x" * 2**22))
        time.sleep(0.01)


_DEEDS = {
    "spin": _spin,
    "answer": _answer,
    "die once": _die_once,
    "die": _die,
    "refuse": _refuse,
    "stumble": _stumble,
    "ignore": _ignore_the_term_signal,
    "breed": _breed,
    "eat": _eat,
    "hoard": _hoard,
}
