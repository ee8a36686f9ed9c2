"""Judgement of a fitted estimator."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.datasets import make_blobs

from fiedler import SpectralClustering

DOORS = {"consensus": {}, "exact": {"method": "exact"}, "landmark": {"method": "landmark"}}


@pytest.fixture(scope="module")
def blobs():
    return make_blobs(400, centers=[[0, 0], [9, 0], [0, 9]], random_state=0)[0]


@pytest.mark.parametrize("parameters", DOORS.values(), ids=DOORS)
def test_true_clusters_are_stable_and_a_split_blob_is_not(blobs, parameters):
    model = SpectralClustering(3, **parameters).fit(blobs)
    before = model.labels_.copy()
    found = model.stability(6)
    assert found.clusters.min() > 0.95
    assert np.nanmin(found.rows) > 0.6
    split = model.recut(5).stability(6)
    assert split.clusters.min() < 0.75
    assert np.array_equal(model.recut(3).labels_, before)


def test_a_graph_is_judged_by_parts_of_it(blobs):
    squares = ((blobs[:, None] - blobs) ** 2).sum(axis=2)
    model = SpectralClustering(3, affinity="precomputed").fit(np.exp(-squares / 2))
    assert model.stability(4).clusters.min() > 0.9


def test_the_rounds_take_the_path_of_the_fit(blobs):
    # Half of the rows would be few enough for the exact graph, and for a consensus.
    model = SpectralClustering(3, method="landmark", n_neighbors=7).fit(blobs)
    fresh = model._fresh(5)
    assert (fresh.method, fresh.n_neighbors, fresh.n_clusters, fresh.random_state) == ("landmark", 7, 3, 5)
    many = np.random.default_rng(0).normal(size=(10_001, 2))
    large = SpectralClustering(3, preset="fast").fit(many)
    assert large.method_ == "landmark"
    assert large._fresh(0).fit(blobs).method_ == "landmark"
    # The views of a sample are those of a table as small as it.
    viewed = SpectralClustering(3).fit(many)
    assert viewed.consensus_.rows is not None
    assert viewed._fresh(0).fit(blobs).consensus_ is not None


def test_what_was_merged_is_judged_as_merged(blobs):
    found = SpectralClustering(3).fit(blobs).merge([0, 1]).stability(3)
    assert len(found.clusters) == 2


def test_distances_are_judged_by_the_affinities_made_of_them(blobs):
    distances = np.sqrt(((blobs[:, None] - blobs) ** 2).sum(axis=2))
    model = SpectralClustering(3, metric="precomputed").fit(distances)
    assert model.stability(3).clusters.min() > 0.95
    assert len(model.diagnose().part_sizes) == 3


@pytest.mark.parametrize("parameters", DOORS.values(), ids=DOORS)
def test_the_graph_of_every_door_is_diagnosed(blobs, parameters):
    found = SpectralClustering(3, **parameters).fit(blobs).diagnose()
    assert len(found.part_sizes) == 3
    assert [cut.conductance for cut in found.cuts] == [0, 0, 0]
    assert "There are as many clusters" in str(found)


def test_what_a_graph_lacks_is_said():
    graph = sparse.block_diag([np.ones((30, 30)), np.ones((30, 30)), np.zeros((2, 2))]).tolil()
    graph[3, 40] = graph[40, 3] = 0.1
    found = SpectralClustering(2, affinity="precomputed").fit(graph.tocsr()).diagnose()
    assert found.isolated.tolist() == [60, 61]
    assert [(link.first, link.second) for link in found.single_links] == [(3, 40)]
    codes = [finding.code for finding in found.findings]
    assert codes[:2] == ["small_parts", "single_links"]


def test_the_cut_that_is_diagnosed_is_the_one_now(blobs):
    model = SpectralClustering(3, method="exact").fit(blobs)
    model.split(0, method="embedding")
    assert len(model.diagnose().cuts) == 4
    model.update(blobs[:50] + 0.01)
    found = model.diagnose()
    assert found.n_rows == 400
    assert sum(cut.n_rows for cut in found.cuts) == 400
