"""Fiedler: fast spectral clustering, from arrays to labels with the reasons for them.

What computes is loaded on first use, so that importing ``fiedler.parameters`` alone stays light.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fiedler.ensembles import ensemble
    from fiedler.estimator import SpectralClustering
    from fiedler.streaming import cluster_stream

__version__ = "0.1.0"
__all__ = ["SpectralClustering", "__version__", "cluster_stream", "ensemble"]

_MODULES = {
    "SpectralClustering": "fiedler.estimator",
    "cluster_stream": "fiedler.streaming",
    "ensemble": "fiedler.ensembles",
}


def __getattr__(name: str) -> Any:
    """Import what computes, and with it numba and scikit-learn, only when it is asked for."""
    if name in _MODULES:
        return getattr(importlib.import_module(_MODULES[name]), name)
    raise AttributeError(f"module 'fiedler' has no attribute {name!r}")
