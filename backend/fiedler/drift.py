"""How far new rows lie from the rows a fit was made of, and when that calls for another fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler.in_words import ToldInWords
from fiedler.neighbors.distinct import distinct_rows
from fiedler.neighbors.nearest import search_neighbors
from fiedler.rounding import sample_rows

# Fitted rows that new ones are compared with, and those of them whose own distances say what is usual.
_REFERENCE_ROWS = 30_000
_PROBED_ROWS = 5_000
_SEED = 0
USUAL_SHARE = 0.99
"""Of the fitted rows, those whose nearest other row counts as near."""
LARGEST_POOR_SHARE, FEWEST_POOR_ROWS = 0.05, 5
"""More poorly held rows than this, as a share and in number, call for a fit."""
LARGEST_GROWTH = 0.5
"""Rows added since the fit, as a share of the rows fitted, from which on the fit is out of date."""


@dataclass(frozen=True, slots=True, eq=False)
class FittedReach:
    """How near rows of a fit lie to each other.

    Attributes
    ----------
    rows : (r, d) float32
        Distinct fitted rows: all, or a fixed sample of 30,000.
    usual : float
        Of the distances of the fitted rows to the nearest other of ``rows``, the .99 quantile; 0 when all are
        equal.
    median : float
        Of the same distances.
    """

    rows: NDArray[np.float32]
    usual: float
    median: float


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Drift(ToldInWords):
    """New rows against the rows fitted.

    Attributes
    ----------
    n_new, n_added, n_fitted : int
        Rows added now, since the fit, and rows fitted.
    distances : (n_new,) float64
        From each to the nearest fitted row, in the unit of the features.
    poorly_held : (p,) int64
        Those of the new rows (their place among them) that lie further from all fitted rows than .99 of those
        lie from each other. About 1 in 100 does where nothing has changed.
    n_poorly_held : int
        All such rows since the fit.
    distance_ratio : float
        Median of ``distances`` over what it is among the fitted rows; near 1 where nothing has changed.
    cluster_shares, cluster_shares_before : (k,) float64
        Shares of the clusters among the new rows, and among all rows before.
    reasons : tuple of str
        Why a refit is due; empty when it is not. It is due when more than 5 % (and at least 5) of the rows
        added since the fit are poorly held, or when they are more than half as many as the rows fitted.
    """

    n_new: int
    n_added: int
    n_fitted: int
    distances: NDArray[np.float64]
    poorly_held: NDArray[np.int64]
    n_poorly_held: int
    distance_ratio: float
    cluster_shares: NDArray[np.float64]
    cluster_shares_before: NDArray[np.float64]
    reasons: tuple[str, ...]

    @property
    def refit_due(self) -> bool:
        """Whether another fit is called for."""
        return bool(self.reasons)

    @property
    def share_moved(self) -> float:
        """Half the sum of differences of the cluster shares: 0 for the same mixture, 1 for another."""
        return float(np.abs(self.cluster_shares - self.cluster_shares_before).sum() / 2)

    def __str__(self) -> str:
        poor = len(self.poorly_held)
        text = (
            f"{self.n_new:,} rows added to {self.n_fitted:,} fitted; {poor:,} of them poorly held; they lie "
            f"{self.distance_ratio:.2f} times as far from fitted rows as those do from each other; "
            f"{self.share_moved:.0%} of the mixture of clusters has changed."
        )
        return text + "".join(f" Refit: {reason}" for reason in self.reasons)

    def to_dict(self) -> dict[str, Any]:
        """Return the figures in JSON-safe form, without one number a row."""
        return {
            "n_new": self.n_new,
            "n_added": self.n_added,
            "n_fitted": self.n_fitted,
            "n_poorly_held_now": len(self.poorly_held),
            "n_poorly_held": self.n_poorly_held,
            "distance_ratio": self.distance_ratio if np.isfinite(self.distance_ratio) else None,
            "cluster_shares": self.cluster_shares.tolist(),
            "cluster_shares_before": self.cluster_shares_before.tolist(),
            "refit_due": self.refit_due,
            "reasons": list(self.reasons),
        }


def fitted_reach(features: NDArray[np.float32]) -> FittedReach:
    """Return how near the (n, d) fitted rows lie to each other; needed once per fit.

    Rows are distinct, so that copies do not make everything else seem far. With more than 30,000 both the
    fitted and the new rows are compared with the same sample.
    """
    distinct = features[distinct_rows(features).first]
    rows = np.ascontiguousarray(distinct[sample_rows(len(distinct), _REFERENCE_ROWS, _SEED)])
    if len(rows) == 1:
        return FittedReach(rows, 0.0, 0.0)
    probed = rows[sample_rows(len(rows), _PROBED_ROWS, _SEED)]
    # The nearest of all is the row itself.
    distances = search_neighbors(rows, probed, 2).distances[:, 1].astype(np.float64)
    return FittedReach(rows, float(np.quantile(distances, USUAL_SHARE)), float(np.median(distances)))


def measure_drift(
    reach: FittedReach,
    features: NDArray[np.float32],
    labels: NDArray[np.integer],
    labels_before: NDArray[np.integer],
    *,
    n_fitted: int,
    n_added_before: int = 0,
    n_poorly_held_before: int = 0,
) -> Drift:
    """Return how (m, d) new rows lie to the fitted ones, and whether that calls for a fit.

    Parameters
    ----------
    reach : FittedReach
    features : (m, d) float32
        The new rows, m >= 1.
    labels, labels_before : (m,) and (n,) integer
        Clusters of the new rows and of all rows before; negative for rows in none.
    n_fitted, n_added_before, n_poorly_held_before : int
        Rows fitted; rows added earlier, and those of them that were poorly held.
    """
    distances = search_neighbors(reach.rows, features, 1).distances[:, 0].astype(np.float64)
    poorly_held = np.flatnonzero(distances > reach.usual)
    n_poor = n_poorly_held_before + len(poorly_held)
    n_added = n_added_before + len(features)
    median = float(np.median(distances))
    n_clusters = int(max(labels.max(initial=0), labels_before.max(initial=0))) + 1
    return Drift(
        n_new=len(features),
        n_added=n_added,
        n_fitted=n_fitted,
        distances=distances,
        poorly_held=poorly_held,
        n_poorly_held=n_poor,
        distance_ratio=median / reach.median if reach.median > 0 else (1.0 if median == 0 else np.inf),
        cluster_shares=_shares(labels, n_clusters),
        cluster_shares_before=_shares(labels_before, n_clusters),
        reasons=_reasons(n_poor, n_added, n_fitted),
    )


def _shares(labels: NDArray[np.integer], n_clusters: int) -> NDArray[np.float64]:
    sizes = np.bincount(labels[labels >= 0], minlength=n_clusters)
    return np.asarray(sizes / max(int(sizes.sum()), 1))


def _reasons(n_poor: int, n_added: int, n_fitted: int) -> tuple[str, ...]:
    reasons = []
    if n_poor >= FEWEST_POOR_ROWS and n_poor > LARGEST_POOR_SHARE * n_added:
        reasons.append(
            f"{n_poor:,} of {n_added:,} added rows are poorly held, more than {LARGEST_POOR_SHARE:.0%}; they "
            f"may be a cluster of their own."
        )
    if n_added > LARGEST_GROWTH * n_fitted:
        reasons.append(
            f"{n_added:,} rows were added to {n_fitted:,}, more than {LARGEST_GROWTH:.0%}; the graph knows "
            f"nothing of them."
        )
    return tuple(reasons)
