"""Signing in: accounts, passwords and tokens."""
