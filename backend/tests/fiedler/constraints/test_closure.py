"""What follows from constraints, and what contradicts."""

import json

import numpy as np
import pytest

from fiedler.constraints.closure import close
from fiedler.constraints.constraint_set import Constraints
from fiedler.constraints.errors import ConstraintError, ContradictoryConstraintsError


def test_must_links_are_transitive_and_groups_numbered_by_first_row():
    closed = close(Constraints(must_link=((9, 4), (4, 7), (1, 2, 3))), 10)
    assert closed.rows.tolist() == [1, 2, 3, 4, 7, 9]
    assert closed.groups.tolist() == [0, 0, 0, 1, 1, 1]


def test_cannot_links_hold_between_whole_groups():
    closed = close(Constraints(must_link=((1, 2), (3, 4)), cannot_link=(((2,), (4,)), ((1,), (3,)))), 5)
    assert closed.apart.tolist() == [[0, 1]]


def test_sides_are_multiplied_out_and_not_linked_within():
    closed = close(Constraints(cannot_link=(((0, 1), (5, 6, 7)),)), 8)
    assert closed.n_groups == 5
    assert len(closed.apart) == 6


def test_classes_are_groups_apart_from_each_other():
    closed = close(Constraints(labelled_rows=((5, "a"), (1, "b"), (8, "a"), (3, 7))), 9)
    assert closed.class_groups["a"] == closed.groups[closed.rows == 8][0]
    assert len(closed.apart) == 3
    assert len(set(closed.class_groups.values())) == 3


def test_a_contradiction_names_the_shortest_chain_of_rows():
    constraints = Constraints(
        must_link=((1, 2), (2, 3, 8), (8, 4), (1, 9), (9, 10)), cannot_link=(((4,), (1,)),)
    )
    with pytest.raises(ContradictoryConstraintsError) as raised:
        close(constraints, 20)
    assert raised.value.rows == (4, 8, 2, 1)
    assert "row 4 = row 8 (must-link 3) = row 2 (must-link 2) = row 1 (must-link 1)" in str(raised.value)


def test_classes_joined_by_a_must_link_contradict():
    constraints = Constraints(must_link=((2, 3),), labelled_rows=((1, "x"), (2, "x"), (3, "y")))
    with pytest.raises(ContradictoryConstraintsError, match="class 'x'") as raised:
        close(constraints, 5)
    assert set(raised.value.rows) == {1, 2, 3}


@pytest.mark.parametrize(
    ("constraints", "message"),
    [
        (Constraints(labelled_rows=((3, "x"), (3, "y"))), "row 3 is given class 'x' and class 'y'"),
        (Constraints(cannot_link=(((3, 4), (5, 3)),)), "row 3 is to be apart from itself"),
    ],
)
def test_a_row_may_not_contradict_itself(constraints, message):
    with pytest.raises(ContradictoryConstraintsError, match=message):
        close(constraints, 9)


def test_rows_beyond_the_table_are_refused():
    with pytest.raises(ConstraintError, match="names row 12; the table has rows 0 to 9"):
        close(Constraints(must_link=((1, 12),)), 10)


@pytest.mark.parametrize(
    "values",
    [
        {"must_link": [[4]]},
        {"must_link": [[4, 4]]},
        {"must_link": [["4", "5"]]},
        {"must_link": [[True, 2]]},
        {"must_link": [3]},
        {"must_link": [[-1, 2]]},
        {"cannot_link": [[[], [2]]]},
        {"cannot_link": [[1, 2, 3]]},
        {"labelled_rows": [[1, None]]},
        {"labelled_rows": [[1]]},
        {"must_links": []},
    ],
)
def test_malformed_constraints_are_refused(values):
    with pytest.raises(ConstraintError):
        Constraints.from_dict(values)


def test_constraints_survive_json():
    constraints = Constraints(((1, 2, 3),), (((4,), (5, 6)),), ((7, "a"), (8, 2)))
    assert Constraints.from_dict(json.loads(json.dumps(constraints.to_dict()))) == constraints
    assert Constraints.from_dict({"cannot_link": [[4, [5, 6]]]}).cannot_link == (((4,), (5, 6)),)


def test_too_many_pairs_are_refused_with_a_way_out():
    sides = (tuple(range(1_500)), tuple(range(1_500, 3_000)))
    with pytest.raises(ConstraintError, match="2,250,000 pairs"):
        close(Constraints(cannot_link=(sides,)), 3_000)


def test_closure_does_not_depend_on_the_order_of_statements():
    rng = np.random.default_rng(3)
    pairs = [tuple(map(int, rng.choice(40, 2, replace=False))) for _ in range(12)]
    first = close(Constraints(must_link=tuple(pairs)), 40)
    second = close(Constraints(must_link=tuple(pair[::-1] for pair in reversed(pairs))), 40)
    assert np.array_equal(first.groups, second.groups)
