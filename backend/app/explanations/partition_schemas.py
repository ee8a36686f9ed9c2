"""What the API says about a whole partition; the fields are the engine's, where each is defined."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class FindingRead(BaseModel):
    """Something conspicuous about a graph, and what to change."""

    code: str
    message: str
    advice: str


class ClusterCutRead(BaseModel):
    """How one cluster is cut from the graph."""

    cluster: int
    n_rows: int
    conductance: float | None
    most_linked: int | None
    n_links_out: int


class SingleLinkRead(BaseModel):
    """One link that alone holds two parts of the graph together."""

    first: int
    second: int
    weight: float
    n_smaller: int
    n_larger: int


class VerticesRead(BaseModel):
    """A list of vertices: how many, and the first hundred."""

    count: int
    first: list[int]


class GraphDiagnosisRead(BaseModel):
    """An affinity graph, looked at."""

    key: str
    vertices: Literal["rows", "landmarks"]
    n_rows: int
    n_vertices: int
    n_links: int
    n_copies: int
    part_sizes: list[int]
    n_small_parts: int
    n_rows_in_small_parts: int
    isolated: VerticesRead
    links: dict[str, float]
    degrees: dict[str, float]
    weak: VerticesRead
    hubs: VerticesRead
    hub_share: float
    single_links: list[SingleLinkRead]
    cuts: list[ClusterCutRead]
    findings: list[FindingRead] = Field(description="Gravest first; empty when nothing is conspicuous.")


class AgreementRead(BaseModel):
    """How the clusters of a partition, the columns of the table, relate to groups known before, its rows."""

    key: str
    contingency: list[list[int]] = Field(description="Rows in each group and each cluster.")
    counterparts: list[int | None] = Field(description="The group each cluster corresponds to, one to one.")
    adjusted_rand_index: float
    adjusted_mutual_information: float
    n_moved: int = Field(description="Rows whose group is not their cluster's counterpart.")
    n_compared: int
    n_left_out: int


class PartitionChangesRead(AgreementRead):
    """How rows moved from an earlier partition's clusters to this one's."""


class RowValuesRead(BaseModel):
    """How to read the values that rows are coloured by: numbers, times in seconds since 1970, or categories.

    Numbers from ``low`` to ``high``, all but a few at either end, are worth the ramp's colours. Codes of
    categories number ``values``; the rows of all further values share the next code.
    """

    key: str
    kind: Literal["number", "time", "category"]
    basis: str = Field(description="What the values were measured against; may be empty.")
    n_missing: int
    minimum: float | None = None
    maximum: float | None = None
    low: float | None = None
    high: float | None = None
    cluster_means: list[float | None] | None = Field(
        default=None, description="Of silhouette and confidence: the mean over the rows of each cluster."
    )
    values: list[str] | None = None
    counts: list[int] | None = None
    n_other_values: int | None = None
    n_other: int | None = None


class ColumnAgreementRead(AgreementRead):
    """How clusters and the values of a column share rows."""

    column: str
    values: list[str | None] = Field(description="By descending number of rows; null: the cell is missing.")
    n_values: int = Field(description="Different values; those beyond the list are left out.")
