"""Accounts from the command line: ``python -m app users …``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypeVar

import sqlalchemy as sa
import typer
from sqlalchemy.orm import Session

from app.auth.accounts import AccountError, add_account, checked_password_hash
from app.auth.owner import site_address
from app.auth.registration import give_reset_token
from app.errors import ServiceError
from app.existing_database import existing_database
from app.export.archive import write_archive
from app.export.contents import contents_of
from app.live.hints import open_hints
from app.retention.erasure import erase_user
from app.settings import get_settings
from app.storage.store import open_storage
from app.users.administration import replace_password, set_active, set_quota, set_role
from app.users.models import User
from app.users.schemas import Role

users = typer.Typer(no_args_is_help=True, help="List accounts, make them, and change what they may do.")
Result = TypeVar("Result")
Username = Annotated[str, typer.Argument(help="The user name or e-mail address.")]


@users.command("list")
def list_users() -> None:
    """Print every account, one a line."""
    row = "{:<24} {:<32} {:<7} {:<9} {}\n".format
    with existing_database().read() as session:
        sys.stdout.write(row("user name", "e-mail", "role", "state", "last sign-in"))
        for user in session.scalars(sa.select(User).order_by(User.username)):
            seen = user.last_login_at.isoformat(timespec="minutes") if user.last_login_at else "never"
            state = "active" if user.is_active else "disabled"
            sys.stdout.write(row(user.username, user.email or "", user.role, state, seen))


@users.command()
def create(
    username: Annotated[str, typer.Argument(help="Must not hold an @.")],
    email: Annotated[str, typer.Argument(help="The e-mail address.")],
    role: Annotated[Role, typer.Option(help="What the account may do.")] = "user",
) -> None:
    """Make an account; its password is asked for, or read from the first line of standard input."""
    database = existing_database()
    with refusals_as_messages():
        password_hash = checked_password_hash(_new_password())
        add_account(database, username, email, password_hash, role)
    sys.stdout.write(f"{username} can sign in, with the role {role}.\n")


@users.command()
def disable(username: Username) -> None:
    """Keep somebody out: every session ends, what the account owns stays."""
    _change(username, lambda session, user: set_active(session, user, is_active=False))
    sys.stdout.write(f"{username} can no longer sign in.\n")


@users.command()
def enable(username: Username) -> None:
    """Let somebody in again."""
    _change(username, lambda session, user: set_active(session, user, is_active=True))
    sys.stdout.write(f"{username} can sign in again.\n")


@users.command("make-admin")
def make_admin(username: Username) -> None:
    """Give somebody the role admin."""
    _change(username, lambda session, user: set_role(session, user, "admin"))
    sys.stdout.write(f"{username} is an admin.\n")


@users.command("set-quota")
def set_user_quota(
    username: Username,
    n_bytes: Annotated[str, typer.Argument(help="0: no bound; default: as USER_QUOTA_BYTES says.")],
) -> None:
    """Say how many bytes somebody may keep."""
    quota = None if n_bytes == "default" else int(n_bytes) if n_bytes.isdigit() else -1
    with refusals_as_messages():
        if quota is not None and quota < 0:
            raise AccountError(f"The quota is {n_bytes!r}; give bytes, 0 for no bound, or default.")
    _change(username, lambda session, user: set_quota(session, user, quota))
    sys.stdout.write(f"{username} has the quota {n_bytes}.\n")


@users.command()
def export(
    username: Username,
    path: Annotated[Path, typer.Argument(help="The zip file to write; must not exist.")],
) -> None:
    """Write all that is kept of somebody to a zip file: tables, runs, labels, rows of the database."""
    with refusals_as_messages(), existing_database().read() as session:
        user = user_named(session, username)
        try:
            # For the eyes of this machine's user alone.
            path.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            raise AccountError(f"{path} exists already; name another file.") from None
        contents = contents_of(session, user)
    # No transaction waits while the files are packed.
    with refusals_as_messages():
        manifest = write_archive(contents, open_storage(get_settings().store_location), path)
    sys.stdout.write(f"{path} holds {len(manifest['files'])} files; {len(manifest['missing'])} were gone.\n")


@users.command()
def erase(
    username: Username,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase an account with its tables, runs and files; nothing brings them back."""
    if not yes:
        typer.confirm(f"Erase {username} and everything the account owns?", abort=True)
    settings, database = get_settings(), existing_database()
    storage, hints = open_storage(settings.store_location), open_hints(settings, database)
    with refusals_as_messages(), database.write() as session:
        counts = erase_user(session, hints, storage, user_named(session, username))
    sys.stdout.write(f"{username} is erased, with {counts['datasets']} datasets and {counts['jobs']} jobs.\n")


@users.command("reset-password")
def reset_password(
    username: Username,
    link: Annotated[
        bool, typer.Option("--link", help="Print a link by which its owner sets it, within a day.")
    ] = False,
) -> None:
    """Set a new password, asked for or read from standard input; every session of the account ends."""
    if link:
        given = _change(username, give_reset_token)
        sys.stdout.write(f"{site_address(get_settings())}/reset-password?token={given}\n")
        return
    with refusals_as_messages():
        password_hash = checked_password_hash(_new_password())
    _change(username, lambda session, user: replace_password(session, user, password_hash))
    sys.stdout.write(f"{username} has a new password and is signed out everywhere.\n")


def user_named(session: Session, username: str) -> User:
    """Return the user of a name or an e-mail address; raise AccountError when there is none."""
    name = username.strip()
    user = session.scalar(sa.select(User).where(sa.or_(User.username == name, User.email == name.lower())))
    if user is None:
        raise AccountError(f"There is no account {username!r}; python -m app users list shows all.")
    return user


@contextmanager
def refusals_as_messages() -> Iterator[None]:
    """Print what is refused, without a traceback, and end the process."""
    try:
        yield
    except (AccountError, ServiceError) as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(1) from error


def _change(username: str, change: Callable[[Session, User], Result]) -> Result:
    with refusals_as_messages(), existing_database().write() as session:
        return change(session, user_named(session, username))


def _new_password() -> str:
    # Never an option: every user of the machine may read the arguments of a process.
    if sys.stdin.isatty():
        password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        return password
    return sys.stdin.readline().rstrip("\n")
