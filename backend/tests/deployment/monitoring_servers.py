"""Prometheus and Alertmanager as processes of their own with our files, for as long as a test needs them."""

from __future__ import annotations

import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml
from free_port import free_port
from stack import REPOSITORY

MONITORING = REPOSITORY / "monitoring"
SECONDS = 60


def prometheus_settings(targets: dict[str, str], alertmanager: str, rules: str) -> str:
    """Return monitoring/prometheus.yml for processes of this machine, looking every second."""
    settings = yaml.safe_load((MONITORING / "prometheus.yml").read_text())
    settings["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    settings["rule_files"] = [rules]
    settings["alerting"]["alertmanagers"] = [{"static_configs": [{"targets": [alertmanager]}]}]
    kept = []
    for scrape in settings["scrape_configs"]:
        if scrape["job_name"] in targets:
            scrape.pop("dns_sd_configs", None)
            kept.append({**scrape, "static_configs": [{"targets": [targets[scrape["job_name"]]]}]})
    assert len(kept) == len(targets)
    return yaml.safe_dump({**settings, "scrape_configs": kept})


def alertmanager_settings(webhook_file: str) -> str:
    """Return monitoring/alertmanager.yml without its patience."""
    settings = yaml.safe_load((MONITORING / "alertmanager.yml").read_text())
    settings["route"] |= {"group_wait": "1s", "group_interval": "1s"}
    settings["receivers"][0]["slack_configs"][0]["api_url_file"] = webhook_file
    return yaml.safe_dump(settings)


def impatient_rules() -> str:
    """Return monitoring/alerts.yml without waiting: how long each waits is tested by promtool."""
    rules = yaml.safe_load((MONITORING / "alerts.yml").read_text())
    for rule in rules["groups"][0]["rules"]:
        rule["for"] = "0s"
    return yaml.safe_dump(rules)


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
