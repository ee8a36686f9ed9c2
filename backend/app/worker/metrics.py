"""How long jobs take, for Prometheus: by kind, path of the engine, size and outcome."""

from __future__ import annotations

from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    start_http_server,
)

from app.settings import Settings

_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600)
_SIZES = ((1_000, "up to 1k"), (10_000, "up to 10k"), (100_000, "up to 100k"), (1_000_000, "up to 1M"))
_LARGEST = "over 1M"


class JobMetrics:
    """Counts what one worker does; served on WORKER_METRICS_PORT when that is set."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self._seconds = Histogram(
            "clustering_job_seconds",
            "From claim to result of jobs that succeeded.",
            ["kind", "algorithm", "size"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._ended = Counter(
            "clustering_jobs_ended", "Attempts that ended.", ["kind", "outcome"], registry=self.registry
        )

    def serve(self, settings: Settings) -> None:
        """Answer Prometheus in a thread of its own, if the settings say where."""
        if settings.worker_metrics_port:
            start_http_server(settings.worker_metrics_port, registry=self.registry)

    def ended(self, kind: str, outcome: str, seconds: float, result: dict[str, Any]) -> None:
        """Count an attempt that ended with `app.worker.attempt.Attempt.outcome`."""
        self._ended.labels(kind, outcome).inc()
        if outcome == "done":
            summary = result.get("summary", {})
            algorithm = summary.get("method", "") if kind == "fit" else ""
            size = summary.get("n_samples", result.get("n_rows"))
            self._seconds.labels(kind, algorithm, _size(size)).observe(seconds)


def _size(n_rows: int | None) -> str:
    if n_rows is None:
        return ""
    return next((name for limit, name in _SIZES if n_rows <= limit), _LARGEST)
