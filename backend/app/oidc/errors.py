"""How signing in by a provider fails; the page tells it by the code, for a browser comes by redirects."""

from __future__ import annotations

from app.errors import ServiceError


class ProviderMissingError(ServiceError):
    """No provider is set up here; OIDC_ISSUER names one."""

    status_code = 404
    code = "provider_missing"


class ProviderFailedError(ServiceError):
    """The provider does not answer, or not as the standard says."""

    status_code = 502
    code = "provider_failed"


class ProviderRefusedError(ServiceError):
    """The provider did not let this person in."""

    status_code = 403
    code = "provider_refused"


class AttemptExpiredError(ServiceError):
    """The sign-in was not begun in this browser, or took longer than ten minutes."""

    status_code = 400
    code = "attempt_expired"


class AccountUnknownError(ServiceError):
    """The provider knows this person, and no account here is theirs."""

    status_code = 403
    code = "account_unknown"


class AddressTakenError(ServiceError):
    """Another account here has the e-mail address of this person."""

    status_code = 409
    code = "address_taken"


class AccountDisabledError(ServiceError):
    """The account is disabled."""

    status_code = 403
    code = "account_disabled"
