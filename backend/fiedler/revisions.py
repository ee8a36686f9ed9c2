"""A cut and what a user changed about it, step by step: each step's partition is an artifact of its own.

A step is a JSON-safe dictionary: an operation of `fiedler.edits.operations`, its rows also as a bitmap, or
``{"kind": "constraints", "constraints": {...}}``, which replaces all constraints. The key of a step's
partition is made of the step and the key before it, so the same steps always name the same labels, and
undoing is a matter of naming an earlier key.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler import pipeline
from fiedler.artifacts import ArtifactStore
from fiedler.constraints.constraint_set import Constraints
from fiedler.corrections import Cut, constrained_cut
from fiedler.edits.apply import EXCLUDED, apply
from fiedler.edits.errors import EditError
from fiedler.edits.operations import Operation, operation_from_dict
from fiedler.parameters import ClusteringParameters
from fiedler.progress import Progress
from fiedler.rounding import RoundingOptions
from fiedler.row_bitmap import RowBitmapError, unpack_rows
from fiedler.session import Session, open_session
from fiedler.summaries import FitSummary

STAGE = "partition"
CONSTRAINTS = "constraints"
LABELS, SUMMARY = "labels.npy", "summary.json"
_ROW_KINDS = ("recluster_rows", "move", "exclude")

Step = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RevisionSummary:
    """A partition after its steps.

    Attributes
    ----------
    n_clusters : int
        Clusters there are now.
    key : str
        Of the ``partition`` artifact that holds the labels; rows in no cluster have the label `EXCLUDED`.
    silhouette : float or None
        Mean over the sampled rows that are in a cluster; None when they are of fewer than two.
    silhouette_sample_size : int
        Rows the silhouettes were computed on.
    clusters : list of dict
        ``label``, ``size`` and ``silhouette``, as in `fiedler.summaries.PartitionSummary`.
    n_excluded : int
        Rows in no cluster.
    facts : dict
        What the last step did: ``numbers`` (new number of each cluster before it, None for one that is gone),
        ``created``, ``n_rows`` named, ``n_rows_changed``; for splits ``method`` and ``reason``; for
        constraints what `fiedler.constraints.partition.ConstraintFacts` tells. Empty when there is no step.
    """

    n_clusters: int
    key: str
    silhouette: float | None
    silhouette_sample_size: int
    clusters: list[dict[str, Any]]
    n_excluded: int
    facts: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary that `from_dict` reads back."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> RevisionSummary:
        """Return the summary that `to_dict` wrote."""
        return cls(**{field.name: values[field.name] for field in dataclasses.fields(cls)})


def revise(
    fit: FitSummary,
    n_clusters: int,
    steps: Sequence[Step],
    store: ArtifactStore,
    progress: Progress | None = None,
) -> RevisionSummary:
    """Return the partition into ``n_clusters`` after all steps, computing only steps not in the store.

    Parameters
    ----------
    fit : FitSummary
        Of a fit whose artifacts are in ``store``.
    n_clusters : int
        Of the cut that the steps begin with.
    steps : sequence of dict
    store : ArtifactStore
    progress : callable, optional
        Told (stage, fraction of the whole job, message).

    Raises
    ------
    EditError
        A step cannot be read, or cannot be applied to what those before it left; says which.
    ConstraintError
        Constraints name rows that do not exist, or contradict each other.
    ParameterError, TooFewRowsError, ArtifactError
        As `fiedler.pipeline.recut`.
    """
    base = pipeline.recut(fit, n_clusters, store, progress)
    keys = [base.key]
    for step in steps:
        keys.append(store.key(STAGE, {"step": dict(step)}, keys[-1], fit.artifacts["features"]))
    done = max(place for place, key in enumerate(keys) if store.has(STAGE, key))
    for place in range(done + 1, len(keys)):
        if progress is not None:
            progress("partition", (place - done - 1) / (len(keys) - done), f"Applying edit {place}")
        _publish(fit, n_clusters, steps[:place], keys[: place + 1], store)
    summary = json.loads((store.existing(STAGE, keys[-1]) / SUMMARY).read_text(encoding="utf-8"))
    return RevisionSummary.from_dict({"n_excluded": 0, "facts": {}, **summary})


def reproduce(
    table: Path, parameters: ClusteringParameters, n_clusters: int, steps: Sequence[Step], folder: Path
) -> NDArray[np.uint16]:
    """Return the (n,) labels of a table clustered with ``parameters``, cut and changed by ``steps``.

    Parameters
    ----------
    table : Path
        A Parquet file with the rows that the steps were made for, in their order.
    parameters : ClusteringParameters
    n_clusters : int
    steps : sequence of dict
    folder : Path
        Where the results of all stages are kept; may be new.

    Raises
    ------
    EditError, ConstraintError, InvalidFeaturesError, ParameterError
        As `revise` and `fiedler.pipeline.fit`.
    """
    store = ArtifactStore(folder)
    fit = pipeline.fit(table, f"{table.resolve()}:{table.stat().st_mtime_ns}", parameters, store)
    found = revise(fit, n_clusters, steps, store)
    labels: NDArray[np.uint16] = np.load(store.existing(STAGE, found.key) / LABELS)
    return labels


def _publish(
    fit: FitSummary, n_clusters: int, steps: Sequence[Step], keys: Sequence[str], store: ArtifactStore
) -> None:
    """Write the partition of the last step, from the one before it."""

    def write(folder: Path) -> None:
        session = open_session(store, fit.artifacts["features"], fit.artifacts["embedding"])
        before = np.load(store.existing(STAGE, keys[-2]) / LABELS)
        if steps[-1].get("kind") == CONSTRAINTS:
            cut = np.load(store.existing(STAGE, keys[0]) / LABELS)
            labels, facts = _constrained(fit, session, cut, before, n_clusters, steps)
        else:
            labels, facts = _edited(session, before, steps)
        np.save(folder / LABELS, labels)
        summary = _summarize(session, labels, keys[-1], facts)
        (folder / SUMMARY).write_text(json.dumps(summary.to_dict(), allow_nan=False), encoding="utf-8")

    store.publish(STAGE, keys[-1], write)


def _edited(
    session: Session, before: NDArray[np.uint16], steps: Sequence[Step]
) -> tuple[NDArray[np.uint16], dict[str, Any]]:
    try:
        operation = _operation(steps[-1], len(before))
        labels, done = apply(before, session.embedding, session.features, operation)
    except EditError as error:
        raise EditError(f"edit {len(steps)} ({steps[-1].get('kind')}): {error}") from error
    facts = {
        "numbers": list(done.numbers),
        "created": list(done.created),
        "n_rows": len(getattr(operation, "rows", ())),
        "n_rows_changed": done.n_rows_changed,
        "method": done.method,
        "reason": done.reason,
    }
    return labels, facts


def _constrained(
    fit: FitSummary,
    session: Session,
    cut: NDArray[np.uint16],
    before: NDArray[np.uint16],
    n_clusters: int,
    steps: Sequence[Step],
) -> tuple[NDArray[np.uint16], dict[str, Any]]:
    """Return the cut under the last step's constraints with all edits applied to it anew, and the facts."""
    constraints = Constraints.from_dict(steps[-1].get("constraints", {}))
    edits = [_operation(step, len(cut)) for step in steps if step.get("kind") != CONSTRAINTS]
    plain = Cut(
        embedding=session.embedding,
        sample_vectors=session.sample_vectors,
        features=session.features,
        labels=cut,
        n_clusters=n_clusters,
        random_state=fit.random_state,
        plain=not fit.consensus and RoundingOptions(**fit.rounding) == RoundingOptions(),
    )
    found = constrained_cut(plain, constraints, edits, before)
    return found.labels, found.to_dict()


def _operation(step: Step, n_samples: int) -> Operation:
    """Return the operation of a step, its rows taken from a bitmap where it has one."""
    values = dict(step)
    if "bitmap" in values and values.get("kind") in _ROW_KINDS:
        try:
            values["rows"] = unpack_rows(str(values.pop("bitmap")), n_samples).tolist()
        except RowBitmapError as error:
            raise EditError(str(error)) from error
    return operation_from_dict(values)


def _summarize(
    session: Session, labels: NDArray[np.uint16], key: str, facts: dict[str, Any]
) -> RevisionSummary:
    sizes = np.bincount(labels, minlength=EXCLUDED + 1)
    n_excluded = int(sizes[EXCLUDED])
    sizes = sizes[: int(np.flatnonzero(sizes[:EXCLUDED])[-1]) + 1]
    measured = session.silhouette_of(labels, len(sizes))
    return RevisionSummary(
        n_clusters=len(sizes),
        key=key,
        silhouette=measured.overall,
        silhouette_sample_size=measured.sample_size,
        clusters=measured.of_clusters(sizes),
        n_excluded=n_excluded,
        facts=facts,
    )
