"""What the explanations refuse."""

from __future__ import annotations

from fiedler.errors import FiedlerError


class ExplanationError(FiedlerError, ValueError):
    """What is to be explained does not exist, or arrays that must belong together do not."""
