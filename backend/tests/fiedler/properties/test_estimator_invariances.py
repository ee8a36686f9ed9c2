"""What may not change the clusters: order, unit and copies of rows, signs of eigenvectors, threads.

Whatever graph, Laplacian, solver and rounding are chosen, on groups far enough apart to have one answer.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from fiedler.exact.embedding import ExactEmbedding
from fiedler.exact.fitting import exact_embedding
from fiedler.rounding import RoundingOptions, round_embedding

EXAMPLES = settings(max_examples=25, deadline=None, derandomize=True)

choices = st.fixed_dictionaries(
    {
        "affinity": st.sampled_from(["local", "global", "binary", "epsilon", "rbf"]),
        "metric": st.sampled_from(["euclidean", "cosine"]),
        "laplacian": st.sampled_from(["symmetric_normalized", "random_walk", "unnormalized"]),
        "eigen_solver": st.sampled_from(["auto", "dense", "arpack", "chebyshev"]),
    }
)
roundings = st.sampled_from(["kmeans", "cluster_qr", "discretize", "tree"])
tables = st.tuples(st.integers(0, 10_000), st.integers(2, 4), st.integers(2, 6))


def groups(table):
    """Return rows in k groups, apart in distance and in angle, and the group of each."""
    seed, n_clusters, n_features = table
    generator = np.random.default_rng(seed)
    angles = 2 * np.pi * np.arange(n_clusters) / n_clusters + generator.uniform(0, 1)
    truth = generator.permutation(np.arange(40 * n_clusters) % n_clusters)
    rows = generator.normal(size=(len(truth), n_features))
    rows[:, 0] += 12 * np.cos(angles)[truth]
    rows[:, 1] += 12 * np.sin(angles)[truth]
    return rows.astype(np.float32), truth


def embedded(rows, chosen, n_clusters, **values):
    return exact_embedding(rows, n_clusters + 2, **chosen, **values)


def labels_of(embedding, chosen, rounding, n_clusters):
    options = RoundingOptions(rounding, unit_rows=chosen["laplacian"] == "symmetric_normalized")
    return round_embedding(embedding, embedding.vectors, n_clusters, 0, options).labels


@EXAMPLES
@given(tables, choices, roundings)
def test_groups_are_found_in_any_order_of_rows(table, chosen, rounding):
    rows, truth = groups(table)
    order = np.random.default_rng(table[0] + 1).permutation(len(rows))
    one, other = embedded(rows, chosen, table[1]), embedded(rows[order], chosen, table[1])
    np.testing.assert_allclose(other.eigenvalues, one.eigenvalues, rtol=1e-3, atol=1e-5)
    assert adjusted_rand_score(truth, labels_of(one, chosen, rounding, table[1])) == 1
    assert adjusted_rand_score(truth[order], labels_of(other, chosen, rounding, table[1])) == 1


@EXAMPLES
@given(tables, choices, roundings, st.integers(-8, 8))
def test_the_unit_of_the_data_changes_no_label(table, chosen, rounding, power):
    """Powers of two are exact in floating point, so that not even the last bit may change."""
    rows, _ = groups(table)
    one, other = (embedded(each, chosen, table[1]) for each in (rows, rows * np.float32(2.0**power)))
    np.testing.assert_array_equal(other.eigenvalues, one.eigenvalues)
    found, again = (labels_of(each, chosen, rounding, table[1]) for each in (one, other))
    np.testing.assert_array_equal(again, found)


@EXAMPLES
@given(tables, choices, roundings)
def test_copies_of_rows_share_their_label_and_move_no_eigenvalue(table, chosen, rounding):
    rows, truth = groups(table)
    counts = np.random.default_rng(table[0]).integers(1, 6, len(rows))
    copied = np.repeat(rows, counts, axis=0)
    one, other = embedded(rows, chosen, table[1]), embedded(copied, chosen, table[1])
    found = labels_of(other, chosen, rounding, table[1])
    np.testing.assert_array_equal(found, np.repeat(found[np.cumsum(counts) - 1], counts))
    assert adjusted_rand_score(np.repeat(truth, counts), found) == 1
    # Small parts are measured against all rows: with more of them, others may be too small.
    if other.facts.n_components == one.facts.n_components:
        np.testing.assert_array_equal(other.eigenvalues, one.eigenvalues)


@EXAMPLES
@given(tables, choices, roundings, st.lists(st.booleans(), min_size=8, max_size=8))
def test_signs_of_eigenvectors_change_no_cluster(table, chosen, rounding, flips):
    rows, _ = groups(table)
    one = embedded(rows, chosen, table[1])
    signs = np.where(flips[: one.vectors.shape[1]], -1, 1).astype(np.float32)
    other = ExactEmbedding(one.vectors * signs, one.eigenvalues, one.residual_norms, one.facts, None)
    found, flipped = (labels_of(each, chosen, rounding, table[1]) for each in (one, other))
    assert adjusted_rand_score(found, flipped) == 1


@EXAMPLES
@given(tables, choices)
def test_threads_change_no_bit(table, chosen):
    rows, _ = groups(table)
    one, other = (embedded(rows, chosen, table[1], n_threads=threads) for threads in (1, 2))
    np.testing.assert_array_equal(other.vectors, one.vectors)
    np.testing.assert_array_equal(other.eigenvalues, one.eigenvalues)


@pytest.mark.parametrize("affinity", ["local", "epsilon", "rbf"])
def test_threads_change_no_bit_of_more_rows_than_a_block(affinity):
    rows = np.random.default_rng(0).normal(size=(2_500, 5)).astype(np.float32)
    one, other = (
        exact_embedding(rows, 4, affinity=affinity, n_neighbors=7, n_threads=threads) for threads in (1, 2)
    )
    np.testing.assert_array_equal(other.vectors, one.vectors)
