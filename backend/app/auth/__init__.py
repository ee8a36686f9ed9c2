"""Signing in: accounts, passwords and tokens."""

from app.auth.accounts import create_user

__all__ = ["create_user"]
