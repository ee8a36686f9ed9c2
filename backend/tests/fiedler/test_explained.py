"""Explanations of a stored fit: about all of its table, kept as artifacts, the same from any process."""

import base64
import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fiedler.artifacts import ArtifactStore
from fiedler.edits.apply import EXCLUDED
from fiedler.errors import ArtifactError
from fiedler.explained import ExplainedPartition, explanation, prepare
from fiedler.explanation.errors import ExplanationError
from fiedler.parameters import ClusteringParameters
from fiedler.pipeline import fit

SIZES = (120, 80, 60)


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explained")
    rng = np.random.default_rng(0)
    truth = rng.permutation(np.repeat(np.arange(3), SIZES))
    points = np.eye(3)[truth] * 20 + rng.normal(size=(len(truth), 3))
    table = pa.table(
        {
            "x": points[:, 0],
            "y": points[:, 1],
            "z": points[:, 2],
            "species": pa.array(np.array(["Adelie", "Gentoo", "Chinstrap"])[truth]),
            "mass": 3_000 + 900.0 * truth + rng.normal(size=len(truth)),
            "code": pa.array([f"row {i}" for i in range(len(truth))]),
        }
    )
    pq.write_table(table, folder / "table.parquet")
    store = ArtifactStore(folder / "artifacts")
    parameters = ClusteringParameters(columns=("x", "y", "z"), n_clusters=3)
    summary = fit(folder / "table.parquet", "t", parameters, store)
    source = ExplainedPartition(summary, summary.partition.key, 3, folder / "table.parquet", "t")
    labels = np.load(store.path("partition", summary.partition.key) / "labels.npy")
    return source, store, labels, truth


def folder_of(fitted, question, source=None):
    usual, store, *_ = fitted
    return store.existing("explanation", explanation(source or usual, question, store))


def answer(fitted, question, source=None):
    return json.loads((folder_of(fitted, question, source) / "explanation.json").read_text())


def with_excluded(fitted, rows):
    """Return the partition with some rows in no cluster, as an edit leaves it."""
    source, store, labels, _ = fitted
    edited = labels.copy()
    edited[rows] = EXCLUDED
    key = store.key("partition", {"excluded": np.asarray(rows).tolist()}, source.partition_key)
    store.publish("partition", key, lambda folder: np.save(folder / "labels.npy", edited))
    return replace(source, partition_key=key)


def test_a_cluster_is_told_by_its_columns_and_by_those_not_clustered_on(fitted):
    _, _, labels, truth = fitted
    found = answer(fitted, {"kind": "cluster", "cluster": 0})
    own = np.bincount(truth[labels == 0]).argmax()
    assert found["size"] == SIZES[own]
    assert found["columns"][0]["name"] == "xyz"[own]
    assert found["rule"]["f1"] == 1.0
    (species,) = found["others"]["labels"]
    assert (species["name"], species["n_different"]) == ("species", 3)
    first = species["values"][0]
    assert first["value"] == ["Adelie", "Gentoo", "Chinstrap"][own]
    assert first["share_inside"] == 1.0
    assert first["share_all"] == pytest.approx(SIZES[own] / 260)
    (mass,) = found["others"]["quantities"]
    assert (mass["name"], mass["kind"]) == ("mass", "number")
    assert mass["effect"]["inside_quartiles"][1] == pytest.approx(3_000 + 900 * own, abs=5)
    assert found["others"]["left_out"] == ["code"]


def test_rows_of_the_rule_are_the_rows_it_selects(fitted):
    _, _, labels, _ = fitted
    for cluster in range(3):
        folder = folder_of(fitted, {"kind": "cluster", "cluster": cluster})
        rows = np.load(folder / "rule_rows.npy")
        rule = json.loads((folder / "explanation.json").read_text())["rule"]
        assert rows.dtype == np.uint32
        assert len(rows) == rule["n_selected"]
        assert np.count_nonzero(labels[rows] == cluster) == rule["n_selected_inside"]
        border = json.loads((folder / "explanation.json").read_text())["border"]
        assert len(np.load(folder / "border_rows.npy")) == border["n_borderline"]


def test_excluded_rows_are_neither_inside_nor_outside(fitted):
    _, _, labels, _ = fitted
    rows = np.flatnonzero(labels == 1)[:10]
    source = with_excluded(fitted, rows)
    found = answer(fitted, {"kind": "cluster", "cluster": 0}, source)
    assert found["n_rows"] == 250
    assert found["rule"]["n_rows"] == 250
    counts = found["columns"][0]["effect"]
    assert counts["inside_count"] + counts["outside_count"] == 250
    (species,) = found["others"]["labels"]
    assert sum(each["n_all"] for each in species["values"]) <= 250
    rest = answer(fitted, {"kind": "comparison", "first": {"cluster": 0}, "second": None}, source)
    assert rest["n_second"] == 250 - found["size"]
    neighbor_of = np.flatnonzero(labels == 1)[20]
    told = answer(fitted, {"kind": "row", "row": int(neighbor_of)}, source)
    assert not {each["row"] for each in told["neighbors"]} & set(rows.tolist())
    with pytest.raises(ExplanationError, match=f"row {rows[0]} is excluded"):
        explanation(source, {"kind": "row", "row": int(rows[0])}, fitted[1])


