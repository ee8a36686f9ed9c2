"""A fit whose rows a cluster compares with the landmarks: the artifacts of the fit in one process."""

import os
import signal

import numpy as np
import pyarrow.parquet as pq
import pytest

from fiedler import pipeline
from fiedler.artifacts import ArtifactStore
from fiedler.distributed import ClusterAffinity
from fiedler.parameters import ClusteringParameters

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
PARAMETERS = ClusteringParameters(method="landmark", n_clusters=4, n_landmarks=200, max_clusters=5)


@pytest.fixture(scope="module")
def tables(flat_parts, deep_parts, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    for name, parts in (("flat", flat_parts), ("deep", deep_parts)):
        pq.write_table(pq.read_table(parts).slice(0, 1_200_000), folder / f"{name}.parquet")
    return folder


def fit(table, root, affinity_pass=None, progress=None):
    store = ArtifactStore(root / "artifacts", root / "scratch")
    summary = pipeline.fit(table, table.stem, PARAMETERS, store, progress, affinity_pass=affinity_pass)
    return {
        f"{kind}/{path.name}": path.read_bytes()
        for kind in ("embedding", "partition")
        for path in sorted(store.existing(kind, summary.artifacts[kind]).glob("*.npy"))
    }


@pytest.mark.parametrize("name", ["flat", "deep"])
def test_a_cluster_leaves_the_bytes_of_one_process(name, client, tables, tmp_path):
    table = tables / f"{name}.parquet"
    affinity_pass = ClusterAffinity(client.scheduler.address, tmp_path / "exchange")
    found = fit(table, tmp_path / "there", affinity_pass)
    assert affinity_pass.reason is None
    assert found == fit(table, tmp_path / "here")
    assert ("embedding/neighbors.npy" in found) == (name == "deep")
    assert not list((tmp_path / "exchange").iterdir())


def test_a_killed_worker_changes_nothing(client, tables, tmp_path):
    killed = []

    def kill(stage, fraction, message):
        if message.startswith("Comparing") and not killed:
            killed.append(next(iter(client.run(os.getpid).values())))
            os.kill(killed[0], signal.SIGKILL)

    table = tables / "deep.parquet"
    affinity_pass = ClusterAffinity(client.scheduler.address, tmp_path / "exchange")
    found = fit(table, tmp_path / "there", affinity_pass, kill)
    assert killed
    assert affinity_pass.reason is None
    assert found == fit(table, tmp_path / "here")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "tcp://no-such-host.invalid:8786"])
def test_without_a_cluster_this_process_compares_and_says_why(address, tables, tmp_path):
    affinity_pass = ClusterAffinity(address, tmp_path / "exchange", connect_seconds=1)
    found = fit(tables / "deep.parquet", tmp_path / "there", affinity_pass)
    assert address in affinity_pass.reason
    assert found == fit(tables / "deep.parquet", tmp_path / "here")


def test_features_out_of_the_workers_reach_are_compared_here(client, tmp_path):
    from fiedler.landmarks.fitting import landmark_embedding

    features = np.random.default_rng(0).standard_normal((5_000, 4)).astype(np.float32)
    affinity_pass = ClusterAffinity(client.scheduler.address, tmp_path)
    found = landmark_embedding(features, 3, n_landmarks=50, affinity_pass=affinity_pass)
    assert "in memory" in affinity_pass.reason
    alone = landmark_embedding(features, 3, n_landmarks=50)
    np.testing.assert_array_equal(found.vectors, alone.vectors)
