"""Sessions as their owner sees them: each is a chain of refresh tokens, and ends with all of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.auth.models import RefreshToken
from app.database import database_now
from app.users.models import User


@dataclass(frozen=True, slots=True)
class SignedInSession:
    """One browser that is signed in, and when, from where and by what program it was seen last."""

    id: str
    started_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str | None
    agent: str | None


def sessions_of(session: Session, user: User) -> list[SignedInSession]:
    """Return the sessions of ``user`` that go on, the one seen last first."""
    tokens = session.scalars(
        sa.select(RefreshToken)
        .where(RefreshToken.user_id == user.id, RefreshToken.revoked_at.is_(None))
        .order_by(RefreshToken.id)
    )
    chains: dict[str, list[RefreshToken]] = {}
    for token in tokens:
        chains.setdefault(token.family_id, []).append(token)
    now = database_now(session)
    found = [
        SignedInSession(
            id=name,
            started_at=chain[0].created_at,
            seen_at=chain[-1].created_at,
            expires_at=chain[-1].expires_at,
            address=chain[-1].address,
            agent=chain[-1].agent,
        )
        for name, chain in chains.items()
        if chain[-1].expires_at > now
    ]
    return sorted(found, key=lambda each: each.seen_at, reverse=True)


def goes_on(session_id: str) -> sa.ColumnElement[bool]:
    """Return the condition that a session has not been ended."""
    return sa.exists().where(RefreshToken.family_id == session_id, RefreshToken.revoked_at.is_(None))


def sessions_that_go_on(session: Session, session_ids: Collection[str]) -> set[str]:
    """Return those of some sessions that have not been ended."""
    going_on = sa.select(RefreshToken.family_id).where(
        RefreshToken.family_id.in_(session_ids), RefreshToken.revoked_at.is_(None)
    )
    return set(session.scalars(going_on))


def end_session(session: Session, session_id: str) -> None:
    """Make the refresh tokens of a session worthless, and with them its access tokens."""
    session.execute(
        sa.update(RefreshToken)
        .where(RefreshToken.family_id == session_id, RefreshToken.revoked_at.is_(None))
        .values(revoked_at=database_now(session))
    )
