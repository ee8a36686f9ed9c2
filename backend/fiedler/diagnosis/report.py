"""What a diagnosis of an affinity graph consists of: figures, and what is conspicuous about them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fiedler.diagnosis.single_links import SingleLink
from fiedler.in_words import ToldInWords

_VERTICES_TOLD = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """Something conspicuous: a stable ``code``, what was found, and what to change."""

    code: str
    message: str
    advice: str

    def __str__(self) -> str:
        return f"{self.message} {self.advice}"


@dataclass(frozen=True, slots=True)
class ClusterCut:
    """How one cluster is cut from the graph.

    Attributes
    ----------
    cluster, n_rows : int
    conductance : float
        Weight of the links that leave it over the degrees of its vertices, or of all others where those are
        less: 0 for a separate part, above .5 where more leads out than stays. NaN when either has no link.
    most_linked : int or None
        The other cluster with most of the weight that leaves it.
    n_links_out : int
    """

    cluster: int
    n_rows: int
    conductance: float
    most_linked: int | None
    n_links_out: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class GraphDiagnosis(ToldInWords):
    """An affinity graph, looked at.

    Vertices are numbered as in ``vertices``. Copies of a row share one vertex, which counts as many rows.

    Attributes
    ----------
    vertices : {"rows", "landmarks"}
        What they are: by their first row in the table, or landmarks by their number.
    n_rows, n_vertices, n_links : int
        Links join two different vertices, each counted once.
    n_copies : int
        Rows that equal an earlier one.
    part_sizes : tuple of int
        Rows of every part without a link to the others that is large enough to be a cluster, descending.
    n_small_parts, n_rows_in_small_parts : int
        Parts below that size, rows without any link included.
    isolated : (i,) int64
        Vertices without a link.
    links : dict
        ``min``, ``median``, ``mean`` and ``max`` number of links of a vertex.
    degrees : dict
        The same of the sum of its affinities.
    weak : (w,) int64
        Vertices with a degree below a hundredth of the median.
    hubs : (h,) int64
        Vertices with more than 5 times the median number of links, most first.
    hub_share : float
        Share of all links with an end at a hub.
    single_links : tuple of SingleLink
        Links that alone hold parts large enough to be clusters together; at most 20.
    cuts : tuple of ClusterCut
        Of the clusters given.
    findings : tuple of Finding
        What of this is conspicuous, and what to change; empty when nothing is.
    """

    vertices: Literal["rows", "landmarks"]
    n_rows: int
    n_vertices: int
    n_links: int
    n_copies: int
    part_sizes: tuple[int, ...]
    n_small_parts: int
    n_rows_in_small_parts: int
    isolated: NDArray[np.int64]
    links: dict[str, float]
    degrees: dict[str, float]
    weak: NDArray[np.int64]
    hubs: NDArray[np.int64]
    hub_share: float
    single_links: tuple[SingleLink, ...]
    cuts: tuple[ClusterCut, ...]
    findings: tuple[Finding, ...] = ()

    def __str__(self) -> str:
        parts = "in one part" if len(self.part_sizes) == 1 else f"in {len(self.part_sizes)} parts"
        text = f"{self.n_links:,} links between {self.n_vertices:,} {self.vertices}, {parts}."
        said = [str(finding) for finding in self.findings] or ["Nothing is conspicuous."]
        return "\n".join([text, *said])

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary; of lists of vertices the number, and the first hundred."""
        lists = ("isolated", "weak", "hubs")
        values = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if field.name not in (*lists, "single_links", "cuts", "findings")
        }
        for name in lists:
            vertices = getattr(self, name)
            values[name] = {"count": len(vertices), "first": vertices[:_VERTICES_TOLD].tolist()}
        values["part_sizes"] = list(self.part_sizes)
        values["single_links"] = [dataclasses.asdict(link) for link in self.single_links]
        values["cuts"] = [
            {**dataclasses.asdict(cut), "conductance": None if np.isnan(cut.conductance) else cut.conductance}
            for cut in self.cuts
        ]
        values["findings"] = [dataclasses.asdict(finding) for finding in self.findings]
        return values
