"""Processor seconds of each stage as laws of rows and columns, fitted to measured fits of one machine.

``benchmarks/forecast.py`` compares them with fits measured anew, stage by stage; correct them when a stage
becomes quicker or slower by more than a third.
"""

from __future__ import annotations

from dataclasses import dataclass

from fiedler.parameters import ClusteringParameters
from fiedler.policy import FEW_COLUMNS, MethodChoice, default_n_landmarks

# Beyond these many columns rows are compared by their principal components.
_MOST_COLUMNS_COMPARED = 64
_PRINCIPAL_COLUMNS = 50
_USUAL_NEIGHBORS = 10
_USUAL_EIGENPAIRS = 21
_USUAL_LANDMARK_NEIGHBORS = 5
_USUAL_LANDMARKS = 1_000
# Rows that views see of a table too large for them.
SAMPLED_ROWS = 4_000

# Of each stage's processor time, what runs in threads.
PARALLEL_SHARES = {
    "features": 0.2,
    "graph": 0.7,
    "embedding": 0.4,
    "partition": 0.2,
    "evaluation": 0.0,
    "layout": 0.0,
}


@dataclass(frozen=True, slots=True)
class Law:
    """CPU seconds ``fixed + scale * (rows / 1e5)**of_rows * (columns / 10)**of_columns``."""

    fixed: float
    scale: float
    of_rows: float
    of_columns: float

    def __call__(self, n_samples: int, n_features: int) -> float:
        """Return the seconds on the reference machine."""
        rows, columns = (n_samples / 1e5) ** self.of_rows, (n_features / 10) ** self.of_columns
        return self.fixed + self.scale * float(rows * columns)


FEATURES = Law(0.004, 0.05, 0.95, 1.0)
LAYOUT = Law(0.004, 0.055, 1.0, 0.0)
EVALUATION = Law(0.035, 0.0, 1.0, 0.0)
# Comparing numbers of clusters by one graph, or in several readings of a sample.
SUGGESTIONS = {True: Law(0.1, 0.0, 1.0, 0.0), False: Law(0.0, 0.5, 0.15, 0.0)}
# Cutting one graph.
CUT = Law(0.02, 0.03, 0.7, 0.0)
# Asking the views of a preset on up to ten thousand rows.
VIEWS = {"balanced": Law(0.1, 21.0, 1.0, 0.35), "fast": Law(0.03, 2.0, 1.0, 0.35)}
EXACT_GRAPH = {"few": Law(0.003, 0.25, 1.05, 0.3), "many": Law(0.003, 1.8, 1.25, 0.35)}
EXACT_EMBEDDING = {"few": Law(0.01, 2.0, 1.1, 0.0), "many": Law(0.01, 2.0, 1.1, 0.0)}
# Of every pair of rows where all are compared: distances and affinities; then products with all of them.
PAIRS = {"rbf": (8.5e-8, 5e-8), "epsilon": (1.2e-8, 5e-9)}
# Choosing landmarks and indexing them, whatever the rows; then one pass over the rows.
LANDMARK_INDEX = {"few": Law(0.12, 0.0, 1.0, 0.0), "many": Law(0.06, 0.1, 0.0, 0.3)}
LANDMARK_PASS = {"few": Law(0.0, 2.2, 1.0, 3.5), "many": Law(0.0, 0.13, 1.0, 0.5)}
LANDMARK_EMBEDDING = Law(0.01, 0.0, 1.0, 0.0)


def cpu_seconds(
    n_samples: int, n_features: int, choice: MethodChoice, parameters: ClusteringParameters
) -> dict[str, float]:
    """Return the CPU seconds of each stage of a fit on the reference machine.

    Parameters
    ----------
    n_samples, n_features : int
        Rows, and columns clustered on.
    choice : MethodChoice
        The path those take, from `fiedler.policy`.
    parameters : ClusteringParameters
    """
    graph, embedding = (_exact if choice.method == "exact" else landmark_seconds)(
        n_samples, n_features, parameters
    )
    # More rows than views compare are labelled by what a sample agrees on, in a pass like that of any cut.
    views = VIEWS[parameters.preset](views_rows(n_samples, choice), n_features) if choice.consensus else 0.0
    suggestions = SUGGESTIONS[choice.one_graph](n_samples, n_features)
    return {
        "features": FEATURES(n_samples, n_features),
        "graph": graph,
        "embedding": embedding,
        "partition": suggestions + views + CUT(n_samples, n_features),
        "evaluation": EVALUATION(n_samples, n_features),
        "layout": LAYOUT(n_samples, n_features),
    }


def views_rows(n_samples: int, choice: MethodChoice) -> int:
    """Return how many rows views are asked of: all of them, or a sample where landmarks stand for them."""
    return n_samples if choice.method == "exact" else min(n_samples, SAMPLED_ROWS)


def landmarks_used(n_samples: int, n_features: int, parameters: ClusteringParameters) -> int:
    """Return how many landmarks a fit by landmarks takes."""
    return parameters.n_landmarks or default_n_landmarks(n_samples, n_features, 1)


def compared_columns(n_features: int) -> int:
    """Return the columns in which rows are compared with landmarks."""
    return n_features if n_features <= _MOST_COLUMNS_COMPARED else _PRINCIPAL_COLUMNS


def _exact(n_samples: int, n_features: int, parameters: ClusteringParameters) -> tuple[float, float]:
    columns = "few" if n_features <= FEW_COLUMNS else "many"
    neighbors = parameters.n_neighbors / _USUAL_NEIGHBORS
    eigenpairs = parameters.n_eigenpairs / _USUAL_EIGENPAIRS
    graph = EXACT_GRAPH[columns](n_samples, n_features) * (0.7 + 0.3 * neighbors)
    # Each product costs the links times the pairs sought, and more pairs need more products.
    embedding = EXACT_EMBEDDING[columns](n_samples, n_features) * (0.5 + 0.5 * neighbors) * eigenpairs
    of_pair = PAIRS.get(parameters.affinity, (0.0, 0.0))
    n_pairs = n_samples**2
    return graph + of_pair[0] * n_pairs, embedding + of_pair[1] * n_pairs


def landmark_seconds(
    n_samples: int, n_features: int, parameters: ClusteringParameters
) -> tuple[float, float]:
    """Return the CPU seconds of comparing rows with landmarks, and of the eigenproblem of these."""
    columns = "few" if n_features <= FEW_COLUMNS else "many"
    compared = compared_columns(n_features)
    landmarks = landmarks_used(n_samples, n_features, parameters) / _USUAL_LANDMARKS
    neighbors = parameters.landmark_neighbors / _USUAL_LANDMARK_NEIGHBORS
    index = LANDMARK_INDEX[columns](n_samples, compared) * landmarks**1.5
    passing = LANDMARK_PASS[columns](n_samples, compared) * landmarks**0.4 * (0.5 + 0.5 * neighbors)
    eigenpairs = parameters.n_eigenpairs / _USUAL_EIGENPAIRS
    return index + passing, LANDMARK_EMBEDDING(n_samples, n_features) * landmarks**1.5 * eigenpairs
