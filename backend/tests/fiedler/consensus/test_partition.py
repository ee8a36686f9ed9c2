import numpy as np
import pytest
from sklearn.datasets import make_blobs, make_circles, make_moons
from sklearn.metrics import adjusted_rand_score

from fiedler.consensus import PreparedTable, consensus_partition
from fiedler.errors import InvalidFeaturesError, TooFewRowsError


def two_crossing_rings() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    angle = generator.random(800) * 2 * np.pi
    truth = np.repeat([0, 1], 400)
    radius = 1 + generator.normal(0, 0.02, 800)
    return np.c_[1.1 * truth + radius * np.cos(angle), radius * np.sin(angle)], truth


def two_crossing_waves() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    angle = generator.random(800) * 2 * np.pi
    truth = np.repeat([1, -1], 400)
    return np.c_[angle / 2, truth * 2 * np.sin(angle)] + generator.normal(0, 0.03, (800, 2)), truth


def overlapping_normals(n_features: int) -> tuple[np.ndarray, np.ndarray]:
    truth = np.repeat([0, 1], 700)
    points = np.random.default_rng(0).standard_normal((1400, n_features))
    points += 3.2 / np.sqrt(n_features) * truth[:, None]
    return points, (points.sum(axis=1) > 1.6 * np.sqrt(n_features)).astype(int)


SETS = {
    "moons": (make_moons(600, noise=0.06, random_state=0), 2, 0.99),
    "circles": (make_circles(600, noise=0.05, factor=0.4, random_state=0), 2, 0.99),
    "blobs": (make_blobs(600, centers=5, cluster_std=0.8, random_state=3), 5, 0.95),
    "crossing rings": (two_crossing_rings(), 2, 0.9),
    "crossing waves": (two_crossing_waves(), 2, 0.9),
    "overlap, 2 columns": (overlapping_normals(2), 2, 0.9),
    "overlap, 64 columns": (overlapping_normals(64), 2, 0.85),
}


@pytest.mark.parametrize("name", SETS)
def test_the_consensus_finds_clusters_of_every_kind(name):
    (points, truth), n_clusters, floor = SETS[name]
    result = consensus_partition(points, n_clusters, n_threads=1)
    assert adjusted_rand_score(truth, result.labels) >= floor


@pytest.mark.parametrize("name", ["moons", "blobs", "crossing rings", "overlap, 2 columns"])
def test_the_order_of_rows_does_not_matter(name):
    (points, _), n_clusters, _ = SETS[name]
    order = np.random.default_rng(5).permutation(len(points))
    straight = consensus_partition(points, n_clusters, n_threads=1)
    shuffled = consensus_partition(points[order], n_clusters, n_threads=1)
    assert straight.views[straight.chosen].name == shuffled.views[shuffled.chosen].name
    assert adjusted_rand_score(straight.labels[order], shuffled.labels) == 1


@pytest.mark.parametrize("name", ["blobs", "crossing rings", "overlap, 64 columns"])
def test_the_number_of_threads_and_a_second_run_change_nothing(name):
    (points, _), n_clusters, _ = SETS[name]
    first = consensus_partition(points, n_clusters, n_threads=1)
    second = consensus_partition(points, n_clusters, n_threads=2)
    assert np.array_equal(first.labels, second.labels)
    assert [v.support for v in first.views] == [v.support for v in second.views]


def test_scale_and_shift_change_nothing():
    (points, _), n_clusters, _ = SETS["blobs"]
    moved = consensus_partition(points * 1e6 + 1e7, n_clusters, n_threads=1)
    assert adjusted_rand_score(consensus_partition(points, n_clusters).labels, moved.labels) == 1


def test_copies_share_a_label():
    (points, _), _, _ = SETS["moons"]
    result = consensus_partition(np.vstack([points, points[::3], points[:10]]), 2, n_threads=1)
    assert np.array_equal(result.labels[600:800], result.labels[:600:3])
    assert np.array_equal(result.labels[800:], result.labels[:10])


def test_easy_data_end_after_the_first_views():
    points, _ = make_blobs(300, centers=[[0, 0], [30, 0], [0, 30]], random_state=0)
    result = consensus_partition(points, 3, n_threads=1)
    assert [stage.name for stage in result.stages] == ["spaces", "first views"]
    assert result.n_agreeing() == len(result.views)
    assert result.alternative is None


def test_every_stage_can_be_shown():
    (points, _), n_clusters, _ = SETS["crossing waves"]
    heard: list[float] = []
    result = consensus_partition(points, n_clusters, progress=lambda fraction, _: heard.append(fraction))
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
    assert result.views[result.chosen].family == "curves"
    assert all(stage.message and stage.seconds >= 0 for stage in result.stages)
    assert result.agreement.shape == (len(result.views),) * 2
    assert len({view.name for view in result.views}) == len(result.views)
    assert all(view.labels.shape == (800,) for view in result.views)
    assert np.array_equal(result.labels, result.views[result.chosen].labels)


