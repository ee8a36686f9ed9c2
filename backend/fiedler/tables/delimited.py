"""Delimited text as frames of string columns, block by block; what was padded, cut or dropped is counted.

The ends of records are found here (delimiters and line ends outside quotes, vectorised), so that every row
Polars returns is accounted for: its own reader pads and cuts ragged rows without a word.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fiedler.errors import TableError
from fiedler.tables import dialect, header
from fiedler.tables.encoding import BLOCK_BYTES, TextBlocks
from fiedler.tables.limits import check_columns
from fiedler.tables.notes import Note, plural, quoted
from fiedler.tables.plan import WHITESPACE, ImportPlan

_SAMPLE_BYTES = 2**18
_MOST_PENDING_BYTES = 2**28
_MOST_BLOCK_BYTES = 2**27
_BLOCK_ROWS = 4_000


@dataclass(slots=True)
class RowCounts:
    """What happened to the rows of one pass."""

    padded: int = 0
    cut: int = 0
    blank: int = 0
    cut_examples: list[str] = field(default_factory=list)


class DelimitedText:
    """A delimited text file read by a plan; `frames` may be called more than once.

    Parameters
    ----------
    path : Path
    plan : ImportPlan

    Raises
    ------
    TableError
        No line is left (``empty_file``), or there are too many columns (``too_many_columns``).
    """

    texts_are_raw = True
    rereads = True

    def __init__(self, path: Path, plan: ImportPlan) -> None:
        self.plan = plan
        sample = "\n".join(read_sample(path, plan).split("\n")[plan.skip_rows :])
        records = dialect.split(sample, plan.delimiter, plan.quote)
        block_bytes = _block_bytes(len(sample), len(records))
        self._blocks = TextBlocks(path, plan.encoding, plan.compression, block_bytes)
        if not any(not record.is_blank for record in records):
            raise TableError("empty_file", "The file holds no text.", "Upload a file with a header and rows.")
        below = [record for record in records if not record.is_blank][
            plan.header_rows if plan.has_header else 0 :
        ]
        width = dialect.common_width(below or records)
        if not below and plan.has_header:
            width = dialect.common_width(records)
        self.layout = header.layout(plan, records, width)
        check_columns(len(self.layout.names))
        self.names = self.layout.names
        self.counts = RowCounts()

    def frames(self) -> Iterator[tuple[pl.DataFrame, int]]:
        """Yield frames of string columns with the bytes of text each was read from.

        Raises
        ------
        TableError
            A quote is never closed (``unclosed_quote``).
        """
        self.counts = RowCounts()
        if self.layout.first_line < 0:
            return
        drop = self.plan.skip_rows + self.layout.first_line
        pending = b""
        for block in self._lines():
            pending += block
            while drop and (end := pending.find(b"\n")) >= 0:
                pending = pending[end + 1 :]
                drop -= 1
            if drop:
                continue
            ends, fields = self._records(pending)
            if ends.size == 0:
                if len(pending) > _MOST_PENDING_BYTES:
                    raise self._unclosed()
                continue
            whole = int(ends[-1]) + 1
            yield self._frame(pending[:whole], fields), whole
            pending = pending[whole:]
        if not drop and pending:
            yield from self._last(pending)

    def notes(self) -> list[Note]:
        """Return what the last full pass changed, and what the header needed."""
        counts, names = self.counts, self.names
        found = list(self.layout.notes)
        if self.plan.skip_rows:
            found.append(
                Note(
                    "lines_skipped",
                    f"{plural(self.plan.skip_rows, 'line')} above the table not read.",
                    count=self.plan.skip_rows,
                )
            )
        if counts.padded:
            found.append(
                Note(
                    "rows_padded",
                    f"{plural(counts.padded, 'row')} with fewer than {len(names)} cells: the "
                    "missing ones are empty.",
                    count=counts.padded,
                )
            )
        if counts.cut:
            found.append(
                Note(
                    "rows_cut",
                    f"{plural(counts.cut, 'row')} with more than {len(names)} cells: the ones "
                    f"beyond were left out ({quoted(counts.cut_examples)}).",
                    count=counts.cut,
                )
            )
        if counts.blank:
            found.append(
                Note(
                    "blank_rows_dropped",
                    f"{plural(counts.blank, 'row')} without any value left out.",
                    count=counts.blank,
                )
            )
        if self._blocks.replaced:
            found.append(
                Note(
                    "undecodable_text",
                    f"{plural(self._blocks.replaced, 'character')} could not be read as "
                    f"{self.plan.encoding} and became “\ufffd”.",
                    count=self._blocks.replaced,
                )
            )
        return found

    def _lines(self) -> Iterator[bytes]:
        """Yield the text in blocks, with runs of white space as one tab where they delimit."""
        if self.plan.delimiter != WHITESPACE:
            yield from self._blocks
            return
        held = b""
        for block in self._blocks:
            held += block
            whole = held.rfind(b"\n") + 1
            yield dialect.collapse_runs(held[:whole])
            held = held[whole:]
        yield dialect.collapse_runs(held)

    def _last(self, pending: bytes) -> Iterator[tuple[pl.DataFrame, int]]:
        """Yield the rest of the file, whose last line may lack its end."""
        text = pending if pending.endswith(b"\n") else pending + b"\n"
        ends, fields = self._records(text)
        if ends.size == 0 or ends[-1] != len(text) - 1:
            raise self._unclosed()
        yield self._frame(text, fields), len(pending)

    def _records(self, text: bytes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the ends of the records in ``text`` and their numbers of cells (0: an empty line)."""
        characters = np.frombuffer(text, dtype=np.uint8)
        delimiters = characters == ord(self._separator)
        line_ends = characters == ord("\n")
        if self.plan.quote is not None and self.plan.quote.encode() in text:
            # uint8 wraps at 256, which keeps the parity: odd is inside quotes.
            inside = np.cumsum(characters == ord(self.plan.quote), dtype=np.uint8) & 1 == 1
            delimiters &= ~inside
            line_ends &= ~inside
        ends = np.flatnonzero(line_ends)
        before = np.searchsorted(np.flatnonzero(delimiters), ends)
        fields = np.diff(before, prepend=0) + 1
        fields[np.diff(ends, prepend=-1) == 1] = 0
        return ends, fields

    def _frame(self, text: bytes, fields: NDArray[np.int64]) -> pl.DataFrame:
        width = len(self.names)
        frame = self._parse(text, fields.size)
        filled = pl.any_horizontal(pl.all().str.strip_chars() != "")
        kept = frame.select(filled.fill_null(False)).to_series()
        short = (fields < width) & kept.to_numpy()
        long = fields > width
        self.counts.blank += frame.height - int(kept.sum())
        self.counts.padded += int(np.count_nonzero(short))
        self.counts.cut += int(np.count_nonzero(long))
        if long.any() and not self.counts.cut_examples:
            self.counts.cut_examples = self._beyond(text, int(np.flatnonzero(long)[0]))
        return frame.filter(kept)

    def _parse(self, text: bytes, n_records: int) -> pl.DataFrame:
        try:
            frame = pl.read_csv(
                io.BytesIO(text),
                has_header=False,
                separator=self._separator,
                quote_char=self.plan.quote,
                schema=dict.fromkeys(self.names, pl.String()),
                truncate_ragged_lines=True,
                empty_string_is_null=False,
            )
        except pl.exceptions.PolarsError:
            return self._parse_slowly(text)
        return frame if frame.height == n_records else self._parse_slowly(text)

    def _parse_slowly(self, text: bytes) -> pl.DataFrame:
        """Read what Polars refuses, such as a quote in the middle of a cell."""
        width = len(self.names)
        rows = [(cells + [""] * (width - len(cells)))[:width] for cells in self._reader(text)]
        return pl.DataFrame(rows, schema=dict.fromkeys(self.names, pl.String()), orient="row")

    def _beyond(self, text: bytes, index: int) -> list[str]:
        for i, cells in enumerate(self._reader(text)):
            if i == index:
                return cells[len(self.names) :]
        return []

    def _reader(self, text: bytes) -> Iterator[list[str]]:
        lines = io.StringIO(text.decode("utf-8", "replace"), newline="\n")
        if self.plan.quote is None:
            return csv.reader(lines, delimiter=self._separator, quoting=csv.QUOTE_NONE)
        return csv.reader(lines, delimiter=self._separator, quotechar=self.plan.quote)

    @property
    def _separator(self) -> str:
        return "\t" if self.plan.delimiter == WHITESPACE else self.plan.delimiter

    def _unclosed(self) -> TableError:
        return TableError(
            "unclosed_quote",
            f"A quote ({self.plan.quote}) is opened and never closed: the rest of the file is one cell.",
            "Close it, or set the quote character to none in the import settings.",
        )


def _block_bytes(sample_bytes: int, n_records: int) -> int:
    """Return how much to read at a time: more for wide rows, since each column costs time in each block."""
    wanted = _BLOCK_ROWS * sample_bytes // max(1, n_records)
    return min(max(wanted, BLOCK_BYTES), _MOST_BLOCK_BYTES)


def read_sample(path: Path, plan: ImportPlan) -> str:
    """Return the first lines of a text file, up to the last line end in the sample."""
    text = b""
    for block in TextBlocks(path, plan.encoding, plan.compression):
        text += block
        if len(text) >= _SAMPLE_BYTES:
            break
    if len(text) > _SAMPLE_BYTES:
        cut = text.rfind(b"\n", 0, _SAMPLE_BYTES)
        text = text[: cut if cut > 0 else _SAMPLE_BYTES]
    return text.decode("utf-8", "replace")
