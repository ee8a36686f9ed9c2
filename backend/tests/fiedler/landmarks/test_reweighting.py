"""Other weights of the same landmarks: what a fit of them would have given, from what one has kept."""

import numpy as np
import pytest
from landmark_data import half_rings, mixture
from scipy.spatial.distance import cdist

from fiedler.landmarks.embedding import LandmarkEmbedding
from fiedler.landmarks.fitting import landmark_embedding
from fiedler.landmarks.reweighting import reweighted
from fiedler.parameters import ParameterError


def rows_of(n_features):
    return half_rings(3_000)[0] if n_features == 2 else mixture(3_000, n_features, 3, spread=0.5)[0]


def dense_laplacian(points, landmarks, n_neighbors, bandwidth):
    """The landmark graph's normalized Laplacian, all in float64."""
    squares = cdist(points.astype(np.float64), landmarks.astype(np.float64), "sqeuclidean")
    others = np.argsort(squares, axis=1)[:, n_neighbors:]
    weights = np.exp(-squares / (2 * bandwidth**2))
    np.put_along_axis(weights, others, 0.0, axis=1)
    affinity = weights.T @ (weights / weights.sum(axis=1, keepdims=True))
    return np.eye(len(landmarks)) - affinity / np.sqrt(np.outer(affinity.sum(1), affinity.sum(1)))


@pytest.mark.parametrize("n_features", [2, 7, 80])
def test_the_same_weights_give_the_same_bits(n_features):
    embedding = landmark_embedding(rows_of(n_features), 6, n_landmarks=120)
    again = reweighted(embedding)
    np.testing.assert_array_equal(again.vectors, embedding.vectors)
    np.testing.assert_array_equal(again.eigenvalues, embedding.eigenvalues)


@pytest.mark.parametrize("n_features", [2, 7])
@pytest.mark.parametrize(("times", "n_neighbors"), [(0.5, 5), (2.0, 5), (1.0, 3), (0.7, 2)])
def test_eigenvalues_are_those_of_the_dense_statement(n_features, times, n_neighbors):
    points = rows_of(n_features)
    embedding = landmark_embedding(points, 6, n_landmarks=120)
    other = reweighted(embedding, bandwidth=times * embedding.bandwidth, n_neighbors=n_neighbors)
    laplacian = dense_laplacian(points, embedding.landmarks, n_neighbors, other.bandwidth)
    np.testing.assert_allclose(other.eigenvalues, np.linalg.eigvalsh(laplacian)[:6], atol=1e-5)
    rows, new = other.rows(np.arange(50)), other.extend(points[:50])
    assert rows.shape == (50, 6)
    np.testing.assert_allclose(rows, new, atol=1e-5)
    assert not np.allclose(rows, embedding.rows(np.arange(50)), atol=1e-2)


def test_fewer_landmarks_a_row_are_those_that_a_fit_would_find():
    points = rows_of(2)
    three = landmark_embedding(points, 6, n_landmarks=120, n_neighbors=3)
    found = reweighted(
        landmark_embedding(points, 6, n_landmarks=120), bandwidth=three.bandwidth, n_neighbors=3
    )
    np.testing.assert_array_equal(found.vectors, three.vectors)
    np.testing.assert_array_equal(found.nearest_centroid(np.eye(3)), three.nearest_centroid(np.eye(3)))


@pytest.mark.parametrize("n_features", [2, 7])
def test_weights_of_far_rows_do_not_vanish_when_the_bandwidth_narrows(n_features):
    points = rows_of(n_features)
    points[:30] += 40
    embedding = landmark_embedding(points, 6, n_landmarks=120)
    narrow = reweighted(embedding, bandwidth=0.05 * embedding.bandwidth)
    assert np.isfinite(narrow.vectors).all()
    assert np.abs(narrow.rows(np.arange(60))).max(axis=1).min() > 0
    np.testing.assert_allclose(narrow.rows(np.arange(60)), narrow.extend(points[:60]), atol=1e-4)


@pytest.mark.parametrize("n_features", [2, 7])
def test_threads_files_and_earlier_weights_do_not_change_a_bit(n_features, tmp_path):
    """Three blocks of rows at least, so that two threads share them unevenly."""
    points, _ = mixture(1_200_000 if n_features == 2 else 300_000, n_features, 4)
    embedding = landmark_embedding(points, 5, n_landmarks=150, n_threads=2)
    other = reweighted(embedding, bandwidth=0.6 * embedding.bandwidth)
    embedding.save(tmp_path)
    loaded = LandmarkEmbedding.load(tmp_path, points)
    alone = reweighted(loaded, bandwidth=0.6 * embedding.bandwidth)
    np.testing.assert_array_equal(alone.vectors, other.vectors)
    there_and_back = reweighted(other, bandwidth=embedding.bandwidth)
    np.testing.assert_array_equal(there_and_back.vectors, embedding.vectors)


def test_what_the_listener_raises_ends_the_work():
    embedding = landmark_embedding(rows_of(7), 6, n_landmarks=120)

    def cancel(fraction):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        reweighted(embedding, progress=cancel)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"bandwidth": 1e-9}, "a hundredth of that"),
        ({"bandwidth": float("nan")}, "bandwidth is nan"),
        ({"n_neighbors": 6}, "between 1 and 5"),
        ({"n_neighbors": 0}, "n_neighbors is 0"),
    ],
)
def test_weights_that_say_nothing_or_are_not_known_are_refused(options, said):
    embedding = landmark_embedding(rows_of(2), 6, n_landmarks=120)
    with pytest.raises(ParameterError, match=said):
        reweighted(embedding, **options)
