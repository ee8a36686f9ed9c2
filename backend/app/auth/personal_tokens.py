"""Personal tokens: made by people, carried by their programs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.trail import record
from app.auth.models import PersonalToken
from app.auth.tokens import fingerprint, random_token
from app.database import Database, database_now
from app.users.models import User
from app.users.schemas import Scope

# Tells a token of ours to programs that look for leaked secrets, and from an access token to us.
PREFIX = "fiedler_"
# The last use is kept to the minute: a write at every request would be a high price for more.
_USE_PRECISION = timedelta(minutes=1)


def make_personal_token(
    session: Session,
    user: User,
    name: str,
    scopes: Iterable[Scope],
    days: int,
    by: User | None = None,
) -> tuple[PersonalToken, str]:
    """Return a new token as it is kept, and the token itself, which is kept nowhere.

    ``by`` is who makes it; None on the command line.
    """
    token = PREFIX + random_token()
    now = database_now(session)
    kept = PersonalToken(
        user_id=user.id,
        name=name.strip(),
        ending=token[-4:],
        sha256=fingerprint(token),
        scopes=sorted(set(scopes)),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    session.add(kept)
    session.flush()
    record(session, "token_made", by=by, subject=kept, scopes=kept.scopes, user_id=user.id)
    return kept, token


def revoke_personal_token(session: Session, kept: PersonalToken, by: User | None = None) -> None:
    """Take a token back; ``by`` as in `make_personal_token`."""
    record(session, "token_revoked", by=by, subject=kept, user_id=kept.user_id)
    session.delete(kept)


def use_personal_token(database: Database, token: str) -> tuple[PersonalToken, User] | None:
    """Return a token as it is kept and whose it is; None when it is unknown, expired or taken back."""
    with database.read() as session:
        kept = session.scalar(sa.select(PersonalToken).where(PersonalToken.sha256 == fingerprint(token)))
        now = database_now(session)
        if kept is None or kept.expires_at <= now:
            return None
        user = session.get_one(User, kept.user_id)
        if not user.is_active:
            return None
    if kept.last_used_at is None or now - kept.last_used_at > _USE_PRECISION:
        with database.write() as session:
            session.execute(
                sa.update(PersonalToken).where(PersonalToken.id == kept.id).values(last_used_at=now)
            )
    return kept, user


def personal_tokens_of(user: User) -> sa.Select[PersonalToken]:
    """Return the query for the tokens of ``user``, expired ones too."""
    return sa.select(PersonalToken).where(PersonalToken.user_id == user.id)
