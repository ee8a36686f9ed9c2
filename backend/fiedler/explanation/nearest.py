"""Which cluster lies nearest to one, and how many of its rows sit nearer to it than to their own.

Measured in feature space and locally: a row's distance to a cluster is its mean distance to the nearest few
rows of it, each cluster shown by a sample of the same size. A mean over whole clusters would call every row
of a ring nearer to what the ring surrounds.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler.explanation.members import ClusterMembers
from fiedler.row_blocks import single_blas_thread

# Rows of the cluster that are placed, and rows that show every cluster, in all and each.
PLACED_ROWS = 400
SHOWN_ROWS = 4_000
_MOST_SHOWN, _LEAST_SHOWN = 400, 40
# Nearest rows of a cluster that decide the distance to it.
LOCAL_ROWS = 5


@dataclass(frozen=True, slots=True)
class NearestCluster:
    """The cluster nearest to one.

    Attributes
    ----------
    cluster : int
    share_nearer : float
        Share of the rows looked at that sit nearer to it than to their own cluster.
    n_examined : int
        Rows looked at: all of the cluster, or a fixed sample.
    """

    cluster: int
    share_nearer: float
    n_examined: int

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary."""
        return dataclasses.asdict(self)


def nearest_cluster(
    features: NDArray[np.float32], members: ClusterMembers, cluster: int
) -> NearestCluster | None:
    """Return the cluster whose local distance from the rows of ``cluster`` is least in the mean.

    None when there is no other cluster with rows, or none in this one.

    Parameters
    ----------
    features : (n, d) float32
        May be memory-mapped.
    """
    others = [other for other in np.flatnonzero(members.sizes) if other != cluster]
    placed = members.sample(cluster, PLACED_ROWS)
    if not others or not len(placed):
        return None
    cap = min(max(SHOWN_ROWS // (len(others) + 1), _LEAST_SHOWN), _MOST_SHOWN)
    own = local_distances(features, placed, members.sample(cluster, cap), except_self=True)
    distances = np.stack(
        [local_distances(features, placed, members.sample(int(other), cap)) for other in others], axis=1
    )
    best = int(distances.mean(axis=0).argmin())
    nearer = int(np.count_nonzero(distances[:, best] < own))
    return NearestCluster(int(others[best]), nearer / len(placed), len(placed))


def local_distances(
    features: NDArray[np.float32],
    placed: NDArray[np.int64],
    shown: NDArray[np.int64],
    *,
    except_self: bool = False,
) -> NDArray[np.float64]:
    """Return (m,) the mean Euclidean distance of each placed row to the nearest five of the rows shown.

    Fewer than five where there are fewer; 0 where the row itself is the only one.
    """
    rows = np.asarray(features[placed], dtype=np.float64)
    targets = np.asarray(features[shown], dtype=np.float64)
    center = targets.mean(axis=0)
    rows -= center
    targets = targets - center
    with single_blas_thread():
        squares = -2 * (rows @ targets.T)
    squares += np.einsum("ij,ij->i", rows, rows)[:, None]
    squares += np.einsum("ij,ij->i", targets, targets)
    np.maximum(squares, 0, out=squares)
    n_local = min(LOCAL_ROWS, squares.shape[1])
    if except_self:
        squares[placed[:, None] == shown] = np.inf
        if len(shown) == 1:
            return np.where(placed == shown[0], 0.0, np.sqrt(np.minimum(squares[:, 0], 1e300)))
        n_local = min(LOCAL_ROWS, squares.shape[1] - 1)
    nearest = np.partition(squares, n_local - 1, axis=1)[:, :n_local]
    means: NDArray[np.float64] = np.sqrt(nearest).mean(axis=1)
    return means
