"""From a feature matrix to its spectral embedding by the path chosen, and back from its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fiedler.exact.embedding import ExactEmbedding, exact_embedding
from fiedler.landmarks.embedding import LandmarkEmbedding, landmark_embedding
from fiedler.parameters import ClusteringParameters
from fiedler.progress import Report

ComputedEmbedding = ExactEmbedding | LandmarkEmbedding


def embedding_description(
    method: Literal["exact", "landmark"], parameters: ClusteringParameters
) -> dict[str, object]:
    """Return the parameters that an embedding by this path depends on, and no others."""
    description: dict[str, object] = {
        "method": method,
        "n_components": parameters.max_clusters + 1,
        "random_state": parameters.random_state,
    }
    if method == "exact":
        description |= {
            "n_neighbors": parameters.n_neighbors,
            "affinity": parameters.affinity,
            "symmetrization": parameters.symmetrization,
        }
    else:
        description |= {
            "n_landmarks": parameters.n_landmarks,
            "landmark_neighbors": parameters.landmark_neighbors,
        }
    return description


def compute_embedding(
    features: NDArray[np.float32],
    method: Literal["exact", "landmark"],
    parameters: ClusteringParameters,
    report: Report | None = None,
) -> ComputedEmbedding:
    """Return the embedding of (n, d) features by ``max_clusters + 1`` eigenvectors, fewer if n is smaller.

    One more than the largest k shows the gap after it.
    """
    n_components = min(parameters.max_clusters + 1, len(features))
    if method == "exact":
        return exact_embedding(
            features,
            n_components,
            n_neighbors=parameters.n_neighbors,
            affinity=parameters.affinity,
            symmetrization=parameters.symmetrization,
            random_state=parameters.random_state,
            progress=report,
        )
    return landmark_embedding(
        features,
        n_components,
        n_landmarks=parameters.n_landmarks,
        n_neighbors=parameters.landmark_neighbors,
        random_state=parameters.random_state,
        progress=report,
    )


def load_embedding(method: str, folder: Path, features: NDArray[np.float32]) -> ComputedEmbedding:
    """Return the embedding that was saved in ``folder`` for these features."""
    if method == "exact":
        return ExactEmbedding.load(folder, features)
    return LandmarkEmbedding.load(folder, features)


def embedding_notes(embedding: ComputedEmbedding) -> list[dict[str, str]]:
    """Return in words what a reader of the result must know about how it was computed."""
    facts: Any = getattr(embedding, "facts", None)
    notes = []
    n_components = int(getattr(facts, "n_components", 1))
    if n_components > 1:
        message = (
            f"The neighbour graph falls into {n_components} separate parts; each is at least one cluster."
        )
        notes.append({"code": "graph_components", "message": message})
    attached = int(np.size(getattr(facts, "attached_rows", ())))
    if attached:
        message = f"{attached:,} rows far from all others were given to their nearest part of the graph."
        notes.append({"code": "attached_rows", "message": message})
    return notes
