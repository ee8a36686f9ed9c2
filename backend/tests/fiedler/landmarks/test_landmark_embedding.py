"""The landmark path as a whole: clusters found, the same bits always, files, new rows, ill-posed tables."""

import numpy as np
import pytest
from landmark_data import cluster, half_rings, mixture
from sklearn.metrics import normalized_mutual_info_score

from fiedler.errors import ArtifactError, InvalidFeaturesError, TooFewRowsError
from fiedler.landmarks.embedding import LandmarkEmbedding
from fiedler.landmarks.fitting import landmark_embedding
from fiedler.policy import default_n_landmarks

# A seed whose mixtures of three do not overlap, in two dimensions and above.
SEPARATE = 5


@pytest.fixture(scope="module")
def rings():
    points, label = half_rings(20_000)
    return points, label, landmark_embedding(points, 10, n_landmarks=None)


@pytest.fixture(scope="module")
def blobs():
    points, label = mixture(20_000, 12, 6)
    return points, label, landmark_embedding(points, 10, n_landmarks=None)


def test_half_rings_are_told_apart(rings):
    _, label, embedding = rings
    found, _ = cluster(embedding, 2)
    assert normalized_mutual_info_score(label, found) >= 0.99


def test_mixture_in_twelve_dimensions_is_told_apart(blobs):
    _, label, embedding = blobs
    found, _ = cluster(embedding, 6)
    assert normalized_mutual_info_score(label, found) >= 0.99


@pytest.mark.parametrize("n_features", [1, 2, 3, 5])
def test_threads_do_not_change_a_bit(n_features):
    """Three blocks at least, so that two threads share them unevenly."""
    points, _ = mixture(1_200_000 if n_features <= 3 else 300_000, n_features, 4)
    one = landmark_embedding(points, 6, n_landmarks=200, n_threads=1)
    two = landmark_embedding(points, 6, n_landmarks=200, n_threads=2)
    np.testing.assert_array_equal(one.vectors, two.vectors)
    np.testing.assert_array_equal(one.eigenvalues, two.eigenvalues)
    centroids = np.eye(4)
    np.testing.assert_array_equal(one.nearest_centroid(centroids), two.nearest_centroid(centroids))


@pytest.mark.parametrize("kind", ["rings", "blobs"])
def test_nearest_centroid_agrees_with_brute_force_on_normalised_rows(kind, request):
    _, _, embedding = request.getfixturevalue(kind)
    n_clusters = 5
    labels, centroids = cluster(embedding, n_clusters)
    rows = embedding.rows(np.arange(embedding.n_samples))[:, :n_clusters].astype(np.float64)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    distances = np.linalg.norm(rows[:, None] - centroids, axis=2)
    ordered = np.sort(distances, axis=1)
    # float32 rows carry about 1e-6; nearer to a tie than 1e-4 either answer is right.
    clear = ordered[:, 1] - ordered[:, 0] > 1e-4
    assert clear.mean() > 0.99
    np.testing.assert_array_equal(labels[clear], distances.argmin(axis=1)[clear])


@pytest.mark.parametrize("kind", ["rings", "blobs"])
def test_saved_embedding_gives_the_same_labels_and_rows(kind, request, tmp_path):
    points, _, embedding = request.getfixturevalue(kind)
    embedding.save(tmp_path)
    np.save(tmp_path / "features.npy", points)
    features = np.load(tmp_path / "features.npy", mmap_mode="r")
    loaded = LandmarkEmbedding.load(tmp_path, features)
    centroids = np.eye(3)
    np.testing.assert_array_equal(loaded.nearest_centroid(centroids), embedding.nearest_centroid(centroids))
    chosen = np.array([7, 3, 19_999])
    np.testing.assert_array_equal(loaded.rows(chosen), embedding.rows(chosen))
    np.testing.assert_array_equal(loaded.extend(points[:50]), embedding.extend(points[:50]))
    assert loaded.bandwidth == embedding.bandwidth
    with pytest.raises(ArtifactError, match="20000 x"):
        LandmarkEmbedding.load(tmp_path, features[:100])


@pytest.mark.parametrize("kind", ["rings", "blobs"])
def test_extending_to_known_rows_gives_their_rows(kind, request):
    points, _, embedding = request.getfixturevalue(kind)
    chosen = np.array([5, 17, 4_000, 12_345, 17])
    np.testing.assert_allclose(embedding.extend(points[chosen]), embedding.rows(chosen), atol=1e-5)


