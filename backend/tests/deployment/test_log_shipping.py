"""Logs on their way to rsyslog, which runs here, and to Loki or Elasticsearch, which do not; rotation."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from free_port import free_port
from stack import REPOSITORY, configuration

ALL = ("frontend", "production", "monitoring", "cluster", "cache")
OURS = {"api", "worker", "migrate", "gateway", "frontend", "nginx"}
# What Logstash's names stand for, as far as our patterns use them.
GROK = {
    "TIMESTAMP_ISO8601": r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?",
    "LOGLEVEL": r"(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)",
    "GREEDYDATA": r".*",
}
WRITES = """
import structlog, sys
from app.logging import configure_logging
configure_logging("INFO", sys.argv[1])
structlog.get_logger("app.test").warning("storage is nearly full", free=3, milliseconds=1.5)
"""


def line_of_the_service(form: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", WRITES, form],
        cwd=REPOSITORY / "backend",
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stderr.strip()


@pytest.mark.parametrize(
    ("override", "driver", "added"),
    [
        ("docker-compose.elk.yml", "gelf", {"elasticsearch", "logstash", "kibana"}),
        ("docker-compose.loki.yml", "fluentd", {"loki", "fluent-bit"}),
    ],
)
def test_our_lines_are_sent_and_the_collectors_keep_their_own_short(override, driver, added):
    plain = configuration(*ALL)["services"]
    services = configuration(*ALL, override=override)["services"]
    assert set(services) == set(plain) | added
    for name in OURS:
        assert services[name]["logging"]["driver"] == driver
        assert "max-size" not in services[name]["logging"]["options"], (
            "an option of another driver stops Docker"
        )
    for name in set(services) - OURS:
        assert services[name]["logging"]["options"] == {"max-size": "10m", "max-file": "3"}, name
    for name in ("api", "worker", "migrate"):
        before, after = plain[name]["environment"], services[name]["environment"]
        assert after == {**before, "LOG_FORMAT": "json"}
    for name in added:
        service = services[name]
        assert int(service["deploy"]["resources"]["limits"]["memory"]) > 0
        assert all(each["host_ip"] == "127.0.0.1" for each in service.get("ports", [])), name
        for mount in service.get("volumes", []):
            assert mount["type"] == "volume" or Path(mount["source"]).is_file(), mount


@pytest.mark.parametrize("override", ["docker-compose.elk.yml", "docker-compose.loki.yml"])
def test_lines_are_sent_where_their_collector_listens(override):
    services = configuration(*ALL, override=override)["services"]
    options = services["api"]["logging"]["options"]
    address = options.get("gelf-address") or options["fluentd-address"]
    listening = {
        f"{each['host_ip']}:{each['published']}/{each['protocol']}"
        for name in ("logstash", "fluent-bit")
        for each in services.get(name, {}).get("ports", [])
    }
    protocol = "udp" if address.startswith("udp://") else "tcp"
    assert f"{address.removeprefix('udp://')}/{protocol}" in listening


def test_logstash_takes_apart_what_the_service_writes():
    text = (REPOSITORY / "monitoring" / "logstash.conf").read_text()
    (is_json,) = re.findall(r"\[message\] =~ /(.+)/", text)
    (pattern,) = re.findall(r'"message" => "(.+)"', text)
    expression = re.sub(r"%\{(\w+):(\w+)\}", lambda found: f"(?P<{found[2]}>{GROK[found[1]]})", pattern)
    plain, as_json = line_of_the_service("plain"), line_of_the_service("json")
    assert re.search(is_json, as_json)
    assert {"timestamp", "level", "event"} <= set(json.loads(as_json))
    assert not re.search(is_json, plain)
    found = re.search(expression, plain)
    assert found is not None
    assert found["level"] == "WARNING"
    assert found["event"].startswith("storage is nearly full")
    assert text.count("{") - text.count(r"/^\{/") == text.count("}")


def test_loki_gets_what_fluent_bit_sends_and_grafana_asks_it():
    monitoring = REPOSITORY / "monitoring"
    loki = yaml.safe_load((monitoring / "loki.yml").read_text())
    collector = yaml.safe_load((monitoring / "fluent-bit.yml").read_text())["pipeline"]
    (output,) = collector["outputs"]
    services = configuration("monitoring", override="docker-compose.loki.yml")["services"]
    assert output["port"] == loki["server"]["http_listen_port"]
    assert output["host"] in services
    assert set(services["fluent-bit"]["networks"]) & set(services["loki"]["networks"])
    assert loki["compactor"]["retention_enabled"] is True, "without it nothing is ever deleted"
    named = {filter_["rename"].split()[1] for filter_ in collector["filters"] if "rename" in filter_}
    known = named | set(json.loads(line_of_the_service("json")))
    assert {key.removeprefix("$") for key in output["label_keys"].split(",")} <= known
    asked = yaml.safe_load((monitoring / "datasources_with_loki" / "datasources.yml").read_text())
    usual = yaml.safe_load((monitoring / "grafana/provisioning/datasources/prometheus.yml").read_text())
    assert asked["datasources"][:-1] == usual["datasources"]
    assert asked["datasources"][-1]["url"] == f"http://{output['host']}:{output['port']}"
    targets = [mount["target"] for mount in services["grafana"]["volumes"]]
    assert targets.count("/etc/grafana/provisioning/datasources") == 1


def test_rsyslog_is_sent_what_docker_keeps_for_itself_otherwise():
    plain = configuration(*ALL)["services"]
    services = configuration(*ALL, override="docker-compose.syslog.yml")["services"]
    for name, service in services.items():
        logging = service.pop("logging")
        usual = plain[name].pop("logging")
        assert (logging["driver"] == "syslog") == (name in OURS), name
        assert name in OURS or logging == usual
    assert services == plain, "lines keep their form"


class Rsyslog:
    """A real rsyslog with our file, its folder and its port moved."""

    def __init__(self, folder: Path) -> None:
        self.logs, self._folder = folder / "log", folder
        self.logs.mkdir()
        self._port = free_port(socket.SOCK_DGRAM)
        text = (REPOSITORY / "deploy" / "rsyslog" / "clustering.conf").read_text()
        (port,) = re.findall(r'port="(.+?)"', text)
        sent = configuration(*ALL, override="docker-compose.syslog.yml")["services"]["api"]["logging"]
        assert sent["options"]["syslog-address"] == f"udp://127.0.0.1:{port}"
        moved = text.replace("/var/log/clustering", str(self.logs)).replace(port, str(self._port))
        (folder / "rsyslog.conf").write_text(f'global(workDirectory="{folder}")\n{moved}')
        command = ["/usr/sbin/rsyslogd", "-n", "-f", str(folder / "rsyslog.conf"), "-i", str(folder / "pid")]
        checked = subprocess.run([*command[:4], "-N1"], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)

    def send(self, container: str, line: str) -> None:
        """Send a line as Docker's driver does, by RFC 5424."""
        head = f"<30>1 {time.strftime('%Y-%m-%dT%H:%M:%S')}.000000Z a-machine {container} 4711 {container} - "
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
            door.sendto((head + line).encode(), ("127.0.0.1", self._port))

    def wait_for(self, name: str, line: str) -> str:
        """Return the text of a log when it holds a line."""
        wait_until(lambda: f"{line}\n" in self.text(name))
        return self.text(name)

    def text(self, name: str) -> str:
        return (self.logs / name).read_text() if (self.logs / name).exists() else ""

    def send_until_it_is_written(self, container: str, line: str) -> None:
        """Send a line again and again until the log of a container holds it."""

        def written() -> bool:
            self.send(container, line)
            return line in self.text(f"{container}.log")

        wait_until(written)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def rsyslog(tmp_path):
    running = Rsyslog(tmp_path)
    running.send_until_it_is_written("ready", "are you there?")
    yield running
    running.process.terminate()
    running.process.wait(30)


