"""CPU seconds of every eigensolver, and of SciPy's LOBPCG, for 21 eigenpairs of the same neighbour graphs.

OMP_NUM_THREADS=1 python benchmarks/eigensolvers.py

Each is run once before it is timed. The last column is the largest residual over what its eigengap asks for;
LOBPCG is given the tolerance that the tightest gap asks for, as found by the last solver before it.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import lobpcg
from sklearn.datasets import make_blobs, make_moons

from fiedler.affinity.graph import neighbor_affinity
from fiedler.components import connected_components
from fiedler.eigensolvers.finish import finish, required_tolerances
from fiedler.eigensolvers.protocol import EigenProblem, EigenResult, SolveStatus
from fiedler.eigensolvers.select import SOLVERS, SPARSE_FACTOR_COLUMNS
from fiedler.laplacian import degrees, normalized_affinity
from fiedler.neighbors.nearest import nearest_neighbors

N_EIGENPAIRS = 21
N_NEIGHBORS = 10
LOBPCG_ITERATIONS = 200


def tables() -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Yield overlapping groups in many columns, and shapes in two."""
    yield (
        "blobs 10,000 x 10",
        make_blobs(10_000, 10, centers=8, cluster_std=6, random_state=0)[0].astype(np.float32),
    )
    yield "moons 10,000 x 2", make_moons(10_000, noise=0.05, random_state=0)[0].astype(np.float32)
    yield (
        "blobs 30,000 x 20",
        make_blobs(30_000, 20, centers=8, cluster_std=8, random_state=0)[0].astype(np.float32),
    )


def problem_of(rows: NDArray[np.float32]) -> EigenProblem:
    """Return the eigenproblem of the largest component of a table's self-tuning graph."""
    affinity = neighbor_affinity(nearest_neighbors(rows, N_NEIGHBORS), "local", "union")
    members = np.flatnonzero(connected_components(affinity).labels == 0)
    affinity = affinity[members][:, members].tocsr()
    affinity.sort_indices()
    roots = np.sqrt(degrees(affinity))
    return EigenProblem(normalized_affinity(affinity), roots / np.linalg.norm(roots), N_EIGENPAIRS)


def solve_lobpcg(problem: EigenProblem, tolerance: float) -> EigenResult:
    """Return the pairs that LOBPCG (Knyazev 2001) finds, without a preconditioner."""
    laplacian = (sparse.eye_array(problem.n_samples) - problem.normalized_affinity).tocsr()
    start = np.random.default_rng(0).standard_normal((problem.n_samples, problem.n_eigenpairs - 1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        _, vectors = lobpcg(
            laplacian,
            start,
            Y=problem.null_vector[:, None],
            largest=False,
            tol=tolerance,
            maxiter=LOBPCG_ITERATIONS,
        )
    return finish(problem, vectors, SolveStatus.CONVERGED, "lobpcg")


def measured(table: str, name: str, solve: Callable[[], EigenResult]) -> EigenResult:
    """Run a solver twice and print what the second run took."""
    solve()
    started = time.process_time()
    result = solve()
    seconds = time.process_time() - started
    share = (result.residual_norms / required_tolerances(result.eigenvalues)).max()
    print(f"{table:<18} {name:<13} {seconds:8.2f}  {result.status.value:<15} {share:10.2g}", flush=True)
    return result


def main() -> None:
    """Print a line for each solver and table."""
    print(f"{'table':<18} {'solver':<13} {'CPU s':>8}  {'status':<15} {'of allowed':>10}")
    for table, rows in tables():
        problem = problem_of(rows)
        for name in ("chebyshev", "arpack", "shift_invert"):
            if name != "shift_invert" or rows.shape[1] <= SPARSE_FACTOR_COLUMNS:
                result = measured(table, name, partial(SOLVERS[name], problem))
        tolerance = float(required_tolerances(result.eigenvalues).min())
        measured(table, "lobpcg", partial(solve_lobpcg, problem, tolerance))


if __name__ == "__main__":
    main()
