"""What is known about how an exact embedding was computed, for notes and reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler.components import Components
from fiedler.exact.solution import GraphSolution
from fiedler.parameters import Laplacian


def _no_rows() -> NDArray[np.int64]:
    return np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class ExactFacts:
    """Facts of one exact embedding.

    Attributes
    ----------
    n_components : int
        Separate parts of the graph that were kept: the multiplicity of the eigenvalue 0.
    component_sizes : tuple of int
        Rows of each kept part, descending, attached rows not counted.
    n_components_found : int
        All separate parts, those too small to keep included.
    attached_rows : (a,) int64
        Rows of parts too small to keep, given the embedding of their nearest kept row; ascending.
    n_distinct : int
        Distinct rows; copies share a vertex of the graph.
    n_neighbors : int
        Neighbours per row used, lower than asked for when there are too few rows; 0 without a neighbour
        graph.
    solver, status : str
        Of the largest part; ``status`` is the worst of all parts.
    laplacian : str
        Whose eigenvalues, residuals and eigenvectors these are.
    """

    n_components: int
    component_sizes: tuple[int, ...]
    n_components_found: int
    n_distinct: int
    n_neighbors: int
    solver: str
    status: str
    attached_rows: NDArray[np.int64] = field(default_factory=_no_rows)
    laplacian: Laplacian = "symmetric_normalized"

    @classmethod
    def of(
        cls,
        components: Components,
        solution: GraphSolution,
        laplacian: Laplacian,
        *,
        n_neighbors: int = 0,
        attached_rows: NDArray[np.int64] | None = None,
    ) -> ExactFacts:
        """Return the facts of a solved graph."""
        return cls(
            n_components=len(components.sizes),
            component_sizes=tuple(components.sizes.tolist()),
            n_components_found=components.n_found,
            n_distinct=len(components.labels),
            n_neighbors=n_neighbors,
            solver=solution.solver,
            status=solution.status.value,
            attached_rows=_no_rows() if attached_rows is None else attached_rows,
            laplacian=laplacian,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary of everything but ``attached_rows``, which is an array of its own."""
        return {
            "n_components": self.n_components,
            "component_sizes": list(self.component_sizes),
            "n_components_found": self.n_components_found,
            "n_distinct": self.n_distinct,
            "n_neighbors": self.n_neighbors,
            "solver": self.solver,
            "status": self.status,
            "laplacian": self.laplacian,
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any], attached_rows: NDArray[np.int64]) -> ExactFacts:
        """Return the facts that `to_dict` wrote."""
        sizes = tuple(int(size) for size in values["component_sizes"])
        return cls(**{**values, "component_sizes": sizes}, attached_rows=attached_rows)
