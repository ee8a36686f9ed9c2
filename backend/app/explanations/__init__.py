"""Questions about a run's clusters and rows, answered by the worker and kept."""
