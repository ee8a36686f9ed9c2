"""Answers about rows of a partition: a cluster, one row, two sets of rows against each other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler.edits.apply import EXCLUDED
from fiedler.explained.prepared import Subject
from fiedler.explanation.clusters import explain_cluster, samples_of, sides_of
from fiedler.explanation.codes import CodedFeatures
from fiedler.explanation.comparison import compare_rows, samples_of_sets
from fiedler.explanation.conditions import met
from fiedler.explanation.other_columns import contrast_others
from fiedler.explanation.row_sets import rows_of
from fiedler.explanation.rows import explain_row
from fiedler.explanation.rules import Rule

RULE_ROWS, BORDER_ROWS = "rule_rows.npy", "border_rows.npy"


def about_cluster(subject: Subject, question: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return what makes cluster ``question["cluster"]`` one."""
    fitted, cut = subject.fitted, subject.cut
    cluster = int(question["cluster"])
    found = explain_cluster(fitted.coded, cut.members, cluster, cut.embedded)
    sides = sides_of(cut.members, cluster)
    others = contrast_others(fitted.others, sides, samples_of(cut.members, cluster))
    _save_rule_rows(folder, fitted.coded, found.contrast.rule, sides)
    if found.border is not None:
        np.save(folder / BORDER_ROWS, found.border.borderline.astype(np.uint32))
    return {**found.to_dict(), "others": others.to_dict()}


def about_row(subject: Subject, question: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return why row ``question["row"]`` is in its cluster."""
    cut = subject.cut
    return explain_row(subject.fitted.coded, cut.members, int(question["row"]), cut.embedded).to_dict()


def about_two_sets(subject: Subject, question: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return how the rows ``question["first"]`` differ from ``question["second"]``, or from all others."""
    coded, members = subject.fitted.coded, subject.cut.members
    first = rows_of(question["first"], members)
    is_rest = question.get("second") is None
    sides = np.full(coded.n_samples, 2, np.uint8)
    if is_rest:
        sides[members.labels != EXCLUDED] = 0
        sides[first] = 2
    else:
        sides[rows_of(question["second"], members)] = 0
    second = np.flatnonzero(sides == 0)
    found = compare_rows(coded, first, second, others=_in_words(question.get("second")))
    sides[first] = 1
    others = contrast_others(subject.fitted.others, sides, samples_of_sets(sides))
    _save_rule_rows(folder, coded, found.contrast.rule, sides)
    return {**found.to_dict(), "others": others.to_dict()}


def _in_words(second: Mapping[str, Any] | None) -> str:
    if second is None:
        return "the rest"
    return f"cluster {second['cluster']}" if "cluster" in second else "the other rows"


def _save_rule_rows(folder: Path, coded: CodedFeatures, rule: Rule | None, sides: NDArray[np.uint8]) -> None:
    if rule is not None:
        rows = np.flatnonzero(met(coded, rule.conditions) & (sides < 2))
        np.save(folder / RULE_ROWS, rows.astype(np.uint32))
