"""Passes of a fit run by the workers of a Dask cluster; the only folder that imports Dask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fiedler.distributed.clustering import cluster_distributed

if TYPE_CHECKING:
    from fiedler.distributed.affinity import ClusterAffinity

__all__ = ["ClusterAffinity", "cluster_distributed"]


def __getattr__(name: str) -> Any:
    # Dask may not be installed, which `cluster_distributed` says when it is called.
    if name == "ClusterAffinity":
        from fiedler.distributed.affinity import ClusterAffinity

        return ClusterAffinity
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
