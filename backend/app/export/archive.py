"""All that is kept of one person as one zip file: tables, runs, labels, and every row about the account."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from pathlib import Path
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
from app.storage.store import Storage
from app.users.models import User

FORMAT = 1
MANIFEST = "manifest.json"
# What opens doors is of no use to its owner in a file.
_SECRETS = {"password_hash", "token_version", "sha256", "lease_token"}


def write_archive(session: Session, storage: Storage, user: User, path: Path) -> dict[str, Any]:
    """Write everything kept of ``user`` to ``path`` and return the manifest.

    The manifest names each file with its size and SHA-256, and what of the store was gone already.
    """
    datasets = _rows(session, Dataset, Dataset.user_id == user.id)
    runs = _rows(session, Run, Run.dataset_id.in_([each.id for each in datasets]) | (Run.user_id == user.id))
    of_runs = [each.id for each in runs]
    partitions = _rows(session, Partition, Partition.run_id.in_(of_runs))
    tables: dict[str, list[Any]] = {
        "account": [user],
        "datasets": datasets,
        "runs": runs,
        "partitions": partitions,
        "edits": _rows(session, Revision, Revision.run_id.in_(of_runs)),
        "selections": _rows(session, RowSelection, RowSelection.user_id == user.id),
        "jobs": _rows(session, ClusteringJob, ClusteringJob.user_id == user.id),
        "shares": _rows(session, Share, Share.user_id == user.id),
        "tokens": _rows(session, PersonalToken, PersonalToken.user_id == user.id),
        "audit": _rows(session, AuditEntry, AuditEntry.user_id == user.id),
    }
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "made_at": database_now(session).isoformat(),
        "username": user.username,
        "files": [],
        "missing": [],
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed, tempfile.TemporaryDirectory() as scratch:
        for name, rows in tables.items():
            content = json.dumps([_told(row) for row in rows], default=str, indent=1, ensure_ascii=False)
            packed.writestr(f"{name}.json", content)
            manifest["files"].append(_entry(f"{name}.json", content.encode()))

        def add(name: str, find: Any) -> None:
            try:
                file: Path = find()
                packed.write(file, name)
            except FileNotFoundError:
                manifest["missing"].append(name)
                return
            manifest["files"].append(_entry_of(name, file))

        for each in datasets:
            if each.deleted_at is None:
                add(
                    f"uploads/{each.id}-{each.original_name}",
                    lambda key=each.upload_key: storage.upload(key, Path(scratch)),
                )
            if each.table_key is not None:
                add(
                    f"tables/{each.id}.parquet",
                    lambda key=each.table_key: storage.artifact("table", key) / "table.parquet",
                )
        for each in partitions:
            add(
                f"labels/run-{each.run_id}-{each.n_clusters}-clusters.npy",
                lambda key=each.key: storage.artifact("partition", key) / "labels.npy",
            )
        packed.writestr(MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False))
    return manifest


def _rows(session: Session, model: type[Base], of: sa.ColumnElement[bool]) -> list[Any]:
    return list(session.scalars(sa.select(model).where(of).order_by(*sa.inspect(model).primary_key)))


def _told(row: Base) -> dict[str, Any]:
    names = [each.key for each in sa.inspect(type(row)).column_attrs]
    return {name: getattr(row, name) for name in names if name not in _SECRETS}


def _entry(name: str, content: bytes) -> dict[str, Any]:
    return {"path": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _entry_of(name: str, file: Path) -> dict[str, Any]:
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return {"path": name, "bytes": file.stat().st_size, "sha256": digest}
