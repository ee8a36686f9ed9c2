"""A drill: the real service under a real Prometheus, whose alerts reach a webhook by Alertmanager."""

import json
import os
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import yaml
from free_port import free_port
from monitoring_servers import alertmanager_on, prometheus_on
from stack import REPOSITORY

from app.auth.tokens import make_access_token
from app.database import BACKEND, database_now
from app.users.models import User

MONITORING = REPOSITORY / "monitoring"
SECONDS = 120
# Nothing may go wrong in a drill before it is made to: these lines stay empty until something does.
OF_FAILURES = ('status=~"5.."', 'outcome=~"failed|died"')


@pytest.fixture
def database_kind() -> str:
    return "postgresql"


@pytest.fixture
def outside():
    """What the drill plays: the webhook, and what nginx and the scripts tell of certificate and backup."""

    class Outside(BaseHTTPRequestHandler):
        told: list[dict] = []  # noqa: RUF012 - one for all requests is meant
        metrics = ""

        def do_POST(self):
            (attachment,) = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["attachments"]
            self.told.append(attachment)
            self._answer("")

        def do_GET(self):
            self._answer(self.metrics)

        def _answer(self, text):
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Outside)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server, Outside
    server.shutdown()
    thread.join()
    server.server_close()


def fetch(address: str, body: bytes | None = None, **headers: str):
    with urllib.request.urlopen(urllib.request.Request(address, body, headers), timeout=SECONDS) as response:
        return json.load(response)


def wait_until(what: str, holds) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.5)


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


def panels() -> dict[str, list[str]]:
    models = [
        json.loads(path.read_text()) for path in sorted((MONITORING / "grafana/provisioned").glob("*.json"))
    ]
    return {
        f"{model['title']}: {panel['title']}": [target["expr"] for target in panel["targets"]]
        for model in models
        for panel in model["panels"]
    }


def test_panels_show_the_service_and_alerts_arrive_when_it_dies(settings, database, outside, tmp_path):
    server, played = outside
    with database.write() as session:
        user = User(username="ada", role="admin", created_at=database_now(session))
        session.add(user)
        session.flush()
        token = make_access_token(user, settings)
    api_port, worker_port = free_port(), free_port()
    environment = {
        **os.environ,
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "JWT_SECRET": settings.jwt_secret,
        "PORT": str(api_port),
        "WORKER_METRICS_PORT": str(worker_port),
    }
    (tmp_path / "rules.yml").write_text(impatient_rules())
    (tmp_path / "webhook").write_text(f"http://127.0.0.1:{server.server_port}/")
    targets = {
        "clustering-api": f"127.0.0.1:{api_port}",
        "clustering-worker": f"127.0.0.1:{worker_port}",
        "nginx": f"127.0.0.1:{server.server_port}",
    }
    with ExitStack() as stack:
        processes = {}
        for part in ("api", "worker"):
            log = stack.enter_context((tmp_path / f"{part}.log").open("w"))
            processes[part] = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "app", part], cwd=BACKEND, env=environment, stdout=log, stderr=log
                )
            )
            stack.callback(processes[part].terminate)
        alertmanager = stack.enter_context(
            alertmanager_on(tmp_path, alertmanager_settings(f"{tmp_path}/webhook"))
        )
        prometheus = stack.enter_context(
            prometheus_on(
                tmp_path,
                prometheus_settings(targets, alertmanager.removeprefix("http://"), f"{tmp_path}/rules.yml"),
            )
        )

        def value(expression: str) -> list:
            query = urllib.parse.urlencode({"query": expression})
            return fetch(f"{prometheus}/api/v1/query?{query}")["data"]["result"]

        def titles() -> set[str]:
            return {attachment["title"] for attachment in played.told}

        wait_until("both are scraped", lambda: len(value('up{job=~"clustering-.*"} == 1')) == 2)
        rows = "x,y\n" + "\n".join(f"{n % 7},{(n * n) % 11 + 20 * (n % 2)}" for n in range(200))
        service = f"http://127.0.0.1:{api_port}/api/v1"
        signed_in = {"Authorization": f"Bearer {token}"}
        fetch(f"{service}/datasets?filename=a.csv", rows.encode(), **signed_in)
        wait_until(
            "a table is clustered",
            lambda: value('clustering_jobs_ended_total{kind="fit",outcome="done"}') or _ask(service, token),
        )
        for title, expressions in panels().items():
            for expression in expressions:
                if not any(part in expression for part in OF_FAILURES):
                    wait_until(f"{title} shows {expression}", lambda e=expression: value(e))

        assert "FIRING: ApiDown" not in titles()
        wait_until("no backup was ever told of", lambda: "FIRING: BackupTooOld" in titles())
        played.metrics = (
            f'certificate_expiry_timestamp_seconds{{domain="a.test"}} {time.time() + 86400}\n'
            f'backup_last_success_timestamp_seconds{{kind="database"}} {time.time()}\n'
        )
        wait_until("a day is left", lambda: "FIRING: CertificateExpires" in titles())
        wait_until("a backup was made", lambda: "RESOLVED: BackupTooOld" in titles())
        for process in processes.values():
            process.kill()
        wait_until("both are gone", lambda: {"FIRING: ApiDown", "FIRING: WorkersGone"} <= titles())
        text = next(a["text"] for a in played.told if a["title"] == "FIRING: ApiDown")
        assert "docs/operations/runbooks/ApiDown.md" in text


def _ask(service: str, token: str) -> bool:
    """Ask something, so that there are requests to show."""
    fetch(f"{service}/jobs", Authorization=f"Bearer {token}")
    return False
