"""What is kept of one person: every row about the account as text, and which files belong to it."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.auth.models import PersonalToken
from app.database import Base, database_now
from app.datasets.models import Dataset
from app.edits.models import Revision
from app.jobs.models import ClusteringJob
from app.runs.models import Partition, Run
from app.selections.models import RowSelection
from app.sharing.models import Share
from app.uploads.models import Upload
from app.users.models import User

# What opens doors is of no use to its owner in a file.
_SECRETS = {"password_hash", "token_version", "sha256", "lease_token"}


def contents_of(session: Session, user: User) -> dict[str, Any]:
    """Return what an archive of ``user`` holds, in plain values that a process without a database can use.

    Returns
    -------
    dict
        ``username``; ``made_at``, ISO 8601; ``tables``, JSON text by name; ``files``, each with its ``name``
        in the archive, and either the ``upload`` or the ``stage``, ``key`` and ``file`` it is in the store.
    """
    datasets = _rows(session, Dataset, Dataset.user_id == user.id)
    runs = _rows(session, Run, Run.dataset_id.in_([each.id for each in datasets]) | (Run.user_id == user.id))
    of_runs = [each.id for each in runs]
    partitions = _rows(session, Partition, Partition.run_id.in_(of_runs))
    tables: dict[str, list[Any]] = {
        "account": [user],
        "datasets": datasets,
        "unfinished_uploads": _rows(session, Upload, Upload.user_id == user.id),
        "runs": runs,
        "partitions": partitions,
        "edits": _rows(session, Revision, Revision.run_id.in_(of_runs)),
        "selections": _rows(session, RowSelection, RowSelection.user_id == user.id),
        "jobs": _rows(session, ClusteringJob, ClusteringJob.user_id == user.id),
        "shares": _rows(session, Share, Share.user_id == user.id),
        "tokens": _rows(session, PersonalToken, PersonalToken.user_id == user.id),
        "audit": _rows(session, AuditEntry, AuditEntry.user_id == user.id),
    }
    return {
        "username": user.username,
        "made_at": database_now(session).isoformat(),
        "tables": {
            name: json.dumps([_told(row) for row in rows], default=str, indent=1, ensure_ascii=False)
            for name, rows in tables.items()
        },
        "files": [
            *(
                {"name": f"uploads/{each.id}-{each.original_name}", "upload": each.upload_key}
                for each in datasets
                if each.deleted_at is None
            ),
            *(
                _artifact(f"tables/{each.id}.parquet", "table", each.table_key, "table.parquet")
                for each in datasets
                if each.table_key is not None
            ),
            *(
                _artifact(
                    f"labels/run-{each.run_id}-{each.n_clusters}-clusters.npy",
                    "partition",
                    each.key,
                    "labels.npy",
                )
                for each in partitions
            ),
        ],
    }


def _rows(session: Session, model: type[Base], of: sa.ColumnElement[bool]) -> list[Any]:
    return list(session.scalars(sa.select(model).where(of).order_by(*sa.inspect(model).primary_key)))


def _told(row: Base) -> dict[str, Any]:
    names = [each.key for each in sa.inspect(type(row)).column_attrs]
    return {name: getattr(row, name) for name in names if name not in _SECRETS}


def _artifact(name: str, stage: str, key: str, file: str) -> dict[str, str]:
    return {"name": name, "stage": stage, "key": key, "file": file}
