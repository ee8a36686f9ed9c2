"""Which lines of a table are its header, and the column names they give."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fiedler.tables.dialect import Record
from fiedler.tables.notes import Note, plural, quoted
from fiedler.tables.plan import ImportPlan, Role

_NUMBER = re.compile(r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?")
_ORANGE_TYPES = frozenset(("", "c", "d", "s", "t", "continuous", "discrete", "string", "time", "basket"))
_ORANGE_ROLES: dict[str, Role] = {"class": "label", "meta": "ignored", "m": "ignored", "ignore": "ignored"}
_ORANGE_FLAGS = frozenset(("", "class", "meta", "m", "ignore", "i", "weight", *_ORANGE_ROLES))
_MOST_HEADER_ROWS = 5


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the rows of a table begin and what its columns are called.

    Parameters
    ----------
    names : list of str
        Unique and not empty.
    first_line : int
        The physical line (from 0) of the first row.
    notes : list of Note
        What had to be invented or joined.
    """

    names: list[str]
    first_line: int
    notes: list[Note]


def with_header(plan: ImportPlan, records: Sequence[Record]) -> ImportPlan:
    """Return ``plan`` with the header that the first records (below ``skip_rows``) show."""
    rows = [record.cells for record in records if not record.is_blank]
    if not rows or not _is_header(rows[0], rows[1:], plan.null_values):
        return replace(plan, has_header=False)
    roles = _orange_roles(rows)
    if roles is not None:
        return replace(plan, has_header=True, skip_after_header=2, column_roles=roles)
    return replace(plan, has_header=True, header_rows=_header_rows(rows, plan.null_values))


def layout(plan: ImportPlan, records: Sequence[Record], width: int) -> Layout:
    """Return names and first row of a table from its first records (below ``skip_rows``).

    Parameters
    ----------
    plan : ImportPlan
    records : sequence of Record
        In file order; lines counted from the first one.
    width : int
        The commonest number of cells of a row.
    """
    filled = [record for record in records if not record.is_blank]
    if not plan.has_header:
        first = filled[0].line if filled else 0
        return Layout([f"column_{i + 1}" for i in range(width)], first, [])
    header, below = filled[: plan.header_rows], filled[plan.header_rows + plan.skip_after_header :]
    cells = _joined([record.cells for record in header])
    notes: list[Note] = []
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
        notes = [Note("blank_column_dropped", "The header ends in a delimiter that names no column.")]
    if len(cells) == width - 1 and _are_row_names([record.cells[0] for record in below]):
        # R writes row names without a header of their own.
        cells.insert(0, "row_name")
        notes.append(
            Note(
                "header_shorter",
                "The header has one name less than the rows have cells: they start with row names.",
            )
        )
    if len(header) > 1:
        notes.append(
            Note(
                "header_joined",
                f"{plural(len(header), 'header row')} joined into one name per column.",
                count=len(header),
            )
        )
    names, found = unique_names(cells + [""] * (width - len(cells)))
    first = below[0].line if below else -1
    return Layout(names, first, notes + found)


def unique_names(cells: Sequence[str]) -> tuple[list[str], list[Note]]:
    """Return the header's cells as names that are unique and not blank, and notes on those changed."""
    names: list[str] = []
    blank: list[str] = []
    renamed: list[str] = []
    wanted = [" ".join(cell.split()) for cell in cells]
    taken = set(wanted)
    for i, name in enumerate(wanted):
        unique = name or f"column_{i + 1}"
        if unique in names or (not name and unique in taken):
            number = 2
            while f"{unique}_{number}" in taken or f"{unique}_{number}" in names:
                number += 1
            unique = f"{unique}_{number}"
            if name:
                renamed.append(unique)
        if not name:
            blank.append(unique)
        names.append(unique)
    notes = []
    if blank:
        notes.append(
            Note(
                "blank_header",
                f"{plural(len(blank), 'column')} without a name, called {quoted(blank)}.",
                count=len(blank),
            )
        )
    if renamed:
        notes.append(
            Note(
                "duplicate_header",
                f"{plural(len(renamed), 'column name')} appeared before and became {quoted(renamed)}.",
                count=len(renamed),
            )
        )
    return names, notes


def is_number(cell: str) -> bool:
    """Whether a cell reads as a number, with either decimal mark."""
    return _NUMBER.fullmatch(cell.strip()) is not None


def _is_header(first: Sequence[str], rest: Sequence[Sequence[str]], nulls: Sequence[str]) -> bool:
    """Whether the first row names the columns: words over numbers, or words that never come again."""
    words = [bool(cell.strip()) and not is_number(cell) and cell.strip() not in nulls for cell in first]
    if not any(words):
        return False
    if not rest:
        return all(words)
    has_numbers = False
    for i, is_word in enumerate(words):
        below = [row[i] for row in rest if i < len(row) and row[i].strip() and row[i].strip() not in nulls]
        numeric = sum(map(is_number, below))
        if below and numeric >= 0.8 * len(below):
            if is_word:
                return True
            has_numbers = True
    if has_numbers:
        return False
    labels = [cell.strip() for cell in first]
    again = any(labels[i] in {row[i].strip() for row in rest if i < len(row)} for i in range(len(labels)))
    return all(words) and len(set(labels)) == len(labels) and not again


def _header_rows(rows: Sequence[Sequence[str]], nulls: Sequence[str]) -> int:
    """Return how many leading rows are names: those with words where the columns hold numbers."""
    probe = rows[_MOST_HEADER_ROWS + 1 :]
    if not probe:
        return 1
    numeric = [
        i
        for i in range(len(rows[0]))
        if sum(is_number(row[i]) for row in probe if i < len(row)) >= 0.8 * len(probe)
    ]
    if len(numeric) < 3:
        return 1  # a word above few numbers is more likely a wrong cell than a second header
    last = 0
    for index, row in enumerate(rows[: _MOST_HEADER_ROWS + 1]):
        if not row[0].strip() or is_number(row[0]):
            break
        cells = [row[i].strip() for i in numeric if i < len(row)]
        words = [cell for cell in cells if cell and cell not in nulls and not is_number(cell)]
        if len(words) > 0.8 * len(numeric):
            last = index
    return last + 1


def _orange_roles(rows: Sequence[Sequence[str]]) -> dict[str, Role] | None:
    """Return the roles of an Orange file, whose rows 2 and 3 hold types and flags; else None."""
    if len(rows) < 2:
        return None
    types = [cell.strip() for cell in rows[1]]
    # A type cell may list the values of a discrete column: "0 1", "normal reversable\ defect".
    named = sum(cell in _ORANGE_TYPES for cell in types)
    if not any(types) or named < 0.5 * len(types) or any(map(is_number, types)):
        return None
    flags = [cell.strip() for cell in rows[2]] if len(rows) > 2 else []
    if not any(flags) or not all(flag.split("=")[0] in _ORANGE_FLAGS or "=" in flag for flag in flags):
        return None
    names, _ = unique_names(rows[0])
    return {
        name: _ORANGE_ROLES[flag] for name, flag in zip(names, flags, strict=False) if flag in _ORANGE_ROLES
    }


def _are_row_names(cells: Sequence[str]) -> bool:
    return len(cells) > 1 and len(set(cells)) == len(cells)


def _joined(rows: Sequence[Sequence[str]]) -> list[str]:
    width = max(map(len, rows), default=0)
    columns = [[row[i].strip() if i < len(row) else "" for row in rows] for i in range(width)]
    return ["_".join(cell for cell in cells if cell) for cells in columns]
