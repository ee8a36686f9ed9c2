import re

import pytest

from app.logging import render_line


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
