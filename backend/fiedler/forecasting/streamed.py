"""Processor seconds of each pass of a streamed fit, as laws of rows and columns like those in memory."""

from __future__ import annotations

from fiedler.forecasting.costs import SUGGESTIONS, Law, landmark_seconds
from fiedler.parameters import ClusteringParameters
from fiedler.policy import FEW_COLUMNS

STREAM_STAGES = ("measuring", "affinity", "suggestions", "labelling")
# Of each pass's processor time, what runs in threads.
STREAM_PARALLEL_SHARES = {"measuring": 0.7, "affinity": 0.8, "suggestions": 0.0, "labelling": 0.8}

# Reading cells from Parquet and measuring them; the pages of further columns take a little each.
MEASURING = Law(0.06, 0.04, 0.85, 1.0)
# Choosing centroids from the sample of rows that decides them.
CENTROIDS = Law(0.1, 0.0, 1.0, 0.0)
LABELLING = Law(0.01, 0.0023, 1.0, 0.0)
# Rows of more than three columns are compared once where what a process keeps of them has room.
KEPT_BYTES = 1 << 26
BYTES_OF_LANDMARK = 6


def stream_cpu_seconds(n_samples: int, n_features: int, parameters: ClusteringParameters) -> dict[str, float]:
    """Return the CPU seconds of each pass on the reference machine.

    ``benchmarks/forecast.py`` compares them with streamed fits.

    Parameters
    ----------
    n_samples, n_features : int
        Rows, and columns clustered on.
    parameters : ClusteringParameters
    """
    comparing, solving = landmark_seconds(n_samples, n_features, parameters)
    kept_bytes = BYTES_OF_LANDMARK * parameters.landmark_neighbors * n_samples
    compared_again = n_features > FEW_COLUMNS and kept_bytes > KEPT_BYTES
    return {
        "measuring": MEASURING(n_samples, n_features),
        "affinity": comparing + solving,
        "suggestions": SUGGESTIONS[True](n_samples, n_features) + CENTROIDS(n_samples, n_features),
        "labelling": LABELLING(n_samples, n_features) + (comparing if compared_again else 0.0),
    }
