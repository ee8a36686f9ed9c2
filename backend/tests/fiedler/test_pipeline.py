"""From a table to clusters: right, reused where nothing changed, re-cut from files alone."""

import json
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.datasets import load_digits, make_moons
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from fiedler import SpectralClustering, computation, partition_artifact, session, stage_artifacts
from fiedler.artifacts import ArtifactStore
from fiedler.errors import ArtifactError, InvalidFeaturesError, TooFewRowsError
from fiedler.parameters import ClusteringParameters, ParameterError
from fiedler.pipeline import STAGES, FitSummary, PartitionSummary, fit, recut


@pytest.fixture
def store(tmp_path):
    return ArtifactStore(tmp_path / "artifacts")


@pytest.fixture
def table_of(tmp_path):
    def write(points, name="table"):
        path = tmp_path / f"{name}.parquet"
        points = np.asarray(points)
        pq.write_table(pa.table({f"x{column}": points[:, column] for column in range(points.shape[1])}), path)
        return path

    return write


@pytest.fixture
def moons(table_of):
    points, labels = make_moons(600, noise=0.05, random_state=0)
    return table_of(points), labels


def labels_of(store, partition):
    return np.load(store.path("partition", partition.key) / "labels.npy")


def parameters(**values):
    return ClusteringParameters(**values)


def test_moons_are_told_apart_without_being_told_k(moons, store):
    table, truth = moons
    summary = fit(table, "moons", parameters(), store)
    labels = labels_of(store, summary.partition)
    assert labels.dtype == np.uint16
    assert summary.partition.n_clusters == 2
    assert normalized_mutual_info_score(truth, labels) >= 0.99
    assert summary.method == "exact"
    assert summary.columns == ["x0", "x1"]


def test_landmark_path_tells_the_moons_apart_too(table_of, store):
    points, truth = make_moons(12_000, noise=0.06, random_state=1)
    summary = fit(table_of(points), "big", parameters(), store)
    assert summary.method == "landmark"
    assert normalized_mutual_info_score(truth, labels_of(store, summary.partition)) >= 0.99


def test_digits_as_they_are_reach_their_quality(table_of, store):
    points, truth = load_digits(return_X_y=True)
    summary = fit(table_of(points), "digits", parameters(scaling="none", n_clusters=10), store)
    assert normalized_mutual_info_score(truth, labels_of(store, summary.partition)) >= 0.89


def test_every_promised_file_is_there_in_its_form(moons, store):
    summary = fit(moons[0], "moons", parameters(), store)
    folder = {stage: store.existing(stage, key) for stage, key in summary.artifacts.items()}
    n_eigenvalues = len(summary.eigenvalues)
    assert np.load(folder["features"] / "features.npy").shape == (600, 2)
    assert np.load(folder["embedding"] / "eigenvalues.npy").tolist() == summary.eigenvalues
    assert np.load(folder["embedding"] / "residual_norms.npy").shape == (n_eigenvalues,)
    assert json.loads((folder["partition"] / "summary.json").read_text()) == summary.partition.to_dict()
    for name in ("features", "embedding"):
        positions = np.load(folder["layout"] / f"{name}.npy")
        assert (positions.shape, positions.dtype) == ((600, 3), np.uint16)
    assert set(json.loads((folder["layout"] / "meta.json").read_text())["layouts"]) == {
        "features",
        "embedding",
    }


def test_summaries_survive_json(moons, store):
    summary = fit(moons[0], "moons", parameters(), store)
    assert FitSummary.from_dict(json.loads(json.dumps(summary.to_dict()))) == summary
    partition = recut(summary, 3, store)
    assert PartitionSummary.from_dict(json.loads(json.dumps(partition.to_dict()))) == partition


@pytest.mark.parametrize(
    ("change", "recomputed"),
    [
        ({"n_clusters": 5}, {"partition"}),
        ({"n_neighbors": 12}, {"embedding", "evaluation", "partition", "layout"}),
        ({"landmark_neighbors": 7}, set()),
        ({"imputation": "mean"}, {"features", "embedding", "evaluation", "partition", "layout"}),
    ],
    ids=lambda value: "+".join(sorted(value)) or "nothing",
)
def test_a_change_recomputes_only_what_depends_on_it(moons, store, change, recomputed):
    before = fit(moons[0], "moons", parameters(), store).artifacts
    after = fit(moons[0], "moons", parameters(**change), store).artifacts
    assert {stage for stage in before if before[stage] != after[stage]} == recomputed


