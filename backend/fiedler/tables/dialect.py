"""How a text table is written: delimiter, quotes, decimal mark, lines above the header.

Every candidate delimiter splits the same sample; the one that gives the steadiest number of cells without
leaving another delimiter inside them wins. DuckDB's sniffer is asked only when none does: alone it takes
``1,5;2,25`` for three columns and drops ragged lines without a word.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fiedler.tables.plan import WHITESPACE

SAMPLE_RECORDS = 1_000
_DELIMITERS = ("\t", ";", "|", ",", WHITESPACE, "^", "~")
_NUMBER = re.compile(r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?")
_COMMA_DECIMAL = re.compile(r"[+-]?[0-9]+,[0-9]+([eE][+-]?[0-9]+)?")
_POINT_DECIMAL = re.compile(r"[+-]?[0-9]*\.[0-9]+([eE][+-]?[0-9]+)?")
_RUN = re.compile(r'"[^"\n]*"|[ \t]+')
_BLOCK_RUN = re.compile(rb'"[^"\n]*"|[ \t]+')


@dataclass(frozen=True, slots=True)
class Record:
    """One row of cells and the physical line (from 0) it starts on."""

    cells: list[str]
    line: int

    @property
    def is_blank(self) -> bool:
        """Whether no cell holds anything."""
        return not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a sample splits into records.

    Parameters
    ----------
    delimiter : str
    quote : str or None
    decimal : {".", ","}
    n_columns : int
        The commonest number of cells.
    skip_rows : int
        Physical lines above the first line of the table.
    """

    delimiter: str
    quote: str | None
    decimal: str
    n_columns: int
    skip_rows: int


def detect_dialect(sample: str) -> Dialect:
    """Return the dialect of the first part of a text table, which ends at the end of a line."""
    quote = _quote(sample)
    scored = [(_score(split(sample, delimiter, quote)), delimiter) for delimiter in _DELIMITERS]
    best, delimiter = max(scored, key=lambda item: item[0])
    if best < 0.5:
        delimiter = _duckdb_delimiter(sample) or ","
    elif delimiter == "\t" and _doubled(sample, quote):
        delimiter = WHITESPACE
    records = split(sample, delimiter, quote)
    if delimiter == "," and _is_one_comma_column(records):
        delimiter = ";"
        records = split(sample, delimiter, quote)
    width = common_width(records)
    return Dialect(delimiter, quote, _decimal(records), width, _preamble(records, width))


def split(text: str, delimiter: str, quote: str | None, limit: int = SAMPLE_RECORDS) -> list[Record]:
    """Return up to ``limit`` records of a text, blank ones included."""
    if delimiter == WHITESPACE:
        text = "\n".join(_RUN.sub(_tab, line.strip()) for line in text.split("\n"))
        delimiter = "\t"
    reader = csv.reader(
        io.StringIO(text, newline="\n"),
        delimiter=delimiter,
        quotechar=quote,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
    )
    records: list[Record] = []
    line = 0
    try:
        for cells in reader:
            records.append(Record(cells, line))
            line = reader.line_num
            if len(records) == limit:
                break
    except csv.Error:
        return records
    return records


def collapse_runs(block: bytes) -> bytes:
    """Return a block of whole lines with every run of spaces and tabs outside quotes as one tab."""
    if b'"' in block:
        block = _BLOCK_RUN.sub(lambda run: run[0] if run[0].startswith(b'"') else b"\t", block)
    else:
        block = re.sub(rb"[ \t]+", b"\t", block)
    return re.sub(rb"(?m)^\t|\t$", b"", block)


def _tab(run: re.Match[str]) -> str:
    return run[0] if run[0].startswith('"') else "\t"


