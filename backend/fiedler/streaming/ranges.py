"""Consecutive rows as units of work: what one thread or one worker does without asking anyone."""

from __future__ import annotations

from typing import NamedTuple


class RowRange(NamedTuple):
    """Rows ``start`` up to, not including, ``stop``."""

    start: int
    stop: int


def split_rows(n_rows: int, multiple: int, n_ranges: int) -> list[RowRange]:
    """Return at most ``n_ranges`` ranges that cover all rows and begin at multiples of ``multiple`` rows.

    The blocks inside ranges are the same for any number of ranges, and with them the result.
    """
    n_blocks = -(-n_rows // multiple)
    blocks_each = max(1, -(-n_blocks // max(1, n_ranges)))
    step = blocks_each * multiple
    return [RowRange(start, min(n_rows, start + step)) for start in range(0, n_rows, step)]
