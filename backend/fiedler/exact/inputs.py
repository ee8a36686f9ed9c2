"""Checks of what callers hand to the exact path."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fiedler.errors import InvalidFeaturesError, InvalidGraphError, TooFewRowsError
from fiedler.parameters import ParameterError

SYMMETRY_TOLERANCE = 1e-6
CHECK_ROWS = 65_536


def checked_features(features: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return features as a C-ordered float32 matrix.

    Raises
    ------
    InvalidFeaturesError
        Not a matrix, without columns, or with a value that is not finite in float32.
    TooFewRowsError
        Without rows.
    """
    if features.ndim != 2 or features.shape[1] == 0:
        raise InvalidFeaturesError(
            f"features has shape {features.shape}; a matrix of rows and at least one column is required."
        )
    if features.shape[0] == 0:
        raise TooFewRowsError("features has no rows; at least one is required.")
    with np.errstate(over="ignore"):
        matrix = np.ascontiguousarray(features, dtype=np.float32)
    for start in range(0, len(matrix), CHECK_ROWS):
        block = matrix[start : start + CHECK_ROWS]
        finite = np.isfinite(block)
        if not finite.all():
            row, column = np.argwhere(~finite)[0]
            value = features[start + row, column]
            raise InvalidFeaturesError(
                f"features holds {value} in row {start + row}, column {column}; every value must be finite "
                f"in float32. Fill or drop missing values, and rescale values beyond 3e38."
            )
    return matrix


def checked_n_components(n_components: int) -> int:
    """Return ``n_components``.

    Raises
    ------
    ParameterError
        It is below 1.
    """
    if n_components < 1:
        raise ParameterError(f"n_components is {n_components}; it must be at least 1.")
    return n_components


def checked_n_neighbors(n_neighbors: int) -> int:
    """Return ``n_neighbors``.

    Raises
    ------
    ParameterError
        It is below 1.
    """
    if n_neighbors < 1:
        raise ParameterError(f"n_neighbors is {n_neighbors}; it must be at least 1.")
    return n_neighbors


def checked_affinity(
    affinity: sparse.sparray | sparse.spmatrix | NDArray[np.float64],
) -> sparse.csr_array:
    """Return an affinity as a sorted float64 CSR array, made symmetric to the last bit.

    Raises
    ------
    InvalidGraphError
        Not square, empty, negative or not finite somewhere, or not symmetric.
    """
    graph = sparse.csr_array(affinity, dtype=np.float64)
    if graph.ndim != 2 or graph.shape[0] != graph.shape[1] or graph.shape[0] == 0:
        raise InvalidGraphError(f"affinity has shape {graph.shape}; a square matrix with rows is required.")
    if not np.isfinite(graph.data).all():
        raise InvalidGraphError(
            "affinity holds a value that is not finite; drop the link or give it a weight."
        )
    if graph.nnz and graph.data.min() < 0:
        raise InvalidGraphError(
            f"affinity holds {graph.data.min()}; weights must be 0 or more, larger for closer. "
            f"Turn distances into affinities first, for example by exp(-d^2)."
        )
    difference = abs(graph - graph.T)
    largest = graph.data.max() if graph.nnz else 0.0
    if difference.nnz and difference.data.max() > SYMMETRY_TOLERANCE * largest:
        row, column = (int(index) for index in np.argwhere(difference == difference.max())[0])
        raise InvalidGraphError(
            f"affinity is not symmetric: entry ({row}, {column}) differs from ({column}, {row}) by "
            f"{difference.max():.3g}. Give (W + W^T) / 2 if links have no direction."
        )
    graph = ((graph + graph.T) * 0.5).tocsr()
    graph.eliminate_zeros()
    graph.sort_indices()
    return graph
