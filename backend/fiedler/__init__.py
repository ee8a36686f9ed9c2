"""Fiedler: fast spectral clustering, from arrays to labels with the reasons for them.

What computes is loaded on first use, so that importing ``fiedler.parameters`` alone stays light.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from fiedler.kernel_cache import make_kernels_cacheable

if TYPE_CHECKING:
    from fiedler.edges import graph_from_edges
    from fiedler.ensembles import ensemble
    from fiedler.estimator import SpectralClustering
    from fiedler.forecasting import forecast
    from fiedler.streaming import cluster_stream, forecast_stream

__version__ = "0.1.0"
__all__ = [
    "SpectralClustering",
    "__version__",
    "cluster_stream",
    "ensemble",
    "forecast",
    "forecast_stream",
    "graph_from_edges",
]

_HOMES = {
    "SpectralClustering": "fiedler.estimator",
    "cluster_stream": "fiedler.streaming",
    "ensemble": "fiedler.ensembles",
    "forecast": "fiedler.forecasting",
    "forecast_stream": "fiedler.streaming",
    "graph_from_edges": "fiedler.edges",
}

# Before any module with kernels is imported: numba looks for their place then.
make_kernels_cacheable()


def __getattr__(name: str) -> Any:
    """Import what computes, and with it numba and scikit-learn, only when it is asked for."""
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'fiedler' has no attribute {name!r}")
