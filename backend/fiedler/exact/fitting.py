"""The exact path to an embedding: neighbours, affinity, components, eigenvectors; or from a graph given."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fiedler.affinity.kernels import local_scales
from fiedler.components import connected_components, smallest_kept_size
from fiedler.exact.bridges import bridged_basis, volume_basis
from fiedler.exact.embedding import ExactEmbedding
from fiedler.exact.extension import ExtensionModel
from fiedler.exact.facts import ExactFacts
from fiedler.exact.graphs import GraphOptions
from fiedler.exact.inputs import checked_affinity, checked_n_components
from fiedler.exact.row_graph import row_graph
from fiedler.exact.solution import SolveOptions, solve_graph
from fiedler.neighbors.distinct import DistinctRows
from fiedler.neighbors.nearest import Neighbors, search_neighbors
from fiedler.parameters import AffinityKernel, EigenSolver, Laplacian, Metric, Symmetrization
from fiedler.progress import Report
from fiedler.row_blocks import available_threads


def exact_embedding(
    features: NDArray[np.float32],
    n_components: int,
    *,
    n_neighbors: int = 10,
    affinity: AffinityKernel = "local",
    symmetrization: Symmetrization = "union",
    bandwidth: float | None = None,
    radius: float | None = None,
    metric: Metric = "euclidean",
    laplacian: Laplacian = "symmetric_normalized",
    eigen_solver: EigenSolver = "auto",
    random_state: int = 0,
    n_threads: int | None = None,
    progress: Report | None = None,
    neighbors: Neighbors | None = None,
    start: NDArray[np.float32] | None = None,
) -> ExactEmbedding:
    """Embed all rows by eigenvectors of their neighbour graph's Laplacian.

    Copies of a row share one vertex, and columns of rounded values are spread before neighbours are sought
    (see `fiedler.neighbors.rounded`). Parts of the graph too small to be clusters (`smallest_kept_size`) are
    left out of the eigenproblem and get the vectors of their nearest kept rows. The same bits for any number
    of threads.

    Parameters
    ----------
    features : (n, d) float32
        Finite; may be memory-mapped.
    n_components : int
        Eigenpairs wanted, the null ones included; fewer are returned when there are fewer distinct rows.
    n_neighbors : int
        K; lowered to the number of distinct rows less one, see ``facts.n_neighbors``.
    affinity, symmetrization, bandwidth, radius
        As in `fiedler.exact.graphs.GraphOptions`.
    metric : {"euclidean", "cosine"}
        Of "cosine", rows are brought to unit length first, so that proportional rows are copies.
    laplacian : {"symmetric_normalized", "random_walk", "unnormalized"}
        The first two have the same eigenvalues, and the same vectors are kept of them.
    eigen_solver : {"auto", "dense", "arpack", "shift_invert", "chebyshev"}
        See `fiedler.eigensolvers.select.choose_solvers`.
    random_state : int
        Seed of the eigensolver's start vector.
    n_threads : int or None
        None uses every core.
    progress : callable, optional
        Told (fraction 0..1, message).
    neighbors : Neighbors, optional
        Neighbour lists of the distinct rows, when they are known from an earlier call.
    start : (n, m) float32, optional
        Approximate random-walk eigenvectors, such as a landmark embedding's, to start the solve from.

    Raises
    ------
    InvalidFeaturesError
        The features are not a finite matrix with at least one row and column.
    ParameterError
        A parameter is out of range.
    """
    report = progress or (lambda fraction, message: None)
    n_components = checked_n_components(n_components)
    threads = available_threads(n_threads)
    options = GraphOptions(affinity, symmetrization, bandwidth, radius)
    found = row_graph(
        features,
        n_neighbors,
        options,
        metric=metric,
        n_threads=threads,
        report=report,
        neighbors=neighbors,
    )
    distinct, rows, graph, neighbors = found.distinct, found.rows, found.affinity, found.neighbors
    if len(rows) == 1:
        return _single_vertex(rows, distinct, threads)
    components = connected_components(graph, smallest_kept_size(len(distinct.inverse)), found.row_counts)
    solution = solve_graph(
        graph,
        laplacian,
        components,
        n_components,
        partial(bridged_basis, rows, components.labels),
        SolveOptions(
            random_state=random_state,
            n_threads=threads,
            n_features=rows.shape[1],
            start=None if start is None else _start_vectors(start[distinct.first], graph),
            solver=eigen_solver,
        ),
        report,
    )
    vectors = solution.vectors
    left_out = np.flatnonzero(components.labels < 0)
    if left_out.size:
        kept = np.flatnonzero(components.labels >= 0)
        nearest = search_neighbors(rows[kept], rows[left_out], 1, n_threads=threads).indices[:, 0]
        vectors[left_out] = vectors[kept[nearest]]
    if len(rows) < len(distinct.inverse):
        vectors = vectors[distinct.inverse]
    facts = ExactFacts.of(
        components,
        solution,
        laplacian,
        n_neighbors=neighbors.indices.shape[1],
        attached_rows=np.flatnonzero(components.labels[distinct.inverse] < 0),
    )
    model = ExtensionModel(
        features=rows,
        rows=distinct.first,
        affinity=affinity,
        n_neighbors=neighbors.indices.shape[1],
        scales=local_scales(neighbors.distances),
        bandwidth=options.bandwidth_of(neighbors),
        radius=options.radius_of(neighbors),
        metric=metric,
    )
    return ExactEmbedding(vectors, solution.eigenvalues, solution.residual_norms, facts, model, threads)


def graph_embedding(
    affinity: sparse.sparray | sparse.spmatrix | NDArray[np.float64],
    n_components: int,
    *,
    laplacian: Laplacian = "symmetric_normalized",
    eigen_solver: EigenSolver = "auto",
    random_state: int = 0,
    n_threads: int | None = None,
    progress: Report | None = None,
) -> ExactEmbedding:
    """Embed the vertices of a given graph; `ExactEmbedding.extend` is not available then.

    Parameters
    ----------
    affinity : (n, n) sparse or dense
        Symmetric, finite, entries >= 0; entries on the diagonal are self-loops and count in the degrees.
        Every component is kept, an isolated vertex as one of its own.
    n_components : int
        Eigenpairs wanted, at most n are returned.
    laplacian, eigen_solver : str
        As in `exact_embedding`.

    Raises
    ------
    InvalidGraphError
        The matrix is not square, not symmetric, negative or not finite somewhere, or empty.
    ParameterError
        ``n_components`` is below 1.
    """
    report = progress or (lambda fraction, message: None)
    graph = checked_affinity(affinity)
    threads = available_threads(n_threads)
    components = connected_components(graph)
    solution = solve_graph(
        graph,
        laplacian,
        components,
        checked_n_components(n_components),
        volume_basis,
        SolveOptions(random_state=random_state, n_threads=threads, solver=eigen_solver),
        report,
    )
    facts = ExactFacts.of(components, solution, laplacian)
    return ExactEmbedding(
        solution.vectors, solution.eigenvalues, solution.residual_norms, facts, None, threads
    )


def _start_vectors(vectors: NDArray[np.float32], graph: sparse.csr_array) -> NDArray[np.float32]:
    """Return symmetric-normalized start vectors from random-walk ones, without the constant first column."""
    roots = np.sqrt(np.asarray(graph.sum(axis=1)).ravel())
    return np.asarray(vectors[:, 1:] * roots[:, None], dtype=np.float32)


def _single_vertex(rows: NDArray[np.float32], distinct: DistinctRows, n_threads: int) -> ExactEmbedding:
    """Return the embedding of one row and its copies: a point."""
    n_samples = len(distinct.inverse)
    facts = ExactFacts(
        n_components=1,
        component_sizes=(n_samples,),
        n_components_found=1,
        n_distinct=1,
        n_neighbors=0,
        solver="components",
        status="converged",
    )
    model = ExtensionModel(
        features=rows,
        rows=distinct.first,
        affinity="binary",
        n_neighbors=1,
        scales=np.ones(1, np.float32),
        bandwidth=1.0,
    )
    ones = np.ones((n_samples, 1), np.float32)
    return ExactEmbedding(ones, np.zeros(1), np.zeros(1), facts, model, n_threads)
