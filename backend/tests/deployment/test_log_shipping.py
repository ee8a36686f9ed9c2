"""Logs on their way to Loki or Elasticsearch, and their rotation: short of running them."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
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


@pytest.mark.parametrize("name", ["clustering", "docker"])
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
