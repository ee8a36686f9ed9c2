"""Every fenced block of docs/operations is executed, or checked by the program that would read it.

Commands for containers run as `guide_programs` says. The summary of the test run lists what ran and what was
only checked.
"""

import json
import os
import pty
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import yaml
from free_port import free_port
from postgresql import programs
from redis_server import RedisServer
from s3_server import S3Server
from stack import REPOSITORY, compose_program

from app.database import BACKEND
from app.settings import Settings

GUIDE = REPOSITORY / "docs" / "operations"
PROGRAMS = Path(__file__).with_name("guide_programs.py")
SECONDS = 180
SECRET = "0123456789abcdef" * 4
# What the scripts need of a checkout.
COPIED = (
    "scripts",
    "nginx",
    "monitoring",
    "deploy",
    "backend/Dockerfile",
    "frontend/Dockerfile",
    "frontend/package.json",
)


# A page may look for what is not there, which is no failure.
LOOKING = 'grep() { command grep "$@" || [ $? -eq 1 ]; }'


@dataclass(frozen=True)
class Block:
    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks() -> list[Block]:
    found = []
    for page in sorted(GUIDE.rglob("*.md")):
        text = page.read_text()
        for fence in re.finditer(r"^( *)```(\w*)\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL):
            line = text.count("\n", 0, fence.start()) + 1
            found.append(Block(str(page.relative_to(GUIDE)), line, fence[2], fence[3]))
    return found


def of(*languages: str) -> list[Block]:
    return [block for block in blocks() if block.language in languages]


@dataclass(frozen=True)
class Place:
    """A copy of the checkout, and the environment in which the guide's commands are run in it."""

    checkout: Path
    environment: dict[str, str]
    journal: Path


@pytest.fixture(scope="module")
def place(postgres_server, tmp_path_factory):
    folder = tmp_path_factory.mktemp("guide")
    checkout, app = folder / "clustering", folder / "app"
    overrides = [path.name for path in REPOSITORY.glob("docker-compose.*.yml")]
    for name in (*COPIED, "docker-compose.yml", *overrides, ".env.example", "Makefile"):
        source, target = REPOSITORY / name, checkout / name
        target.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, target)
    for part in ("data/artifacts", "uploads"):
        (app / part).mkdir(parents=True)
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE ROLE cluster_user SUPERUSER LOGIN")
        connection.execute("CREATE DATABASE clustering_db OWNER cluster_user")
    with ExitStack() as stack:
        redis = RedisServer("a-password")
        stack.callback(redis.remove)
        bucket = S3Server()
        stack.callback(bucket.kill)
        bucket.make_bucket("your-backup-bucket")
        port = free_port()
        service = {
            "DATA_DIR": str(app / "data"),
            "UPLOAD_PATH": str(app / "uploads"),
            "DATABASE_URL": f"postgresql://cluster_user@127.0.0.1:{postgres_server.port}/clustering_db",
            "JWT_SECRET": SECRET,
            "PYTHONPATH": str(BACKEND),
        }
        log = stack.enter_context((folder / "api.log").open("w"))
        api = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-m", "app", "api", "--migrate"],
                cwd=BACKEND,
                env={**os.environ, **service, "PORT": str(port)},
                stdout=log,
                stderr=log,
            )
        )
        stack.callback(api.terminate)
        wait_for(f"http://127.0.0.1:{port}/livez")
        (folder / "meminfo").write_text("MemTotal: 16384000 kB\n")
        shims = folder / "bin"
        shims.mkdir()
        for name in ("docker", "docker-compose", "curl", "npm", "kubectl"):
            (shims / name).write_text(f'#!/bin/sh\nexec {sys.executable} {PROGRAMS} {name} "$@"\n')
            (shims / name).chmod(0o755)
        told = {
            "journal": str(folder / "journal"),
            "compose": [str(compose_program()), "--project-directory", str(checkout)],
            "api_log": str(folder / "api.log"),
            "app": str(app),
            "backend": str(BACKEND),
            "postgres": str(programs()),
            "postgres_port": str(postgres_server.port),
            "service": service,
            "curl": shutil.which("curl") or "",
            "addresses": {"localhost:8000": f"127.0.0.1:{port}"},
        }
        environment = {
            "PATH": f"{shims}:{os.environ['PATH']}",
            "HOME": str(folder),
            "GUIDE_PLACE": json.dumps(told),
            "API_PORT": str(port),
            "DB_HOST_PORT": str(postgres_server.port),
            "REDIS_HOST_PORT": str(redis.port),
            "SERVICES": "api db redis",
            "BACKUP_S3_ENDPOINT_URL": bucket.url,
            "AWS_ACCESS_KEY_ID": "an-access-key",
            "AWS_SECRET_ACCESS_KEY": "the secret of a bucket",
            "PREFLIGHT_MEMINFO": str(folder / "meminfo"),
            "POSTGRES_PASSWORD": "p0stgres",
            "REDIS_PASSWORD": "r3dis",
            "JWT_SECRET": SECRET,
        }
        yield Place(checkout, environment, folder / "journal")
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE clustering_db WITH (FORCE)")
        connection.execute("DROP ROLE cluster_user")


