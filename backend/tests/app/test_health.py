import sqlalchemy as sa
from stand_ins import is_problem

from app.version import VERSION


def test_healthy_service_says_so(client):
    assert client.get("/livez").json()["status"] == "ok"
    for path in ("/readyz", "/health"):
        body = client.get(path).json()
        assert body == {"status": "ok", "checks": {"database": "ok", "storage": "ok"}}
    assert client.get("/api/v1/version").json() == {"name": "fiedler", "version": VERSION}


def test_service_on_an_old_schema_is_not_ready(client, database):
    with database.write() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = 'older'"))
    response = client.get("/readyz")
    with database.write() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    assert is_problem(response, 503, "unavailable")
    assert "python -m app migrate" in response.json()["remedy"]


def test_process_lives_without_its_database(client, app, monkeypatch):
    def fail(*_arguments, **_options):
        raise sa.exc.OperationalError("SELECT", {}, Exception("refused"))

    monkeypatch.setattr(type(app.state.database.engine), "connect", fail)
    assert is_problem(client.get("/health"), 503, "unavailable")
    assert client.get("/livez").status_code == 200
