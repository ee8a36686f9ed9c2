"""Judgement of a fitted estimator."""

import numpy as np
import pytest
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
    large = SpectralClustering(3).fit(np.random.default_rng(0).normal(size=(10_001, 2)))
    assert large.method_ == "landmark"
    assert large._fresh(0).fit(blobs).method_ == "landmark"


def test_what_was_merged_is_judged_as_merged(blobs):
    found = SpectralClustering(3).fit(blobs).merge([0, 1]).stability(3)
    assert len(found.clusters) == 2
