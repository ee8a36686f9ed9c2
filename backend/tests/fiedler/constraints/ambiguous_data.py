"""Tables whose clusters can be read in two ways, and embeddings of them."""

import numpy as np

from fiedler.exact.fitting import exact_embedding


def four_blobs(n_samples=400, seed=0):
    """Four blobs at the corners of a square: rows, and the corner of each (left 0 and 1, bottom 0 and 2)."""
    rng = np.random.default_rng(seed)
    corner = rng.integers(4, size=n_samples)
    centres = np.array([[0, 0], [0, 2.2], [2.2, 0], [2.2, 2.2]])
    rows = centres[corner] + 0.4 * rng.standard_normal((n_samples, 2))
    return rows.astype(np.float32), corner


def embedded(rows, n_components=12):
    return exact_embedding(np.ascontiguousarray(rows, dtype=np.float32), n_components)
