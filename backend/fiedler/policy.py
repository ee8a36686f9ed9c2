"""Which path computes the embedding, exact graph or landmarks, and whether many views are asked."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Literal

from fiedler.parameters import ClusteringParameters, Method, RoundingMethod

# Up to here a graph of all rows is quick and its eigenvectors are well separated.
EXACT_ROWS = 10_000
# In more than three columns the exact graph finds finer structure than landmarks do.
EXACT_ROWS_MANY_COLUMNS = 80_000
FEW_COLUMNS = 3
# More rows than this take many views too long, and fewer do in many columns: spanning trees compare all rows
# with each other. Beyond 50 columns they are compared by their principal components.
CONSENSUS_ROWS = 10_000
_CONSENSUS_COLUMNS_OF_ALL = 20
_CONSENSUS_COLUMNS_MOST = 50
# Whoever sets one of these wants that graph, or that cut of it.
_OF_ONE_GRAPH = (
    "method",
    "n_neighbors",
    "affinity",
    "metric",
    "symmetrization",
    "laplacian",
    "rounding",
    "n_components",
)
# Fewer rows than this cannot be represented by landmarks among them.
LEAST_ROWS_FOR_LANDMARKS = 100
_FEW_LANDMARKS = 1_000
_MANY_LANDMARKS = 3_000
_MANY_CLUSTERS = 8
_MANY_ROWS = 200_000
_FEWEST_ROWS_PER_LANDMARK = 5


@dataclass(frozen=True, slots=True)
class MethodChoice:
    """The path chosen and why.

    ``consensus`` says that labels are those of views of its own, ``one_graph`` that nothing but the
    path's own graph is to be asked for the number of clusters either. ``rounding`` is how the path's
    eigenvectors are cut where it is not as the parameters say.
    """

    method: Literal["exact", "landmark"]
    reason: str
    consensus: bool = False
    one_graph: bool = False
    rounding: RoundingMethod | None = None


def choose_path(parameters: ClusteringParameters, n_samples: int, n_features: int) -> MethodChoice:
    """Return the path of the embedding for a matrix of this shape, and whether its labels are a consensus.

    The spectrum is always that of one graph.
    """
    choice = choose_method(parameters.method, n_samples, n_features)
    if choice.method == "landmark" and parameters.exact_only:
        name = parameters.exact_only[0]
        choice = MethodChoice("exact", f"Exact graph: {name} is {getattr(parameters, name)!r}.")
    defaults = {field.name: field.default for field in dataclasses.fields(ClusteringParameters)}
    chosen_by_hand = any(getattr(parameters, name) != defaults[name] for name in _OF_ONE_GRAPH)
    if parameters.preset == "fast" or chosen_by_hand:
        choice = dataclasses.replace(choice, one_graph=True)
    if chosen_by_hand:
        return choice
    limit = _consensus_rows(n_features)
    rows = f"at most {limit:,} rows of {_columns(n_features)}"
    how = "better of two cuts of one graph" if parameters.preset == "fast" else "agreement of many views"
    if n_samples > limit:
        # In more columns one graph of all rows was better where it was measured (decision 0002).
        if parameters.preset == "fast" or (n_features > FEW_COLUMNS and choice.method == "landmark"):
            return choice
        if n_features > FEW_COLUMNS:
            # Clusters in many columns are seldom round, and their graph's vectors show it (decision 0002).
            reason = f"{choice.reason} Cut along a tree of its eigenvectors."
            return dataclasses.replace(choice, reason=reason, rounding="tree")
        rows = f"a sample of the rows, as they are more than {limit:,}"
    reason = f"{choice.reason} Clusters by the {how}: {rows}."
    return dataclasses.replace(choice, reason=reason, consensus=True)


def choose_method(method: Method, n_samples: int, n_features: int) -> MethodChoice:
    """Return the path for a matrix of this shape.

    On dense data of up to three columns a neighbour graph of many rows is the wrong object: its bandwidth
    shrinks as rows are added, and normalized cuts then prefer to cut across a shape. Landmarks keep it.
    """
    if n_samples < LEAST_ROWS_FOR_LANDMARKS:
        few = f"{n_samples} rows are too few for landmarks" if method == "landmark" else f"{n_samples} rows"
        return MethodChoice("exact", f"Exact graph: {few}.")
    if method == "exact":
        return MethodChoice("exact", "Exact graph, as asked.")
    if method == "landmark":
        return MethodChoice("landmark", "Landmarks, as asked.")
    limit = EXACT_ROWS if n_features <= FEW_COLUMNS else EXACT_ROWS_MANY_COLUMNS
    shape = f"{n_samples:,} rows of {_columns(n_features)}"
    if n_samples <= limit:
        return MethodChoice("exact", f"Exact graph: {shape}, within the {limit:,} it is quick and best for.")
    return MethodChoice("landmark", f"Landmarks: {shape}, more than the {limit:,} the exact graph is for.")


def default_n_landmarks(n_samples: int, n_features: int, n_clusters: int) -> int:
    """Return 1,000 landmarks; 3,000 for more than 8 clusters or, above 3 columns, more than 200,000 rows.

    Never more than a fifth of the rows: a landmark stands for several rows or for nothing.
    """
    many = n_clusters > _MANY_CLUSTERS or (n_features > FEW_COLUMNS and n_samples > _MANY_ROWS)
    wanted = _MANY_LANDMARKS if many else _FEW_LANDMARKS
    return max(1, min(wanted, n_samples // _FEWEST_ROWS_PER_LANDMARK))


def _consensus_rows(n_features: int) -> int:
    """Return the rows whose comparison with each other costs what it does at 10,000 rows of 20 columns."""
    columns = min(max(n_features, _CONSENSUS_COLUMNS_OF_ALL), _CONSENSUS_COLUMNS_MOST)
    return int(CONSENSUS_ROWS * math.sqrt(_CONSENSUS_COLUMNS_OF_ALL / columns))


def _columns(n_features: int) -> str:
    return f"{n_features} column{'s' if n_features > 1 else ''}"
