"""How far the views agree about each row: the confidence that a consensus has in where it put it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fiedler.consensus.results import ConsensusResult
from fiedler.edits.matching import compare_partitions, moved_rows


def row_agreement(consensus: ConsensusResult) -> NDArray[np.float64]:
    """Return the agreement of the views about each of (n,) rows, or of the (m,) sampled ones; see below."""
    views = np.stack([view.labels for view in consensus.views]).astype(np.uint16)
    return agreement_of_views(views, [view.support for view in consensus.views], consensus.chosen)


def agreement_of_views(
    views: NDArray[np.uint16], supports: Sequence[float], chosen: int
) -> NDArray[np.float64]:
    """Return the (n,) share of views, weighted by support, with each row in the counterpart of its cluster.

    The chosen view counts too, so that no row has 0. Clusters of a view correspond to the chosen ones one to
    one, so that as few rows as possible differ.

    Parameters
    ----------
    views : (v, n) uint16
        Labels that each view gives the rows.
    supports : sequence of float
        Of the v views; below 0 counts as 0.
    chosen : int
        Number of the view whose clusters are asked about.
    """
    agreeing, total = np.zeros(views.shape[1]), 0.0
    for labels, support in zip(views, supports, strict=True):
        agrees = np.ones(views.shape[1], dtype=bool)
        agrees[moved_rows(views[chosen], labels, compare_partitions(views[chosen], labels))] = False
        weight = max(support, 0.0)
        agreeing += weight * agrees
        total += weight
    return agreeing / total if total > 0 else np.ones(views.shape[1])
