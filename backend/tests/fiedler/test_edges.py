"""Graphs from lists of edges: every form means the same graph."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from fiedler import SpectralClustering, graph_from_edges
from fiedler.errors import InvalidGraphError

SOURCES, TARGETS, WEIGHTS = [4, 2, 7, 4], [2, 7, 4, 9], [1.0, 2.5, 0.5, 3.0]
EXPECTED = np.array([[0, 1, 2.5, 0], [1, 0, 0.5, 3], [2.5, 0.5, 0, 0], [0, 3, 0, 0]])


def columns(names=("source", "target", "weight")):
    return dict(zip(names, (SOURCES, TARGETS, WEIGHTS), strict=True))


@pytest.mark.parametrize(
    "edges",
    [
        np.column_stack([SOURCES, TARGETS, WEIGHTS]),
        list(zip(SOURCES, TARGETS, WEIGHTS, strict=True)),
        columns(),
        pd.DataFrame(columns()),
        pl.DataFrame(columns()),
        pa.table(columns()),
    ],
    ids=["array", "list", "mapping", "pandas", "polars", "arrow"],
)
def test_every_form_of_the_list_gives_the_same_graph(edges):
    graph = graph_from_edges(edges)
    np.testing.assert_array_equal(graph.vertices, [2, 4, 7, 9])
    np.testing.assert_array_equal(graph.affinity.toarray(), EXPECTED)
    assert graph.n_edges == 4


def test_edges_without_weights_weigh_one_and_repeated_ones_add_up():
    graph = graph_from_edges([(0, 1), (1, 0), (1, 2)])
    np.testing.assert_array_equal(graph.affinity.toarray(), [[0, 2, 0], [2, 0, 1], [0, 1, 0]])
    assert graph.n_edges == 2


def test_loops_count_once_and_edges_of_weight_zero_not_at_all():
    graph = graph_from_edges([(0, 0, 3.0), (0, 1, 1.0), (1, 2, 0.0)])
    np.testing.assert_array_equal(graph.affinity.toarray(), [[3, 1, 0], [1, 0, 0], [0, 0, 0]])
    assert graph.n_edges == 1
    assert graph.affinity.nnz == 3


def test_vertices_may_be_names_or_named_by_none():
    named = graph_from_edges(pl.DataFrame({"source": ["b", "a"], "target": ["a", "c"]}))
    assert named.vertices.tolist() == ["a", "b", "c"]
    mixed = graph_from_edges({"source": [1, 2], "target": ["x", "y"]})
    assert mixed.vertices.tolist() == ["1", "2", "x", "y"]
    isolated = graph_from_edges([(0, 1)], n_vertices=4)
    assert isolated.affinity.shape == (4, 4)
    assert isolated.vertices.tolist() == [0, 1, 2, 3]


def test_cliques_joined_by_one_edge_are_clusters():
    edges = [(i, j) for first in (0, 10, 20) for i in range(first, first + 8) for j in range(first, i)]
    edges += [(0, 10), (10, 20)]
    graph = graph_from_edges(edges)
    labels = SpectralClustering(3, affinity="precomputed").fit_predict(graph)
    assert np.array_equal(labels, SpectralClustering(3, affinity="precomputed").fit_predict(graph.affinity))
    assert len({(vertex // 10, label) for vertex, label in zip(graph.vertices, labels, strict=True)}) == 3


@pytest.mark.parametrize(
    ("edges", "message"),
    [
        ([], "no edges"),
        ([(0, 1, 2, 3)], "shape"),
        ([(0, 1, -1.0)], "edge 0 has the weight -1"),
        ([(0, 1, 1.0), (1, 2, np.inf)], "edge 1 has the weight inf"),
        ([(0.5, 1, 1.0)], "a vertex is 0.5"),
        ({"source": [0], "to": [1]}, "no 'target'"),
        ({"source": ["a", None], "target": ["b", "c"]}, "no vertex at one end"),
        ({"source": [0], "target": [1], "weight": ["heavy"]}, "weights must be numbers"),
    ],
)
def test_lists_that_are_no_graph_are_refused(edges, message):
    with pytest.raises(InvalidGraphError, match=message):
        graph_from_edges(edges)


def test_vertices_beyond_their_number_are_refused():
    with pytest.raises(InvalidGraphError, match="numbers from 0 to 1, and edges name 0 to 2"):
        graph_from_edges([(0, 2)], n_vertices=2)
