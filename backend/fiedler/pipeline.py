"""The chain of stages from a table to clusters, every result kept as an artifact.

features -> graph -> embedding -> partition -> evaluation -> layout. Each is a pure function of the artifacts
it reads and of the parameters it depends on, so a later fit or a change of k reuses all that did not change.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import fiedler
from fiedler.artifacts import ArtifactStore
from fiedler.computation import (
    GRAPH_SHARES,
    compute_embedding,
    embedding_description,
    n_separate_parts,
    solver_used,
)
from fiedler.consensus import ConsensusResult, consensus_partition
from fiedler.consensus.sampled import sampled_consensus
from fiedler.dense_blocks import ArrayDevice, Device, find_device
from fiedler.errors import TooFewRowsError
from fiedler.feature_columns import FeatureFacts
from fiedler.features import choose_columns, write_features
from fiedler.landmarks.accumulate import AffinityPass
from fiedler.landmarks.embedding import LandmarkEmbedding
from fiedler.layout import write_layouts
from fiedler.parameters import ClusteringParameters, ParameterError, Preset
from fiedler.policy import MethodChoice, choose_path
from fiedler.progress import Progress, Report, StageTracker
from fiedler.rounding import RoundingOptions
from fiedler.session import (
    Session,
    embedding_of_usual_bandwidth,
    open_session,
    save_embedding,
    save_silhouette_sample,
)
from fiedler.suggestions import suggest_from_rows, suggest_n_clusters
from fiedler.summaries import FitSummary, PartitionSummary
from fiedler.table_forecast import forecast_table

__all__ = ["STAGES", "FitSummary", "PartitionSummary", "Progress", "fit", "recut"]

logger = logging.getLogger(__name__)

STAGES = ("features", "graph", "embedding", "partition", "evaluation", "layout")

_RECUT_SHARES = {"partition": 0.8, "evaluation": 0.2}
# Drawn even when the spectrum suggests fewer, so that there is a picture in depth.
_LEAST_VECTORS_DRAWN = 3


def fit(
    table: Path,
    table_key: str,
    parameters: ClusteringParameters,
    store: ArtifactStore,
    progress: Progress | None = None,
    device: Device = "cpu",
    memory_bound: int | None = None,
    affinity_pass: AffinityPass | None = None,
) -> FitSummary:
    """Cluster a table and keep every stage's result in ``store``.

    Parameters
    ----------
    table : Path
        A Parquet file.
    table_key : str
        Identifies its content; equal keys must mean equal tables.
    parameters : ClusteringParameters
        What the result depends on besides the table.
    store : ArtifactStore
        Results found there are used instead of computed.
    progress : callable, optional
        Told (stage, fraction of the whole job, message).
    device : {"cpu", "cuda"}
        "cuda": landmarks are compared with rows on the GPU; without one the processor does it, which a note
        and the log say.
    memory_bound : int, optional
        Bytes the fit may hold at once; nothing is begun when it is forecast to need more.
    affinity_pass : callable, optional
        Who compares rows with landmarks, such as `fiedler.distributed.ClusterAffinity`; None: this process.
        The result is the same, bit for bit.

    Raises
    ------
    MemoryBoundError
        See ``memory_bound``.
    InvalidFeaturesError
        The table has no usable numeric column, or a requested column is unknown or not numeric.
    TooFewRowsError
        The table has no rows, or fewer than ``parameters.n_clusters``.
    """
    expected = forecast_table(table, parameters)
    expected.check_memory(memory_bound)
    tracker = StageTracker(expected.shares, progress)
    with tracker.stage("features", "Reading the table") as report:
        features_key, facts = _features(table, table_key, parameters, store, report)
    largest = min(parameters.max_clusters, facts.n_samples)
    if parameters.n_clusters is not None:
        _check_n_clusters(parameters.n_clusters, facts.n_samples, largest)
    choice = choose_path(parameters, facts.n_samples, len(facts.columns))
    found = find_device(device, of_use=choice.method == "landmark")
    if found.reason is not None:
        logger.warning(found.reason)
    embedding_key = _embedding(features_key, choice, parameters, found.device, affinity_pass, store, tracker)
    session = open_session(store, features_key, embedding_key)
    with tracker.stage("partition", "Comparing numbers of clusters") as report:
        evaluation_key, suggestions = _suggestions(
            session, largest, parameters.random_state, choice.one_graph, store, report
        )
    suggested = int(suggestions[0]["n_clusters"])
    n_clusters = parameters.n_clusters or suggested
    options = RoundingOptions.of(parameters, choice.rounding)
    rounding = parameters.preset if choice.consensus else options
    partition = _partition(session, n_clusters, parameters.random_state, rounding, store, tracker)
    with tracker.stage("layout", "Drawing the map") as report:
        layout_key = _layout(session, facts, max(_LEAST_VECTORS_DRAWN, suggested), store, report)
    return FitSummary(
        n_samples=facts.n_samples,
        n_features=len(facts.columns),
        columns=facts.names,
        method=choice.method,
        method_reason=choice.reason,
        random_state=parameters.random_state,
        max_clusters=largest,
        artifacts={
            "features": features_key,
            "embedding": embedding_key,
            "evaluation": evaluation_key,
            "partition": partition.key,
            "layout": layout_key,
        },
        eigenvalues=[float(value) for value in session.embedding.eigenvalues],
        residual_norms=[float(value) for value in session.embedding.residual_norms],
        suggestions=suggestions,
        notes=[
            *facts.notes,
            *session.notes,
            *found.notes,
            *_partition_notes(session, n_clusters, partition),
        ],
        stage_seconds=tracker.seconds,
        partition=partition,
        engine_version=fiedler.__version__,
        consensus=choice.consensus,
        preset=parameters.preset,
        rounding=options.to_dict(),
        laplacian=parameters.laplacian,
        solver=solver_used(session.embedding),
    )


def recut(
    fit: FitSummary, n_clusters: int, store: ArtifactStore, progress: Progress | None = None
) -> PartitionSummary:
    """Cut the fit's stored embedding into another number of clusters; nothing is solved again.

    A fit whose clusters are a consensus asks its views again, for this number; neighbours and spanning trees
    stay in memory between calls.

    Parameters
    ----------
    fit : FitSummary
        Of a fit whose artifacts are in ``store``.
    n_clusters : int
        From 1 to the largest number that eigenvectors were kept for.
    store : ArtifactStore
        Where the fit's artifacts are and the partition goes.
    progress : callable, optional
        Told (stage, fraction of the whole job, message).

    Raises
    ------
    ParameterError
        ``n_clusters`` is out of range.
    TooFewRowsError
        There are fewer rows than clusters.
    ArtifactError
        An artifact of the fit is gone.
    """
    _check_n_clusters(n_clusters, fit.n_samples, fit.max_clusters)
    session = open_session(store, fit.artifacts["features"], fit.artifacts["embedding"])
    tracker = StageTracker(_RECUT_SHARES, progress)
    rounding = fit.preset if fit.consensus else RoundingOptions(**fit.rounding)
    return _partition(session, n_clusters, fit.random_state, rounding, store, tracker)


def _check_n_clusters(n_clusters: int, n_samples: int, largest: int) -> None:
    if n_clusters > n_samples:
        raise TooFewRowsError(
            f"{n_clusters} clusters were asked for, but there are {n_samples} rows; each cluster needs at "
            f"least one; ask for fewer clusters."
        )
    if n_clusters < 1 or n_clusters > largest:
        raise ParameterError(
            f"n_clusters is {n_clusters}; it must lie between 1 and {largest}, the number eigenvectors were "
            f"kept for; fit again with a larger max_clusters."
        )


def _features(
    table: Path, table_key: str, parameters: ClusteringParameters, store: ArtifactStore, report: Report
) -> tuple[str, FeatureFacts]:
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
    return key, FeatureFacts.from_dict(_read_json(folder / "meta.json"))


def _embedding(
    features_key: str,
    choice: MethodChoice,
    parameters: ClusteringParameters,
    device: ArrayDevice | None,
    affinity_pass: AffinityPass | None,
    store: ArtifactStore,
    tracker: StageTracker,
) -> str:
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


def _suggestions(
    session: Session, largest: int, random_state: int, one_graph: bool, store: ArtifactStore, report: Report
) -> tuple[str, list[dict[str, Any]]]:
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
    suggestions: list[dict[str, Any]] = _read_json(folder / "suggestions.json")
    return key, suggestions


def _partition(
    session: Session,
    n_clusters: int,
    random_state: int,
    rounding: RoundingOptions | Preset,
    store: ArtifactStore,
    tracker: StageTracker,
) -> PartitionSummary:
    """Return the cut of the session's embedding, or the consensus of the views of a preset."""
    description: dict[str, object] = {"n_clusters": n_clusters, "random_state": random_state}
    if not isinstance(rounding, RoundingOptions):
        description["consensus"] = rounding
        if session.units is not None:
            description["columns"] = "as they are and scaled"
    elif rounding != RoundingOptions():
        description["rounding"] = rounding.to_dict()
    key = store.key("partition", description, session.embedding_key)

    def write(folder: Path) -> None:
        views = None
        message = f"Cutting into {n_clusters} clusters"
        with tracker.stage("partition", message) as report:
            if not isinstance(rounding, RoundingOptions):
                found = _views(session, n_clusters, rounding, random_state, report)
                labels, views = found.labels.astype(np.uint16), found.to_dict()
                if found.rows is not None:
                    np.save(folder / "view_rows.npy", found.rows)
                np.save(
                    folder / "views.npy", np.stack([view.labels for view in found.views]).astype(np.uint16)
                )
            else:
                labels = session.round(
                    n_clusters, random_state, rounding, lambda fraction: report(fraction, message)
                ).labels
        with tracker.stage("evaluation", "Measuring how well clusters stand apart"):
            summary = _summarize(session, labels, key, views)
        np.save(folder / "labels.npy", labels)
        (folder / "summary.json").write_text(json.dumps(summary.to_dict(), allow_nan=False), encoding="utf-8")

    folder = store.publish("partition", key, write)
    return PartitionSummary.from_dict(_read_json(folder / "summary.json"))


