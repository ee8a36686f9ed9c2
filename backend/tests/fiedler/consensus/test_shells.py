import numpy as np
import pytest
from scipy.integrate import quad
from sklearn.metrics import adjusted_rand_score

from fiedler.consensus import consensus_partition
from fiedler.consensus.mixture_models import fit_mixture
from fiedler.consensus.shells import _log_volume, fit_shells


def rings(centers, radii, width: float, n_rows: int = 400) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    truth = np.repeat(np.arange(len(radii)), n_rows).astype(np.int32)
    direction = generator.standard_normal((len(truth), len(centers[0])))
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    distance = np.array(radii)[truth] + width * generator.standard_normal(len(truth))
    return np.array(centers)[truth] + distance[:, None] * direction, truth


@pytest.mark.parametrize("n_features", [2, 3])
@pytest.mark.parametrize("radius", [0.0, 0.7, 5.0])
def test_the_volume_of_a_shell_is_its_integral(n_features, radius):
    surface = {2: 2 * np.pi, 3: 4 * np.pi}[n_features]
    integral, _ = quad(lambda r: surface * r ** (n_features - 1) * np.exp(-0.5 * (r - radius) ** 2), 0, 40)
    assert _log_volume(np.array([radius]), n_features)[0] == pytest.approx(np.log(integral), rel=1e-8)


def test_a_shell_of_no_radius_is_a_spherical_normal():
    truth = np.repeat([0, 1], 500)
    points = np.random.default_rng(1).standard_normal((1000, 2)) + 6 * truth[:, None]
    shells, normals = fit_shells(points, truth, 0, search=False), fit_mixture(points, truth, "spherical")
    assert shells.log_likelihood == pytest.approx(normals.log_likelihood, abs=0.01)
    assert np.array_equal(shells.labels, normals.labels)


@pytest.mark.parametrize("centers", [[(0, 0), (1.2, 0), (2.4, 0.3)], [(0, 0, 0), (1.2, 0, 0), (0, 1.3, 0)]])
def test_rings_that_cross_are_found_from_any_partition(centers):
    points, truth = rings(centers, [1.0, 1.0, 1.0], 0.05)
    halves = (points[:, 0] > np.median(points[:, 0])).astype(np.int32) + (points[:, 1] > 0)
    assert adjusted_rand_score(truth, fit_shells(points, halves, 0).labels) > 0.75


def test_broad_rings_that_cross_are_told_apart_by_the_consensus():
    points, truth = rings([(0, 0), (1.2, 0), (2.4, 0.3)], [1.0, 1.0, 1.0], 0.09)
    result = consensus_partition(points, 3)
    assert result.mixture.kind == "shells"
    assert adjusted_rand_score(truth, result.labels) > 0.6
    graphs = [adjusted_rand_score(truth, view.labels) for view in result.views if view.family == "features"]
    assert max(graphs) < 0.5


def test_gaps_that_part_clusters_leave_no_room_for_rings():
    points, truth = rings([(0, 0), (0, 0), (3, 0)], [1.0, 0.2, 0.4], 0.02)
    result = consensus_partition(points, 3)
    assert result.mixture.kind != "shells"
    assert adjusted_rand_score(truth, result.labels) == 1
