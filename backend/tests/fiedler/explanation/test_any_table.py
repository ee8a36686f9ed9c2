"""No table is refused or warned about for its values: huge, tiny, equal, missing, few."""

import json

import numpy as np
import pytest
from explanation_data import embedding_of
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fiedler.explanation.clusters import explain_cluster
from fiedler.explanation.codes import code_features
from fiedler.explanation.comparison import compare_rows
from fiedler.explanation.margins import embedded_clusters
from fiedler.explanation.members import cluster_members
from fiedler.explanation.rows import explain_row
from fiedler.feature_columns import FeatureColumn

NUMBERS = st.floats(width=32, allow_nan=False, allow_infinity=False)
UNITS = st.sampled_from([(0.0, 1.0), (1e9, 1e-3), (-5.0, 1e200), (1e300, 1e250), (0.0, 1e-300)])


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_every_answer_is_finite_and_counts_are_consistent(data):
    n_rows, n_columns = data.draw(st.integers(1, 90)), data.draw(st.integers(1, 4))
    elements = data.draw(st.sampled_from([NUMBERS, st.sampled_from([0.0, 1.0, 2.5, -3e38, 3e38, 1e-45])]))
    features = data.draw(arrays(np.float32, (n_rows, n_columns), elements=elements))
    labels = data.draw(arrays(np.uint16, n_rows, elements=st.integers(0, 3)))
    gaps = data.draw(arrays(np.bool_, n_rows))
    columns = [FeatureColumn(f"c{j}", 0, 0, 0.0, *data.draw(UNITS)) for j in range(n_columns)]
    coded = code_features(features, columns, missing={0: gaps}, n_threads=1)
    members = cluster_members(labels)
    embedded = embedded_clusters(embedding_of(labels, members.n_clusters), members)
    cluster = int(labels[0])
    found = explain_cluster(coded, members, cluster, embedded)
    json.dumps(found.to_dict(), allow_nan=False)
    rule = found.contrast.rule
    if rule is not None:
        assert 0 < rule.n_selected_inside <= min(rule.n_selected, rule.n_inside)
        assert rule.n_rows == n_rows
    for each in found.contrast.columns:
        shown = sum(each.curves.inside) + sum(each.curves.inside_beyond)
        assert shown == each.effect.inside_count == found.size - each.effect.inside_missing
    json.dumps(explain_row(coded, members, n_rows - 1, embedded).to_dict(), allow_nan=False)
    if n_rows > 1:
        json.dumps(compare_rows(coded, np.array([0])).to_dict(), allow_nan=False)


@pytest.mark.parametrize("n_values", [2, 3, 400])
def test_values_as_large_as_they_can_be(n_values):
    largest = float(np.finfo(np.float32).max)
    features = np.repeat(np.linspace(-largest, largest, n_values).astype(np.float32), 10)[:, None]
    labels = (features[:, 0] > 0).astype(np.uint16)
    coded = code_features(features, [FeatureColumn("c", 0, 0, 0.0, 0.0, 1.0)], n_threads=1)
    found = explain_cluster(coded, cluster_members(labels), 0)
    assert (found.contrast.rule.precision, found.contrast.rule.recall) == (1.0, 1.0)
    json.dumps(found.to_dict(), allow_nan=False)


@pytest.mark.parametrize("n_clusters", [2, 60])
def test_many_clusters_and_columns(n_clusters):
    rng = np.random.default_rng(0)
    labels = rng.integers(n_clusters, size=3_000).astype(np.uint16)
    features = (rng.normal(size=(n_clusters, 100))[labels] * 3 + rng.normal(size=(3_000, 100))).astype(
        np.float32
    )
    coded = code_features(features, [FeatureColumn(f"c{j}", 0, 0, 0.0, 0.0, 1.0) for j in range(100)])
    members = cluster_members(labels)
    for cluster in (0, n_clusters - 1):
        found = explain_cluster(coded, members, cluster)
        assert found.contrast.rule.precision > 0.9
