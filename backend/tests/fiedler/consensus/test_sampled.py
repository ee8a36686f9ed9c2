import numpy as np
import pytest
from sklearn.datasets import make_blobs, make_moons
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from fiedler import SpectralClustering
from fiedler.consensus import PreparedTable
from fiedler.consensus.embedding import landmark_consensus_embedding, spectral_part
from fiedler.consensus.sampled import sampled_consensus
from fiedler.landmarks.fitting import landmark_embedding

N_ROWS = 12_000


@pytest.fixture(scope="module")
def noisy() -> tuple[np.ndarray, np.ndarray]:
    return make_moons(N_ROWS, noise=0.15, random_state=1)


@pytest.fixture(scope="module")
def model(noisy) -> SpectralClustering:
    return SpectralClustering(2).fit(noisy[0])


def test_noisy_moons_that_one_graph_cuts_across_are_told_apart(noisy, model):
    points, truth = noisy
    one_graph = SpectralClustering(2, method="landmark").fit(points)
    assert normalized_mutual_info_score(truth, one_graph.labels_) < 0.5
    assert normalized_mutual_info_score(truth, model.labels_) >= 0.88


def test_views_are_of_the_rows_named(model):
    result = model.consensus_
    chosen = result.views[result.chosen].labels
    assert result.rows.shape == chosen.shape == (4_000,)
    assert adjusted_rand_score(chosen, model.labels_[result.rows]) >= 0.95


def test_new_rows_go_where_fitted_ones_are(noisy, model):
    assert np.array_equal(model.predict(noisy[0]), model.labels_)
    assert np.all(model.confidence_ >= 0.5)


def test_another_number_and_back_gives_the_same(noisy):
    model = SpectralClustering(2).fit(noisy[0])
    first, eigenvalues = model.labels_, model.eigenvalues_
    assert model.recut(3).n_clusters_ == 3
    assert np.array_equal(model.recut(2).labels_, first)
    assert np.array_equal(model.eigenvalues_, eigenvalues)


def test_constraints_hold_and_leave_the_other_rows(noisy, model):
    upper, lower = np.flatnonzero(model.labels_ == 0)[0], np.flatnonzero(model.labels_ == 1)[0]
    same = SpectralClustering(2).fit(noisy[0], cannot_link=[(upper, lower)])
    assert adjusted_rand_score(model.labels_, same.labels_) >= 0.97
    joined = SpectralClustering(3).fit(noisy[0], must_link=[(upper, lower)])
    assert joined.labels_[upper] == joined.labels_[lower]


def test_a_cluster_smaller_than_any_landmark_is_kept():
    points, truth = make_blobs([7_000, 7_000, 25], centers=[[0, 0], [20, 0], [10, 4]], random_state=0)
    features = points.astype(np.float32)
    embedding = landmark_embedding(features, 4, n_landmarks=30, random_state=0)
    carried = landmark_consensus_embedding(embedding, truth)
    assert set(carried.vectors[:, :3].argmax(axis=1)) == {0, 1, 2}
    assert np.array_equal(spectral_part(carried, 4).vectors, embedding.vectors)


def test_labels_are_numbered_by_size_and_those_of_the_rounding():
    points, _ = make_blobs([9_000, 3_000, 1_000], centers=[[0, 0], [20, 0], [0, 20]], random_state=0)
    features = points.astype(np.float32)
    embedding = landmark_embedding(features, 4, n_landmarks=300, random_state=0)
    found = sampled_consensus(PreparedTable.sampled(features), embedding, 3)
    assert np.bincount(found.result.labels).tolist() == [9_000, 3_000, 1_000]
    rows = found.embedding.rows(np.arange(len(points)))
    assert np.array_equal(found.rounding.labels_of(rows), found.result.labels)
