"""From views to one: the family that agrees with itself most, its best view, and another reading."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fiedler.consensus.agreement import support
from fiedler.consensus.results import Family

DIFFERENT_READING = 0.75
"""Views with a lower index than this read the data differently."""
STRONG_SHARE = 0.5
"""Of the chosen view's support, which another reading needs to be worth showing."""


@dataclass(frozen=True, slots=True)
class Choice:
    """``supports`` (v,) float64 within each view's family, and the numbers of two views."""

    supports: NDArray[np.float64]
    chosen: int
    alternative: int | None


def choose(
    agreement: NDArray[np.float64],
    families: list[Family],
    weights: NDArray[np.float64],
    eligible: NDArray[np.bool_],
) -> Choice:
    """Return the view to show first.

    Support is counted inside a family: views of one family share an idea of closeness, and where that idea
    fits the data its graphs and trees agree. Counted across families, the larger would always win.

    Parameters
    ----------
    agreement : (v, v) float64
        Adjusted Rand indices.
    families : list of v str
    weights : (v,) float64
        Of each view's vote, positive.
    eligible : (v,) bool
        Views that may be chosen; at least one.
    """
    supports = np.zeros(len(families))
    for family in sorted(set(families)):
        members = np.array([index for index, name in enumerate(families) if name == family])
        supports[members] = support(agreement[np.ix_(members, members)], weights[members])
    chosen = int(np.argmax(np.where(eligible, supports, -1.0)))
    return Choice(supports, chosen, other_reading(agreement, supports, eligible, chosen))


def other_reading(
    agreement: NDArray[np.float64], supports: NDArray[np.float64], eligible: NDArray[np.bool_], chosen: int
) -> int | None:
    """Return the best supported eligible view that differs from the chosen one, if its support is strong."""
    different = eligible & (agreement[chosen] < DIFFERENT_READING)
    if not different.any():
        return None
    other = int(np.argmax(np.where(different, supports, -1.0)))
    return other if supports[other] >= STRONG_SHARE * supports[chosen] else None
