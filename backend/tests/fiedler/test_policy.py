"""The path follows the shape of the data, and the reason says so."""

import pytest

from fiedler.parameters import ClusteringParameters
from fiedler.policy import CONSENSUS_ROWS, EXACT_ROWS, EXACT_ROWS_MANY_COLUMNS, choose_method, choose_path


@pytest.mark.parametrize(
    ("n_samples", "n_features", "method"),
    [
        (3, 2, "exact"),
        (EXACT_ROWS, 2, "exact"),
        (EXACT_ROWS + 1, 3, "landmark"),
        (EXACT_ROWS + 1, 4, "exact"),
        (EXACT_ROWS_MANY_COLUMNS + 1, 4, "landmark"),
    ],
)
def test_automatic_choice_goes_by_rows_and_columns(n_samples, n_features, method):
    choice = choose_method("auto", n_samples, n_features)
    assert choice.method == method
    assert f"{n_samples:,} rows" in choice.reason


@pytest.mark.parametrize("method", ["exact", "landmark"])
def test_a_wish_is_followed(method):
    assert choose_method(method, 50_000, 2).method == method


def test_too_few_rows_for_landmarks_are_said_to_be():
    choice = choose_method("landmark", 20, 2)
    assert choice.method == "exact"
    assert "too few for landmarks" in choice.reason


def test_few_rows_are_seen_in_many_views_and_many_in_one():
    few = choose_path(ClusteringParameters(), CONSENSUS_ROWS, 8)
    many = choose_path(ClusteringParameters(), CONSENSUS_ROWS + 1, 8)
    assert (few.method, few.consensus) == ("exact", True)
    assert "agreement of many views" in few.reason
    assert (many.method, many.consensus, many.rounding) == ("exact", False, "tree")
    assert "tree of its eigenvectors" in many.reason


def test_only_the_default_changes_how_eigenvectors_are_cut():
    for wish in ({"preset": "fast"}, {"method": "exact"}, {"rounding": "discretize"}):
        assert choose_path(ClusteringParameters(**wish), CONSENSUS_ROWS + 1, 8).rounding is None
    assert choose_path(ClusteringParameters(), 1_000_000, 8).rounding is None


def test_the_fast_preset_cuts_one_graph_in_two_ways():
    choice = choose_path(ClusteringParameters(preset="fast"), 500, 8)
    assert (choice.method, choice.consensus) == ("exact", True)
    assert "two cuts of one graph" in choice.reason


def test_more_rows_of_few_columns_are_seen_in_a_sample():
    many = choose_path(ClusteringParameters(), CONSENSUS_ROWS + 1, 3)
    assert (many.method, many.consensus) == ("landmark", True)
    assert "a sample of the rows" in many.reason
    assert not choose_path(ClusteringParameters(preset="fast"), CONSENSUS_ROWS + 1, 3).consensus
    assert not choose_path(ClusteringParameters(method="landmark"), CONSENSUS_ROWS + 1, 3).consensus


def test_many_columns_make_many_views_dear():
    rows = [n for n in range(1_000, 11_000, 100) if choose_path(ClusteringParameters(), n, 50).consensus]
    assert 6_000 <= max(rows) <= 6_500
    assert choose_path(ClusteringParameters(), max(rows), 784).consensus
    assert choose_path(ClusteringParameters(), CONSENSUS_ROWS, 20).consensus


@pytest.mark.parametrize(
    "wish",
    [
        {"method": "exact"},
        {"n_neighbors": 7},
        {"affinity": "binary"},
        {"symmetrization": "mutual"},
        {"rounding": "tree"},
        {"metric": "cosine"},
        {"laplacian": "random_walk"},
        {"n_components": 7},
    ],
)
def test_whoever_sets_the_graph_gets_that_graph(wish):
    assert not choose_path(ClusteringParameters(**wish), 500, 8).consensus
    assert choose_path(ClusteringParameters(max_clusters=5, random_state=1), 500, 8).consensus


def test_what_only_the_exact_graph_has_leads_to_it_and_is_the_reason():
    choice = choose_path(ClusteringParameters(laplacian="unnormalized"), 1_000_000, 2)
    assert choice.method == "exact"
    assert "laplacian is 'unnormalized'" in choice.reason
