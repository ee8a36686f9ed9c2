"""Conductance by hand, and where it is not defined."""

import numpy as np
from scipy import sparse

from fiedler.conductance import conductances


def test_conductance_is_the_share_of_links_that_leave():
    """Two triangles of weight 1 joined by a link of .5: volumes 6.5, cut .5."""
    triangle = np.ones((3, 3)) - np.eye(3)
    affinity = np.block([[triangle, np.zeros((3, 3))], [np.zeros((3, 3)), triangle]])
    affinity[2, 3] = affinity[3, 2] = 0.5
    graph = sparse.csr_array(affinity)
    np.testing.assert_allclose(conductances(graph, np.array([0, 0, 0, 1, 1, 1])), [0.5 / 6.5] * 2)
    # One vertex against the rest: its links all leave.
    np.testing.assert_allclose(conductances(graph, np.array([1, 0, 0, 0, 0, 0])), [1.0, 1.0])


def test_one_cluster_and_no_links_have_conductance_zero():
    graph = sparse.csr_array(np.ones((3, 3)))
    np.testing.assert_array_equal(conductances(graph, np.zeros(3, int)), [0])
    np.testing.assert_array_equal(conductances(sparse.csr_array((2, 2)), np.array([0, 1])), [0, 0])
