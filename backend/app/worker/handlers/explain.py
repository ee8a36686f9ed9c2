"""Answer a question about a run's partition."""

from __future__ import annotations

from typing import Any

from app.worker.artifacts import artifacts_of
from fiedler import explained, pipeline
from fiedler.artifacts import ArtifactStore
from fiedler.parameters import ClusteringParameters


def compute(details: dict[str, Any], progress: pipeline.Progress) -> dict[str, Any]:
    """Return the ``key`` of the answer's artifact."""
    store = artifacts_of(details)
    progress("explanation", 0.0, "Looking at the rows")
    return {"key": explained.explanation(source_of(details, store), details["question"], store)}


def source_of(details: dict[str, Any], store: ArtifactStore) -> explained.ExplainedPartition:
    """Return the partition and table that the details of an order name."""
    return explained.ExplainedPartition(
        fit=pipeline.FitSummary.from_dict(details["summary"]),
        partition_key=details["partition_key"],
        n_clusters=details["n_clusters"],
        table=store.existing("table", details["table_key"]) / "table.parquet",
        table_key=details["table_key"],
        parameters=ClusteringParameters.from_dict(details["parameters"]),
    )
