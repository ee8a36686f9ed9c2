"""Where columns are cut: their quantiles and a uniform grid, or every value where there are few.

Up to 251 edges a column, from a fixed sample of rows. The uniform grid makes the bins of curves exact counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fiedler.explanation.code_kernels import cell_of
from fiedler.feature_columns import FeatureColumn

MOST_EDGES = 251
CURVE_BINS = 63
_QUANTILES = MOST_EDGES - CURVE_BINS - 1
# The curves show this much of a column, widened by a tenth; a few values far out would flatten the rest.
_BULK = (0.005, 0.995)
_WIDER = 0.1
_GRID_CELLS = 1_024


@dataclass(frozen=True, eq=False)
class CodedColumn:
    """One column's edges.

    Attributes
    ----------
    column : FeatureColumn
        Name, centre and scale: ``value = feature * scale + center``, in the column's own unit.
    edges : (e,) float32
        Ascending, in feature units; the code of x is the number of edges below x.
    least, most : (e + 1,) float32
        The range of values that a code stands for, equal where every value has its own code.
    curve_codes : (b + 1,) int64
        The i-th bin of a curve holds the codes from ``curve_codes[i]`` up to ``curve_codes[i + 1]``.
    curve_edges : (b + 1,) float64
        Where the bins lie, in the column's own unit.
    """

    column: FeatureColumn
    edges: NDArray[np.float32]
    least: NDArray[np.float32]
    most: NDArray[np.float32]
    curve_codes: NDArray[np.int64]
    curve_edges: NDArray[np.float64]

    @property
    def has_a_code_for_each_value(self) -> bool:
        """Whether the curve's bins are the column's few different values."""
        return len(self.curve_codes) == len(self.edges) + 2

    def in_unit(self, feature: float) -> float:
        """Return a feature value in the column's own unit."""
        return float(feature) * self.column.scale + self.column.center


def coded_column(column: FeatureColumn, sample: NDArray[np.float32]) -> CodedColumn:
    """Return the edges of one column from a sample (m,) of its feature values, NaN where missing."""
    values = np.sort(sample[np.isfinite(sample)])
    if not values.size:
        values = np.zeros(1, np.float32)
    distinct = values[np.append(True, values[1:] > values[:-1])]
    unit = distinct.astype(np.float64) * column.scale + column.center
    if distinct.size <= CURVE_BINS:
        edges = distinct[:-1]
        return CodedColumn(column, edges, distinct, distinct, np.arange(distinct.size + 1), _around(unit))
    low, high = _shown(values)
    largest = float(np.finfo(np.float32).max)
    grid = np.linspace(max(low, -largest), high, CURVE_BINS + 1).astype(np.float32)
    if distinct.size <= _QUANTILES:
        cuts = distinct[:-1]
    else:
        cuts = values[(np.arange(1, _QUANTILES + 1) * values.size) // (_QUANTILES + 1)]
    edges = np.unique(np.concatenate([cuts, grid]))
    curve_codes = np.searchsorted(edges, grid, side="left") + 1
    curve_edges = grid.astype(np.float64) * column.scale + column.center
    least, most = _ranges(distinct, edges)
    return CodedColumn(column, edges, least, most, curve_codes.astype(np.int64), curve_edges)


def _shown(values: NDArray[np.float32]) -> tuple[float, float]:
    """Return the range that curves show of ascending values."""
    low, high = (float(values[int(share * (values.size - 1))]) for share in _BULK)
    margin = _WIDER * (high - low)
    low, high = max(float(values[0]), low - margin), min(float(values[-1]), high + margin)
    if not low < high:
        low, high = float(values[0]), float(values[-1])
    # The first bin starts below its least value: bins hold what lies above their lower edge.
    return low - (high - low) / (64 * CURVE_BINS), high


def _ranges(
    distinct: NDArray[np.float32], edges: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the least and most of the ascending values of each code; its edges where there are none."""
    starts = np.searchsorted(distinct, edges, side="right")
    bounds = np.concatenate([[0], starts, [distinct.size]])
    held = bounds[1:] > bounds[:-1]
    lower = np.concatenate([edges[:1], edges])
    upper = np.concatenate([edges, edges[-1:]])
    least = np.where(held, distinct[np.minimum(bounds[:-1], distinct.size - 1)], lower)
    most = np.where(held, distinct[np.maximum(bounds[1:] - 1, 0)], upper)
    return least.astype(np.float32), most.astype(np.float32)


def _around(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the (b + 1,) edges half way between ascending values, as far outside the outer ones."""
    if values.size == 1:
        return np.array([values[0] - 0.5, values[0] + 0.5])
    middles = values[:-1] / 2 + values[1:] / 2
    return np.concatenate(
        [[2 * values[0] - middles[0]], middles, [2 * values[-1] - middles[-1]]], dtype=np.float64
    )


def search_tables(
    columns: Sequence[CodedColumn],
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32], NDArray[np.int16]]:
    """Return edges (d, 252), origins, cells per unit and edges before each cell, as the kernel reads them."""
    edges = np.full((len(columns), MOST_EDGES + 1), np.inf, np.float32)
    origins = np.zeros(len(columns), np.float32)
    cells_per_unit = np.zeros(len(columns), np.float32)
    firsts = np.zeros((len(columns), _GRID_CELLS + 1), np.int16)
    for j, column in enumerate(columns):
        own = column.edges
        edges[j, : own.size] = own
        if own.size > 1:
            # A tail far out would leave all other edges in one cell.
            low, high = own[0], own[int(0.99 * (own.size - 1))]
            with np.errstate(over="ignore", divide="ignore"):
                scale = np.float32((_GRID_CELLS - 2) / (np.float64(high) - np.float64(low)))
            origins[j] = low
            cells_per_unit[j] = scale if np.isfinite(scale) else 0.0
        cells = [cell_of(edge, origins[j], cells_per_unit[j], _GRID_CELLS) for edge in own]
        firsts[j, 1:] = np.cumsum(np.bincount(cells, minlength=_GRID_CELLS)) if cells else 0
    return edges, origins, cells_per_unit, firsts
