"""Conditions on columns, and the rows that meet them: exact, on all rows."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler.explanation.coded_columns import CodedColumn
from fiedler.explanation.codes import CodedFeatures
from fiedler.explanation.numbers import exact, simplest_between

Gap = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Condition:
    """``column > above``, ``column <= up_to``, or both: a range.

    Attributes
    ----------
    column : int
        Number of the column.
    name : str
        Its name.
    above, up_to : float or None
        In the column's own unit, with no more digits than tell the rows apart; None where open.
    feature_above, feature_up_to : float or None
        The same in feature units, values of float32: rows are counted by them.
    """

    column: int
    name: str
    above: float | None
    up_to: float | None
    feature_above: float | None
    feature_up_to: float | None

    @property
    def text(self) -> str:
        """The condition as it is read, such as ``age > 42`` or ``30 < age ≤ 42``."""
        if self.above is None or self.up_to is None:
            sign, threshold = (">", self.above) if self.above is not None else ("≤", self.up_to)
            return f"{self.name} {sign} {exact(threshold or 0.0)}"
        return f"{exact(self.above)} < {self.name} ≤ {exact(self.up_to)}"

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary, with the ``text``."""
        return {**dataclasses.asdict(self), "text": self.text}


def condition(coded: CodedFeatures, column: int, low: Gap | None, high: Gap | None) -> Condition:
    """Return the condition whose thresholds lie between two neighbouring feature values each, or are open."""
    own = coded.columns[column]
    above, feature_above = _threshold(own, low) if low else (None, None)
    up_to, feature_up_to = _threshold(own, high) if high else (None, None)
    return Condition(column, own.column.name, above, up_to, feature_above, feature_up_to)


def _threshold(column: CodedColumn, gap: Gap) -> tuple[float, float]:
    """Return a threshold within a gap, in the column's own unit, and the float32 that splits alike."""
    # A table's value may lie half a step of float32 beside its feature: 4 where that reads 4.0000001.
    inner_low, inner_high = _halfway(gap[0], gap[1]), _halfway(gap[1], gap[0])
    ends = (inner_low, inner_high) if inner_low < inner_high else gap
    threshold = simplest_between(column.in_unit(ends[0]), column.in_unit(ends[1]))
    exact_feature = (threshold - column.column.center) / column.column.scale
    feature = np.float32(exact_feature)
    if feature > exact_feature:
        feature = np.nextafter(feature, np.float32(-np.inf))
    return threshold, float(feature) if gap[0] <= feature < gap[1] else gap[0]


def _halfway(value: float, towards: float) -> float:
    """Return the middle between a float32 and the next one on the way to another."""
    step = np.nextafter(np.float32(value), np.float32(towards))
    return (float(np.float32(value)) + float(step)) / 2


def met(coded: CodedFeatures, conditions: Sequence[Condition]) -> NDArray[np.bool_]:
    """Return (n,) whether each row meets all conditions; a missing cell meets none."""
    result = np.ones(coded.n_samples, dtype=np.bool_)
    for each in conditions:
        values = np.asarray(coded.features[:, each.column])
        if each.feature_above is not None:
            result &= values > np.float32(each.feature_above)
        if each.feature_up_to is not None:
            result &= values <= np.float32(each.feature_up_to)
        gaps = coded.missing.get(each.column)
        if gaps is not None:
            result &= ~gaps
    return result
