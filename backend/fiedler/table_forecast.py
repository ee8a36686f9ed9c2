"""What a fit of a table in a file will take, from the file's schema and number of rows alone."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from fiedler.features import choose_columns
from fiedler.forecasting import Forecast, forecast
from fiedler.parameters import ClusteringParameters


def forecast_table(table: Path, parameters: ClusteringParameters) -> Forecast:
    """Return the forecast of `fiedler.pipeline.fit` on a Parquet file, whose cells are not read.

    Raises
    ------
    InvalidFeaturesError
        The table has no numeric column, or a requested column is unknown or not numeric.
    """
    columns = choose_columns(table, parameters.columns)
    # A table without rows is refused when it is read.
    return forecast(max(1, pq.read_metadata(table).num_rows), len(columns), parameters)
