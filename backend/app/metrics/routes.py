"""``/metrics`` for Prometheus; the proxy before the service hides it from the world."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_fastapi_instrumentator import Instrumentator

from app.metrics.collectors import LimitCollector, MachineCollector, ServiceCollector

if TYPE_CHECKING:
    from app.live.feed import Feed

# What Prometheus and health checks ask themselves would drown what people ask.
_NOT_COUNTED = ["^/metrics$", "^/livez$", "^/readyz$", "^/health$"]


def install(app: FastAPI) -> None:
    """Count the requests of ``app`` and serve ``/metrics``; one registry for each application."""
    registry = CollectorRegistry()
    for collector in (ProcessCollector, PlatformCollector, GCCollector):
        collector(registry=registry)
    state = app.state
    feed: Feed = state.feed
    registry.register(ServiceCollector(state.database, state.settings, lambda: feed.n_connections))
    registry.register(MachineCollector(state.settings))
    registry.register(LimitCollector(state.limiter))
    # Each status for itself: alert rules ask for status=~"5..".
    instrumentator = Instrumentator(
        should_group_status_codes=False, excluded_handlers=_NOT_COUNTED, registry=registry
    )
    instrumentator.instrument(app)
    instrumentator.expose(app, include_in_schema=False)
