"""A number of clusters worth a look, with the evidence for it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from fiedler.in_words import ToldInWords


@dataclass(frozen=True, slots=True, repr=False)
class Suggestion(ToldInWords):
    """A candidate for the number of clusters.

    Attributes
    ----------
    n_clusters : int
    score : float
        In [0, 1]: how strongly the evidence speaks for it. Lists are in the order of advice, which may put
        the best of another reading, few clusters or many, before a higher score of the same.
    ratio : float
        Eigenvalue after the ``n_clusters``-th over that one (capped at 1e6), 0 when it was not computed.
    eigengap : float
        The same two, subtracted.
    reasons : list of str
        In words, most important first.
    separation : float or None
        In [0, 1]: how much nearer rows lie to their own cluster's centre than to the next one's, in the
        embedding. None, here and below, when it was not measured.
    stability : float or None
        Mean adjusted Rand index of the cut with those of resamples of the rows; at most 1.
    agreement : float or None
        Mean adjusted Rand index among the graph's cut and those of two spanning trees; at most 1.
    conductance : float or None
        In [0, 1]: the largest share of a cluster's affinity that leaves it.
    """

    n_clusters: int
    score: float
    ratio: float
    eigengap: float
    reasons: list[str]
    separation: float | None = None
    stability: float | None = None
    agreement: float | None = None
    conductance: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary."""
        return dataclasses.asdict(self)

    def __str__(self) -> str:
        """Return the number and its reasons in a sentence."""
        clusters = "1 cluster" if self.n_clusters == 1 else f"{self.n_clusters} clusters"
        return f"{clusters} (score {self.score:.2f}): {'. '.join(self.reasons)}."
