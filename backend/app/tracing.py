"""Traces by OpenTelemetry: a request, the job it asks for, each attempt and its stages are one trace.

Nothing is measured or sent unless OTEL_EXPORTER_OTLP_ENDPOINT is set; the SDK is not even imported.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import structlog
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_fastapi_instrumentator.routing import get_route_name
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.audit.caller import caller
from app.settings import Settings
from app.version import VERSION

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

_CARRIER = TraceContextTextMapPropagator()
_TRACED_PREFIX = "/api/"
_EXPORT_SECONDS = 5
_CLOSE_SECONDS = 3
# Stage, and when it began and ended: nanoseconds since 1970.
Stage = tuple[str, int, int]


class Tracing:
    """The traces of one process.

    Parameters
    ----------
    settings : Settings
    part : "api" or "worker"
        What it runs, the end of the service's name in the traces.
    """

    def __init__(self, settings: Settings, part: Literal["api", "worker"]) -> None:
        self._provider = _provider(settings, part) if settings.otel_exporter_otlp_endpoint else None
        source: trace.TracerProvider = self._provider or trace.NoOpTracerProvider()
        self.tracer = source.get_tracer("fiedler", VERSION)

    @property
    def is_on(self) -> bool:
        """Whether traces are sent."""
        return self._provider is not None

    def begin(self, kind: str, parent: str | None, attributes: Mapping[str, Any]) -> trace.Span:
        """Begin the span of a job's attempt, under the request that asked for it."""
        known = {f"fiedler.{name}": value for name, value in attributes.items()}
        kind_of_span = trace.SpanKind.CONSUMER
        return self.tracer.start_span(f"job {kind}", _context(parent), kind_of_span, attributes=known)

    def end(self, span: trace.Span, outcome: str, stages: Iterable[Stage]) -> None:
        """End the span of an attempt, with a span below it for each stage that its child has told of."""
        if not span.is_recording():
            return
        below = trace.set_span_in_context(span)
        for name, began, ended in stages:
            self.tracer.start_span(name, below, start_time=began).end(ended)
        span.set_attribute("fiedler.outcome", outcome)
        if outcome in ("failed", "died", "lost"):
            span.set_status(trace.StatusCode.ERROR, outcome)
        span.end()

    def close(self) -> None:
        """Send what is left, unless that takes longer than a process that ends can wait."""
        if self._provider is not None:
            sending = threading.Thread(target=self._provider.shutdown, daemon=True)
            sending.start()
            sending.join(_CLOSE_SECONDS)


class TracedRequests:
    """Gives every request to the API a span, below that of the header ``traceparent`` where there is one."""

    def __init__(self, app: ASGIApp, tracing: Tracing) -> None:
        self._app = app
        self._tracing = tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or not scope["path"].startswith(_TRACED_PREFIX):
            await self._app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == b"traceparent"), b"")
        attributes = {
            "http.request.method": scope["method"],
            "url.path": scope["path"],
            "fiedler.request_id": scope["request_id"],
        }
        with self._tracing.tracer.start_as_current_span(
            scope["method"], _context(given.decode("latin-1")), trace.SpanKind.SERVER, attributes=attributes
        ) as span:
            structlog.contextvars.bind_contextvars(trace_id=trace_id(span))

            async def send_and_note(message: Message) -> None:
                if message["type"] == "http.response.start":
                    _note_answer(span, scope, message["status"])
                await send(message)

            await self._app(scope, receive, send_and_note)


class StageTimes:
    """Passes progress on, and keeps when each stage began and ended.

    Parameters
    ----------
    report : callable
        Takes (stage, fraction, message).
    """

    def __init__(self, report: Any) -> None:
        self._report = report
        self._begun: list[tuple[str, int]] = []

    def __call__(self, stage: str, fraction: float, message: str) -> None:
        """Take a report."""
        if not self._begun or self._begun[-1][0] != stage:
            self._begun.append((stage, time.time_ns()))
        self._report(stage, fraction, message)

    def stages(self) -> list[Stage]:
        """Return the stages so far; the last ends now."""
        ends = [*(began for _, began in self._begun), time.time_ns()][1:]
        return [(name, began, end) for (name, began), end in zip(self._begun, ends, strict=True)]


def traceparent() -> str | None:
    """Return what names the current span to others (W3C Trace Context), None without one."""
    carrier: dict[str, str] = {}
    _CARRIER.inject(carrier)
    return carrier.get("traceparent")


def trace_id(span: trace.Span) -> str:
    """Return the number of the trace that ``span`` belongs to, as logs and collectors write it."""
    return trace.format_trace_id(span.get_span_context().trace_id)


def _context(parent: str | None) -> Context:
    """Return the context of a span elsewhere; of none, also where ``parent`` cannot be read."""
    return _CARRIER.extract({"traceparent": parent} if parent else {}, Context())


def _note_answer(span: trace.Span, scope: Scope, status: int) -> None:
    # By the library that names routes in the metrics: traces and figures use the same names.
    route = get_route_name(HTTPConnection(scope), should_include_root_path=False)
    if route is not None:
        span.update_name(f"{scope['method']} {route}")
        span.set_attribute("http.route", route)
    span.set_attribute("http.response.status_code", status)
    user_id = caller.get().user_id
    if user_id is not None:
        span.set_attribute("user.id", str(user_id))
    if status >= 500:
        span.set_status(trace.StatusCode.ERROR)


def _provider(settings: Settings, part: str) -> TracerProvider:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    names = {"service.name": f"{settings.otel_service_name}-{part}", "service.version": VERSION}
    # Samplers, limits and further attributes come from OTEL_* in the environment, which the SDK reads itself.
    provider = TracerProvider(resource=Resource.create(names), shutdown_on_exit=False)
    exporter = OTLPSpanExporter(
        endpoint=f"{settings.otel_exporter_otlp_endpoint}/v1/traces",
        headers=_headers(settings.otel_exporter_otlp_headers),
        timeout=_EXPORT_SECONDS,
    )
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider


def _headers(given: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in given.split(",") if pair.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}
