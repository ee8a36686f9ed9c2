"""A landmark embedding under another bandwidth, or of fewer landmarks a row, from what its fit has kept.

Landmarks and their search stay. Above three columns each row's landmarks are read from the lists kept, with
nothing compared again; up to three, where nothing is kept of a row, the grid is asked once more, which takes
as little time.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fiedler.landmarks.accumulate import (
    GROUP_BLOCK_ROWS,
    affinity_tables,
    fixed_point_unit,
    grid_affinity,
    symmetric_affinity,
)
from fiedler.landmarks.accumulate_kernels import add_neighbors
from fiedler.landmarks.blocks import walk_blocks
from fiedler.landmarks.embedding import LandmarkEmbedding
from fiedler.landmarks.exponential import LARGEST_EXPONENT
from fiedler.landmarks.index import exponent_scale
from fiedler.landmarks.spectrum import landmark_spectrum
from fiedler.parameters import ParameterError
from fiedler.progress import Fraction, portion
from fiedler.row_blocks import single_blas_thread

# Bandwidths farther than this from the distances of rows to their landmarks make all weights of a row equal,
# or all but one vanish.
_FARTHEST = 100.0
# Of the time, for the progress bar: weights first, eigenvectors then.
_WEIGHING_SHARE = 0.7


def reweighted(
    embedding: LandmarkEmbedding,
    *,
    bandwidth: float | None = None,
    n_neighbors: int | None = None,
    progress: Fraction | None = None,
) -> LandmarkEmbedding:
    """Return the embedding that the same landmarks have with other weights, its eigenpairs solved anew.

    The same bits for any number of threads, from an embedding just fitted or one loaded from its files.

    Parameters
    ----------
    embedding : LandmarkEmbedding
        Of n rows; stays as it is.
    bandwidth : float, optional
        Of the weights ``exp(-distance**2 / (2 bandwidth**2))``, in the landmarks' coordinates, from a
        hundredth to a hundred times the embedding's; that one when omitted.
    n_neighbors : int, optional
        Landmarks a row is described by, at most as many as the embedding knows of each; all when omitted.
    progress : callable, optional
        Told the fraction done; an exception it raises ends the work.

    Raises
    ------
    ParameterError
        A parameter is out of range.
    """
    bandwidth = embedding.bandwidth if bandwidth is None else bandwidth
    n_neighbors = embedding.n_neighbors if n_neighbors is None else n_neighbors
    _check(embedding, bandwidth, n_neighbors)
    scale = exponent_scale(bandwidth)
    weighing = portion(progress, 0.0, _WEIGHING_SHARE)
    grid, indices, distances = embedding.grid, embedding.neighbors, embedding.squared_distances
    with single_blas_thread():
        if grid is not None:
            # What holds the K nearest holds fewer.
            grid = dataclasses.replace(grid, n_neighbors=n_neighbors)
            affinity = grid_affinity(
                embedding.features, embedding.projection, grid, scale, embedding.n_threads, weighing
            )
        else:
            assert indices is not None  # noqa: S101 - one of the two is kept
            assert distances is not None  # noqa: S101
            # Plain arrays, also of memory maps: the kernels are compiled for those.
            indices = np.require(indices[:, :n_neighbors], requirements=["C", "W", "A", "E"])
            distances = np.require(distances[:, :n_neighbors], requirements=["C", "W", "A", "E"])
            distances = _bounded(distances, scale)
            affinity = _listed_affinity(
                indices, distances, len(embedding.landmarks), scale, embedding.n_threads, weighing
            )
        spectrum = landmark_spectrum(
            affinity,
            embedding.landmarks,
            len(embedding.eigenvalues),
            portion(progress, _WEIGHING_SHARE, 1.0),
            embedding.device,
        )
    return dataclasses.replace(
        embedding,
        bandwidth=bandwidth,
        n_neighbors=n_neighbors,
        eigenvalues=spectrum.eigenvalues,
        residual_norms=spectrum.residual_norms,
        vectors=spectrum.vectors,
        n_islands=spectrum.n_islands,
        grid=grid,
        neighbors=indices,
        squared_distances=distances,
    )


def _check(embedding: LandmarkEmbedding, bandwidth: float, n_neighbors: int) -> None:
    usual = embedding.bandwidth
    # Written so that a NaN is out of range too.
    if not usual / _FARTHEST <= bandwidth <= usual * _FARTHEST:
        raise ParameterError(
            f"bandwidth is {bandwidth:.3g}, and rows lie {usual:.3g} from their landmarks on average; it "
            f"must lie between a hundredth of that and a hundred times it, or weights say nothing; leave it "
            f"out, or try {usual / 2:.3g} to {usual * 2:.3g}."
        )
    if not 1 <= n_neighbors <= embedding.n_neighbors:
        raise ParameterError(
            f"n_neighbors is {n_neighbors}; it must lie between 1 and {embedding.n_neighbors}, the landmarks "
            f"known of each row; fit again with more landmark_neighbors."
        )


def _bounded(distances: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    """Return (n, K) squared distances less what takes a row's nearest beyond the largest exponent."""
    excess = distances[:, 0] - np.float32(float(LARGEST_EXPONENT) / scale)
    if not (excess > 0).any():
        return distances
    bounded: NDArray[np.float32] = distances - np.maximum(excess, np.float32(0))[:, None]
    return bounded


def _listed_affinity(
    indices: NDArray[np.uint16],
    distances: NDArray[np.float32],
    n_landmarks: int,
    scale: float,
    n_threads: int,
    progress: Fraction | None,
) -> sparse.csr_array:
    """Return the symmetric (p, p) landmark affinity of rows whose landmarks (n, K) are known."""
    unit = fixed_point_unit(len(indices))
    n_tables, totals = affinity_tables(n_landmarks, n_threads)

    def work(slot: int, start: int, stop: int) -> None:
        add_neighbors(indices[start:stop], distances[start:stop], np.float32(scale), unit, totals[slot])

    walk_blocks(len(indices), GROUP_BLOCK_ROWS, n_tables, work, progress)
    return symmetric_affinity(totals, unit)
