"""Why one row is where it is: the rows that hold it there, and what would draw it elsewhere."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler.explanation.clusters import check_lengths
from fiedler.explanation.codes import CodedFeatures
from fiedler.explanation.errors import ExplanationError
from fiedler.explanation.margins import BORDER_MARGIN, EmbeddedClusters, margins
from fiedler.explanation.members import ClusterMembers
from fiedler.explanation.numbers import readable
from fiedler.explanation.pulls import Pull, pulls
from fiedler.explanation.row_kernels import scan_rows
from fiedler.in_words import ToldInWords

N_NEIGHBORS = 10
COLUMNS_TOLD = 8
_BLOCK_ROWS = 65_536
_WORTH_SAYING = 0.5
# Distances in the embedding within this factor are taken for equal.
_ALIKE = 1.1


@dataclass(frozen=True, slots=True, repr=False)
class RowExplanation(ToldInWords):
    """One row in its cluster.

    Attributes
    ----------
    row, cluster : int
    sentence : str
        For people.
    silhouette : float or None
        In feature space, over all rows; None with one cluster, 0 when alone in its cluster.
    silhouette_neighbor : int or None
        The other cluster of least mean distance.
    margin : float or None
        In the embedding, see `Margins`; None without one.
    closest_cluster : int or None
        The other cluster nearest in the embedding; that of the silhouette where there is no embedding, or
        where that cluster is hardly further and the row is not on a border.
    neighbors : list of dict
        The nearest rows of all in feature space: ``row``, ``distance``, ``cluster`` and ``weight``, which is
        ``exp(-(distance / last distance)**2)``.
    held_by : list of dict
        ``cluster``, ``count`` and ``weight_share`` of the neighbours, most weight first.
    columns : tuple of Pull
        Strongest pull first, either way.
    """

    row: int
    cluster: int
    sentence: str
    silhouette: float | None
    silhouette_neighbor: int | None
    margin: float | None
    closest_cluster: int | None
    neighbors: list[dict[str, Any]]
    held_by: list[dict[str, Any]]
    columns: tuple[Pull, ...]

    def __str__(self) -> str:
        lines = [f"Row {self.row} is in cluster {self.cluster}.", self.sentence]
        if self.silhouette is not None:
            lines.append(f"Silhouette {self.silhouette:.2f}, against cluster {self.silhouette_neighbor}.")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary."""
        return dataclasses.asdict(self)


def explain_row(
    coded: CodedFeatures,
    members: ClusterMembers,
    row: int,
    embedded: EmbeddedClusters | None = None,
    *,
    n_neighbors: int = N_NEIGHBORS,
    n_columns: int = COLUMNS_TOLD,
) -> RowExplanation:
    """Return why one row is in its cluster; all rows are searched.

    Distances are between features as they were clustered, filled cells included.

    Parameters
    ----------
    coded : CodedFeatures
    members : ClusterMembers
    row : int
    embedded : EmbeddedClusters, optional
        Without it there is no margin.
    n_neighbors, n_columns : int
        How many to tell of.

    Raises
    ------
    ExplanationError
        There is no such row, it is in no cluster, or labels and features differ in length.

    References
    ----------
    Rousseeuw (1987), "Silhouettes: a graphical aid to the interpretation and validation of cluster
    analysis", equations 1-3.
    """
    check_lengths(coded, members)
    if not 0 <= row < coded.n_samples:
        raise ExplanationError(
            f"row {row} was asked for; the table has the rows 0 to {coded.n_samples - 1}; choose one of them."
        )
    own = int(members.labels[row])
    if own >= members.n_clusters:
        raise ExplanationError(
            f"row {row} is excluded; only rows in a cluster can be explained; undo its exclusion first."
        )
    sums, nearest, distances = _scan(coded, members, row, n_neighbors)
    silhouette, silhouette_neighbor = _silhouette(sums, members.sizes, own)
    margin, closest = None, silhouette_neighbor
    if embedded is not None and silhouette_neighbor is not None:
        found = margins(embedded, np.array([row], dtype=np.int64))
        margin = float(found.values[0])
        # Parts of the graph without a link are all as far in the embedding: features then say which is near.
        apart = embedded.distances(np.array([row], dtype=np.int64))[0]
        alike = apart[silhouette_neighbor] <= _ALIKE * apart[found.others[0]]
        if margin < BORDER_MARGIN or not alike:
            closest = int(found.others[0])
    neighbors = _neighbors(members, nearest, distances)
    held_by = _held_by(neighbors)
    told = () if closest is None else pulls(coded, members, row, closest)[:n_columns]
    return RowExplanation(
        row=row,
        cluster=own,
        sentence=_sentence(own, closest, neighbors, told),
        silhouette=silhouette,
        silhouette_neighbor=silhouette_neighbor,
        margin=margin,
        closest_cluster=closest,
        neighbors=neighbors,
        held_by=held_by,
        columns=told,
    )


