"""Landmarks for tables larger than memory: a few passes over the rows, the same bits as in memory."""

from fiedler.streaming.clustering import cluster_stream
from fiedler.streaming.cutting import StreamedClustering
from fiedler.streaming.forecast import forecast_stream

__all__ = ["StreamedClustering", "cluster_stream", "forecast_stream"]
