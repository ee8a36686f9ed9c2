"""Streamed clustering: the clusters and the bits of the fit in memory, from any source, by any threads."""

import numpy as np
import pyarrow.parquet as pq
import pytest
from sklearn.metrics import normalized_mutual_info_score
from streamed_tables import as_table, mixture, write_parts

from fiedler import cluster_stream, pipeline
from fiedler.artifacts import ArtifactStore
from fiedler.errors import InvalidFeaturesError, SourceError, TooFewRowsError
from fiedler.landmarks.fitting import landmark_embedding
from fiedler.parameters import ClusteringParameters, ParameterError
from fiedler.rounding import find_centroids, sample_rows
from fiedler.sources import open_source
from fiedler.streaming.clustering import fit_stream
from fiedler.streaming.executors import ThreadExecutor
from fiedler.streaming.outputs import LabelOutput

FEW = 200


def labels_in_memory(table, folder, **parameters):
    path = folder / "table.parquet"
    pq.write_table(table, path)
    store = ArtifactStore(folder / "artifacts")
    wanted = ClusteringParameters(method="landmark", n_clusters=4, n_landmarks=FEW, **parameters)
    summary = pipeline.fit(path, "key", wanted, store)
    labels = np.load(store.path("partition", summary.partition.key) / "labels.npy")
    return labels, np.array(summary.eigenvalues), summary


@pytest.mark.parametrize("kind", ["flat", "deep"])
@pytest.mark.parametrize("n_threads", [1, 2])
def test_embedding_is_the_one_in_memory_bit_for_bit(kind, n_threads, request):
    points = request.getfixturevalue(kind)[0].astype(np.float32)
    expected = landmark_embedding(points, 21, n_landmarks=FEW)
    found = cluster_stream(points, 4, scaling="none", n_landmarks=FEW, n_threads=n_threads)
    np.testing.assert_array_equal(found.embedding.spectrum.vectors, expected.vectors)
    np.testing.assert_array_equal(found.eigenvalues, expected.eigenvalues)
    sample = expected.rows(sample_rows(len(points), 10_000, 0))
    np.testing.assert_array_equal(found.embedding.sample_vectors, sample)
    nearest = expected.nearest_centroid(find_centroids(sample, 4, 0))
    order = np.argsort(-np.bincount(nearest), kind="stable")
    np.testing.assert_array_equal(order[found.labels], nearest)


def test_hundreds_of_columns_are_projected_as_in_memory():
    points = mixture(20_000, 100)[0].astype(np.float32)
    expected = landmark_embedding(points, 21, n_landmarks=FEW)
    found = cluster_stream(points, 4, scaling="none", n_landmarks=FEW)
    np.testing.assert_array_equal(found.embedding.spectrum.vectors, expected.vectors)


@pytest.mark.parametrize("kind", ["flat", "deep"])
def test_parts_give_the_labels_of_the_pipeline_on_the_whole_table(kind, request, tmp_path):
    points, truth = request.getfixturevalue(kind)
    expected, eigenvalues, _ = labels_in_memory(as_table(points), tmp_path)
    write_parts(points, tmp_path / "parts")
    found = cluster_stream(tmp_path / "parts", 4, n_landmarks=FEW)
    np.testing.assert_array_equal(found.labels, expected)
    np.testing.assert_array_equal(found.eigenvalues, eigenvalues)
    assert found.sizes.tolist() == np.bincount(expected).tolist()
    assert repr(found).startswith(f"{len(expected):,} rows in {found.n_clusters} clusters: ")
    assert normalized_mutual_info_score(truth, found.labels) > 0.95


def test_record_batches_read_in_one_direction_give_the_same_labels(deep):
    points, _ = deep
    table = as_table(points)
    whole = cluster_stream(table, 4, n_landmarks=FEW)
    streamed = cluster_stream(lambda: table.to_batches(12_345), 4, n_landmarks=FEW, n_threads=2)
    np.testing.assert_array_equal(streamed.labels, whole.labels)


@pytest.mark.parametrize("imputation", ["median", "mean", "zero"])
@pytest.mark.parametrize("scaling", ["auto", "standard", "robust", "minmax", "none"])
def test_every_scaling_and_imputation_is_the_pipelines(scaling, imputation, tmp_path):
    points, _ = mixture(30_000, 3)
    points[::7, 1] = np.nan
    points[5, 2] = np.inf
    table = as_table(points)
    expected, eigenvalues, summary = labels_in_memory(table, tmp_path, scaling=scaling, imputation=imputation)
    found = cluster_stream(table, 4, n_landmarks=FEW, scaling=scaling, imputation=imputation, n_threads=2)
    np.testing.assert_array_equal(found.eigenvalues, eigenvalues)
    np.testing.assert_array_equal(found.labels, expected)
    assert list(found.notes) == [note for note in summary.notes if note["code"] != "landmarks"]


