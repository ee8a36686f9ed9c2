"""A fit of the estimator tells how far it is, and ends where the listener raises."""

import threading

import numpy as np
import pytest
from sklearn.datasets import make_blobs
from sklearn.exceptions import NotFittedError
from sklearn.metrics import pairwise_distances
from sklearn.metrics.pairwise import rbf_kernel

from fiedler import SpectralClustering

POINTS = make_blobs(400, centers=[[0, 0], [9, 0], [0, 9]], random_state=0)[0]
FITS = {
    "consensus": (SpectralClustering(3), POINTS),
    "suggested": (SpectralClustering(max_clusters=5), POINTS),
    "exact": (SpectralClustering(method="exact", n_neighbors=12, max_clusters=5), POINTS),
    "landmarks": (SpectralClustering(3, method="landmark", n_landmarks=50), np.tile(POINTS, (10, 1))),
    "affinity": (SpectralClustering(3, affinity="precomputed"), rbf_kernel(POINTS)),
    "distances": (SpectralClustering(3, metric="precomputed"), pairwise_distances(POINTS)),
}


class StopError(Exception):
    """Raised by a listener to end the work."""


def stopping(done):
    """Return a listener that raises when so much is done; how often it is told depends on the machine."""

    def tell(fraction, message):
        if fraction >= done:
            raise StopError

    return tell


@pytest.mark.parametrize("name", FITS)
def test_fit_tells_how_far_it_is_and_ends_anywhere(name):
    model, values = FITS[name]
    told, before = [], threading.active_count()
    labels = model.fit(values, progress=lambda *event: told.append(event)).labels_
    fractions = [fraction for fraction, _ in told]
    assert len(told) >= 3
    assert fractions == sorted(fractions)
    assert fractions[0] >= 0
    assert fractions[-1] == pytest.approx(1)
    assert all(message for _, message in told)
    for done in (0.0, 0.75, 0.999):
        with pytest.raises(StopError):
            model.fit(values, progress=stopping(done))
        # What an earlier fit found is not to be taken for this one's.
        with pytest.raises(NotFittedError):
            model.recut(2)
        assert threading.active_count() == before
    np.testing.assert_array_equal(model.fit(values).labels_, labels)


def test_cut_before_stays_where_another_is_ended():
    model = SpectralClustering(3).fit(POINTS)
    before = model.labels_.copy()
    with pytest.raises(StopError):
        model.recut(4, progress=stopping(0.3))
    assert model.n_clusters_ == 3
    np.testing.assert_array_equal(model.labels_, before)
    told = []
    assert model.recut(4, progress=lambda *event: told.append(event)).n_clusters_ == 4
    assert told[-1][0] == 1


def test_progress_reaches_fit_through_fit_predict():
    told = []
    SpectralClustering(3).fit_predict(POINTS, progress=lambda *event: told.append(event))
    assert told
