"""Health as people, orchestrators and admins see it, also when a part is dead or hangs."""

import re
import socket
from datetime import timedelta

import pytest
import sqlalchemy as sa
from free_port import free_port
from redis_server import RedisServer
from stand_ins import is_problem
from starlette.testclient import TestClient

from app.api import create_app
from app.database import database_now
from app.health import look
from app.health.models import WorkerSeen
from app.health.presence import Presence
from app.jobs.queue import enqueue
from app.version import VERSION


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    """A machine under load must not look like a dead part."""
    monkeypatch.setattr(look, "PATIENCE_SECONDS", 60.0)


@pytest.fixture
def silent_port():
    """A port where connections are taken and nothing is ever answered."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def worker(database):
    presence = Presence(database, "machine-1", slots=2)
    presence.show()
    return presence


def ask(settings, path="/health", **values):
    with TestClient(create_app(settings.model_copy(update=values))) as client:
        return client.get(path)


def states(response):
    assert response.status_code == 200, response.text
    return {name: part["status"] for name, part in response.json()["parts"].items()}


def test_every_part_of_a_healthy_service_is_told(client, worker):
    response = client.get("/health")
    assert states(response) == {
        "database": "ok",
        "schema": "ok",
        "workers": "ok",
        "queue": "ok",
        "redis": "unused",
        "storage": "ok",
    }
    assert (response.json()["status"], response.json()["version"]) == ("ok", VERSION)
    assert client.get("/livez").json()["status"] == "ok"
    assert client.get("/readyz").json() == {
        "status": "ok",
        "checks": {"database": "ok", "schema": "ok", "storage": "ok"},
    }
    assert client.get("/api/v1/version").json() == {"name": "fiedler", "version": VERSION}


def test_queue_and_workers_are_told_in_figures(client, database, owner, dataset_id, worker):
    with database.write() as session:
        for _ in range(2):
            enqueue(session, user_id=owner.id, kind="fit", dataset_id=dataset_id, parameters={})
    parts = client.get("/health").json()["parts"]
    assert re.fullmatch(r"1 worker runs, the last sign \d+ s ago", parts["workers"]["detail"])
    assert re.fullmatch(r"2 wait, 0 in work, the oldest for \d+ s", parts["queue"]["detail"])


def test_service_without_workers_is_degraded_and_serves(settings, database, worker):
    with database.write() as session:
        session.execute(sa.update(WorkerSeen).values(seen_at=database_now(session) - timedelta(minutes=1)))
    response = ask(settings)
    assert states(response)["workers"] == "degraded"
    assert response.json()["status"] == "degraded"
    assert "jobs wait" in response.json()["parts"]["workers"]["detail"]


def test_worker_that_ends_as_it_should_is_gone_at_once(settings, worker):
    worker.leave()
    assert states(ask(settings))["workers"] == "degraded"


def test_service_on_the_schema_of_a_newer_version_is_ready(client, database):
    """In a rolling upgrade the schema goes first."""
    with database.write() as session:
        at = session.scalar(sa.text("SELECT version_num FROM alembic_version"))
        session.execute(sa.text("UPDATE alembic_version SET version_num = 'newer'"))
    ready, health = client.get("/readyz"), client.get("/health")
    with database.write() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = :at"), {"at": at})
    assert ready.status_code == 200
    assert health.json()["parts"]["schema"] == {
        "status": "ok",
        "detail": f"at newer, of a newer version than this one, which knows {at}",
    }


def test_server_that_drains_is_not_ready_and_serves_on(client):
    assert "connection" not in client.get("/livez").headers
    client.app.state.drain.is_on = True
    ready, served = client.get("/readyz"), client.get("/api/v1/version")
    assert is_problem(ready, 503, "unavailable")
    assert (served.status_code, served.headers["connection"]) == (200, "close")


def test_service_on_an_old_schema_is_not_ready(client, database):
    with database.write() as session:
        at = session.scalar(sa.text("SELECT version_num FROM alembic_version"))
        session.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    answers = [client.get(path) for path in ("/readyz", "/health")]
    with database.write() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = :at"), {"at": at})
    for answer in answers:
        assert is_problem(answer, 503, "unavailable")
        assert "python -m app migrate" in answer.json()["detail"]
        assert [part["pointer"] for part in answer.json()["errors"]] == ["/parts/schema"]


def test_redis_is_asked_with_its_password(settings):
    server = RedisServer("of-the-tests")
    try:
        url = {"rate_limit_backend": server.url}
        assert states(ask(settings, **url, redis_password="of-the-tests"))["redis"] == "ok"
        wrong = ask(settings, **url, redis_password="wrong-one")
        assert states(wrong)["redis"] == "degraded"
        assert "wrong-one" not in wrong.text
    finally:
        server.remove()


def test_redis_that_hangs_degrades_and_delays_nobody(settings, silent_port):
    response = ask(settings, rate_limit_backend=f"redis://127.0.0.1:{silent_port}/1")
    assert states(response)["redis"] == "degraded"
    assert states(response)["database"] == "ok"


def test_database_that_is_gone_is_told_without_its_address(settings):
    url = f"postgresql://teller:s3cret-word@127.0.0.1:{free_port()}/nowhere"
    for path in ("/readyz", "/health"):
        response = ask(settings, path, database_url=url)
        assert is_problem(response, 503, "unavailable")
        assert response.json()["errors"][0]["pointer"] == "/parts/database"
        assert not any(word in response.text for word in ("s3cret-word", "teller", "127.0.0.1", "nowhere"))


def test_database_that_hangs_is_told_in_time_and_the_process_lives(settings, silent_port, monkeypatch):
    monkeypatch.setattr(look, "PATIENCE_SECONDS", 0.1)
    hanging = settings.model_copy(update={"database_url": f"postgresql://a:b@127.0.0.1:{silent_port}/c"})
    app = create_app(hanging)
    # Without the lifespan, which would wait for the database.
    client = TestClient(app)
    response = client.get("/health")
    assert is_problem(response, 503, "unavailable")
    assert "database: no answer within 0.1 s" in response.json()["detail"]
    assert client.get("/livez").status_code == 200
    app.state.look.close()
    app.state.database.dispose()


def test_folder_that_cannot_be_written_is_told(settings, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    response = ask(settings, upload_path=tmp_path / "file" / "uploads")
    assert is_problem(response, 503, "unavailable")
    assert response.json()["errors"][0]["detail"].startswith("uploads and results cannot be written")
    assert str(tmp_path) not in response.text


def test_admins_see_the_workers_by_name(client, database, worker, make_person):
    admin = make_person("admin", "admin")
    (found,) = client.get("/api/v1/workers", headers=admin.headers).json()["items"]
    assert (found["name"], found["slots"], found["version"]) == ("machine-1", 2, VERSION)
    assert "machine-1" not in client.get("/health").text
