"""The scikit-learn interface: one class, a thin shell over the same functions as the pipeline.

`clustering` holds the class; `inputs` reads parameters and data, `prediction` places new rows.
"""

from fiedler.estimator.clustering import SpectralClustering

__all__ = ["SpectralClustering"]
