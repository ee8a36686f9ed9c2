"""A graph's figures, where they can be counted by hand, and what is said about them."""

import json

import numpy as np
import pytest
from scipy import sparse

from fiedler.diagnosis import diagnose_graph
from fiedler.errors import InvalidGraphError


def cliques(*sizes):
    return sparse.block_diag([np.ones((size, size)) - np.eye(size) for size in sizes]).tolil()


def joined(graph, first, second, weight=1.0):
    graph[first, second] = graph[second, first] = weight
    return graph


def codes(found):
    return [finding.code for finding in found.findings]


def ring(n, reach=3):
    steps = np.arange(n)
    graph = sparse.lil_array((n, n))
    for step in range(1, reach + 1):
        graph[steps, (steps + step) % n] = 1.0
        graph[(steps + step) % n, steps] = 1.0
    return graph.tocsr()


def test_an_even_graph_is_inconspicuous():
    found = diagnose_graph(ring(200))
    assert found.findings == ()
    assert found.n_links == 600
    assert found.links == {"min": 6, "median": 6, "mean": 6, "max": 6}
    assert found.part_sizes == (200,)
    assert str(found) == "600 links between 200 rows, in one part.\nNothing is conspicuous."


def test_parts_and_rows_apart_are_counted():
    graph = sparse.block_diag([cliques(30, 20, 2).tocsr(), sparse.csr_array((3, 3))]).tocsr()
    found = diagnose_graph(graph, rows=np.arange(100, 155))
    assert found.part_sizes == (30, 20)
    assert (found.n_small_parts, found.n_rows_in_small_parts) == (4, 5)
    assert found.isolated.tolist() == [152, 153, 154]
    assert codes(found) == ["parts", "small_parts"]
    assert "2 parts of 30, 20 rows" in str(found)
    assert "3 of them without any link" in str(found)


@pytest.mark.parametrize(
    ("n_clusters", "advice"), [(1, "Cut into as many"), (2, "as many clusters"), (3, "divided as well")]
)
def test_advice_on_parts_depends_on_the_clusters(n_clusters, advice):
    labels = np.minimum(np.repeat([0, 1, 2], [30, 10, 10]), n_clusters - 1)
    finding = next(f for f in diagnose_graph(cliques(30, 20).tocsr(), labels).findings if f.code == "parts")
    assert advice in finding.advice


def test_a_single_link_is_named_by_its_rows():
    graph = joined(cliques(20, 30), 3, 40, 0.25).tocsr()
    found = diagnose_graph(graph, rows=np.arange(50) * 2)
    (link,) = found.single_links
    assert (link.second, link.first, link.n_smaller, link.n_larger) == (6, 80, 20, 30)
    assert "rows 80 and 6 (affinity 0.25)" in str(found)


def test_hubs_are_those_with_many_times_the_usual_links():
    graph = ring(200).tolil()
    for other in range(10, 190, 2):
        joined(graph, 5, other)
    found = diagnose_graph(graph.tocsr())
    assert found.hubs.tolist() == [5]
    assert found.links["max"] == 96
    assert found.hub_share == pytest.approx(96 / 690)
    assert codes(found) == ["hubs"]


def test_rows_that_hang_by_a_thread_are_weak():
    graph = ring(200).tolil()
    for row in (20, 21, 22, 23):
        graph[row] = graph[row] * 1e-4
        graph[:, [row]] = graph[:, [row]] * 1e-4
    found = diagnose_graph(graph.tocsr())
    assert found.weak.tolist() == [20, 21, 22, 23]
    assert codes(found) == ["weak"]


def test_affinities_between_all_rows_are_told_of():
    found = diagnose_graph(sparse.csr_array(np.exp(-(np.random.default_rng(0).random((40, 40)) ** 0))))
    assert "dense" in codes(found)


def test_copies_count_as_rows():
    counts = np.ones(200, np.int64)
    counts[:10] = 5
    found = diagnose_graph(ring(200), row_counts=counts)
    assert (found.n_rows, found.n_vertices, found.n_copies) == (240, 200, 40)
    assert codes(found) == ["copies"]


def test_conductance_is_the_share_of_weight_that_leaves():
    graph = joined(cliques(4, 4, 4), 3, 4, 0.5)
    joined(graph, 8, 0, 0.25)
    graph[1, 1] = 2.0
    cuts = diagnose_graph(graph.tocsr(), np.repeat([0, 1, 2], 4)).cuts
    volumes = np.array([4 * 3 + 0.5 + 0.25 + 2, 12.5, 12.25])
    assert [cut.conductance for cut in cuts] == pytest.approx([0.75 / volumes[0], 0.5 / 12.5, 0.25 / 12.25])
    assert [(cut.most_linked, cut.n_links_out) for cut in cuts] == [(1, 2), (0, 1), (0, 1)]


def test_clusters_that_are_no_groups_of_the_graph_are_loose():
    labels = np.arange(200) % 2
    found = diagnose_graph(ring(200), labels)
    assert codes(found) == ["loose_clusters"]
    labels = np.where(np.arange(200) < 100, 0, 1)
    labels[:3] = -1
    assert diagnose_graph(ring(200), labels).findings == ()


def test_a_graph_without_links_says_so():
    found = diagnose_graph(sparse.csr_array((12, 12)), np.zeros(12, int))
    assert codes(found)[0] == "no_links"
    assert np.isnan(found.cuts[0].conductance)
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["cuts"][0]["conductance"] is None


def test_everything_can_be_stored_as_json():
    found = diagnose_graph(joined(cliques(20, 30), 3, 40).tocsr(), np.repeat([0, 1], [20, 30]))
    values = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert values["single_links"][0]["n_smaller"] == 20
    assert values["findings"][0]["code"] == "single_links"
    assert values["isolated"] == {"count": 0, "first": []}


@pytest.mark.parametrize(
    ("graph", "labels"), [(np.ones((2, 3)), None), (np.ones((2, 2)), [0]), (np.ones((0, 0)), None)]
)
def test_what_is_no_graph_is_refused(graph, labels):
    with pytest.raises(InvalidGraphError, match="square"):
        diagnose_graph(sparse.csr_array(graph), None if labels is None else np.array(labels))
