"""How far the views agree about each row: the confidence that a consensus has in where it put it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fiedler.consensus.results import ConsensusResult
from fiedler.edits.matching import compare_partitions, moved_rows


def row_agreement(consensus: ConsensusResult) -> NDArray[np.float64]:
    """Return the share of views, weighted by support, with each row in the counterpart of its cluster.

    Of (n,) rows, or of the (m,) sampled ones where views are of a sample.

    The chosen view counts too, so that no row has 0. Clusters of a view correspond to the chosen ones one to
    one, so that as few rows as possible differ.
    """
    chosen = consensus.views[consensus.chosen].labels.astype(np.uint16)
    agreeing, total = np.zeros(len(chosen)), 0.0
    for view in consensus.views:
        labels = view.labels.astype(np.uint16)
        agrees = np.ones(len(chosen), dtype=bool)
        agrees[moved_rows(chosen, labels, compare_partitions(chosen, labels))] = False
        weight = max(view.support, 0.0)
        agreeing += weight * agrees
        total += weight
    return agreeing / total if total > 0 else np.ones(len(chosen))
