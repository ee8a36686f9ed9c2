"""Writing small files for the tests and importing them."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from fiedler.tables import ImportPlan, ImportResult, import_table


class Files:
    """A folder of uploads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.parquet = folder / "table.parquet"

    def write(self, name: str, content: str | bytes) -> Path:
        path = self._folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def read(
        self, content: str | bytes, name: str = "t.csv", plan: ImportPlan | None = None
    ) -> tuple[ImportResult, pl.DataFrame]:
        """Import a file with this content; return the result and the table that was written."""
        result = import_table(self.write(name, content), name, self.parquet, plan)
        return result, pl.read_parquet(self.parquet)


def codes(result: ImportResult) -> dict[str, int | None]:
    """The notes' codes with their counts."""
    return {note["code"]: note.get("count") for note in result.notes}


def roles(result: ImportResult) -> dict[str, str]:
    return {column.name: column.role for column in result.columns}
