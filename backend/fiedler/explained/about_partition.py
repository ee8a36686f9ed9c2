"""Answers about a whole partition: its graph, how it differs from another, and from a known label column."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from fiedler.diagnosis.fits import diagnose_fit
from fiedler.edits.apply import EXCLUDED
from fiedler.edits.matching import compare_partitions
from fiedler.explained.prepared import Subject
from fiedler.explanation.errors import ExplanationError

MOVED_ROWS = "moved_rows.npy"
MOST_VALUES = 60


def about_graph(subject: Subject, question: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return what is conspicuous about the graph, the cuts of this partition's clusters among it."""
    session = subject.session
    labels = subject.labels.astype(np.int64)
    labels[subject.labels == EXCLUDED] = -1
    return diagnose_fit(session.embedding, session.features, subject.source.parameters, labels).to_dict()


def about_another_partition(subject: Subject, question: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return how this partition differs from the earlier one ``question["partition_key"]``."""
    earlier, labels = subject.labels_of(str(question["partition_key"])), subject.labels
    found = compare_partitions(earlier, labels)
    np.save(folder / MOVED_ROWS, found.moved_rows(earlier, labels).astype(np.uint32))
    return found.to_dict()


def about_column(subject: Subject, question: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return how this partition's clusters and the values of column ``question["column"]`` share rows.

    Values are listed by descending number of rows; a missing cell is a value of its own, None.

    Raises
    ------
    ExplanationError
        The column is no known label: it was clustered on, or has too many different values, or does not
        exist.
    """
    name = str(question["column"])
    encoded = subject.fitted.others.labels.get(name)
    if encoded is None:
        known = ", ".join(subject.fitted.others.labels) or "none"
        raise ExplanationError(
            f"column {name!r} holds no labels to compare with; required is one that was not clustered on and "
            f"has few different values. Columns of this table that do: {known}."
        )
    sizes = np.bincount(encoded.codes, minlength=len(encoded.values))
    order = np.argsort(-sizes, kind="stable")[:MOST_VALUES]
    ranks = np.full(len(sizes), EXCLUDED, dtype=np.uint16)
    ranks[order] = np.arange(len(order), dtype=np.uint16)
    values = ranks[encoded.codes]
    found = compare_partitions(values, subject.labels)
    return {
        **found.to_dict(),
        "column": name,
        "values": [encoded.values[code] for code in order],
        "n_values": len(sizes),
    }
