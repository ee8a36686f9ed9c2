"""Making the directed neighbour graph symmetric."""

from __future__ import annotations

from scipy import sparse

from fiedler.parameters import ParameterError, Symmetrization


def symmetrize(directed: sparse.csr_array, symmetrization: Symmetrization) -> sparse.csr_array:
    """Return a symmetric affinity from directed weights.

    ``union`` keeps a link that either row chose (the larger weight), ``mean`` averages the two directions
    (0 for a missing one), ``mutual`` keeps links both rows chose (the smaller weight).

    Parameters
    ----------
    directed : csr_array of shape (n, n)
        Entries >= 0.

    Raises
    ------
    ParameterError
        ``symmetrization`` is none of the three.
    """
    transposed = directed.T.tocsr()
    if symmetrization == "union":
        affinity = directed.maximum(transposed)
    elif symmetrization == "mean":
        affinity = (directed + transposed) * directed.dtype.type(0.5)
    elif symmetrization == "mutual":
        affinity = directed.minimum(transposed)
    else:
        raise ParameterError(f"symmetrization is {symmetrization!r}; it must be 'union', 'mean' or 'mutual'.")
    affinity = affinity.tocsr()
    affinity.eliminate_zeros()
    affinity.sort_indices()
    return affinity