def test_a_real_rsyslog_writes_each_line_as_it_was(rsyslog):
    plain, as_json = line_of_the_service("plain"), line_of_the_service("json")
    for line in (plain, as_json):
        rsyslog.send("clustering-api-1", line)
    text = rsyslog.wait_for("clustering-api-1.log", as_json)
    assert text.splitlines() == [plain, as_json]
    long = "x" * 6000
    rsyslog.send("clustering-worker-1", long)
    assert rsyslog.wait_for("clustering-worker-1.log", long) == f"{long}\n"
    rsyslog.send("../clustering", "a name that leads elsewhere")
    rsyslog.send("clustering-api-1", "the last")
    rsyslog.wait_for("clustering-api-1.log", "the last")
    assert not (rsyslog.logs.parent / "clustering.log").exists()


def test_no_line_is_lost_when_its_log_is_turned(rsyslog):
    for number in range(50):
        rsyslog.send("clustering-api-1", f"line {number}")
        if number == 25:
            rsyslog.wait_for("clustering-api-1.log", "line 25")
            (rsyslog.logs / "clustering-api-1.log").rename(rsyslog.logs / "clustering-api-1.log.1")
            # What rsyslog-rotate of the package sends.
            rsyslog.process.send_signal(signal.SIGHUP)
    # It opens the new file when it comes to it.
    rsyslog.send_until_it_is_written("clustering-api-1", "the last")
    written = rsyslog.text("clustering-api-1.log.1") + rsyslog.text("clustering-api-1.log")
    lines = [line for line in written.splitlines() if line != "the last"]
    assert lines == [f"line {number}" for number in range(50)]


@pytest.mark.parametrize("name", ["clustering", "clustering-containers", "docker"])
def test_logrotate_reads_its_files_and_turns_a_log(name, tmp_path):
    text = (REPOSITORY / "deploy" / "logrotate" / name).read_text()
    (path,) = re.findall(r"^(/.+) \{$", text, re.MULTILINE)
    log = tmp_path / path.lstrip("/").replace("*", "a")
    log.parent.mkdir(parents=True)
    log.write_text("a line\n" * 10)
    # The group adm and root are Debian's; whoever runs the tests may not give files away.
    mine = text.replace(path, str(log)).replace("create 0640 root adm", "create 0640")
    (tmp_path / "conf").write_text(mine)
    command = ["/usr/sbin/logrotate", "--state", str(tmp_path / "state"), str(tmp_path / "conf")]
    checked = subprocess.run([*command, "-d"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "error" not in checked.stderr
    subprocess.run([*command, "--force"], check=True, capture_output=True)
    assert log.with_name(f"{log.name}.1").read_text() == "a line\n" * 10
    assert log.read_text() == ""
