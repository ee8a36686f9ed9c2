"""What the worker would leave behind, made small; and what an answer must look like."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from app.database import database_now
from app.jobs.models import ClusteringJob
from app.jobs.queue import append_event

TABLE = pa.table(
    {
        "x": pa.array([0.0, 0.1, 5.0, 5.1, None, 9.0]),
        "note": pa.array(["=SUM(A1)", "plain", "-5", None, "@home", 'ä; "ö"']),
        "cluster": pa.array([1, 2, 3, 4, 5, 6], type=pa.int64()),
    }
)
N_ROWS = TABLE.num_rows
LABELS = {2: [0, 0, 1, 1, 1, 1], 3: [0, 0, 1, 1, 2, 2]}
COLUMNS = [
    {
        "name": name,
        "type": kind,
        "missing": 0,
        "distinct": 6,
        "minimum": None,
        "maximum": None,
        "mean": None,
        "role": role,
        "role_reason": "as the test says",
        "examples": [],
    }
    for name, kind, role in (
        ("x", "float", "feature"),
        ("note", "text", "ignored"),
        ("cluster", "integer", "label"),
    )
]


@dataclass(frozen=True)
class Person:
    """A user with a header that signs requests in."""

    id: int
    headers: dict[str, str]


def positions(name: str) -> np.ndarray[Any, Any]:
    start = 100 if name == "features" else 200
    return (np.arange(18).reshape(6, 3) + start).astype(np.uint16)


def fit_summary(artifacts: Path) -> dict[str, Any]:
    return {
        "n_samples": N_ROWS,
        "n_features": 1,
        "columns": ["x"],
        "method": "exact",
        "method_reason": "few rows",
        "artifacts": {"layout": "1a7", "partition": "c2"},
        "eigenvalues": [0.0, 0.25, 0.5, 0.75, 1.0, 1.25],
        "residual_norms": [1e-12] * 6,
        "suggestions": [
            {"n_clusters": 2, "score": 1.0, "ratio": 3.0, "eigengap": 0.25, "reasons": ["a gap"]}
        ],
        "notes": [],
        "stage_seconds": {"features": 0.1},
        "engine_version": "0.1.0",
        "partition": cut_summary(artifacts, 2),
    }


def cut_summary(artifacts: Path, n_clusters: int) -> dict[str, Any]:
    """Write the labels of a partition, and return what the engine says about it."""
    folder = artifacts / "partition" / f"c{n_clusters}"
    folder.mkdir(parents=True, exist_ok=True)
    labels = LABELS[n_clusters]
    np.save(folder / "labels.npy", np.array(labels, dtype=np.uint16))
    clusters = [{"label": k, "size": labels.count(k), "silhouette": 0.5} for k in range(n_clusters)]
    return {
        "n_clusters": n_clusters,
        "key": folder.name,
        "silhouette": 0.5,
        "silhouette_sample_size": N_ROWS,
        "clusters": clusters,
    }


def end_job(session: Any, job: ClusteringJob, status: str = "succeeded") -> None:
    """End a job as a worker would."""
    job.status = status
    job.finished_at = database_now(session)
    session.flush()
    append_event(session, job.id, "state", {"status": status})


def is_problem(response: Any, status: int, code: str) -> bool:
    """Whether an answer is the problem expected; shows the answer when it is not."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["code"] == code, body
    assert body["status"] == status
    assert body["request_id"] == response.headers["x-request-id"]
    return True