def test_memory_map_read_only_gives_the_same_bits(rings, tmp_path):
    points, _, embedding = rings
    np.save(tmp_path / "features.npy", points)
    mapped = np.load(tmp_path / "features.npy", mmap_mode="r")
    again = landmark_embedding(mapped, 10, n_landmarks=None)
    np.testing.assert_array_equal(again.vectors, embedding.vectors)


def test_seed_decides_the_landmarks(rings):
    points, _, embedding = rings
    other = landmark_embedding(points, 10, n_landmarks=None, random_state=1)
    assert not np.array_equal(other.landmarks, embedding.landmarks)


def test_first_coordinate_is_constant_and_eigenvalues_ascend(blobs):
    _, _, embedding = blobs
    rows = embedding.rows(np.arange(1000))
    np.testing.assert_allclose(rows[:, 0], 1.0, atol=1e-5)
    assert embedding.eigenvalues[0] == 0.0
    assert np.all(np.diff(embedding.eigenvalues) >= 0)
    assert embedding.residual_norms.max() < 1e-10


@pytest.mark.parametrize("n_features", [2, 6])
def test_far_outliers_do_not_take_the_clusters(n_features):
    """A hundredth of a per mille of rows a thousand spreads away, and one at 1e30."""
    points, label = mixture(20_000, n_features, 3, spread=6.0, seed=SEPARATE)
    generator = np.random.default_rng(5)
    points[:20] = 5e3 * generator.standard_normal((20, n_features))
    points[20] = 1e30
    embedding = landmark_embedding(points, 6, n_landmarks=None)
    found, _ = cluster(embedding, 3)
    assert np.isfinite(embedding.rows(np.arange(100))).all()
    assert normalized_mutual_info_score(label[21:], found[21:]) >= 0.99


def test_clusters_of_unequal_density_and_size_are_told_apart():
    """Deviations 0.05, 1 and 0.02; a bandwidth of the dense ones alone would shatter the wide one."""
    generator = np.random.default_rng(0)
    points = np.concatenate(
        [
            generator.normal(0, 0.05, (15_000, 2)),
            generator.normal([6, 0], 1, (4_800, 2)),
            generator.normal([0, 8], 0.02, (200, 2)),
        ]
    )
    label = np.repeat([0, 1, 2], [15_000, 4_800, 200])
    found, _ = cluster(landmark_embedding(points.astype(np.float32), 10, n_landmarks=None), 3)
    assert normalized_mutual_info_score(label, found) >= 0.99


@pytest.mark.parametrize("share", [0.02, 0.1])
def test_scattered_rows_do_not_hide_the_half_rings(share):
    points, label = half_rings(20_000)
    n_scattered = int(share * 20_000)
    points[:n_scattered] = np.random.default_rng(1).uniform(-3, 4, (n_scattered, 2))
    found, _ = cluster(landmark_embedding(points, 10, n_landmarks=None), 2)
    assert normalized_mutual_info_score(label[n_scattered:], found[n_scattered:]) >= 0.99


@pytest.mark.parametrize("n_features", [2, 5])
def test_distance_keeps_its_digits_far_from_the_origin(n_features):
    points, label = mixture(5_000, n_features, 3, spread=6.0, seed=SEPARATE)
    embedding = landmark_embedding(points + np.float32(1e4), 5, n_landmarks=100)
    found, _ = cluster(embedding, 3)
    assert normalized_mutual_info_score(label, found) >= 0.98


@pytest.mark.parametrize("factor", [1e-25, 1e25])
@pytest.mark.parametrize("n_features", [2, 5])
def test_extreme_scale_changes_nothing(n_features, factor):
    points, label = mixture(5_000, n_features, 3, spread=6.0, seed=SEPARATE)
    embedding = landmark_embedding(points * np.float32(factor), 5, n_landmarks=100)
    found, _ = cluster(embedding, 3)
    assert normalized_mutual_info_score(label, found) >= 0.98


@pytest.mark.parametrize("n_features", [1, 2, 3, 6])
def test_fewer_distinct_rows_than_landmarks(n_features):
    points = np.repeat(np.arange(7, dtype=np.float32)[:, None] ** 2, n_features, axis=1)
    embedding = landmark_embedding(np.tile(points, (50, 1)), 10, n_landmarks=60)
    assert embedding.landmarks.shape == (7, n_features)
    rows = embedding.rows(np.arange(350))
    np.testing.assert_allclose(rows[:7], rows[7:14], atol=1e-6)


@pytest.mark.parametrize("n_features", [1, 2, 3, 6])
def test_equal_rows_are_one_landmark(n_features):
    embedding = landmark_embedding(np.full((100, n_features), 3.5, np.float32), 4, n_landmarks=20)
    np.testing.assert_array_equal(embedding.eigenvalues, [0.0])
    np.testing.assert_array_equal(embedding.nearest_centroid(np.ones((1, 1))), np.zeros(100))


