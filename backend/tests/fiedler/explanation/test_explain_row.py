"""Why a row is where it is: neighbours and silhouette as brute force has them."""

import json

import numpy as np
import pytest
from explanation_data import SCALE, StoredEmbedding, blobs, coded_of, embedding_of
from sklearn.metrics import silhouette_samples

from fiedler.explanation.codes import code_features
from fiedler.explanation.errors import ExplanationError
from fiedler.explanation.margins import border, embedded_clusters, margins
from fiedler.explanation.members import cluster_members
from fiedler.explanation.rows import explain_row

POINTS, LABELS = blobs([300, 200, 100], distance=1.5)


@pytest.mark.parametrize("row", [0, 17, 599])
def test_neighbours_and_silhouette_agree_with_brute_force(row):
    coded = coded_of(POINTS)
    found = explain_row(coded, cluster_members(LABELS), row)
    distances = np.linalg.norm(coded.features.astype(float) - coded.features[row], axis=1)
    distances[row] = np.inf
    expected = np.argsort(distances, kind="stable")[:10]
    assert [each["row"] for each in found.neighbors] == expected.tolist()
    np.testing.assert_allclose([each["distance"] for each in found.neighbors], distances[expected], rtol=1e-9)
    assert [each["cluster"] for each in found.neighbors] == LABELS[expected].tolist()
    silhouettes = silhouette_samples(coded.features.astype(float), LABELS)
    assert found.silhouette == pytest.approx(silhouettes[row], abs=1e-9)
    assert found.cluster == LABELS[row]
    assert sum(each["weight_share"] for each in found.held_by) == pytest.approx(1)
    json.dumps(found.to_dict(), allow_nan=False)


def test_margin_comes_from_the_embedding():
    members = cluster_members(LABELS)
    embedded = embedded_clusters(embedding_of(LABELS, 3, noise=0.4), members)
    found = explain_row(coded_of(POINTS), members, 5, embedded)
    expected = margins(embedded, np.array([5]))
    assert found.margin == pytest.approx(expected.values[0])


def test_a_row_on_a_border_is_told_of_the_cluster_beyond_it():
    members = cluster_members(LABELS)
    embedded = embedded_clusters(embedding_of(LABELS, 3, noise=0.4), members)
    for each in [row for cluster in range(3) for row in border(embedded, cluster).rows[:4]]:
        assert explain_row(coded_of(POINTS), members, each["row"], embedded).closest_cluster == each["other"]


def test_of_clusters_as_far_in_the_embedding_the_nearer_in_features_is_closest():
    labels = np.repeat(np.arange(3), 50).astype(np.uint16)
    points = np.random.default_rng(0).normal(size=(150, 2)) + labels[:, None] * [[9.0, 0.0]]
    members = cluster_members(labels)
    # Without a link between the parts their directions are at right angles.
    embedded = embedded_clusters(embedding_of(labels, 3, noise=0.001), members)
    coded = coded_of(points)
    assert explain_row(coded, members, 120, embedded).closest_cluster == 1
    assert explain_row(coded, members, 10, embedded).closest_cluster == 1


def test_a_cluster_clearly_nearer_in_the_embedding_is_closest_whatever_features_say():
    labels = np.repeat(np.arange(3), 50).astype(np.uint16)
    points = np.random.default_rng(0).normal(size=(150, 2)) + labels[:, None] * [[9.0, 0.0]]
    vectors = np.eye(3)[labels] + 1.0 * (labels == 0)[:, None] * np.array([0, 0, 1])
    embedded = embedded_clusters(StoredEmbedding(vectors.astype(np.float32)), cluster_members(labels))
    assert explain_row(coded_of(points), cluster_members(labels), 10, embedded).closest_cluster == 2


def test_pull_says_which_column_draws_the_row_away():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(1_000, 3)) + 30
    labels = np.repeat(np.arange(2), 500).astype(np.uint16)
    points[500:] += [8, 8, 0]
    points[3] = [30.0, 38.0, 30.0]
    found = explain_row(coded_of(points, names=["a", "b", "c"]), cluster_members(labels), 3)
    pulls = {each.name: each for each in found.columns}
    assert pulls["b"].pull > 4
    assert pulls["a"].pull < -4
    assert abs(pulls["c"].pull) < 0.3
    assert pulls["b"].value == pytest.approx(38, abs=1e-5)
    assert pulls["b"].own_median == pytest.approx(30, abs=0.2)
    assert pulls["b"].own_percentile > 0.99
    assert 0.3 < pulls["b"].other_percentile < 0.7
    assert "; a = 30 (usual here " in found.sentence
    assert "; b = 38 (usual here " in found.sentence


def test_row_whose_cell_is_missing_has_no_value():
    missing = {0: np.arange(600) == 4}
    found = explain_row(coded_of(POINTS, missing=missing), cluster_members(LABELS), 4)
    column = next(each for each in found.columns if each.column == 0)
    assert (column.value, column.pull) == (None, 0.0)


def test_one_cluster_one_row_and_copies():
    alone = explain_row(coded_of(POINTS), cluster_members(np.zeros(600, dtype=np.uint16)), 0)
    assert (alone.silhouette, alone.closest_cluster, alone.columns) == (None, None, ())
    assert alone.sentence == "All the 10 rows nearest to it are in its cluster."
    single = explain_row(coded_of([[1.0]]), cluster_members(np.zeros(1, dtype=np.uint16)), 0)
    assert single.neighbors == []
    assert single.sentence == "It is the only row."
    copies = explain_row(coded_of(np.ones((5, 2))), cluster_members(np.array([0, 0, 1, 1, 1])), 0)
    assert copies.silhouette == 0.0
    assert [each["row"] for each in copies.neighbors] == [1, 2, 3, 4]
    json.dumps([alone.to_dict(), single.to_dict(), copies.to_dict()], allow_nan=False)


def test_row_alone_in_its_cluster_counts_zero():
    labels = np.array([0, 1, 1], dtype=np.uint16)
    found = explain_row(coded_of([[0.0], [1.0], [2.0]]), cluster_members(labels), 0)
    assert found.silhouette == 0.0
    assert found.sentence.startswith("0 of the 2 rows nearest")


@pytest.mark.parametrize("mode", ["r", "c"])
def test_memory_maps_over_several_blocks(tmp_path, mode):
    features = np.random.default_rng(1).normal(size=(70_000, 2)).astype(np.float32)
    labels = (features[:, 0] > 0).astype(np.uint16)
    np.save(tmp_path / "features.npy", features)
    np.save(tmp_path / "labels.npy", labels)
    coded = coded_of(features * SCALE + 10)
    mapped = np.load(tmp_path / "features.npy", mmap_mode=mode)
    stored = code_features(mapped, [each.column for each in coded.columns], n_threads=1)
    members = cluster_members(np.load(tmp_path / "labels.npy", mmap_mode=mode))
    found = explain_row(stored, members, 69_999)
    distances = np.linalg.norm(features.astype(float) - features[69_999], axis=1)
    distances[69_999] = np.inf
    assert [each["row"] for each in found.neighbors] == np.argsort(distances, kind="stable")[:10].tolist()


@pytest.mark.parametrize("row", [-1, 600])
def test_rows_that_are_not_there_are_refused(row):
    with pytest.raises(ExplanationError, match=f"row {row}"):
        explain_row(coded_of(POINTS), cluster_members(LABELS), row)