def _views(
    session: Session, n_clusters: int, preset: Preset, random_state: int, report: Report
) -> ConsensusResult:
    if isinstance(session.embedding, LandmarkEmbedding):
        return sampled_consensus(
            session.prepared, session.embedding, n_clusters, random_state=random_state, progress=report
        ).result
    return consensus_partition(
        session.prepared, n_clusters, preset=preset, random_state=random_state, progress=report
    )


def _summarize(
    session: Session, labels: NDArray[np.uint16], key: str, views: dict[str, Any] | None
) -> PartitionSummary:
    sizes = np.bincount(labels)
    silhouette = session.silhouette_of(labels, len(sizes))
    return PartitionSummary(
        n_clusters=len(sizes),
        key=key,
        silhouette=silhouette.overall,
        silhouette_sample_size=silhouette.sample_size,
        clusters=[
            {"label": label, "size": int(size), "silhouette": silhouette.by_cluster[label]}
            for label, size in enumerate(sizes)
        ],
        consensus=views,
    )


def _partition_notes(session: Session, n_clusters: int, partition: PartitionSummary) -> list[dict[str, str]]:
    notes = []
    if partition.consensus and len(partition.consensus["views"]) > 1:
        notes.append({"code": "consensus", "message": _consensus_in_words(partition.consensus)})
    if partition.n_clusters < n_clusters:
        message = (
            f"{partition.n_clusters} clusters were found where {n_clusters} were asked for: no more distinct "
            f"rows could be told apart."
        )
        notes.append({"code": "fewer_clusters", "message": message})
    n_parts = n_separate_parts(session.embedding)
    if n_parts > n_clusters:
        message = (
            f"The {n_parts} separate parts of the graph are more than the {n_clusters} clusters: parts near "
            f"each other share a cluster."
        )
        notes.append({"code": "more_parts_than_clusters", "message": message})
    return notes


def _consensus_in_words(consensus: dict[str, Any]) -> str:
    views = consensus["views"]
    message = f"{consensus['n_agreeing']} of {len(views)} views agree on these clusters"
    if consensus["mixture"]["accepted"]:
        message += ", drawn by a mixture model"
    if consensus["alternative"] is not None:
        message += f"; some read the rows otherwise, first of them: {views[consensus['alternative']]['name']}"
    return f"{message}."


def _layout(
    session: Session, facts: FeatureFacts, n_vectors: int, store: ArtifactStore, report: Report
) -> str:
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


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
