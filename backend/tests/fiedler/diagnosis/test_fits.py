"""The graph that a fit was solved on, made again."""

import numpy as np
import pytest
from scipy import sparse

from fiedler.affinity.graph import neighbor_affinity
from fiedler.computation import compute_embedding
from fiedler.diagnosis.fits import diagnose_fit
from fiedler.landmarks.fitting import landmark_embedding
from fiedler.landmarks.memberships import landmark_graph, memberships
from fiedler.neighbors.nearest import nearest_neighbors
from fiedler.parameters import ClusteringParameters


def blobs(n, n_columns, n_clusters=3, seed=0):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, n_clusters, n)
    centers = rng.normal(size=(n_clusters, n_columns)) * 30
    return (centers[labels] + rng.normal(size=(n, n_columns))).astype(np.float32), labels


def test_the_exact_graph_is_that_of_the_parameters():
    features, labels = blobs(600, 4)
    parameters = ClusteringParameters(n_neighbors=7, affinity="global", symmetrization="mutual")
    embedding = compute_embedding(features, "exact", parameters)
    found = diagnose_fit(embedding, features, parameters, labels)
    graph = neighbor_affinity(nearest_neighbors(features, 7), "global", "mutual")
    assert found.n_links == graph.nnz // 2
    assert found.degrees["mean"] == pytest.approx(graph.sum() / 600)
    assert len(found.part_sizes) == embedding.facts.n_components == 3


def test_copies_share_a_vertex_that_goes_by_its_first_row():
    features, labels = blobs(300, 3)
    far = np.full((1, 3), 500, np.float32)
    features = np.concatenate([np.repeat(features[:1], 50, axis=0), features[1:], far])
    labels = np.concatenate([np.repeat(labels[:1], 50), labels[1:], [0]])
    parameters = ClusteringParameters(symmetrization="mutual")
    found = diagnose_fit(compute_embedding(features, "exact", parameters), features, parameters, labels)
    assert (found.n_rows, found.n_copies) == (350, 49)
    assert 349 in found.isolated
    assert sum(found.part_sizes) + found.n_rows_in_small_parts == 350
    assert found.part_sizes[0] >= max(np.bincount(labels[:-1])) - 3


@pytest.mark.parametrize("n_columns", [2, 6])
def test_rows_belong_to_landmarks_as_their_embedding_says(n_columns):
    features, _ = blobs(2_000, n_columns)
    embedding = landmark_embedding(features, 6, n_landmarks=200)
    rows = np.arange(0, 2_000, 7)
    weights = memberships(embedding, rows)
    np.testing.assert_allclose(weights.sum(axis=1), 1)
    np.testing.assert_allclose(weights @ embedding.vectors, embedding.rows(rows), atol=2e-4)


def test_the_landmark_graph_has_the_spectrum_of_the_fit():
    features, _ = blobs(3_000, 2, n_clusters=2)
    features[::3] += 15
    embedding = landmark_embedding(features, 5, n_landmarks=150)
    graph = landmark_graph(memberships(embedding, np.arange(3_000)))
    roots = sparse.diags_array(1 / np.sqrt(graph.sum(axis=1)))
    values = np.linalg.eigvalsh((roots @ graph @ roots).toarray())[::-1]
    # Links next to nothing are left out of one, and islands of the other.
    np.testing.assert_allclose(1 - values[:5], embedding.eigenvalues, atol=0.02)


@pytest.mark.parametrize("n_columns", [2, 6])
def test_landmarks_are_in_the_cluster_of_their_rows(n_columns):
    features, labels = blobs(3_000, n_columns)
    parameters = ClusteringParameters(method="landmark", n_landmarks=150)
    embedding = compute_embedding(features, "landmark", parameters)
    found = diagnose_fit(embedding, features, parameters, labels)
    assert (found.vertices, found.n_vertices) == ("landmarks", 150)
    assert len(found.part_sizes) == 3
    assert all(cut.conductance < 1e-6 for cut in found.cuts)
    labels[labels == 2] = -1
    assert len(diagnose_fit(embedding, features, parameters, labels).cuts) == 2
