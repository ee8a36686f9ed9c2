"""From the first pass to features: each column's scale, which columns stay, and what is to be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fiedler.errors import InvalidFeaturesError
from fiedler.feature_columns import FeatureFacts, feature_facts, kept_columns
from fiedler.moments import GROUP_ROWS
from fiedler.parameters import Imputation, Scaling
from fiedler.progress import Fraction
from fiedler.scaling import ColumnScale, on_common_scale, scale_of
from fiedler.sources.protocol import RowSource
from fiedler.streaming.executors import Executor
from fiedler.streaming.features import StreamedFeatures
from fiedler.streaming.measuring import MeasureColumns
from fiedler.streaming.quantiles import streamed_quantiles
from fiedler.streaming.ranges import split_rows

StreamImputation = Imputation | Literal["refuse"]


@dataclass(frozen=True, eq=False)
class MeasuredFeatures:
    """Features of a stream and some of their rows.

    Attributes
    ----------
    features : StreamedFeatures
    facts : FeatureFacts
        What was done to the columns, with notes in words.
    positions : ndarray of shape (m,), int64
        Rows gathered, ascending.
    rows : ndarray of shape (m, d), float32
        Their features.
    """

    features: StreamedFeatures
    facts: FeatureFacts
    positions: NDArray[np.int64]
    rows: NDArray[np.float32]

    def at(self, positions: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the features of rows that are all among those gathered."""
        return self.rows[np.searchsorted(self.positions, positions)]


def measured_features(
    source: RowSource,
    positions: NDArray[np.int64],
    *,
    scaling: Scaling,
    imputation: StreamImputation,
    executor: Executor,
    passed: Fraction,
) -> MeasuredFeatures:
    """Measure the columns of a source and gather some rows, in one pass; more where quantiles are wanted.

    Raises
    ------
    InvalidFeaturesError
        A value is not finite and ``imputation`` is "refuse"; no column holds a finite value; or one exceeds
        float32 while ``scaling`` is "none".
    """
    ranges = split_rows(source.n_rows, GROUP_ROWS, executor.n_ranges if source.is_seekable else 1)
    with_means = scaling not in ("none", "minmax") or imputation == "mean"
    task = MeasureColumns(source, positions, with_means, imputation == "refuse")
    measurement = executor.run(task, ranges, passed)
    moments = measurement.moments()
    filled: Imputation = "median" if imputation == "refuse" else imputation
    scales = {
        name: scale_of(of_column, scaling, filled, streamed_quantiles(source, column, of_column, executor))
        for column, (name, of_column) in enumerate(zip(source.names, moments, strict=True))
    }
    common = on_common_scale(scales) if scaling == "auto" else None
    scales = common.scales if common else scales
    kept = kept_columns(scales)
    _check_range(kept, scales)
    features = StreamedFeatures(
        source, tuple(source.names.index(name) for name in kept), tuple(scales[name] for name in kept)
    )
    facts = feature_facts(source.n_rows, scales, kept, filled, common)
    return MeasuredFeatures(features, facts, positions, features.of(measurement.gathered()))


def _check_range(kept: Sequence[str], scales: dict[str, ColumnScale]) -> None:
    largest = float(np.finfo(np.float32).max)
    for name in kept:
        scale = scales[name]
        ends = scale.apply(np.array([scale.low, scale.high]))
        if not (np.abs(ends) <= largest).all():
            raise InvalidFeaturesError(
                f"a value of column {name!r} lies beyond 3.4e38, the largest the engine computes with; "
                f"choose a scaling other than 'none'."
            )
