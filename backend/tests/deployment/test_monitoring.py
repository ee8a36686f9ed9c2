"""Alerts, dashboards and Prometheus's configuration, by Prometheus's own tools and a real scrape."""

import json
import re
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request

import pytest
import yaml
from monitoring_servers import prometheus_on
from prometheus_client import generate_latest
from stack import REPOSITORY
from starlette.testclient import TestClient

from app.api import create_app
from app.worker.metrics import JobMetrics

MONITORING = REPOSITORY / "monitoring"


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=MONITORING, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_prometheus_and_alertmanager_read_their_files():
    run("promtool", "check", "config", "prometheus.yml")
    run("amtool", "check-config", "alertmanager.yml")


def test_each_alert_fires_when_it_should_and_only_then():
    run("promtool", "test", "rules", "alerts.test.yml")


def alerts() -> list[dict]:
    (group,) = yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"]
    assert group["name"] == "clustering-platform"
    return group["rules"]


def test_each_alert_is_tested_and_has_a_runbook_that_says_what_to_do():
    tested = (MONITORING / "alerts.test.yml").read_text()
    for alert in alerts():
        assert f"alertname: {alert['alert']}" in tested, alert["alert"]
        runbook = REPOSITORY / alert["annotations"]["runbook"]
        assert runbook.stem == alert["alert"]
        text = runbook.read_text()
        assert "## What to do" in text, runbook
        assert alert["expr"].split("\n")[0].strip() in text, f"{runbook} shows another rule"


def expressions() -> list[str]:
    models = [
        json.loads(path.read_text()) for path in sorted((MONITORING / "grafana/provisioned").glob("*.json"))
    ]
    targets = [target["expr"] for model in models for panel in model["panels"] for target in panel["targets"]]
    return targets + [alert["expr"] for alert in alerts()]


def test_committed_dashboards_are_the_generated_ones(tmp_path):
    folder = tmp_path / "grafana"
    shutil.copytree(MONITORING / "grafana", folder)
    for path in folder.glob("*/*.json"):
        path.unlink()
    subprocess.run([sys.executable, str(folder / "generate.py")], check=True)
    for path in sorted(folder.glob("*/*.json")):
        assert path.read_text() == (MONITORING / "grafana" / path.relative_to(folder)).read_text(), path.name


def test_dashboards_come_as_provisioned_and_as_imported():
    bare = json.loads((MONITORING / "grafana/provisioned/api.json").read_text())
    envelope = json.loads((MONITORING / "grafana/dashboards/api-dashboard.json").read_text())
    assert envelope["overwrite"] is True
    assert envelope["dashboard"] == {**bare, "id": None}
    places = [panel["gridPos"] for panel in bare["panels"]]
    assert all(place["x"] + place["w"] <= 24 for place in places)


def test_every_metric_asked_for_exists(settings):
    """A panel on a metric nobody exposes stays empty for ever."""
    worker = JobMetrics()
    worker.ended("fit", "done", 1.0, {"summary": {"method": "exact", "n_samples": 10}})
    with TestClient(create_app(settings)) as client:
        client.get("/api/v1/version")
        text = client.get("/metrics").text + generate_latest(worker.registry).decode()
    # What PostgreSQL, nginx and the scripts tell is asked for in their own tests.
    elsewhere = {"postgres_connections", "postgres_archive_failures_total"}
    elsewhere |= {"certificate_expiry_timestamp_seconds"}
    elsewhere |= {"up", "backup_last_success_timestamp_seconds"}
    exposed = set(re.findall(r"^([a-z_]+)[{ ]", text, re.MULTILINE)) | elsewhere
    names = {
        name
        for expression in expressions()
        for name in re.findall(r"\b([a-z]+(?:_[a-z]+)+)\b(?![=(\"~])", re.sub(r'"[^"]*"', "", expression))
        if name not in ("histogram_quantile", "label_replace")
    }
    assert names - exposed == set()
    assert len(names) > 20


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
def prometheus(tmp_path):
    """A real Prometheus that knows our alerts, without targets."""
    with prometheus_on(tmp_path, f"rule_files: ['{MONITORING}/alerts.yml']\n") as address:
        yield address


def test_a_real_prometheus_evaluates_every_panel_and_loads_every_alert(prometheus):
    for expression in expressions():
        query = urllib.parse.urlencode({"query": expression})
        with urllib.request.urlopen(f"{prometheus}/api/v1/query?{query}") as response:
            assert json.load(response)["status"] == "success", expression
    with urllib.request.urlopen(f"{prometheus}/api/v1/rules") as response:
        (group,) = json.load(response)["data"]["groups"]
    assert {rule["name"] for rule in group["rules"]} == {alert["alert"] for alert in alerts()}
