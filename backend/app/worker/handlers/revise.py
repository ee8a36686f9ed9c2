"""Apply an edit, or constraints, to a run's partition."""

from __future__ import annotations

from typing import Any

from app.worker.artifacts import artifacts_of
from fiedler import pipeline, revisions


def compute(details: dict[str, Any], progress: pipeline.Progress) -> dict[str, Any]:
    """Return the engine's summary of the partition after all steps, JSON-safe."""
    store = artifacts_of(details)
    fitted = pipeline.FitSummary.from_dict(details["summary"])
    return revisions.revise(fitted, details["n_clusters"], details["steps"], store, progress).to_dict()
