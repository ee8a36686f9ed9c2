"""Explanations of a fitted estimator: in the units and names of what was fitted, for the labels now."""

import json

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.datasets import load_wine

from fiedler import SpectralClustering
from fiedler.errors import InvalidGraphError
from fiedler.explanation.errors import ExplanationError


@pytest.fixture(scope="module")
def wine():
    return load_wine(as_frame=True).data


@pytest.fixture(params=[{}, {"method": "exact"}, {"method": "landmark"}], ids=str)
def model(request, wine):
    return SpectralClustering(3, **request.param).fit(wine)


def test_rules_hold_in_the_units_of_the_table(model, wine):
    for found in model.explain():
        rule = found.contrast.rule
        selected = np.ones(len(wine), bool)
        for condition in rule.conditions:
            values = wine[condition.name].to_numpy()
            selected &= values > (-np.inf if condition.above is None else condition.above)
            selected &= values <= (np.inf if condition.up_to is None else condition.up_to)
        inside = model.labels_ == found.cluster
        assert rule.precision == pytest.approx(inside[selected].mean())
        assert rule.recall == pytest.approx(selected[inside].mean())
        assert rule.f1 > 0.7


def test_columns_are_ranked_by_their_effect(model, wine):
    found = model.explain_cluster(0)
    separations = [column.effect.separation for column in found.contrast.columns]
    assert separations == sorted(separations, reverse=True) or np.diff(separations).max() < 0.01
    leading = found.contrast.columns[0]
    assert leading.name in wine.columns
    inside = wine[leading.name][model.labels_ == 0]
    assert leading.effect.inside_quartiles[1] == pytest.approx(np.median(inside), rel=0.02)


def test_text_names_the_columns_and_figures(model):
    text = str(model.explain_cluster(1))
    assert text == repr(model.explain_cluster(1))
    assert text.startswith(f"Cluster 1: {np.count_nonzero(model.labels_ == 1)} of 178 rows")
    assert "precision" in text
    assert "Nearest is cluster" in text
    assert "holds it there" in str(model.explain_row(3)) or "nearest to it" in str(model.explain_row(3))


def test_everything_can_be_stored_as_json(model):
    answers = [*model.explain(), model.explain_row(0), model.compare(0, 1)]
    for answer in answers:
        assert json.loads(json.dumps(answer.to_dict(), allow_nan=False))["sentence"] == answer.sentence


def test_neighbours_of_a_row_are_the_nearest_ones(model, wine):
    found = model.explain_row(5)
    distances = np.linalg.norm(wine.to_numpy() - wine.to_numpy()[5], axis=1)
    distances[5] = np.inf
    assert [each["row"] for each in found.neighbors] == np.argsort(distances)[:10].tolist()
    assert sum(each["count"] for each in found.held_by) == 10


def test_explanations_follow_corrections(model):
    before = model.explain_cluster(0).size
    model.merge([0, 1])
    assert model.explain_cluster(0).size == np.count_nonzero(model.labels_ == 0) > before
    assert len(model.explain()) == 2
    assert model.undo().explain_cluster(0).size == before


def test_excluded_rows_are_in_no_explanation(model):
    model.exclude([3])
    assert model.explain_cluster(0).n_rows == 177
    with pytest.raises(ExplanationError, match="row 3 is excluded"):
        model.explain_row(3)


def test_two_clusters_are_compared_with_each_other_only(model):
    found = model.compare(2, 0)
    sizes = np.bincount(model.labels_)
    assert (found.n_first, found.n_second) == (sizes[2], sizes[0])
    assert "cluster 0" in found.sentence


def test_another_fit_is_explained_by_its_own_rows(model, wine):
    model.explain()
    model.fit(wine.iloc[:100, :4])
    assert model.explain_cluster(0).n_rows == 100
    assert {column.name for column in model.explain_cluster(0).contrast.columns} <= set(wine.columns[:4])


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.from_pandas], ids=["pandas", "polars"])
def test_frames_give_their_names(wine, frame):
    model = SpectralClustering(3, method="exact").fit(frame(wine))
    assert model.explain_cluster(0).contrast.columns[0].name in wine.columns
    assert np.array_equal(model.predict(frame(wine)), model.labels_)


def test_arrays_have_numbered_columns(wine):
    found = SpectralClustering(3, method="exact").fit(wine.to_numpy()).explain_cluster(0)
    assert {column.name for column in found.contrast.columns} <= {f"x{i}" for i in range(13)}


def test_values_far_from_one_are_told_as_they_are():
    rows = np.random.default_rng(0).normal(size=(200, 2)) * 1e-20
    rows[100:] += 1e-18
    rule = SpectralClustering(2).fit(rows).explain_cluster(0).contrast.rule
    threshold = rule.conditions[0].above or rule.conditions[0].up_to
    assert 5e-20 < threshold < 9.5e-19


def test_what_is_not_there_is_refused(model):
    with pytest.raises(ExplanationError, match="cluster 3 was asked for"):
        model.explain_cluster(3)
    with pytest.raises(ExplanationError, match="row 178"):
        model.explain_row(178)
    graph = SpectralClustering(2, affinity="precomputed").fit(np.ones((6, 6)))
    with pytest.raises(InvalidGraphError, match="explaining clusters needs the features"):
        graph.explain()
