"""Exact neighbours of some thousand rows: whole groups of rows are passed over when they cannot hold any.

Rows are sorted by their nearest centre. A group is searched only for those rows whose K-th neighbour so far
lies farther than two bounds allow a member of that group to be near: the ball around its centre, and the
bisecting plane between its centre and the row's own, behind which all its members lie. On data of few
intrinsic dimensions a twentieth of all pairs is left to compare; on noise in many columns, nearly all.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from fiedler.neighbors.groups import coarse_centers, nearest_groups
from fiedler.neighbors.selection import FAR, keep_smallest, settle, square_norms
from fiedler.progress import Fraction, portion
from fiedler.row_blocks import run_blocks, single_blas_thread

ROWS_PER_GROUP = 128
TILE_ROWS = 256
# Rounding of squared distances taken by matrix product, as a share of the largest squared norm.
ROUNDING = 1e-5
# Of the time, for the progress bar: up to here centres are sought.
CENTERS_SHARE = 0.2


def pruned_neighbors(
    features: NDArray[np.float32], n_neighbors: int, n_threads: int, progress: Fraction | None = None
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return (n, K) indices and ascending Euclidean distances of each row's K nearest other rows.

    References
    ----------
    Hjaltason and Samet (2003), "Index-driven similarity search in metric spaces", sections 4.1 (balls) and
    4.3 (generalized hyperplanes).
    """
    n_samples = len(features)
    n_groups = max(2, n_samples // ROWS_PER_GROUP)
    centers = coarse_centers(features, n_groups, n_threads, portion(progress, 0.0, CENTERS_SHARE))
    group = nearest_groups(features, centers, 1, n_threads)[:, 0]
    order = np.argsort(group, kind="stable")
    rows = features[order]
    bounds = np.searchsorted(group[order], np.arange(n_groups + 1)).astype(np.int64)
    norms = square_norms(rows)
    center_norms = square_norms(centers)
    with single_blas_thread():
        squares = center_norms[:, None] + center_norms - 2 * (centers @ centers.T)
    spacings = np.sqrt(np.maximum(squares, 0))
    visits = np.argsort(spacings, axis=1, kind="stable").astype(np.int32)
    own = rows - centers[group[order]]
    radii = np.zeros(n_groups, np.float32)
    np.maximum.at(radii, group[order], np.sqrt(np.einsum("ij,ij->i", own, own)))
    slack = np.float32(ROUNDING * max(norms.max(), center_norms.max()))
    found = np.full((n_samples, n_neighbors), -1, np.int32)
    found_distances = np.full((n_samples, n_neighbors), FAR, np.float32)
    largest = int(np.diff(bounds).max())
    across = np.ascontiguousarray(centers.T)

    def join_groups(first: int, last: int) -> None:
        _join(
            rows,
            norms,
            bounds,
            across,
            center_norms,
            spacings,
            visits,
            radii,
            slack,
            first,
            last,
            largest,
            found,
            found_distances,
        )
        block = slice(bounds[first], bounds[last])
        settle(rows[block], rows, found[block], found_distances[block])

    with single_blas_thread():
        run_blocks(join_groups, n_groups, 1, n_threads, portion(progress, CENTERS_SHARE, 1.0))
    indices, distances = np.empty_like(found), np.empty_like(found_distances)
    indices[order] = order[found]
    distances[order] = found_distances
    return indices, distances


@njit(cache=True, nogil=True)
def _join(  # type: ignore[no-untyped-def]
    rows,
    norms,
    bounds,
    centers,
    center_norms,
    spacings,
    visits,
    radii,
    slack,
    first,
    last,
    largest,
    indices,
    distances,
):
    """Search rows of groups first..last-1, tile by tile, in the groups that may hold a nearer row.

    ``centers`` is (d, g); ``visits`` (g, g) lists the groups to visit from each, itself first.
    """
    n_columns, n_groups = centers.shape
    kept = indices.shape[1] - 1
    gathered = np.empty((TILE_ROWS, n_columns), np.float32)
    products = np.empty(TILE_ROWS * largest, np.float32)
    to_centers = np.empty((TILE_ROWS, n_groups), np.float32)
    chosen = np.empty(TILE_ROWS, np.int64)
    for group in range(first, last):
        for start in range(bounds[group], bounds[group + 1], TILE_ROWS):
            stop = min(bounds[group + 1], start + TILE_ROWS)
            tile = to_centers[: stop - start]
            np.dot(rows[start:stop], centers, tile)
            for turn in range(n_groups):
                probed = visits[group, turn]
                begin, end = bounds[probed], bounds[probed + 1]
                if begin == end:
                    continue
                spacing = spacings[group, probed]
                count = 0
                for i in range(start, stop):
                    # Squared distances, less the rounding of products; the last kept is less the row's norm.
                    farthest = max(distances[i, kept] + norms[i], np.float32(0)) + slack
                    near = norms[i] + center_norms[probed] - np.float32(2) * tile[i - start, probed]
                    home = norms[i] + center_norms[group] - np.float32(2) * tile[i - start, group]
                    ball = np.sqrt(max(near - slack, np.float32(0))) - radii[probed]
                    plane = near - home - np.float32(2) * slack
                    beyond_ball = ball > 0 and ball * ball > farthest
                    # The distance to the plane is plane / (2 spacing).
                    beyond_plane = plane > 0 and plane * plane > np.float32(4) * farthest * spacing * spacing
                    if not (beyond_ball or beyond_plane):
                        chosen[count] = i
                        for c in range(n_columns):
                            gathered[count, c] = rows[i, c]
                        count += 1
                if count == 0:
                    continue
                size = end - begin
                found = products[: count * size].reshape(count, size)
                np.dot(gathered[:count], rows[begin:end].T, found)
                for q in range(count):
                    i = chosen[q]
                    keep_smallest(found[q], norms[begin:end], begin, i, distances[i], indices[i])
