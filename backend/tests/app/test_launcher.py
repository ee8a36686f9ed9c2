"""The launcher with small stand-ins for API and worker."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.database import BACKEND

SECONDS = 30
PART = """
import os, sys, time
with open(sys.argv[1], "a") as file: file.write(f"{os.getpid()}\\n")
if len(sys.argv) > 2: sys.exit(3)
time.sleep(60)
"""
LAUNCHER = """
import sys
from app.launcher import Launcher
from app import launcher
launcher.FIRST_BACKOFF_SECONDS = 0.1
part, one, two, *dies = sys.argv[1:]
commands = {"one": [sys.executable, part, one], "two": [sys.executable, part, two, *dies]}
raise SystemExit(Launcher(commands).run())
"""


def lines(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().splitlines()] if path.exists() else []


def until(condition) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


@pytest.fixture
def start(tmp_path):
    started = []

    def start(*dies):
        (tmp_path / "part.py").write_text(PART)
        arguments = [str(tmp_path / name) for name in ("part.py", "one", "two")]
        process = subprocess.Popen(
            [sys.executable, "-c", LAUNCHER, *arguments, *dies],
            cwd=BACKEND,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process, tmp_path / "one", tmp_path / "two"

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stderr.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_stops_all_parts(start, number):
    process, one, two = start()
    until(lambda: lines(one) and lines(two))
    process.send_signal(number)
    assert process.wait(SECONDS) == 0
    assert not any(is_alive(pid) for pid in lines(one) + lines(two))


def test_part_that_dies_is_started_again_and_named(start):
    process, one, two = start("dies")
    until(lambda: len(lines(two)) >= 2)
    assert len(lines(one)) == 1
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=SECONDS)
    assert "the two ended unexpectedly (exit status 3)" in said


def test_killed_launcher_leaves_nobody_behind(start):
    process, one, two = start()
    until(lambda: lines(one) and lines(two))
    os.kill(process.pid, signal.SIGKILL)
    until(lambda: not any(is_alive(pid) for pid in lines(one) + lines(two)))
