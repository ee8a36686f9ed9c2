"""Talking to the provider: OpenID Connect Core 1.0, the code flow with PKCE (RFC 7636)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from app.oidc.attempt import Attempt
from app.oidc.errors import ProviderFailedError
from app.settings import Settings

CALLBACK_PATH = "/api/v1/auth/oidc/callback"
TIMEOUT_SECONDS = 10
LEEWAY_SECONDS = 60
# Signatures that only the provider can make; never `none`, nor a shared secret.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What the provider says about a person; ``email`` only if the provider has verified it."""

    issuer: str
    subject: str
    username: str | None
    email: str | None


class Provider:
    """The provider that OIDC_ISSUER names."""

    def __init__(self, settings: Settings, address: str) -> None:
        self._issuer = settings.oidc_issuer
        self._client_id = settings.oidc_client_id
        self._client_secret = settings.oidc_client_secret
        self._redirect_uri = address + CALLBACK_PATH

    def authorization_address(self, attempt: Attempt) -> str:
        """Return where the browser has to go.

        Raises
        ------
        ProviderFailedError
            The provider does not tell, or is not the one that OIDC_ISSUER names.
        """
        with self._session() as session:
            address, _ = session.create_authorization_url(
                self._document(session)["authorization_endpoint"],
                state=attempt.state,
                nonce=attempt.nonce,
                code_verifier=attempt.verifier,
            )
            return str(address)

    def claims(self, code: str, attempt: Attempt) -> Claims:
        """Return who has signed in, for the code with which the browser came back.

        Raises
        ------
        ProviderFailedError
            The code is not worth a token, or the token is not of this provider, client and attempt.
        """
        with self._session() as session:
            document = self._document(session)
            token = session.fetch_token(
                document["token_endpoint"], code=code, code_verifier=attempt.verifier, timeout=TIMEOUT_SECONDS
            )
            keys = KeySet.import_key_set(
                cast(KeySetSerialization, _json(session.get(document["jwks_uri"], **_PLAIN)))
            )
            told = self._checked(token["id_token"], keys, attempt)
            if "userinfo_endpoint" in document:
                more = _json(session.get(document["userinfo_endpoint"], timeout=TIMEOUT_SECONDS))
                if more.get("sub") != told["sub"]:
                    raise ProviderFailedError("The provider's answers are about two different persons.")
                told = {**more, **told}
            email = told.get("email") if told.get("email_verified") is True else None
            return Claims(self._issuer, str(told["sub"]), told.get("preferred_username"), email)

    def _checked(self, id_token: str, keys: KeySet, attempt: Attempt) -> dict[str, Any]:
        """Return the claims of an ID token that is ours (OpenID Connect Core 1.0, section 3.1.3.7)."""
        token = jwt.decode(id_token, keys, algorithms=ALGORITHMS)
        jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._client_id},
            nonce={"essential": True, "value": attempt.nonce},
            sub={"essential": True},
            exp={"essential": True},
        ).validate(token.claims)
        if token.claims.get("azp", self._client_id) != self._client_id:
            raise ProviderFailedError("The provider's token is for another program.")
        return dict(token.claims)

    def _document(self, session: OAuth2Session) -> dict[str, Any]:
        """Return what the provider says about itself (OpenID Connect Discovery 1.0)."""
        address = self._issuer.rstrip("/") + "/.well-known/openid-configuration"
        document = _json(session.get(address, **_PLAIN))
        if document["issuer"] != self._issuer:
            raise ProviderFailedError(
                f"The provider calls itself {document['issuer']!r}, and OIDC_ISSUER is {self._issuer!r}.",
                remedy="Set OIDC_ISSUER to exactly what the provider says.",
            )
        methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if "client_secret_basic" not in methods:
            session.token_endpoint_auth_method = "client_secret_post"  # noqa: S105 - the method's name
        return document

    @contextmanager
    def _session(self) -> Iterator[OAuth2Session]:
        session = OAuth2Session(
            self._client_id,
            self._client_secret,
            scope="openid profile email",
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
        )
        try:
            with session:
                yield session
        except (requests.RequestException, AuthlibBaseError, JoseError) as error:
            raise ProviderFailedError(f"The provider failed: {type(error).__name__}.") from error
        except (KeyError, TypeError, ValueError) as error:
            raise ProviderFailedError("The provider's answer lacks what the standard asks for.") from error


# For what is public: sent without a token.
_PLAIN = {"withhold_token": True, "timeout": TIMEOUT_SECONDS}


def _json(response: requests.Response) -> dict[str, Any]:
    response.raise_for_status()
    return dict(response.json())
