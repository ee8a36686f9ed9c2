"""What a platform tells of itself while it is used: traces and logs that hang together, and no secret."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from observed_platform import ObservedPlatform, tell_the_story
from postgresql import PostgresServer

from app.database import BACKEND

# A worker compiles the engine's kernels first where that has not been done before.
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    """A platform on which everything has happened, and that has ended."""
    # A server of its own: it is stopped on the way.
    postgres = PostgresServer()
    opened = ObservedPlatform(tmp_path_factory.mktemp("observed"), postgres.create_database())
    try:
        tell_the_story(opened, postgres)
        yield opened
    finally:
        opened.close()
        postgres.remove()


def spans_named(platform, name):
    return [span for span in platform.receiver.spans if span.name == name]


def trace_of(platform, request_id):
    """The spans of the trace that a request began, by name."""
    (root,) = [
        span
        for span in spans_named(platform, "POST /api/v1/datasets")
        if span.attributes["fiedler.request_id"] == request_id
    ]
    return root, [span for span in platform.receiver.spans if span.trace_id == root.trace_id]


def test_a_request_its_jobs_and_their_stages_are_one_trace(platform):
    root, spans = trace_of(platform, "story-good")
    assert (root.service, root.parent_id) == ("fiedler-api", "")
    assert root.attributes["http.response.status_code"] == 201
    (imported,) = [span for span in spans if span.name == "job import"]
    (fitted,) = [span for span in spans if span.name == "job fit"]
    assert imported.service == fitted.service == "fiedler-worker"
    assert imported.parent_id == root.span_id
    assert fitted.parent_id == imported.span_id
    assert imported.attributes["fiedler.outcome"] == "done"
    stages = [span for span in spans if span.parent_id == fitted.span_id]
    assert {"graph", "embedding"} <= {span.name for span in stages}
    assert sum(span.seconds for span in stages) <= fitted.seconds


def test_a_cut_is_in_the_trace_of_its_own_request(platform):
    (cut,) = spans_named(platform, "job recut")
    (asked,) = spans_named(platform, "PUT /api/v1/runs/{run_id}/partition")
    assert (cut.trace_id, cut.parent_id) == (asked.trace_id, asked.span_id)


def test_a_job_that_fails_says_so_in_its_trace(platform):
    _, spans = trace_of(platform, "story-bad")
    (imported,) = [span for span in spans if span.name == "job import"]
    assert imported.attributes["fiedler.outcome"] == "failed"


def test_the_collector_gets_the_headers_it_asks_for(platform):
    wanted = f"Bearer {platform.secrets['collector secret']}"
    assert {headers.get("authorization") for headers in platform.receiver.headers} == {wanted}


def test_health_checks_leave_no_span(platform):
    assert not [
        span
        for span in platform.receiver.spans
        if "/api/" not in str(span.attributes.get("url.path", "/api/"))
    ]


def test_one_request_id_leads_through_api_worker_and_child(platform):
    def told(part, request_id):
        return [event for event in platform.events(part) if event.get("request_id") == request_id]

    (access,) = [event for event in told("api", "story-bad") if event["logger"] == "app.access"]
    lines = told("worker", "story-bad")
    begun = [event for event in lines if event["event"] == "job begins"]
    ended = [event for event in lines if event["event"] == "job ends"]
    assert [event["kind"] for event in begun] == [event["kind"] for event in ended] == ["import"]
    assert (ended[0]["outcome"], ended[0]["level"]) == ("failed", "info")
    assert ended[0]["code"]
    (of_child,) = [event for event in lines if event["logger"] == "app.worker.child"]
    assert of_child["job_id"] == begun[0]["job_id"]
    for event in (of_child, *begun, *ended):
        assert event["trace_id"] == access["trace_id"]
        assert event["user_id"] == access["user_id"]


def test_every_line_of_every_process_is_an_object(platform):
    for part in ("api", "worker", "migrate-0"):
        events = platform.events(part)
        assert events
        for event in events:
            assert {"timestamp", "level", "event", "logger"} <= event.keys()


def test_no_secret_is_told_by_any_log_answer_metric_or_trace(platform):
    places = {
        **platform.logs(),
        "spans": repr(platform.receiver.spans),
    }
    texts = [*places.items(), *platform.answers]
    leaks = [
        (name, place) for place, text in texts for name, value in platform.secrets.items() if value in text
    ]
    assert leaks == []
    # What was searched is what was written.
    assert "story-good" in places["log-api"]
    assert any(place == "GET /metrics" and "clustering_jobs_queued" in text for place, text in texts)


@pytest.mark.parametrize(
    ("command", "settings"),
    [
        ("migrate", {"DATABASE_URL": "postgresql://user:{secret}@127.0.0.1:1/none"}),
        ("migrate", {"DATABASE_URL": "postgresql://user:{secret}@127.0.0.1:port/none"}),
        ("api", {"JWT_SECRET": "short", "POSTGRES_PASSWORD": "{secret}"}),
        ("api", {"RATE_LIMIT_BACKEND": "http://:{secret}@redis:6379/1"}),
        ("api", {"PORT": "{secret}"}),
        ("api", {"ENVIRONMENT": "production", "JWT_SECRET": "your-{secret}"}),
        ("worker", {"WORKER_BEAT_SECONDS": "60", "REDIS_PASSWORD": "{secret}"}),
    ],
)
def test_what_cannot_start_says_why_without_its_secrets(tmp_path, command, settings):
    secret = "secret-0123456789abcdef0123456789abcdef"
    given = {name: value.format(secret=secret) for name, value in settings.items()}
    done = subprocess.run(
        [sys.executable, "-m", "app", command],
        cwd=BACKEND,
        env={**os.environ, "DATA_DIR": str(tmp_path), **given},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert done.stderr.strip()
    assert secret not in done.stderr + done.stdout
