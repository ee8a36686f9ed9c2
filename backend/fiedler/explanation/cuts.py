"""Cuts between codes: how many rows each selects, and where between two values the best one lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fiedler.explanation.code_kernels import MISSING, count_codes, count_jointly
from fiedler.explanation.coded_columns import CodedColumn
from fiedler.explanation.codes import CodedFeatures
from fiedler.explanation.numbers import exact, simplest_between

# F1 given up at most for a threshold of fewer digits.
ROUNDING_LOSS = 0.002
_ROUNDS = 3
# Rows between two neighbouring edges are sorted up to this many; more share a value or two.
_MOST_SORTED = 60_000


class Cut(NamedTuple):
    """Codes above ``code``, or up to and including it, of one column."""

    column: int
    above: bool
    code: int

    @property
    def range(self) -> tuple[int, int]:
        """The codes kept, first and last."""
        return (self.code + 1, MISSING - 1) if self.above else (0, self.code)


def common_range(cuts: Sequence[Cut]) -> tuple[int, int]:
    """Return the first and the last code that all cuts, of one column, keep."""
    lowest = max((cut.range[0] for cut in cuts), default=0)
    highest = min((cut.range[1] for cut in cuts), default=MISSING - 1)
    return lowest, highest


def f1(hits: NDArray[np.float64], selected: NDArray[np.float64], n_inside: float) -> NDArray[np.float64]:
    """Return the harmonic mean of precision and recall: ``2 hits / (selected + n_inside)``."""
    scores: NDArray[np.float64] = 2 * hits / (selected + n_inside)
    return scores


@dataclass(frozen=True)
class CutSearch:
    """Rows that cuts are compared on.

    Attributes
    ----------
    codes : (d, m) uint8
    sides : (m,) uint8
        1 inside, 0 outside, 2 not compared.
    rows : (m,) int64 or None
        Their row numbers; None: all rows in order.
    weights : (2,) float64
        Rows of the table that a row outside and one inside stand for.
    """

    codes: NDArray[np.uint8]
    sides: NDArray[np.uint8]
    rows: NDArray[np.int64] | None
    weights: NDArray[np.float64]

    @cached_property
    def counts(self) -> NDArray[np.float64]:
        """(2, d, 256) weighted rows by code: inside first, then outside."""
        counted = np.zeros((2, len(self.codes), 256), np.int64)
        count_codes(self.codes, self.sides, counted)
        weighted: NDArray[np.float64] = (counted * self.weights[:, None, None])[::-1]
        return weighted

    @cached_property
    def n_inside(self) -> float:
        """Weighted rows inside, those with missing cells too."""
        return float(self.counts[0, 0].sum())

    @cached_property
    def _joint(self) -> dict[tuple[int, int], NDArray[np.int32]]:
        return {}

    def _joint_counts(self, column: int, other: int) -> NDArray[np.int32]:
        """Return (2, 256, 256) rows by the codes of two columns, inside first; counted once."""
        if (other, column) in self._joint:
            return self._joint[other, column].transpose(0, 2, 1)
        if (column, other) not in self._joint:
            counts = np.zeros((3, 256, 256), np.int32)
            count_jointly(self.codes, column, other, self.sides, counts)
            self._joint[column, other] = counts[1::-1]
        return self._joint[column, other]

    def best_single(self) -> Cut:
        """Return the best cut of all columns, edges and directions."""
        reached = np.cumsum(self.counts[:, :, :-1], axis=2)
        upper = reached[:, :, -1:] - reached
        kept = np.stack([reached, upper])
        scores = f1(kept[:, 0], kept.sum(axis=1), self.n_inside)
        # The last edge keeps all rows or none.
        above, column, code = np.unravel_index(int(np.argmax(scores[:, :, :-1])), scores[:, :, :-1].shape)
        return Cut(int(column), bool(above), int(code))

    def score(self, cuts: list[Cut]) -> float:
        """Return F1 of the rows that all cuts keep."""
        return float(self._scores(cuts, 0)[cuts[0].code])

    def refined(self, cuts: list[Cut]) -> list[Cut]:
        """Return the cuts, each moved to its best edge given the others, until none moves."""
        cuts = list(cuts)
        for _ in range(_ROUNDS if len(cuts) > 1 else 0):
            before = list(cuts)
            for position, cut in enumerate(cuts):
                scores = self._scores(cuts, position)
                code = int(np.argmax(scores))
                if scores[code] > scores[cut.code]:
                    cuts[position] = cut._replace(code=code)
            if cuts == before:
                break
        return cuts

    def best_addition(self, cuts: list[Cut], columns: Sequence[int]) -> list[Cut]:
        """Return the cuts with the best one added, of their own columns or, while these are one, of others.

        The same cuts when there is nothing to add.
        """
        used = {cut.column for cut in cuts}
        allowed = sorted(used) if len(used) > 1 else [*used, *(each for each in columns if each not in used)]
        best, found = -1.0, cuts
        for column in allowed:
            for above in (False, True):
                if any(cut.column == column and cut.above == above for cut in cuts):
                    continue
                grown = [*cuts, Cut(int(column), above, 0)]
                scores = self._scores(grown, len(cuts))
                code = int(np.argmax(scores))
                if scores[code] > best:
                    best, found = float(scores[code]), [*cuts, Cut(int(column), above, code)]
        return found

    def _scores(self, cuts: list[Cut], position: int) -> NDArray[np.float64]:
        """Return (255,) F1 for every edge of one cut, given the others."""
        inside, outside = self._counts_given(cuts, position)
        hits, others = np.cumsum(inside[:-1]), np.cumsum(outside[:-1])
        if cuts[position].above:
            hits, others = hits[-1] - hits, others[-1] - others
        return f1(hits, hits + others, self.n_inside)

    def between_values(
        self, coded: CodedFeatures, cuts: list[Cut], position: int
    ) -> tuple[float, float] | None:
        """Return the two neighbouring feature values between which a cut is best, given the others.

        All values of the codes on both sides of the edge are tried; among equally good places the widest gap
        is taken. None when the cut selects all rows that the others select, or none of them.
        """
        cut = cuts[position]
        inside, outside = self._counts_given(cuts, position)
        held = np.flatnonzero((inside + outside)[:-1])
        split = int(np.searchsorted(held, cut.code, side="right"))
        if split in (0, held.size):
            return None
        lower, upper = int(held[split - 1]), int(held[split])
        codes = self.codes[cut.column]
        window = (codes == lower) | (codes == upper)
        for other in self._others(cuts, position):
            first, last = other.range
            window &= (self.codes[other.column] >= first) & (self.codes[other.column] <= last)
        window &= self.sides < 2
        places = np.flatnonzero(window)
        values = coded.column_values(cut.column, places if self.rows is None else self.rows[places])
        if places.size > _MOST_SORTED:
            above = codes[places] == upper
            return float(values[~above].max()), float(values[above].min())
        kept = slice(upper + 1, -1) if cut.above else slice(0, lower)
        base = float(inside[kept].sum()), float(outside[kept].sum())
        return self._best_gap(values, self.sides[places], base, cut.above, coded.columns[cut.column])

    def _best_gap(
        self,
        values: NDArray[np.float32],
        sides: NDArray[np.uint8],
        base: tuple[float, float],
        above: bool,
        column: CodedColumn,
    ) -> tuple[float, float]:
        order = np.argsort(values, kind="stable")
        values, sides = values[order], sides[order]
        weights = np.where(sides == 1, self.weights[1], self.weights[0])
        hits, reached = np.cumsum(weights * (sides == 1)), np.cumsum(weights)
        if above:
            hits, reached = hits[-1] - hits, reached[-1] - reached
        scores = f1(base[0] + hits, sum(base) + reached, self.n_inside)
        # The difference of two float32 may exceed float32.
        gaps = np.append(np.diff(values.astype(np.float64)), 0.0)
        scores[gaps <= 0] = -1.0
        best = np.flatnonzero(scores >= scores.max() - 1e-12)
        place = int(best[np.argmax(gaps[best])])
        round_place = _rounder_place(values, scores, place, column)
        return float(values[round_place]), float(values[round_place + 1])

    def _others(self, cuts: list[Cut], position: int) -> list[Cut]:
        return [other for index, other in enumerate(cuts) if index != position]

    def _counts_given(
        self, cuts: list[Cut], position: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the (256,) weighted counts inside and outside of one cut's column, given the others.

        All cuts together are of two columns at most.
        """
        column = cuts[position].column
        others = self._others(cuts, position)
        inside, outside = self.counts[0, column], self.counts[1, column]
        elsewhere = [other for other in others if other.column != column]
        if elsewhere:
            lowest, highest = common_range(elsewhere)
            joint = self._joint_counts(column, elsewhere[0].column)
            inside, outside = joint[:, :, lowest : highest + 1].sum(axis=2) * self.weights[:, None][::-1]
        lowest, highest = common_range([other for other in others if other.column == column])
        kept = np.zeros(256)
        kept[lowest : highest + 1] = 1.0
        return inside * kept, outside * kept


