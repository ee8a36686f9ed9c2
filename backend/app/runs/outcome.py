"""What a fit or a re-cut leaves behind: called by the worker inside its guarded final transaction."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.database import database_now
from app.datasets.models import Dataset
from app.jobs.models import ClusteringJob
from app.runs.models import Partition, Run
from fiedler.parameters import ClusteringParameters


def record_fit(
    session: Session,
    job: ClusteringJob,
    table_key: str,
    summary: dict[str, Any],
    layouts: dict[str, Any] | None = None,
    result_bytes: int | None = None,
) -> Run:
    """Create the run of a fit job, with its first partition.

    Parameters
    ----------
    table_key
        Key of the table the fit read.
    summary
        The engine's ``FitSummary.to_dict()``.
    layouts
        By name, how the points of each layout are scaled and named.
    result_bytes
        Size of the fit's artifacts.
    """
    dataset = session.execute(
        # The row's lock keeps two fits of one dataset from taking the same number.
        sa.select(Dataset).where(Dataset.id == job.dataset_id).with_for_update()
    ).scalar_one()
    newest = session.scalar(
        sa.select(sa.func.max(ClusteringJob.result["number"].as_integer())).where(
            ClusteringJob.dataset_id == dataset.id, ClusteringJob.kind == "fit"
        )
    )
    partition = summary["partition"]
    run = Run(
        user_id=job.user_id,
        dataset_id=dataset.id,
        job_id=job.id,
        number=(newest or 0) + 1,
        table_key=table_key,
        parameters=ClusteringParameters.from_dict(job.parameters).to_dict(),
        summary=summary,
        layouts=layouts,
        result_bytes=result_bytes,
        n_clusters=partition["n_clusters"],
        created_at=database_now(session),
    )
    session.add(run)
    session.flush()
    _add_partition(session, run.id, partition["n_clusters"], partition)
    job.run_id = run.id
    job.result = {"run_id": run.id, "number": run.number}
    session.flush()
    return run


def record_partition(session: Session, job: ClusteringJob, summary: dict[str, Any]) -> Partition | None:
    """Create the partition of a re-cut job, and show it when it is the one wanted last.

    Returns None when the run was deleted meanwhile.

    The partition is kept under the number that was asked for, so that asking again finds it, even when
    fewer clusters were found.

    Parameters
    ----------
    summary
        The engine's ``PartitionSummary.to_dict()``.
    """
    run = session.get(Run, job.run_id)
    if run is None:
        return None
    n_clusters = int(job.parameters["n_clusters"])
    partition = session.scalar(
        sa.select(Partition).where(Partition.run_id == run.id, Partition.n_clusters == n_clusters)
    )
    if partition is None:
        partition = _add_partition(session, run.id, n_clusters, summary)
    if run.wanted_clusters == n_clusters:
        run.n_clusters = n_clusters
    job.result = {"run_id": run.id, "partition_id": partition.id}
    session.flush()
    return partition


def record_layout(session: Session, job: ClusteringJob, result: dict[str, Any]) -> None:
    """Add a layout that was asked for to its run; nothing when the run was deleted meanwhile."""
    run = session.get(Run, job.run_id)
    if run is None:
        return
    # A new dictionary: changes within one are not seen.
    run.layouts = {**(run.layouts or result["fitted"]), result["name"]: result["layout"]}
    job.result = {"run_id": run.id, "layout": result["name"]}
    session.flush()


def _add_partition(session: Session, run_id: int, n_clusters: int, summary: dict[str, Any]) -> Partition:
    partition = Partition(
        run_id=run_id,
        n_clusters=n_clusters,
        key=summary["key"],
        silhouette=summary["silhouette"],
        silhouette_sample_size=summary["silhouette_sample_size"],
        clusters=summary["clusters"],
        consensus=summary.get("consensus"),
        created_at=database_now(session),
    )
    session.add(partition)
    session.flush()
    return partition
