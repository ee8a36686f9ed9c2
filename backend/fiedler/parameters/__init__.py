"""The parameters of a clustering, declared once for the engine, the API's JSON schema and the page's form.

Plain declarations: nothing here imports numpy or numba, so that the API process may import it.
"""

from fiedler.parameters.choices import (
    AffinityKernel,
    EigenSolver,
    Imputation,
    Laplacian,
    Method,
    Metric,
    ParameterError,
    Preset,
    RoundingMethod,
    Scaling,
    Symmetrization,
)
from fiedler.parameters.declaration import GROUPS, ClusteringParameters
from fiedler.parameters.schema import json_schema

__all__ = [
    "GROUPS",
    "AffinityKernel",
    "ClusteringParameters",
    "EigenSolver",
    "Imputation",
    "Laplacian",
    "Method",
    "Metric",
    "ParameterError",
    "Preset",
    "RoundingMethod",
    "Scaling",
    "Symmetrization",
    "json_schema",
]
