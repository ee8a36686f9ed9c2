"""What graphs, trees and resamples of the rows suggest: both readings, or one where there is nothing."""

import numpy as np
import pytest
from sklearn.datasets import make_circles, make_moons
from suggestion_data import nested_blobs, separated_blobs

from fiedler import SpectralClustering
from fiedler.suggestions import suggest_from_rows
from fiedler.suggestions.evidence import gather_evidence
from fiedler.suggestions.valley import valley_depth


def suggested(points, largest=20):
    spectrum = np.linspace(0, 1, largest + 1)
    return suggest_from_rows(points, spectrum, np.zeros((len(points), 1), np.float32), largest, 0)


def first(points, n=3, largest=20):
    return [suggestion.n_clusters for suggestion in suggested(points, largest)[:n]]


@pytest.mark.parametrize("n_clusters", [2, 3, 5, 8, 12])
def test_separated_blobs_are_counted_first(n_clusters):
    assert first(separated_blobs(n_clusters), 1) == [n_clusters]


def test_forty_clusters_are_found():
    assert 40 in first(separated_blobs(40, 4_000), largest=60)


@pytest.mark.parametrize(
    "points",
    [
        make_moons(1_000, noise=0.05, random_state=0)[0],
        make_circles(1_000, noise=0.04, factor=0.5, random_state=0)[0],
    ],
    ids=["moons", "circles"],
)
def test_two_shapes_are_counted_first(points):
    assert first(points, 1) == [2]


def test_few_groups_of_several_clusters_are_offered_in_both_readings():
    suggestions = suggested(nested_blobs(3, 4))[:3]
    numbers = [suggestion.n_clusters for suggestion in suggestions]
    assert {3, 12} <= set(numbers)
    said = {suggestion.n_clusters: suggestion.reasons[0] for suggestion in suggestions}
    assert said[3] == "The best overview, 2 to 4"
    assert said[12] == "The best in detail, 5 or more"


@pytest.mark.parametrize("noise", [0.15, 0.3])
def test_three_spirals_of_few_rows_are_not_said_to_be_one(noise):
    """Cuts of a graph of so few rows are no clearer than chance; the peaks of their density are."""
    turn = np.tile(np.linspace(3, 15, 100), 3)
    angle = 0.45 * turn + 2 * np.pi * np.repeat([0, 1, 2], 100) / 3
    points = np.c_[turn * np.cos(angle), turn * np.sin(angle)]
    assert first(points + np.random.default_rng(0).normal(0, noise, points.shape), 1) == [3]


def test_columns_of_unlike_scales_do_not_hide_clusters():
    points = separated_blobs(4)
    points[:, 1] *= 1_000
    assert first(points, 1) == [4]


@pytest.mark.parametrize(("n_columns", "seed"), [(1, 0), (1, 3), (2, 3), (5, 3), (20, 3)])
@pytest.mark.parametrize("kind", ["normal", "uniform"])
def test_rows_without_clusters_are_said_to_be_one(kind, n_columns, seed):
    """In one column the tails of a normal cloud come loose: a handful of rows is no cluster."""
    points = getattr(np.random.default_rng(seed), kind)(size=(800, n_columns))
    suggestions = suggested(points)
    assert suggestions[0].n_clusters == 1
    assert suggestions[0].reasons[0].startswith("No clear clusters: even the best cut, into ")
    # What the cuts would be is told all the same.
    assert len(suggestions) > 1


@pytest.mark.parametrize("distance", [3.0, 8.0])
def test_two_overlapping_clusters_are_not_said_to_be_one(distance):
    points = np.random.default_rng(0).normal(size=(2_000, 5))
    points[:1_000, 0] += distance
    numbers = [suggestion.n_clusters for suggestion in suggested(points)]
    assert numbers[0] == 2
    assert 1 not in numbers


def test_a_few_outliers_do_not_count():
    rng = np.random.default_rng(1)
    groups = [rng.normal(size=(600, 2)), rng.normal((12, 0), 1, (400, 2)), rng.uniform(-6, 18, (60, 2))]
    assert 2 in first(np.vstack(groups))


def test_filled_cells_that_lie_apart_are_no_cluster_of_their_own():
    generator = np.random.default_rng(0)
    usual, spread = np.array([[49, 12, 33], [72, 14, 58], [270, 36, 140]]), np.array([0.04, 0.05, 0.07])
    points = np.repeat(usual, 300, axis=0) * (1 + spread * generator.normal(size=(900, 3)))
    # The column's median stands in for a few missing cells, as an import fills them.
    points[600:605, 1] = np.median(points[:, 1])
    points = (points - points.mean(axis=0)) / points.std(axis=0)
    assert first(points, 1) == [3]


def test_a_dense_spot_beside_few_rows_is_a_valley_apart():
    generator = np.random.default_rng(0)
    spot, few = generator.normal(0, 1e-9, (800, 2)), generator.normal(1, 0.1, (200, 2))
    points = np.concatenate([spot, few])
    assert valley_depth(points, np.repeat([0, 1], [800, 200])) > 0.9


def test_measures_are_within_their_range_and_told():
    for suggestion in suggested(separated_blobs(5)):
        measured = (suggestion.separation, suggestion.stability, suggestion.agreement, suggestion.conductance)
        assert all(-1 <= value <= 1 for value in measured)
        assert 0 <= suggestion.score <= 1
        assert f"separation {suggestion.separation:.2f}" in " ".join(suggestion.reasons)


def test_five_separated_blobs_have_every_reason():
    best = suggested(separated_blobs(5))[0]
    assert best.n_clusters == 5
    assert best.stability > 0.95
    assert best.agreement > 0.9
    assert best.conductance < 0.05
    told = " ".join(best.reasons)
    figures = f"{best.stability:.2f} and {best.agreement:.2f}"
    assert f"Parts of the rows and spanning trees give the same clusters: agreement {figures}" in told
    assert "of a cluster's affinity leaves it" in told
    assert "Rows crowd at 5 peaks of density, which stand out " in told


def test_threads_do_not_change_the_evidence():
    points = separated_blobs(4) * [1, 0.5]
    one = gather_evidence(points, 10, 0, n_threads=1)
    two = gather_evidence(points, 10, 0, n_threads=2)
    assert one.shows_clusters == two.shows_clusters
    for name in ("separations", "steps", "stabilities", "agreements", "conductances", "peak_ratios"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))


@pytest.mark.parametrize("n_distinct", [1, 2, 19])
def test_too_few_distinct_rows_have_no_evidence(n_distinct):
    points = np.tile(np.random.default_rng(0).normal(size=(n_distinct, 2)), (30, 1))
    assert gather_evidence(points, 10, 0) is None
    assert suggested(points)


def test_the_list_does_not_go_beyond_what_was_asked():
    assert {suggestion.n_clusters for suggestion in suggested(separated_blobs(8), largest=3)} <= {1, 2, 3}


def test_progress_ends_the_work():
    told = []

    def stop(fraction):
        told.append(fraction)
        if len(told) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        gather_evidence(separated_blobs(3), 5, 0, progress=stop)
    assert told == sorted(told)
    assert 0 < told[0] <= told[-1] < 1


def test_the_estimator_asks_the_rows_unless_a_graph_was_chosen():
    points = separated_blobs(4)
    asked = SpectralClustering().fit(points).suggestions_
    assert asked[0].n_clusters == 4
    assert asked[0].stability is not None
    chosen = SpectralClustering(n_neighbors=12).fit(points).suggestions_
    assert chosen[0].stability is None