def _rounder_place(
    values: NDArray[np.float32],
    scores: NDArray[np.float64],
    place: int,
    column: CodedColumn,
) -> int:
    """Return a gap around ``place``, hardly worse, that holds a number of fewer digits, else ``place``."""
    good = (scores >= scores[place] - ROUNDING_LOSS) | (scores < 0)
    bad = np.flatnonzero(~good)
    after = int(np.searchsorted(bad, place))
    first = int(bad[after - 1]) + 1 if after else 0
    last = int(bad[after]) - 1 if after < bad.size else len(values) - 2
    units = values[first : last + 2].astype(np.float64) * column.column.scale + column.column.center
    low, high = float(units[0]), float(units[-1])
    number = simplest_between(low, high)
    own = simplest_between(float(units[place - first]), float(units[place - first + 1]))
    if not low < number < high or len(exact(number)) >= len(exact(own)):
        return place
    return first + int(np.searchsorted(units, number, side="right")) - 1


def search_rows(
    coded: CodedFeatures, sides: NDArray[np.uint8], sample: tuple[NDArray[np.int64], NDArray[np.int64]] | None
) -> CutSearch:
    """Return the search over all rows, or over sampled rows (inside, outside) of them.

    Parameters
    ----------
    coded : CodedFeatures
    sides : (n,) uint8
        1 inside, 0 outside, 2 not compared.
    sample : pair of (s,) int64, optional
        Rows inside and rows outside that stand for all; None when all rows are coded.
    """
    if sample is None:
        return CutSearch(coded.codes, sides, None, np.ones(2))
    inside, outside = sample
    rows = np.concatenate([outside, inside])
    totals = np.bincount(sides, minlength=3)[:2]
    sizes = np.array([outside.size, inside.size])
    return CutSearch(
        codes=coded.code(rows),
        sides=sides[rows],
        rows=rows,
        weights=totals / np.maximum(sizes, 1),
    )
