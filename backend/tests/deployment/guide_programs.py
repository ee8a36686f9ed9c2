"""What docker-compose, docker, curl and npm do where tests run the guide's commands without an engine.

Called with one of those names first, with the settings of `test_guide` in the environment. Commands for a
container run on this machine, with the service and the PostgreSQL that the test started. What only an engine
can do is checked instead: by the real Compose's reading of the file, or against the Dockerfiles. Every call
is noted.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

PLACE = json.loads(os.environ["GUIDE_PLACE"])


def note(how: str, command: list[str]) -> None:
    """Write down whether a command ran or was checked."""
    with Path(PLACE["journal"]).open("a") as journal:
        journal.write(json.dumps([how, " ".join(command)]) + "\n")


def refuse(reason: str) -> None:
    """End as a program does that was called wrongly."""
    sys.exit(f"the guide calls it wrongly: {reason}")


def run(command: list[str], **environment: str) -> int:
    """Run a command as its container would, and return its status."""
    return subprocess.run(command, env={**os.environ, **environment}, check=False).returncode


def compose(arguments: list[str]) -> int:
    """Do what Compose would be asked to do."""
    flags, rest = _leading_options(arguments, {"-f", "--profile", "--env-file", "-p"})
    command, *words = rest or [""]
    if command in ("version", "--version") or flags == ["--version"]:
        print("Docker Compose version v2.40.3")
        return 0
    services = subprocess.run(
        [*PLACE["compose"], *flags, *_every_profile(), "config", "--services"],
        capture_output=True,
        text=True,
        check=False,
    )
    if services.returncode:
        refuse(services.stderr)
    known = set(services.stdout.split())
    if command in ("up", "build", "pull", "ps", "stop", "start", "restart", "down"):
        _check_words(words, known, {"--scale", "--wait-timeout", "-t", "--timeout"})
        note("checked", ["docker-compose", *arguments])
        return 0
    if command in ("exec", "run"):
        options, (service, *inside) = _leading_options(words, {"-e", "--env", "--entrypoint", "-u", "--user"})
        if service not in known:
            refuse(f"there is no service {service}")
        if "--entrypoint" in options:
            inside.insert(0, options[options.index("--entrypoint") + 1])
        note("ran" if service != "nginx" else "checked", ["docker-compose", *arguments])
        given = dict(option.split("=", 1) for option in options if "=" in option)
        return _inside(service, inside, given)
    if command == "logs":
        options, wanted = _leading_options(words, set())
        for service in wanted:
            if service not in known:
                refuse(f"there is no service {service}")
        for line in Path(PLACE["api_log"]).read_text().splitlines():
            print(f"api-1  | {line}")
        note("ran", ["docker-compose", *arguments])
        return 0
    refuse(f"Compose has no command {command!r} that this knows; add it to {__file__}")
    return 1


def _every_profile() -> list[str]:
    # Naming a service starts it, whatever its profile.
    return ["--profile", "*"]


def _leading_options(words: list[str], with_value: set[str]) -> tuple[list[str], list[str]]:
    options: list[str] = []
    rest = list(words)
    while rest and rest[0].startswith("-"):
        options.append(rest.pop(0))
        if options[-1] in with_value:
            options.append(rest.pop(0))
    return options, rest


def _check_words(words: list[str], known: set[str], with_value: set[str]) -> None:
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word in with_value:
            value = rest.pop(0)
            if word == "--scale" and value.partition("=")[0] not in known:
                refuse(f"there is no service {value}")
        elif not word.startswith("-") and word not in known:
            refuse(f"there is no service {word}")


def _inside(service: str, command: list[str], given: dict[str, str]) -> int:
    if service == "db":
        host = {
            "PGHOST": "127.0.0.1",
            "PGPORT": PLACE["postgres_port"],
            "PATH": f"{PLACE['postgres']}:{os.environ['PATH']}",
        }
        return run(command, **host)
    if service == "nginx":
        # A certificate needs a name of one's own: tests/deployment/test_certificates.py has one given.
        return 0 if command[0] in ("certbot", "nginx") else 1
    # /app of the container.
    paths = [word.replace("/app", PLACE["app"]) if word.startswith("/app") else word for word in command]
    paths = [sys.executable if word == "python" else word for word in paths]
    os.chdir(PLACE["backend"])
    if paths[:3] == ["timeout", "-s", "TERM"]:
        return _serve_until_it_answers(paths[4:], {**PLACE["service"], **given})
    return run(paths, **PLACE["service"], **given)


def _serve_until_it_answers(command: list[str], given: dict[str, str]) -> int:
    """Run an API server and end it when it has answered, not after the minute that the guide takes."""
    with subprocess.Popen(command, env={**os.environ, **given}) as server:
        deadline = time.monotonic() + 120
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{given['PORT']}/livez").close()
                break
            except OSError:
                if server.poll() is not None or time.monotonic() > deadline:
                    refuse(f"{command} does not serve")
                time.sleep(0.1)
        server.terminate()
    for path in (word for word in command if word.endswith(".stats")):
        if not Path(path).stat().st_size:
            refuse(f"{path} is empty")
        Path(path).unlink()
    return server.returncode


def docker(arguments: list[str]) -> int:
    """Do what Docker would be asked to do, as far as it can be checked without it."""
    command, *words = arguments
    if command == "compose":
        return compose(words)
    if command == "--version":
        print("Docker version 28.2.2")
    elif command == "build":
        context = Path(words[-1])
        if not (context / "Dockerfile").is_file():
            refuse(f"there is no {context}/Dockerfile")
    elif command == "network":
        shown = subprocess.run(
            [*PLACE["compose"], "config", "--format", "json"], capture_output=True, text=True, check=True
        )
        names = {network["name"] for network in json.loads(shown.stdout)["networks"].values()}
        if words[0] == "inspect" and words[1] not in names:
            refuse(f"there is no network {words[1]}, only {names}")
    elif command not in ("system", "image", "stats", "ps", "push", "pull", "tag", "login"):
        refuse(f"Docker has no command {command!r} that this knows; add it to {__file__}")
    note("checked", ["docker", *arguments])
    return 0


def curl(arguments: list[str]) -> int:
    """Call the real curl, with the ports of this test."""
    for guide, here in PLACE["addresses"].items():
        arguments = [word.replace(guide, here) for word in arguments]
    note("ran", ["curl", *arguments])
    return run([PLACE["curl"], *arguments])


def npm(arguments: list[str]) -> int:
    """Take note that npm was asked: what it audits is its registry's to know."""
    if arguments[0] != "audit":
        refuse(f"npm has no command {arguments[0]!r} that this knows; add it to {__file__}")
    note("checked", ["npm", *arguments])
    return 0


