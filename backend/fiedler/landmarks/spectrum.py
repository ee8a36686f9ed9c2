"""Eigenpairs of the landmark graph: the small problem that stands for the large one.

The bipartite graph of rows and landmarks has the same cuts as the landmark graph ``E = B' D**-1 B``
(Li, Wu and Chang 2012, "Segmentation using superpixels: a bipartite graph partitioning approach").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from fiedler.dense_blocks.device import ArrayDevice
from fiedler.landmarks.grid import LARGEST_GRID_DIMENSION
from fiedler.landmarks.lanczos import largest_eigenpairs
from fiedler.progress import Fraction

# An island hangs on the rest by less than this fraction of its landmarks' degrees.
_ISLAND_LINK = 1e-4
# Links below the rounding of a dense eigensolver do not connect.
_NO_LINK = 1e-13
# More landmarks than this are solved iteratively, and many more where a device solves dense problems.
_LARGEST_DENSE = 300
_LARGEST_DENSE_ON_DEVICE = 2_000
# Lanczos' method is for a small part of all pairs.
_LARGEST_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class LandmarkSpectrum:
    """Smallest eigenpairs of the landmark graph's symmetric normalized Laplacian.

    Attributes
    ----------
    eigenvalues : ndarray of shape (q,), float64
        Ascending; 0 once for each connected component.
    residual_norms : ndarray of shape (q,), float64
        ``||L v - lambda v||`` for unit ``v``.
    vectors : ndarray of shape (p, q), float64
        ``D**(-1/2) v``, scaled to a weighted mean square of 1, so a constant vector is 1 everywhere.
        The largest entry of each is positive.
    n_islands : int
        Landmarks left out of the problem because next to nothing links them to the rest; they carry
        the coordinates of the nearest landmark that took part.
    """

    eigenvalues: NDArray[np.float64]
    residual_norms: NDArray[np.float64]
    vectors: NDArray[np.float64]
    n_islands: int


def landmark_spectrum(
    affinity: sparse.csr_array | NDArray[np.float64],
    landmarks: NDArray[np.float32],
    n_components: int,
    progress: Fraction | None = None,
    device: ArrayDevice | None = None,
) -> LandmarkSpectrum:
    """Return the ``n_components`` smallest eigenpairs, fewer when there are fewer landmarks.

    Parameters
    ----------
    affinity : csr_array or ndarray of shape (p, p), float64
        Symmetric, non-negative, positive semi-definite.
    landmarks : ndarray of shape (p, d), float32
        Where an island's nearest neighbour is looked for.
    n_components : int
    progress : callable, optional
        Told during an iterative solve; an exception it raises ends the solve. A dense one is not told of.
    device : ArrayDevice, optional
        Where a dense problem is solved; the processor when omitted.
    """
    links = sparse.csr_array(affinity)
    kept = ~_islands(links)
    graph = links if kept.all() else links[kept][:, kept]
    flat = landmarks.shape[1] <= LARGEST_GRID_DIMENSION
    eigenvalues, unit_vectors, residual_norms, degrees = _smallest_eigenpairs(
        graph, n_components, flat, progress, device
    )
    scaled = unit_vectors * (np.sqrt(degrees.sum()) / np.sqrt(degrees))[:, None]
    vectors = np.empty((links.shape[0], scaled.shape[1]))
    vectors[kept] = scaled
    if not kept.all():
        wide = landmarks.astype(np.float64)
        vectors[~kept] = scaled[KDTree(wide[kept]).query(wide[~kept])[1]]
    return LandmarkSpectrum(eigenvalues, residual_norms, vectors, int(np.count_nonzero(~kept)))


def _islands(affinity: sparse.csr_array) -> NDArray[np.bool_]:
    """Return (p,) whether a landmark belongs to a group below the method's resolution, all but cut off.

    Below the resolution: lighter than an average landmark. A handful of far outliers would otherwise take
    the first eigenvectors, one each, and the clusters would come after them.
    """
    degrees = affinity.sum(axis=1)
    smaller = np.minimum(np.repeat(degrees, np.diff(affinity.indptr)), degrees[affinity.indices])
    _, group = _parts(affinity, affinity.data > _ISLAND_LINK * smaller)
    mass = np.bincount(group, degrees)
    return np.asarray(mass[group] < degrees.mean() * (1.0 - 1e-9))


def _parts(graph: sparse.csr_array, connects: NDArray[np.bool_]) -> tuple[int, NDArray[np.int32]]:
    """Return the number of components and (p,) the one of each vertex, by the entries that connect."""
    bounds = np.concatenate([[0], np.cumsum(connects)])[graph.indptr]
    links = sparse.csr_array(
        (np.ones(bounds[-1], np.int8), graph.indices[connects], bounds), shape=graph.shape
    )
    n_parts, part = connected_components(links, directed=False)
    return int(n_parts), part


def _smallest_eigenpairs(
    affinity: sparse.csr_array,
    n_components: int,
    flat: bool,
    progress: Fraction | None,
    device: ArrayDevice | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return eigenvalues (q,), unit vectors (p, q), residual norms (q,) and degrees (p,).

    ``flat`` says that the landmarks lie in few dimensions.
    """
    degrees = affinity.sum(axis=1)
    inverse_sqrt = 1.0 / np.sqrt(degrees)
    scales = np.repeat(inverse_sqrt, np.diff(affinity.indptr)) * inverse_sqrt[affinity.indices]
    normalized = sparse.csr_array(
        (affinity.data * scales, affinity.indices, affinity.indptr), shape=affinity.shape
    )
    null = _null_vectors(normalized, degrees)[:, :n_components]
    n_more = min(n_components, affinity.shape[0]) - null.shape[1]
    unit_vectors = null
    eigenvalues = np.zeros(null.shape[1])
    if n_more > 0:
        weights, others = _largest_below_null(normalized, null, n_more, flat, progress, device)
        # Rounding leaves the smallest a hair outside [0, 2].
        eigenvalues = np.concatenate([eigenvalues, np.clip(1.0 - weights, 0.0, 2.0)])
        unit_vectors = np.concatenate([null, others], axis=1)
    residuals = unit_vectors - normalized @ unit_vectors - unit_vectors * eigenvalues
    return eigenvalues, _sign_fixed(unit_vectors), np.linalg.norm(residuals, axis=0), degrees


