"""Explanations of a fit: of its clusters, rows, sets of rows, graph, and of what other labels say.

What a question needs of the fit and of the partition is prepared once per process and kept for the next.
"""

from fiedler.explained.prepared import ExplainedPartition, prepare
from fiedler.explained.questions import explanation

__all__ = ["ExplainedPartition", "explanation", "prepare"]
