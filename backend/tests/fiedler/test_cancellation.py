"""Long work tells how far it is and ends where a listener raises, leaving no thread and no half artifact."""

import threading

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fiedler import pipeline
from fiedler.affinity.graph import neighbor_affinity
from fiedler.artifacts import ArtifactStore
from fiedler.consensus import consensus_partition
from fiedler.eigensolvers.protocol import EigenProblem
from fiedler.eigensolvers.select import SOLVERS
from fiedler.exact.assignment import assign_nearest
from fiedler.exact.fitting import exact_embedding
from fiedler.landmarks.fitting import landmark_embedding
from fiedler.laplacian import degrees, normalized_affinity
from fiedler.neighbors.flat import flat_neighbors
from fiedler.neighbors.kd_tree import kd_tree_neighbors, kd_tree_search
from fiedler.neighbors.nearest import nearest_neighbors
from fiedler.neighbors.pruned import pruned_neighbors
from fiedler.neighbors.self_join import self_join_neighbors
from fiedler.parameters import ClusteringParameters
from fiedler.rounding import round_embedding


class StopError(Exception):
    """Raised by a listener to end the work."""


def mixture(n_samples, n_features, seed=0):
    rng = np.random.default_rng(seed)
    centers = rng.normal(0, 6, (5, n_features))
    rows = centers[rng.integers(5, size=n_samples)] + rng.normal(size=(n_samples, n_features))
    return rows.astype(np.float32)


def landmarks(n_samples=300_000, n_features=2, n_threads=2, **options):
    rows = mixture(n_samples, n_features)
    return landmark_embedding(rows, 6, n_landmarks=200, n_threads=n_threads, **options)


EXACT = exact_embedding(mixture(3000, 5), 6, n_threads=2)
GRID = landmarks()
GROUPS = landmarks(150_000, 8, n_threads=1)
CENTROIDS = np.eye(5, 6)

# What takes long, given a listener of one fraction.
PIECES = {
    "neighbours in a k-d tree": lambda tell: kd_tree_neighbors(mixture(150_000, 2), 5, 2, tell),
    "neighbours of new rows": lambda tell: kd_tree_search(mixture(100, 2), mixture(150_000, 2), 1, 2, tell),
    "neighbours by comparing all": lambda tell: flat_neighbors(mixture(3000, 8), 5, 2, tell),
    "neighbours in groups not passed over": lambda tell: pruned_neighbors(mixture(5000, 8), 5, 2, tell),
    "neighbours by self-join": lambda tell: self_join_neighbors(mixture(5000, 8), 5, 2, tell),
    "labels from vectors": lambda tell: assign_nearest(mixture(40_000, 6), CENTROIDS, 2, tell),
    "labels from landmarks of cells": lambda tell: GRID.nearest_centroid(CENTROIDS, tell),
    "labels from landmarks of rows": lambda tell: GROUPS.nearest_centroid(CENTROIDS, tell),
    "rounding": lambda tell: round_embedding(EXACT, EXACT.rows(np.arange(3000)), 5, 0, progress=tell),
    "exact path": lambda tell: exact_embedding(mixture(3000, 5), 6, progress=lambda f, _: tell(f)),
    "landmarks in few columns": lambda tell: landmarks(progress=lambda f, _: tell(f)),
    "landmarks in many columns": lambda tell: landmarks(150_000, 8, progress=lambda f, _: tell(f)),
    "consensus": lambda tell: consensus_partition(mixture(300, 2), 3, progress=lambda f, _: tell(f)),
}


@pytest.fixture(autouse=True)
def _every_step_is_told(monkeypatch):
    """How many steps an iteration tells of otherwise depends on how busy the machine is."""
    for module in ("fiedler.exact.solution", "fiedler.landmarks.lanczos"):
        monkeypatch.setattr(f"{module}.paced", lambda report: report)


@pytest.mark.parametrize("piece", PIECES)
def test_fractions_rise_to_the_end_in_several_steps(piece):
    told = []
    PIECES[piece](told.append)
    assert len(told) >= 2
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)


@pytest.mark.parametrize("piece", PIECES)
def test_listener_ends_the_work_wherever_it_raises(piece):
    told, before = [], threading.active_count()
    PIECES[piece](told.append)
    for wanted in sorted({0, len(told) // 2, len(told) - 1}):
        calls = []

        def tell(fraction, wanted=wanted, calls=calls):
            calls.append(fraction)
            if len(calls) == wanted + 1:
                raise StopError

        with pytest.raises(StopError):
            PIECES[piece](tell)
        assert len(calls) == wanted + 1, "nothing is told after the end"
        assert threading.active_count() == before


@pytest.mark.parametrize("solver", ["arpack", "shift_invert", "chebyshev"])
def test_iterative_eigensolver_ends_at_any_step(solver):
    graph = neighbor_affinity(nearest_neighbors(mixture(2000, 3), 10), "local", "union")
    null = np.sqrt(degrees(graph))
    steps, before = [], threading.active_count()

    def step():
        steps.append(None)
        if len(steps) == 7:
            raise StopError

    problem = EigenProblem(normalized_affinity(graph), null / np.linalg.norm(null), 5, n_threads=2, step=step)
    with pytest.raises(StopError):
        SOLVERS[solver](problem)
    assert len(steps) == 7
    assert threading.active_count() == before


FITS = {
    "exact": (4000, 5, ClusteringParameters(n_clusters=4, method="exact")),
    "consensus": (500, 3, ClusteringParameters(n_clusters=4)),
    "landmark": (4000, 5, ClusteringParameters(n_clusters=4, method="landmark")),
}


@pytest.mark.parametrize("path", FITS)
def test_fit_ended_in_any_stage_leaves_whole_artifacts_only(path, tmp_path):
    n_rows, n_columns, parameters = FITS[path]
    table = tmp_path / "table.parquet"
    rows = mixture(n_rows, n_columns)
    pq.write_table(pa.table({f"x{j}": rows[:, j] for j in range(n_columns)}), table)
    stages = []
    whole = pipeline.fit(
        table, "key", parameters, ArtifactStore(tmp_path / "whole"), lambda stage, *_: stages.append(stage)
    )
    store, before = ArtifactStore(tmp_path / "stopped"), threading.active_count()
    for ended in pipeline.STAGES:
        told = []

        def listen(stage, fraction, message, ended=ended, told=told):
            told.append(stage)
            # In the middle of the stage.
            if told.count(ended) == (stages.count(ended) + 1) // 2:
                raise StopError

        with pytest.raises(StopError):
            pipeline.fit(table, "key", parameters, store, listen)
        assert threading.active_count() == before
        assert list(store.scratch.glob("*")) == []
        assert not store.has("layout", whole.artifacts["layout"])
    resumed = pipeline.fit(table, "key", parameters, store)
    assert resumed.artifacts == whole.artifacts
    assert resumed.partition.clusters == whole.partition.clusters
