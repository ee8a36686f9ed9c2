"""Writing the audit log."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy.orm import Session

from app.audit.caller import caller
from app.audit.models import AuditEntry
from app.database import database_now
from app.users.models import User

Action = Literal[
    "signed_in",
    "sign_in_failed",
    "signed_out",
    "signed_out_everywhere",
    "session_reused",
    "registered",
    "account_linked",
    "password_changed",
    "password_reset",
    "reset_link_given",
    "invitation_given",
    "invitation_taken_back",
    "account_made",
    "role_changed",
    "account_disabled",
    "account_enabled",
    "account_erased",
    "quota_changed",
    "data_exported",
    "token_made",
    "token_revoked",
    "dataset_uploaded",
    "dataset_deleted",
    "run_deleted",
    "run_exported",
    "shared",
    "share_ended",
    "link_made",
    "link_ended",
    "link_opened",
]


def record(
    session: Session, action: Action, *, by: User | None, subject: object = None, **details: Any
) -> None:
    """Write down that ``by`` did ``action``, in the transaction of ``session`` that does it.

    Parameters
    ----------
    by
        Who did it; None for the command line, and for somebody who is not signed in.
    subject
        The row it was done to; it has its number already.
    details
        What else is worth knowing: JSON-safe, and never a secret.
    """
    here = caller.get()
    session.add(
        AuditEntry(
            at=database_now(session),
            user_id=by.id if by is not None else None,
            action=action,
            subject=_name(subject),
            details=details,
            address=here.address,
            request_id=here.request_id,
        )
    )


def _name(subject: Any) -> str | None:
    return None if subject is None else f"{type(subject).__name__.lower()}:{subject.id}"
