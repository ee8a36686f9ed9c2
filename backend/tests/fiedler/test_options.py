"""What a user may choose about graph, solver and rounding, through the estimator and the pipeline."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.datasets import make_blobs, make_moons
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score

from fiedler import SpectralClustering, pipeline
from fiedler.artifacts import ArtifactStore
from fiedler.eigensolvers import arpack
from fiedler.errors import InvalidGraphError
from fiedler.parameters import ClusteringParameters, ParameterError, json_schema

ROUNDINGS = ["kmeans", "cluster_qr", "discretize", "tree"]


@pytest.fixture
def store(tmp_path):
    return ArtifactStore(tmp_path / "artifacts")


def moons(n_samples=900):
    return make_moons(n_samples, noise=0.05, random_state=0)


def table_of(points, folder):
    path = folder / "table.parquet"
    pq.write_table(pa.table({f"x{column}": points[:, column] for column in range(points.shape[1])}), path)
    return path


def fitted(points, store, folder, **values):
    return pipeline.fit(table_of(points, folder), "table", ClusteringParameters(**values), store)


def labels_of(store, partition):
    return np.load(store.path("partition", partition.key) / "labels.npy")


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("method", ["exact", "landmark"])
def test_every_rounding_finds_the_moons_and_places_new_rows(rounding, method):
    points, truth = moons(2_400)
    model = SpectralClustering(2, method=method, rounding=rounding).fit(points[:2_000])
    assert adjusted_rand_score(truth[:2_000], model.labels_) > 0.97
    assert adjusted_rand_score(truth[2_000:], model.predict(points[2_000:])) > 0.97


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_estimator_and_pipeline_round_alike_and_so_does_every_recut(rounding, store, tmp_path):
    points, _ = make_blobs(500, 4, centers=5, cluster_std=0.5, random_state=0)
    summary = fitted(points, store, tmp_path, scaling="none", method="exact", n_clusters=5, rounding=rounding)
    model = SpectralClustering(5, method="exact", rounding=rounding).fit(points)
    assert adjusted_rand_score(model.labels_, labels_of(store, summary.partition)) == 1
    read_back = pipeline.FitSummary.from_dict(summary.to_dict())
    recut = labels_of(store, pipeline.recut(read_back, 3, store))
    assert adjusted_rand_score(model.recut(3).labels_, recut) == 1


def test_more_eigenvectors_than_max_clusters_are_solved_for():
    points, _ = moons(300)
    model = SpectralClustering(2, n_components=30, max_clusters=5).fit(points)
    assert len(model.eigenvalues_) == 31


@pytest.mark.parametrize("rounding", ["cluster_qr", "discretize"])
def test_roundings_of_one_eigenvector_a_cluster_refuse_more(rounding):
    with pytest.raises(ParameterError, match="leave n_components out"):
        SpectralClustering(2, rounding=rounding, n_components=5).fit(moons()[0])


def test_partitions_of_the_default_rounding_keep_their_keys(store, tmp_path):
    """Results computed before roundings could be chosen are found again."""
    summary = fitted(moons()[0], store, tmp_path, method="exact", n_clusters=2)
    known = store.key("partition", {"n_clusters": 2, "random_state": 0}, summary.artifacts["embedding"])
    assert summary.partition.key == known


@pytest.mark.parametrize("laplacian", ["symmetric_normalized", "random_walk", "unnormalized"])
def test_every_laplacian_finds_the_moons_in_estimator_and_pipeline(laplacian, store, tmp_path):
    points, truth = moons()
    values = {"method": "exact", "laplacian": laplacian}
    model = SpectralClustering(2, **values).fit(points)
    summary = fitted(points, store, tmp_path, n_clusters=2, scaling="none", **values)
    assert adjusted_rand_score(truth, model.labels_) > 0.97
    assert adjusted_rand_score(truth, model.predict(points)) > 0.97
    assert adjusted_rand_score(model.labels_, labels_of(store, summary.partition)) == 1
    np.testing.assert_allclose(summary.eigenvalues, model.eigenvalues_, atol=1e-6)
    assert (summary.laplacian, summary.solver) == (laplacian, model.eigen_solver_)


def test_the_random_walk_uses_the_eigenvectors_of_the_symmetric_laplacian(store, tmp_path):
    points, _ = moons()
    one = fitted(points, store, tmp_path, method="exact", n_clusters=2)
    other = fitted(points, store, tmp_path, n_clusters=2, laplacian="random_walk")
    assert one.artifacts["embedding"] == other.artifacts["embedding"]
    assert one.partition.key != other.partition.key


def test_landmarks_refuse_what_only_the_exact_graph_has():
    with pytest.raises(ParameterError, match="'landmark', which has no such choice"):
        SpectralClustering(2, method="landmark", laplacian="unnormalized").fit(moons()[0])
    with pytest.raises(ParameterError, match="leave eigen_solver out"):
        SpectralClustering(2, method="landmark", eigen_solver="arpack").fit(moons()[0])


def test_a_solver_that_misses_its_tolerance_is_said_to(monkeypatch):
    monkeypatch.setattr(arpack, "MAX_RESTARTS", 1)
    angles = np.linspace(0, 2 * np.pi, 2_000, endpoint=False)
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    with pytest.warns(ConvergenceWarning, match="'arpack' ended with 'max_iterations'"):
        model = SpectralClustering(2, method="exact", eigen_solver="arpack").fit(ring)
    assert model.eigen_solver_ == "arpack"
    assert len(model.residual_norms_) == len(model.eigenvalues_)
    assert model.residual_norms_.max() > 1e-4


@pytest.mark.parametrize("affinity", ["local", "global", "binary", "epsilon", "rbf"])
@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_estimator_and_pipeline_agree_in_every_graph(affinity, metric, store, tmp_path):
    generator = np.random.default_rng(0)
    truth = np.arange(300) % 3
    points = (np.eye(3)[truth] + 0.1 * generator.normal(size=(300, 3))) * 5
    values = {"affinity": affinity, "metric": metric, "method": "exact"}
    model = SpectralClustering(3, **values).fit(points)
    summary = fitted(points, store, tmp_path, scaling="none", n_clusters=3, **values)
    assert adjusted_rand_score(truth, model.labels_) > 0.97
    assert adjusted_rand_score(truth, model.predict(points)) > 0.97
    if metric == "euclidean":
        assert adjusted_rand_score(model.labels_, labels_of(store, summary.partition)) == 1


@pytest.mark.parametrize("affinity", ["local", "epsilon", "rbf"])
def test_the_estimator_clusters_distances(affinity):
    points, truth = moons(500)
    distances = np.sqrt(((points[:, None] - points) ** 2).sum(axis=-1))
    model = SpectralClustering(2, metric="precomputed", affinity=affinity).fit(distances)
    assert adjusted_rand_score(truth, model.labels_) > 0.97
    assert model.method_ == "precomputed"
    with pytest.raises(InvalidGraphError, match="precomputed"):
        model.predict(points)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"bandwidth": 1.0}, "bandwidth is 1 with affinity 'local'"),
        ({"affinity": "rbf", "radius": 2}, "radius is 2 with affinity 'rbf'"),
        ({"affinity": "epsilon", "symmetrization": "mutual"}, "mutual already"),
        ({"affinity": "rbf", "method": "landmark"}, "affinity is 'rbf' with method 'landmark'"),
        ({"metric": "cosine", "method": "landmark"}, "metric is 'cosine' with method 'landmark'"),
        ({"affinity": "precomputed", "metric": "precomputed"}, "cannot hold affinities and have a metric"),
        ({"affinity": "precomputed", "method": "landmark"}, "leave method out"),
        ({"affinity": "global", "bandwidth": -1.0}, "bandwidth is -1.0; it must lie between"),
        ({"affinity": "global", "bandwidth": float("nan")}, "bandwidth is nan"),
        ({"affinity": "epsilon", "radius": "2"}, "must be a number"),
    ],
)
def test_senseless_combinations_are_refused_with_the_way_out(values, message):
    with pytest.raises(ParameterError, match=message):
        SpectralClustering(2, **values).fit(np.eye(3))


def test_the_schema_of_a_bandwidth_is_a_number_that_may_be_left_out():
    assert json_schema()["properties"]["bandwidth"]["type"] == ["number", "null"]
