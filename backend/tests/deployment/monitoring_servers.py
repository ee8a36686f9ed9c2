"""Prometheus and Alertmanager as processes of their own, for as long as a test needs them."""

from __future__ import annotations

import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from free_port import free_port

SECONDS = 60


@contextmanager
def prometheus_on(folder: Path, configuration: str) -> Iterator[str]:
    """Yield the address of a Prometheus with this configuration."""
    (folder / "prometheus.yml").write_text(configuration)
    with _running(
        folder,
        "prometheus",
        f"--config.file={folder}/prometheus.yml",
        f"--storage.tsdb.path={folder}/prometheus",
    ) as address:
        yield address


@contextmanager
def alertmanager_on(folder: Path, configuration: str) -> Iterator[str]:
    """Yield the address of an Alertmanager with this configuration."""
    (folder / "alertmanager.yml").write_text(configuration)
    with _running(
        folder,
        "prometheus-alertmanager",
        f"--config.file={folder}/alertmanager.yml",
        f"--storage.path={folder}/alertmanager",
        "--cluster.listen-address=",
    ) as address:
        yield address


@contextmanager
def _running(folder: Path, program: str, *arguments: str) -> Iterator[str]:
    address = f"127.0.0.1:{free_port()}"
    path = folder / f"{program}.log"
    with path.open("w") as log:
        process = subprocess.Popen([program, *arguments, f"--web.listen-address={address}"], stderr=log)
    try:
        deadline = time.monotonic() + SECONDS
        while True:
            try:
                urllib.request.urlopen(f"http://{address}/-/ready").close()
                break
            except OSError:
                assert process.poll() is None, path.read_text()
                assert time.monotonic() < deadline, path.read_text()
                time.sleep(0.1)
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(SECONDS)
