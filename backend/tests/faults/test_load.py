"""The load script, made small: it measures, and finds no event lost."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.database import BACKEND

pytestmark = pytest.mark.faults


def test_a_small_load_is_measured_and_loses_nothing(tmp_path: Path):
    figures = tmp_path / "figures.json"
    options = {"clients": 20, "users": 4, "minutes": 0.33, "pause": 0.5, "servers": 2, "workers": 1}
    command = [sys.executable, str(BACKEND / "benchmarks" / "load"), "--json", str(figures)]
    command += [part for name, value in options.items() for part in (f"--{name}", str(value))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280)
    found = json.loads(figures.read_text()) if figures.exists() else None
    assert found is not None, done.stderr
    events = found["events"]
    assert events["state_changes_checked"] > 0, done.stdout
    assert [events[name] for name in ("lost", "doubled", "out_of_order", "stale_progress")] == [0, 0, 0, 0]
    assert found["endpoints"]["POST /datasets?filename=table.csv"]["n"] > 0
    assert not any(found["errors_in_logs"].values()), found["errors_in_logs"]