def test_a_row_is_told_of_among_its_neighbours(fitted):
    _, _, labels, _ = fitted
    found = answer(fitted, {"kind": "row", "row": 5})
    assert (found["row"], found["cluster"]) == (5, labels[5])
    assert found["held_by"][0]["cluster"] == labels[5]
    assert found["margin"] > 0.5


def test_sets_of_rows_are_the_same_however_they_are_named(fitted):
    _, _, labels, _ = fitted
    rows = np.flatnonzero(labels == 0)
    bits = np.packbits(labels == 0, bitorder="little")
    second = {"cluster": 1}
    answers = [
        {**answer(fitted, {"kind": "comparison", "first": first, "second": second}), "key": None}
        for first in (
            {"cluster": 0},
            {"rows": rows[::-1].tolist()},
            {"bitmap": base64.b64encode(bits.tobytes()).decode()},
        )
    ]
    assert answers[0] == answers[1] == answers[2]
    assert (answers[0]["n_first"], answers[0]["n_second"]) == (len(rows), int((labels == 1).sum()))
    assert "for cluster 1" in answers[0]["sentence"]
    species = answers[0]["others"]["labels"][0]
    assert species["values"][0]["share_all"] == pytest.approx(len(rows) / int((labels < 2).sum()))


def test_an_answer_is_kept_and_differs_with_partition_and_question(fitted, monkeypatch):
    source, store, *_ = fitted
    question = {"kind": "cluster", "cluster": 2}
    key = explanation(source, question, store)
    explained_by = "fiedler.explained.about_rows.explain_cluster"
    monkeypatch.setattr(explained_by, lambda *_: pytest.fail("computed again"))
    assert explanation(source, question, store) == key
    monkeypatch.undo()
    assert explanation(with_excluded(fitted, [3]), question, store) != key
    assert explanation(source, {"kind": "cluster", "cluster": 1}, store) != key


def test_a_whole_partition_is_set_against_graph_another_and_a_column(fitted):
    source, _, labels, _ = fitted
    graph = answer(fitted, {"kind": "graph"})
    assert graph["part_sizes"] == sorted(SIZES, reverse=True)
    assert [cut["n_rows"] for cut in graph["cuts"]] == np.bincount(labels).tolist()
    without = with_excluded(fitted, [3, 4])
    question = {"kind": "partition", "partition_key": source.partition_key}
    changes = answer(fitted, question, without)
    assert (changes["n_moved"], changes["n_left_out"]) == (0, 2)
    species = answer(fitted, {"kind": "column", "column": "species"})
    assert species["values"] == ["Adelie", "Gentoo", "Chinstrap"]
    assert np.array(species["contingency"]).sum(axis=1).tolist() == list(SIZES)
    assert species["adjusted_rand_index"] == 1


def test_another_process_gives_the_same_answer(fitted, tmp_path):
    source, store, *_ = fitted
    question = {"kind": "cluster", "cluster": 1}
    here = answer(fitted, question)
    script = f"""
import json, sys
from dataclasses import replace
from pathlib import Path
import fiedler.artifacts
from fiedler.explained import ExplainedPartition, explanation
from fiedler.summaries import FitSummary
fiedler.artifacts.FORMAT = -1
summary = FitSummary.from_dict(json.loads(sys.stdin.read()))
store = fiedler.artifacts.ArtifactStore(Path({str(store.root)!r}))
source = ExplainedPartition(summary, {source.partition_key!r}, 3, Path({str(source.table)!r}), "t")
key = explanation(source, {question!r}, store)
print((store.path("explanation", key) / "explanation.json").read_text())
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps(source.fit.to_dict()),
        capture_output=True,
        text=True,
        check=True,
    )
    assert {**json.loads(done.stdout), "key": here["key"]} == here


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ({"kind": "cluster", "cluster": 3}, "clusters 0 to 2"),
        ({"kind": "row", "row": 260}, "rows 0 to 259"),
        ({"kind": "why"}, "known are cluster, row, comparison"),
        ({"kind": "comparison", "first": {"rows": [260]}, "second": None}, "rows 0 to 259"),
        ({"kind": "comparison", "first": {"rows": []}, "second": None}, "first set has 0 rows"),
        ({"kind": "comparison", "first": {"bitmap": "AAAA"}, "second": None}, "260 rows need 33"),
        ({"kind": "comparison", "first": {"bitmap": "?"}, "second": None}, "not base64"),
        ({"kind": "comparison", "first": {"cluster": 0, "rows": []}, "second": None}, "exactly one of"),
    ],
)
def test_questions_about_what_is_not_there_are_refused(fitted, question, message):
    source, store, *_ = fitted
    with pytest.raises(ExplanationError, match=message):
        explanation(source, question, store)


def test_a_partition_of_another_table_is_refused(fitted):
    source, store, *_ = fitted
    store.publish("partition", "short", lambda folder: np.save(folder / "labels.npy", np.zeros(7, np.uint16)))
    with pytest.raises(ExplanationError, match="7 labels for 260 rows"):
        prepare(replace(source, partition_key="short"), store)
    with pytest.raises(ArtifactError):
        prepare(replace(source, partition_key="gone"), store)
