"""One cluster against the rest: the same for any order of rows, whole for any shape of partition."""

import json

import numpy as np
import pytest
from explanation_data import blobs, coded_of, embedding_of

from fiedler.explanation.clusters import explain_cluster
from fiedler.explanation.codes import code_features
from fiedler.explanation.errors import ExplanationError
from fiedler.explanation.margins import embedded_clusters
from fiedler.explanation.members import cluster_members

SIZES = [400, 300, 200, 5, 1]


def explained(points, labels, cluster, vectors=None, **options):
    coded = coded_of(points, **options)
    members = cluster_members(labels)
    embedded = None if vectors is None else embedded_clusters(vectors, members)
    return explain_cluster(coded, members, cluster, embedded)


def without_rows(values):
    """What does not name rows."""
    values = json.loads(json.dumps(values, allow_nan=False))
    for each in values["border"]["rows"]:
        del each["row"]
    return values


@pytest.mark.parametrize("cluster", range(5))
def test_order_of_rows_does_not_matter(cluster):
    points, labels = blobs(SIZES)
    vectors = embedding_of(labels, 5, noise=0.6)
    found = explained(points, labels, cluster, vectors)
    order = np.random.default_rng(9).permutation(len(labels))
    turned_vectors = type(vectors)(vectors.vectors[order])
    turned = explained(points[order], labels[order], cluster, turned_vectors)
    first, second = without_rows(found.to_dict()), without_rows(turned.to_dict())
    margins = [[each["margin"] for each in values["border"].pop("rows")] for values in (first, second)]
    # Centres are sums in row order.
    np.testing.assert_allclose(*margins, atol=1e-6)
    assert first == second
    rows = {int(order[each["row"]]) for each in turned.border.rows}
    assert rows == {each["row"] for each in found.border.rows}


def test_the_column_that_was_shifted_comes_first():
    rng = np.random.default_rng(4)
    points = rng.normal(size=(3_000, 5)) + 20
    labels = (rng.random(3_000) < 0.3).astype(np.uint16)
    points[labels == 1, 3] += 4
    points[labels == 1, 1] -= 1
    found = explained(points, labels, 1, names=["a", "b", "c", "pressure", "e"])
    assert [each.name for each in found.contrast.columns[:2]] == ["pressure", "b"]
    assert found.sentence.startswith("Higher pressure (24")
    assert found.contrast.columns[0].effect.cliffs_delta > 0.95
    assert found.contrast.columns[1].effect.cliffs_delta < -0.4
    assert found.contrast.rule.text.startswith("pressure > ")


def test_saturated_columns_are_ranked_by_how_far_apart_they_are():
    rng = np.random.default_rng(5)
    points = rng.normal(size=(2_000, 3))
    labels = (np.arange(2_000) < 600).astype(np.uint16)
    points[:600] += [10, 40, 20]
    found = explained(points, labels, 1)
    assert [each.column for each in found.contrast.columns] == [1, 2, 0]


def test_clusters_of_a_few_rows_are_explained():
    points, labels = blobs(SIZES)
    for cluster in (3, 4):
        found = explained(points, labels, cluster, embedding_of(labels, 5))
        assert found.size == SIZES[cluster]
        assert found.contrast.columns[0].effect.inside_count == SIZES[cluster]
        assert found.contrast.rule.recall == 1.0
        assert found.nearest.n_examined == SIZES[cluster]
        json.dumps(found.to_dict(), allow_nan=False)


def test_one_cluster_has_nothing_to_be_compared_with():
    points, labels = blobs([50])
    found = explained(points, labels, 0, embedding_of(labels, 1))
    assert found.sentence == "All rows are in this cluster: there is no other to compare it with."
    assert found.contrast.rule is None
    assert found.nearest is None
    assert found.border is None
    assert sum(found.contrast.columns[0].curves.inside) == 50
    json.dumps(found.to_dict(), allow_nan=False)


def test_constant_columns_come_last_and_one_row_is_enough():
    points, labels = blobs([60, 60], n_columns=2)
    points = np.column_stack([np.full(120, 7.0), points])
    found = explained(points, labels, 0)
    assert found.contrast.columns[-1].column == 0
    assert found.contrast.columns[-1].effect.separation == 0.0
    alone = explained(np.array([[1.0, 2.0]]), np.array([0], dtype=np.uint16), 0)
    json.dumps(alone.to_dict(), allow_nan=False)


