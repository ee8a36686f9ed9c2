"""Measuring an affinity graph: its parts, degrees, hubs, lone links, and how clusters are cut from it."""

from __future__ import annotations

import dataclasses
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from fiedler.components import smallest_kept_size
from fiedler.diagnosis.findings import findings
from fiedler.diagnosis.report import ClusterCut, GraphDiagnosis
from fiedler.diagnosis.single_links import single_links
from fiedler.errors import InvalidGraphError

HUB_FACTOR = 5.0
"""Vertices with this many times the median number of links are hubs."""
WEAK_SHARE = 0.01
"""Vertices with less than this of the median degree hang by a thread."""
_LINKS_TOLD = 20


def diagnose_graph(
    affinity: sparse.csr_array,
    labels: NDArray[np.integer] | None = None,
    *,
    rows: NDArray[np.int64] | None = None,
    row_counts: NDArray[np.int64] | None = None,
    vertices: Literal["rows", "landmarks"] = "rows",
) -> GraphDiagnosis:
    """Return what an affinity graph looks like, and what is conspicuous.

    Parameters
    ----------
    affinity : csr_array of shape (n, n)
        Symmetric, entries >= 0; entries on the diagonal count in degrees, not as links.
    labels : (n,) integer, optional
        Clusters of the vertices, whose cuts are measured; negative for those in none.
    rows : (n,) int64, optional
        What to call each vertex; its place when omitted.
    row_counts : (n,) int64, optional
        How many rows each vertex stands for; 1 when omitted.
    vertices : {"rows", "landmarks"}
        What the vertices are.

    Raises
    ------
    InvalidGraphError
        The matrix is not square, or lists are not as long.
    """
    graph = sparse.csr_array(affinity)
    n_vertices = graph.shape[0]
    names = np.arange(n_vertices, dtype=np.int64) if rows is None else rows
    counts = np.ones(n_vertices, dtype=np.int64) if row_counts is None else row_counts
    given = [names, counts] if labels is None else [names, counts, labels]
    if graph.shape[1] != n_vertices or not n_vertices or any(len(each) != n_vertices for each in given):
        raise InvalidGraphError(
            f"the affinity has the shape {graph.shape} for lists of {[len(each) for each in given]}; "
            f"required is a square matrix with one entry of each list for each vertex."
        )
    degrees = np.asarray(graph.sum(axis=1), dtype=np.float64).ravel()
    links = _without_loops(graph)
    n_links = np.diff(links.indptr)
    n_rows = int(counts.sum())
    smallest = smallest_kept_size(n_rows)
    part_sizes, n_small, in_small = _parts(links, counts, smallest)
    hubs = np.flatnonzero(n_links > HUB_FACTOR * max(float(np.median(n_links)), 1.0))
    is_hub = np.zeros(n_vertices, dtype=bool)
    is_hub[hubs] = True
    at_hub = is_hub[np.repeat(np.arange(n_vertices), n_links)] | is_hub[links.indices]
    lone = single_links(links, counts, smallest)[:_LINKS_TOLD]
    found = GraphDiagnosis(
        vertices=vertices,
        n_rows=n_rows,
        n_vertices=n_vertices,
        n_links=links.nnz // 2,
        n_copies=n_rows - n_vertices,
        part_sizes=part_sizes,
        n_small_parts=n_small,
        n_rows_in_small_parts=in_small,
        isolated=names[n_links == 0],
        links=_spread(n_links.astype(np.float64)),
        degrees=_spread(degrees),
        weak=names[(degrees < WEAK_SHARE * np.median(degrees)) & (n_links > 0)],
        hubs=names[hubs[np.argsort(-n_links[hubs], kind="stable")]],
        hub_share=float(at_hub.mean()) if at_hub.size else 0.0,
        single_links=tuple(
            dataclasses.replace(link, first=int(names[link.first]), second=int(names[link.second]))
            for link in lone
        ),
        cuts=() if labels is None else _cuts(links, degrees, labels.astype(np.int64), counts),
    )
    return dataclasses.replace(found, findings=findings(found))


def _without_loops(graph: sparse.csr_array) -> sparse.csr_array:
    """Return the links between different vertices that have a weight."""
    links = graph.tocoo()
    kept = (links.row != links.col) & (links.data > 0)
    found = sparse.csr_array((links.data[kept], (links.row[kept], links.col[kept])), shape=graph.shape)
    found.sort_indices()
    return found


def _parts(
    links: sparse.csr_array, counts: NDArray[np.int64], smallest: int
) -> tuple[tuple[int, ...], int, int]:
    """Return rows of the parts large enough, descending, and how many others with how many rows."""
    n_parts, part = csgraph.connected_components(links, directed=False)
    sizes = np.bincount(part, weights=counts, minlength=n_parts).astype(np.int64)
    large = np.sort(sizes[sizes >= smallest])[::-1]
    return tuple(large.tolist()), int(n_parts - len(large)), int(sizes.sum() - large.sum())


def _spread(values: NDArray[np.float64]) -> dict[str, float]:
    return {
        "min": float(values.min()),
        "median": float(np.median(values)),
        "mean": float(values.mean()),
        "max": float(values.max()),
    }


def _cuts(
    links: sparse.csr_array,
    degrees: NDArray[np.float64],
    labels: NDArray[np.int64],
    counts: NDArray[np.int64],
) -> tuple[ClusterCut, ...]:
    n_clusters = int(labels.max()) + 1
    # Vertices in no cluster make up one of their own, which is not told of.
    labels = np.where(labels < 0, n_clusters, labels)
    ends = labels[np.repeat(np.arange(len(labels)), np.diff(links.indptr))]
    cells = ends * (n_clusters + 1) + labels[links.indices]
    size = (n_clusters + 1) ** 2
    between = np.bincount(cells, weights=links.data, minlength=size).reshape(-1, n_clusters + 1)
    n_between = np.bincount(cells, minlength=size).reshape(-1, n_clusters + 1)
    np.fill_diagonal(between, 0.0)
    np.fill_diagonal(n_between, 0)
    volumes = np.bincount(labels, weights=degrees, minlength=n_clusters + 1)
    n_rows = np.bincount(labels, weights=counts, minlength=n_clusters + 1)
    cuts = []
    for cluster in range(n_clusters):
        smaller = min(volumes[cluster], volumes.sum() - volumes[cluster])
        out = between[cluster, :n_clusters]
        cuts.append(
            ClusterCut(
                cluster=cluster,
                n_rows=int(n_rows[cluster]),
                conductance=float(between[cluster].sum() / smaller) if smaller > 0 else float("nan"),
                most_linked=int(out.argmax()) if out.any() else None,
                n_links_out=int(n_between[cluster].sum()),
            )
        )
    return tuple(cuts)
