"""What is refused before it is unpacked: small files that would take more memory than anyone has."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from fiedler.errors import TableError

MAX_COLUMNS = 10_000
MAX_CELLS = 10**9
# Of a sheet: a workbook's cells are held at once, empty ones too, each with its place.
MAX_SHEET_CELLS = 10**8
MAX_UNPACKED_BYTES = 2 * 2**30
# A text of few distinct values packs a hundred times smaller; what unpacks further was made to.
MAX_RATIO = 500
RATIO_COUNTS_FROM_BYTES = 2**28
MAX_JSON_DEPTH = 200
_CHUNK_BYTES = 2**20
_REFERENCE = re.compile(rb'<(?:c|row)\b[^>]*?\br="([A-Z]{0,3})(\d{1,7})"')
_NAME = re.compile(rb'"((?:[^"\\]|\\.)*)"\s*:')
# A reference that a chunk cuts in two is found with the next one.
_OVERLAP_BYTES = 256


def check_columns(count: int) -> None:
    """Raise TableError (``too_many_columns``) for more columns than are read."""
    if count > MAX_COLUMNS:
        raise TableError(
            "too_many_columns",
            f"The table has {count:,} columns; at most {MAX_COLUMNS:,} are read.",
            "Keep fewer columns, or check the delimiter in the import settings.",
        )


def check_cells(n_rows: int, n_columns: int, most: int = MAX_CELLS) -> None:
    """Raise TableError (``too_many_cells``) for more cells than are read."""
    if n_rows * n_columns > most:
        raise TableError(
            "too_many_cells",
            f"The table has {n_rows:,} rows and {n_columns:,} columns, {n_rows * n_columns:,} cells; at most "
            f"{most:,} are read.",
            "Keep fewer rows or columns, or cluster it with the fiedler command, which streams.",
        )


def check_ratio(packed_bytes: int, unpacked_bytes: int) -> None:
    """Raise TableError (``too_large_unpacked``) for what unpacks as no table does."""
    if unpacked_bytes > RATIO_COUNTS_FROM_BYTES and unpacked_bytes > MAX_RATIO * packed_bytes:
        raise TableError(
            "too_large_unpacked",
            f"The {packed_bytes:,} bytes of the compressed file unpack to {unpacked_bytes:,} bytes and more; "
            f"at most {MAX_RATIO} times as many are read.",
            "Upload it uncompressed, or as Parquet.",
        )


def check_workbook(path: Path) -> None:
    """Unpack a workbook chunk by chunk, keeping nothing, and refuse what a reader could not hold.

    Raises
    ------
    TableError
        It unpacks to too much (``too_large_unpacked``), a sheet reaches too far (``too_many_cells``,
        ``too_many_columns``), or it is no workbook (``damaged_file``).
    """
    packed = path.stat().st_size
    unpacked = 0
    try:
        with zipfile.ZipFile(path) as workbook:
            for entry in workbook.infolist():
                is_sheet = entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml")
                sheet = _Extent()
                for chunk in _chunks(workbook, entry):
                    unpacked += len(chunk)
                    check_ratio(packed, unpacked)
                    if unpacked > MAX_UNPACKED_BYTES:
                        raise TableError(
                            "too_large_unpacked",
                            f"The workbook unpacks to more than {MAX_UNPACKED_BYTES:,} bytes.",
                            "Upload fewer rows at a time, or the sheet as CSV.",
                        )
                    if is_sheet:
                        sheet.add(chunk)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise TableError(
            "damaged_file",
            f"The workbook cannot be unpacked ({error}).",
            "Save it again as .xlsx, or upload CSV.",
        ) from error


def json_depth(text: bytes) -> int:
    """Return how deep brackets are nested, at most one more than `MAX_JSON_DEPTH`; those in strings count."""
    depth = deepest = 0
    for bracket in re.finditer(rb"[\[\]{}]", text):
        depth += 1 if bracket.group() in b"[{" else -1
        deepest = max(deepest, depth)
        if deepest > MAX_JSON_DEPTH:
            break
    return deepest


def has_many_names(text: bytes) -> bool:
    """Return whether JSON holds more different names, at any depth, than a table may have columns."""
    names: set[bytes] = set()
    for found in _NAME.finditer(text):
        names.add(found.group(1))
        if len(names) > MAX_COLUMNS:
            return True
    return False


class _Extent:
    """The rows and columns that the references in a sheet span."""

    def __init__(self) -> None:
        self._rows = self._columns = 0
        self._rest = b""

    def add(self, chunk: bytes) -> None:
        """Look at the next chunk of the sheet's XML."""
        text = self._rest + chunk
        for letters, digits in _REFERENCE.findall(text):
            self._rows = max(self._rows, int(digits))
            column = 0
            for letter in letters:
                column = 26 * column + letter - 64
            self._columns = max(self._columns, column)
        check_columns(self._columns)
        check_cells(self._rows, self._columns, MAX_SHEET_CELLS)
        self._rest = text[-_OVERLAP_BYTES:]


def _chunks(workbook: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with workbook.open(entry) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            yield chunk
