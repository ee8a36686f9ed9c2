"""The forecast of a streamed fit: of the source's shape, by passes, held to the memory asked for."""

import numpy as np
import pytest

from fiedler import forecast_stream
from fiedler.forecasting import MachineSpeed
from fiedler.forecasting.streamed import KEPT_BYTES, STREAM_STAGES
from fiedler.parameters import ParameterError
from fiedler.streaming.executors import BYTES_TO_KEEP
from fiedler.streaming.memory import working_bytes

ONE = MachineSpeed(relative=1.0, n_threads=1)


def rows(n_rows, n_columns):
    """Rows that would not fit into memory: one value, seen everywhere."""
    return np.broadcast_to(np.float32(1), (n_rows, n_columns))


def seconds(n_rows, n_columns, **arguments):
    return forecast_stream(rows(n_rows, n_columns), speed=ONE, n_threads=1, **arguments).cpu_seconds


def test_passes_are_told_and_no_row_is_read():
    expected = forecast_stream(rows(10**9, 16), n_threads=2, speed=ONE)
    assert (expected.n_samples, expected.n_features, expected.method) == (10**9, 16, "landmark")
    assert tuple(expected.cpu_seconds) == STREAM_STAGES
    assert expected.seconds < sum(expected.cpu_seconds.values())
    assert expected.memory_bytes <= working_bytes(10**9, 16, 3_000, 2)


def test_seconds_grow_with_rows_and_memory_does_not():
    few, many = (forecast_stream(rows(n, 2), n_threads=1, speed=ONE) for n in (10**7, 10**9))
    assert sum(many.cpu_seconds.values()) > 30 * sum(few.cpu_seconds.values())
    assert many.memory_bytes == few.memory_bytes


def test_rows_whose_landmarks_are_not_kept_are_compared_again_for_labels():
    assert KEPT_BYTES == BYTES_TO_KEEP
    kept, again = seconds(2_000_000, 16), seconds(3_000_000, 16)
    assert again["labelling"] > 10 * kept["labelling"]
    assert seconds(3_000_000, 2)["labelling"] < 2 * seconds(2_000_000, 2)["labelling"]


def test_memory_asked_for_decides_the_threads():
    bound = working_bytes(10**7, 2, 1_000, 1)
    free, held = (
        forecast_stream(rows(10**7, 2), n_threads=4, memory_bytes=b, speed=ONE) for b in (None, bound)
    )
    assert held.memory_bytes < free.memory_bytes
    assert held.seconds > free.seconds
    with pytest.raises(ParameterError, match="with one thread"):
        forecast_stream(rows(10**7, 2), memory_bytes=1_000)


def test_source_without_rows_is_refused():
    with pytest.raises(ValueError, match="0 rows"):
        forecast_stream(np.empty((0, 3)))