def test_repeated_fit_computes_nothing(moons, store, monkeypatch):
    first = fit(moons[0], "moons", parameters(), store)
    monkeypatch.setattr(stage_artifacts, "write_features", None)
    monkeypatch.setattr(stage_artifacts, "compute_embedding", None)
    monkeypatch.setattr(stage_artifacts, "suggest_n_clusters", None)
    monkeypatch.setattr(stage_artifacts, "suggest_from_rows", None)
    monkeypatch.setattr(stage_artifacts, "write_layouts", None)
    monkeypatch.setattr(partition_artifact, "consensus_partition", None)
    second = fit(moons[0], "moons", parameters(), store)
    assert second.to_dict() | {"stage_seconds": 0} == first.to_dict() | {"stage_seconds": 0}


@pytest.mark.parametrize("n_columns", [2, 5])
def test_another_bandwidth_of_landmarks_compares_no_row_again(
    n_columns, table_of, store, tmp_path, monkeypatch
):
    points = np.random.default_rng(0).normal(size=(900, n_columns)) + 4 * (np.arange(900) % 3)[:, None]
    table = table_of(points)
    usual = fit(table, "rows", parameters(method="landmark", n_landmarks=60), store)
    narrow = parameters(method="landmark", n_landmarks=60, bandwidth=0.2)
    elsewhere = ArtifactStore(tmp_path / "elsewhere")
    from_nothing = fit(table, "rows", narrow, elsewhere)
    monkeypatch.setattr(computation, "landmark_embedding", None)
    from_kept = fit(table, "rows", narrow, store)
    assert from_kept.artifacts == from_nothing.artifacts
    assert from_kept.eigenvalues == from_nothing.eigenvalues != usual.eigenvalues
    here, there = labels_of(store, from_kept.partition), labels_of(elsewhere, from_nothing.partition)
    assert np.array_equal(here, there)


def test_recut_needs_only_the_files(moons, store):
    """A process that never saw the fit gives the same labels as the one that made it."""
    summary = fit(moons[0], "moons", parameters(), store)
    moons[0].unlink()
    here = labels_of(store, recut(summary, 7, store))
    store.path("partition", recut(summary, 7, store).key).rename(store.root / "aside")
    session._open.clear()
    program = (
        "import json, sys; from pathlib import Path; from fiedler.pipeline import FitSummary, recut;"
        "from fiedler.artifacts import ArtifactStore;"
        "recut(FitSummary.from_dict(json.loads(sys.argv[1])), 7, ArtifactStore(Path(sys.argv[2])))"
    )
    subprocess.run(
        [sys.executable, "-c", program, json.dumps(summary.to_dict()), str(store.root)], check=True
    )
    assert np.array_equal(labels_of(store, recut(summary, 7, store)), here)


def test_partition_lists_every_cluster_by_descending_size(moons, store):
    summary = fit(moons[0], "moons", parameters(), store)
    partition = recut(summary, 9, store)
    sizes = [cluster["size"] for cluster in partition.clusters]
    assert sizes == sorted(sizes, reverse=True) == np.bincount(labels_of(store, partition)).tolist()
    assert [cluster["label"] for cluster in partition.clusters] == list(range(9))
    assert -1 <= partition.silhouette <= 1


def test_one_cluster_has_no_silhouette(moons, store):
    partition = recut(fit(moons[0], "moons", parameters(), store), 1, store)
    assert (partition.n_clusters, partition.silhouette) == (1, None)


@pytest.mark.parametrize("n_clusters", [0, 21])
def test_recut_beyond_the_eigenvectors_is_refused(moons, store, n_clusters):
    summary = fit(moons[0], "moons", parameters(), store)
    with pytest.raises(ParameterError, match=f"n_clusters is {n_clusters}; it must lie between 1 and 20"):
        recut(summary, n_clusters, store)


def test_recut_says_when_artifacts_are_gone(moons, store):
    summary = fit(moons[0], "moons", parameters(), store)
    store.path("embedding", summary.artifacts["embedding"]).rename(store.root / "aside")
    session._open.clear()
    with pytest.raises(ArtifactError, match="run the fit again"):
        recut(summary, 4, store)


