from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.settings import Settings
from app.worker.forkserver import core_shares


@pytest.mark.parametrize(
    ("cores", "slots", "shares"),
    [
        ({0, 1, 2, 3}, 1, [(0, 1, 2, 3)]),
        ({0, 1, 2, 3}, 2, [(0, 1), (2, 3)]),
        ({4, 5, 6}, 2, [(4,), (5,)]),
        ({0, 1}, 3, [(0,), (1,), (0,)]),
    ],
)
def test_slots_share_the_cores_of_the_process(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    cores: set[int],
    slots: int,
    shares: list[tuple[int, ...]],
):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: cores)
    settings = Settings(_env_file=None, data_dir=tmp_path, worker_slots=slots)
    assert core_shares(settings) == shares
