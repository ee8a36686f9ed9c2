"""Cut a run's stored embedding into another number of clusters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fiedler import pipeline
from fiedler.artifacts import ArtifactStore


def compute(details: dict[str, Any], progress: pipeline.Progress) -> dict[str, Any]:
    """Return the engine's summary of the partition, JSON-safe."""
    store = ArtifactStore(Path(details["artifacts"]), Path(details["scratch"]))
    fitted = pipeline.FitSummary.from_dict(details["summary"])
    return pipeline.recut(fitted, details["n_clusters"], store, progress).to_dict()