def test_labels_are_numbered_by_size():
    points, _ = make_blobs([50, 200, 100], centers=[[0, 0], [20, 0], [0, 20]], random_state=0)
    labels = consensus_partition(points, 3).labels
    assert np.bincount(labels).tolist() == [200, 100, 50]


@pytest.mark.parametrize("n_rows", [1, 2, 3, 5, 9, 12, 30])
@pytest.mark.parametrize("n_clusters", [1, 2, 3])
def test_tiny_tables_work(n_rows, n_clusters):
    points = np.random.default_rng(n_rows).standard_normal((n_rows, 2))
    if n_clusters > n_rows:
        with pytest.raises(TooFewRowsError, match="Ask for fewer"):
            consensus_partition(points, n_clusters)
        return
    assert len(np.unique(consensus_partition(points, n_clusters).labels)) == n_clusters


def test_constant_columns_are_left_out_and_one_column_is_enough():
    points = np.r_[np.linspace(0, 1, 40), np.linspace(5, 6, 40)][:, None]
    truth = np.repeat([0, 1], 40)
    assert adjusted_rand_score(truth, consensus_partition(points, 2).labels) == 1
    padded = np.hstack([np.ones((80, 1)), points, np.zeros((80, 2))])
    assert adjusted_rand_score(truth, consensus_partition(padded, 2).labels) == 1


def test_identical_rows_are_one_cluster():
    assert consensus_partition(np.ones((20, 3)), 4).labels.max() == 0


def test_fewer_distinct_rows_than_clusters_give_one_cluster_each():
    labels = consensus_partition(np.repeat([[0.0], [1.0], [1.5]], 10, axis=0), 5).labels
    assert np.array_equal(labels, np.repeat([0, 1, 2], 10))


def test_more_columns_than_rows_work():
    generator = np.random.default_rng(0)
    truth = np.repeat([0, 1], 20)
    points = generator.standard_normal((40, 200)) + 3 * truth[:, None]
    assert adjusted_rand_score(truth, consensus_partition(points, 2).labels) == 1


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_not_finite_are_refused(value):
    points = np.zeros((5, 2))
    points[3, 1] = value
    with pytest.raises(InvalidFeaturesError, match="row 3, column 1"):
        consensus_partition(points, 2)


def test_zero_clusters_and_no_matrix_are_refused():
    with pytest.raises(TooFewRowsError):
        consensus_partition(np.zeros((5, 2)), 0)
    with pytest.raises(InvalidFeaturesError):
        consensus_partition(np.zeros(5), 1)


def test_columns_of_one_unit_are_seen_as_they_are():
    generator = np.random.default_rng(0)
    points = generator.integers(0, 17, (200, 6)).astype(float)
    points[0, :4], points[1, :4] = 0, 16
    points[:, 4:] *= 0.01
    assert all("standardised" not in view.name for view in consensus_partition(points, 3).views)
    points[:, 1] *= 3
    points[:, 2] *= 7
    assert any("standardised" in view.name for view in consensus_partition(points, 3).views)


@pytest.mark.parametrize("name", ["blobs", "crossing waves", "overlap, 64 columns"])
def test_a_prepared_table_gives_the_same_for_every_number_in_any_order(name):
    (points, _), _, _ = SETS[name]
    table = PreparedTable(points)
    for n_clusters in (4, 2, 3, 2):
        fresh = consensus_partition(points, n_clusters)
        again = consensus_partition(table, n_clusters)
        assert np.array_equal(fresh.labels, again.labels)
        assert [v.support for v in fresh.views] == [v.support for v in again.views]


def test_the_fast_preset_keeps_the_cut_with_wider_gaps():
    (points, truth), n_clusters, _ = SETS["moons"]
    result = consensus_partition(points, n_clusters, preset="fast")
    assert [view.name.rsplit(", ", 1)[1] for view in result.views] == ["k-means", "tree"]
    assert result.views[result.chosen].separation == max(view.separation for view in result.views)
    assert adjusted_rand_score(truth, result.labels) >= 0.97
    assert [stage.name for stage in result.stages] == ["spaces", "first views"]


@pytest.mark.parametrize("n_rows", [2, 3, 5, 12])
def test_the_fast_preset_takes_tiny_tables(n_rows):
    points = np.random.default_rng(n_rows).standard_normal((n_rows, 2))
    assert len(np.unique(consensus_partition(points, 2, preset="fast").labels)) == 2


def test_result_reads_in_a_few_lines():
    result = consensus_partition(two_crossing_rings()[0], 2)
    agreeing = f"{result.n_agreeing()} of {len(result.views)} views agree"
    assert repr(result) == f"<ConsensusResult: {agreeing} on these 2 clusters.>"
    assert f"Chosen: {result.views[result.chosen].name}." in str(result)
    assert len(str(result)) < 500
