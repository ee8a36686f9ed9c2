import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import adjusted_rand_score

from fiedler.trees.genie import genie_labels
from fiedler.trees.spanning import SpanningTree, mutual_reachability_tree


def reference_labels(tree: SpanningTree, n_clusters: int, threshold: float, row_counts=None) -> list[int]:
    """Genie word for word from the paper, quadratic."""
    label = list(range(tree.n_samples))
    weights = [1] * tree.n_samples if row_counts is None else row_counts.tolist()
    edges = tree.edges.tolist()
    while len(set(label)) > n_clusters:
        sizes = dict.fromkeys(label, 0)
        for own, weight in zip(label, weights, strict=True):
            sizes[own] += weight
        values = list(sizes.values())
        spread = sum(abs(a - b) for i, a in enumerate(values) for b in values[:i])
        gini = spread / ((len(values) - 1) * sum(values))
        allowed = edges
        if gini > threshold:
            smallest = min(values)
            allowed = [e for e in edges if smallest in (sizes[label[e[0]]], sizes[label[e[1]]])]
        first, second = allowed[0]
        edges.remove([first, second])
        old, new = label[second], label[first]
        label = [new if value == old else value for value in label]
    return label


@pytest.mark.parametrize("threshold", [0.0, 0.1, 0.3, 0.7, 1.0])
@pytest.mark.parametrize("n_clusters", [1, 2, 5, 30])
def test_it_merges_as_the_paper_says(threshold, n_clusters):
    points = np.random.default_rng(n_clusters).standard_normal((90, 2)) ** 3
    tree = mutual_reachability_tree(points)
    found = genie_labels(tree, n_clusters, gini_threshold=threshold)
    assert len(set(found.tolist())) == n_clusters
    assert adjusted_rand_score(reference_labels(tree, n_clusters, threshold), found) == 1


@pytest.mark.parametrize("n_clusters", [1, 3, 20])
def test_a_vertex_counts_for_the_rows_it_stands_for(n_clusters):
    generator = np.random.default_rng(n_clusters)
    tree = mutual_reachability_tree(generator.standard_normal((80, 2)))
    row_counts = generator.integers(1, 30, 80)
    found = genie_labels(tree, n_clusters, row_counts=row_counts)
    assert adjusted_rand_score(reference_labels(tree, n_clusters, 0.3, row_counts), found) == 1


def test_a_threshold_of_one_is_single_linkage():
    points = np.random.default_rng(1).standard_normal((200, 3))
    found = genie_labels(mutual_reachability_tree(points), 7, gini_threshold=1.0)
    single = AgglomerativeClustering(7, linkage="single").fit_predict(points)
    assert adjusted_rand_score(single, found) == 1


def test_an_outlier_does_not_cost_a_cluster():
    generator = np.random.default_rng(0)
    points = np.vstack([generator.normal(0, 1, (50, 2)), generator.normal(12, 1, (50, 2)), [[40.0, 40.0]]])
    labels = genie_labels(mutual_reachability_tree(points), 2)
    assert np.array_equal(labels[:100], np.repeat([0, 1], 50))


@pytest.mark.parametrize("n_clusters", [0, 4])
def test_an_impossible_number_of_clusters_is_refused(n_clusters):
    tree = mutual_reachability_tree(np.arange(3.0)[:, None])
    with pytest.raises(ValueError, match="between 1 and the rows"):
        genie_labels(tree, n_clusters)
