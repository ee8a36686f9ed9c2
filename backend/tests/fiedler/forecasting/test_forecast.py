"""The forecast of a fit: told without computing, of the path taken, growing with the work."""

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fiedler import pipeline
from fiedler.artifacts import ArtifactStore
from fiedler.consensus import prepared
from fiedler.errors import MemoryBoundError
from fiedler.forecasting import MachineSpeed, costs, forecast, measure_speed
from fiedler.forecasting.machine import free_memory
from fiedler.parameters import ClusteringParameters
from fiedler.pipeline import STAGES
from fiedler.table_forecast import forecast_table

ONE = MachineSpeed(relative=1.0, n_threads=1)
FAST = ClusteringParameters(preset="fast")
ONE_GRAPH = ClusteringParameters(method="exact")


def seconds(*arguments):
    return sum(forecast(*arguments).cpu_seconds.values())


def test_api_process_may_import_it():
    code = (
        "import sys; from fiedler import forecast; forecast(10**6, 10);"
        "sys.exit(bool({'numpy', 'numba', 'scipy', 'pyarrow'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_stages_are_those_of_the_pipeline_and_their_shares_make_a_whole():
    expected = forecast(5000, 4, speed=ONE)
    assert tuple(expected.cpu_seconds) == STAGES
    assert sum(expected.shares.values()) == pytest.approx(1)
    assert min(expected.cpu_seconds.values()) > 0


@pytest.mark.parametrize(
    ("n_samples", "n_features", "parameters", "method", "consensus"),
    [
        (2000, 5, None, "exact", True),
        (2000, 5, FAST, "exact", True),
        (2000, 5, ONE_GRAPH, "exact", False),
        (2_000_000, 5, None, "landmark", False),
        (2000, 5, ClusteringParameters(method="landmark"), "landmark", False),
    ],
)
def test_path_is_the_one_the_fit_takes(n_samples, n_features, parameters, method, consensus):
    expected = forecast(n_samples, n_features, parameters, ONE)
    assert (expected.method, expected.consensus) == (method, consensus)


@pytest.mark.parametrize("method", ["exact", "landmark"])
def test_more_work_takes_more(method):
    def of(n_samples=50_000, n_features=8, **values):
        return forecast(n_samples, n_features, ClusteringParameters(method=method, **values), ONE)

    larger = [of(100_000), of(n_features=16), of(max_clusters=60)]
    larger.append(of(n_neighbors=40) if method == "exact" else of(n_landmarks=4000, landmark_neighbors=10))
    for other in larger:
        assert sum(other.cpu_seconds.values()) > sum(of().cpu_seconds.values())
    for other in larger[:2]:
        assert other.memory_bytes > of().memory_bytes


def test_what_dominates_is_said():
    expected = forecast(50_000, 8, ONE_GRAPH, ONE)
    assert (expected.longest_stage, expected.largest_stage) == ("embedding", "embedding")
    assert expected.to_dict()["memory_bytes"] == expected.stage_bytes["embedding"]
    assert forecast(50_000, 2, None, ONE).longest_stage == "partition"
    assert set(expected.stage_bytes) < set(STAGES)


def test_views_cost_more_than_one_graph_and_hold_the_partition_up():
    views, one = forecast(8000, 5, None, ONE), forecast(8000, 5, ONE_GRAPH, ONE)
    assert views.cpu_seconds["partition"] > 3 * one.cpu_seconds["partition"]
    assert views.shares["partition"] == max(views.shares.values())


def test_views_of_a_sample_cost_the_same_however_many_rows_there_are():
    assert prepared.SAMPLED_ROWS == costs.SAMPLED_ROWS
    small, large = forecast(100_000, 2, None, ONE), forecast(1_000_000, 2, None, ONE)
    assert small.consensus
    assert large.consensus
    assert large.cpu_seconds["partition"] < 2 * small.cpu_seconds["partition"]


def test_quicker_machines_and_more_threads_take_less_time():
    slow, quick = forecast(10**6, 10, None, ONE), forecast(10**6, 10, None, MachineSpeed(2.0, 1))
    assert sum(slow.cpu_seconds.values()) == pytest.approx(2 * sum(quick.cpu_seconds.values()))
    threads = forecast(10**6, 10, None, MachineSpeed(1.0, 4))
    assert threads.cpu_seconds == slow.cpu_seconds
    assert slow.seconds / 4 < threads.seconds < slow.seconds


def test_speed_is_measured_and_free_memory_is_known():
    assert 0.01 < measure_speed().relative < 100
    assert measure_speed() is measure_speed()
    assert free_memory() is None or free_memory() > 0


def test_table_without_rows_or_columns_is_refused():
    with pytest.raises(ValueError, match="0 rows and 3 columns; both must be at least 1"):
        forecast(0, 3)


def test_forecast_reads_as_a_sentence():
    text = str(forecast(20_000_000, 8, None, ONE))
    assert text.startswith("About ")
    assert "for 20,000,000 rows of 8 columns." in text


@pytest.fixture
def table(tmp_path):
    rows = np.random.default_rng(0).normal(size=(500, 3))
    path = tmp_path / "table.parquet"
    pq.write_table(pa.table({"a": rows[:, 0], "b": rows[:, 1], "name": [f"r{i}" for i in range(500)]}), path)
    return path


def test_table_is_forecast_by_its_numeric_columns(table):
    expected = forecast_table(table, FAST)
    assert (expected.n_samples, expected.n_features) == (500, 2)


def test_fit_beyond_its_memory_is_refused_before_it_begins(table, tmp_path):
    store, told = ArtifactStore(tmp_path / "artifacts"), []
    with pytest.raises(MemoryBoundError, match=r"500 rows of 2 columns need about \d+ MB.*Use method="):
        pipeline.fit(table, "key", FAST, store, lambda *event: told.append(event), memory_bound=1000)
    assert told == []
    assert not store.root.exists()
    pipeline.fit(table, "key", FAST, store, memory_bound=10**9)


def test_progress_of_a_consensus_moves_with_its_longest_stage(table, tmp_path):
    told = []
    parameters = ClusteringParameters(n_clusters=3)
    pipeline.fit(
        table,
        "key",
        parameters,
        ArtifactStore(tmp_path / "a"),
        lambda stage, done, _: told.append((stage, done)),
    )
    of_partition = [done for stage, done in told if stage == "partition"]
    share = forecast_table(table, parameters).shares["partition"]
    assert of_partition[-1] - of_partition[0] == pytest.approx(share)
    assert share > 0.5
    assert [done for _, done in told] == sorted(done for _, done in told)
    assert told[-1][1] == pytest.approx(1)
