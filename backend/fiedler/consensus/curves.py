"""Curves that cross: rows lifted by the direction of the curve they lie on, so that crossings come apart.

Distances in the plane cannot tell two rings that cross from one network; position and direction together
can. A direction is found by vote: the line through the row whose narrow strip holds most of its neighbours,
which near a crossing is still the row's own curve, where the principal axis would be a compromise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from fiedler.neighbors.nearest import nearest_neighbors, search_neighbors

NEIGHBOR_COUNTS = (8, 12, 16, 24, 32, 48, 64, 96, 128)
STRIP_HALF_WIDTH = 0.2
"""Of the neighbourhood's radius."""
DIRECTION_WEIGHT = 2.0
"""Radii that stand for directions at right angles, less a factor of the square root of two."""
CURVED_SHARE = 0.55
"""Rows lie on curves when strips hold this share of their neighbours; in filled areas it is .42 to .45."""
MAX_CANDIDATE_LINES = 24
SAMPLE_ROWS = 400
SMALLEST_RADIUS = 1e-30


@dataclass(frozen=True, slots=True)
class CurveLift:
    """Rows with their directions.

    Attributes
    ----------
    points : (n, d + d (d + 1) / 2) float64
        Position over the median radius, then the weighted products of the direction's components, which are
        the same for both ways along the curve.
    n_neighbors : int
        Neighbours in which curves showed best.
    strip_share : float
        Median share of neighbour distance found in strips, in [0, 1].
    """

    points: NDArray[np.float64]
    n_neighbors: int
    strip_share: float


def curve_lift(
    points: NDArray[np.float64], n_clusters: int, *, n_threads: int | None = None
) -> CurveLift | None:
    """Return rows lifted by their curve's direction, or None where rows do not lie on curves.

    The neighbourhood is the smallest in which strips hold nearly the largest share; it stays below a third of
    a mean cluster.

    Parameters
    ----------
    points : (n, d) float64
        d is 2 or 3.
    n_clusters : int
    n_threads : int or None
    """
    n_samples, n_features = points.shape
    most = min(NEIGHBOR_COUNTS[-1], n_samples // 2 - 2)
    if most < NEIGHBOR_COUNTS[0] or n_features < 2:
        return None
    counts = [
        c for c in NEIGHBOR_COUNTS if c <= max(NEIGHBOR_COUNTS[0], min(most, n_samples // n_clusters // 3))
    ]
    searched = points.astype(np.float32)
    generator = np.random.default_rng(0)
    sample = np.sort(generator.choice(n_samples, min(n_samples, SAMPLE_ROWS), replace=False, shuffle=False))
    # Each row is its own nearest.
    near = search_neighbors(searched, searched[sample], counts[-1] + 1, n_threads=n_threads)
    indices, distances = near.indices[:, 1:], near.distances[:, 1:].astype(np.float64)
    shares = np.array([np.median(_directions(points, indices, distances, c, sample)[1]) for c in counts])
    best = int(np.argmax(shares >= shares.max() - 0.02))
    if shares[best] < CURVED_SHARE:
        return None
    near = nearest_neighbors(searched, counts[best], n_threads=n_threads)
    indices, distances = near.indices, near.distances.astype(np.float64)
    directions, _ = _directions(points, indices, distances, counts[best], np.arange(n_samples))
    upper = np.triu_indices(n_features)
    products = np.einsum("ni,nj->nij", directions, directions)[:, upper[0], upper[1]]
    products *= np.where(upper[0] == upper[1], 1.0, np.sqrt(2.0))
    radius = max(float(np.median(distances[:, counts[best] - 1])), SMALLEST_RADIUS)
    lifted = np.hstack([points / radius, DIRECTION_WEIGHT * products])
    return CurveLift(np.ascontiguousarray(lifted), counts[best], float(shares[best]))


@numba.njit(cache=True, nogil=True)
def _strip_weight(offset: NDArray[np.float64], line: NDArray[np.float64], square_width: float) -> float:
    """Return the signed length of ``offset`` along a unit ``line``, weighed down off the strip."""
    along = 0.0
    square = 0.0
    for column in range(len(line)):
        along += offset[column] * line[column]
        square += offset[column] * offset[column]
    return float(along * np.exp(-max(square - along * along, 0.0) / (2.0 * square_width)))


@numba.njit(cache=True, nogil=True)
def _directions(
    points: NDArray[np.float64],
    indices: NDArray[np.int32],
    distances: NDArray[np.float64],
    n_neighbors: int,
    rows: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (m, d) unit directions and (m,) strip shares of the rows named, given their neighbours."""
    n_features = points.shape[1]
    directions = np.zeros((len(rows), n_features))
    shares = np.zeros(len(rows))
    offsets = np.empty((n_neighbors, n_features))
    for place in range(len(rows)):
        row = rows[place]
        radius = distances[place, n_neighbors - 1]
        if radius <= 0:
            continue
        square_width = (STRIP_HALF_WIDTH * radius) ** 2
        for neighbor in range(n_neighbors):
            for column in range(n_features):
                offsets[neighbor, column] = points[indices[place, neighbor], column] - points[row, column]
        line = _elected_line(offsets, distances[place], square_width)
        inside = 0.0
        total = 0.0
        for neighbor in range(n_neighbors):
            inside += abs(_strip_weight(offsets[neighbor], line, square_width))
            total += distances[place, neighbor]
        shares[place] = inside / total
        directions[place] = line
    return directions, shares


@numba.njit(cache=True, nogil=True)
def _elected_line(
    offsets: NDArray[np.float64], distances: NDArray[np.float64], square_width: float
) -> NDArray[np.float64]:
    """Return the unit direction through a neighbour whose strip has most votes, then centred on its strip."""
    n_neighbors, n_features = offsets.shape
    step = max(1, n_neighbors // MAX_CANDIDATE_LINES)
    line = np.empty(n_features)
    best = np.zeros(n_features)
    most = -1.0
    # Lines through the farthest neighbours first: their directions are the sharpest.
    for candidate in range(n_neighbors - 1, -1, -step):
        length = distances[candidate]
        if length * length <= square_width:
            continue
        for column in range(n_features):
            line[column] = offsets[candidate, column] / length
        votes = 0.0
        for neighbor in range(n_neighbors):
            votes += abs(_strip_weight(offsets[neighbor], line, square_width))
        if votes > most:
            most = votes
            best[:] = line
    for _ in range(3):
        line[:] = 0.0
        for neighbor in range(n_neighbors):
            weight = _strip_weight(offsets[neighbor], best, square_width)
            for column in range(n_features):
                line[column] += weight * offsets[neighbor, column]
        length = np.sqrt((line * line).sum())
        if length > 0:
            best[:] = line / length
    return best