def _quote(sample: str) -> str | None:
    """Return the quote character, or None when the marks in the text quote nothing (5" pipe)."""
    for mark in ('"', "'"):
        opening = len(re.findall(rf"(?m)(?:^|[,;\t| ]){mark}", sample))
        closing = len(re.findall(rf"(?m){mark}(?:$|[,;\t| ])", sample))
        # A single apostrophe is common in text; as a quote it opens and closes cells alike and often.
        if mark == '"' and opening and closing:
            return mark
        if mark == "'" and opening > 1 and opening == closing and '"' not in sample:
            return mark
    return '"' if '"' not in sample else None


def _score(records: Sequence[Record]) -> float:
    """Return 0..1: the share of records of the commonest width times the share of unbroken cells."""
    filled = [record.cells for record in records if not record.is_blank]
    if not filled:
        return 0.0
    width = common_width(records)
    if width < 2:
        return 0.0
    steady = [cells for cells in filled if len(cells) == width]
    cells = [cell.strip() for row in steady for cell in row]
    unbroken = sum(1 for cell in cells if _NUMBER.fullmatch(cell) or not re.search(r"[\t;|,]", cell))
    return (len(steady) / len(filled)) * (unbroken / len(cells))


def common_width(records: Sequence[Record]) -> int:
    """Return the commonest number of cells of the records that are not blank."""
    counts = Counter(len(record.cells) for record in records if not record.is_blank)
    # Equally frequent widths happen in files of two or three lines: then the wider loses nothing.
    return max(counts, key=lambda width: (counts[width], width), default=1)


def _doubled(sample: str, quote: str | None) -> bool:
    """Whether tabs are plainly padding: collapsing their runs gives every record the same width."""
    plain = {len(record.cells) for record in split(sample, "\t", quote) if not record.is_blank}
    collapsed = {len(record.cells) for record in split(sample, WHITESPACE, quote) if not record.is_blank}
    return len(plain) > 1 and len(collapsed) == 1 and min(collapsed) > 1


def _is_one_comma_column(records: Sequence[Record]) -> bool:
    """Whether a header of one cell stands over numbers like ``1,5``: one column with decimal commas."""
    filled = [record.cells for record in records if not record.is_blank]
    if len(filled) < 2 or len(filled[0]) != 1:
        return False
    return all(len(cells) == 2 and _COMMA_DECIMAL.fullmatch(",".join(cells)) for cells in filled[1:])


def _decimal(records: Sequence[Record]) -> str:
    cells = [cell.strip() for record in records for cell in record.cells]
    commas = sum(1 for cell in cells if _COMMA_DECIMAL.fullmatch(cell))
    points = sum(1 for cell in cells if _POINT_DECIMAL.fullmatch(cell))
    return "," if commas > points else "."


def _preamble(records: Sequence[Record], width: int) -> int:
    """Return the physical lines above the table: comments, titles, blank lines."""
    for i, record in enumerate(records):
        if record.is_blank and len(record.cells) <= 1:
            continue
        first = record.cells[0].lstrip() if record.cells else ""
        is_comment = first.startswith(("#", "%", "//")) and any(
            len(later.cells) == width and not later.is_blank for later in records[i + 1 :]
        )
        # A line one cell short may be a header over row names; a much shorter one is a title.
        is_title = width > 2 and len(record.cells) < width - 1 and len(record.cells) <= max(1, width // 2)
        if not is_comment and not is_title:
            return record.line
    return 0


def _duckdb_delimiter(sample: str) -> str | None:
    """Return the delimiter DuckDB's sniffer finds, when it finds more than one column."""
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sample.csv"
        path.write_text(sample, encoding="utf-8")
        try:
            with duckdb.connect() as connection:
                found = connection.execute(
                    "SELECT Delimiter, len(Columns) FROM sniff_csv(?)", [str(path)]
                ).fetchone()
        except duckdb.Error:
            return None
    if found is None or found[1] < 2 or len(found[0]) != 1 or not found[0].isascii():
        return None
    return None if found[0] == " " or found[0].isalnum() else str(found[0])
