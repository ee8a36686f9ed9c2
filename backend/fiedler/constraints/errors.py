"""Errors about constraints."""

from __future__ import annotations

from fiedler.errors import FiedlerError


class ConstraintError(FiedlerError, ValueError):
    """Constraints name a row that does not exist, say nothing, or cannot be read."""


class ContradictoryConstraintsError(ConstraintError):
    """Rows that must be apart also have to be together, whatever the number of clusters.

    Parameters
    ----------
    message : str
        What was found, what is required, what to try.
    rows : tuple of int
        The rows of the contradiction: from one that must be apart to the other, along must-links.
    """

    def __init__(self, message: str, rows: tuple[int, ...]) -> None:
        super().__init__(message)
        self.rows = rows
