"""Excel workbooks: the cells of one sheet as texts, read on like any other text table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import fastexcel
import polars as pl

from fiedler.errors import TableError
from fiedler.tables import dialect, header
from fiedler.tables.dialect import Record
from fiedler.tables.limits import check_workbook
from fiedler.tables.notes import Note, plural
from fiedler.tables.plan import ImportPlan


class ExcelTable:
    """One sheet of a workbook; `frames` may be called more than once.

    Raises
    ------
    TableError
        The file is no workbook (``damaged_file``), has no such sheet (``invalid_plan``) or no cell
        (``empty_file``).
    """

    texts_are_raw = True
    rereads = False

    def __init__(self, path: Path, plan: ImportPlan) -> None:
        self._bytes = path.stat().st_size
        self._sheet, self._cells, self._others = _sheet(path, plan.sheet)
        self.plan = plan
        self.records = records(self._cells)[plan.skip_rows :]
        below = [record for record in self.records if not record.is_blank]
        if not below:
            raise TableError(
                "empty_file", f"The sheet “{self._sheet}” holds no cell.", "Choose another sheet."
            )
        relative = [Record(record.cells, record.line - plan.skip_rows) for record in self.records]
        self.layout = header.layout(plan, relative, self._cells.width)
        self.names = self.layout.names
        self._blank = 0

    def frames(self) -> Iterator[tuple[pl.DataFrame, int]]:
        """Yield the sheet's rows as texts with the bytes of the file."""
        if self.layout.first_line < 0:
            return
        rows = self._cells.slice(self.plan.skip_rows + self.layout.first_line)
        rows = rows.rename(dict(zip(rows.columns, self.names, strict=True)))
        kept = rows.filter(pl.any_horizontal(pl.all().str.strip_chars() != "").fill_null(False))
        self._blank = rows.height - kept.height
        yield kept, self._bytes

    def notes(self) -> list[Note]:
        """Return what the header needed, and what of the workbook was not read."""
        notes = list(self.layout.notes)
        if self._others:
            notes.append(
                Note(
                    "other_sheets",
                    f"The sheet “{self._sheet}” was read; {plural(len(self._others), 'other sheet')} not.",
                    count=len(self._others),
                )
            )
        if self._blank:
            notes.append(
                Note(
                    "blank_rows_dropped",
                    f"{plural(self._blank, 'row')} without any value left out.",
                    count=self._blank,
                )
            )
        return notes


def propose(path: Path) -> ImportPlan:
    """Return the plan of a workbook: its first sheet with cells, and that sheet's header."""
    sheet, cells, _ = _sheet(path, None)
    rows = records(cells)
    width = max((len([cell for cell in row.cells if cell.strip()]) for row in rows), default=0)
    skip = next(
        (row.line for row in rows if len([cell for cell in row.cells if cell.strip()]) > max(0, width // 2)),
        0,
    )
    plan = ImportPlan(format="excel", sheet=sheet, skip_rows=skip)
    return header.with_header(plan, rows[skip:])


def records(cells: pl.DataFrame) -> list[Record]:
    """Return the first rows of a sheet as records."""
    rows = cells.head(dialect.SAMPLE_RECORDS).rows()
    return [Record([cell or "" for cell in row], line) for line, row in enumerate(rows)]


def _sheet(path: Path, wanted: str | None) -> tuple[str, pl.DataFrame, list[str]]:
    check_workbook(path)
    try:
        workbook = fastexcel.read_excel(path)
        names = workbook.sheet_names
        if wanted is not None and wanted not in names:
            raise TableError(
                "invalid_plan",
                f"The workbook has no sheet “{wanted}”.",
                f"Its sheets are {', '.join(f'“{name}”' for name in names)}.",
            )
        for name in [wanted] if wanted is not None else names:
            loaded = workbook.load_sheet(name, header_row=None, dtypes="string", skip_rows=0)
            cells = loaded.to_polars()
            if cells.height and cells.width:
                return name, cells, [other for other in names if other != name]
    except fastexcel.FastExcelError as error:
        raise TableError(
            "damaged_file",
            f"The workbook cannot be read ({error}).",
            "Save it again as .xlsx, or upload CSV.",
        ) from error
    raise TableError("empty_file", "The workbook holds no cell.", "Upload a workbook with a header and rows.")
