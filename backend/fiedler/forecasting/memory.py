"""The bytes each stage of a fit holds at its peak: what it is known to keep of rows, graph and landmarks."""

from __future__ import annotations

from fiedler.forecasting.costs import compared_columns, landmarks_used
from fiedler.parameters import ClusteringParameters
from fiedler.policy import FEW_COLUMNS, MethodChoice

_FLOAT32, _FLOAT64, _INT64 = 4, 8, 8
# Compiled kernels, libraries' buffers and the fragments between them.
_ALWAYS = 4_000_000
# Rows of a table that are read at once, and what a cell of them takes from compressed pages to numbers.
_ROWS_READ = 2**17
_BYTES_OF_CELL_READ = 36
# Neighbour lists in the order found and in the table's, then links both ways with their weights.
_BYTES_OF_NEIGHBOR = 70
# An exact solve works on half as many vectors again, in a few blocks, and keeps them.
_BYTES_OF_VECTOR = 20
# Copies of the features while neighbours are sought: centred, sorted, as neighbours lie.
_COPIES_OF_FEATURES = 3
# Rows of a block that are compared with landmarks, and copies of them.
_ROWS_COMPARED = 2**17
# Tables of landmarks by landmarks: one a thread, their sum, its copies for the eigenproblem.
_TABLES = 4
_BYTES_OF_POSITION = 70
_SILHOUETTE_ROWS = 2_000
# Affinities of all pairs, their matrix to solve and what its solver works in.
_BYTES_OF_PAIR = 24
_SAMPLED_A_LANDMARK, _FEWEST_SAMPLED = 10, 20_000


def memory_bytes(
    n_samples: int, n_features: int, choice: MethodChoice, parameters: ClusteringParameters, n_threads: int
) -> dict[str, int]:
    """Return the bytes each stage holds at its peak, beyond those of an idle process with the engine.

    The embedding's are those of the graph too, from which it is solved; the partition is cut in what
    evaluation measures.

    Parameters
    ----------
    n_samples, n_features : int
        Rows, and columns clustered on.
    choice : MethodChoice
        The path those take, from `fiedler.policy`.
    parameters : ClusteringParameters
    n_threads : int
        Landmarks keep one table for each.
    """
    always = _ALWAYS + _FLOAT32 * n_samples * n_features
    reading = min(n_samples, _ROWS_READ) * n_features * _BYTES_OF_CELL_READ + 3 * _FLOAT64 * n_samples
    drawing = _BYTES_OF_POSITION * n_samples
    if choice.method == "exact":
        solving = _exact(n_samples, n_features, parameters)
    else:
        solving = _landmark(n_samples, n_features, parameters, n_threads)
        if n_features > FEW_COLUMNS:
            # Each row's landmarks and their distances stay for labels.
            drawing += 6 * parameters.landmark_neighbors * n_samples
    # Distances between the rows that silhouettes are measured on, in float64 and then float32.
    evaluating = (_FLOAT64 + _FLOAT32) * min(n_samples, _SILHOUETTE_ROWS) ** 2
    held = {"features": reading, "embedding": solving, "evaluation": evaluating, "layout": drawing}
    return {stage: int(always + size) for stage, size in held.items()}


def _exact(n_samples: int, n_features: int, parameters: ClusteringParameters) -> float:
    copies = _COPIES_OF_FEATURES * _FLOAT32 * n_features
    neighbors = _BYTES_OF_NEIGHBOR * parameters.n_neighbors
    vectors = _BYTES_OF_VECTOR * parameters.n_eigenpairs
    dense = parameters.affinity == "rbf" or parameters.eigen_solver == "dense"
    pairs = _BYTES_OF_PAIR * n_samples**2 if dense else 0
    return n_samples * (copies + neighbors + vectors) + pairs


def _landmark(n_samples: int, n_features: int, parameters: ClusteringParameters, n_threads: int) -> float:
    n_landmarks = landmarks_used(n_samples, n_features, parameters)
    sampled = min(n_samples, max(_FEWEST_SAMPLED, _SAMPLED_A_LANDMARK * n_landmarks))
    sample = 3 * _FLOAT32 * sampled * n_features
    tables = (n_threads + _TABLES) * _INT64 * n_landmarks**2
    block = 3 * _FLOAT32 * min(n_samples, n_threads * _ROWS_COMPARED) * compared_columns(n_features)
    kept = 0 if n_features <= FEW_COLUMNS else 6 * parameters.landmark_neighbors * n_samples
    return sample + tables + block + kept
