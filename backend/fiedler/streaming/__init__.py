"""Landmarks for tables larger than memory: a few passes over the rows, the same bits as in memory."""

from fiedler.streaming.clustering import StreamedClustering, cluster_stream

__all__ = ["StreamedClustering", "cluster_stream"]
