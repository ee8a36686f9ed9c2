"""What is known about each column of a feature matrix; needs nothing that reads tables."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FeatureColumn:
    """One column of the feature matrix: its name and how its values were made (see `ColumnScale`)."""

    name: str
    n_missing: int
    n_infinite: int
    fill: float
    center: float
    scale: float


@dataclass(frozen=True, slots=True)
class FeatureFacts:
    """What the feature matrix holds and what was done to get it; ``notes`` say it in words."""

    n_samples: int
    columns: tuple[FeatureColumn, ...]
    notes: tuple[dict[str, str], ...]

    @property
    def names(self) -> list[str]:
        """Names of the columns, in the matrix' order."""
        return [column.name for column in self.columns]

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary that `from_dict` reads back."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> FeatureFacts:
        """Return the facts that `to_dict` wrote."""
        return cls(
            values["n_samples"],
            tuple(FeatureColumn(**column) for column in values["columns"]),
            tuple(values["notes"]),
        )
