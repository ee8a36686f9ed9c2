"""From a feature matrix to its spectral embedding by the path chosen, and back from its files."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fiedler.dense_blocks import ArrayDevice
from fiedler.exact.deferred import DeferredEmbedding
from fiedler.exact.embedding import ExactEmbedding
from fiedler.exact.fitting import exact_embedding
from fiedler.landmarks.accumulate import AffinityPass
from fiedler.landmarks.embedding import LandmarkEmbedding
from fiedler.landmarks.fitting import landmark_embedding
from fiedler.landmarks.reweighting import reweighted
from fiedler.parameters import ClusteringParameters, Laplacian
from fiedler.progress import Report, portion, told

ComputedEmbedding = ExactEmbedding | LandmarkEmbedding

# Both paths report one fraction; up to this part of it the graph is built, then eigenvectors are found.
GRAPH_SHARES = {"exact": 0.6, "landmark": 0.85}
# Of the time of a landmark embedding whose bandwidth is given: until that of the usual one is there.
_WEIGHED_ANEW = 0.9


def embedding_description(
    method: Literal["exact", "landmark"], parameters: ClusteringParameters, device: ArrayDevice | None = None
) -> dict[str, object]:
    """Return the parameters that an embedding by this path depends on, and no others.

    Devices round differently than the processor, so what one computed is not taken for what the other would.
    """
    description: dict[str, object] = {
        "method": method,
        "n_components": parameters.n_eigenpairs,
        "random_state": parameters.random_state,
    }
    if method == "exact":
        description |= {
            "n_neighbors": parameters.n_neighbors,
            "affinity": parameters.affinity,
            "symmetrization": parameters.symmetrization,
            # Embeddings stored before this was done are not to be used again.
            "rounded_columns": "spread",
        }
        defaults = ClusteringParameters()
        for name in ("metric", "bandwidth", "radius"):
            if getattr(parameters, name) != getattr(defaults, name):
                description[name] = getattr(parameters, name)
        if _laplacian_solved(parameters) != "symmetric_normalized":
            description["laplacian"] = _laplacian_solved(parameters)
        if parameters.eigen_solver != "auto":
            description["eigen_solver"] = parameters.eigen_solver
    else:
        description |= {
            "n_landmarks": parameters.n_landmarks,
            "landmark_neighbors": parameters.landmark_neighbors,
        }
        if parameters.bandwidth is not None:
            description["bandwidth"] = parameters.bandwidth
        if device is not None:
            description["device"] = device.name
    return description


def compute_embedding(
    features: NDArray[np.float32],
    method: Literal["exact", "landmark"],
    parameters: ClusteringParameters,
    progress: Report | None = None,
    device: ArrayDevice | None = None,
    affinity_pass: AffinityPass | None = None,
    known: LandmarkEmbedding | None = None,
) -> ComputedEmbedding:
    """Return the embedding of (n, d) features by ``n_eigenpairs`` eigenvectors, fewer if n is smaller.

    Only the landmark path makes use of a ``device``, of an ``affinity_pass``, and of an embedding ``known``
    that differs in nothing but its bandwidth: the same bits with and without.
    """
    n_components = min(parameters.n_eigenpairs, len(features))
    if method == "exact":
        return exact_embedding(
            features,
            n_components,
            n_neighbors=parameters.n_neighbors,
            affinity=parameters.affinity,
            symmetrization=parameters.symmetrization,
            bandwidth=parameters.bandwidth,
            radius=parameters.radius,
            metric=parameters.metric,
            laplacian=_laplacian_solved(parameters),
            eigen_solver=parameters.eigen_solver,
            random_state=parameters.random_state,
            progress=progress,
        )
    given = parameters.bandwidth
    embedding = known or landmark_embedding(
        features,
        n_components,
        n_landmarks=parameters.n_landmarks,
        n_neighbors=parameters.landmark_neighbors,
        random_state=parameters.random_state,
        progress=progress if given is None else portion(progress, 0.0, _WEIGHED_ANEW),
        device=device,
        affinity_pass=affinity_pass,
    )
    if given is None:
        return embedding
    return reweighted(
        embedding,
        bandwidth=given * embedding.projection.scale,
        progress=told(portion(progress, _WEIGHED_ANEW, 1.0), "Weighing landmarks"),
    )


def deferred_embedding(features: NDArray[np.float32], parameters: ClusteringParameters) -> DeferredEmbedding:
    """Return the exact embedding of (n, d) features, to be computed when something of it is needed."""
    return DeferredEmbedding(
        len(features), functools.partial(compute_embedding, features, "exact", parameters)
    )


def _laplacian_solved(parameters: ClusteringParameters) -> Laplacian:
    """Return the Laplacian whose eigenpairs are kept.

    Those of the random walk are those of the symmetric one, and ``D^(-1/2) v`` is what is kept of both.
    """
    return "unnormalized" if parameters.laplacian == "unnormalized" else "symmetric_normalized"


def load_embedding(method: str, folder: Path, features: NDArray[np.float32]) -> ComputedEmbedding:
    """Return the embedding that was saved in ``folder`` for these features."""
    if method == "exact":
        return ExactEmbedding.load(folder, features)
    return LandmarkEmbedding.load(folder, features)


def embedding_notes(embedding: ComputedEmbedding) -> list[dict[str, str]]:
    """Return in words what a reader of the result must know about how it was computed."""
    if isinstance(embedding, LandmarkEmbedding):
        return _landmark_notes(embedding)
    facts = embedding.facts
    notes = []
    if facts.n_components > 1:
        message = (
            f"The neighbour graph falls into {facts.n_components} separate parts, the largest of "
            f"{facts.component_sizes[0]:,} rows."
        )
        notes.append(_note("graph_components", message))
    if facts.attached_rows.size:
        message = (
            f"{facts.attached_rows.size:,} rows lie apart in groups too small to be clusters; each was given "
            f"to its nearest other row's cluster."
        )
        notes.append(_note("attached_rows", message))
    if facts.status != "converged":
        message = (
            f"The eigensolver stopped before its tolerance ({facts.status}); compare the residuals with the "
            f"eigengaps before trusting fine differences."
        )
        notes.append(_note("not_converged", message))
    return notes


def solver_used(embedding: ComputedEmbedding) -> str:
    """Return the eigensolver of the largest part of the graph; "landmarks" for their own small problem."""
    return "landmarks" if isinstance(embedding, LandmarkEmbedding) else embedding.facts.solver


def n_separate_parts(embedding: ComputedEmbedding) -> int:
    """Return how many parts of the graph have no link between them, as far as that was found out."""
    return 1 if isinstance(embedding, LandmarkEmbedding) else embedding.facts.n_components


def _landmark_notes(embedding: LandmarkEmbedding) -> list[dict[str, str]]:
    message = (
        f"All rows were compared with {len(embedding.landmarks):,} landmarks; residuals and eigenvalues are "
        f"those of the landmarks' graph."
    )
    notes = [_note("landmarks", message)]
    if embedding.device is not None:
        notes.append(_note("device", f"The comparison ran on {embedding.device.name}."))
    if embedding.n_islands:
        message = (
            f"{embedding.n_islands:,} landmarks stand for far outliers; they follow their nearest neighbour."
        )
        notes.append(_note("outlying_landmarks", message))
    return notes


def _note(code: str, message: str) -> dict[str, str]:
    return {"code": code, "message": message}
