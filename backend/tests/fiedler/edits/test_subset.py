"""Splitting a subset: by the embedding where it can, by the subset's own graph where it must."""

import numpy as np
import pytest
from nested_data import embedded, nested_blobs
from sklearn.datasets import load_digits
from sklearn.metrics import adjusted_rand_score

from fiedler.edits.errors import EditError
from fiedler.edits.subset import partition_subset
from fiedler.landmarks.fitting import landmark_embedding

ROWS, BLOB = nested_blobs()


def split(embedding, features, rows, n_parts=2, method="auto"):
    return partition_subset(embedding, features, rows, n_parts, method, 0)


def test_eigenvectors_that_vary_inside_are_used():
    rows = np.flatnonzero(BLOB // 2 == 1)
    found = split(embedded(ROWS), ROWS, rows)
    assert found.method == "embedding"
    assert adjusted_rand_score(BLOB[rows], found.parts) > 0.95


def test_a_cluster_the_eigenvectors_say_nothing_about_is_solved_alone():
    rows = np.flatnonzero(BLOB // 2 == 1)
    found = split(embedded(ROWS, n_components=2), ROWS, rows)
    assert found.method == "exact"
    assert adjusted_rand_score(BLOB[rows], found.parts) > 0.95


def test_merged_digits_come_apart_again():
    digits = load_digits()
    features = (digits.data / 16).astype(np.float32)
    embedding = embedded(features, n_components=21)
    agreements = []
    for first, second in ((0, 6), (1, 5), (2, 7), (3, 9), (4, 8)):
        rows = np.flatnonzero(np.isin(digits.target, (first, second)))
        agreements.append(adjusted_rand_score(digits.target[rows], split(embedding, features, rows).parts))
    assert np.mean(agreements) > 0.9


@pytest.mark.parametrize("n_features", [2, 5])
def test_landmark_embeddings_are_split_alike_by_pass_and_row_by_row(n_features):
    rows, blob = nested_blobs(30_000)
    noise = 0.1 * np.random.default_rng(0).standard_normal((30_000, n_features - 2))
    features = np.column_stack([rows, noise]).astype(np.float32)
    embedding = landmark_embedding(features, 12, n_landmarks=500)
    whole = np.flatnonzero(blob // 2 == 2)
    found = split(embedding, features, whole, method="embedding")
    assert adjusted_rand_score(blob[whole], found.parts) > 0.95
    few = np.sort(whole[:1_000])
    assert adjusted_rand_score(blob[few], split(embedding, features, few, method="embedding").parts) > 0.95


def test_parts_run_by_descending_size():
    rows = np.flatnonzero(BLOB < 3)
    found = split(embedded(ROWS), ROWS, rows, n_parts=3)
    assert np.array_equal(np.bincount(found.parts), found.sizes)
    assert (np.diff(found.sizes) <= 0).all()


@pytest.mark.parametrize("method", ["auto", "embedding", "exact"])
def test_equal_rows_cannot_be_split(method):
    features = np.concatenate([np.zeros((20, 2)), ROWS + 50]).astype(np.float32)
    found = split(embedded(features), features, np.arange(20), method=method)
    assert found.sizes.tolist() == [20]


def test_exact_splits_of_many_rows_are_refused_with_a_way_out():
    features = np.zeros((6_000, 2), np.float32)
    with pytest.raises(EditError, match="up to 5,000 rows"):
        split(embedded(ROWS), features, np.arange(6_000), method="exact")


def test_without_features_only_the_embedding_can_split():
    rows = np.flatnonzero(BLOB // 2 == 1)
    assert split(embedded(ROWS), None, rows).method == "embedding"
    with pytest.raises(EditError, match="needs features"):
        split(embedded(ROWS), None, rows, method="exact")


def test_more_parts_than_rows_are_refused():
    with pytest.raises(EditError, match="3 parts of 2 rows"):
        split(embedded(ROWS), ROWS, np.array([1, 2]), n_parts=3)


def test_every_row_its_own_part():
    found = split(embedded(ROWS), ROWS, np.array([1, 2, 3]), n_parts=3, method="embedding")
    assert found.sizes.tolist() == [1, 1, 1]
