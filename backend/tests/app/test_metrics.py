"""What Prometheus reads is true: parsed by Prometheus's own parser, compared with what was done."""

import urllib.request

import pytest
import sqlalchemy as sa
from free_port import free_port
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from app.auth.owner import owner_link
from app.jobs.queue import enqueue
from app.worker.metrics import JobMetrics


def figures(client: TestClient) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    response = client.get("/metrics")
    assert response.status_code == 200
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def test_requests_are_counted_by_route_and_exact_status(client, owner):
    for _ in range(3):
        client.get("/api/v1/jobs/123", headers=owner.headers)
    client.get("/api/v1/jobs/124", headers=owner.headers)
    client.get("/livez")
    counted = {name: value for name, value in figures(client).items() if name[0] == "http_requests_total"}
    route = (("handler", "/api/v1/jobs/{job_id}"), ("method", "GET"), ("status", "404"))
    assert counted["http_requests_total", route] == 4
    assert len(counted) == 1, "health checks and scrapes are not counted"


def test_failures_count_as_the_guides_alert_rule_asks(client, app, monkeypatch):
    def fail(*_arguments, **_options):
        raise RuntimeError("boom")

    monkeypatch.setattr("app.system.routes.VERSION", property(fail))
    assert client.get("/api/v1/version").status_code == 500
    route = (("handler", "/api/v1/version"), ("method", "GET"), ("status", "500"))
    assert figures(client)["http_requests_total", route] == 1


def test_queue_and_users_are_told(client, database, owner, dataset_id):
    before = figures(client)
    with database.write() as session:
        for _ in range(2):
            enqueue(session, user_id=owner.id, kind="fit", dataset_id=dataset_id, parameters={})
    found = figures(client)
    lane = (("lane", "normal"),)
    assert found["clustering_jobs_queued", lane] == before["clustering_jobs_queued", lane] + 2
    assert found["clustering_queue_age_seconds", lane] >= 0
    assert found["clustering_jobs_queued", (("lane", "interactive"),)] == 0
    assert found["database_up", ()] == 1


def test_active_users_are_those_who_signed_in(client, owner, settings, database):
    assert figures(client)["active_users", ()] == 0
    token = owner_link(database, settings, always=True).rpartition("token=")[2]
    claimed = client.post("/api/v1/auth/claim", json={"token": token})
    assert claimed.status_code == 200, claimed.text
    assert figures(client)["active_users", ()] == 1


@pytest.mark.parametrize("word", ["cpu", "memory", "disk"])
def test_the_guides_grep_finds_processor_memory_and_disk(client, word):
    lines = [line for line in client.get("/metrics").text.splitlines() if not line.startswith("#")]
    assert any(word in line for line in lines)


def test_connections_to_postgresql_are_told_by_the_guides_name(client, database):
    for name in ("postgres_connections", "postgres_archive_failures_total"):
        assert ((name, ()) in figures(client)) == (not database.is_sqlite)


def test_a_database_that_is_gone_is_a_figure_not_a_failure(client, app, monkeypatch):
    def fail(*_arguments, **_options):
        raise sa.exc.OperationalError("SELECT", {}, Exception("refused"))

    monkeypatch.setattr(type(app.state.database.engine), "connect", fail)
    assert figures(client)["database_up", ()] == 0


def test_worker_tells_how_long_jobs_take_by_algorithm_and_size(settings):
    metrics = JobMetrics()
    metrics.ended("fit", "done", 3.0, {"summary": {"method": "exact", "n_samples": 9_000}})
    metrics.ended("import", "done", 0.3, {"n_rows": 5_000_000})
    metrics.ended("fit", "cancelled", 1.0, {})
    port = free_port()
    metrics.serve(settings.model_copy(update={"worker_metrics_port": port}))
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as response:
        text = response.read().decode()
    assert 'clustering_job_seconds_count{algorithm="exact",kind="fit",size="up to 10k"} 1.0' in text
    assert 'clustering_job_seconds_sum{algorithm="",kind="import",size="over 1M"} 0.3' in text
    assert 'clustering_jobs_ended_total{kind="fit",outcome="cancelled"} 1.0' in text