@pytest.mark.parametrize("constant", [[0], [1], [0, 2], [1, 2]])
def test_constant_columns_change_no_label(constant):
    points, _ = mixture(4_000, 3, 3, spread=8.0)
    points[:, constant] = 2.0
    embedding = landmark_embedding(points, 5, n_landmarks=100)
    varying = landmark_embedding(
        np.ascontiguousarray(np.delete(points, constant, axis=1)), 5, n_landmarks=100
    )
    found, _ = cluster(embedding, 3)
    expected, _ = cluster(varying, 3)
    assert normalized_mutual_info_score(expected, found) >= 0.98


def test_separate_groups_give_a_zero_eigenvalue_each():
    """von Luxburg (2007), proposition 4, on groups a hundred spreads apart."""
    points, label = mixture(6_000, 2, 4, spread=0.0)
    points += np.float32(100) * np.column_stack([label, label % 2]).astype(np.float32)
    embedding = landmark_embedding(points, 8, n_landmarks=200)
    assert np.count_nonzero(embedding.eigenvalues < 1e-12) == 4
    found, _ = cluster(embedding, 4)
    assert normalized_mutual_info_score(label, found) == pytest.approx(1.0)


def test_hundreds_of_columns_are_reduced_and_new_rows_with_them():
    points, label = mixture(3_000, 200, 4, spread=1.0)
    embedding = landmark_embedding(points, 6, n_landmarks=None)
    assert embedding.landmarks.shape[1] == 50
    found, _ = cluster(embedding, 4)
    assert normalized_mutual_info_score(label, found) >= 0.99
    np.testing.assert_allclose(embedding.extend(points[:9]), embedding.rows(np.arange(9)), atol=1e-4)


@pytest.mark.parametrize("n_features", [2, 6])
@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("factor", [1.0, 1e10])
def test_value_that_is_not_finite_is_named(n_features, value, factor):
    """Outside the sample too: 40,000 rows, of which 20,000 are sampled."""
    points, _ = mixture(40_000, n_features, 2)
    points *= np.float32(factor)
    embedding = landmark_embedding(points, 3, n_landmarks=50)
    for row in (3, 11_111, 39_999):
        spoiled = points.copy()
        spoiled[row, 1] = value
        with pytest.raises(InvalidFeaturesError, match=f"row {row} .* column 1"):
            landmark_embedding(spoiled, 3, n_landmarks=50)
    with pytest.raises(InvalidFeaturesError, match="row 3"):
        embedding.extend(spoiled_rows(points, value))


def spoiled_rows(points, value):
    rows = points[:10].copy()
    rows[3, 0] = value
    return rows


def test_as_many_landmarks_as_rows_is_refused_with_both_numbers():
    points, _ = mixture(50, 2, 2)
    with pytest.raises(TooFewRowsError, match="50 rows for 50 landmarks"):
        landmark_embedding(points, 3, n_landmarks=50)
    assert landmark_embedding(points, 3, n_landmarks=49).eigenvalues.shape == (3,)


def test_wrong_arguments_are_refused(rings):
    points, _, embedding = rings
    with pytest.raises(InvalidFeaturesError, match="float64"):
        landmark_embedding(points.astype(np.float64), 3, n_landmarks=None)
    with pytest.raises(InvalidFeaturesError, match=r"\(m, 2\)"):
        embedding.extend(points[:, :1])
    with pytest.raises(ValueError, match="10 columns"):
        embedding.nearest_centroid(np.ones((2, 11)))
    with pytest.raises(ValueError, match="finite"):
        embedding.nearest_centroid(np.full((2, 2), np.nan))


def test_progress_ascends_to_one_and_its_exception_ends_the_fit(rings):
    points, _, _ = rings
    seen = []
    landmark_embedding(points, 3, n_landmarks=100, progress=lambda fraction, message: seen.append(fraction))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0

    def cancel(fraction, message):
        if fraction > 0.25:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        landmark_embedding(points, 3, n_landmarks=100, progress=cancel)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((1_000_000, 2, 5), 1_000),
        ((1_000_000, 2, 9), 3_000),
        ((1_000_000, 50, 2), 3_000),
        ((100_000, 50, 2), 1_000),
        ((150, 4, 3), 30),
        ((2, 2, 1), 1),
    ],
)
def test_default_number_of_landmarks(arguments, expected):
    assert default_n_landmarks(*arguments) == expected
