"""A cut and its steps: the same steps give the same labels, from any store, and every step can be undone."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.datasets import make_moons

from fiedler.artifacts import ArtifactStore
from fiedler.constraints.errors import ContradictoryConstraintsError
from fiedler.edits.apply import EXCLUDED
from fiedler.edits.errors import EditError
from fiedler.parameters import ClusteringParameters
from fiedler.pipeline import fit, recut
from fiedler.revisions import reproduce, revise
from fiedler.row_bitmap import RowBitmapError, pack_rows, unpack_rows

SIZES = (120, 80, 60)
PARAMETERS = ClusteringParameters(columns=("x", "y", "z"), n_clusters=3)


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("revised")
    rng = np.random.default_rng(0)
    truth = rng.permutation(np.repeat(np.arange(3), SIZES))
    points = np.eye(3)[truth] * 20 + rng.normal(size=(len(truth), 3))
    table = folder / "table.parquet"
    pq.write_table(pa.table({name: points[:, place] for place, name in enumerate("xyz")}), table)
    store = ArtifactStore(folder / "artifacts")
    return table, store, fit(table, "t", PARAMETERS, store)


def labels_after(fitted, steps, n_clusters=3):
    _, store, summary = fitted
    found = revise(summary, n_clusters, steps, store)
    return found, np.load(store.existing("partition", found.key) / "labels.npy")


def move(rows, cluster=None):
    return {"kind": "move", "rows": [int(row) for row in rows], "cluster": cluster}


MERGE = {"kind": "merge", "clusters": [0, 2]}


def test_no_step_is_the_plain_cut(fitted):
    _, store, summary = fitted
    found, _ = labels_after(fitted, [])
    plain = recut(summary, 3, store)
    assert (found.key, found.clusters, found.n_excluded) == (plain.key, plain.clusters, 0)
    assert found.silhouette == plain.silhouette


def test_each_step_is_applied_to_the_one_before(fitted):
    _, cut = labels_after(fitted, [])
    rows = np.flatnonzero(cut == 1)[:5]
    merged, _ = labels_after(fitted, [MERGE])
    assert [cluster["size"] for cluster in merged.clusters] == [180, 80]
    assert merged.facts["numbers"] == [0, 1, None]
    both, labels = labels_after(fitted, [MERGE, move(rows)])
    assert [cluster["size"] for cluster in both.clusters] == [180, 75, 5]
    assert np.array_equal(np.flatnonzero(labels == 2), rows)
    assert both.facts["created"] == [2]
    assert both.facts["n_rows_changed"] == 5


def test_dropping_the_last_step_names_the_labels_before_it(fitted):
    before, labels_before = labels_after(fitted, [MERGE])
    labels_after(fitted, [MERGE, move([0])])
    undone, labels = labels_after(fitted, [MERGE])
    assert undone == before
    assert np.array_equal(labels, labels_before)


def test_rows_may_come_as_a_bitmap(fitted):
    _, cut = labels_after(fitted, [])
    rows = np.flatnonzero(cut == 1)[:5]
    _, by_list = labels_after(fitted, [move(rows)])
    bitmap = {"kind": "move", "bitmap": pack_rows(rows, len(cut)), "cluster": None}
    _, by_bitmap = labels_after(fitted, [bitmap])
    assert np.array_equal(by_list, by_bitmap)


def test_excluded_rows_count_nowhere(fitted):
    found, labels = labels_after(fitted, [{"kind": "exclude", "rows": [0, 1, 2]}])
    assert (labels[:3] == EXCLUDED).all()
    assert found.n_excluded == 3
    assert sum(cluster["size"] for cluster in found.clusters) == sum(SIZES) - 3
    assert found.silhouette_sample_size == sum(SIZES) - 3
    assert 0.5 < found.silhouette <= 1


def test_constraints_hold_and_edits_before_them_too(fitted):
    _, cut = labels_after(fitted, [])
    rows = np.flatnonzero(cut == 1)
    step = {"kind": "constraints", "constraints": {"must_link": [[int(rows[0]), int(rows[1])]]}}
    cannot = {"kind": "constraints", "constraints": {"cannot_link": [[[int(rows[0])], [int(rows[1])]]]}}
    _, together = labels_after(fitted, [MERGE, step])
    assert together[rows[0]] == together[rows[1]]
    assert len(np.unique(together)) == 2
    assert np.array_equal(together, labels_after(fitted, [MERGE])[1])
    found, apart = labels_after(fitted, [step, cannot])
    assert apart[rows[0]] != apart[rows[1]]
    assert found.facts["violations"] == []


def test_constrained_clusters_keep_the_numbers_of_the_cut(fitted):
    _, cut = labels_after(fitted, [])
    # Moving 50 of 120 rows by class makes cluster 0 smaller than cluster 1.
    rows = np.concatenate([np.flatnonzero(cut == 0)[:50], np.flatnonzero(cut == 1)])
    classes = [[int(row), "b"] for row in rows] + [[int(np.flatnonzero(cut == 0)[-1]), "a"]]
    step = {"kind": "constraints", "constraints": {"labelled_rows": classes}}
    found, labels = labels_after(fitted, [step])
    assert np.array_equal(np.unique(labels[cut == 1]), [1])
    assert found.facts["numbers"] == [0, 1, 2]


def test_an_edit_that_cannot_be_done_is_named(fitted):
    with pytest.raises(
        EditError, match=r"edit 2 \(merge\): merge names cluster 2; there are clusters 0 to 1"
    ):
        labels_after(fitted, [MERGE, MERGE])
    with pytest.raises(EditError, match="bitmap has 1 bytes; 260 rows need 33"):
        labels_after(fitted, [{"kind": "exclude", "bitmap": "AA=="}])


def test_contradictions_are_refused(fitted):
    both = {"must_link": [[3, 4]], "cannot_link": [[[3], [4]]]}
    with pytest.raises(ContradictoryConstraintsError):
        labels_after(fitted, [{"kind": "constraints", "constraints": both}])


def test_another_store_and_process_state_reproduce_the_labels(fitted, tmp_path):
    table, *_ = fitted
    split = {"kind": "split", "cluster": 0, "n_parts": 2}
    steps = [{"kind": "constraints", "constraints": {"must_link": [[0, 1]]}}, split, move([5, 6])]
    _, labels = labels_after(fitted, steps)
    again = reproduce(table, PARAMETERS, 3, steps, tmp_path / "anew")
    assert np.array_equal(again, labels)


def test_steps_whose_artifacts_are_gone_are_computed_again(fitted, tmp_path):
    table, *_ = fitted
    store = ArtifactStore(tmp_path)
    summary = fit(table, "t", PARAMETERS, store)
    found = revise(summary, 3, [MERGE, move([0])], store)
    before = (store.existing("partition", found.key) / "labels.npy").read_bytes()
    for folder in (tmp_path / "partition").iterdir():
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
    revise(summary, 3, [MERGE, move([0])], store)
    assert (store.existing("partition", found.key) / "labels.npy").read_bytes() == before


@pytest.mark.parametrize("n_samples", [1, 8, 9, 1000])
def test_bitmaps_hold_any_rows(n_samples):
    rows = np.flatnonzero(np.random.default_rng(n_samples).random(n_samples) < 0.3)
    assert np.array_equal(unpack_rows(pack_rows(rows, n_samples), n_samples), rows)


def test_bitmaps_of_other_tables_are_refused():
    with pytest.raises(RowBitmapError, match="not base64"):
        unpack_rows("@@", 8)


def test_a_constraint_that_holds_already_changes_nothing_about_a_consensus(tmp_path):
    points, truth = make_moons(800, noise=0.12, random_state=1)
    table = tmp_path / "moons.parquet"
    pq.write_table(pa.table({"x": points[:, 0], "y": points[:, 1]}), table)
    store = ArtifactStore(tmp_path / "artifacts")
    fitted = (table, store, fit(table, "m", ClusteringParameters(n_clusters=2), store))
    assert fitted[2].consensus
    _, cut = labels_after(fitted, [], 2)
    together = np.flatnonzero(cut == 0)[:2].tolist()
    held = {"kind": "constraints", "constraints": {"must_link": [together]}}
    assert np.array_equal(labels_after(fitted, [held], 2)[1], cut)
    stray = int(np.flatnonzero((cut == 0) & (truth == truth[cut == 1][0]))[0])
    kept = int(np.flatnonzero((cut == 1) & (truth == truth[cut == 1][0]))[0])
    moved = {"kind": "constraints", "constraints": {"must_link": [[stray, kept]]}}
    labels = labels_after(fitted, [moved], 2)[1]
    assert labels[stray] == labels[kept]
    assert np.mean(labels != cut) < 0.05
