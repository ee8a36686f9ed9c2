"""Write Grafana's dashboards: ``python monitoring/grafana/generate.py``.

Each dashboard is a few rows of panels, said here in a line each; the JSON is generated and committed:
under ``provisioned`` as Grafana reads it at start, under ``dashboards`` in the envelope that its API
imports.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
WIDTH, HEIGHT = 24, 8
SOURCE = {"type": "prometheus", "uid": "prometheus"}


@dataclass(frozen=True)
class Panel:
    """One picture: what is drawn, in which unit, and what each line is called."""

    title: str
    queries: dict[str, str]
    unit: str = "short"
    kind: str = "timeseries"
    description: str = ""


API = [
    [
        Panel(
            "Requests",
            {"{{method}} {{handler}}": "sum by (method, handler) (rate(http_requests_total[5m]))"},
            "reqps",
        ),
        Panel(
            "Answers by kind",
            {
                "{{class}}": "sum by (class) (label_replace("
                'rate(http_requests_total[5m]), "class", "${1}xx", "status", "(.).."))'
            },
            "reqps",
        ),
    ],
    [
        Panel(
            "Response time",
            {
                "average": "sum(rate(http_request_duration_seconds_sum[5m])) / sum(rate(http_request_duration_seconds_count[5m]))",
                "p50": "histogram_quantile(0.5, sum by (le) (rate(http_request_duration_highr_seconds_bucket[5m])))",
                "p95": "histogram_quantile(0.95, sum by (le) (rate(http_request_duration_highr_seconds_bucket[5m])))",
                "p99": "histogram_quantile(0.99, sum by (le) (rate(http_request_duration_highr_seconds_bucket[5m])))",
            },
            "s",
        ),
        Panel(
            "Error rate",
            {
                "5xx": '100 * (sum(rate(http_requests_total{status=~"5.."}[5m])) or vector(0)) / sum(rate(http_requests_total[5m]))',
                "4xx": '100 * (sum(rate(http_requests_total{status=~"4.."}[5m])) or vector(0)) / sum(rate(http_requests_total[5m]))',
            },
            "percent",
        ),
    ],
    [
        Panel("Active users", {"users": "max(active_users)"}, kind="stat"),
        Panel("Open pages", {"WebSockets": "sum(websocket_connections)"}, kind="stat"),
        Panel(
            "Database connections",
            {"all": "max(postgres_connections)", "{{instance}}": "db_connections_in_use"},
        ),
    ],
    [
        Panel("Processor", {"{{instance}}": "system_cpu_percent"}, "percent"),
        Panel(
            "Memory of the processes",
            {"{{job}} {{instance}}": 'process_resident_memory_bytes{job=~"clustering-.*"}'},
            "bytes",
        ),
        Panel("Free disk", {"{{folder}}": "min by (folder) (disk_free_bytes)"}, "bytes"),
    ],
]

JOBS = [
    [
        Panel("Queue", {"{{lane}}": "max by (lane) (clustering_jobs_queued)"}),
        Panel("Running", {"{{lane}}": "max by (lane) (clustering_jobs_running)"}),
        Panel("Oldest waiting job", {"{{lane}}": "max by (lane) (clustering_queue_age_seconds)"}, "s"),
    ],
    [
        Panel(
            "Time of a fit, 95 of 100",
            {
                "{{algorithm}} {{size}}": 'histogram_quantile(0.95, sum by (le, algorithm, size) (rate(clustering_job_seconds_bucket{kind="fit"}[30m])))'
            },
            "s",
        ),
        Panel(
            "Time by kind, average",
            {
                "{{kind}}": "sum by (kind) (rate(clustering_job_seconds_sum[30m])) / sum by (kind) (rate(clustering_job_seconds_count[30m]))"
            },
            "s",
        ),
    ],
    [
        Panel(
            "How jobs end",
            {"{{kind}} {{outcome}}": "sum by (kind, outcome) (increase(clustering_jobs_ended_total[1h]))"},
        ),
        Panel("Workers at work", {"workers": "max(clustering_workers_busy)"}, kind="stat"),
    ],
]


def dashboard(uid: str, title: str, rows: list[list[Panel]]) -> dict[str, Any]:
    """Return a dashboard as Grafana's schema has it."""
    panels: list[dict[str, Any]] = []
    for y, row in enumerate(rows):
        width = WIDTH // len(row)
        for x, panel in enumerate(row):
            place = {"x": x * width, "y": y * HEIGHT, "w": width, "h": HEIGHT}
            panels.append(_panel(len(panels) + 1, panel, place))
    return {
        "uid": uid,
        "title": title,
        "tags": ["fiedler"],
        "timezone": "browser",
        "schemaVersion": 39,
        "version": 1,
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": []},
        "annotations": {"list": []},
        "panels": panels,
    }


def _panel(number: int, panel: Panel, place: dict[str, int]) -> dict[str, Any]:
    return {
        "id": number,
        "title": panel.title,
        "description": panel.description,
        "type": panel.kind,
        "datasource": SOURCE,
        "gridPos": place,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}}
        if panel.kind == "timeseries"
        else {},
        "targets": [
            {"refId": chr(ord("A") + place), "datasource": SOURCE, "expr": expression, "legendFormat": legend}
            for place, (legend, expression) in enumerate(panel.queries.items())
        ],
    }


def main() -> None:
    """Write all dashboards."""
    for name, title, rows in (("api", "Fiedler: service", API), ("jobs", "Fiedler: jobs", JOBS)):
        model = dashboard(f"fiedler-{name}", title, rows)
        _write(FOLDER / "provisioned" / f"{name}.json", model)
        envelope = {"dashboard": {**model, "id": None}, "overwrite": True}
        _write(FOLDER / "dashboards" / f"{name}-dashboard.json", envelope)


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
