"""Each stage before and after the partition as an artifact: features, embedding, suggestions, map.

A stage whose artifact is in the store is not computed again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from fiedler.artifacts import ArtifactStore
from fiedler.computation import GRAPH_SHARES, compute_embedding, embedding_description
from fiedler.dense_blocks import ArrayDevice
from fiedler.feature_columns import FeatureFacts
from fiedler.features import choose_columns, write_features
from fiedler.landmarks.accumulate import AffinityPass
from fiedler.layout import write_layouts
from fiedler.parameters import ClusteringParameters
from fiedler.policy import MethodChoice
from fiedler.progress import Report, StageTracker
from fiedler.session import (
    Session,
    embedding_of_usual_bandwidth,
    save_embedding,
    save_silhouette_sample,
)
from fiedler.suggestions import suggest_from_rows, suggest_n_clusters

# Drawn even when the spectrum suggests fewer, so that there is a picture in depth.
_LEAST_VECTORS_DRAWN = 3


def features_artifact(
    table: Path, table_key: str, parameters: ClusteringParameters, store: ArtifactStore, report: Report
) -> tuple[str, FeatureFacts]:
    """Return the key of the table's features, scaled and without missing values, and facts of its columns."""
    columns = choose_columns(table, parameters.columns)
    description: dict[str, object] = {
        "columns": list(columns),
        "scaling": parameters.scaling,
        "imputation": parameters.imputation,
    }
    if parameters.scaling == "auto":
        # Since the columns' units are kept for the consensus.
        description["units"] = "kept"

    def write(folder: Path) -> None:
        write_features(
            table,
            folder,
            columns,
            scaling=parameters.scaling,
            imputation=parameters.imputation,
            report=report,
        )
        save_silhouette_sample(folder)

    key = store.key("features", description, table_key)
    folder = store.publish("features", key, write)
    return key, FeatureFacts.from_dict(json.loads((folder / "meta.json").read_text(encoding="utf-8")))


def embedding_artifact(
    features_key: str,
    choice: MethodChoice,
    parameters: ClusteringParameters,
    device: ArrayDevice | None,
    affinity_pass: AffinityPass | None,
    store: ArtifactStore,
    tracker: StageTracker,
) -> str:
    """Return the key of the features' embedding by the chosen path; told as two stages."""
    key = store.key("embedding", embedding_description(choice.method, parameters, device), features_key)

    def write(folder: Path) -> None:
        features = np.load(store.existing("features", features_key) / "features.npy", mmap_mode="c")
        with tracker.handover("graph", "embedding", GRAPH_SHARES[choice.method], "Comparing rows") as report:
            embedding = compute_embedding(
                features,
                choice.method,
                parameters,
                report,
                device,
                affinity_pass,
                known=embedding_of_usual_bandwidth(store, features_key, choice.method, parameters, device),
            )
            save_embedding(folder, embedding, choice.method, parameters.random_state)

    store.publish("embedding", key, write)
    return key


def suggestions_artifact(
    session: Session, largest: int, random_state: int, one_graph: bool, store: ArtifactStore, report: Report
) -> tuple[str, list[dict[str, Any]]]:
    """Return the key and content of the ranked numbers of clusters, from one graph alone or from rows too."""

    def write(folder: Path) -> None:
        eigenvalues, vectors = session.embedding.eigenvalues, session.sample_vectors
        if one_graph:
            ranked = suggest_n_clusters(eigenvalues, vectors, largest, random_state)
        else:
            ranked = suggest_from_rows(
                session.features,
                eigenvalues,
                vectors,
                largest,
                random_state,
                progress=lambda fraction: report(fraction, "Comparing numbers of clusters"),
            )
        content = json.dumps([suggestion.to_dict() for suggestion in ranked])
        (folder / "suggestions.json").write_text(content, encoding="utf-8")

    asked = "one graph" if one_graph else "graphs, trees, resamples and peaks, odd rows marked down"
    description = {"largest": largest, "random_state": random_state, "asked": asked}
    key = store.key("evaluation", description, session.embedding_key)
    folder = store.publish("evaluation", key, write)
    suggestions: list[dict[str, Any]] = json.loads((folder / "suggestions.json").read_text(encoding="utf-8"))
    return key, suggestions


def layout_artifact(
    session: Session, facts: FeatureFacts, n_suggested: int, store: ArtifactStore, report: Report
) -> str:
    """Return the key of the positions that rows are drawn at, from as many vectors as clusters suggested."""
    n_vectors = max(_LEAST_VECTORS_DRAWN, n_suggested)
    key = store.key("layout", {"n_vectors": n_vectors}, session.embedding_key)

    def write(folder: Path) -> None:
        write_layouts(
            folder,
            session.features,
            facts.columns,
            session.embedding,
            session.sample_vectors,
            n_vectors,
            report,
        )

    store.publish("layout", key, write)
    return key
