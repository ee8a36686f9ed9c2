"""What each column says about a row that lies between two clusters."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fiedler.explanation.code_kernels import count_codes
from fiedler.explanation.codes import CodedFeatures
from fiedler.explanation.effects import effect, pooled_deviation
from fiedler.explanation.members import ClusterMembers

# Rows of each of two clusters that say what is usual in it.
USUAL_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Pull:
    """What one column says about a row between two clusters.

    Attributes
    ----------
    column : int
    name : str
    value : float or None
        Of the row, in the column's own unit; None where it was missing.
    own_median, other_median : float
        Of the row's cluster and of the other one (of up to 5,000 rows of each).
    own_percentile, other_percentile : float
        Share of each cluster's rows below the value, in [0, 1]; rows with an equal value count half.
    pull : float
        How much nearer the value is to the other cluster's median than to its own, over the pooled robust
        deviation of both; negative where it holds the row in its cluster.
    """

    column: int
    name: str
    value: float | None
    own_median: float
    other_median: float
    own_percentile: float
    other_percentile: float
    pull: float


def pulls(coded: CodedFeatures, members: ClusterMembers, row: int, other: int) -> tuple[Pull, ...]:
    """Return every column's pull on a row from its cluster to another, the strongest first."""
    own = int(members.labels[row])
    rows = [members.sample(own, USUAL_ROWS), members.sample(other, USUAL_ROWS)]
    groups = np.repeat(np.arange(2, dtype=np.uint8), [len(each) for each in rows])
    counts = np.zeros((2, len(coded.columns), 256), np.int64)
    count_codes(coded.code(np.concatenate(rows)), groups, counts)
    codes = coded.code(np.array([row], dtype=np.int64))[:, 0]
    found_pulls = []
    for j, column in enumerate(coded.columns):
        found = effect(column, counts[0, j].astype(np.float64), counts[1, j].astype(np.float64))
        if found.inside_quartiles is None or found.outside_quartiles is None:
            continue
        feature = float(coded.column_values(j, np.array([row]))[0])
        value = None if math.isnan(feature) else column.in_unit(feature)
        medians = found.inside_quartiles[1], found.outside_quartiles[1]
        deviation = pooled_deviation(found.inside_quartiles, found.outside_quartiles)
        nearer = 0.0
        if value is not None and deviation > 0:
            nearer = abs(value - medians[0]) / deviation - abs(value - medians[1]) / deviation
        below = [_share_below(counts[side, j], int(codes[j])) for side in (0, 1)]
        found_pulls.append(
            Pull(
                column=j,
                name=column.column.name,
                value=value,
                own_median=medians[0],
                other_median=medians[1],
                own_percentile=below[0],
                other_percentile=below[1],
                pull=nearer,
            )
        )
    return tuple(sorted(found_pulls, key=lambda pull: (-abs(pull.pull), pull.column)))


def _share_below(counts: NDArray[np.int64], code: int) -> float:
    total = int(counts[:-1].sum())
    if not total or code == len(counts) - 1:
        return 0.5
    return (float(counts[:code].sum()) + float(counts[code]) / 2) / total
