"""Values that rows are coloured by: measured as a slow reference has them, and columns read as they are."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.metrics import silhouette_samples

from fiedler import pipeline
from fiedler.artifacts import ArtifactStore
from fiedler.edits.apply import EXCLUDED
from fiedler.explained import ExplainedPartition, explanation
from fiedler.explained.row_values import MISSING_CODE, MOST_VALUES, cluster_means
from fiedler.explanation.errors import ExplanationError
from fiedler.parameters import ClusteringParameters

N_ROWS = 600


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A fit of three clouds, with columns of every kind beside those clustered on."""
    folder = tmp_path_factory.mktemp("values")
    generator = np.random.default_rng(0)
    truth = np.arange(N_ROWS) % 3
    points = np.eye(3)[truth] * 4 + generator.normal(size=(N_ROWS, 3))
    many = [None if row % 10 == 0 else f"v{min(row % 30, 27)}" for row in range(N_ROWS)]
    days = pa.array(np.arange(N_ROWS) * 86_400_000, pa.timestamp("ms"))
    columns = {name: points[:, column] for column, name in enumerate("xyz")}
    gaps = [None if row < 5 else float(row) for row in range(N_ROWS)]
    table = folder / "table.parquet"
    pq.write_table(pa.table({**columns, "many": many, "day": days, "gaps": gaps}), table)
    store = ArtifactStore(folder / "artifacts")
    parameters = ClusteringParameters(columns=("x", "y", "z"), n_clusters=3, scaling="none")
    fit = pipeline.fit(table, "5ee", parameters, store)
    return store, ExplainedPartition(fit, fit.partition.key, 3, table, "5ee", parameters)


@pytest.fixture
def ask(source):
    store, about = source

    def ask(of, **more):
        key = explanation(about, {"kind": "values", "of": of, **more}, store)
        folder = store.existing("explanation", key)
        return json.loads((folder / "explanation.json").read_text()), np.load(folder / "values.npy")

    return ask


@pytest.fixture
def labels(source):
    store, about = source
    return np.load(store.existing("partition", about.partition_key) / "labels.npy")


def test_silhouettes_are_those_of_rousseeuw(ask, source, labels):
    store, about = source
    features = np.load(store.existing("features", about.fit.artifacts["features"]) / "features.npy")
    told, values = ask("silhouette")
    assert told["basis"] == f"against {N_ROWS} sampled rows"
    # Squares are added up in float32.
    assert np.abs(values - silhouette_samples(features, labels)).max() < 2e-3
    assert (told["minimum"], told["maximum"]) == (float(values.min()), float(values.max()))
    assert told["minimum"] <= told["low"] < told["high"] <= told["maximum"]


def test_confidence_is_lowest_between_clusters(ask, source, labels):
    told, values = ask("confidence")
    assert told["n_missing"] == 0
    assert told["cluster_means"] == pytest.approx([values[labels == c].mean() for c in range(3)], abs=1e-6)
    assert values.min() >= 0
    assert values.max() <= 1
    _, silhouettes = ask("silhouette")
    order = np.argsort(silhouettes)
    assert values[order[:60]].mean() < values[order[-60:]].mean() - 0.02


def test_stable_rows_are_those_that_come_back_when_half_is_clustered(ask):
    told, values = ask("stability")
    assert told["basis"] == "share of 10 fits of half the rows"
    known = values[~np.isnan(values)]
    assert len(known) == N_ROWS - told["n_missing"] > 0.99 * N_ROWS
    _, silhouettes = ask("silhouette")
    order = np.argsort(silhouettes)
    assert np.nanmean(values[order[-60:]]) > 0.9
    assert np.nanmean(values[order[:60]]) < np.nanmean(values[order[-60:]])


def test_numbers_and_days_are_read_as_they_are(ask):
    told, values = ask("column", column="gaps")
    assert (told["kind"], told["n_missing"], told["minimum"], told["maximum"]) == ("number", 5, 5.0, 599.0)
    assert np.isnan(values[:5]).all()
    assert np.array_equal(values[5:], np.arange(5, N_ROWS))
    told, values = ask("column", column="day")
    assert told["kind"] == "time"
    assert values[1] - values[0] == 86_400


def test_text_has_a_code_for_each_frequent_value_one_for_the_rest_and_one_for_gaps(ask):
    told, codes = ask("column", column="many")
    assert told["kind"] == "category"
    assert len(told["values"]) == MOST_VALUES
    assert told["counts"] == sorted(told["counts"], reverse=True)
    assert told["values"][0] == "v27"
    assert (codes == 0).sum() == told["counts"][0] == N_ROWS // 30 * 3
    assert (codes == MISSING_CODE).sum() == told["n_missing"] == N_ROWS // 10
    assert (codes == MOST_VALUES).sum() == told["n_other"] > 0
    assert told["n_other_values"] == 25 - MOST_VALUES


def test_an_unknown_column_is_refused(ask):
    with pytest.raises(ExplanationError, match="no column 'nope'"):
        ask("column", column="nope")


def test_a_cluster_without_a_value_has_no_mean():
    values = np.array([1, 3, np.nan, 5], dtype=np.float32)
    labels = np.array([0, 0, 1, EXCLUDED], dtype=np.uint16)
    assert cluster_means(values, labels, 3) == [2.0, None, None]
