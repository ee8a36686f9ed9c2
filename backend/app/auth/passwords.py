"""Passwords: argon2id, never more than a few verifications at once."""

from __future__ import annotations

from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

_hasher = PasswordHash((Argon2Hasher(),))
# One verification takes 64 MiB; a flood of sign-ins must not take the machine's memory.
_at_once = BoundedSemaphore(2)


def hash_password(password: str) -> str:
    """Return the argon2id hash of ``password``."""
    with _at_once:
        return _hasher.hash(password)


def password_matches(password: str, password_hash: str | None) -> bool:
    """Return whether ``password`` belongs to ``password_hash``; None takes as long and is False."""
    with _at_once:
        if password_hash is None:
            _hasher.hash(password)
            return False
        return _hasher.verify(password, password_hash)
