"""The chain of stages from a table to clusters, every result kept as an artifact.

features -> graph -> embedding -> partition -> evaluation -> layout. Each is a pure function of the artifacts
it reads and of the parameters it depends on, so a later fit or a change of k reuses all that did not change.
"""

from __future__ import annotations

import logging
from pathlib import Path

import fiedler
from fiedler.artifacts import ArtifactStore
from fiedler.computation import solver_used
from fiedler.dense_blocks import Device, find_device
from fiedler.errors import TooFewRowsError
from fiedler.landmarks.accumulate import AffinityPass
from fiedler.parameters import ClusteringParameters, ParameterError
from fiedler.partition_artifact import partition_artifact, partition_notes
from fiedler.policy import choose_path
from fiedler.progress import Progress, StageTracker
from fiedler.rounding import RoundingOptions
from fiedler.session import open_session
from fiedler.stage_artifacts import (
    embedding_artifact,
    features_artifact,
    layout_artifact,
    suggestions_artifact,
)
from fiedler.summaries import FitSummary, PartitionSummary
from fiedler.table_forecast import forecast_table

__all__ = ["STAGES", "FitSummary", "PartitionSummary", "Progress", "fit", "recut"]

logger = logging.getLogger(__name__)

STAGES = ("features", "graph", "embedding", "partition", "evaluation", "layout")

_RECUT_SHARES = {"partition": 0.8, "evaluation": 0.2}


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
        features_key, facts = features_artifact(table, table_key, parameters, store, report)
    largest = min(parameters.max_clusters, facts.n_samples)
    if parameters.n_clusters is not None:
        _check_n_clusters(parameters.n_clusters, facts.n_samples, largest)
    choice = choose_path(parameters, facts.n_samples, len(facts.columns))
    found = find_device(device, of_use=choice.method == "landmark")
    if found.reason is not None:
        logger.warning(found.reason)
    embedding_key = embedding_artifact(
        features_key, choice, parameters, found.device, affinity_pass, store, tracker
    )
    session = open_session(store, features_key, embedding_key)
    with tracker.stage("partition", "Comparing numbers of clusters") as report:
        evaluation_key, suggestions = suggestions_artifact(
            session, largest, parameters.random_state, choice.one_graph, store, report
        )
    suggested = int(suggestions[0]["n_clusters"])
    n_clusters = parameters.n_clusters or suggested
    options = RoundingOptions.of(parameters, choice.rounding)
    rounding = parameters.preset if choice.consensus else options
    partition = partition_artifact(session, n_clusters, parameters.random_state, rounding, store, tracker)
    with tracker.stage("layout", "Drawing the map") as report:
        layout_key = layout_artifact(session, facts, suggested, store, report)
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
            *partition_notes(session, n_clusters, partition),
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
    return partition_artifact(session, n_clusters, fit.random_state, rounding, store, tracker)


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
