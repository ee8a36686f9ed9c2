"""Numbers as people read them."""

from __future__ import annotations

import math

_MOST_DIGITS = 17
_SMALLEST_PLAIN = 1e-4
_LARGEST_PLAIN = 1e7


def simplest_between(low: float, high: float) -> float:
    """Return the number with the fewest significant digits near the middle of ``low < high``.

    Strictly between both when there is a float between them; else ``low``.
    """
    middle = low / 2 + high / 2
    for digits in range(1, _MOST_DIGITS + 1):
        rounded = float(f"{middle:.{digits}g}")
        if low < rounded < high:
            return rounded
    return low


def exact(value: float) -> str:
    """Return all digits that a float has, whole numbers without a point."""
    text = repr(float(value))
    return text[:-2] if text.endswith(".0") else text


def readable(value: float) -> str:
    """Return three significant digits, all digits of whole thousands, thousands apart: 0.0412, 52,310."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else str(value)
    magnitude = abs(value)
    if not _SMALLEST_PLAIN <= magnitude < _LARGEST_PLAIN:
        return f"{value:.3g}"
    decimals = max(0, 2 - math.floor(math.log10(magnitude)))
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: float) -> str:
    """Return a share as a percentage that is 0 or 100 only when exactly so."""
    if share in (0.0, 1.0):
        return f"{share:.0%}".replace("%", " %")
    value = 100 * share
    if value < 1:
        return "under 1 %"
    if value > 99:
        return "over 99 %"
    return f"{value:.0f} %"
