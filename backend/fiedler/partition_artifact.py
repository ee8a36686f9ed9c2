"""The partition of a fit as an artifact: its labels, its views, how well clusters stand apart, in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler.artifacts import ArtifactStore
from fiedler.computation import n_separate_parts
from fiedler.consensus import ConsensusResult, consensus_partition
from fiedler.consensus.candidates import MANY_COLUMNS
from fiedler.consensus.sampled import sampled_consensus
from fiedler.landmarks.embedding import LandmarkEmbedding
from fiedler.parameters import Preset
from fiedler.progress import Report, StageTracker
from fiedler.rounding import RoundingOptions
from fiedler.session import Session
from fiedler.summaries import PartitionSummary


def partition_artifact(
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
        if session.features.shape[1] > MANY_COLUMNS:
            description["vectors"] = "half as many again where columns share a unit"
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
    return PartitionSummary.from_dict(json.loads((folder / "summary.json").read_text(encoding="utf-8")))


def partition_notes(session: Session, n_clusters: int, partition: PartitionSummary) -> list[dict[str, str]]:
    """Return what a reader must know about a partition: ``code`` and ``message`` each."""
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
        clusters=silhouette.of_clusters(sizes),
        consensus=views,
    )


def _consensus_in_words(consensus: dict[str, Any]) -> str:
    views = consensus["views"]
    message = f"{consensus['n_agreeing']} of {len(views)} views agree on these clusters"
    if consensus["mixture"]["accepted"]:
        message += ", drawn by a mixture model"
    if consensus["alternative"] is not None:
        message += f"; some read the rows otherwise, first of them: {views[consensus['alternative']]['name']}"
    return f"{message}."