def test_all_constant_columns_say_that_no_column_tells_apart():
    labels = np.arange(10).astype(np.uint16) % 2
    found = explained(np.ones((10, 2)), labels, 0)
    assert found.contrast.rule is None
    assert found.sentence == "No single column tells it from the rest; only columns taken together do."


def test_missing_cells_are_counted_and_left_out():
    points, labels = blobs([300, 300], n_columns=2)
    gaps = (labels == 0) & (np.arange(600) % 3 == 0)
    found = explained(points, labels, 0, missing={1: gaps})
    column = next(each for each in found.contrast.columns if each.column == 1)
    assert column.effect.inside_missing == np.count_nonzero(gaps)
    assert column.effect.outside_missing == 0
    assert sum(column.curves.inside) + sum(column.curves.inside_beyond) == 300 - np.count_nonzero(gaps)


def test_column_missing_in_the_whole_cluster_is_told_as_no_effect():
    points, labels = blobs([100, 100], n_columns=2)
    found = explained(points, labels, 0, missing={0: labels == 0})
    column = next(each for each in found.contrast.columns if each.column == 0)
    assert column.effect.inside_quartiles is None
    assert column.effect.separation == 0.0
    json.dumps(found.to_dict(), allow_nan=False)


def test_asking_twice_of_mapped_files_gives_the_same(tmp_path):
    points, labels = blobs([5_000, 40_000], distance=1.0)
    coded = coded_of(points)
    first = explain_cluster(coded, cluster_members(labels), 0)
    np.save(tmp_path / "features.npy", coded.features)
    np.save(tmp_path / "labels.npy", labels)
    mapped = [np.load(tmp_path / f"{name}.npy", mmap_mode="r") for name in ("features", "labels")]
    stored = code_features(mapped[0], [each.column for each in coded.columns], n_threads=2)
    assert explain_cluster(stored, cluster_members(mapped[1]), 0) == first


def test_sampled_tables_agree_with_whole_ones():
    points, labels = blobs([200, 29_800], distance=1.5, seed=3)
    whole = explained(points, labels, 0)
    part = explained(points, labels, 0, largest=12_000)
    assert part.contrast.n_counted < 30_000
    for expected, found in zip(whole.contrast.columns, part.contrast.columns, strict=True):
        assert found.name == expected.name
        # 20,000 rows outside: a share's standard error is below .004.
        assert found.effect.cliffs_delta == pytest.approx(expected.effect.cliffs_delta, abs=0.02)
    assert part.contrast.rule.f1 == pytest.approx(whole.contrast.rule.f1, abs=0.05)
    assert part.contrast.rule.n_rows == 30_000


def test_only_the_leading_columns_are_told():
    rng = np.random.default_rng(6)
    points = rng.normal(size=(500, 90))
    labels = (rng.random(500) < 0.5).astype(np.uint16)
    points[labels == 1, 77] += 5
    found = explained(points, labels, 0)
    assert (len(found.contrast.columns), found.contrast.n_columns) == (12, 90)
    assert found.contrast.columns[0].column == 77


@pytest.mark.parametrize("cluster", [-1, 2, 3])
def test_clusters_that_are_not_there_are_refused(cluster):
    coded, members = coded_of(np.ones((4, 1))), cluster_members(np.array([0, 0, 1, 1]), 3)
    with pytest.raises(ExplanationError, match="cluster"):
        explain_cluster(coded, members, cluster)


def test_labels_of_another_table_are_refused():
    with pytest.raises(ExplanationError, match="3 labels for 4 rows"):
        explain_cluster(coded_of(np.ones((4, 1))), cluster_members(np.zeros(3, dtype=np.uint16)), 0)


def test_labels_beyond_the_number_of_clusters_are_refused():
    with pytest.raises(ExplanationError, match="label 2"):
        cluster_members(np.array([0, 2]), 2)
    with pytest.raises(ExplanationError, match="at least one row"):
        cluster_members(np.empty(0, dtype=np.uint16))
