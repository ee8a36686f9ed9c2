"""Which path computes the embedding, exact graph or landmarks, with the reason in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fiedler.parameters import Method

# Up to here a graph of all rows is quick and its eigenvectors are well separated.
EXACT_ROWS = 10_000
# In more than three columns the exact graph finds finer structure than landmarks do.
EXACT_ROWS_MANY_COLUMNS = 50_000
FEW_COLUMNS = 3
# Fewer rows than this cannot be represented by landmarks among them.
LEAST_ROWS_FOR_LANDMARKS = 100


@dataclass(frozen=True, slots=True)
class MethodChoice:
    """The path chosen and why."""

    method: Literal["exact", "landmark"]
    reason: str


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
    shape = f"{n_samples:,} rows of {n_features} column{'s' if n_features > 1 else ''}"
    if n_samples <= limit:
        return MethodChoice("exact", f"Exact graph: {shape}, within the {limit:,} it is quick and best for.")
    return MethodChoice("landmark", f"Landmarks: {shape}, more than the {limit:,} the exact graph is for.")
