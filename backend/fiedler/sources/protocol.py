"""What every kind of source offers: rows in order, from anywhere, as often as a pass needs them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from numpy.typing import NDArray

Batch = NDArray[Any]
"""(m, d) float32 or float64."""

# A batch holds about this many values, however many columns there are, and never fewer rows than these.
_BATCH_VALUES = 1 << 19
_LEAST_BATCH_ROWS = 1 << 10
_MOST_BATCH_ROWS = 1 << 16


class RowSource(Protocol):
    """Rows of numbers, too many to hold.

    A source that is sent to another process opens its files again there.
    """

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, all of them numeric."""
        ...

    @property
    def is_seekable(self) -> bool:
        """Whether reading may start at any row at no cost; if not, what comes before is read as well."""
        ...

    def batches(self, start: int, stop: int) -> Iterator[Batch]:
        """Yield rows ``start:stop`` in order as (m, d) float32 or float64 arrays of any length.

        NaN stands for a missing value. An array may be a view that must not be written to.

        Raises
        ------
        SourceError
            A part cannot be read.
        """
        ...


def batch_rows(n_columns: int) -> int:
    """Return how many rows of ``n_columns`` are read at a time."""
    return min(_MOST_BATCH_ROWS, max(_LEAST_BATCH_ROWS, _BATCH_VALUES // max(1, n_columns)))
