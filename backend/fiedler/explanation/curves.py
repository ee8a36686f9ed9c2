"""Histograms and density curves of a column, of two sets of rows over the same bins."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler.explanation.coded_columns import CodedColumn

# Silverman's factor; the width falls with the fifth root of the number of rows.
_SILVERMAN = 0.9
_QUARTILES_PER_DEVIATION = 1.3489795003921634


@dataclass(frozen=True, slots=True)
class Curves:
    """One column of the rows inside a set and of those outside, over common bins.

    Attributes
    ----------
    edges : list of float
        (b + 1) ascending, in the column's own unit.
    inside, outside : list of float
        (b) rows in each bin: whole numbers unless rows were sampled. A bin holds what lies above its first
        edge and up to its second.
    inside_density, outside_density : list of float
        (b) smoothed density, per unit of the column; the area under it is the share of rows shown.
    inside_beyond, outside_beyond : tuple of two float
        Rows below the first and above the last edge.
    """

    edges: list[float]
    inside: list[float]
    outside: list[float]
    inside_density: list[float]
    outside_density: list[float]
    inside_beyond: tuple[float, float]
    outside_beyond: tuple[float, float]

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary."""
        return dataclasses.asdict(self)


def curves(coded: CodedColumn, inside: NDArray[np.float64], outside: NDArray[np.float64]) -> Curves:
    """Return the curves of one column from its (256,) counts inside and outside."""
    own, own_beyond = _binned(coded, inside)
    other, other_beyond = _binned(coded, outside)
    return Curves(
        edges=coded.curve_edges.tolist(),
        inside=own.tolist(),
        outside=other.tolist(),
        inside_density=_density(own, sum(own_beyond), coded).tolist(),
        outside_density=_density(other, sum(other_beyond), coded).tolist(),
        inside_beyond=own_beyond,
        outside_beyond=other_beyond,
    )


def _binned(
    coded: CodedColumn, counts: NDArray[np.float64]
) -> tuple[NDArray[np.float64], tuple[float, float]]:
    n_codes = len(coded.edges) + 1
    reached = np.concatenate([[0.0], np.cumsum(counts[:n_codes])])
    at = reached[coded.curve_codes]
    return np.diff(at), (float(at[0]), float(reached[-1] - at[-1]))


def _density(counts: NDArray[np.float64], beyond: float, coded: CodedColumn) -> NDArray[np.float64]:
    """Return the counts as density, smoothed by Silverman's rule where bins are steps of a continuous column.

    References
    ----------
    Silverman (1986), "Density estimation for statistics and data analysis", equation 3.31.
    """
    shown = float(counts.sum())
    total = shown + beyond
    widths = np.diff(coded.curve_edges)
    if not shown:
        return np.zeros_like(counts)
    if not coded.has_a_code_for_each_value:
        counts = _smoothed(counts, shown)
    # A column of huge values, or one whose edges fell together in its own unit.
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        density = counts / total / widths
    return np.where(np.isfinite(density), density, 0.0)


def _smoothed(counts: NDArray[np.float64], shown: float) -> NDArray[np.float64]:
    """Return the counts blurred over neighbouring bins, their sum kept."""
    n_bins = len(counts)
    reached = np.cumsum(counts)
    positions = np.arange(n_bins)
    first, third = np.searchsorted(reached, [0.25 * shown, 0.75 * shown])
    mean = float(positions @ counts) / shown
    deviation = float(np.sqrt(((positions - mean) ** 2) @ counts / shown))
    robust = float(third - first) / _QUARTILES_PER_DEVIATION
    spread = min(deviation, robust) if robust > 0 else deviation
    width = max(_SILVERMAN * spread * shown**-0.2, 0.7)
    kernel = np.exp(-0.5 * ((positions[:, None] - positions) / width) ** 2)
    kernel /= kernel.sum(axis=0)
    smoothed: NDArray[np.float64] = kernel @ counts
    return smoothed