def kubectl(arguments: list[str]) -> int:
    """Check what is asked of a cluster by the manifests, which tests/deployment/test_kubernetes.py checks."""
    folder = Path("deploy/kubernetes")
    manifests = "".join(path.read_text() for path in folder.glob("*.yaml"))
    _, (command, *words) = _leading_options(arguments, {"-n"})
    if command == "apply" and not Path(words[-1]).exists():
        refuse(f"there is no {words[-1]}")
    elif command == "create" and words[0] == "secret":
        given = {word.removeprefix("--from-literal=").partition("=")[0] for word in words[3:]}
        wanted = re.findall(
            r"_FILE=/run/secrets/clustering/(\w+)$", (folder / "configuration.env").read_text(), re.M
        )
        if words[2] != "clustering-secrets" or given != set(wanted):
            refuse(f"the manifests want {wanted} of clustering-secrets")
    elif command in ("rollout", "logs", "delete", "exec", "wait"):
        for kind, name in re.findall(r"(deployment|job)/(\w+)", " ".join(words)):
            if f"kind: {kind.title()}\nmetadata:\n  name: {name}\n" not in manifests:
                refuse(f"there is no {kind} {name}")
    elif command not in ("apply", "create", "get"):
        refuse(f"kubectl has no command {command!r} that this knows; add it to {__file__}")
    note("checked", ["kubectl", *arguments])
    return 0


if __name__ == "__main__":
    programs = {"docker-compose": compose, "docker": docker, "curl": curl, "npm": npm, "kubectl": kubectl}
    sys.exit(programs[sys.argv[1]](sys.argv[2:]))
