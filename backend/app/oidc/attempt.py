"""One attempt to sign in by a provider: what the browser carries from its beginning to its end."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

import jwt

from app.auth.tokens import ISSUER, random_token
from app.settings import Settings

LIFETIME = timedelta(minutes=10)
# Not the audience of access tokens: neither passes for the other.
_AUDIENCE = "fiedler-oidc"
_OWN_ADDRESS = re.compile(r"^/(?![/\\])[^\x00-\x1f]*$")


@dataclass(frozen=True, slots=True)
class Attempt:
    """The secrets of an attempt (RFC 6749 state, OIDC nonce, RFC 7636 verifier), and where it leads to."""

    state: str
    nonce: str
    verifier: str
    to: str

    @classmethod
    def begin(cls, to: str | None) -> Attempt:
        """Return a new attempt; an address that is not of this site leads to the first page instead."""
        own = to if to and _OWN_ADDRESS.match(to) else "/"
        return cls(state=random_token(), nonce=random_token(), verifier=random_token(), to=own)

    def sealed(self, settings: Settings) -> str:
        """Return the attempt as a signed cookie."""
        now = datetime.now(UTC)
        claims = {"iss": ISSUER, "aud": _AUDIENCE, "iat": now, "exp": now + LIFETIME, **asdict(self)}
        return jwt.encode(claims, settings.signing_key(), algorithm=settings.algorithm)

    @classmethod
    def unsealed(cls, cookie: str | None, settings: Settings) -> Attempt | None:
        """Return the attempt in a cookie; None when it is missing, forged or too old."""
        try:
            claims = jwt.decode(
                cookie or "",
                settings.signing_key(),
                algorithms=[settings.algorithm],
                issuer=ISSUER,
                audience=_AUDIENCE,
                options={"require": ["exp", "iat", "aud", "iss"]},
            )
            return cls(**{name: claims[name] for name in cls.__dataclass_fields__})
        except (jwt.InvalidTokenError, KeyError):
            return None
