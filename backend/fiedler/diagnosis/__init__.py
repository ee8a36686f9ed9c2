"""What is conspicuous about an affinity graph, in numbers and words, and what to change.

`single_links` (links that alone hold parts together) -> `figures` (all that is measured) -> `findings`
(words); `report` says what comes of it.
"""

from fiedler.diagnosis.figures import diagnose_graph
from fiedler.diagnosis.report import ClusterCut, Finding, GraphDiagnosis

__all__ = ["ClusterCut", "Finding", "GraphDiagnosis", "diagnose_graph"]
