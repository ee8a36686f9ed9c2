"""Logs: one readable line an event; what a request took stands last, in milliseconds."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

from app.settings import Settings

ACCESS = "access"


def configure_logging(settings: Settings) -> None:
    """Send all logs of this process to standard error, as lines ``TIME LEVEL EVENT key=value …``."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
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
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render_line],
            foreign_pre_chain=shared,
        )
    )
    root = logging.getLogger()
    # Ours replaces ours; what others have added (a test's, a debugger's) stays.
    root.handlers[:] = [each for each in root.handlers if not isinstance(each, _Lines)] + [handler]
    root.setLevel(settings.log_level)
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


def _one_line(value: Any) -> str:
    return str(value).replace("\r", "\\r").replace("\n", "\\n")
