"""Margins and borders agree with a plain statement of them."""

import numpy as np
import pytest
from explanation_data import StoredEmbedding, embedding_of

from fiedler.explanation.margins import border, embedded_clusters, margins
from fiedler.explanation.members import cluster_members


def plain_margins(vectors, labels, n_clusters):
    unit = vectors[:, :n_clusters] / np.linalg.norm(vectors[:, :n_clusters], axis=1, keepdims=True)
    centers = np.array([unit[labels == c].mean(axis=0) for c in range(n_clusters)])
    distances = np.linalg.norm(unit[:, None] - centers, axis=2)
    own = distances[np.arange(len(labels)), labels]
    distances[np.arange(len(labels)), labels] = np.inf
    nearest = distances.min(axis=1)
    return (nearest - own) / np.maximum(nearest, own), distances.argmin(axis=1)


@pytest.fixture
def clusters():
    labels = np.random.default_rng(0).integers(4, size=900).astype(np.uint16)
    return embedded_clusters(embedding_of(labels, 6, noise=0.5), cluster_members(labels, 4))


def test_margins_agree_with_a_plain_statement(clusters):
    found = margins(clusters, np.arange(900))
    expected, others = plain_margins(clusters.embedding.vectors, clusters.members.labels, 4)
    np.testing.assert_allclose(found.values, expected, atol=1e-5)
    np.testing.assert_array_equal(found.others, others)


def test_border_lists_the_smallest_margins_first(clusters):
    found = border(clusters, 2, n_listed=7)
    rows = np.flatnonzero(clusters.members.labels == 2)
    values = margins(clusters, rows).values
    order = np.argsort(values, kind="stable")
    assert [each["row"] for each in found.rows] == rows[order[:7]].tolist()
    assert found.n_examined == len(rows)
    assert found.n_borderline == found.estimated_borderline == np.count_nonzero(values < 0.1)
    assert sum(each["count"] for each in found.others) == found.n_borderline
    counts = [each["count"] for each in found.others]
    assert counts == sorted(counts, reverse=True)


def test_clusters_far_apart_have_no_border():
    labels = np.repeat(np.arange(2), 50).astype(np.uint16)
    clusters = embedded_clusters(embedding_of(labels, 2, noise=0.01), cluster_members(labels))
    found = border(clusters, 0)
    assert (found.rows, found.n_borderline, found.others) == ([], 0, [])


def test_sampled_borders_are_estimated_for_the_whole_cluster():
    labels = (np.arange(30_000) % 2).astype(np.uint16)
    labels[:6] = 1
    clusters = embedded_clusters(embedding_of(labels, 2, noise=0.7), cluster_members(labels))
    found = border(clusters, 0)
    assert found.n_examined == 10_000
    share = np.mean(margins(clusters, clusters.members.rows(0)).values < 0.1)
    assert found.estimated_borderline / clusters.members.sizes[0] == pytest.approx(share, abs=0.02)


def test_empty_clusters_attract_no_row():
    labels = np.repeat([0, 2], 40).astype(np.uint16)
    clusters = embedded_clusters(embedding_of(labels, 3), cluster_members(labels))
    found = margins(clusters, np.arange(80))
    assert set(found.others[:40]) == {2}
    assert set(found.others[40:]) == {0}


def test_a_single_cluster_has_no_margin():
    clusters = embedded_clusters(
        StoredEmbedding(np.ones((5, 1), np.float32)), cluster_members(np.zeros(5, dtype=np.uint16))
    )
    found = margins(clusters, np.arange(5))
    assert np.isnan(found.values).all()
    assert (found.others == -1).all()


def test_equal_vectors_have_margin_zero():
    labels = np.array([0, 1, 0, 1], dtype=np.uint16)
    clusters = embedded_clusters(StoredEmbedding(np.ones((4, 2), np.float32)), cluster_members(labels))
    np.testing.assert_allclose(margins(clusters, np.arange(4)).values, 0, atol=1e-6)
