"""At the end of the tests of the guide: what of it ran, and what could only be checked."""

from __future__ import annotations

from typing import Any

import pytest

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
