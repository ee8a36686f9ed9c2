"""Personal tokens from the command line: ``python -m app tokens …``."""

from __future__ import annotations

import sys
from typing import Annotated, cast, get_args

import typer

from app.auth.accounts import AccountError
from app.auth.models import PersonalToken
from app.auth.personal_tokens import make_personal_token, personal_tokens_of, revoke_personal_token
from app.existing_database import existing_database
from app.users.commands import Username, refusals_as_messages, user_named
from app.users.schemas import Scope

tokens = typer.Typer(no_args_is_help=True, help="Make tokens for programs, list them, take them back.")


@tokens.command("list")
def list_tokens(username: Username) -> None:
    """Print the personal tokens of an account, one a line."""
    row = "{:<6} {:<24} {:<8} {:<16} {:<12} {}\n".format
    with refusals_as_messages(), existing_database().read() as session:
        query = personal_tokens_of(user_named(session, username)).order_by(PersonalToken.id)
        sys.stdout.write(row("number", "name", "ending", "scopes", "expires", "last used"))
        for token in session.scalars(query):
            used = token.last_used_at.isoformat(timespec="minutes") if token.last_used_at else "never"
            expires = token.expires_at.date().isoformat()
            sys.stdout.write(row(token.id, token.name, token.ending, ",".join(token.scopes), expires, used))


@tokens.command()
def create(
    username: Username,
    name: Annotated[str, typer.Argument(help="What the token is for.")],
    scope: Annotated[list[str], typer.Option(help="read, write or admin; may be repeated.")],
    days: Annotated[int, typer.Option(min=1, max=366, help="Until it expires.")] = 90,
) -> None:
    """Make a token for an account's program and print it; it is never shown again."""
    with refusals_as_messages(), existing_database().write() as session:
        unknown = set(scope) - set(get_args(Scope))
        if unknown:
            raise AccountError(
                f"There is no scope {unknown.pop()!r}; there are {', '.join(get_args(Scope))}."
            )
        user = user_named(session, username)
        if "admin" in scope and user.role != "admin":
            raise AccountError(f"{username} has the role {user.role}; the scope admin needs the role admin.")
        _, token = make_personal_token(session, user, name, cast(list[Scope], scope), days)
    sys.stdout.write(token + "\n")


@tokens.command()
def revoke(number: Annotated[int, typer.Argument(help="As `tokens list` prints it.")]) -> None:
    """Take a token back; it opens nothing any more."""
    with refusals_as_messages(), existing_database().write() as session:
        token = session.get(PersonalToken, number)
        if token is None:
            raise AccountError(f"There is no personal token with the number {number}.")
        revoke_personal_token(session, token)
    sys.stdout.write(f"The token {token.name!r} opens nothing any more.\n")
