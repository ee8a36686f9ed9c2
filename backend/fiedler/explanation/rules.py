"""A short rule for a set of rows: conditions on one or two columns, its precision and recall over all rows.

Every edge of every column is tried alone, every interval of the leading columns, every pair of edges of two
of them (on a coarser grid and a fixed sample first, then edge by edge on all rows), and the missing ends of
ranges. The best is then moved to the best of all values between the neighbouring edges. What is maximised
is F1, the harmonic mean of precision and recall.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fiedler.explanation.code_kernels import count_pairs
from fiedler.explanation.codes import CodedFeatures
from fiedler.explanation.conditions import Condition, condition, met
from fiedler.explanation.cuts import Cut, CutSearch, f1
from fiedler.explanation.numbers import percent

# Columns of largest separation whose intervals and pairs are tried.
PAIRED_COLUMNS = 5
# Two columns with a range each.
MOST_CUTS = 4
# A further threshold must raise F1 by this much to be worth reading.
ADDED_CUT_GAIN = 0.02
# A rule must beat "all rows" by this much to say anything.
_LEAST_GAIN = 0.02
# Rows of each side that pairs of columns are first counted on; every n-th of more.
_PAIRED_ROWS = 100_000
_SHIFT = 2
# The coarse level of missing cells is the last; edges end before it.
_LEVELS = 64


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions that describe the rows inside a set, and how well.

    Attributes
    ----------
    conditions : tuple of Condition
        One or two, each a threshold or a range of one column; all must hold.
    precision : float
        Share of the selected rows that lie inside.
    recall : float
        Share of the rows inside that are selected.
    f1 : float
        Harmonic mean of both.
    n_selected, n_selected_inside, n_inside, n_rows : int
        Rows the rule selects, those of them inside, all rows inside, all rows compared: exact counts.
    """

    conditions: tuple[Condition, ...]
    precision: float
    recall: float
    f1: float
    n_selected: int
    n_selected_inside: int
    n_inside: int
    n_rows: int

    @property
    def text(self) -> str:
        """The rule as it is read, such as ``age > 42 and income ≤ 1800``."""
        return " and ".join(each.text for each in self.conditions)

    def __str__(self) -> str:
        return f"{self.text} (precision {percent(self.precision)}, recall {percent(self.recall)})"

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary, with the ``text``."""
        figures = {name: getattr(self, name) for name in self.__slots__ if name != "conditions"}
        return {"conditions": [each.to_dict() for each in self.conditions], **figures, "text": self.text}


def find_rule(
    coded: CodedFeatures, search: CutSearch, leading: Sequence[int], sides: NDArray[np.uint8]
) -> Rule | None:
    """Return the best rule found, or None when none says more than "all rows".

    Parameters
    ----------
    coded : CodedFeatures
    search : CutSearch
        The rows that candidates are counted on: all, or a sample.
    leading : sequence of int
        Columns by descending separation.
    sides : (n,) uint8
        Of all rows: 1 inside, 0 outside, 2 not compared. Precision, recall and counts are of these.
    """
    columns = np.array(leading[:PAIRED_COLUMNS], dtype=np.int64)
    best = [search.best_single()]
    doubles = [_best_interval(search, columns)]
    if len(columns) > 1:
        doubles.append(search.refined(_best_pair(search, columns)))
    double = max(doubles, key=search.score)
    if search.score(double) > search.score(best) + ADDED_CUT_GAIN:
        best = double
        while len(best) < MOST_CUTS:
            grown = search.best_addition(best, leading[:PAIRED_COLUMNS])
            if search.score(grown) <= search.score(best) + ADDED_CUT_GAIN:
                break
            best = search.refined(grown)
    rule = _measured(coded, search, best, sides)
    if rule is None or rule.f1 < 2 * rule.n_inside / (rule.n_inside + rule.n_rows) + _LEAST_GAIN:
        return None
    return rule


def _measured(
    coded: CodedFeatures, search: CutSearch, cuts: list[Cut], sides: NDArray[np.uint8]
) -> Rule | None:
    """Return the rule of these cuts once moved to the best values; None when they select all or nothing."""
    gaps = {
        (cut.column, cut.above): search.between_values(coded, cuts, position)
        for position, cut in enumerate(cuts)
    }
    ranges = {cut.column: (gaps.get((cut.column, True)), gaps.get((cut.column, False))) for cut in cuts}
    conditions = tuple(
        condition(coded, column, low, high) for column, (low, high) in ranges.items() if low or high
    )
    if not conditions:
        return None
    selected = met(coded, conditions)
    n_selected_inside = int(np.count_nonzero(selected & (sides == 1)))
    n_selected = n_selected_inside + int(np.count_nonzero(selected & (sides == 0)))
    if not n_selected_inside:
        return None
    n_inside = int(np.count_nonzero(sides == 1))
    return Rule(
        conditions,
        precision=n_selected_inside / n_selected,
        recall=n_selected_inside / n_inside,
        f1=2 * n_selected_inside / (n_selected + n_inside),
        n_selected=n_selected,
        n_selected_inside=n_selected_inside,
        n_inside=n_inside,
        n_rows=n_inside + int(np.count_nonzero(sides == 0)),
    )


def _best_interval(search: CutSearch, columns: NDArray[np.int64]) -> list[Cut]:
    """Return the two cuts of the best interval ``a < x <= b`` of one of the columns."""
    best, found = -1.0, [Cut(int(columns[0]), True, 0)]
    for column in columns:
        inside, outside = search.counts[:, column, :-1]
        reached, reached_outside = np.cumsum(inside), np.cumsum(outside)
        hits = reached[None, :] - reached[:, None]
        selected = hits + reached_outside[None, :] - reached_outside[:, None]
        # Below the diagonal the ends are crossed.
        scores = np.triu(f1(hits, np.maximum(selected, 0), search.n_inside), 1)
        low, high = np.unravel_index(int(np.argmax(scores)), scores.shape)
        if scores[low, high] > best:
            best = float(scores[low, high])
            found = [Cut(int(column), True, int(low)), Cut(int(column), False, int(high))]
    return found


def _best_pair(search: CutSearch, columns: NDArray[np.int64]) -> list[Cut]:
    """Return the two cuts of two columns that are best on the coarse grid, in any of four directions."""
    n_pairs = len(columns) * (len(columns) - 1) // 2
    tables = np.zeros((n_pairs, 2, _LEVELS, _LEVELS), np.int64)
    sizes = np.bincount(search.sides, minlength=2)[:2]
    strides = np.maximum(sizes // _PAIRED_ROWS, 1)
    count_pairs(search.codes, columns, search.sides, _SHIFT, strides, tables)
    weights = search.weights * strides
    weighted = tables[:, :, :-1, :-1] * weights[None, :, None, None]
    best, place = -1.0, (0, False, False, 0, 0)
    for flip_a in (False, True):
        for flip_b in (False, True):
            turned = weighted[:, :, :: 1 if flip_a else -1, :: 1 if flip_b else -1]
            # Entry (u, v): rows among the first u + 1 levels of one and v + 1 of the other.
            reached = turned.cumsum(axis=2).cumsum(axis=3)
            hits = reached[:, 1]
            scores = f1(hits, hits + reached[:, 0], search.n_inside)[:, :-1, :-1]
            pair, u, v = np.unravel_index(int(np.argmax(scores)), scores.shape)
            if scores[pair, u, v] > best:
                best, place = float(scores[pair, u, v]), (int(pair), flip_a, flip_b, int(u), int(v))
    first, second = np.triu_indices(len(columns), 1)
    return [
        _coarse_cut(int(columns[first[place[0]]]), place[1], place[3]),
        _coarse_cut(int(columns[second[place[0]]]), place[2], place[4]),
    ]


def _coarse_cut(column: int, upwards: bool, level: int) -> Cut:
    """Return the cut that keeps the first ``level + 1`` coarse levels, counted upwards or downwards."""
    if upwards:
        return Cut(column, False, (level + 1 << _SHIFT) - 1)
    return Cut(column, True, (_LEVELS - 2 - level << _SHIFT) - 1)