def _scan(
    coded: CodedFeatures, members: ClusterMembers, row: int, n_neighbors: int
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    """Return (k,) summed distances by cluster, and the nearest rows with their distances."""
    n_neighbors = min(n_neighbors, members.n_members - 1)
    sums = np.zeros(members.n_clusters)
    nearest = np.full(n_neighbors, -1, np.int64)
    squares = np.full(n_neighbors, np.inf)
    target = np.asarray(coded.features[row], dtype=np.float64)
    for start in range(0, coded.n_samples, _BLOCK_ROWS):
        stop = min(start + _BLOCK_ROWS, coded.n_samples)
        block = np.require(coded.features[start:stop], np.float32, ["C", "W", "A", "E"])
        labels = np.require(members.labels[start:stop], np.uint16, ["C", "W", "A", "E"])
        scan_rows(block, start, labels, target, row, sums, nearest, squares)
    return sums, nearest, np.sqrt(squares)


def _silhouette(
    sums: NDArray[np.float64], sizes: NDArray[np.int64], own: int
) -> tuple[float | None, int | None]:
    others = np.flatnonzero(sizes)
    others = others[others != own]
    if not others.size:
        return None, None
    means = sums[others] / sizes[others]
    best = int(means.argmin())
    neighbor, beyond = int(others[best]), float(means[best])
    if sizes[own] == 1:
        return 0.0, neighbor
    within = float(sums[own]) / int(sizes[own] - 1)
    larger = max(within, beyond)
    return ((beyond - within) / larger if larger > 0 else 0.0), neighbor


def _neighbors(
    members: ClusterMembers, nearest: NDArray[np.int64], distances: NDArray[np.float64]
) -> list[dict[str, Any]]:
    scale = float(distances[-1]) if distances.size else 0.0
    return [
        {
            "row": int(row),
            "distance": float(distance),
            "cluster": int(members.labels[row]),
            "weight": math.exp(-((float(distance) / scale) ** 2)) if scale > 0 else 1.0,
        }
        for row, distance in zip(nearest, distances, strict=True)
    ]


def _held_by(neighbors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    total = sum(each["weight"] for each in neighbors)
    held: dict[int, list[float]] = {}
    for each in neighbors:
        held.setdefault(each["cluster"], []).append(each["weight"])
    found = [
        {"cluster": cluster, "count": len(weights), "weight_share": sum(weights) / total}
        for cluster, weights in held.items()
    ]
    return sorted(found, key=lambda each: (-each["weight_share"], each["cluster"]))


def _sentence(own: int, closest: int | None, neighbors: list[dict[str, Any]], told: tuple[Pull, ...]) -> str:
    same = sum(each["cluster"] == own for each in neighbors)
    of_all = "All" if same == len(neighbors) > 1 else f"{same} of"
    text = f"{of_all} the {len(neighbors)} rows nearest to it are in its cluster"
    if not neighbors:
        text = "It is the only row"
    if closest is None:
        return f"{text}."
    holding = next((pull for pull in told if pull.pull <= -_WORTH_SAYING), None)
    drawing = next((pull for pull in told if pull.pull >= _WORTH_SAYING), None)
    if holding is not None:
        text += f"; {_usual(holding)} holds it there"
    if drawing is not None:
        text += f"; {_usual(drawing)} is more like the nearest other cluster"
    return f"{text}."


def _usual(pull: Pull) -> str:
    value = 0.0 if pull.value is None else pull.value
    usual = f"usual here {readable(pull.own_median)}, there {readable(pull.other_median)}"
    return f"{pull.name} = {readable(value)} ({usual})"
