"""One partition out of several: what they share is kept, whatever their numbering and gaps."""

import doctest

import numpy as np
import pytest
from scipy import sparse
from sklearn.cluster import KMeans
from sklearn.datasets import load_digits, make_moons
from sklearn.metrics import adjusted_rand_score

from fiedler import ensemble
from fiedler.edits.errors import ComparisonError
from fiedler.ensembles import combination
from fiedler.ensembles.bipartite import bipartite_embedding
from fiedler.parameters import ParameterError


def noisy(truth, share, seed):
    rng = np.random.default_rng(seed)
    labels = truth.copy()
    wrong = rng.choice(len(truth), int(share * len(truth)), replace=False)
    labels[wrong] = rng.integers(0, truth.max() + 1, len(wrong))
    return rng.permutation(truth.max() + 1)[labels]


@pytest.fixture(scope="module")
def truth():
    return np.random.default_rng(0).permutation(np.repeat(np.arange(4), [90, 70, 50, 30]))


@pytest.mark.parametrize("form", [np.asarray, lambda labels: [f"c{label}" for label in labels]])
def test_equal_partitions_give_themselves_numbered_by_size(truth, form):
    given = [form((truth + shift) % 4) for shift in range(3)]
    for method in ("graph", "medoid"):
        found = ensemble(given, method=method)
        assert np.array_equal(found.labels, truth)
        assert np.array_equal(found.confidence, np.ones(240))
        np.testing.assert_allclose(found.agreement, 1)
        np.testing.assert_allclose(found.supports, 1)


def test_errors_that_differ_cancel(truth):
    given = [noisy(truth, 0.3, seed) for seed in range(15)]
    found = ensemble(given, 4)
    assert max(adjusted_rand_score(truth, labels) for labels in given) < 0.75
    assert adjusted_rand_score(truth, found.labels) > 0.98
    assert found.confidence[found.labels == truth].mean() > 0.7


def test_fine_partitions_of_another_tool_are_joined_into_the_shapes_they_follow():
    points, truth = make_moons(800, noise=0.05, random_state=0)
    given = [KMeans(15 + seed, n_init=1, random_state=seed).fit_predict(points) for seed in range(12)]
    assert adjusted_rand_score(truth, KMeans(2, n_init=3, random_state=0).fit_predict(points)) < 0.5
    assert adjusted_rand_score(truth, ensemble(given, 2).labels) > 0.98


def test_an_ensemble_of_k_means_is_better_than_its_parts():
    points, truth = load_digits(return_X_y=True)
    given = [KMeans(20 + seed, n_init=1, random_state=seed).fit_predict(points) for seed in range(15)]
    found = adjusted_rand_score(truth, ensemble(given, 10).labels)
    assert found > np.mean([adjusted_rand_score(truth, labels) for labels in given]) + 0.15


def test_gaps_are_filled_by_the_partitions_that_place_the_row(truth):
    given = np.array([truth, truth, truth], dtype=float)
    given[0, :80] = np.nan
    given[1, 40:120] = -1
    given[2, :40] = -1
    found = ensemble(given)
    assert np.array_equal(found.labels[40:], truth[40:])
    assert np.array_equal(found.labels[:40], truth[:40])
    given[1, :40] = -1
    found = ensemble(given)
    assert (found.labels[:40] == -1).all()
    assert np.isnan(found.confidence[:40]).all()
    assert adjusted_rand_score(found.labels[40:], truth[40:]) == 1


def test_weights_decide_between_two_opinions(truth):
    other = np.arange(240) % 4
    for first, second, winner in ((3, 1, truth), (1, 3, other)):
        found = ensemble([truth, other], weights=[first, second])
        assert adjusted_rand_score(winner, found.labels) > 0.9
        assert found.medoid == int(second > first)


def test_the_medoid_is_the_partition_most_agree_with(truth):
    given = [noisy(truth, share, seed) for seed, share in enumerate((0.6, 0.1, 0.5, 0.6))]
    found = ensemble(given, method="medoid")
    assert found.medoid == 1
    assert adjusted_rand_score(given[1], found.labels) == 1
    assert found.agreement_with_result[1] == 1
    assert str(found).startswith("4 clusters out of 4 partitions")


def test_the_small_eigenproblem_is_that_of_the_whole_bipartite_graph(truth):
    given = [noisy(truth, 0.3, seed).astype(np.uint16) for seed in range(3)]
    votes = np.array([1.0, 2.0, 0.5])
    links = sparse.hstack(
        [
            weight * sparse.csr_array((np.ones(240), (np.arange(240), labels)), shape=(240, 4))
            for labels, weight in zip(given, votes, strict=True)
        ]
    ).toarray()
    whole = np.block([[np.zeros((240, 240)), links], [links.T, np.zeros((12, 12))]])
    roots = 1 / np.sqrt(whole.sum(axis=1))
    values = np.linalg.eigvalsh(roots[:, None] * whole * roots)[::-1]
    found = bipartite_embedding(given, votes, 4)
    # Eigenvalues of the clusters' graph are squares of those of the bipartite one (Fern and Brodley 2004).
    np.testing.assert_allclose(1 - found.eigenvalues, values[:4] ** 2, atol=1e-10)


def test_neither_numbering_nor_order_of_partitions_matters(truth):
    given = [noisy(truth, 0.3, seed) for seed in range(6)]
    found = ensemble(given, 4)
    turned = ensemble([3 - labels for labels in given[::-1]], 4)
    assert np.array_equal(found.labels, turned.labels)


@pytest.mark.parametrize(
    ("given", "options", "error", "message"),
    [
        ([], {}, ComparisonError, "at least one"),
        ([[0, 1], [0, 1, 1]], {}, ComparisonError, r"lengths \[2, 3\]"),
        ([[0, -1], [-1, 1]], {}, ComparisonError, "no row in common"),
        ([[-1, -1]], {}, ComparisonError, "0 clusters"),
        ([[[0, 1]]], {}, ComparisonError, "shape"),
        ([[0, 1]], {"n_clusters": 3}, ParameterError, "between 1 and 2"),
        ([[0, 1]], {"n_clusters": 2, "method": "medoid"}, ParameterError, "leave"),
        ([[0, 1]], {"method": "vote"}, ParameterError, "'graph' or 'medoid'"),
        ([[0, 1]], {"weights": [0]}, ParameterError, "above 0"),
    ],
)
def test_what_cannot_be_combined_is_refused(given, options, error, message):
    with pytest.raises(error, match=message):
        ensemble(given, **options)


def test_the_example_runs():
    results = doctest.testmod(combination)
    assert results.attempted > 1
    assert results.failed == 0