def test_columns_of_one_unit_keep_their_proportions_and_constant_ones_are_left_out(tmp_path):
    generator = np.random.default_rng(0)
    points = np.clip(np.round(mixture(30_000, 4)[0] + 8), 0, 16)
    points[:2] = [[0] * 4, [16] * 4]
    points = np.column_stack([points, np.full(len(points), 3.0), generator.integers(0, 17, len(points))])
    table = as_table(points)
    expected, _, _ = labels_in_memory(table, tmp_path)
    found = cluster_stream(table, 4, n_landmarks=FEW)
    assert {note["code"] for note in found.notes} == {"constant_columns", "common_scale"}
    np.testing.assert_array_equal(found.labels, expected)


def test_predicting_the_rows_fitted_gives_their_labels(flat, deep):
    for points, _ in (flat, deep):
        found = cluster_stream(points, 4, n_landmarks=FEW)
        same = found.predict(points[:20_000]) == found.labels[:20_000]
        # float32 vectors against float64 tables: rows on a border may fall either way.
        assert same.mean() > 0.9999


def test_another_cut_is_that_of_a_fit_asked_for_it(deep):
    points, _ = deep
    asked = cluster_stream(points, 3, n_landmarks=FEW)
    recut = cluster_stream(points, 5, n_landmarks=FEW).recut(3)
    np.testing.assert_array_equal(recut.labels, asked.labels)
    with pytest.raises(ParameterError, match="between 1 and 20"):
        asked.recut(21)


def test_without_a_number_of_clusters_the_first_suggestion_is_taken(flat):
    points, truth = flat
    found = cluster_stream(points, n_landmarks=FEW)
    assert found.n_clusters == found.suggestions[0].n_clusters == 4
    assert normalized_mutual_info_score(truth, found.labels) > 0.95


@pytest.mark.parametrize("value", [np.nan, -np.inf])
def test_a_value_that_is_not_finite_is_named_by_row_and_column(value, deep):
    points = deep[0].copy()
    points[123_456, 3] = value
    with pytest.raises(InvalidFeaturesError, match=r"row 123,456 .* column 'column 3'"):
        cluster_stream(as_table(points), 4, n_landmarks=FEW)


def test_new_rows_are_checked(deep):
    points, _ = deep
    found = cluster_stream(points, 4, n_landmarks=FEW)
    with pytest.raises(InvalidFeaturesError, match=r"\(m, 6\), the columns x0, x1"):
        found.predict(points[:, :5])
    with pytest.raises(InvalidFeaturesError, match="missing"):
        found.predict(np.where(np.arange(6) == 2, np.nan, points[:9]))


def test_too_few_rows_and_too_little_memory_are_told(deep):
    points, _ = deep
    with pytest.raises(TooFewRowsError, match="50 rows for 50 landmarks"):
        cluster_stream(points[:50], n_landmarks=50)
    with pytest.raises(ParameterError, match="memory_bytes is 1,000,000; 6 columns and 200 landmarks need"):
        cluster_stream(points, n_landmarks=FEW, memory_bytes=1_000_000)


def test_less_memory_means_fewer_threads_and_the_same_labels(deep):
    points, _ = deep
    free = cluster_stream(points, 4, n_landmarks=FEW, n_threads=2)
    bound = cluster_stream(points, 4, n_landmarks=FEW, n_threads=2, memory_bytes=80_000_000)
    assert (free.executor.n_threads, bound.executor.n_threads) == (2, 1)
    np.testing.assert_array_equal(free.labels, bound.labels)


@pytest.mark.parametrize("bytes_to_keep", [0, 1 << 30])
def test_what_is_kept_of_the_rows_changes_no_label(bytes_to_keep, deep):
    points, _ = deep
    source = open_source(points)
    parameters = ClusteringParameters(n_clusters=4, n_landmarks=FEW)
    executor = ThreadExecutor(2, bytes_to_keep)
    found = fit_stream(source, parameters, "refuse", executor, LabelOutput(None), None)
    assert (found.embedding.neighbors is None) == (bytes_to_keep == 0)
    np.testing.assert_array_equal(
        found.labels, cluster_stream(points, 4, n_landmarks=FEW, n_threads=1).labels
    )


def test_a_value_that_stops_being_finite_between_passes_ends_the_fit(flat):
    points = flat[0].astype(np.float32)

    def spoil(fraction, message):
        if fraction > 0.35:
            points[1_200_000, 1] = np.nan

    with pytest.raises(SourceError, match=r"of the rows 1,048,576 to 1,299,999 one holds a value"):
        cluster_stream(points, 4, n_landmarks=FEW, scaling="none", n_threads=1, progress=spoil)


def test_a_part_that_vanishes_between_passes_ends_the_fit(deep, tmp_path):
    points, _ = deep
    write_parts(points, tmp_path / "parts")

    def remove(fraction, message):
        if fraction > 0.3:
            (tmp_path / "parts" / "part-2.parquet").unlink(missing_ok=True)

    with pytest.raises(SourceError, match=r"part-2\.parquet cannot be read"):
        cluster_stream(tmp_path / "parts", 4, n_landmarks=FEW, progress=remove)


def test_a_stream_of_no_rows_is_refused_for_that():
    with pytest.raises(TooFewRowsError, match="there are 0 rows; at least two"):
        cluster_stream(np.empty((0, 2)), n_clusters=2)
