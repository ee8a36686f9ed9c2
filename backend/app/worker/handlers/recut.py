"""Cut a run's stored embedding into another number of clusters."""

from __future__ import annotations

from typing import Any

from app.worker.artifacts import artifacts_of
from fiedler import pipeline


def compute(details: dict[str, Any], progress: pipeline.Progress) -> dict[str, Any]:
    """Return the engine's summary of the partition, JSON-safe."""
    store = artifacts_of(details)
    fitted = pipeline.FitSummary.from_dict(details["summary"])
    return pipeline.recut(fitted, details["n_clusters"], store, progress).to_dict()