@pytest.mark.parametrize("n_rows", [1, 2, 3, 5, 30])
@pytest.mark.parametrize("method", ["auto", "landmark"])
def test_tiny_tables_are_clustered(table_of, store, n_rows, method):
    points = np.random.default_rng(0).normal(size=(n_rows, 2))
    summary = fit(table_of(points), f"tiny{n_rows}", parameters(method=method), store)
    assert sum(cluster["size"] for cluster in summary.partition.clusters) == n_rows
    assert recut(summary, n_rows if n_rows <= 20 else 20, store).n_clusters == min(n_rows, 20)


def test_more_clusters_than_rows_are_refused(table_of, store):
    table = table_of(np.eye(3))
    with pytest.raises(TooFewRowsError, match="4 clusters were asked for, but there are 3 rows"):
        fit(table, "three", parameters(n_clusters=4), store)


def test_identical_rows_are_one_cluster_with_notes(table_of, store):
    summary = fit(table_of(np.ones((50, 3))), "same", parameters(n_clusters=3), store)
    assert summary.partition.n_clusters == 1
    assert {"all_constant", "fewer_clusters"} <= {note["code"] for note in summary.notes}


def test_duplicates_stay_together(table_of, store):
    distinct = np.random.default_rng(0).normal(size=(100, 2)) + np.repeat([[0, 0], [9, 0]], 50, axis=0)
    summary = fit(table_of(np.tile(distinct, (4, 1))), "copies", parameters(n_clusters=2), store)
    labels = labels_of(store, summary.partition).reshape(4, 100)
    assert (labels == labels[0]).all()
    assert normalized_mutual_info_score(np.repeat([0, 1], 50), labels[0]) == pytest.approx(1)


def test_separate_parts_are_noted_and_more_of_them_than_clusters_said(table_of, store):
    corners = np.array([[0, 0], [50, 0], [0, 50], [50, 50]])[np.arange(400) % 4]
    points = corners + np.random.default_rng(0).normal(size=(400, 2))
    summary = fit(table_of(points), "parts", parameters(n_clusters=3), store)
    codes = {note["code"] for note in summary.notes}
    assert {"graph_components", "more_parts_than_clusters"} <= codes
    assert summary.suggestions[0]["n_clusters"] == 4


def test_missing_cells_are_filled_and_said(tmp_path, store):
    values = np.random.default_rng(0).normal(size=100)
    values[3] = np.nan
    pq.write_table(pa.table({"x": values, "y": values[::-1].copy()}), tmp_path / "gaps.parquet")
    summary = fit(tmp_path / "gaps.parquet", "gaps", parameters(), store)
    assert any(note["code"] == "imputed" and "2 missing cells" in note["message"] for note in summary.notes)


def test_table_without_numbers_is_refused(tmp_path, store):
    pq.write_table(pa.table({"name": ["a", "b"]}), tmp_path / "text.parquet")
    with pytest.raises(InvalidFeaturesError, match="none of the 1 columns is numeric"):
        fit(tmp_path / "text.parquet", "text", parameters(), store)


def test_progress_goes_up_through_all_stages_to_one(moons, store):
    told = []
    summary = fit(moons[0], "moons", parameters(), store, lambda *event: told.append(event))
    fractions = [fraction for _, fraction, _ in told]
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(1)
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == list(STAGES)
    assert all(message for _, _, message in told)
    assert set(summary.stage_seconds) == set(STAGES)


def test_same_seed_gives_the_same_labels_in_another_store(moons, tmp_path):
    labels = []
    for name in ("one", "two"):
        store = ArtifactStore(tmp_path / name)
        session._open.clear()
        labels.append(labels_of(store, fit(moons[0], "moons", parameters(n_clusters=6), store).partition))
    assert np.array_equal(*labels)


