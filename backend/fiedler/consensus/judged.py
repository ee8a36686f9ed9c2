"""Views with what they are worth: supports, separations and the one chosen, up to the result."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fiedler.consensus.agreement import pairwise_agreement, separation_weights, support
from fiedler.consensus.candidates import Candidate
from fiedler.consensus.choice import choose, other_reading
from fiedler.consensus.numbering import numbered_by_size
from fiedler.consensus.results import ConsensusResult, MixtureVerdict, Stage, View
from fiedler.consensus.spaces import Spaces


@dataclass(frozen=True, slots=True)
class JudgedViews:
    """v views of the distinct rows and their worth; attributes as in `ConsensusResult` and `View`."""

    found: list[Candidate]
    supports: NDArray[np.float64]
    separations: NDArray[np.float64]
    chosen: int
    alternative: int | None
    agreement: NDArray[np.float64]

    @property
    def support(self) -> float:
        """Support of the chosen view."""
        return float(self.supports[self.chosen])

    def with_mixture(self, labels: NDArray[np.integer], kind: str) -> JudgedViews:
        """Return the views with a mixture model's labels as the last and chosen one."""
        found = [*self.found, Candidate(f"mixture model ({kind})", "mixture", numbered_by_size(labels))]
        agreement = pairwise_agreement([view.labels for view in found])
        own = float(np.mean(np.maximum(agreement[-1, :-1], 0.0) ** 2))
        chosen = len(found) - 1
        # Compared with the view it replaces: its own support is of another kind.
        compared = np.append(self.supports, self.support)
        return JudgedViews(
            found,
            np.append(self.supports, own),
            np.append(self.separations, np.nan),
            chosen,
            other_reading(agreement, compared, np.ones(len(found), bool), chosen),
            agreement,
        )

    def result(self, spaces: Spaces, verdict: MixtureVerdict, stages: list[Stage]) -> ConsensusResult:
        """Return the result for all rows, copies included."""
        views = [
            View(c.name, c.family, numbered_by_size(c.labels[spaces.inverse]), float(s), float(g))
            for c, s, g in zip(self.found, self.supports, self.separations, strict=True)
        ]
        labels = views[self.chosen].labels
        return ConsensusResult(labels, views, self.chosen, self.alternative, self.agreement, verdict, stages)


def judged(found: list[Candidate], separations: list[float]) -> JudgedViews:
    """Return the views with their supports, and the best supported of those with most clusters chosen."""
    agreement = pairwise_agreement([view.labels for view in found])
    families = [view.family for view in found]
    gaps = np.array(separations)
    weights = np.ones(len(found))
    plain = np.array([family == "features" for family in families])
    # Curves that cross are not separated by any gap: their views weigh the same.
    weights[plain] = separation_weights(gaps[plain])
    choice = choose(agreement, families, weights, _with_most_clusters(found))
    return JudgedViews(found, choice.supports, gaps, choice.chosen, choice.alternative, agreement)


def best_separated(found: list[Candidate], separations: list[float]) -> JudgedViews:
    """Return the views with the best separated of those with most clusters chosen."""
    agreement = pairwise_agreement([view.labels for view in found])
    gaps = np.array(separations)
    chosen = int(np.argmax(np.where(_with_most_clusters(found), gaps, -np.inf)))
    return JudgedViews(found, support(agreement, np.ones(len(found))), gaps, chosen, None, agreement)


def _with_most_clusters(found: list[Candidate]) -> NDArray[np.bool_]:
    n_found = np.array([int(view.labels.max()) + 1 for view in found])
    return np.asarray(n_found == n_found.max())
