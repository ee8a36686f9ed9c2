"""Any table to Parquet: propose a plan, read by it, say what was changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Protocol

import polars as pl
import pyarrow.parquet as pq

from fiedler.errors import TableError
from fiedler.tables import dialect, excel, header, limits
from fiedler.tables.columns import ColumnProfile, profile
from fiedler.tables.delimited import DelimitedText, read_sample
from fiedler.tables.encoding import detect_encoding
from fiedler.tables.evidence import Gatherer, decide
from fiedler.tables.json_records import JsonTable
from fiedler.tables.notes import Note, Progress, plural, quoted
from fiedler.tables.parquet import ParquetTable
from fiedler.tables.plan import ImportPlan
from fiedler.tables.typed import Normalizer
from fiedler.tables.values import Converter, style_notes

ROLES_KEY = "fiedler.roles"
"""Key of the Parquet schema metadata that holds a JSON object of column name to role."""

ROW_GROUP_ROWS = 2**17
_HELD_BYTES = 2**27
_TEXT_SUFFIXES = ("csv", "tsv", "txt", "tab", "data")
_JSON_SUFFIXES = {"json": "json", "jsonl": "json_lines", "ndjson": "json_lines"}
_PARQUET_SUFFIXES = ("parquet", "pq")


class TableSource(Protocol):
    """A file read by a plan."""

    plan: ImportPlan
    names: list[str]
    texts_are_raw: bool  # texts may be numbers or dates
    rereads: bool  # a second pass costs less than holding the texts

    def frames(self) -> Iterator[tuple[pl.DataFrame, int]]:
        """Yield the rows in order, each frame with the bytes it stands for."""
        ...

    def notes(self) -> list[Note]:
        """Return what the last full pass changed."""
        ...


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import made of a file.

    Parameters
    ----------
    n_rows, n_columns : int
    columns : list of ColumnProfile
    plan : ImportPlan
        The plan that was followed.
    notes : list of dict
        ``{"code", "message", "column"?, "count"?}`` for everything changed, dropped or doubtful.
    """

    n_rows: int
    n_columns: int
    columns: list[ColumnProfile]
    plan: ImportPlan
    notes: list[dict[str, Any]] = field(default_factory=list)


def propose_plan(path: Path, original_name: str) -> ImportPlan:
    """Return how a file should be read, by its content and, where that is silent, its name.

    Raises
    ------
    TableError
        The file is empty (``empty_file``), no table (``not_a_table``), of a kind that is not read
        (``unsupported_file_type``) or damaged (``damaged_file``).
    """
    suffixes = [suffix.lstrip(".").lower() for suffix in Path(original_name).suffixes]
    with path.open("rb") as stream:
        start = stream.read(8)
    if not start:
        raise TableError(
            "empty_file", "The file is empty (0 bytes).", "Upload a file with a header and rows."
        )
    compression: Literal["gzip"] | None = "gzip" if start.startswith(b"\x1f\x8b") else None
    if compression and suffixes and suffixes[-1] == "gz":
        suffixes.pop()
    suffix = suffixes[-1] if suffixes else ""
    if start.startswith(b"PAR1"):
        return ImportPlan(format="parquet")
    if start.startswith(b"PK\x03\x04"):
        return excel.propose(path)
    if suffix in (*_PARQUET_SUFFIXES, "xlsx"):
        raise TableError(
            "not_a_table",
            f"The name ends in .{suffix}, but the content is not such a file (it starts with "
            f"{_readable(start)}).",
            "Save it again in that format, or give it the ending of its real one.",
        )
    if suffix not in (*_TEXT_SUFFIXES, *_JSON_SUFFIXES, ""):
        raise TableError(
            "unsupported_file_type",
            f"Files ending in .{suffix} are not read.",
            "Upload CSV, TSV, Excel (.xlsx), Parquet or JSON.",
        )
    encoding = detect_encoding(path, compression)
    plan = ImportPlan(compression=compression, encoding=encoding)
    if suffix in _JSON_SUFFIXES:
        return replace(plan, format="json_lines" if _JSON_SUFFIXES[suffix] == "json_lines" else "json")
    return _delimited(path, plan)


def import_table(
    path: Path,
    original_name: str,
    destination: Path,
    plan: ImportPlan | None = None,
    progress: Progress | None = None,
) -> ImportResult:
    """Read a table of any known kind and write it as Parquet (zstd, roles in the schema's metadata).

    Parameters
    ----------
    path : Path
        The file.
    original_name : str
        Its name where it came from; the ending matters where the content does not tell.
    destination : Path
        Where the Parquet file is written; its folder exists.
    plan : ImportPlan or None
        None: the proposed one.
    progress : callable or None
        Called with stage ``"read"``, ``"convert"`` or ``"profile"``, the fraction done and a message.

    Raises
    ------
    TableError
        The file cannot be read, holds no rows (``no_rows``), or is larger than is read
        (``too_many_columns``, ``too_many_cells``, ``too_large_unpacked``).
    """
    report = progress or _silent
    report("read", 0.0, "Looking at the file")
    source = _open(path, plan or propose_plan(path, original_name))
    try:
        table, readings_unclear, notes = _read(source, path, report)
    except TableError as error:
        if plan is not None or error.code != "unclosed_quote":
            raise
        # A proposal may take an inch mark for a quote; read as it stands, nothing is lost.
        source = _open(path, replace(source.plan, quote=None))
        table, readings_unclear, notes = _read(source, path, report)
        notes.append(Note("quotes_kept", "A quote is never closed: quotes are read as part of the cells."))
    if not table.height:
        raise TableError(
            "no_rows",
            f"The table has a header ({', '.join(source.names[:5])}{', …' if len(source.names) > 5 else ''}) "
            "and no rows.",
            "Upload a file with at least one row below the header.",
        )
    table, dropped = _without_blank_columns(table, source.notes())
    report("profile", 0.8, "Describing columns")
    columns, column_notes = profile(table, source.plan.column_roles, readings_unclear)
    report("profile", 0.9, "Writing the table")
    _write(table, columns, destination)
    report("profile", 1.0, "Table ready")
    all_notes = [*_encoding_notes(source.plan), *source.notes(), *dropped, *notes, *column_notes]
    return ImportResult(
        table.height, table.width, columns, source.plan, [note.to_dict() for note in all_notes]
    )