def _null_vectors(normalized: sparse.csr_array, degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (p, c) exact orthonormal null vectors, as many as there are connected components.

    The first is constant over ``sqrt(degrees)``; the next sets the heaviest component against all lighter
    ones, and so on: k of them tell k - 1 components apart and keep the rest together. An eigensolver would
    return some rotation of these, another on each machine.
    """
    n_parts, part = _parts(normalized, normalized.data > _NO_LINK)
    mass = np.bincount(part, degrees)
    rank = np.empty(n_parts, np.int64)
    rank[np.argsort(-mass, kind="stable")] = np.arange(n_parts)
    of_landmark = rank[part]
    mass = np.sort(mass)[::-1]
    lighter = mass[::-1].cumsum()[::-1] - mass
    null = np.empty((degrees.shape[0], n_parts))
    null[:, 0] = 1.0 / np.sqrt(mass.sum())
    for j in range(n_parts - 1):
        both = mass[j] + lighter[j]
        null[:, j + 1] = np.where(
            of_landmark == j,
            np.sqrt(lighter[j] / (mass[j] * both)),
            np.where(of_landmark > j, -np.sqrt(mass[j] / (lighter[j] * both)), 0.0),
        )
    return null * np.sqrt(degrees)[:, None]


def _largest_below_null(
    normalized: sparse.csr_array,
    null: NDArray[np.float64],
    n_more: int,
    flat: bool,
    progress: Fraction | None,
    device: ArrayDevice | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ``n_more`` largest eigenpairs of the normalized affinity orthogonal to the null vectors.

    Null vectors have eigenvalue 1; subtracting them twice sends them to -1, below all others.
    """
    size = normalized.shape[0]
    largest_dense = _LARGEST_DENSE if device is None else _LARGEST_DENSE_ON_DEVICE
    if size > largest_dense and n_more < _LARGEST_SHARE * size:
        found = largest_eigenpairs(normalized, null, n_more, by_inverse=flat, progress=progress)
        if found is not None:
            return found
    deflated = normalized.toarray() - 2.0 * (null @ null.T)
    if device is not None:
        weights, vectors = device.eigh(deflated)
        return weights[: -n_more - 1 : -1], vectors[:, : -n_more - 1 : -1]
    weights, vectors = scipy.linalg.eigh(
        deflated, subset_by_index=[size - n_more, size - 1], driver="evr", overwrite_a=True
    )
    return weights[::-1], vectors[:, ::-1]


def _sign_fixed(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the vectors with the first of their largest entries positive."""
    sizes = np.abs(vectors)
    # Entries equal up to rounding count as one size, or the choice between them would be rounding's.
    first = (sizes >= (1.0 - 1e-6) * sizes.max(axis=0)).argmax(axis=0)
    signs = np.where(vectors[first, np.arange(vectors.shape[1])] < 0.0, -1.0, 1.0)
    return vectors * signs
