"""`forecast_stream`: what a streamed fit will take, from the shape of its source alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fiedler.forecasting import Forecast, MachineSpeed, measure_speed
from fiedler.forecasting.forecast import wall_seconds
from fiedler.forecasting.streamed import STREAM_PARALLEL_SHARES, stream_cpu_seconds
from fiedler.parameters import ClusteringParameters
from fiedler.policy import default_n_landmarks
from fiedler.row_blocks import available_threads
from fiedler.sources import RowSource, open_source
from fiedler.streaming.clustering import stream_parameters
from fiedler.streaming.memory import fitting_threads, working_bytes

# Of the bound that passes keep to, what they were measured to hold.
_SHARE_OF_BOUND = 0.6


def forecast_stream(
    data: Any,
    *,
    columns: Sequence[str] | None = None,
    n_landmarks: int | None = None,
    landmark_neighbors: int = 5,
    max_clusters: int = 20,
    n_threads: int | None = None,
    memory_bytes: int | None = None,
    speed: MachineSpeed | None = None,
) -> Forecast:
    """Return what `cluster_stream` will take with these arguments; no row is read.

    Its stages are the passes: "measuring", "affinity", "suggestions" and "labelling". Columns imputed by the
    median or scaled by quantiles take four passes more each, which are not counted.

    Parameters
    ----------
    data, columns, n_landmarks, landmark_neighbors, max_clusters, n_threads, memory_bytes
        As for `cluster_stream`.
    speed : MachineSpeed, optional
        Of the machine that will compute; this one's, measured once, when omitted.

    Raises
    ------
    SourceError, InvalidFeaturesError, ParameterError
        As `cluster_stream`.
    ValueError
        There is no row.

    Examples
    --------
    >>> import numpy as np
    >>> from fiedler import forecast_stream
    >>> expected = forecast_stream(np.zeros((2_000_000, 2), np.float32))
    >>> expected.n_samples, list(expected.cpu_seconds)
    (2000000, ['measuring', 'affinity', 'suggestions', 'labelling'])
    """
    parameters = stream_parameters(
        columns=columns,
        n_clusters=None,
        max_clusters=max_clusters,
        n_landmarks=n_landmarks,
        landmark_neighbors=landmark_neighbors,
    )
    return source_forecast(open_source(data, columns), parameters, n_threads, memory_bytes, speed)


def source_forecast(
    source: RowSource,
    parameters: ClusteringParameters,
    n_threads: int | None = None,
    memory_bytes: int | None = None,
    speed: MachineSpeed | None = None,
) -> Forecast:
    """Return what a streamed fit of a source will take; arguments as for `forecast_stream`."""
    n_samples, n_features = source.n_rows, len(source.names)
    if n_samples < 1:
        raise ValueError("the source has 0 rows; at least 1 is required. Check that it is the one you mean.")
    speed = speed or measure_speed()
    n_landmarks = parameters.n_landmarks or default_n_landmarks(n_samples, n_features, 1)
    threads = fitting_threads(n_samples, n_features, n_landmarks, available_threads(n_threads), memory_bytes)
    stages = {
        stage: seconds / speed.relative
        for stage, seconds in stream_cpu_seconds(n_samples, n_features, parameters).items()
    }
    held = _SHARE_OF_BOUND * working_bytes(n_samples, n_features, n_landmarks, threads)
    return Forecast(
        n_samples=n_samples,
        n_features=n_features,
        method="landmark",
        method_reason="Landmarks, streamed: rows are read in passes and never held.",
        consensus=False,
        cpu_seconds=stages,
        seconds=wall_seconds(stages, STREAM_PARALLEL_SHARES, threads),
        stage_bytes={"affinity": int(held)},
    )
