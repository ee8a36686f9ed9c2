"""The similarity learnt from constraints: positive, near the plain one, and obeying."""

import numpy as np
import pytest
from ambiguous_data import embedded, four_blobs

from fiedler.constraints.kernel import (
    constrained_coordinates,
    n_columns_used,
    points_of,
    similarity_terms,
)

N_CLUSTERS = 2


def learnt(constrained_rows, groups, apart):
    rows, corner = four_blobs()
    vectors = embedded(rows).vectors
    n_columns = n_columns_used(N_CLUSTERS, len(constrained_rows), vectors.shape[1])
    points = points_of(vectors, N_CLUSTERS, n_columns)
    terms = similarity_terms(
        points[constrained_rows], np.array(groups), np.array(apart, dtype=np.int64).reshape(-1, 2)
    )
    return points, constrained_coordinates(points, terms, N_CLUSTERS), corner


def corner_rows(corner, count):
    return [np.flatnonzero(corner == number)[:count] for number in range(4)]


def similarity(points, to_coordinates, left, right):
    mapped = points @ to_coordinates
    mapped /= np.linalg.norm(mapped, axis=1, keepdims=True)
    return float((mapped[left] @ mapped[right].T).mean())


@pytest.mark.parametrize("sides", [((0, 1), (2, 3)), ((0, 2), (1, 3))])
def test_either_reading_of_an_ambiguous_table_can_be_asked_for(sides):
    (a, b), (c, d) = sides
    first = corner_rows(four_blobs()[1], 1)
    named = np.concatenate([first[number] for number in (a, b, c, d)])
    points, to_coordinates, corner = learnt(named, [0, 0, 1, 1], [[0, 1]])
    of = corner_rows(corner, 50)
    assert similarity(points, to_coordinates, of[a], of[b]) > 0.7
    assert similarity(points, to_coordinates, of[c], of[d]) > 0.7
    assert similarity(points, to_coordinates, of[a], of[c]) < 0.5  # rows on borders included


def test_constraints_that_hold_already_change_little():
    corner = four_blobs()[1]
    named = corner_rows(corner, 2)[0]
    points, to_coordinates, _ = learnt(named, [0, 0], [])
    plain = points[:, :N_CLUSTERS] @ points[:, :N_CLUSTERS].T
    mapped = points @ to_coordinates
    assert np.abs(mapped @ mapped.T - plain).mean() < 0.1


def test_the_map_has_as_many_columns_as_clusters():
    points, to_coordinates, _ = learnt(np.array([0, 1]), [0, 1], [[0, 1]])
    assert to_coordinates.shape == (points.shape[1], N_CLUSTERS)


def test_more_rows_named_let_more_eigenvectors_speak():
    assert n_columns_used(3, 2, 40) == 8
    assert n_columns_used(3, 200, 40) == 18
    assert n_columns_used(3, 200, 12) == 12
