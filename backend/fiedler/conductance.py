"""Conductance: how much of a cluster's linking leads out of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


def conductances(affinity: sparse.csr_array, labels: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return (c,) the weight of links that leave each cluster over the smaller volume of its two sides.

    In [0, 1], small for a cluster that hangs together; 0 where there is no other side, or no link at all.

    Parameters
    ----------
    affinity : csr_array of shape (n, n)
        Symmetric, entries >= 0.
    labels : (n,) integer
        From 0 to c - 1.

    References
    ----------
    Kannan, Vempala and Vetta (2004), "On clusterings: good, bad and spectral", section 2.
    """
    links = affinity.tocoo()
    here, there = labels[links.row], labels[links.col]
    volumes = np.bincount(here, links.data, minlength=int(labels.max()) + 1)
    leaving = here != there
    cuts = np.bincount(here[leaving], links.data[leaving], minlength=len(volumes))
    smaller = np.minimum(volumes, volumes.sum() - volumes)
    shares: NDArray[np.float64] = np.divide(cuts, smaller, out=np.zeros(len(volumes)), where=smaller > 0)
    return shares
