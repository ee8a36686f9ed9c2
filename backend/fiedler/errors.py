"""Errors the engine raises: one base class, each also the built-in a caller expects."""

from __future__ import annotations


class FiedlerError(Exception):
    """Base class of every error the engine raises on purpose."""


class InvalidFeaturesError(FiedlerError, ValueError):
    """The feature matrix cannot be clustered: its shape, dtype or a value is refused."""


class TooFewRowsError(InvalidFeaturesError):
    """There are fewer rows than the request needs."""


class MemoryBoundError(FiedlerError, MemoryError):
    """The work is forecast to need more memory than it may use."""


class InvalidGraphError(FiedlerError, ValueError):
    """An affinity or distance matrix is not symmetric, negative somewhere or of the wrong shape."""


class ArtifactError(FiedlerError, RuntimeError):
    """A stored artifact is missing or was written by another version of the engine."""


class SourceError(FiedlerError, ValueError):
    """Rows cannot be read where they were said to be: a part is missing, damaged or unlike the others."""


class TableError(FiedlerError, ValueError):
    """A table could not be read; carries a stable code and what to try.

    Parameters
    ----------
    code : str
        Stable and machine-readable, such as ``empty_file``.
    message : str
        What was found and what is required.
    remedy : str
        What to try.
    """

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.code = code
        self.message = message
        self.remedy = remedy
