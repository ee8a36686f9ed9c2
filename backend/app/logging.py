"""Logs: one event a line, for people or for machines; what an event took is given in milliseconds."""

from __future__ import annotations

import logging
import sys
from typing import Any, Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from app.audit.caller import caller

Form = Literal["plain", "json"]


def configure_logging(level: str, form: Form) -> None:
    """Send all logs of this process to standard error.

    Parameters
    ----------
    level : str
        The least important level that is written: ``DEBUG``, ``INFO``, ``WARNING`` or ``ERROR``.
    form : "plain" or "json"
        Lines ``TIME LEVEL EVENT key=value … MSms``, or one JSON object a line.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        _add_user,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = _Lines()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processors=_renderers(form), foreign_pre_chain=shared)
    )
    root = logging.getLogger()
    # Ours replaces ours; what others have added (a test's, a debugger's) stays.
    root.handlers[:] = [each for each in root.handlers if not isinstance(each, _Lines)] + [handler]
    # The details of libraries would drown ours.
    root.setLevel("INFO" if level == "DEBUG" else level)
    for name in ("app", "fiedler"):
        logging.getLogger(name).setLevel(level)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    # Our own middleware writes one line a request.
    access = logging.getLogger("uvicorn.access")
    access.handlers.clear()
    access.propagate = False


class _Lines(logging.Handler):
    """Writes to what standard error is at the moment of writing, not at the moment of configuring."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one event; an event that cannot be written is reported, not raised."""
        try:
            # One write: lines of several processes on one pipe stay whole.
            sys.stderr.write(self.format(record) + "\n")
        except (OSError, ValueError):
            self.handleError(record)


def render_line(_logger: WrappedLogger, _name: str, event: EventDict) -> str:
    """Return ``TIME LEVEL EVENT key=value … MSms``; line breaks of values stay inside their line."""
    time, level = event.pop("timestamp", ""), str(event.pop("level", "info")).upper()
    exception = event.pop("exception", None)
    milliseconds = event.pop("milliseconds", None)
    parts = [str(time), level, _one_line(event.pop("event", ""))]
    parts += [f"{key}={_one_line(value)}" for key, value in event.items() if value is not None]
    if milliseconds is not None:
        parts.append(f"{milliseconds:.1f}ms")
    line = " ".join(parts)
    return f"{line}\n{exception}" if exception else line


def _renderers(form: Form) -> list[Processor]:
    plain = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if form == "plain":
        return [plain, render_line]
    return [_add_logger, plain, structlog.processors.JSONRenderer(default=str, ensure_ascii=False)]


def _add_user(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    # Known once the route has asked who it is, in a thread: too late to bind it as the request id is.
    user_id = caller.get().user_id
    if user_id is not None:
        event.setdefault("user_id", user_id)
    return event


def _add_logger(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event["_record"]
    event["logger"] = record.name
    return event


def _one_line(value: Any) -> str:
    return str(value).replace("\r", "\\r").replace("\n", "\\n")
