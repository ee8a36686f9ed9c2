"""``python -m app``: start the platform or a part of it, migrate, manage accounts, print contract and links.

API and worker are imported where they are started: neither process should carry the other.
"""

from __future__ import annotations

import json
import socket
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from app.auth.owner import owner_link
from app.database import get_database, init_db
from app.existing_database import existing_database
from app.launcher import Launcher, parts_of_the_platform
from app.logging import configure_logging
from app.settings import Settings, get_settings
from app.sweeps.commands import sweep
from app.users.commands import users
from app.users.token_commands import tokens

# Longer than a proxy keeps idle connections (nginx: 60 s): the other way round it would send a request into
# one that is just being closed, and could not send an upload again.
KEEP_ALIVE_SECONDS = 75
# For requests under way when the server closes; behind a load balancer uploads come to their end.
LAST_SECONDS, LAST_SECONDS_DRAINING = 5, 15

cli = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Fiedler: interactive spectral clustering."
)
cli.add_typer(users, name="users")
cli.add_typer(tokens, name="tokens")
cli.add_typer(sweep, name="sweep")


@cli.command()
def up() -> None:
    """Migrate, then run API and worker until interrupted; prints how to sign in."""
    settings = get_settings()
    _configure_logging()
    _check_port(settings)
    init_db(settings)
    link = owner_link(get_database(), settings)
    get_database().dispose()
    sys.stdout.write(f"\n  Fiedler is starting. Open\n\n    {link}\n\n")
    sys.stdout.flush()
    raise SystemExit(Launcher(parts_of_the_platform()).run())


@cli.command()
def api(
    *,
    migrate_first: Annotated[
        bool, typer.Option("--migrate", help="Bring the schema up to date first: for one server alone.")
    ] = False,
) -> None:
    """Run the API, and the built page if there is one."""
    import uvicorn

    from app.api import create_app
    from app.draining import DrainingServer

    settings = get_settings()
    if migrate_first:
        init_db(settings)
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        ws_max_size=1 << 16,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=LAST_SECONDS_DRAINING if settings.drain_seconds else LAST_SECONDS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    DrainingServer(config, app.state.drain, settings.drain_seconds).run()


@cli.command()
def worker() -> None:
    """Run a worker: it takes jobs and computes them in child processes."""
    from app.worker.entry import main

    _configure_logging()
    main()


@cli.command()
def migrate() -> None:
    """Bring the database's schema to its newest version."""
    _configure_logging()
    init_db()


@cli.command()
def openapi() -> None:
    """Print the API's contract as JSON."""
    from app.api import create_app

    # The contract depends on no setting; nothing is left in the data folder for it.
    with tempfile.TemporaryDirectory() as folder:
        document = create_app(Settings(_env_file=None, data_dir=Path(folder), database_url="")).openapi()
    sys.stdout.write(json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n")


@cli.command("login-link")
def login_link(
    username: Annotated[str | None, typer.Argument(help="Default: the first admin.")] = None,
) -> None:
    """Print a link that signs a user in once, for whoever lost the password."""
    database = existing_database()
    sys.stdout.write(owner_link(database, get_settings(), username=username, always=True) + "\n")


def _configure_logging() -> None:
    settings = get_settings()
    configure_logging(settings.log_level, settings.log_format)


def _check_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            sys.stderr.write(
                f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}. Stop what uses it, "
                f"or choose another: PORT={settings.port + 1} python -m app up\n"
            )
            raise SystemExit(1) from error
