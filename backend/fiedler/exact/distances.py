"""Embedding rows of which only their distances to each other are known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fiedler.components import connected_components, smallest_kept_size
from fiedler.errors import InvalidGraphError
from fiedler.exact.bridges import basis_of_gaps
from fiedler.exact.embedding import ExactEmbedding
from fiedler.exact.facts import ExactFacts
from fiedler.exact.graphs import GraphOptions, distance_graph
from fiedler.exact.inputs import SYMMETRY_TOLERANCE, checked_n_components, checked_n_neighbors
from fiedler.exact.solution import SolveOptions, solve_graph
from fiedler.neighbors.nearest import Neighbors
from fiedler.parameters import EigenSolver, Laplacian
from fiedler.progress import Report
from fiedler.row_blocks import available_threads


def distance_affinity(
    distances: NDArray[np.float64], n_neighbors: int, options: GraphOptions | None = None
) -> sparse.csr_array:
    """Return the symmetric (n, n) float32 affinity of rows at known distances.

    Parameters
    ----------
    distances : (n, n) float64
        As `checked_distances` returns them.
    n_neighbors : int
        K; lowered to n - 1.
    options : GraphOptions, optional
        Self-tuning neighbours when omitted.

    Raises
    ------
    ParameterError
        ``n_neighbors`` is below 1, or there are too many rows for the affinity.
    """
    n_neighbors = min(checked_n_neighbors(n_neighbors), len(distances) - 1)
    if n_neighbors == 0:
        return sparse.csr_array((1, 1), dtype=np.float32)
    return distance_graph(distances, _neighbors(distances, n_neighbors), options or GraphOptions())


def distance_embedding(
    distances: NDArray[np.float64],
    affinity: sparse.csr_array,
    n_components: int,
    *,
    laplacian: Laplacian = "symmetric_normalized",
    eigen_solver: EigenSolver = "auto",
    random_state: int = 0,
    n_threads: int | None = None,
    progress: Report | None = None,
) -> ExactEmbedding:
    """Embed rows by the graph of their distances, as `exact_embedding` does by that of their features.

    Parts of the graph too small to be clusters get the vectors of their nearest kept rows. New rows cannot be
    placed.

    Parameters
    ----------
    distances : (n, n) float64
        As `checked_distances` returns them.
    affinity : csr_array of shape (n, n)
        Of those distances, see `distance_affinity`.
    n_components : int
        Eigenpairs wanted.
    laplacian, eigen_solver, random_state, n_threads, progress
        As in `exact_embedding`.

    Raises
    ------
    ParameterError
        A parameter is out of range.
    """
    n_samples = len(distances)
    threads = available_threads(n_threads)
    components = connected_components(affinity, smallest_kept_size(n_samples))
    solution = solve_graph(
        affinity,
        laplacian,
        components,
        checked_n_components(n_components),
        lambda volumes, n_columns: basis_of_gaps(
            lambda n_parts: _square_gaps(distances, components.labels, n_parts), volumes, n_columns
        ),
        SolveOptions(random_state=random_state, n_threads=threads, solver=eigen_solver),
        progress or (lambda fraction, message: None),
    )
    vectors = solution.vectors
    left_out, kept = np.flatnonzero(components.labels < 0), np.flatnonzero(components.labels >= 0)
    if left_out.size:
        vectors[left_out] = vectors[kept[distances[np.ix_(left_out, kept)].argmin(axis=1)]]
    facts = ExactFacts.of(components, solution, laplacian, attached_rows=left_out)
    return ExactEmbedding(vectors, solution.eigenvalues, solution.residual_norms, facts, None, threads)


def checked_distances(distances: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return distances as a float64 matrix, symmetric to the last bit.

    Raises
    ------
    InvalidGraphError
        The matrix is sparse, not square, not symmetric, negative or not finite somewhere, or empty.
    """
    if sparse.issparse(distances):
        raise InvalidGraphError(
            "the distances are sparse, where a missing entry would mean the distance 0; give a dense matrix, "
            "or turn the distances known into affinities and set affinity to 'precomputed'."
        )
    matrix = np.asarray(distances, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.shape[0] == 0:
        raise InvalidGraphError(
            f"the distances have the shape {matrix.shape}; a square matrix is required, one row and column a "
            f"sample; with features, leave metric at its default."
        )
    if not np.isfinite(matrix).all() or matrix.min() < 0:
        raise InvalidGraphError(
            f"a distance is {matrix.min() if np.isfinite(matrix).all() else 'not finite'}; all must be "
            f"finite and at least 0; give rows that are known to be far apart a large distance."
        )
    largest = matrix.max()
    if np.abs(np.diagonal(matrix)).max() > SYMMETRY_TOLERANCE * largest:
        raise InvalidGraphError(
            f"the distance of row {int(np.diagonal(matrix).argmax())} to itself is "
            f"{np.diagonal(matrix).max():.3g}; it must be 0; are these affinities? Set affinity to "
            f"'precomputed' and leave metric at its default."
        )
    difference = np.abs(matrix - matrix.T).max()
    if difference > SYMMETRY_TOLERANCE * largest:
        raise InvalidGraphError(
            f"the distances differ from their transpose by up to {difference:.3g}; they must be symmetric; "
            f"use (D + D.T) / 2."
        )
    matrix = (matrix + matrix.T) / 2
    np.fill_diagonal(matrix, 0)
    return matrix


def _neighbors(distances: NDArray[np.float64], n_neighbors: int) -> Neighbors:
    """Return each row's K nearest others, the earlier of two at one distance."""
    n_samples = len(distances)
    indices = np.empty((n_samples, n_neighbors), np.int32)
    for row in range(n_samples):
        others = distances[row].copy()
        others[row] = np.inf
        reach = np.partition(others, n_neighbors - 1)[n_neighbors - 1]
        near = np.flatnonzero(others <= reach)
        indices[row] = near[np.argsort(others[near], kind="stable")[:n_neighbors]]
    found = np.take_along_axis(distances, indices.astype(np.int64), axis=1)
    return Neighbors(indices, found.astype(np.float32))


def _square_gaps(
    distances: NDArray[np.float64], labels: NDArray[np.int32], n_components: int
) -> NDArray[np.float64]:
    """Return (c, c) squared distances between the nearest rows of each two components."""
    kept = np.flatnonzero(labels >= 0)
    order = kept[np.argsort(labels[kept], kind="stable")]
    starts = np.searchsorted(labels[order], np.arange(n_components))
    by_row = np.minimum.reduceat(distances[np.ix_(order, order)], starts, axis=0)
    return np.asarray(np.minimum.reduceat(by_row, starts, axis=1) ** 2)
