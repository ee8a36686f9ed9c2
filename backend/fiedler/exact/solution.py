"""The smallest eigenpairs of a graph that may have several components, merged from those of each."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fiedler.components import Components
from fiedler.eigensolvers.protocol import EigenProblem, EigenResult, SolveStatus
from fiedler.eigensolvers.select import solve
from fiedler.laplacian import degrees, evened_affinity, normalized_affinity
from fiedler.parameters import EigenSolver, Laplacian
from fiedler.progress import Fraction, Report, paced, unbounded_fraction

# Products with the matrix that a solve usually takes, for the progress bar.
_USUAL_STEPS = 100


@dataclass(frozen=True, slots=True)
class GraphSolution:
    """Eigenpairs of the normalized Laplacian of all kept components together.

    Attributes
    ----------
    eigenvalues, residual_norms : (q,) float64
        Ascending eigenvalues of the symmetric normalized Laplacian, and 2-norms of ``L v - lambda v``.
    vectors : (n, q) float32
        Random-walk eigenvectors ``sqrt(volume) D^(-1/2) v``: the first is 1 on a connected graph, all have
        degree-weighted mean square 1. Zero on rows that are not kept.
    solver, status : str
    """

    eigenvalues: NDArray[np.float64]
    residual_norms: NDArray[np.float64]
    vectors: NDArray[np.float32]
    solver: str
    status: SolveStatus


# Share of a typical run that comes before eigenvectors are sought, for the progress bar.
AFFINITY_SHARE = 0.6

# (volumes of the components, number of columns) -> coordinates of the null vectors, see `bridges`
NullBasis = Callable[[NDArray[np.float64], int], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class SolveOptions:
    """How each component is solved: see `EigenProblem` and `choose_solvers`."""

    random_state: int = 0
    n_threads: int = 1
    n_features: int | None = None
    start: NDArray[np.float32] | None = None
    solver: EigenSolver = "auto"


def solve_graph(
    graph: sparse.csr_array,
    laplacian: Laplacian,
    components: Components,
    n_components: int,
    null_basis: NullBasis,
    options: SolveOptions,
    report: Report = lambda fraction, message: None,
) -> GraphSolution:
    """Return the smallest eigenpairs of a graph's Laplacian, in its own unit.

    Parameters are those of `solve_components`; ``report`` is told (fraction of the whole embedding, message).
    """
    n_pairs = min(n_components, int(np.count_nonzero(components.labels >= 0)))
    message = f"Solving for {n_pairs} eigenvectors"
    report(AFFINITY_SHARE, message)
    unit = 1.0
    if laplacian == "unnormalized":
        graph, unit = evened_affinity(graph)
    solution = solve_components(
        graph,
        components,
        n_pairs,
        null_basis,
        options,
        lambda fraction: report(AFFINITY_SHARE + (1 - AFFINITY_SHARE) * fraction, message),
    )
    report(1.0, f"{n_pairs} eigenvectors found")
    return dataclasses.replace(
        solution,
        eigenvalues=solution.eigenvalues * unit,
        residual_norms=solution.residual_norms * unit,
    )


def solve_components(
    affinity: sparse.csr_array,
    components: Components,
    n_eigenpairs: int,
    null_basis: NullBasis,
    options: SolveOptions,
    report: Fraction,
) -> GraphSolution:
    """Return the smallest eigenpairs over all kept components.

    The null vectors are known; each component is solved alone for as many further pairs as could be among the
    smallest of all.

    Parameters
    ----------
    affinity : csr_array of shape (n, n)
        Symmetric, entries >= 0.
    n_eigenpairs : int
        At most the number of kept rows.
    report : callable
        Told the fraction solved, 0 to 1, at every product with a matrix; what it raises ends the solve.
    """
    row_degrees = degrees(affinity)
    # An isolated row counts as a component with a self-loop of weight 1.
    row_degrees[row_degrees == 0] = 1.0
    n_components = len(components.sizes)
    kept = components.labels >= 0
    volumes = np.asarray(
        np.bincount(components.labels[kept], row_degrees[kept], minlength=n_components), np.float64
    )
    n_kept = int(np.count_nonzero(kept))
    n_null = min(n_eigenpairs, n_components)
    basis = null_basis(volumes, n_null)
    vectors = np.zeros((len(row_degrees), n_eigenpairs), np.float32)
    null_columns = basis * np.sqrt(volumes.sum() / volumes)[:, None]
    vectors[kept, :n_null] = null_columns[components.labels[kept]]

    results: list[tuple[NDArray[np.int64], EigenResult]] = []
    if n_eigenpairs > n_components:
        order = np.argsort(components.labels, kind="stable")
        bounds = np.searchsorted(components.labels[order], np.arange(n_components + 1))
        for component in range(n_components):
            members = order[bounds[component] : bounds[component + 1]]
            wanted = min(len(members), n_eigenpairs - n_components + 1)
            if wanted == 1:
                # Its null vector is all there is to it; a row without a link has no operator to solve for.
                continue
            step = _step_report(report, int(bounds[component] - bounds[0]) / n_kept, len(members) / n_kept)
            results.append((members, _solve_one(affinity, members, row_degrees, wanted, options, step)))
            report(int(bounds[component + 1] - bounds[0]) / n_kept)

    values = np.concatenate([np.empty(0), *(result.eigenvalues[1:] for _, result in results)])
    residuals = np.concatenate([np.empty(0), *(result.residual_norms[1:] for _, result in results)])
    owners = np.repeat(np.arange(len(results)), [len(result.eigenvalues) - 1 for _, result in results])
    own_columns = np.concatenate(
        [np.empty(0, np.int64), *(np.arange(1, len(result.eigenvalues)) for _, result in results)]
    )
    chosen = np.argsort(values, kind="stable")[: n_eigenpairs - n_null]
    for column, pick in enumerate(chosen, start=n_null):
        members, result = results[owners[pick]]
        scale = np.sqrt(volumes.sum() / row_degrees[members])
        vectors[members, column] = result.eigenvectors[:, own_columns[pick]] * scale
    null_residuals = _null_residuals(affinity, components, row_degrees, volumes)
    return GraphSolution(
        eigenvalues=np.concatenate([np.zeros(n_null), values[chosen]]),
        residual_norms=np.concatenate([np.sqrt(basis.T**2 @ null_residuals**2), residuals[chosen]]),
        vectors=vectors,
        solver=results[0][1].solver if results else "components",
        status=_worst([result.status for _, result in results]),
    )


def _step_report(report: Fraction, start: float, share: float) -> Callable[[], None]:
    """Return what an eigensolver calls at every step of the part that begins at ``start`` of the whole."""
    steps = count(1)
    tell = paced(report)
    return lambda: tell(start + share * unbounded_fraction(next(steps), _USUAL_STEPS))


def _solve_one(
    affinity: sparse.csr_array,
    members: NDArray[np.int64],
    row_degrees: NDArray[np.float64],
    n_eigenpairs: int,
    options: SolveOptions,
    step: Callable[[], None],
) -> EigenResult:
    whole = len(members) == affinity.shape[0]
    own = affinity if whole else affinity[members][:, members].tocsr()
    own.sort_indices()
    root = np.sqrt(row_degrees[members])
    start = options.start if whole or options.start is None else options.start[members]
    problem = EigenProblem(
        normalized_affinity=normalized_affinity(own),
        null_vector=root / np.linalg.norm(root),
        n_eigenpairs=n_eigenpairs,
        random_state=options.random_state,
        start=start,
        n_threads=options.n_threads,
        step=step,
    )
    return solve(problem, options.n_features, options.solver)


def _null_residuals(
    affinity: sparse.csr_array,
    components: Components,
    row_degrees: NDArray[np.float64],
    volumes: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return (c,) the residual norm of each component's unit null vector."""
    kept = components.labels >= 0
    roots = np.sqrt(row_degrees)
    image = normalized_affinity(affinity) @ roots
    # Isolated rows have no link but their assumed self-loop.
    image = np.where(np.diff(affinity.indptr) == 0, roots, image)
    squares = np.bincount(components.labels[kept], (image - roots)[kept] ** 2, minlength=len(volumes))
    return np.sqrt(squares / volumes)


def _worst(statuses: list[SolveStatus]) -> SolveStatus:
    for status in (SolveStatus.BREAKDOWN, SolveStatus.MAX_ITERATIONS):
        if status in statuses:
            return status
    return SolveStatus.CONVERGED
