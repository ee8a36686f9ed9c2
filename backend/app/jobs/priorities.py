"""Which job comes before which: tiers above all, a person's own wishes within them."""

from __future__ import annotations

from enum import IntEnum
from typing import Literal

Priority = Literal["low", "normal", "high", "top"]


class Tier(IntEnum):
    """A job of a higher tier is taken before any of a lower one, whoever asks.

    Within a tier users take turns (`app.jobs.turns`), and a user's own priority orders that user's jobs only:
    nobody gains anything over others by calling all of the own jobs urgent.
    """

    # What nobody waits for: the runs of a sweep, cuts ahead of the wish to see them.
    BACKGROUND = 1
    ORDINARY = 2
    # What an admin puts before everything.
    TOP = 3


LOW, NORMAL, HIGH = -1, 0, 1
_LEVELS: dict[Priority, int] = {"low": LOW, "normal": NORMAL, "high": HIGH, "top": HIGH}


def level(priority: Priority) -> int:
    """Return the number that orders a user's jobs; larger comes first."""
    return _LEVELS[priority]


def in_words(tier: int, priority: int) -> Priority:
    """Return what a user would have asked for to get this place."""
    if tier == Tier.TOP:
        return "top"
    return "low" if priority < NORMAL else "high" if priority > NORMAL else "normal"
