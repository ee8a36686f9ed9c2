"""What must not matter does not: order and unit of the data, copies, seeds, threads; on drawn tables."""

import os

import numpy as np
import pytest
from dense_reference import clusters, landmark_graph, laplacian_eigenpairs, neighbor_graph, normalized_cut
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from fiedler import SpectralClustering

PATHS = {
    "consensus": {},
    "exact": {"preset": "fast", "method": "exact"},
    "landmark": {"preset": "fast", "method": "landmark", "n_landmarks": 60},
}
every_path = pytest.mark.parametrize("path", PATHS)
drawn = settings(max_examples=6, deadline=None, derandomize=True)
seeds = st.integers(0, 2**31 - 1)


@st.composite
def groups(draw):
    """Round groups of unlike sizes, far apart in every column: no view reads them otherwise."""
    rng = np.random.default_rng(draw(seeds))
    n_clusters, n_features = draw(st.integers(2, 5)), draw(st.integers(2, 8))
    sizes = rng.integers(40, 90, size=n_clusters)
    # Steps of 12 between groups of deviation 1.
    centers = 12.0 * np.stack([rng.permutation(n_clusters) for _ in range(n_features)], axis=1)
    truth = np.repeat(np.arange(n_clusters), sizes)
    points = centers[truth] + rng.normal(size=(len(truth), n_features))
    order = rng.permutation(len(truth))
    return points[order], truth[order]


def cloud(seed, n_samples=400, n_features=4):
    """Rows without clusters: any cut is a matter of small differences."""
    return np.random.default_rng(seed).normal(size=(n_samples, n_features))


def labels_of(path, points, n_clusters, **options):
    return SpectralClustering(n_clusters, **PATHS[path], **options).fit(points).labels_


def same_partition(first, second):
    return adjusted_rand_score(first, second) == 1.0


@every_path
@drawn
@given(groups(), seeds)
def test_order_of_rows_does_not_matter(path, data, seed):
    points, truth = data
    n_clusters = len(np.unique(truth))
    order = np.random.default_rng(seed).permutation(len(points))
    labels = labels_of(path, points, n_clusters)
    assert same_partition(labels, truth)
    assert same_partition(labels_of(path, points[order], n_clusters), labels[order])


@every_path
@drawn
@given(groups(), seeds)
def test_order_of_columns_does_not_matter(path, data, seed):
    points, truth = data
    order = np.random.default_rng(seed).permutation(points.shape[1])
    assert same_partition(labels_of(path, points[:, order], len(np.unique(truth))), truth)


@every_path
@drawn
@given(groups(), st.floats(-1e4, 1e4), st.integers(-30, 30))
def test_place_and_unit_of_the_data_do_not_matter(path, data, offset, power):
    points, truth = data
    moved = (points + offset) * 10.0**power
    assert same_partition(labels_of(path, moved, len(np.unique(truth))), truth)


@every_path
@drawn
@given(seeds, st.integers(-8, 8))
def test_factor_of_two_changes_no_bit_even_without_clusters(path, seed, power):
    """Powers at which landmarks take features as they are: farther off they are brought to a usual scale."""
    points = cloud(seed)
    points -= points.mean(axis=0)
    labels = labels_of(path, points, 3)
    np.testing.assert_array_equal(labels_of(path, points * 2.0**power, 3), labels)


@every_path
@drawn
@given(groups(), st.integers(2, 4))
def test_copies_of_rows_share_their_label_and_change_no_other(path, data, n_copies):
    points, truth = data
    labels = labels_of(path, np.repeat(points, n_copies, axis=0), len(np.unique(truth)))
    of_copies = labels.reshape(len(points), n_copies)
    assert (of_copies == of_copies[:, :1]).all()
    assert same_partition(of_copies[:, 0], truth)


@every_path
@drawn
@given(groups(), seeds)
def test_seed_does_not_decide_where_clusters_are_clear(path, data, seed):
    points, truth = data
    assert same_partition(labels_of(path, points, len(np.unique(truth)), random_state=seed), truth)


@every_path
@drawn
@given(seeds)
def test_same_seed_gives_the_same_bits(path, seed):
    points = cloud(seed)
    first = SpectralClustering(4, **PATHS[path], random_state=seed).fit(points)
    second = SpectralClustering(4, **PATHS[path], random_state=seed).fit(points.copy())
    np.testing.assert_array_equal(first.labels_, second.labels_)
    np.testing.assert_array_equal(first.eigenvalues_, second.eigenvalues_)


@pytest.mark.parametrize(
    ("path", "n_samples", "n_features"),
    [
        ("consensus", 1500, 2),
        ("consensus", 900, 6),
        ("exact", 4000, 3),
        ("exact", 35_000, 5),
        ("landmark", 150_000, 2),
        ("landmark", 150_000, 6),
    ],
)
def test_number_of_threads_changes_no_bit(path, n_samples, n_features, monkeypatch):
    """Sizes above those of a block of rows, so that threads do share the work."""
    points = cloud(0, n_samples, n_features)
    fits = []
    for cores in ({0}, {0, 1}, {0, 1, 2}):
        monkeypatch.setattr(os, "sched_getaffinity", lambda process, cores=cores: cores)
        fits.append(SpectralClustering(4, **PATHS[path]).fit(points))
    for fit in fits[1:]:
        np.testing.assert_array_equal(fit.labels_, fits[0].labels_)
        np.testing.assert_array_equal(fit.eigenvalues_, fits[0].eigenvalues_)
        np.testing.assert_array_equal(fit.predict(points[:500]), fits[0].predict(points[:500]))


@drawn
@given(seeds, st.integers(60, 250), st.integers(2, 12), st.integers(5, 12))
def test_spectrum_and_cut_are_those_of_the_dense_reference(seed, n_samples, n_features, n_neighbors):
    points = cloud(seed, n_samples, n_features)
    model = SpectralClustering(3, preset="fast", n_neighbors=n_neighbors, max_clusters=8).fit(points)
    affinity = neighbor_graph(points, n_neighbors)
    expected = laplacian_eigenpairs(affinity)[0][: len(model.eigenvalues_)]
    # Distances are kept in float32.
    np.testing.assert_allclose(model.eigenvalues_, expected, atol=1e-5)
    # Without clusters k-means has many near optima; the cut found is as good as that of 20 starts.
    reference = normalized_cut(affinity, clusters(affinity, 3))
    assert normalized_cut(affinity, model.labels_) <= 1.1 * reference


@drawn
@given(groups())
def test_clear_clusters_are_those_of_the_dense_reference(data):
    points, truth = data
    n_clusters = len(np.unique(truth))
    reference = clusters(neighbor_graph(points), n_clusters)
    for path in PATHS:
        assert same_partition(labels_of(path, points, n_clusters), reference)


@drawn
@given(seeds, st.integers(2, 6))
def test_landmark_spectrum_is_that_of_its_dense_reference(seed, n_features):
    points = cloud(seed, 2000, n_features)
    model = SpectralClustering(3, method="landmark", n_landmarks=80).fit(points)
    found = model._embedding
    affinity = landmark_graph(points - points.mean(axis=0), found.landmarks, found.bandwidth)
    expected = laplacian_eigenpairs(affinity)[0][: len(model.eigenvalues_)]
    # Weights are float32, sums of them fixed point.
    np.testing.assert_allclose(model.eigenvalues_, expected, atol=1e-4)
