import numpy as np

from fiedler.consensus.choice import choose


def blocks(*sizes: int, across: float = 0.0) -> np.ndarray:
    """Agreement of groups of views: 1 inside a group, ``across`` between them."""
    group = np.repeat(np.arange(len(sizes)), sizes)
    return np.where(group[:, None] == group, 1.0, across)


def test_the_larger_group_wins_and_the_other_is_offered():
    choice = choose(blocks(4, 3), ["features"] * 7, np.ones(7), np.ones(7, bool))
    assert choice.chosen == 0
    assert choice.alternative == 4


def test_a_weak_other_reading_is_not_offered():
    choice = choose(blocks(6, 1), ["features"] * 7, np.ones(7), np.ones(7, bool))
    assert choice.alternative is None


def test_a_small_family_that_agrees_beats_a_large_one_that_does_not():
    agreement = np.full((9, 9), 0.4)
    agreement[6:, 6:] = 1.0
    np.fill_diagonal(agreement, 1.0)
    choice = choose(agreement, ["features"] * 6 + ["curves"] * 3, np.ones(9), np.ones(9, bool))
    assert choice.chosen == 6
    assert choice.supports[6] == 1.0


def test_weights_move_support_to_well_separated_views():
    choice = choose(blocks(3, 2), ["features"] * 5, np.array([0.1, 0.1, 0.1, 1, 1]), np.ones(5, bool))
    assert choice.chosen == 3


def test_a_view_with_too_few_clusters_votes_but_is_not_chosen():
    eligible = np.array([False, False, True, True])
    assert choose(np.ones((4, 4)), ["features"] * 4, np.ones(4), eligible).chosen == 2
