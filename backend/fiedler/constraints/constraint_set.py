"""What a user can say about rows: together, apart, of this class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fiedler.constraints.errors import ConstraintError

Rows: TypeAlias = tuple[int, ...]
ClassName: TypeAlias = str | int

_FIELDS = ("must_link", "cannot_link", "labelled_rows")


@dataclass(frozen=True, slots=True)
class Constraints:
    """Statements about rows of one table; all of them hold together.

    Attributes
    ----------
    must_link : tuple of tuples of int
        Groups of two or more rows, each to lie in one cluster; a pair is a group of two.
    cannot_link : tuple of pairs of tuples of int
        Two sides, each of one or more rows: no row of one side may share a cluster with a row of the other.
        Nothing is said about rows of the same side.
    labelled_rows : tuple of (int, str or int)
        Rows of known class. Rows of one class lie in one cluster, those of different classes apart.

    Raises
    ------
    ConstraintError
        A group or side is too small, or a row number is not a whole number of at least 0.
    """

    must_link: tuple[Rows, ...] = ()
    cannot_link: tuple[tuple[Rows, Rows], ...] = ()
    labelled_rows: tuple[tuple[int, ClassName], ...] = ()

    def __post_init__(self) -> None:
        for group in self.must_link:
            if len(set(group)) < 2:
                raise ConstraintError(
                    f"must_link holds the group {list(group)}; a group needs two different rows or more; add "
                    f"a row or drop the group."
                )
        for sides in self.cannot_link:
            if len(sides) != 2 or not all(sides):
                raise ConstraintError(
                    f"cannot_link holds {[list(side) for side in sides]}; two sides of at least one row each "
                    f"are required, such as [[3], [8]]."
                )
        lowest = min((row for row in self._all_rows()), default=0)
        if lowest < 0:
            raise ConstraintError(
                f"a constraint names row {lowest}; rows are numbered from 0; count them in table order."
            )

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said about any row."""
        return not (self.must_link or self.cannot_link or self.labelled_rows)

    def rows(self) -> NDArray[np.int64]:
        """Return the distinct rows named anywhere, ascending."""
        return np.unique(np.fromiter(self._all_rows(), dtype=np.int64))

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary that `from_dict` reads back."""
        return {
            "must_link": [list(group) for group in self.must_link],
            "cannot_link": [[list(side) for side in sides] for sides in self.cannot_link],
            "labelled_rows": [[row, name] for row, name in self.labelled_rows],
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Constraints:
        """Return the constraints of a dictionary; a side of ``cannot_link`` may be one bare row.

        Raises
        ------
        ConstraintError
            A field is unknown or has the wrong shape, or a value is refused.
        """
        unknown = sorted(set(values) - set(_FIELDS))
        if unknown:
            raise ConstraintError(f"unknown field {unknown[0]!r}; known are {', '.join(_FIELDS)}.")
        try:
            return cls(
                must_link=tuple(_rows(group) for group in values.get("must_link", ())),
                cannot_link=tuple(_sides(sides) for sides in values.get("cannot_link", ())),
                labelled_rows=tuple(_labelled(entry) for entry in values.get("labelled_rows", ())),
            )
        except (TypeError, KeyError) as error:
            raise ConstraintError(
                f"the constraints cannot be read ({error}); required are lists of row numbers, such as "
                f'{{"must_link": [[3, 8]], "cannot_link": [[[3], [5]]], "labelled_rows": [[7, "a"]]}}.'
            ) from error

    def _all_rows(self) -> Iterable[int]:
        for group in self.must_link:
            yield from group
        for sides in self.cannot_link:
            for side in sides:
                yield from side
        for row, _ in self.labelled_rows:
            yield row


def _row(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{value!r} is not a row number")
    return int(value)


def _rows(values: Any) -> Rows:
    return tuple(_row(value) for value in values)


def _sides(sides: Any) -> tuple[Rows, Rows]:
    if len(sides) != 2:
        raise TypeError(f"{sides!r} has not two sides")
    left, right = (_rows(side) if isinstance(side, list | tuple) else (_row(side),) for side in sides)
    return left, right


def _labelled(entry: Any) -> tuple[int, ClassName]:
    if len(entry) != 2:
        raise TypeError(f"{entry!r} is not a row and its class")
    row, name = entry
    if isinstance(name, bool) or not isinstance(name, str | int | np.integer):
        raise TypeError(f"the class {name!r} is neither text nor a whole number")
    return _row(row), name if isinstance(name, str) else int(name)
