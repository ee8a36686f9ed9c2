"""Two sets of rows compared column by column: effects, curves and a rule, most telling column first."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler.explanation.codes import CodedFeatures
from fiedler.explanation.curves import Curves, curves
from fiedler.explanation.cuts import CutSearch
from fiedler.explanation.effects import Effect, effect
from fiedler.explanation.rules import Rule, find_rule

# Columns told of, at most, and those among which the order is settled.
COLUMNS_TOLD = 12
_COLUMNS_WEIGHED = 64


@dataclass(frozen=True, slots=True)
class ColumnContrast:
    """One column of two sets of rows.

    Attributes
    ----------
    column : int
    name : str
    effect : Effect
    curves : Curves
    n_filled : int
        Cells of the whole column that were missing in the table and hold ``fill`` instead.
    fill : float
        In the column's own unit.
    """

    column: int
    name: str
    effect: Effect
    curves: Curves
    n_filled: int
    fill: float

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary."""
        return dataclasses.asdict(self)


@dataclass(frozen=True, slots=True)
class Contrast:
    """How two sets of rows differ.

    Attributes
    ----------
    columns : tuple of ColumnContrast
        By descending separation in steps of .01, ties by the standardised difference.
    n_columns : int
        Columns compared, of which ``columns`` are the first.
    rule : Rule or None
        None when no rule says more than "all rows".
    n_counted : int
        Rows that effects and curves were counted on; precision and recall are always of all rows.
    """

    columns: tuple[ColumnContrast, ...]
    n_columns: int
    rule: Rule | None
    n_counted: int

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary."""
        return {
            "columns": [column.to_dict() for column in self.columns],
            "n_columns": self.n_columns,
            "rule": self.rule.to_dict() if self.rule else None,
            "n_counted": self.n_counted,
        }


def contrast(
    coded: CodedFeatures,
    search: CutSearch,
    sides: NDArray[np.uint8],
    n_columns: int = COLUMNS_TOLD,
    outside: NDArray[np.float64] | None = None,
) -> Contrast:
    """Return how the rows inside a set differ from those outside.

    Parameters
    ----------
    coded : CodedFeatures
    search : CutSearch
        The rows counted.
    sides : (n,) uint8
        Of all rows: 1 inside, 0 outside, 2 not compared.
    n_columns : int
        Columns told of.
    outside : (d, 256) float64, optional
        Counts that effects and curves compare with, where these are not the rows outside.
    """
    told, ranked = contrast_columns(coded, search, n_columns, outside)
    comparable = search.n_inside > 0 and search.counts[1, 0].sum() > 0
    rule = find_rule(coded, search, ranked, sides) if comparable else None
    n_counted = int(np.count_nonzero(search.sides < 2))
    return Contrast(told, len(coded.columns), rule, n_counted)


def contrast_columns(
    coded: CodedFeatures,
    search: CutSearch,
    n_columns: int = COLUMNS_TOLD,
    outside: NDArray[np.float64] | None = None,
) -> tuple[tuple[ColumnContrast, ...], list[int]]:
    """Return the most telling columns, and the numbers of those weighed by rank; as in `contrast`."""
    inside = search.counts[0]
    outside = search.counts[1] if outside is None else outside
    separations = _separations(inside, outside)
    leading = np.argsort(-np.round(separations, 9), kind="stable")[: max(n_columns, _COLUMNS_WEIGHED)]
    effects = {int(j): effect(coded.columns[j], inside[j], outside[j]) for j in leading}
    ranked = sorted(effects, key=lambda j: _rank(j, effects[j]))
    told = tuple(
        ColumnContrast(
            column=j,
            name=coded.columns[j].column.name,
            effect=effects[j],
            curves=curves(coded.columns[j], inside[j], outside[j]),
            n_filled=coded.columns[j].column.n_missing + coded.columns[j].column.n_infinite,
            fill=coded.columns[j].column.fill,
        )
        for j in ranked[:n_columns]
    )
    return told, ranked


def _separations(inside: NDArray[np.float64], outside: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (d,) the separation of each column, as `effect` defines it."""
    steps = np.zeros((len(inside), inside.shape[1]))
    for counts, sign in ((inside, 1.0), (outside, -1.0)):
        present = counts[:, :-1]
        totals = np.maximum(present.sum(axis=1, keepdims=True), 1e-300)
        steps[:, 1:] += sign * present.cumsum(axis=1) / totals
    empty = (inside[:, :-1].sum(axis=1) == 0) | (outside[:, :-1].sum(axis=1) == 0)
    rises: NDArray[np.float64] = (steps - np.minimum.accumulate(steps, axis=1)).max(axis=1)
    rises[empty] = 0.0
    return rises


def _rank(column: int, found: Effect) -> tuple[float, float, int]:
    difference = abs(found.standardized_difference or 0.0)
    return -round(found.separation, 2), -round(difference, 6), column
