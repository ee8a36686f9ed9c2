"""Looking at all parts at once, in bounded time, however dead a part is and however many ask."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

from app.database import Database
from app.health.parts import OF_THE_DATABASE, Parts, ask_database, ask_redis, ask_storage, not_known
from app.settings import Settings
from app.storage.store import Storage

PATIENCE_SECONDS = 1.5
# What was found is told again for so long: whoever asks often costs nothing.
FRESH_SECONDS = 1.0


@dataclass(slots=True)
class _Question:
    """What to ask, which parts the answer is about, and the look under way or last made."""

    ask: Callable[[], Parts]
    about: tuple[str, ...]
    answer: Future[Parts] | None = None
    asked_at: float = field(default=0.0)


class Look:
    """Asks the parts of the platform, each in a thread of its own; use it from the event loop.

    A part that hangs keeps its one thread: nobody starts a second look before the first has ended.
    """

    def __init__(self, settings: Settings, storage: Storage) -> None:
        # Connections of its own: a pool that is used up would hide that the database works.
        self._database = Database(settings, is_pooled=False)
        self._questions = [
            _Question(lambda: ask_database(self._database, settings), OF_THE_DATABASE),
            _Question(lambda: ask_redis(settings), ("redis",)),
            _Question(lambda: ask_storage(storage, settings), ("storage",)),
        ]

    async def parts(self) -> Parts:
        """Return the state of every part within `PATIENCE_SECONDS`."""
        answers = [asyncio.wrap_future(_begin(question)) for question in self._questions]
        await asyncio.wait(answers, timeout=PATIENCE_SECONDS)
        found: Parts = {}
        for question, answer in zip(self._questions, answers, strict=True):
            found |= answer.result() if answer.done() else _silent(question)
        return found

    def close(self) -> None:
        """Close what it has open."""
        self._database.dispose()


def _begin(question: _Question) -> Future[Parts]:
    answer = question.answer
    if answer is None or (answer.done() and time.monotonic() - question.asked_at > FRESH_SECONDS):
        answer = question.answer = Future()
        question.asked_at = time.monotonic()
        # A daemon: a part that hangs must not keep the process from ending.
        threading.Thread(target=_answer, args=(answer, question.ask), name="health", daemon=True).start()
    return answer


def _answer(answer: Future[Parts], ask: Callable[[], Parts]) -> None:
    try:
        answer.set_result(ask())
    except BaseException as error:
        answer.set_exception(error)


def _silent(question: _Question) -> Parts:
    first, *others = question.about
    parts = {first: not_known(f"no answer within {PATIENCE_SECONDS:g} s")}
    parts[first].status = "degraded" if first == "redis" else "down"
    return parts | {name: not_known(f"the {first} does not answer") for name in others}
