import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture

from fiedler.consensus.mixture import gated_mixture
from fiedler.consensus.mixture_models import fit_mixture


def two_normals(n_features: int, distance: float, n_rows: int = 600) -> tuple[np.ndarray, np.ndarray]:
    truth = np.repeat([0, 1], n_rows)
    points = np.random.default_rng(4).standard_normal((2 * n_rows, n_features))
    points[truth == 1, 0] += distance
    return points, truth.astype(np.int32)


@pytest.mark.parametrize(
    ("kind", "theirs"),
    [("full", "full"), ("tied", "tied"), ("diagonal", "diag"), ("spherical", "spherical")],
)
def test_em_reaches_the_likelihood_of_scikit_learn(kind, theirs):
    points, truth = two_normals(3, 5.0)
    ours = fit_mixture(points, truth, kind)
    reference = GaussianMixture(2, covariance_type=theirs, reg_covar=1e-3, random_state=0).fit(points)
    assert ours.log_likelihood == pytest.approx(reference.score(points), abs=5e-3)
    assert adjusted_rand_score(ours.labels, reference.predict(points)) > 0.98


def test_the_radial_model_fits_heavy_tails_that_normals_do_not():
    generator = np.random.default_rng(0)
    direction = generator.standard_normal((2000, 8))
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    truth = np.repeat([0, 1], 1000)
    points = direction * np.abs(generator.standard_normal((2000, 1))) * 3 + 1.5 * truth[:, None]
    start = np.where(generator.random(2000) < 0.2, 1 - truth, truth)
    radial, spherical = fit_mixture(points, start, "radial"), fit_mixture(points, start, "spherical")
    assert radial.criterion > spherical.criterion + 0.5
    nearest = ((points - 1.5) ** 2).sum(axis=1) < (points**2).sum(axis=1)
    assert adjusted_rand_score(nearest, radial.labels) > 0.95


def test_overlapping_normals_are_accepted():
    points, truth = two_normals(2, 3.0)
    start = (points[:, 0] + points[:, 1] > 1.5).astype(np.int32)
    gated = gated_mixture(points, [start], 2, 0)
    assert gated.verdict.accepted
    assert adjusted_rand_score(truth, gated.labels) > adjusted_rand_score(truth, start) + 0.1


def test_rings_are_refused():
    generator = np.random.default_rng(0)
    angle = generator.random(1000) * 2 * np.pi
    radius = np.repeat([1.0, 3.0], 500) + generator.normal(0, 0.1, 1000)
    points = np.c_[radius * np.cos(angle), radius * np.sin(angle)]
    start = np.repeat([0, 1], 500).astype(np.int32)
    gated = gated_mixture(points, [start], 2, 0)
    assert not gated.verdict.accepted
    assert gated.labels is None
    assert gated.verdict.reason


def test_clusters_that_are_groups_of_clusters_are_refused():
    generator = np.random.default_rng(0)
    points = np.vstack([generator.normal(c, 0.3, (200, 20)) for c in (0, 3, 20, 23)])
    gated = gated_mixture(points, [np.repeat([0, 1], 400).astype(np.int32)], 2, 0)
    assert not gated.verdict.accepted
    assert gated.verdict.split_gain > 0


def test_few_rows_and_unfit_starts_are_passed_over():
    points = np.random.default_rng(0).standard_normal((15, 2))
    assert not gated_mixture(points, [np.arange(15, dtype=np.int32) % 2], 2, 0).verdict.accepted
    points, truth = two_normals(2, 3.0)
    assert not gated_mixture(points, [truth * 0], 2, 0).verdict.accepted
