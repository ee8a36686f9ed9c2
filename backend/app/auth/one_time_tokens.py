"""Tokens that work once: given out, found again, used up."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.auth.models import OneTimeToken
from app.auth.tokens import fingerprint, random_token
from app.database import database_now


def give(session: Session, user_id: int, purpose: str, lifetime: timedelta, *, note: str = "") -> str:
    """Return a new token for a user; ``purpose`` as in `OneTimeToken`.

    ``note`` can be read in the token by `note_of`; as only the hash of both is kept, nobody can change it.
    """
    token = f"{random_token()}.{note}" if note else random_token()
    now = database_now(session)
    session.add(
        OneTimeToken(
            user_id=user_id,
            purpose=purpose,
            sha256=fingerprint(token),
            created_at=now,
            expires_at=now + lifetime,
        )
    )
    return token


def note_of(token: str) -> str | None:
    """Return what was noted in a token when it was given; believe it of a token that was found alone."""
    return token.partition(".")[2] or None


def find(session: Session, token: str, purpose: str) -> OneTimeToken | None:
    """Return the kept token with this purpose, used or not; None when it was never given out."""
    return session.scalar(
        sa.select(OneTimeToken).where(
            OneTimeToken.sha256 == fingerprint(token), OneTimeToken.purpose == purpose
        )
    )


def use(session: Session, kept: OneTimeToken) -> bool:
    """Mark a token as used; False when someone was quicker, or it has expired."""
    now = database_now(session)
    used = session.execute(
        sa.update(OneTimeToken)
        .where(OneTimeToken.id == kept.id, OneTimeToken.used_at.is_(None), OneTimeToken.expires_at > now)
        .values(used_at=now)
        .returning(OneTimeToken.id)
    )
    return used.first() is not None
