"""What the API says about clusters and rows; the fields are the engine's, where each is defined."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, model_validator

from app.runs.schemas import LayoutName

MAXIMUM_ROWS_NAMED = 100_000


class EffectRead(BaseModel):
    """How one column differs between the rows inside and those outside."""

    cliffs_delta: float = Field(ge=-1, le=1)
    separation: float = Field(ge=0, le=1.000001)
    standardized_difference: float | None
    inside_quartiles: tuple[float, float, float] | None
    outside_quartiles: tuple[float, float, float] | None
    interval: tuple[float | None, float | None]
    inside_share: float
    outside_share: float
    inside_count: int
    outside_count: int
    inside_missing: int
    outside_missing: int


class CurvesRead(BaseModel):
    """Counts and smoothed densities over common bins; bin i lies between edges i and i + 1."""

    edges: list[float]
    inside: list[float]
    outside: list[float]
    inside_density: list[float]
    outside_density: list[float]
    inside_beyond: tuple[float, float]
    outside_beyond: tuple[float, float]


class ColumnContrastRead(BaseModel):
    """One column of the rows inside and of those outside."""

    column: int
    name: str
    effect: EffectRead
    curves: CurvesRead
    n_filled: int
    fill: float


class QuantityRead(ColumnContrastRead):
    """A column that was not clustered on; times are in seconds since 1970, UTC."""

    kind: Literal["number", "time"]


class ConditionRead(BaseModel):
    """``column > above``, ``column <= up_to``, or both."""

    column: int
    name: str
    above: float | None
    up_to: float | None
    feature_above: float | None
    feature_up_to: float | None
    text: str


class RuleRead(BaseModel):
    """Conditions that describe the rows inside, and how well; counted on all rows."""

    conditions: list[ConditionRead]
    precision: float
    recall: float
    f1: float
    n_selected: int
    n_selected_inside: int
    n_inside: int
    n_rows: int
    text: str


class NearestClusterRead(BaseModel):
    """The nearest other cluster, and the share of the rows examined that sit nearer to it."""

    cluster: int
    share_nearer: float
    n_examined: int


class BorderRowRead(BaseModel):
    """A row near another cluster: its margin, 0 half way and negative beyond, and that cluster."""

    row: int
    margin: float
    other: int


class BorderShareRead(BaseModel):
    """How many borderline rows are next to a cluster."""

    cluster: int
    count: int


class BorderRead(BaseModel):
    """The rows that lie nearly as close to another cluster; ``counts`` are margins in bins from -1 to 1."""

    rows: list[BorderRowRead]
    threshold: float
    n_examined: int
    n_borderline: int
    estimated_borderline: int
    others: list[BorderShareRead]
    counts: list[int]
    mean: float


class ValueShareRead(BaseModel):
    """A value's share of the rows inside, outside and of both; it stands out from 4 deviations on."""

    value: str | None
    n_inside: int
    n_all: int
    share_inside: float
    share_outside: float
    share_all: float
    lift: float
    deviations: float


class ColumnValuesRead(BaseModel):
    """A column of few values that was not clustered on."""

    name: str
    n_different: int
    separation: float
    values: list[ValueShareRead]


class OtherColumnsRead(BaseModel):
    """The columns that were not clustered on; those left out have too many values, or none."""

    quantities: list[QuantityRead]
    labels: list[ColumnValuesRead]
    left_out: list[str]


class ContrastRead(BaseModel):
    """Rows inside a set against rows outside, most telling column first."""

    key: str = Field(description="Names this answer, for the rows of its rule.")
    sentence: str
    columns: list[ColumnContrastRead]
    n_columns: int
    n_counted: int
    rule: RuleRead | None
    others: OtherColumnsRead


class ClusterExplanationRead(ContrastRead):
    """What makes one cluster a cluster."""

    cluster: int
    size: int
    n_rows: int
    nearest: NearestClusterRead | None
    border: BorderRead | None


class ComparisonRead(ContrastRead):
    """How the first set of rows differs from the second; rows of both count as the first."""

    n_first: int
    n_second: int
    n_shared: int


class NeighborRead(BaseModel):
    """One of the nearest rows."""

    row: int
    distance: float
    cluster: int
    weight: float


class HoldRead(BaseModel):
    """How much of the neighbours' weight is in a cluster."""

    cluster: int
    count: int
    weight_share: float


class PullRead(BaseModel):
    """What one column says about the row: negative pulls hold it in its cluster."""

    column: int
    name: str
    value: float | None
    own_median: float
    other_median: float
    own_percentile: float
    other_percentile: float
    pull: float


class RowExplanationRead(BaseModel):
    """Why one row is in its cluster and not in the closest other one."""

    key: str
    row: int
    cluster: int
    sentence: str
    silhouette: float | None
    silhouette_neighbor: int | None
    margin: float | None
    closest_cluster: int | None
    neighbors: list[NeighborRead]
    held_by: list[HoldRead]
    columns: list[PullRead]


class RowSet(BaseModel):
    """A set of rows: exactly one of a cluster, row numbers, or a bitmap."""

    cluster: Annotated[int, Field(ge=0, le=65_534)] | None = None
    rows: Annotated[list[Annotated[int, Field(ge=0)]], Field(max_length=MAXIMUM_ROWS_NAMED)] | None = None
    bitmap: Annotated[str, Field(description="Base64 of one bit a row, lowest bit first.")] | None = None

    @model_validator(mode="after")
    def _is_one(self) -> RowSet:
        if len(self.named()) != 1:
            raise ValueError("give exactly one of cluster, rows and bitmap")
        return self

    def named(self) -> dict[str, Any]:
        """Return the one way in which the rows are named."""
        return self.model_dump(exclude_none=True)


Corner = Annotated[list[float], Field(min_length=2, max_length=2)]
Coefficients = Annotated[list[float], Field(min_length=4, max_length=4)]


class OutlineRequest(BaseModel):
    """What was drawn on a map: an outline, or with a ``radius`` the way of a brush, in pixels of the screen.

    A row at (p, q, r) of the layout's unit cube is seen at x0 p + x1 q + x2 r + x3, and likewise for y.
    """

    layout: LayoutName
    dimensions: Literal[2, 3] = 2
    x: Coefficients
    y: Coefficients
    way: Annotated[list[Corner], Field(min_length=1, max_length=20_000)]
    radius: Annotated[float, Field(gt=0, le=1_000)] | None = None
    cluster: Annotated[int, Field(ge=0, le=65_534, description="The rows are confined to it.")] | None = None


class OutlineRead(BaseModel):
    """The answer's key, by which the rows are fetched, and how many there are."""

    key: str
    n_rows: int


class ComparisonRequest(BaseModel):
    """Two sets of rows to compare; the second is all other rows when it is left out."""

    first: RowSet
    second: RowSet | None = None
