"""The passes of a streamed fit run by the workers of a Dask cluster; the only folder that imports Dask."""

from fiedler.distributed.clustering import cluster_distributed

__all__ = ["cluster_distributed"]
