"""A GPU that is asked for and not there: the processor computes, and everyone is told."""

import importlib.util
import logging

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fiedler import SpectralClustering, pipeline
from fiedler.artifacts import ArtifactStore
from fiedler.computation import embedding_description
from fiedler.dense_blocks import find_device
from fiedler.parameters import ClusteringParameters, ParameterError


def has_gpu():
    if importlib.util.find_spec("torch") is None:
        return False
    import torch

    return torch.cuda.is_available()


without_gpu = pytest.mark.skipif(has_gpu(), reason="there is a GPU")
ROWS = np.random.default_rng(0).normal(size=(600, 4)).astype(np.float32)
LANDMARKS = ClusteringParameters(n_clusters=3, method="landmark")


def test_processor_needs_no_reason():
    assert find_device("cpu").device is None
    assert find_device("cpu").notes == []


def test_unknown_device_is_refused_with_the_known_ones():
    with pytest.raises(ParameterError, match="device is 'gpu'; it must be 'cpu' or 'cuda'"):
        find_device("gpu")
    with pytest.raises(ParameterError, match="device is 'tpu'"):
        SpectralClustering(2, device="tpu").fit(ROWS)


@without_gpu
def test_missing_gpu_is_told_with_what_to_do():
    found = find_device("cuda")
    assert found.device is None
    assert "A GPU was asked for, but" in found.reason
    assert "The processor computed instead" in found.reason


@without_gpu
def test_run_without_its_gpu_notes_and_logs_that_the_processor_computed(tmp_path, caplog):
    table = tmp_path / "table.parquet"
    pq.write_table(pa.table({f"x{j}": ROWS[:, j] for j in range(4)}), table)
    store = ArtifactStore(tmp_path / "artifacts")
    with caplog.at_level(logging.WARNING, logger="fiedler.pipeline"):
        asked = pipeline.fit(table, "key", LANDMARKS, store, device="cuda")
    assert [note["code"] for note in asked.notes].count("no_gpu") == 1
    assert "A GPU was asked for" in caplog.text
    plain = pipeline.fit(table, "key", LANDMARKS, store)
    assert plain.artifacts == asked.artifacts, "the processor's result is the processor's"
    assert "no_gpu" not in [note["code"] for note in plain.notes]


@without_gpu
def test_estimator_without_its_gpu_warns_and_gives_the_same_labels():
    plain = SpectralClustering(3, method="landmark").fit(ROWS)
    with pytest.warns(UserWarning, match="A GPU was asked for"):
        asked = SpectralClustering(3, method="landmark", device="cuda").fit(ROWS)
    np.testing.assert_array_equal(asked.labels_, plain.labels_)


def test_exact_graph_has_no_use_for_a_gpu_and_does_not_complain():
    SpectralClustering(3, method="exact", device="cuda").fit(ROWS)


def test_result_of_a_device_is_kept_apart_from_the_processors():
    from array_devices import strict_device

    here = embedding_description("landmark", LANDMARKS)
    there = embedding_description("landmark", LANDMARKS, strict_device())
    assert here != there
    exact = ClusteringParameters(method="exact")
    assert embedding_description("exact", exact, strict_device()) == embedding_description("exact", exact)