def wait_for(address: str) -> None:
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            urllib.request.urlopen(address).close()
            return
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def shell(place: Place, text: str) -> tuple[int, str]:
    """Run commands as somebody at a terminal would who says yes; stop at the first that fails."""
    terminal, keyboard = pty.openpty()
    os.write(terminal, b"yes\n" * 4)
    with subprocess.Popen(
        ["bash", "-e", "-c", text],
        cwd=place.checkout,
        env=place.environment,
        stdin=keyboard,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        said, _ = process.communicate(timeout=SECONDS)
    os.close(keyboard)
    os.close(terminal)
    return process.returncode, said


@pytest.mark.parametrize("block", of("bash"), ids=str)
def test_commands_run(block, place, guide_report):
    place.journal.write_text("")
    status, said = shell(place, f"{LOOKING}\n{block.text}")
    calls = [json.loads(line) for line in place.journal.read_text().splitlines()]
    guide_report.append((str(block), calls))
    assert status == 0, said


def test_what_is_counted_in_the_log_are_the_requests(place):
    """The lines of deployment.md, "Looking around": times in order, each request counted once."""
    count = 'docker-compose logs api | grep -o "GET\\|POST\\|PUT\\|DELETE" | sort | uniq -c'
    times = "docker-compose logs api | grep \"INFO.*ms\" | awk '{print $NF}' | sort -n"
    errors = 'docker-compose logs api | grep -i "error\\|exception\\|failed" | wc -l'
    looking = (GUIDE / "deployment.md").read_text()
    assert all(command.removesuffix(" | wc -l") in looking for command in (count, times, errors))

    def counted() -> dict[str, int]:
        return {word: int(number) for number, word in map(str.split, shell(place, count)[1].splitlines())}

    before, n_errors = counted(), int(shell(place, errors)[1])
    ask = "curl -s -o /dev/null localhost:8000/api/v1"
    for request in ("version", "version", "version", "auth/login -d {}", "runs/1 -X DELETE"):
        shell(place, f"{ask}/{request}")
    after = counted()
    made = {word: after[word] - before.get(word, 0) for word in ("GET", "POST", "DELETE")}
    assert made == {"GET": 3, "POST": 1, "DELETE": 1}
    lines = shell(place, times)[1].split()
    milliseconds = [float(line.removesuffix("ms")) for line in lines]
    assert len(milliseconds) >= 5
    assert milliseconds == sorted(milliseconds)
    assert int(shell(place, errors)[1]) == n_errors, "what people get wrong is no error of the service"


def test_expressions_are_promqls(tmp_path):
    rules = [{"record": f"page:{n}", "expr": block.text} for n, block in enumerate(of("promql"))]
    assert len(rules) > 10
    path = tmp_path / "rules.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "guide", "rules": rules}]}))
    done = subprocess.run(
        ["promtool", "check", "rules", str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("block", of("cron"), ids=str)
def test_timetables_name_scripts_that_are_there(block):
    for line in block.text.splitlines():
        fields = line.split(maxsplit=5)
        assert all(re.fullmatch(r"[\d*/,-]+", field) for field in fields[:5]), line
        for script in re.findall(r"scripts/\w+\.sh", fields[5]):
            assert os.access(REPOSITORY / script, os.X_OK), line


@pytest.mark.parametrize("block", of("log"), ids=str)
def test_lines_of_the_log_end_in_their_milliseconds(block):
    for line in block.text.splitlines():
        assert re.fullmatch(
            r"[\dT:.-]+Z INFO (GET|POST|PUT|PATCH|DELETE) \S+ status=\d+ .*\d+\.\dms", line
        ), line


@pytest.mark.parametrize("block", of("env"), ids=str)
def test_settings_are_those_of_the_service_of_nginx_or_of_the_scripts(block):
    given = dict(line.split("=", 1) for line in block.text.splitlines() if not line.startswith("#"))
    start = (REPOSITORY / "nginx" / "start.sh").read_text()
    example = (REPOSITORY / ".env.example").read_text()
    for name in given:
        documented = re.search(rf"^#? ?{name}=", example, re.MULTILINE)
        assert documented or name.lower() in Settings.model_fields or re.search(rf"\$\{{?{name}\b", start), (
            name
        )
    Settings(_env_file=None, **{name.lower(): value for name, value in given.items()})


def test_no_block_is_left_out():
    known = {"bash", "promql", "cron", "log", "env"}
    assert [str(block) for block in blocks() if block.language not in known] == [], "say how it is checked"
