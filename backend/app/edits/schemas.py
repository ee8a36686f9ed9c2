"""What the API says about edits, and takes for them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.runs.schemas import PartitionRead

MAXIMUM_ROWS_NAMED = 100_000
MAXIMUM_PARTS = 100
MAXIMUM_CONSTRAINED_ROWS = 20_000

Label = Annotated[int, Field(ge=0, le=65_534)]
Row = Annotated[int, Field(ge=0, le=2**32 - 1)]
Parts = Annotated[int, Field(ge=2, le=MAXIMUM_PARTS)]
SplitMethod = Literal["auto", "embedding", "exact"]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class _Edit(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _RowsEdit(_Edit):
    rows: Annotated[list[Row], Field(min_length=1, max_length=MAXIMUM_ROWS_NAMED)] | None = None
    bitmap: Annotated[str, Field(description="Base64 of one bit a row, lowest bit first.")] | None = None

    @model_validator(mode="after")
    def _names_rows_once(self) -> _RowsEdit:
        if (self.rows is None) == (self.bitmap is None):
            raise ValueError("give exactly one of rows and bitmap")
        return self


class MergeEdit(_Edit):
    """Make one of two or more clusters."""

    kind: Literal["merge"]
    clusters: Annotated[list[Label], Field(min_length=2)]


class SplitEdit(_Edit):
    """Divide one cluster; its largest part keeps the number."""

    kind: Literal["split"]
    cluster: Label
    n_parts: Parts = 2
    method: SplitMethod = "auto"


class ReclusterEdit(_Edit):
    """Cluster the rows of some clusters anew."""

    kind: Literal["recluster"]
    clusters: Annotated[list[Label], Field(min_length=1)]
    n_clusters: Parts
    method: SplitMethod = "auto"


class ReclusterRowsEdit(_RowsEdit):
    """Cluster some rows anew, apart from all others."""

    kind: Literal["recluster_rows"]
    n_clusters: Parts
    method: SplitMethod = "auto"


class MoveEdit(_RowsEdit):
    """Put rows in a cluster, or in a new one when ``cluster`` is null."""

    kind: Literal["move"]
    cluster: Label | None = None


class ExcludeEdit(_RowsEdit):
    """Take rows out of all clusters."""

    kind: Literal["exclude"]


class RenameEdit(_Edit):
    """Give a cluster a name; null takes it away."""

    kind: Literal["rename"]
    cluster: Label
    name: Name | None


class ConstraintSet(BaseModel):
    """Groups of rows that belong together, pairs of groups that belong apart, rows of known class."""

    model_config = ConfigDict(extra="forbid")

    must_link: list[Annotated[list[Row], Field(min_length=2)]] = []
    cannot_link: list[
        tuple[Annotated[list[Row], Field(min_length=1)], Annotated[list[Row], Field(min_length=1)]]
    ] = []
    labelled_rows: list[tuple[Row, str | int]] = []

    @model_validator(mode="after")
    def _is_bounded(self) -> ConstraintSet:
        named = sum(map(len, self.must_link)) + len(self.labelled_rows)
        named += sum(len(side) for sides in self.cannot_link for side in sides)
        if named > MAXIMUM_CONSTRAINED_ROWS:
            raise ValueError(
                f"the constraints name {named} rows; at most {MAXIMUM_CONSTRAINED_ROWS} are possible"
            )
        return self

    def all_rows(self) -> list[int]:
        """Return every row named, as often as it is named."""
        rows = [row for group in self.must_link for row in group]
        rows += [row for sides in self.cannot_link for side in sides for row in side]
        return rows + [row for row, _ in self.labelled_rows]


class ConstraintsEdit(_Edit):
    """Solve the cut anew under these constraints, in place of those before; all edits are applied to it."""

    kind: Literal["constraints"]
    constraints: ConstraintSet


Edit = Annotated[
    MergeEdit
    | SplitEdit
    | ReclusterEdit
    | ReclusterRowsEdit
    | MoveEdit
    | ExcludeEdit
    | RenameEdit
    | ConstraintsEdit,
    Field(discriminator="kind"),
]
EditKind = Literal[
    "merge", "split", "recluster", "recluster_rows", "move", "exclude", "rename", "constraints"
]


class EditRequest(BaseModel):
    """An edit, and the ``key`` of the partition it is meant for: another one answers 409."""

    key: str
    edit: Edit
    n_clusters: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="Default: the partition shown."
    )


class PositionRequest(BaseModel):
    """How many edits to apply, from 0 to all there are; ``key`` as in an edit."""

    key: str
    position: Annotated[int, Field(ge=0)]
    n_clusters: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="Default: the partition shown."
    )


class EditRead(BaseModel):
    """One edit of a history; ``clusters`` by their numbers before it, ``target`` where rows were moved."""

    position: int
    kind: EditKind
    clusters: list[int]
    target: int | None
    n_rows: int
    n_parts: int | None
    name: str | None
    n_rows_changed: int
    n_constraints: int | None
    reason: str | None
    created_at: datetime


class ViolationRead(BaseModel):
    """A cannot-link that does not hold, and why."""

    rows: tuple[int, int]
    reason: str


class HistoryRead(BaseModel):
    """The edits of a run's cut into ``n_clusters``: ``position`` of them are applied, the rest are undone.

    ``constraints`` are those that hold at this position; ``violations`` and ``forced_rows`` tell how they
    were met.
    """

    run_id: int
    n_clusters: int
    position: int
    key: str
    edits: list[EditRead]
    constraints: ConstraintSet
    violations: list[ViolationRead]
    forced_rows: list[int]


class RevisedRead(BaseModel):
    """The partition after an edit, and its history."""

    partition: PartitionRead
    history: HistoryRead


def parted(edit: Any) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Return an edit as a JSON-safe dictionary without its rows, and its rows as they were named."""
    step: dict[str, Any] = edit.model_dump(mode="json")
    named: dict[str, Any] = {name: step.pop(name) for name in ("rows", "bitmap") if name in step}
    rows: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
    return step, rows or None
