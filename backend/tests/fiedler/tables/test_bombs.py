"""Files that would unpack to more than anyone has: refused in a process whose memory is measured."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

MEGABYTE = 2**20
# Beyond what the libraries take by themselves, which is measured too.
ALLOWED_BYTES = 600 * MEGABYTE
PROGRAM = """
import json, resource, sys
from pathlib import Path
from fiedler.errors import TableError
from fiedler.tables import import_table
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
path = Path(sys.argv[1])
try:
    import_table(path, path.name, path.with_name("table.parquet"))
except TableError as error:
    told = {"code": error.code, "message": error.message, "remedy": error.remedy}
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({**told, "grown": 1024 * (after - before)}))
"""


def gzip_bomb(path: Path) -> None:
    block = gzip.compress(b"0,0\n" * (4 * MEGABYTE))
    path.write_bytes(block * 40)  # members one after the other: 640 MB


def gzip_in_gzip(path: Path) -> None:
    path.write_bytes(gzip.compress(gzip.compress(b"x,y\n1,2\n" * MEGABYTE)))


def wide(path: Path) -> None:
    row = ",".join(["1"] * 1_000_000)
    path.write_text("\n".join([row] * 3))


def wide_json(path: Path) -> None:
    path.write_text(json.dumps([{f"a{i}": 1 for i in range(1_000_000)}]))


def scattered_json(path: Path) -> None:
    path.write_text(json.dumps([{f"a{i}": 1} for i in range(200_000)]))


def scattered_lines(path: Path) -> None:
    path.write_text("\n".join(json.dumps({f"a{i}": 1}) for i in range(30_000)))


def deep_json(path: Path) -> None:
    path.write_text("[" * 5_000_000)


def deep_lines(path: Path) -> None:
    path.write_text('{"a":' * 1_000_000 + "1" + "}" * 1_000_000)


def many_cells(path: Path) -> None:
    missing = pa.nulls(1_000_000, pa.float32())  # quicker to write than numbers
    schema = pa.schema([(f"c{i}", missing.type) for i in range(200)])
    batch = pa.RecordBatch.from_arrays([missing] * 200, schema=schema)
    with pq.ParquetWriter(path, schema) as writer:
        for _ in range(6):
            writer.write_batch(batch)


def workbook(path: Path, sheet: bytes, times: int = 1) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as entry:
            for _ in range(times):
                entry.write(sheet)


def zip_bomb(path: Path) -> None:
    workbook(path, b"<row r='1'/>" * (MEGABYTE // 2), 60)


def far_corner(path: Path) -> None:
    cell = '<row r="{row}"><c r="{name}"><v>1</v></c></row>'
    rows = cell.format(row=1, name="A1") + cell.format(row=1_048_576, name="ZZ1048576")
    workbook(path, f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode())


@pytest.mark.parametrize(
    ("make", "name", "code"),
    [
        (gzip_bomb, "bomb.csv.gz", "too_large_unpacked"),
        (gzip_in_gzip, "layers.csv.gz", "not_a_table"),
        (wide, "wide.csv", "too_many_columns"),
        (wide_json, "wide.json", "too_many_columns"),
        (scattered_json, "scattered.json", "too_many_columns"),
        (scattered_lines, "scattered.jsonl", "too_many_columns"),
        (deep_json, "deep.json", "not_a_table"),
        (deep_lines, "deep.jsonl", "not_a_table"),
        (many_cells, "cells.parquet", "too_many_cells"),
        (zip_bomb, "bomb.xlsx", "too_large_unpacked"),
        (far_corner, "corner.xlsx", "too_many_cells"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bomb_is_refused_in_bounded_memory(tmp_path: Path, make, name: str, code: str):
    path = tmp_path / name
    make(path)
    assert path.stat().st_size < 30 * MEGABYTE
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)], capture_output=True, text=True, check=True
    )
    told = json.loads(run.stdout)
    assert told["code"] == code, told
    assert told["remedy"]
    assert told["grown"] < ALLOWED_BYTES, told
    assert not (tmp_path / "table.parquet").exists()
