"""A drill: the real service under a real Prometheus. Every alert is brought about and reaches a webhook."""

import json
import time
import urllib.parse
import urllib.request

import pytest
import yaml
from drill_platform import Platform, outside, why_not
from free_port import free_port
from monitoring_servers import (
    MONITORING,
    alertmanager_on,
    alertmanager_settings,
    impatient_rules,
    prometheus_on,
    prometheus_settings,
)

pytestmark = pytest.mark.skipif(bool(MISSING := why_not()), reason=MISSING)
SECONDS = 240
# Nothing may go wrong in a drill before it is made to: these lines stay empty until something does.
OF_FAILURES = ('status=~"5.."', 'outcome=~"failed|died"')


class Watched:
    """A platform with Prometheus, Alertmanager and what is outside."""

    def __init__(self, platform, beside, prometheus):
        self.platform, self.beside, self._prometheus = platform, beside, prometheus

    def value(self, expression: str) -> list:
        query = urllib.parse.urlencode({"query": expression})
        with urllib.request.urlopen(f"{self._prometheus}/api/v1/query?{query}", timeout=SECONDS) as response:
            return json.load(response)["data"]["result"]

    def wait_for(self, *titles: str, meanwhile=lambda: None) -> None:
        wait_until(
            f"{titles} of {self.beside.titles}", lambda: meanwhile() or set(titles) <= self.beside.titles
        )


def wait_until(what: str, holds) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drill")
    worker_metrics = free_port()
    platform = Platform(folder, worker_metrics)
    try:
        with outside() as beside:
            (folder / "rules.yml").write_text(impatient_rules())
            (folder / "webhook").write_text(f"http://127.0.0.1:{beside.server_port}/")
            targets = {
                "clustering-api": platform.address.removeprefix("http://"),
                "clustering-worker": f"127.0.0.1:{worker_metrics}",
                "nginx": f"127.0.0.1:{beside.server_port}",
            }
            with alertmanager_on(folder, alertmanager_settings(f"{folder}/webhook")) as alertmanager:
                settings = prometheus_settings(
                    targets, alertmanager.removeprefix("http://"), f"{folder}/rules.yml"
                )
                with prometheus_on(folder, settings) as prometheus:
                    yield Watched(platform, beside, prometheus)
    finally:
        platform.stop()


def panels() -> dict[str, list[str]]:
    models = [
        json.loads(path.read_text()) for path in sorted((MONITORING / "grafana/provisioned").glob("*.json"))
    ]
    return {
        f"{model['title']}: {panel['title']}": [target["expr"] for target in panel["targets"]]
        for model in models
        for panel in model["panels"]
    }


def test_panels_show_the_service_at_work(watched):
    wait_until("both are scraped", lambda: len(watched.value('up{job=~"clustering-.*"} == 1')) == 2)
    assert watched.platform.upload("a.csv")[0] == 201
    done = 'clustering_jobs_ended_total{kind="fit",outcome="done"}'
    wait_until("a table is clustered", lambda: watched.value(done) or not watched.platform.ask("/jobs"))
    for title, expressions in panels().items():
        for expression in expressions:
            if not any(part in expression for part in OF_FAILURES):
                wait_until(f"{title} shows {expression}", lambda e=expression: watched.value(e))
    told = {title.partition(": ")[2] for title in watched.beside.titles}
    # Rules without their patience take one scrape that a busy machine misses for a server that is gone.
    assert told <= {"BackupTooOld", "ApiDown", "WorkersGone"}, "nothing has gone wrong yet"


def test_every_alert_arrives_when_what_it_tells_of_is_brought_about(watched):
    platform, beside = watched.platform, watched.beside
    now = time.time()
    watched.wait_for("FIRING: BackupTooOld")
    beside.metrics = (
        f'certificate_expiry_timestamp_seconds{{domain="a.test"}} {now + 86400}\n'
        f'backup_last_success_timestamp_seconds{{kind="database"}} {now}\n'
    )
    watched.wait_for("FIRING: CertificateExpires", "RESOLVED: BackupTooOld")

    platform.answer_slowly()
    connections = platform.connect_often()
    watched.wait_for("FIRING: SlowAnswers", "FIRING: DatabaseConnectionsHigh")
    for connection in connections:
        connection.close()

    watched.wait_for(
        "FIRING: JobsFail", meanwhile=lambda: not platform.upload("broken.parquet", b"no table")[0]
    )

    platform.break_the_archive()
    platform.use_up_the_memory()
    platform.fill_the_disk()
    platform.redis.kill()
    watched.wait_for(
        "FIRING: WalNotArchived",
        "FIRING: MemoryNearlyFull",
        "FIRING: DiskNearlyFull",
        "FIRING: LimitsNotShared",
        meanwhile=lambda: not platform.ask("/version"),
    )

    beside.forget("WorkersGone")
    platform.kill("worker")
    platform.order_in_both_lanes()
    watched.wait_for("FIRING: WorkersGone", "FIRING: QueueStuck", "FIRING: InteractiveWorkSlow")

    platform.postgres.stop("immediate")
    watched.wait_for(
        "FIRING: DatabaseDown", "FIRING: HighErrorRate", meanwhile=lambda: not platform.ask("/jobs")
    )

    beside.forget("ApiDown")
    platform.kill("api")
    watched.wait_for("FIRING: ApiDown")
    (group,) = yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]:
        assert rule["annotations"]["runbook"] in beside.texts[f"FIRING: {rule['alert']}"]
