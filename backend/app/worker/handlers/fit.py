"""Cluster a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fiedler import pipeline
from fiedler.artifacts import ArtifactStore
from fiedler.forecasting import free_memory
from fiedler.parameters import ClusteringParameters


def compute(details: dict[str, Any], progress: pipeline.Progress) -> dict[str, Any]:
    """Return ``table_key`` and ``summary``, the engine's summary of the fit, JSON-safe."""
    store = ArtifactStore(Path(details["artifacts"]), Path(details["scratch"]))
    key = details["table_key"]
    parameters = ClusteringParameters.from_dict(details["parameters"])
    table = store.existing("table", key) / "table.parquet"
    # What would be killed half way, by its own limit or for want of memory, is refused before it begins.
    bounds = [bound for bound in (details["memory_limit_bytes"], free_memory()) if bound is not None]
    summary = pipeline.fit(
        table, key, parameters, store, progress, details["device"], min(bounds, default=None)
    )
    return {"table_key": key, "summary": summary.to_dict()}
