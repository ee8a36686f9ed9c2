"""Making and reading tokens: signed access tokens, and random ones that are kept as SHA-256."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt

from app.settings import Settings
from app.users.models import User

ISSUER = "fiedler"
AUDIENCE = "fiedler-api"


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """What an access token says: who, which version of the user's tokens, and of which session it is."""

    user_id: int
    version: int
    session_id: str | None = None


def make_access_token(user: User, settings: Settings, session_id: str | None = None) -> str:
    """Return a signed token for ACCESS_TOKEN_EXPIRE_MINUTES that names ``user``, and its session if any."""
    now = datetime.now(UTC)
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(user.id),
        "ver": user.token_version,
        "sid": session_id,
        "jti": secrets.token_hex(8),
        "iat": now,
        "exp": now + timedelta(minutes=settings.access_token_expire_minutes),
    }
    return jwt.encode(claims, settings.signing_key(), algorithm=settings.algorithm)


def read_access_token(token: str, settings: Settings) -> AccessClaims | None:
    """Return what a token says, or None when it is not ours, damaged or expired."""
    try:
        claims = jwt.decode(
            token,
            settings.signing_key(),
            algorithms=[settings.algorithm],
            issuer=ISSUER,
            audience=AUDIENCE,
            options={"require": ["exp", "iat", "sub", "aud", "iss"]},
        )
        return AccessClaims(int(claims["sub"]), int(claims["ver"]), claims.get("sid"))
    except (jwt.InvalidTokenError, KeyError, ValueError):
        return None


def random_token() -> str:
    """Return 256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def fingerprint(token: str) -> str:
    """Return the SHA-256 under which a random token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def successor(token: str, settings: Settings) -> str:
    """Return the refresh token that follows ``token``.

    It is derived, not drawn: two tabs that refresh with the same token at once get the same successor,
    although only fingerprints are kept. Without the signing key nobody can derive it.
    """
    digest = hmac.digest(settings.signing_key().encode(), b"refresh:" + token.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
