import numpy as np
import pytest
from sklearn.cluster import KMeans

from fiedler.consensus.kmeans import kmeans_labels


@pytest.mark.parametrize(("n_rows", "n_columns", "n_clusters"), [(600, 3, 8), (5000, 3, 8), (1500, 12, 40)])
def test_means_are_followed_until_they_rest(n_rows, n_columns, n_clusters):
    """Rows without clusters need many steps, and each lowers the inertia."""
    points = np.random.default_rng(0).random((n_rows, n_columns))
    labels = kmeans_labels(points, n_clusters, 0)
    means = np.array([points[labels == cluster].mean(axis=0) for cluster in range(n_clusters)])
    inertia = ((points - means[labels]) ** 2).sum()
    reference = KMeans(n_clusters, n_init=10, random_state=0).fit(points)
    assert inertia < 1.02 * reference.inertia_
    nearest = ((points[:, None] - means) ** 2).sum(axis=2).argmin(axis=1)
    assert np.mean(nearest == labels) > 0.99
