"""Results that a person reads: what a notebook shows of them is their text, not their arrays."""

from __future__ import annotations


class ToldInWords:
    """Base of dataclasses made with ``repr=False`` that say in ``__str__`` what they found."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return the text."""
        return str(self)
