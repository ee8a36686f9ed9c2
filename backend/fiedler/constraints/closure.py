"""What follows from constraints: groups of rows that stay together, and which groups must be apart."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, connected_components

from fiedler.constraints.constraint_set import ClassName, Constraints
from fiedler.constraints.errors import ConstraintError, ContradictoryConstraintsError

# Pairs of rows said to be apart, once sides are multiplied out.
LARGEST_N_PAIRS = 1_000_000


@dataclass(frozen=True, slots=True)
class ConstrainedGroups:
    """Rows named by constraints, in the groups that must-links join them to.

    Attributes
    ----------
    rows : (m,) int64
        Distinct, ascending.
    groups : (m,) int64
        Group of each, 0 to n_groups - 1 by first row.
    apart : (p, 2) int64
        Distinct pairs of groups, lower first, that may not share a cluster.
    apart_rows : (p, 2) int64
        For each pair, the rows that say so.
    class_groups : dict
        Group of each class of labelled rows.
    """

    rows: NDArray[np.int64]
    groups: NDArray[np.int64]
    apart: NDArray[np.int64]
    apart_rows: NDArray[np.int64]
    class_groups: dict[ClassName, int]

    @property
    def n_groups(self) -> int:
        """Number of groups, single rows included."""
        return int(self.groups.max(initial=-1)) + 1

    def sizes(self) -> NDArray[np.int64]:
        """Return the (n_groups,) rows of each group."""
        return np.bincount(self.groups, minlength=self.n_groups)


def close(constraints: Constraints, n_samples: int) -> ConstrainedGroups:
    """Return the transitive closure of constraints on a table of ``n_samples`` rows.

    Raises
    ------
    ConstraintError
        A row does not exist, or the sides of cannot-links multiply out to too many pairs.
    ContradictoryConstraintsError
        Two rows must be both together and apart; names the chain of rows between them.
    """
    rows = constraints.rows()
    if rows.size and rows[-1] >= n_samples:
        raise ConstraintError(
            f"a constraint names row {rows[-1]}; the table has rows 0 to {n_samples - 1}; drop it, or "
            f"cluster the table it belongs to."
        )
    links = _Links(constraints, rows)
    count, groups_of_nodes = connected_components(links.graph, directed=False)
    # Every hub has a row, so numbering groups by their first row covers all of them.
    _, first = np.unique(groups_of_nodes[: len(rows)], return_index=True)
    numbers = np.empty(count, dtype=np.int64)
    numbers[groups_of_nodes[np.sort(first)]] = np.arange(count)
    groups = numbers[groups_of_nodes[: len(rows)]]
    pairs = _apart_rows(constraints, links.class_rows)
    places = np.searchsorted(rows, pairs)
    apart = np.sort(groups[places], axis=1)
    together = np.flatnonzero(apart[:, 0] == apart[:, 1])
    if together.size:
        links.refuse(*places[together[0]])
    apart, kept = np.unique(apart, axis=0, return_index=True)
    class_groups = {
        name: int(groups[np.searchsorted(rows, members[0])]) for name, members in links.class_rows.items()
    }
    return ConstrainedGroups(rows, groups, apart, pairs[kept], class_groups)


def _apart_rows(constraints: Constraints, class_rows: dict[ClassName, list[int]]) -> NDArray[np.int64]:
    """Return (p, 2) every pair of rows said to be apart; classes by their first rows."""
    n_pairs = sum(len(left) * len(right) for left, right in constraints.cannot_link)
    n_pairs += len(class_rows) * (len(class_rows) - 1) // 2
    if n_pairs > LARGEST_N_PAIRS:
        raise ConstraintError(
            f"cannot_link stands for {n_pairs:,} pairs of rows; at most {LARGEST_N_PAIRS:,} are possible; "
            f"join the rows of a side by must_link and name one row of it."
        )
    blocks = [np.empty((0, 2), dtype=np.int64)]
    for left, right in constraints.cannot_link:
        pairs = np.meshgrid(np.array(left, np.int64), np.array(right, np.int64), indexing="ij")
        blocks.append(np.stack([side.ravel() for side in pairs], axis=1))
    firsts = [members[0] for members in class_rows.values()]
    if len(firsts) > 1:
        blocks.append(np.array(list(combinations(firsts, 2)), dtype=np.int64))
    return np.concatenate(blocks)


class _Links:
    """The graph of must-links: a node for each row and for each group or class, joined to its rows."""

    def __init__(self, constraints: Constraints, rows: NDArray[np.int64]) -> None:
        self.rows = rows
        self.class_rows: dict[ClassName, list[int]] = {}
        for row, name in constraints.labelled_rows:
            self.class_rows.setdefault(name, []).append(row)
        members = [*constraints.must_link, *self.class_rows.values()]
        self.hubs = [f"must-link {number}" for number in range(1, len(constraints.must_link) + 1)]
        self.hubs += [f"class {name!r}" for name in self.class_rows]
        ends = np.fromiter((row for group in members for row in group), dtype=np.int64)
        hubs = np.repeat(np.arange(len(members)), [len(group) for group in members]) + len(rows)
        size = len(rows) + len(members)
        places = np.searchsorted(rows, ends)
        self.graph = sparse.csr_array((np.ones(len(ends)), (places, hubs)), shape=(size, size))

    def refuse(self, start: int, end: int) -> None:
        """Raise with the shortest chain of must-links between two rows given by their places.

        Raises
        ------
        ContradictoryConstraintsError
            Always.
        """
        if start == end:
            row = int(self.rows[start])
            hubs = self.graph[[start]].indices - len(self.rows)
            classes = [self.hubs[hub] for hub in np.sort(hubs) if self.hubs[hub].startswith("class")]
            named = (
                f" is given {' and '.join(classes)}" if len(classes) > 1 else " is to be apart from itself"
            )
            raise ContradictoryConstraintsError(
                f"row {row}{named}; a row has one cluster; drop one of the statements.", (row,)
            )
        _, before = breadth_first_order(self.graph, start, directed=False)
        chain = [end]
        while chain[-1] != start:
            chain.append(int(before[chain[-1]]))
        chain.reverse()
        text = f"row {self.rows[chain[0]]}"
        for hub, place in zip(chain[1::2], chain[2::2], strict=True):
            text += f" = row {self.rows[place]} ({self.hubs[hub - len(self.rows)]})"
        apart = f"rows {self.rows[start]} and {self.rows[end]} must be apart"
        raise ContradictoryConstraintsError(
            f"{apart}, but must-links join them: {text}. Constraints may not contradict each other; drop one "
            f"of these must-links, or what says that the two are apart.",
            tuple(int(self.rows[place]) for place in chain[::2]),
        )
