"""Text as people type it."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator


def _without_nul(text: str) -> str:
    # PostgreSQL cannot keep it, and SQLite cuts what it shows there.
    if "\x00" in text:
        raise ValueError("the character U+0000 is not allowed")
    return text


PlainText = Annotated[str, AfterValidator(_without_nul)]
