"""Adding an edit to a history and moving along it, in a transaction that holds the partition's lock."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.database import database_now
from app.edits.models import Revision
from app.jobs.models import ClusteringJob
from app.runs.models import Partition

# What a partition shares with the revision that it shows.
_SHOWN = ("key", "silhouette", "silhouette_sample_size", "clusters", "n_excluded")


def locked_partition(session: Session, run_id: int, n_clusters: int) -> Partition | None:
    """Return a partition that no other transaction changes until this one ends."""
    return session.scalar(
        sa.select(Partition)
        .where(Partition.run_id == run_id, Partition.n_clusters == n_clusters)
        .with_for_update()
    )


def record_revision(session: Session, job: ClusteringJob, summary: dict[str, Any]) -> Partition | None:
    """Add the edit of a revise job, and show what came of it.

    Return None when the run was deleted or edited otherwise meanwhile: then the edit is not added.

    Parameters
    ----------
    summary
        The engine's ``RevisionSummary.to_dict()``.
    """
    asked = job.parameters
    partition = locked_partition(session, job.run_id or 0, asked["n_clusters"])
    if partition is None or partition.key != asked["key"]:
        job.result = {"added": False}
        return None
    clusters = _named(summary, partition.clusters, asked["step"])
    add_revision(session, partition, asked["step"], asked["rows"], {**summary, "clusters": clusters})
    job.result = {"added": True}
    return partition


def add_revision(
    session: Session,
    partition: Partition,
    step: dict[str, Any],
    rows: dict[str, Any] | None,
    summary: dict[str, Any],
) -> None:
    """Put an edit after the ones applied, in place of those undone, and show the partition after it."""
    if partition.position == 0:
        session.execute(sa.delete(Revision).where(*_history(partition)))
        _insert(session, partition, 0, None, None, {name: getattr(partition, name) for name in _SHOWN})
    else:
        session.execute(
            sa.delete(Revision).where(*_history(partition), Revision.position > partition.position)
        )
    position = partition.position + 1
    show(partition, _insert(session, partition, position, step, rows, summary))
    session.flush()


def show(partition: Partition, revision: Revision) -> None:
    """Make a partition what one of its revisions says."""
    partition.position = revision.position
    for name in _SHOWN:
        setattr(partition, name, getattr(revision, name))


def _history(partition: Partition) -> tuple[sa.ColumnElement[bool], ...]:
    return (Revision.run_id == partition.run_id, Revision.n_clusters == partition.n_clusters)


def _insert(
    session: Session,
    partition: Partition,
    position: int,
    step: dict[str, Any] | None,
    rows: dict[str, Any] | None,
    summary: dict[str, Any],
) -> Revision:
    revision = Revision(
        run_id=partition.run_id,
        n_clusters=partition.n_clusters,
        position=position,
        step=step,
        rows=rows,
        facts=summary.get("facts", {}),
        created_at=database_now(session),
        **{name: summary[name] for name in _SHOWN},
    )
    session.add(revision)
    session.flush()
    return revision


def _named(
    summary: dict[str, Any], before: list[dict[str, Any]], step: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return the clusters of a summary with the names that their rows had."""
    names = [cluster.get("name") for cluster in before]
    if step["kind"] == "merge":
        merged = sorted(set(step["clusters"]))
        names[merged[0]] = next((names[label] for label in merged if names[label]), None)
    after: dict[int, str | None] = {
        new: name for new, name in zip(summary["facts"]["numbers"], names, strict=False) if new is not None
    }
    return [{**cluster, "name": after.get(cluster["label"])} for cluster in summary["clusters"]]
