"""From a Parquet table to the feature matrix that every later stage reads.

First stage of the pipeline: chosen columns, missing values filled, scaled, as one memory-mapped float32
file. The table is read twice, column by column for statistics and block by block for writing, so memory
stays at one column and one block of rows.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from fiedler.errors import InvalidFeaturesError, TooFewRowsError
from fiedler.feature_columns import FeatureFacts, feature_facts, kept_columns
from fiedler.mapped_arrays import new_mapped_array
from fiedler.parameters import Imputation, Scaling
from fiedler.progress import Report
from fiedler.scaling import ColumnScale, column_scale, on_common_scale
from fiedler.sources import arrow_columns

_BLOCK_ROWS = 65_536
_STATISTICS_SHARE = 0.5


def choose_columns(table: Path, requested: Sequence[str] | None) -> tuple[str, ...]:
    """Return the columns of a Parquet table to cluster on (see `fiedler.sources.arrow_columns`).

    Raises
    ------
    InvalidFeaturesError
        A requested column is unknown or not numeric, or there is no numeric column at all.
    """
    return arrow_columns.choose_columns(pq.read_schema(table), requested)


def write_features(
    table: Path,
    folder: Path,
    columns: Sequence[str],
    *,
    scaling: Scaling,
    imputation: Imputation,
    report: Report | None = None,
) -> FeatureFacts:
    """Write ``features.npy`` ((n, d) float32, C order) and ``meta.json`` into ``folder``.

    Columns without any finite value, and constant ones, are left out with a note; if all are constant the
    first one stays, as zeros.

    Raises
    ------
    TooFewRowsError
        The table has no row.
    InvalidFeaturesError
        No column holds a finite value, or values exceed float32 while ``scaling`` is "none".
    """
    tell = report or (lambda fraction, message: None)
    # Reading ahead would hold all chosen columns at once.
    with pq.ParquetFile(table, pre_buffer=False) as file:
        n_samples = file.metadata.num_rows
        if n_samples == 0:
            raise TooFewRowsError(
                "the table has no rows; clustering needs at least one; check the file that was read."
            )
        scales: dict[str, ColumnScale] = {}
        for position, name in enumerate(columns):
            tell(_STATISTICS_SHARE * position / len(columns), f"Measuring column {name}")
            scales[name] = column_scale(_whole_column(file, name), scaling, imputation)
        common = on_common_scale(scales) if scaling == "auto" else None
        scales = common.scales if common else scales
        kept = kept_columns(scales)
        destination = new_mapped_array(folder / "features.npy", np.float32, (n_samples, len(kept)))
        _fill_matrix(file, destination, kept, scales, tell)
        destination.flush()
    facts = feature_facts(n_samples, scales, kept, imputation, common, unasked_scaling=scaling == "auto")
    (folder / "meta.json").write_text(json.dumps(facts.to_dict()), encoding="utf-8")
    return facts


def _whole_column(file: pq.ParquetFile, name: str) -> NDArray[np.float64]:
    values = np.empty(file.metadata.num_rows, dtype=np.float64)
    start = 0
    for batch in file.iter_batches(_BLOCK_ROWS, columns=[name]):
        block = arrow_columns.to_float64(batch.column(name))
        values[start : start + block.size] = block
        start += block.size
    return values


def _fill_matrix(
    file: pq.ParquetFile,
    destination: NDArray[np.float32],
    kept: list[str],
    scales: dict[str, ColumnScale],
    tell: Report,
) -> None:
    start = 0
    for batch in file.iter_batches(_BLOCK_ROWS, columns=kept):
        stop = start + batch.num_rows
        for position, name in enumerate(kept):
            values = scales[name].apply(arrow_columns.to_float64(batch.column(name)))
            with np.errstate(over="ignore"):
                destination[start:stop, position] = values
        if not np.isfinite(destination[start:stop]).all():
            # Only unscaled values can exceed float32.
            raise InvalidFeaturesError(
                "a value lies beyond 3.4e38, the largest the engine computes with; choose a scaling other "
                "than 'none'."
            )
        start = stop
        share = _STATISTICS_SHARE + (1 - _STATISTICS_SHARE) * start / len(destination)
        tell(share, f"Scaling {start:,} of {len(destination):,} rows")
