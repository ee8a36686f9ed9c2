"""Questions about a fit's partition, each answer kept as an artifact."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fiedler.artifacts import ArtifactStore
from fiedler.explained.about_partition import about_another_partition, about_column, about_graph
from fiedler.explained.about_rows import about_cluster, about_row, about_two_sets
from fiedler.explained.outlines import about_outline
from fiedler.explained.prepared import ExplainedPartition, Subject
from fiedler.explained.row_values import about_values
from fiedler.explanation.errors import ExplanationError

STAGE = "explanation"
ANSWER = "explanation.json"

_Answer = Callable[[Subject, Mapping[str, Any], Path], dict[str, Any]]
_ANSWERS: dict[str, _Answer] = {
    "cluster": about_cluster,
    "row": about_row,
    "comparison": about_two_sets,
    "graph": about_graph,
    "partition": about_another_partition,
    "column": about_column,
    "values": about_values,
    "outline": about_outline,
}


def explanation(source: ExplainedPartition, question: Mapping[str, Any], store: ArtifactStore) -> str:
    """Answer a question about a partition and return the key of the artifact that holds the answer.

    The artifact has ``explanation.json`` and, where there is a rule, ``rule_rows.npy`` ((m,) uint32, the
    rows it selects); for clusters with an embedding also ``border_rows.npy`` (those examined); for two
    partitions ``moved_rows.npy`` (rows whose clusters do not correspond); for values
    ``values.npy`` ((n,) float32, or uint16 codes).

    Parameters
    ----------
    source : ExplainedPartition
    question : mapping
        ``{"kind": "cluster", "cluster": c}``, ``{"kind": "row", "row": i}``, ``{"kind": "comparison",
        "first": A, "second": B}`` (A and B are sets of rows as `row_sets.rows_of` reads them, B is all other
        rows when None), ``{"kind": "graph"}``, ``{"kind": "partition", "partition_key": k}`` (how rows moved
        since that partition), ``{"kind": "column", "column": name}`` (a column of known labels) or ``{"kind":
        "values", "of": "silhouette", "confidence" or "column", "column": name}`` (one value a row); an
        outline on a map as `outlines.about_outline` takes it.
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
        content = answer(Subject(source, store), question, folder)
        (folder / ANSWER).write_text(json.dumps({"key": key, **content}, allow_nan=False), encoding="utf-8")

    store.publish(STAGE, key, write)
    return key
