"""Several machines, started once; and at the end, which commands of the guide ran or were only checked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from machines import APPLICATIONS, Machines
from people import Person
from queue_rows import Rows

from app.auth.tokens import make_access_token
from app.database import Database
from app.settings import Settings
from app.users.models import User

Calls = list[tuple[str, list[tuple[str, str]]]]
REPORT = pytest.StashKey[Calls]()


@pytest.fixture(scope="session")
def guide_report(pytestconfig: pytest.Config) -> Calls:
    """Each block, with the programs for containers that it called and whether they ran or were checked."""
    return pytestconfig.stash.setdefault(REPORT, [])


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """List the blocks."""
    report = config.stash.get(REPORT, [])
    if not report:
        return
    terminalreporter.section("commands of docs/operations")
    for block, calls in report:
        checked = [command for how, command in calls if how == "checked"]
        terminalreporter.line(f"{block}: {'ran' if not checked else 'ran, without an engine:'}")
        for command in checked:
            terminalreporter.line(f"    checked only: {command}")


@pytest.fixture(scope="session")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    folder: Path = tmp_path_factory.mktemp("machines")
    # nginx's workers, which are nobody's, must reach the folder.
    for each in (folder, *folder.parents[:2]):
        each.chmod(0o755)
    opened = Machines(folder)
    try:
        opened.run(APPLICATIONS[0], "app", "migrate")
        opened.balance()
        opened.serve(*APPLICATIONS)
        yield opened
    finally:
        opened.stop()


@pytest.fixture(scope="session")
def machines_settings(machines: Machines) -> Settings:
    given = {name.lower(): value for name, value in machines.environment.items()}
    return Settings(_env_file=None, **given)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def rows(machines_settings: Settings) -> Iterator[Rows]:
    database = Database(machines_settings)
    yield Rows(database)
    database.dispose()


@pytest.fixture(scope="session")
def person(machines: Machines, machines_settings: Settings, rows: Rows) -> Person:
    with rows.database.read() as session:
        token = make_access_token(session.get_one(User, rows.user_id), machines_settings)
    return Person(machines.address, token)
