"""A graph from a list of its edges: an array, or a table with the columns source, target and weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from fiedler.errors import InvalidGraphError

SOURCE, TARGET, WEIGHT = "source", "target", "weight"


@dataclass(frozen=True, slots=True, eq=False)
class EdgeGraph:
    """An undirected graph and what its vertices are called.

    Attributes
    ----------
    affinity : csr_array of shape (n, n), float64
        Symmetric; what ``SpectralClustering(affinity="precomputed")`` is fitted on.
    vertices : (n,) array
        Name of each row of the affinity, ascending.
    n_edges : int
        Pairs of different vertices that are linked.
    """

    affinity: sparse.csr_array
    vertices: NDArray[Any]
    n_edges: int


def graph_from_edges(edges: Any, *, n_vertices: int | None = None) -> EdgeGraph:
    """Return the graph of a list of edges.

    An edge has no direction, and the weights of one named more than once add up; an edge from a vertex to
    itself counts in that vertex's degree, edges of weight 0 do not count at all.

    Parameters
    ----------
    edges : array-like of shape (m, 2) or (m, 3), or a table
        Two vertices an edge and, optionally, its weight: at least 0, larger for closer; 1 without. A table
        (pandas, polars, Arrow, or a mapping of columns) has them in columns called source, target and weight,
        where vertices may be names.
    n_vertices : int, optional
        The vertices are 0, ..., ``n_vertices - 1``, also those that no edge names. When omitted they are
        those that edges name.

    Raises
    ------
    InvalidGraphError
        There is no edge, a column is missing, a weight is negative or not finite, or a vertex is not a whole
        number where it must be.

    Examples
    --------
    >>> from fiedler import SpectralClustering, graph_from_edges
    >>> friends = [("Ann", "Bo"), ("Bo", "Cy"), ("Cy", "Ann"), ("Dee", "Eli"), ("Eli", "Fay"), ("Fay", "Dee")]
    >>> source, target = zip(*friends, ("Cy", "Dee"))
    >>> graph = graph_from_edges({"source": source, "target": target})
    >>> labels = SpectralClustering(2, affinity="precomputed").fit_predict(graph.affinity)
    >>> [name for name, label in zip(graph.vertices.tolist(), labels) if label == labels[0]]
    ['Ann', 'Bo', 'Cy']
    """
    sources, targets, weights = _columns(edges)
    if len(sources) == 0:
        raise InvalidGraphError("there are no edges; at least one is required.")
    if not np.isfinite(weights).all() or weights.min() < 0:
        first = int(np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))[0])
        raise InvalidGraphError(
            f"edge {first} has the weight {weights[first]}; weights must be finite and at least 0, larger "
            f"for closer; turn distances into weights first, for example by exp(-d^2)."
        )
    vertices, ends = _numbered(sources, targets, n_vertices)
    n_samples = len(vertices)
    rows, columns = ends
    loops = rows == columns
    # A loop is one entry of the matrix, any other edge two.
    directed = sparse.coo_array(
        (np.where(loops, weights / 2, weights), (rows, columns)), shape=(n_samples, n_samples)
    ).tocsr()
    affinity = (directed + directed.T).tocsr()
    affinity.eliminate_zeros()
    affinity.sort_indices()
    n_loops = np.count_nonzero(affinity.diagonal())
    return EdgeGraph(affinity, vertices, int(affinity.nnz - n_loops) // 2)


def _columns(edges: Any) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.float64]]:
    names = _column_names(edges)
    if names is not None:
        missing = [name for name in (SOURCE, TARGET) if name not in names]
        if missing:
            raise InvalidGraphError(
                f"the edges have the columns {', '.join(map(str, names))} and no {missing[0]!r}; required "
                f"are 'source' and 'target', and 'weight' where edges have one; rename them."
            )
        sources, targets = np.asarray(edges[SOURCE]), np.asarray(edges[TARGET])
        weights = np.asarray(edges[WEIGHT]) if WEIGHT in names else np.ones(len(sources))
        return _plain(sources), _plain(targets), _numeric(weights)
    matrix = np.asarray(edges)
    if matrix.size == 0:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    if matrix.ndim != 2 or matrix.shape[1] not in (2, 3):
        raise InvalidGraphError(
            f"the edges have the shape {matrix.shape}; required is (m, 2), two vertices an edge, or (m, 3) "
            f"with its weight."
        )
    weights = _numeric(matrix[:, 2]) if matrix.shape[1] == 3 else np.ones(len(matrix))
    return _plain(matrix[:, 0]), _plain(matrix[:, 1]), weights


def _column_names(edges: Any) -> Sequence[str] | None:
    """Return the names of a table's columns, None for what is no table."""
    if isinstance(edges, Mapping):
        return list(edges)
    names = getattr(edges, "column_names", None)
    if names is None:
        names = getattr(edges, "columns", None)
    return None if names is None else list(names)


def _plain(vertices: NDArray[Any]) -> NDArray[Any]:
    """Return vertices as whole numbers where all are, and as text where they are no numbers."""
    if vertices.dtype.kind in "iu":
        return vertices
    if vertices.dtype.kind == "f":
        if not np.isfinite(vertices).all() or (vertices != np.trunc(vertices)).any():
            odd = vertices[~np.isfinite(vertices) | (vertices != np.trunc(vertices))][0]
            raise InvalidGraphError(
                f"a vertex is {odd}; vertices must be whole numbers or names, and none may be missing; give "
                f"weights in the third column."
            )
        return vertices.astype(np.int64)
    if any(vertex is None for vertex in vertices.tolist()):
        raise InvalidGraphError("an edge has no vertex at one end; leave it out, or name the vertex.")
    return vertices.astype(str)


def _numeric(weights: ArrayLike) -> NDArray[np.float64]:
    try:
        return np.asarray(weights, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidGraphError(f"weights must be numbers: {error}") from error


def _numbered(
    sources: NDArray[Any], targets: NDArray[Any], n_vertices: int | None
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return the vertices, and (2, m) their numbers at both ends of each edge."""
    if sources.dtype.kind != targets.dtype.kind and "U" in (sources.dtype.kind, targets.dtype.kind):
        # Numbers at one end and names at the other.
        sources, targets = sources.astype(str), targets.astype(str)
    ends = np.stack([sources, targets])
    if n_vertices is None:
        vertices, numbers = np.unique(ends, return_inverse=True)
        return vertices, numbers.reshape(ends.shape).astype(np.int64)
    if ends.dtype.kind not in "iu" or ends.min() < 0 or ends.max() >= n_vertices:
        raise InvalidGraphError(
            f"with n_vertices={n_vertices} vertices must be numbers from 0 to {n_vertices - 1}, and edges "
            f"name {ends.min()!s} to {ends.max()!s}; leave n_vertices out, or raise it."
        )
    return np.arange(n_vertices), ends.astype(np.int64)
