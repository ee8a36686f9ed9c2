"""The pass over the rows on a device: blocks go there, landmarks and distances of each row come back.

Sums are floating point and their order is the device's: labels agree with the processor's, bits need not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fiedler.dense_blocks.device import ArrayDevice
from fiedler.dense_blocks.landmarks import add_affinity, bounded, nearest_centroids, nearest_landmarks
from fiedler.landmarks.blocks import refuse_non_finite, row_block
from fiedler.landmarks.exponential import LARGEST_EXPONENT
from fiedler.landmarks.groups import LandmarkGroups
from fiedler.landmarks.index import LandmarkIndex
from fiedler.landmarks.labels import CentroidTable
from fiedler.progress import Fraction

# Values of a block's (rows, landmarks) arrays, of which a handful are held at once: 64 MB each.
_BLOCK_VALUES = 1 << 24
_FEWEST_ROWS = 1_024
_LABEL_ROWS = 1 << 18
_FINITE = np.finfo(np.float32).max


def device_affinity(
    features: NDArray[np.float32],
    index: LandmarkIndex,
    progress: Fraction | None = None,
    *,
    device: ArrayDevice,
) -> tuple[NDArray[np.float64], NDArray[np.uint16], NDArray[np.float32]]:
    """Return the (p, p) landmark affinity of (n, d) features with each row's landmarks and squared distances.

    What `fiedler.landmarks.accumulate.group_affinity` returns, for any d. ``progress`` is told the fraction
    of rows done; an exception it raises ends the pass.

    Raises
    ------
    InvalidFeaturesError
        A feature is not finite.
    """
    n_samples, n_landmarks = features.shape[0], index.landmarks.shape[0]
    xp, search, scale = device.namespace, index.search, index.exponent_scale
    if isinstance(search, LandmarkGroups):
        origin, centred, largest_norm = search.origin, search.centred, search.largest_norm
    else:
        origin, centred, largest_norm = np.zeros(1, np.float32), search.landmarks, float(_FINITE)
    landmarks = device.array(centred)
    indices = np.empty((n_samples, search.n_neighbors), np.uint16)
    distances = np.empty((n_samples, search.n_neighbors), np.float32)
    total = xp.zeros((n_landmarks, n_landmarks), dtype=xp.float64, device=device.device)
    block_rows = max(_FEWEST_ROWS, _BLOCK_VALUES // n_landmarks)
    for start in range(0, n_samples, block_rows):
        stop = min(n_samples, start + block_rows)
        coordinates = index.projection(row_block(features, start, stop))
        with np.errstate(invalid="ignore", over="ignore"):
            rows = coordinates - origin
            # Written so that what is not finite is far too.
            far = ~(np.einsum("ij,ij->i", rows, rows) <= largest_norm)
        rows[far] = 0
        found, squares = nearest_landmarks(xp, device.array(rows), landmarks, search.n_neighbors)
        squares = bounded(xp, squares, scale, float(LARGEST_EXPONENT))
        indices[start:stop], distances[start:stop] = device.numpy(found), device.numpy(squares)
        if far.any():
            of_far = start + np.flatnonzero(far)
            indices[of_far], distances[of_far], finite = search.nearest(coordinates[far], scale)
            if not finite:
                refuse_non_finite(np.asarray(features[start:stop]), start)
            found = device.array(indices[start:stop].astype(np.int64))
            squares = device.array(distances[start:stop])
        total = add_affinity(xp, total, found, squares, scale)
        if progress is not None:
            progress(stop / n_samples)
    affinity: NDArray[np.float64] = device.numpy(total)
    return (affinity + affinity.T) / 2, indices, distances


def device_labels(
    indices: NDArray[np.uint16],
    distances: NDArray[np.float32],
    exponent_scale: float,
    centroids: CentroidTable,
    device: ArrayDevice,
    progress: Fraction | None = None,
) -> NDArray[np.uint16]:
    """Return (n,) labels of rows whose landmarks (n, K) and squared distances are cached."""
    labels = np.empty(indices.shape[0], np.uint16)
    table = device.array(centroids.table)
    half_norms = device.array(centroids.half_norms.astype(np.float32))
    for start in range(0, len(labels), _LABEL_ROWS):
        stop = min(len(labels), start + _LABEL_ROWS)
        found = nearest_centroids(
            device.namespace,
            device.array(indices[start:stop].astype(np.int64)),
            device.array(distances[start:stop]),
            exponent_scale,
            table,
            half_norms,
        )
        labels[start:stop] = device.numpy(found)
        if progress is not None:
            progress(stop / len(labels))
    return labels
