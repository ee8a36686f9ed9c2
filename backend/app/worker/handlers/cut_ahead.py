"""Open a new run in the child that will cut and explain it, and make the cut most likely asked for next."""

from __future__ import annotations

from typing import Any

from app.worker.artifacts import artifacts_of
from app.worker.handlers.explain import source_of
from fiedler import explained, pipeline


def compute(details: dict[str, Any], progress: pipeline.Progress) -> dict[str, Any]:
    """Cut by the best suggestion that is not shown yet; its files are mapped and its labels stored then."""
    fitted = pipeline.FitSummary.from_dict(details["summary"])
    store = artifacts_of(details)
    shown = fitted.partition.n_clusters
    others = [each["n_clusters"] for each in fitted.suggestions if each["n_clusters"] != shown]
    # Asking many views again may take seconds, which the first click would have to wait for.
    if others and not fitted.consensus:
        pipeline.recut(fitted, others[0], store, progress)
    cut = {"partition_key": fitted.partition.key, "n_clusters": shown}
    explained.prepare(source_of({**details, **cut}, store), store)
    return {}
