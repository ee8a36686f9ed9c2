"""Edits as records: checked when made, the same after JSON."""

import json
from dataclasses import FrozenInstanceError

import pytest

from fiedler.edits.errors import EditError
from fiedler.edits.operations import (
    ExcludeRows,
    MergeClusters,
    MoveRows,
    ReclusterClusters,
    ReclusterRows,
    SplitCluster,
    operation_from_dict,
    operation_to_dict,
)

EXAMPLES = [
    MergeClusters((3, 1)),
    SplitCluster(2, 3, "exact", 7),
    ReclusterClusters((0, 2), 4),
    ReclusterRows((5, 9, 11), 2, "embedding"),
    MoveRows((4, 2), 1),
    MoveRows((4, 2)),
    ExcludeRows((8,)),
]


@pytest.mark.parametrize("operation", EXAMPLES, ids=lambda operation: operation.kind)
def test_operations_survive_json(operation):
    assert operation_from_dict(json.loads(json.dumps(operation_to_dict(operation)))) == operation


def test_operations_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        EXAMPLES[0].clusters = (0, 1)


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "paint"},
        {},
        {"kind": "merge", "clusters": [1]},
        {"kind": "merge", "clusters": [1, 1]},
        {"kind": "merge", "clusters": 3},
        {"kind": "merge", "clusters": ["1", "2"]},
        {"kind": "merge"},
        {"kind": "merge", "clusters": [1, 2], "rows": [3]},
        {"kind": "split", "cluster": 1, "n_parts": 1},
        {"kind": "split", "cluster": True},
        {"kind": "split", "cluster": None},
        {"kind": "split", "cluster": 1, "method": "magic"},
        {"kind": "recluster", "clusters": [], "n_clusters": 2},
        {"kind": "recluster_rows", "rows": [1, 2], "n_clusters": 0},
        {"kind": "exclude", "rows": []},
        {"kind": "move", "rows": [1.5], "cluster": 2},
    ],
)
def test_malformed_operations_are_refused(values):
    with pytest.raises(EditError):
        operation_from_dict(values)
