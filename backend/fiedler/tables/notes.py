"""What an import has to tell: every value it changed, dropped or filled, counted and named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Progress = Callable[[str, float, str], None]
"""Called with (stage, fraction of the whole import 0..1, message)."""


@dataclass(frozen=True, slots=True)
class Note:
    """One thing the owner of a table should know about how it was read.

    Parameters
    ----------
    code : str
        Stable and machine-readable, such as ``rows_cut``.
    message : str
        The same in words, with the values.
    column : str or None
        The column it is about; None: the table.
    count : int or None
        How many cells, rows or columns it concerns.
    """

    code: str
    message: str
    column: str | None = None
    count: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary without the empty entries."""
        values = {"code": self.code, "message": self.message, "column": self.column, "count": self.count}
        return {name: value for name, value in values.items() if value is not None}


def plural(count: int, noun: str, many: str | None = None) -> str:
    """Return ``count`` with its noun, such as ``1 row`` or ``1,372 rows``."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def quoted(values: list[str], limit: int = 4) -> str:
    """Return up to ``limit`` values in quotes, long ones shortened."""
    shown = [f"“{value if len(value) <= 40 else value[:39] + '…'}”" for value in values[:limit]]
    return ", ".join(shown) + (", …" if len(values) > limit else "")
