"""An embedding that waits until it is looked at, and is then the one it stands for."""

import functools
import pickle

import numpy as np
import pytest

from fiedler.exact.deferred import DeferredEmbedding
from fiedler.exact.embedding import ExactEmbedding
from fiedler.exact.fitting import exact_embedding

ROWS = np.random.default_rng(0).normal(size=(120, 3)).astype(np.float32)


def deferred():
    return DeferredEmbedding(len(ROWS), functools.partial(exact_embedding, ROWS, 4))


def test_nothing_is_computed_until_something_is_needed():
    embedding = deferred()
    assert isinstance(embedding, ExactEmbedding)
    assert embedding.n_samples == 120
    assert not embedding.is_computed
    expected = exact_embedding(ROWS, 4)
    np.testing.assert_array_equal(embedding.extend(ROWS[:5] + 1), expected.extend(ROWS[:5] + 1))
    assert embedding.is_computed
    np.testing.assert_array_equal(embedding.vectors, expected.vectors)
    np.testing.assert_array_equal(embedding.eigenvalues, expected.eigenvalues)
    assert embedding.facts.solver == expected.facts.solver


@pytest.mark.parametrize("look", [False, True])
def test_it_survives_pickling_before_and_after(look):
    embedding = deferred()
    if look:
        embedding.eigenvalues  # noqa: B018 - looking is what is tested
    again = pickle.loads(pickle.dumps(embedding))
    assert again.is_computed is look
    np.testing.assert_array_equal(again.vectors, deferred().vectors)


def test_what_no_embedding_has_is_refused_before_and_after():
    embedding = deferred()
    for _ in range(2):
        with pytest.raises(AttributeError, match="no attribute 'colour'"):
            embedding.colour  # noqa: B018
