import numpy as np
import pytest
from scipy.sparse.csgraph import connected_components

from fiedler.consensus.graphs import affinity_graph, neighborhood, row_normalised_embedding


@pytest.mark.parametrize("scale", ["local", "smoothed"])
def test_graphs_are_symmetric_and_in_one_piece(scale):
    generator = np.random.default_rng(0)
    points = np.vstack([generator.normal(c, 0.1, (40, 2)) for c in (0, 50, 100)] + [[[200.0, 0.0]]])
    affinity = affinity_graph(neighborhood(points, 20, 1), 7, scale, 3)
    assert connected_components(affinity, directed=False)[0] == 1
    assert abs(affinity - affinity.T).max() == 0
    assert affinity.data.min() > 0


def test_bridges_weigh_next_to_nothing():
    generator = np.random.default_rng(0)
    points = np.vstack([generator.normal(c, 0.1, (40, 2)) for c in (0, 50)])
    affinity = affinity_graph(neighborhood(points, 20, 1), 7, "local", 2).toarray()
    assert 0 < affinity[:40, 40:].sum() < 1e-3 * affinity.mean() * affinity.size


def test_embedding_rows_of_far_groups_are_orthogonal():
    generator = np.random.default_rng(0)
    points = np.vstack([generator.normal(c, 0.1, (40, 2)) for c in (0, 50)])
    affinity = affinity_graph(neighborhood(points, 20, 1), 10, "local", 2)
    embedding = row_normalised_embedding(affinity, 2, 2, 0)
    assert np.allclose(np.linalg.norm(embedding, axis=1), 1)
    assert abs(embedding[:40] @ embedding[40:].T).max() < 0.05
