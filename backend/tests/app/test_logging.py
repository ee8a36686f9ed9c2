import json
import logging
import re

import pytest
from starlette.testclient import TestClient

from app.api import create_app
from app.logging import configure_logging, render_line


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


def test_access_line_ends_with_the_milliseconds(capsys, client):
    client.get("/api/v1/version")
    line = next(line for line in capsys.readouterr().err.splitlines() if "INFO GET /api/v1/version" in line)
    # The operations guide's: grep "INFO.*ms" | awk '{print $NF}'
    assert re.search(r"INFO.*ms", line)
    assert re.fullmatch(r"[0-9]+\.[0-9]ms", line.split()[-1])


def test_access_line_keeps_the_query_to_itself(capsys, client):
    client.get("/welcome?token=secret")
    lines = [line for line in capsys.readouterr().err.splitlines() if "INFO GET /welcome" in line]
    assert len(lines) == 1
    assert "secret" not in lines[0]


def test_value_with_a_line_break_stays_in_its_line():
    assert "\n" not in render_line(None, "info", {"event": "a\nb", "level": "info", "key": "c\r\nd"})


def test_line_for_machines_is_an_object_that_names_request_and_user(capsys, settings, owner):
    with TestClient(create_app(settings.model_copy(update={"log_format": "json"}))) as client:
        client.get("/api/v1/users/me", headers={**owner.headers, "X-Request-ID": "asked-here"})
    # Captured lines of other loggers come from the test's client.
    events = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    (access,) = [event for event in events if event["event"] == "GET /api/v1/users/me"]
    assert (access["request_id"], access["user_id"], access["status"]) == ("asked-here", owner.id, 200)
    assert access["logger"] == "app.access"
    assert access["level"] == "info"
    assert access["milliseconds"] >= 0


def test_user_of_one_request_is_not_that_of_the_next(capsys, client, owner):
    client.get("/api/v1/users/me", headers=owner.headers)
    client.get("/api/v1/users/me")
    lines = [line for line in capsys.readouterr().err.splitlines() if "INFO GET /api/v1/users/me" in line]
    assert f"user_id={owner.id} " in lines[0]
    assert "user_id" not in lines[1]


@pytest.mark.parametrize("form", ["plain", "json"])
def test_lines_of_libraries_and_their_tracebacks_have_the_same_form(capsys, form):
    configure_logging("INFO", form)
    try:
        raise ValueError("seen")
    except ValueError:
        logging.getLogger("some.library").exception("it %s", "failed")
    (first, *others) = capsys.readouterr().err.splitlines()
    if form == "json":
        event = json.loads(first)
        assert (event["event"], event["logger"], event["level"]) == ("it failed", "some.library", "error")
        assert "ValueError: seen" in event["exception"]
        assert others == []
    else:
        assert re.fullmatch(r"\S+Z ERROR it failed", first)
        assert others[-1] == "ValueError: seen"
    configure_logging("INFO", "plain")
