"""Rounding: from spectral coordinates to labels, by k-means, pivoted QR, a rotation or a spanning tree."""

from fiedler.rounding.kmeans import find_centroids
from fiedler.rounding.partition import Rounding, RoundingOptions, round_embedding
from fiedler.rounding.points import SAMPLE_ROWS, normalize_rows, sample_rows

__all__ = [
    "SAMPLE_ROWS",
    "Rounding",
    "RoundingOptions",
    "find_centroids",
    "normalize_rows",
    "round_embedding",
    "sample_rows",
]
