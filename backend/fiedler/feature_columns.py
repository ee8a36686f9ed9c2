"""What is known about each column of a feature matrix; needs nothing that reads tables."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler.errors import InvalidFeaturesError
from fiedler.parameters import Imputation
from fiedler.scaling import ColumnScale, CommonScale


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
    """What the feature matrix holds and what was done to get it; ``notes`` say it in words.

    ``unasked_scaling`` says that nobody chose the scaling: the columns' own proportions may count as well.
    """

    n_samples: int
    columns: tuple[FeatureColumn, ...]
    notes: tuple[dict[str, str], ...]
    unasked_scaling: bool = False

    @property
    def units(self) -> NDArray[np.float64] | None:
        """(d,) units of the table's columns, 1 the largest, that each column of the matrix was divided by.

        None where the scaling was asked for.
        """
        if not self.unasked_scaling:
            return None
        scales = np.array([column.scale for column in self.columns])
        return np.asarray(scales / scales.max())

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
            # Artifacts of earlier versions do not tell; their consensus saw the scaled columns alone.
            values.get("unasked_scaling", False),
        )


def feature_facts(
    n_samples: int,
    scales: Mapping[str, ColumnScale],
    kept: Sequence[str],
    imputation: Imputation,
    common: CommonScale | None,
    *,
    unasked_scaling: bool = False,
) -> FeatureFacts:
    """Return what is to be told of features: the ``kept`` of all columns' scales, and notes."""
    return FeatureFacts(
        n_samples,
        tuple(_feature_column(name, scales[name]) for name in kept),
        (
            *_notes(scales, kept, n_samples, imputation),
            *([_common_scale_note(common, len(kept))] if common else ()),
        ),
        unasked_scaling,
    )


def kept_columns(scales: Mapping[str, ColumnScale]) -> list[str]:
    """Return the columns that are features: those with values, constant ones left out unless all are.

    Raises
    ------
    InvalidFeaturesError
        No column holds a finite value.
    """
    filled = [name for name, scale in scales.items() if not scale.is_empty]
    if not filled:
        raise InvalidFeaturesError(
            f"no finite number in {listed(list(scales))}; at least one column with numbers is required; "
            f"check how the table was read."
        )
    return [name for name in filled if not scales[name].is_constant] or filled[:1]


def _feature_column(name: str, scale: ColumnScale) -> FeatureColumn:
    return FeatureColumn(name, scale.n_missing, scale.n_infinite, scale.fill, scale.center, scale.scale)


def _notes(
    scales: Mapping[str, ColumnScale], kept: Sequence[str], n_samples: int, imputation: Imputation
) -> list[dict[str, str]]:
    notes = []
    empty = [name for name, scale in scales.items() if scale.is_empty]
    if empty:
        notes.append(_note("empty_columns", f"Left out, no value at all: {listed(empty)}."))
    constant = [name for name, scale in scales.items() if scale.is_constant and not scale.is_empty]
    if all(scales[name].is_constant for name in kept):
        notes.append(_note("all_constant", "Every column is constant: all rows are the same point."))
    elif constant:
        notes.append(_note("constant_columns", f"Left out, the same value everywhere: {listed(constant)}."))
    imputed = {name: scales[name].n_imputed for name in kept if scales[name].n_imputed}
    if imputed:
        cells = sum(imputed.values())
        columns = ", ".join(f"{name!r} {count:,}" for name, count in list(imputed.items())[:8])
        more = f" and {len(imputed) - 8} more columns" if len(imputed) > 8 else ""
        by = {"median": "the column's median", "mean": "the column's mean", "zero": "zero"}[imputation]
        share = 100 * cells / (n_samples * len(kept))
        notes.append(
            _note("imputed", f"{cells:,} missing cells ({share:.2g} %) filled with {by}: {columns}{more}.")
        )
    infinite = sum(scales[name].n_infinite for name in kept)
    if infinite:
        notes.append(_note("infinite", f"{infinite:,} of the filled cells were infinite."))
    return notes


def _common_scale_note(common: CommonScale, n_columns: int) -> dict[str, str]:
    return _note(
        "common_scale",
        f"{common.n_reaching} of {n_columns} columns reach from {common.low:g} to {common.high:g}, as "
        f"columns of one unit do: all were put on one scale, so that a column that varies little counts "
        f"little. Choose another scaling to give each column the same weight.",
    )


def _note(code: str, message: str) -> dict[str, str]:
    return {"code": code, "message": message}


def listed(names: Sequence[str], at_most: int = 8) -> str:
    """Return names quoted and separated by commas, the first few of many."""
    more = f" and {len(names) - at_most} more" if len(names) > at_most else ""
    return ", ".join(map(repr, names[:at_most])) + more
