"""Explanations of a fit's clusters, rows and sets of rows, each kept as an artifact.

What a question needs of the fit and of the partition is prepared once per process and kept for the next.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from fiedler.artifacts import ArtifactStore
from fiedler.edits.apply import EXCLUDED
from fiedler.explanation.clusters import explain_cluster, samples_of, sides_of
from fiedler.explanation.codes import CodedFeatures, code_features
from fiedler.explanation.comparison import compare_rows, samples_of_sets
from fiedler.explanation.conditions import met
from fiedler.explanation.errors import ExplanationError
from fiedler.explanation.margins import EmbeddedClusters, embedded_clusters
from fiedler.explanation.members import ClusterMembers, cluster_members
from fiedler.explanation.missing import missing_cells
from fiedler.explanation.other_columns import OtherColumns, contrast_others, read_other_columns
from fiedler.explanation.row_sets import rows_of
from fiedler.explanation.rows import explain_row
from fiedler.explanation.rules import Rule
from fiedler.feature_columns import FeatureFacts
from fiedler.session import open_session
from fiedler.summaries import FitSummary

STAGE = "explanation"
ANSWER, RULE_ROWS, BORDER_ROWS = "explanation.json", "rule_rows.npy", "border_rows.npy"
_FITS_KEPT, _PARTITIONS_KEPT = 2, 6

_Kept = TypeVar("_Kept")
_fits: OrderedDict[tuple[Path, str, str], _PreparedFit] = OrderedDict()
_partitions: OrderedDict[tuple[Path, str, str], _PreparedPartition] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class ExplainedPartition:
    """A partition of a fit, and the table it was made from.

    Attributes
    ----------
    fit : FitSummary
        Its artifacts are in the store.
    partition_key : str
        Of the ``partition`` artifact that holds the labels.
    n_clusters : int
        Clusters of that partition.
    table : Path
        The Parquet file the fit read.
    table_key : str
        Identifies its content.
    """

    fit: FitSummary
    partition_key: str
    n_clusters: int
    table: Path
    table_key: str


@dataclass(frozen=True, eq=False)
class _PreparedFit:
    coded: CodedFeatures
    others: OtherColumns


@dataclass(frozen=True, eq=False)
class _PreparedPartition:
    members: ClusterMembers
    embedded: EmbeddedClusters


def explanation(source: ExplainedPartition, question: Mapping[str, Any], store: ArtifactStore) -> str:
    """Answer a question about a partition and return the key of the artifact that holds the answer.

    The artifact has ``explanation.json`` and, where there is a rule, ``rule_rows.npy`` ((m,) uint32, the
    rows it selects); for clusters with an embedding also ``border_rows.npy`` (those examined).

    Parameters
    ----------
    source : ExplainedPartition
    question : mapping
        ``{"kind": "cluster", "cluster": c}``, ``{"kind": "row", "row": i}`` or ``{"kind": "comparison",
        "first": A, "second": B}``; A and B are sets of rows as `row_sets.rows_of` reads them, B is all other
        rows when None.
    store : ArtifactStore

    Raises
    ------
    ExplanationError
        The question names what does not exist.
    ArtifactError
        An artifact of the fit is gone.
    """
    answer = _ANSWERS.get(str(question.get("kind")))
    if answer is None:
        raise ExplanationError(
            f"a question of the kind {question.get('kind')!r} was asked; known are {', '.join(_ANSWERS)}."
        )
    features_key = source.fit.artifacts["features"]
    key = store.key(STAGE, question, features_key, source.partition_key, source.table_key)

    def write(folder: Path) -> None:
        fitted = _prepared_fit(source, store)
        content = answer(fitted, _prepared_partition(source, fitted, store), question, folder)
        (folder / ANSWER).write_text(json.dumps({"key": key, **content}, allow_nan=False), encoding="utf-8")

    store.publish(STAGE, key, write)
    return key


def prepare(source: ExplainedPartition, store: ArtifactStore) -> None:
    """Open what every question about a partition needs, so that the first one is answered as fast."""
    _prepared_partition(source, _prepared_fit(source, store), store)


def _cluster(
    fitted: _PreparedFit, cut: _PreparedPartition, question: Mapping[str, Any], folder: Path
) -> dict[str, Any]:
    cluster = int(question["cluster"])
    found = explain_cluster(fitted.coded, cut.members, cluster, cut.embedded)
    sides = sides_of(cut.members, cluster)
    others = contrast_others(fitted.others, sides, samples_of(cut.members, cluster))
    _save_rule_rows(folder, fitted, found.contrast.rule, sides)
    if found.border is not None:
        np.save(folder / BORDER_ROWS, found.border.borderline.astype(np.uint32))
    return {**found.to_dict(), "others": others.to_dict()}


def _row(
    fitted: _PreparedFit, cut: _PreparedPartition, question: Mapping[str, Any], folder: Path
) -> dict[str, Any]:
    return explain_row(fitted.coded, cut.members, int(question["row"]), cut.embedded).to_dict()


def _comparison(
    fitted: _PreparedFit, cut: _PreparedPartition, question: Mapping[str, Any], folder: Path
) -> dict[str, Any]:
    first = rows_of(question["first"], cut.members)
    is_rest = question.get("second") is None
    sides = np.full(fitted.coded.n_samples, 2, np.uint8)
    if is_rest:
        sides[cut.members.labels != EXCLUDED] = 0
        sides[first] = 2
    else:
        sides[rows_of(question["second"], cut.members)] = 0
    second = np.flatnonzero(sides == 0)
    found = compare_rows(fitted.coded, first, second, others=_in_words(question.get("second")))
    sides[first] = 1
    others = contrast_others(fitted.others, sides, samples_of_sets(sides))
    _save_rule_rows(folder, fitted, found.contrast.rule, sides)
    return {**found.to_dict(), "others": others.to_dict()}


def _in_words(second: Mapping[str, Any] | None) -> str:
    if second is None:
        return "the rest"
    return f"cluster {second['cluster']}" if "cluster" in second else "the other rows"


_Answer = Callable[[_PreparedFit, _PreparedPartition, Mapping[str, Any], Path], dict[str, Any]]
_ANSWERS: dict[str, _Answer] = {"cluster": _cluster, "row": _row, "comparison": _comparison}


def _save_rule_rows(folder: Path, fitted: _PreparedFit, rule: Rule | None, sides: NDArray[np.uint8]) -> None:
    if rule is not None:
        rows = np.flatnonzero(met(fitted.coded, rule.conditions) & (sides < 2))
        np.save(folder / RULE_ROWS, rows.astype(np.uint32))


def _prepared_fit(source: ExplainedPartition, store: ArtifactStore) -> _PreparedFit:
    def load() -> _PreparedFit:
        artifacts = source.fit.artifacts
        session = open_session(store, artifacts["features"], artifacts["embedding"])
        meta = store.existing("features", artifacts["features"]) / "meta.json"
        facts = FeatureFacts.from_dict(json.loads(meta.read_text(encoding="utf-8")))
        gaps = missing_cells(source.table, facts)
        coded = code_features(session.features, facts.columns, missing=gaps)
        return _PreparedFit(coded, read_other_columns(source.table, set(facts.names)))

    name = (store.root, source.fit.artifacts["features"], source.table_key)
    return _recalled(_fits, name, _FITS_KEPT, load)


def _prepared_partition(
    source: ExplainedPartition, fitted: _PreparedFit, store: ArtifactStore
) -> _PreparedPartition:
    def load() -> _PreparedPartition:
        artifacts = source.fit.artifacts
        session = open_session(store, artifacts["features"], artifacts["embedding"])
        labels = np.load(store.existing("partition", source.partition_key) / "labels.npy")
        if len(labels) != fitted.coded.n_samples:
            raise ExplanationError(
                f"the partition {source.partition_key} has {len(labels)} labels for {fitted.coded.n_samples} "
                f"rows; it must be one of this fit; choose another."
            )
        members = cluster_members(labels, source.n_clusters)
        return _PreparedPartition(members, embedded_clusters(session.embedding, members))

    name = (store.root, source.fit.artifacts["embedding"], source.partition_key)
    return _recalled(_partitions, name, _PARTITIONS_KEPT, load)


def _recalled(
    kept: OrderedDict[tuple[Path, str, str], _Kept],
    name: tuple[Path, str, str],
    most: int,
    load: Callable[[], _Kept],
) -> _Kept:
    """Return what is kept under a name, loaded when it is not; the least recently used is let go."""
    with _lock:
        found = kept.get(name)
        if found is None:
            found = kept[name] = load()
        kept.move_to_end(name)
        while len(kept) > most:
            kept.popitem(last=False)
    return found
