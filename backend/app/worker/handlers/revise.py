"""Apply an edit, or constraints, to a run's partition."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fiedler import pipeline, revisions
from fiedler.artifacts import ArtifactStore


def compute(details: dict[str, Any], progress: pipeline.Progress) -> dict[str, Any]:
    """Return the engine's summary of the partition after all steps, JSON-safe."""
    store = ArtifactStore(Path(details["artifacts"]), Path(details["scratch"]))
    fitted = pipeline.FitSummary.from_dict(details["summary"])
    return revisions.revise(fitted, details["n_clusters"], details["steps"], store, progress).to_dict()
