"""Finding the states of edited partitions, in the shape the API and the engine take."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from app.edits.models import Revision
from app.edits.schemas import ConstraintSet, EditRead, HistoryRead, RevisedRead, ViolationRead
from app.runs.models import Partition
from app.runs.schemas import PartitionRead

RENAME, CONSTRAINTS = "rename", "constraints"


def revisions_of(session: Session, run_id: int, n_clusters: int) -> list[Revision]:
    """Return the states of a partition, the cut first; none before the first edit."""
    query = sa.select(Revision).where(Revision.run_id == run_id, Revision.n_clusters == n_clusters)
    return list(session.scalars(query.order_by(Revision.position)))


def engine_step(step: dict[str, Any], rows: dict[str, Any] | None) -> dict[str, Any]:
    """Return an edit as `fiedler.revisions` takes it."""
    return {**step, **(rows or {})}


def engine_steps(session: Session, run_id: int, n_clusters: int, position: int) -> list[dict[str, Any]]:
    """Return the first ``position`` edits as `fiedler.revisions` takes them; names do not concern it."""
    query = (
        sa.select(Revision)
        .where(
            Revision.run_id == run_id,
            Revision.n_clusters == n_clusters,
            Revision.position.between(1, position),
        )
        .order_by(Revision.position)
        .options(undefer(Revision.rows))
    )
    found = [(revision.step or {}, revision.rows) for revision in session.scalars(query)]
    return [engine_step(step, rows) for step, rows in found if step["kind"] != RENAME]


def read_history(session: Session, partition: Partition) -> HistoryRead:
    """Return what the API says about a partition's edits."""
    revisions = revisions_of(session, partition.run_id, partition.n_clusters)
    constrained = next(
        (
            revision
            for revision in reversed(revisions)
            if revision.position <= partition.position
            and revision.step is not None
            and revision.step["kind"] == CONSTRAINTS
        ),
        None,
    )
    facts = constrained.facts if constrained is not None else {}
    step = (constrained.step or {}) if constrained is not None else {}
    return HistoryRead(
        run_id=partition.run_id,
        n_clusters=partition.n_clusters,
        position=partition.position,
        key=partition.key,
        edits=[_read_edit(revision) for revision in revisions if revision.step is not None],
        constraints=ConstraintSet.model_validate(step.get("constraints", {})),
        violations=[ViolationRead.model_validate(each) for each in facts.get("violations", [])],
        forced_rows=facts.get("forced_rows", []),
    )


def read_revised(session: Session, partition: Partition) -> RevisedRead:
    """Return a partition with its history."""
    return RevisedRead(
        partition=PartitionRead.model_validate(partition), history=read_history(session, partition)
    )


def _read_edit(revision: Revision) -> EditRead:
    step: dict[str, Any] = revision.step or {}
    facts = revision.facts
    is_move = step["kind"] == "move"
    own = step.get("cluster")
    n_constraints = None
    if step["kind"] == CONSTRAINTS:
        constraints = step["constraints"]
        n_constraints = sum(len(constraints[name]) for name in ConstraintSet.model_fields)
    return EditRead(
        position=revision.position,
        kind=step["kind"],
        clusters=step.get("clusters", [] if is_move or own is None else [own]),
        target=own if is_move else None,
        n_rows=facts.get("n_rows", 0),
        n_parts=step.get("n_parts", step.get("n_clusters")),
        name=step.get("name"),
        n_rows_changed=facts.get("n_rows_changed", 0),
        n_constraints=n_constraints,
        reason=facts.get("reason"),
        created_at=revision.created_at,
    )
