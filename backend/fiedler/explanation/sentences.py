"""One plain sentence that says what sets a set of rows apart."""

from __future__ import annotations

from collections.abc import Sequence

from fiedler.explanation.contrast import ColumnContrast
from fiedler.explanation.numbers import percent, readable

# A column is worth a word from this separation on, clearly so from the second.
_WORTH_SAYING = 0.2
_CLEAR = 0.5
_COLUMNS_SAID = 3
# A delta from here on is a large effect (Romano et al. 2006); below, a middle range may say more.
_LARGE_DELTA = 0.474
_MANY_TIMES = 1.5
# Curves begin this part of their range below the least value.
_NO_WIDTH = 0.001


def sentence(columns: Sequence[ColumnContrast], others: str = "the rest") -> str:
    """Return what the leading columns say, such as "Higher night_share (0.61 against 0.2 for the rest)."."""
    said = [each for each in columns if each.effect.separation >= _WORTH_SAYING][:_COLUMNS_SAID]
    if not said:
        return f"No single column tells it from {others}; only columns taken together do."
    parts = [_phrase(each, others, first=not i) for i, each in enumerate(said)]
    text = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    # A column's name is never changed, not even its first letter.
    return f"{text[0].upper()}{text[1:]}." if text.startswith(("higher", "lower", "mostly")) else f"{text}."


def _phrase(contrast: ColumnContrast, others: str, *, first: bool) -> str:
    found, name = contrast.effect, contrast.name
    of_others = f" of {others}" if first else ""
    if abs(found.cliffs_delta) < _LARGE_DELTA or not found.inside_quartiles or not found.outside_quartiles:
        shares = percent(found.inside_share), percent(found.outside_share)
        return f"{name} {_range(*found.interval)} in {shares[0]} (against {shares[1]}{of_others})"
    own, other = found.inside_quartiles[1], found.outside_quartiles[1]
    against = f"{readable(own)} against {readable(other)}" + (f" for {others}" if first else "")
    prefix = "" if found.separation >= _CLEAR else "mostly "
    if _has_a_zero(contrast) and other > 0 and own >= _MANY_TIMES * other:
        return f"{prefix}{readable(round(own / other, 1))} times the {name} ({against})"
    return f"{prefix}{'higher' if found.cliffs_delta > 0 else 'lower'} {name} ({against})"


def _has_a_zero(contrast: ColumnContrast) -> bool:
    """Whether the column has no negative values, so that one may be twice another."""
    edges = contrast.curves.edges
    return edges[0] >= -_NO_WIDTH * (edges[-1] - edges[0]) and not contrast.curves.inside_beyond[0]


def _range(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"between {readable(low)} and {readable(high)}"
    if low is not None:
        return f"above {readable(low)}"
    return f"up to {readable(high)}" if high is not None else "of any value"
