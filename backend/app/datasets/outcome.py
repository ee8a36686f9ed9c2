"""What an import leaves behind: called by the worker inside its guarded final transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app.datasets.models import Dataset
from app.errors import PROBLEM_TYPE, Problem


def record_import(
    session: Session, dataset_id: int, table_key: str, result: dict[str, Any]
) -> Dataset | None:
    """Make a dataset ready; return None when it was deleted meanwhile.

    Parameters
    ----------
    table_key
        Key of the table's artifact.
    result
        ``n_rows``, ``n_columns``, ``columns`` (a list of column profiles), ``plan``, ``notes`` and
        ``table_bytes``, JSON-safe.
    """
    dataset = session.get(Dataset, dataset_id)
    if dataset is None or dataset.deleted_at is not None:
        return None
    dataset.status = "ready"
    dataset.error = None
    dataset.table_key = table_key
    dataset.table_bytes = result.get("table_bytes")
    dataset.n_rows = result["n_rows"]
    dataset.n_columns = result["n_columns"]
    dataset.columns = result["columns"]
    dataset.import_plan = result["plan"]
    dataset.import_report = {"notes": result["notes"]}
    session.flush()
    return dataset


def record_import_failure(session: Session, dataset_id: int, problem: dict[str, Any]) -> None:
    """Keep why a table could not be read; a table that was read before stays usable with its old plan."""
    dataset = session.get(Dataset, dataset_id)
    if dataset is None:
        return
    dataset.status = "failed" if dataset.table_key is None else "ready"
    dataset.error = problem
    session.flush()


def record_import_cancellation(session: Session, dataset_id: int) -> None:
    """Keep that the import of a table was cancelled."""
    problem = Problem(
        type=PROBLEM_TYPE + "import_cancelled",
        title="Import cancelled",
        status=409,
        detail="Reading this table was cancelled.",
        code="import_cancelled",
        remedy="Start the import again.",
    )
    record_import_failure(session, dataset_id, problem.model_dump())
