"""Which cells of the feature matrix were missing in the table: they hold filled values, not observed ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq
from numpy.typing import NDArray

from fiedler.feature_columns import FeatureFacts

_BLOCK_ROWS = 65_536


def missing_cells(table: Path, facts: FeatureFacts) -> dict[int, NDArray[np.bool_]]:
    """Return for each column with missing or infinite cells an (n,) mask of them; needed once per fit.

    Parameters
    ----------
    table : Path
        The Parquet file the features were written from.
    facts : FeatureFacts
        What was written.
    """
    gaps = {j: each for j, each in enumerate(facts.columns) if each.n_missing + each.n_infinite}
    masks = {j: np.empty(facts.n_samples, dtype=np.bool_) for j in gaps}
    if not gaps:
        return masks
    with pq.ParquetFile(table, pre_buffer=False) as file:
        start = 0
        for batch in file.iter_batches(_BLOCK_ROWS, columns=[each.name for each in gaps.values()]):
            for j, each in gaps.items():
                masks[j][start : start + batch.num_rows] = _not_finite(batch.column(each.name))
            start += batch.num_rows
    return masks


def _not_finite(column: pa.Array) -> NDArray[np.bool_]:
    absent = np.asarray(column.is_null().to_numpy(zero_copy_only=False), dtype=np.bool_)
    if pa.types.is_floating(column.type):
        values = column.to_numpy(zero_copy_only=False)
        absent = absent | ~np.isfinite(values)
    return absent
