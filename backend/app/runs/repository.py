"""Finding runs and partitions, in the shape the API answers with."""

from __future__ import annotations

import json
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.datasets.models import Dataset
from app.datasets.repository import owners_of
from app.retention.settings import retention_of
from app.runs.errors import PartitionNotFoundError
from app.runs.models import Partition, Run
from app.runs.schemas import LayoutRead, PartitionRead, RunRead
from app.sharing.rights import Action, authorize, right_to_run, rights_to_runs
from app.storage.store import Storage
from app.users.models import User

_COPIED = ("id", "dataset_id", "job_id", "number", "parameters", "n_clusters", "created_at")
_SUMMARISED = (
    "n_features",
    "columns",
    "method",
    "method_reason",
    "eigenvalues",
    "residual_norms",
    "suggestions",
    "notes",
    "stage_seconds",
)


def accessible_run(session: Session, user: User, run_id: int, action: Action = "read") -> Run:
    """Return a run that is there, if ``user`` may do ``action`` with it; raises as `authorize`."""
    run = _run(session, run_id)
    right = right_to_run(session, user, run) if run is not None else None
    return authorize(user, action, run, right, "run")


def deletable_run(session: Session, user: User, run_id: int) -> Run:
    """Return a run that ``user`` may delete: of an own dataset, or made on one shared to edit."""
    run = _run(session, run_id)
    made = run is not None and run.user_id == user.id
    return accessible_run(session, user, run_id, "write" if made else "own")


def _run(session: Session, run_id: int) -> Run | None:
    return session.scalar(
        sa.select(Run)
        .join(Dataset, Dataset.id == Run.dataset_id)
        .where(Run.id == run_id, Dataset.deleted_at.is_(None))
    )


def partition_of(session: Session, run: Run, n_clusters: int) -> Partition:
    """Return the partition of a run into ``n_clusters``.

    Raises
    ------
    PartitionNotFoundError
        It was never cut.
    """
    partition = find_partition(session, run.id, n_clusters)
    if partition is None:
        raise PartitionNotFoundError(
            f"Run {run.id} was never cut into {n_clusters} clusters.",
            remedy=f"Ask for it first: PUT /api/v1/runs/{run.id}/partition",
        )
    return partition


def find_partition(session: Session, run_id: int, n_clusters: int) -> Partition | None:
    """Return the partition of a run into ``n_clusters``, if it was cut."""
    return session.scalar(
        sa.select(Partition).where(Partition.run_id == run_id, Partition.n_clusters == n_clusters)
    )


def read_run(session: Session, user: User, run: Run, storage: Storage) -> RunRead:
    """Return what the API says to ``user`` about a run."""
    return read_runs(session, user, [run], storage)[0]


def read_runs(session: Session, user: User, runs: Iterable[Run], storage: Storage) -> list[RunRead]:
    """Return what the API says to ``user`` about several runs."""
    runs = list(runs)
    rights = rights_to_runs(session, user, runs)
    owners = owners_of(session, [run.dataset_id for run in runs])
    shown = _shown(session, runs)
    retention = retention_of(session)
    return [
        RunRead.model_validate(
            {
                **{name: getattr(run, name) for name in _COPIED},
                **{name: run.summary[name] for name in _SUMMARISED},
                "n_rows": run.summary["n_samples"],
                "layouts": layouts_of(run, storage),
                "partition": PartitionRead.model_validate(shown[run.id]),
                "max_clusters": max_clusters(run),
                "right": rights[run.id],
                "owner": owners[run.dataset_id],
                "expires_at": retention.result_expires_at(run.created_at),
            }
        )
        for run in runs
    ]


def _shown(session: Session, runs: list[Run]) -> dict[int, Partition]:
    """Return the partition that each of some runs shows."""
    found = session.scalars(
        sa.select(Partition)
        .join(Run, sa.and_(Run.id == Partition.run_id, Run.n_clusters == Partition.n_clusters))
        .where(Run.id.in_([run.id for run in runs]))
    )
    return {partition.run_id: partition for partition in found}


def max_clusters(run: Run) -> int:
    """Return the largest number of clusters a run can be cut into without solving again."""
    return min(int(run.parameters["max_clusters"]), int(run.summary["n_samples"]))


def layout_key(run: Run) -> str:
    """Return the key of the artifact with the positions of a run's points."""
    return str(run.summary["artifacts"]["layout"])


def layouts_of(run: Run, storage: Storage) -> dict[str, LayoutRead]:
    """Return a run's layouts by name; none when they were not recorded with it and its files are gone."""
    layouts = run.layouts
    if layouts is None:
        try:
            meta = storage.artifact("layout", layout_key(run)) / "meta.json"
            layouts = json.loads(meta.read_text(encoding="utf-8"))["layouts"]
        except FileNotFoundError:
            return {}
    return {name: LayoutRead.model_validate(layout) for name, layout in layouts.items()}
