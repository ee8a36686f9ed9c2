"""Which numbers of clusters are worth a look, ranked, with the reasons in words.

No rule finds k alone, so candidates are offered and it is said why, and said plainly when nothing stands out.
"""

from fiedler.suggestions.ranking import suggest_from_rows
from fiedler.suggestions.spectrum import suggest_n_clusters
from fiedler.suggestions.suggestion import Suggestion

__all__ = ["Suggestion", "suggest_from_rows", "suggest_n_clusters"]
