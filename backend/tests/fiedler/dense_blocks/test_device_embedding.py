"""A landmark embedding made by dense blocks gives the clusters that the compiled kernels give."""

import pickle

import numpy as np
import pytest
from array_devices import DEVICES
from sklearn.datasets import make_circles
from sklearn.metrics import adjusted_rand_score

from fiedler.errors import InvalidFeaturesError
from fiedler.landmarks.embedding import LandmarkEmbedding
from fiedler.landmarks.fitting import landmark_embedding
from fiedler.rounding import round_embedding, sample_rows


def rings():
    points, truth = make_circles(4000, noise=0.05, factor=0.4, random_state=0)
    return points.astype(np.float32), truth


def blobs(n_features=12):
    rng = np.random.default_rng(0)
    truth = rng.integers(5, size=4000)
    centers = rng.normal(0, 6, (5, n_features))
    return (centers[truth] + rng.normal(size=(4000, n_features))).astype(np.float32), truth


def embedded(features, device=None, **options):
    return landmark_embedding(features, 6, n_landmarks=150, device=device, **options)


def labels_of(embedding, n_clusters):
    sample = embedding.rows(sample_rows(embedding.n_samples, 10_000, 0))
    return round_embedding(embedding, sample, n_clusters, 0).labels


@pytest.mark.parametrize("make", DEVICES)
@pytest.mark.parametrize(("data", "n_clusters"), [(rings, 2), (blobs, 5)])
def test_clusters_are_those_of_the_compiled_kernels(make, data, n_clusters):
    features, truth = data()
    here, there = embedded(features), embedded(features, make())
    # Landmarks are the same; eigenvalues differ by float32 sums, and by the two-level search that may pass
    # over one landmark in five hundred in many columns.
    np.testing.assert_allclose(there.eigenvalues, here.eigenvalues, atol=1e-3)
    labels = labels_of(there, n_clusters)
    assert adjusted_rand_score(labels_of(here, n_clusters), labels) == 1.0
    assert adjusted_rand_score(truth, labels) > 0.99


@pytest.mark.parametrize("make", DEVICES)
def test_labels_are_the_same_from_the_device_and_from_its_files(make, tmp_path):
    features, _ = blobs()
    embedding = embedded(features, make())
    embedding.save(tmp_path)
    loaded = LandmarkEmbedding.load(tmp_path, features)
    assert loaded.device is None
    np.testing.assert_array_equal(labels_of(loaded, 5), labels_of(embedding, 5))
    np.testing.assert_array_equal(loaded.rows(np.arange(9)), embedding.rows(np.arange(9)))


@pytest.mark.parametrize("make", DEVICES)
def test_rows_far_outside_follow_the_landmarks_nearest_to_them(make):
    features, _ = blobs()
    features[7] = 1e6
    here, there = embedded(features), embedded(features, make())
    np.testing.assert_array_equal(np.sort(there.neighbors[7]), np.sort(here.neighbors[7]))
    np.testing.assert_allclose(there.squared_distances[7], here.squared_distances[7], rtol=1e-3)


@pytest.mark.parametrize("make", DEVICES)
@pytest.mark.parametrize("data", [rings, blobs])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_value_that_is_not_finite_is_named(make, data, bad):
    features, _ = data()
    rng = np.random.default_rng(0)
    # Beyond the sampled rows, which are checked before.
    many = np.concatenate([features] * 8) + rng.normal(0, 1e-3, (32_000, features.shape[1]))
    many = many.astype(np.float32)
    sampled = np.random.default_rng(0).choice(32_000, 20_000, replace=False)
    row = int(np.setdiff1d(np.arange(32_000), sampled)[-1])
    many[row, 1] = bad
    with pytest.raises(InvalidFeaturesError, match=f"row {row} has the value {bad} in column 1"):
        embedded(many, make())


@pytest.mark.parametrize("make", DEVICES)
def test_pass_ends_where_its_listener_raises(make):
    features, _ = blobs()

    def listen(fraction, message):
        if "Comparing" in message and fraction > 0.3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        embedded(features, make(), progress=listen)


def test_pickled_embedding_looks_for_the_gpu_of_its_new_place():
    from array_devices import strict_device

    features, _ = blobs()
    embedding = pickle.loads(pickle.dumps(embedded(features, strict_device())))
    # No test machine has both a GPU and PyTorch unless it is to be used.
    assert embedding.device is None or "cuda" in str(embedding.device.device)
    assert len(np.unique(labels_of(embedding, 5))) == 5