def _readable(start: bytes) -> str:
    """Return a file's first bytes as they would be read: as text, or as hexadecimal numbers."""
    text = start.decode("ascii", errors="replace")
    return f"“{text}”" if text.isprintable() and "\ufffd" not in text else f"the bytes {start.hex(' ')}"


def _silent(stage: str, fraction: float, message: str) -> None:
    """Take a progress report and do nothing with it."""


def _delimited(path: Path, plan: ImportPlan) -> ImportPlan:
    sample = read_sample(path, plan)
    _refuse_web_page(sample)
    if not sample.strip():
        raise TableError(
            "empty_file", "The file holds only blank lines.", "Upload a file with a header and rows."
        )
    found = dialect.detect_dialect(sample)
    plan = replace(
        plan,
        delimiter=found.delimiter,
        quote=found.quote,
        decimal="," if found.decimal == "," else ".",
        skip_rows=found.skip_rows,
    )
    below = "\n".join(sample.split("\n")[found.skip_rows :])
    return header.with_header(plan, dialect.split(below, plan.delimiter, plan.quote))


def _refuse_web_page(sample: str) -> None:
    start = sample.lstrip()[:200].lower()
    if start.startswith(("<!doctype html", "<html", "<?xml", "%pdf", "{\\rtf")):
        raise TableError(
            "not_a_table",
            f"The file is a document, not a table (it starts with “{sample.lstrip()[:20]}”).",
            "Download the data itself, not the page that shows it, as CSV, Excel, Parquet or JSON.",
        )


def _open(path: Path, plan: ImportPlan) -> TableSource:
    kinds: dict[str, Callable[[Path, ImportPlan], TableSource]] = {
        "delimited": DelimitedText,
        "excel": excel.ExcelTable,
        "json": JsonTable,
        "json_lines": JsonTable,
        "parquet": ParquetTable,
    }
    return kinds[plan.format](path, plan)


def _read(source: TableSource, path: Path, report: Progress) -> tuple[pl.DataFrame, list[str], list[Note]]:
    """Return the table's values, the columns with dates of unclear order, and notes on the cells."""
    total = max(1, path.stat().st_size) * (4 if source.plan.compression else 1)
    normalizer = Normalizer()
    gatherer = Gatherer(source.plan.null_values)
    held: list[pl.DataFrame] = []
    read = rows = 0
    for raw, size in source.frames():
        rows += raw.height
        limits.check_cells(rows, len(source.names))
        frame = normalizer.normalize(raw)
        if source.texts_are_raw:
            gatherer.add(frame)
        read += size
        # Texts take several times the memory of their values: beyond a few blocks they are read twice.
        if read <= _HELD_BYTES or not source.rereads:
            held.append(frame)
        report(
            "read",
            min(0.4, 0.4 * read / total),
            f"{gatherer.rows:,} rows seen" if gatherer.rows else "Reading",
        )
    readings = {name: decide(name, found, source.plan) for name, found in gatherer.evidence.items()}
    converter = Converter(readings, source.plan)
    again = (
        iter(held) if read <= _HELD_BYTES or not source.rereads else (frame for frame, _ in source.frames())
    )
    converted: list[pl.DataFrame] = []
    rows = 0
    for frame in again:
        converted.append(converter.convert(frame))
        rows += frame.height
        report("convert", 0.4 + 0.4 * rows / max(1, gatherer.rows, rows), f"{rows:,} rows converted")
    table = (
        pl.concat(converted) if converted else pl.DataFrame(schema=dict.fromkeys(source.names, pl.String()))
    )
    unclear = [name for name, reading in readings.items() if reading.ambiguous_dates]
    return table, unclear, [*normalizer.notes(), *style_notes(readings, source.plan), *converter.notes()]


def _without_blank_columns(table: pl.DataFrame, header_notes: list[Note]) -> tuple[pl.DataFrame, list[Note]]:
    """Drop the columns that have neither a name of their own nor any value."""
    if not any(note.code == "blank_header" for note in header_notes):
        return table, []
    blank = [
        name
        for i, name in enumerate(table.columns)
        if name.startswith(f"column_{i + 1}") and table[name].null_count() == table.height
    ]
    if not blank or len(blank) == table.width:
        return table, []
    message = f"{plural(len(blank), 'column')} with neither name nor values left out ({quoted(blank)})."
    return table.drop(blank), [Note("blank_column_dropped", message, count=len(blank))]


def _encoding_notes(plan: ImportPlan) -> list[Note]:
    if plan.format in ("parquet", "excel") or plan.encoding in ("utf-8", "utf-8-sig", "ascii"):
        return []
    return [Note("encoding", f"The text is read as {plan.encoding}, not UTF-8.")]


def _write(table: pl.DataFrame, columns: list[ColumnProfile], destination: Path) -> None:
    """Write the table; roles go into the schema's metadata, where every Parquet reader shows them."""
    roles = json.dumps({column.name: column.role for column in columns})
    arrow = table.to_arrow(compat_level=pl.CompatLevel.oldest())
    arrow = arrow.replace_schema_metadata({ROLES_KEY: roles})
    pq.write_table(arrow, destination, compression="zstd", compression_level=1, row_group_size=ROW_GROUP_ROWS)
