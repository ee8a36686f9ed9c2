"""Errors about edits and comparisons of partitions."""

from __future__ import annotations

from fiedler.errors import FiedlerError


class EditError(FiedlerError, ValueError):
    """An edit names a cluster or row that does not exist, changes nothing, or cannot be read."""


class ComparisonError(FiedlerError, ValueError):
    """Two partitions cannot be compared: they are of different tables or share no row."""
