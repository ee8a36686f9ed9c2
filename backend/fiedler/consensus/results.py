"""What the consensus hands back, stage by stage, for a page to show."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Family = Literal["features", "curves", "mixture"]


@dataclass(frozen=True, slots=True)
class View:
    """One way to see the clusters.

    Attributes
    ----------
    name : str
        Readable, such as ``standardised columns, 10 neighbours, k-means``.
    family : Family
        Views of a family share what they take for closeness; support is counted within it.
    labels : (n,) int32
        Numbered by descending size, ties by first row.
    support : float
        In [0, 1]: how far the family's views, weighted by separation, agree with this one.
    separation : float
        In [-3, 3], dimensionless: log of the gap that leaves a cluster over the widest gap inside it.
    """

    name: str
    family: Family
    labels: NDArray[np.int32]
    support: float
    separation: float

    @property
    def n_clusters(self) -> int:
        """Number of clusters found."""
        return int(self.labels.max()) + 1


@dataclass(frozen=True, slots=True)
class MixtureVerdict:
    """Whether a mixture model took the place of the best supported view, and why.

    Attributes
    ----------
    kind : str
        Shape of the best model by BIC: ``radial``, ``spherical``, ``diagonal``, ``tied`` or ``full``; empty
        when none was fitted.
    accepted : bool
    advantage : float
        Log-likelihood of a row and column (nats) over a kernel density's; NaN when not compared.
    split_gain : float
        BIC of a row and column (nats) that halving every cluster would gain; NaN when not tried.
    reason : str
        In words.
    """

    kind: str
    accepted: bool
    advantage: float
    split_gain: float
    reason: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the schedule: its name, what it found in words, and its CPU seconds."""

    name: str
    message: str
    seconds: float


@dataclass(frozen=True, slots=True, repr=False)
class ConsensusResult:
    """The partition, and everything that led to it.

    Attributes
    ----------
    labels : (n,) int32
        From 0 by descending cluster size: those of the chosen view, or where ``rows`` is given of all rows.
    views : list of View
        All views compared, in the order they were made; an accepted mixture is the last.
    chosen : int
        Number of the chosen view.
    alternative : int or None
        The best supported view that reads the data differently, when there is a strong one.
    agreement : (v, v) float64
        Adjusted Rand index of every two views.
    mixture : MixtureVerdict
    stages : list of Stage
    rows : (m,) int64 or None
        The rows that views were taken of, where they were sampled; views have m labels then.
    """

    labels: NDArray[np.int32]
    views: list[View]
    chosen: int
    alternative: int | None
    agreement: NDArray[np.float64]
    mixture: MixtureVerdict
    stages: list[Stage]
    rows: NDArray[np.int64] | None = None

    def __str__(self) -> str:
        """Return in words how far the views agree, which was chosen, and what reads the rows otherwise."""
        n_clusters = int(self.labels.max()) + 1
        lines = [
            f"{self.n_agreeing()} of {len(self.views)} views agree on these {n_clusters} clusters.",
            f"Chosen: {self.views[self.chosen].name}.",
        ]
        if self.alternative is not None:
            lines.append(f"Another reading: {self.views[self.alternative].name}.")
        if self.mixture.reason:
            lines.append(f"Mixture model: {self.mixture.reason}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Return one line; the arrays are attributes."""
        return f"<ConsensusResult: {str(self).splitlines()[0]}>"

    def n_agreeing(self, at_least: float = 0.9) -> int:
        """Return how many views, the chosen one among them, have an index of at least this with it."""
        return int(np.count_nonzero(self.agreement[self.chosen] >= at_least))

    def to_dict(self) -> dict[str, Any]:
        """Return all but labels and agreement in JSON-safe form: NaN, for what was not measured, as None."""
        return {
            "n_agreeing": self.n_agreeing(),
            "chosen": self.chosen,
            "alternative": self.alternative,
            "views": [
                {
                    "name": view.name,
                    "family": view.family,
                    "n_clusters": view.n_clusters,
                    "support": _number(view.support),
                    "separation": _number(view.separation),
                    "agreement": _number(self.agreement[self.chosen, index]),
                }
                for index, view in enumerate(self.views)
            ],
            "mixture": {
                "kind": self.mixture.kind,
                "accepted": self.mixture.accepted,
                "advantage": _number(self.mixture.advantage),
                "split_gain": _number(self.mixture.split_gain),
                "reason": self.mixture.reason,
            },
            "stages": [dataclasses.asdict(stage) for stage in self.stages],
        }


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
