"""Landmarks for tables larger than memory: a few passes over the rows, the same bits as in memory."""

from fiedler.streaming.clustering import cluster_stream
from fiedler.streaming.cutting import StreamedClustering

__all__ = ["StreamedClustering", "cluster_stream"]
