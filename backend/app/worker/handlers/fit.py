"""Cluster a table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from app.worker.artifacts import artifacts_of, size_of
from fiedler import pipeline
from fiedler.forecasting import free_memory
from fiedler.parameters import ClusteringParameters

if TYPE_CHECKING:
    from fiedler.distributed import ClusterAffinity


def compute(details: dict[str, Any], progress: pipeline.Progress) -> dict[str, Any]:
    """Return ``table_key``, ``summary`` (the engine's, of the fit), ``layouts`` and ``result_bytes``."""
    store = artifacts_of(details)
    key = details["table_key"]
    parameters = ClusteringParameters.from_dict(details["parameters"])
    table = store.existing("table", key) / "table.parquet"
    # What would be killed half way, by its own limit or for want of memory, is refused before it begins.
    bounds = [bound for bound in (details["memory_limit_bytes"], free_memory()) if bound is not None]
    cluster = _cluster(table, details)
    summary = pipeline.fit(
        table,
        key,
        parameters,
        store,
        progress,
        details["device"],
        min(bounds, default=None),
        affinity_pass=cluster,
    ).to_dict()
    if cluster is not None and cluster.reason is not None:
        summary["notes"].append(
            {"code": "no_cluster", "message": f"{cluster.reason} A worker computed alone."}
        )
    layout = store.existing("layout", summary["artifacts"]["layout"]) / "meta.json"
    layouts = json.loads(layout.read_text(encoding="utf-8"))["layouts"]
    result_bytes = sum(size_of(store.existing(*artifact)) for artifact in summary["artifacts"].items())
    return {
        "table_key": key,
        # Work ahead asks by them.
        "parameters": details["parameters"],
        "summary": summary,
        "layouts": layouts,
        "result_bytes": result_bytes,
    }


def _cluster(table: Path, details: dict[str, Any]) -> ClusterAffinity | None:
    """Return what sends the comparison of a big table's rows to a Dask cluster, where there is one."""
    address = details["dask_scheduler_address"]
    if not address or pq.read_metadata(table).num_rows < details["dask_minimum_rows"]:
        return None
    # Half a second that no other fit should pay for.
    from fiedler.distributed import ClusterAffinity

    return ClusterAffinity(address, Path(details["scratch"]))
