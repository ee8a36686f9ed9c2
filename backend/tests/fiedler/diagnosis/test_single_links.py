"""Links that alone hold parts together, against their definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse import csgraph

from fiedler.diagnosis.single_links import single_links


def by_definition(graph, counts):
    """Remove each link in turn and look whether its component falls in two."""
    found = {}
    rows, columns = np.nonzero(np.triu(graph, 1))
    before = csgraph.connected_components(graph)[0]
    for first, second in zip(rows.tolist(), columns.tolist(), strict=True):
        cut = graph.copy()
        cut[first, second] = cut[second, first] = 0
        n_parts, part = csgraph.connected_components(cut)
        if n_parts > before:
            sides = sorted(int(counts[part == part[end]].sum()) for end in (first, second))
            found[first, second] = tuple(sides)
    return found


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 14), st.floats(0.05, 0.5), st.integers(0, 10**6))
def test_they_are_those_whose_removal_parts_a_component(n, density, seed):
    rng = np.random.default_rng(seed)
    graph = np.triu(rng.random((n, n)) < density, 1) * rng.uniform(0.1, 1, (n, n))
    graph = graph + graph.T
    counts = rng.integers(1, 4, n)
    found = single_links(sparse.csr_array(graph), counts, 1)
    links = {tuple(sorted((link.first, link.second))): (link.n_smaller, link.n_larger) for link in found}
    assert links == by_definition(graph, counts)
    assert all(link.weight == graph[link.first, link.second] for link in found)
    smaller = [link.n_smaller for link in found]
    assert smaller == sorted(smaller, reverse=True)


def two_cliques(size):
    graph = np.kron(np.eye(2), np.ones((size, size))) - np.eye(2 * size)
    graph[size - 1, size] = graph[size, size - 1] = 0.3
    return sparse.csr_array(graph)


def test_a_bridge_between_two_groups_is_found_with_its_sides():
    (link,) = single_links(two_cliques(6), np.ones(12, np.int64), 5)
    assert {link.first, link.second} == {5, 6}
    assert (link.weight, link.n_smaller, link.n_larger) == (0.3, 6, 6)


def test_small_sides_are_left_out_and_loops_do_not_count():
    graph = two_cliques(6).tolil()
    graph[0, 0] = 4
    counts = np.ones(12, np.int64)
    assert single_links(graph.tocsr(), counts, 7) == ()
    counts[0] = 2
    (link,) = single_links(graph.tocsr(), counts, 6)
    assert (link.second, link.n_smaller, link.n_larger) == (6, 6, 7)


@pytest.mark.parametrize("n", [100_000])
def test_long_chains_need_no_deep_recursion(n):
    steps = np.arange(n - 1)
    chain = sparse.coo_array((np.ones(n - 1), (steps, steps + 1)), shape=(n, n)).tocsr()
    found = single_links(chain + chain.T, np.ones(n, np.int64), n // 2)
    assert [(link.n_smaller, link.n_larger) for link in found] == [(n // 2, n // 2)]
