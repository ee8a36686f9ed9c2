"""Dense blocks agree with plain numpy statements of what they compute, in any array library."""

import numpy as np
import pytest
from array_devices import DEVICES

from fiedler.dense_blocks.landmarks import add_affinity, bounded, nearest_centroids, nearest_landmarks


def rows_and_landmarks(n_features, n_rows=300, n_landmarks=40, seed=0):
    rng = np.random.default_rng(seed)
    return (
        rng.normal(size=(n_rows, n_features)).astype(np.float32),
        rng.normal(size=(n_landmarks, n_features)).astype(np.float32),
    )


def found_by(device, rows, landmarks, n_neighbors=5):
    found = nearest_landmarks(device.namespace, device.array(rows), device.array(landmarks), n_neighbors)
    return tuple(device.numpy(array) for array in found)


@pytest.mark.parametrize("make", DEVICES)
@pytest.mark.parametrize("n_features", [1, 2, 8, 9, 50])
def test_nearest_landmarks_are_those_of_a_full_sort(make, n_features):
    rows, landmarks = rows_and_landmarks(n_features)
    indices, squares = found_by(make(), rows, landmarks)
    every = ((rows[:, None].astype(np.float64) - landmarks) ** 2).sum(axis=2)
    np.testing.assert_array_equal(indices, np.argsort(every, axis=1, kind="stable")[:, :5])
    # float32 sums of d squares.
    np.testing.assert_allclose(squares, np.sort(every, axis=1)[:, :5], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("make", DEVICES)
def test_close_landmarks_far_from_the_origin_are_told_apart(make):
    rows = np.array([[1000.0, 0.0]], np.float32)
    landmarks = np.array([[1000.5, 0], [1000.25, 0], [1000.125, 0]], np.float32)
    indices, squares = found_by(make(), rows, landmarks, 3)
    np.testing.assert_array_equal(indices, [[2, 1, 0]])
    np.testing.assert_array_equal(squares, [[0.125**2, 0.25**2, 0.5**2]])


@pytest.mark.parametrize("make", DEVICES)
def test_weights_of_a_far_row_keep_their_proportions(make):
    device = make()
    squares = np.array([[1.0, 2.0], [500.0, 501.0]], np.float32)
    shifted = device.numpy(bounded(device.namespace, device.array(squares), 1.0, 16.0))
    np.testing.assert_array_equal(shifted, [[1.0, 2.0], [16.0, 17.0]])


@pytest.mark.parametrize("make", DEVICES)
def test_affinity_adds_up_over_blocks(make):
    device = make()
    xp = device.namespace
    rows, landmarks = rows_and_landmarks(3)
    indices, squares = found_by(device, rows, landmarks)
    weights = np.zeros((300, 40))
    np.put_along_axis(weights, indices, np.exp(-0.7 * squares.astype(np.float64)), axis=1)
    expected = weights.T @ (weights / weights.sum(axis=1, keepdims=True))
    total = xp.zeros((40, 40), dtype=xp.float64, device=device.device)
    for block in (slice(0, 100), slice(100, 300)):
        total = add_affinity(xp, total, device.array(indices[block]), device.array(squares[block]), 0.7)
    # Products of float32 weights, hundreds of them to a sum.
    np.testing.assert_allclose(device.numpy(total), expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("make", DEVICES)
def test_rows_go_to_the_centroid_nearest_to_their_direction(make):
    device = make()
    rng = np.random.default_rng(1)
    rows, landmarks = rows_and_landmarks(3)
    indices, squares = found_by(device, rows, landmarks)
    vectors, centroids = rng.normal(size=(40, 4)), rng.normal(size=(6, 4))
    table = np.concatenate([vectors, vectors @ centroids.T], axis=1).astype(np.float32)
    half_norms = (0.5 * (centroids**2).sum(axis=1)).astype(np.float32)
    labels = nearest_centroids(
        device.namespace,
        device.array(indices),
        device.array(squares),
        0.7,
        device.array(table),
        device.array(half_norms),
    )
    weights = np.exp(-0.7 * squares.astype(np.float64))
    sums = np.einsum("mk,mkq->mq", weights, vectors[indices])
    directions = sums / np.linalg.norm(sums, axis=1, keepdims=True)
    distances = ((directions[:, None] - centroids) ** 2).sum(axis=2)
    np.testing.assert_array_equal(device.numpy(labels), distances.argmin(axis=1))
