"""What the API says about runs, and takes for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.sharing.models import Right

LayoutName = Literal["features", "embedding", "umap", "tsne"]
MadeLayoutName = Literal["umap", "tsne"]
ExportFormat = Literal["csv", "parquet", "arrow"]


class ClusterRead(BaseModel):
    """One cluster: its label (from 0), the rows in it, its mean silhouette on the sample, its given name."""

    label: int
    size: int
    silhouette: float | None
    name: str | None = None


class ViewRead(BaseModel):
    """One way the clusters were looked for.

    ``agreement`` is its adjusted Rand index with the view chosen, ``support`` how far views agree with it.
    """

    name: str
    family: Literal["features", "curves", "mixture"]
    n_clusters: int
    support: float | None
    separation: float | None
    agreement: float | None


class MixtureRead(BaseModel):
    """Whether a mixture model drew the clusters in place of the best supported view, and why."""

    kind: str
    accepted: bool
    reason: str


class ConsensusRead(BaseModel):
    """The views behind a cut before its edits; ``chosen`` and ``alternative`` number them from 0."""

    n_agreeing: int
    chosen: int
    alternative: int | None
    views: list[ViewRead]
    mixture: MixtureRead


class PartitionRead(BaseModel):
    """A run cut into ``n_clusters``; the silhouette is of a sample of ``silhouette_sample_size`` rows.

    ``key`` names its labels: another key, other labels. ``position`` edits are applied to the cut, after
    which there may be more or fewer ``clusters``, and ``n_excluded`` rows in none, with the label 65535.
    ``consensus`` is null for the cut of one graph.
    """

    model_config = ConfigDict(from_attributes=True)

    id: int
    run_id: int
    n_clusters: int
    silhouette: float | None
    silhouette_sample_size: int
    clusters: list[ClusterRead]
    key: str
    position: int
    n_excluded: int
    consensus: ConsensusRead | None
    created_at: datetime


class Suggestion(BaseModel):
    """A number of clusters worth a look, and why; figures that were not measured are null."""

    n_clusters: int
    score: float
    ratio: float
    eigengap: float
    reasons: list[str]
    separation: float | None = None
    stability: float | None = None
    agreement: float | None = None
    conductance: float | None = None


class RunNote(BaseModel):
    """Something the fit found or did, in words."""

    code: str
    message: str


class LayoutRead(BaseModel):
    """How positions 0 to 65535 translate into the coordinates of a layout."""

    title: str
    axes: list[str]
    minimum: list[float]
    maximum: list[float]
    has_3d: bool


class RunRead(BaseModel):
    """A run: how it was computed, its spectrum, the suggested k, and the partition shown.

    ``owner`` is the user name of its dataset's owner. At ``expires_at`` it is deleted (null: not by itself;
    it goes with its dataset).
    """

    id: int
    dataset_id: int
    job_id: int
    number: int
    parameters: dict[str, Any]
    n_rows: int
    n_features: int
    columns: list[str]
    method: Literal["exact", "landmark"]
    method_reason: str
    eigenvalues: list[float]
    residual_norms: list[float]
    suggestions: list[Suggestion]
    notes: list[RunNote]
    stage_seconds: dict[str, float]
    layouts: dict[str, LayoutRead]
    n_clusters: int
    partition: PartitionRead
    max_clusters: int
    right: Right
    owner: str
    created_at: datetime
    expires_at: datetime | None


class RunPage(BaseModel):
    """Runs, newest first; ``next_cursor`` is null on the last page."""

    items: list[RunRead]
    next_cursor: str | None


class PartitionRequest(BaseModel):
    """The number of clusters to cut the run into."""

    n_clusters: int = Field(ge=1)


class AlgorithmRead(BaseModel):
    """A clustering method and the JSON schema of its parameters, which draws the page's form."""

    name: str
    title: str
    # `schema` is a method of pydantic's models, hence the alias.
    parameters_schema: dict[str, Any] = Field(alias="schema", serialization_alias="schema")