def test_small_tables_get_the_clusters_that_many_views_agree_on(table_of, store):
    points, truth = make_moons(1_000, noise=0.12, random_state=1)
    table = table_of(points)
    summary = fit(table, "noisy", parameters(n_clusters=2), store)
    assert normalized_mutual_info_score(truth, labels_of(store, summary.partition)) >= 0.9
    told = summary.partition.consensus
    assert told is not None
    views = np.load(store.path("partition", summary.partition.key) / "views.npy")
    assert views.shape == (len(told["views"]), 1_000)
    assert np.array_equal(views[told["chosen"]], labels_of(store, summary.partition))
    (note,) = (note for note in summary.notes if note["code"] == "consensus")
    assert f"{told['n_agreeing']} of {len(told['views'])} views agree" in note["message"]
    assert (
        PartitionSummary.from_dict(json.loads(json.dumps(summary.partition.to_dict()))) == summary.partition
    )


def test_views_see_the_columns_as_they_were_unless_a_scaling_is_asked_for(table_of, store):
    generator = np.random.default_rng(0)
    truth = np.repeat([0, 1, 2], 300)
    angle = generator.random(900) * 2 * np.pi
    radius = 1 + generator.normal(0, 0.08, 900)
    points = np.c_[1.2 * truth + radius * np.cos(angle), radius * np.sin(angle)]
    table = table_of(1000 * points)
    found = {}
    for scaling in ("auto", "standard"):
        partition = fit(table, "rings", parameters(n_clusters=3, scaling=scaling), store).partition
        spaces = {view["name"].split(",")[0] for view in partition.consensus["views"]}
        found[scaling] = adjusted_rand_score(truth, labels_of(store, partition)), spaces
    assert "standardised columns" in found["auto"][1] - found["standard"][1]
    # Rings are round only in the proportions they have in the table.
    assert found["auto"][0] > 0.7
    assert found["standard"][0] < 0.5


def test_large_tables_of_few_columns_are_viewed_in_a_sample(table_of, store):
    points, truth = make_moons(12_000, noise=0.15, random_state=1)
    summary = fit(table_of(points), "noisy", parameters(n_clusters=2), store)
    labels = labels_of(store, summary.partition)
    assert (summary.method, summary.consensus) == ("landmark", True)
    assert normalized_mutual_info_score(truth, labels) >= 0.85
    folder = store.path("partition", summary.partition.key)
    views, rows = np.load(folder / "views.npy"), np.load(folder / "view_rows.npy")
    assert views.shape == (len(summary.partition.consensus["views"]), len(rows))
    assert np.mean(views[summary.partition.consensus["chosen"]] == labels[rows]) > 0.97
    assert recut(summary, 3, store).n_clusters == 3


def test_more_rows_of_many_columns_are_cut_along_a_tree(table_of, store, monkeypatch):
    monkeypatch.setattr("fiedler.policy.CONSENSUS_ROWS", 200)
    points = np.random.default_rng(0).normal(size=(300, 5))
    table = table_of(points)
    default = fit(table, "cloud", parameters(n_clusters=3), store)
    asked = fit(table, "cloud", parameters(n_clusters=3, rounding="tree"), store)
    assert default.rounding == asked.rounding
    assert default.partition.key == asked.partition.key
    assert recut(default, 4, store).key == recut(asked, 4, store).key
    assert fit(table, "cloud", parameters(n_clusters=3, preset="fast"), store).rounding["method"] == "kmeans"
    scaled = (points - points.mean(axis=0)) / points.std(axis=0)
    model = SpectralClustering(3, random_state=0).fit(scaled.astype(np.float32))
    assert adjusted_rand_score(model.labels_, labels_of(store, default.partition)) > 0.99


def test_another_number_asks_the_views_again_and_one_graph_stays_one(table_of, store):
    points, _ = make_moons(400, noise=0.05, random_state=1)
    table = table_of(points)
    many = fit(table, "moons", parameters(n_clusters=2), store)
    one = fit(table, "moons", parameters(n_clusters=2, method="exact"), store)
    two = fit(table, "moons", parameters(n_clusters=2, preset="fast"), store)
    assert many.artifacts["embedding"] == one.artifacts["embedding"]
    assert recut(FitSummary.from_dict(many.to_dict()), 3, store).consensus is not None
    assert recut(FitSummary.from_dict(one.to_dict()), 3, store).consensus is None
    again = recut(FitSummary.from_dict(two.to_dict()), 3, store).consensus
    assert again is not None
    assert len(again["views"]) == 2
    before = {name: value for name, value in one.to_dict().items() if name != "consensus"}
    assert not FitSummary.from_dict(before).consensus
