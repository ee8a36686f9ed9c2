"""Files that are not delimited text."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import UTC, datetime

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from table_files import Files, codes, roles

from fiedler.errors import TableError
from fiedler.tables import ImportPlan, import_table, propose_plan

RECORDS = '[{"x": 1, "kind": "a", "y": 0.5}, {"x": null, "kind": "b"}, {"x": 3, "kind": null, "y": 2}]'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.json", RECORDS),
        ("t.json", '{"rows": ' + RECORDS + "}"),
        ("t.json", '{"x": [1, null, 3], "kind": ["a", "b", null], "y": [0.5, null, 2]}'),
        ("t.json", '{"x": {"0": 1, "2": 3}, "kind": {"0": "a", "1": "b"}, "y": {"0": 0.5, "2": 2}}'),
        ("t.jsonl", RECORDS.strip("[]").replace("}, {", "}\n{")),
        ("t.ndjson.gz", gzip.compress(RECORDS.strip("[]").replace("}, {", "}\n{").encode())),
    ],
    ids=["records", "wrapped", "columns", "pandas", "lines", "gzip"],
)
def test_json_tables_of_every_shape_are_the_same_table(files: Files, name: str, content: str | bytes):
    _, table = files.read(content, name)
    values = table.select("x", "kind", "y").sort("x", nulls_last=True).to_dict(as_series=False)
    assert values == {"x": [1, 3, None], "kind": ["a", None, "b"], "y": [0.5, 2.0, None]}


def test_json_with_nan_mixed_types_and_lists_is_read_with_notes(files: Files):
    lines = '{"x": 1.5, "m": 1, "l": [1, 2]}\n{"x": NaN, "m": "a", "l": []}\n'
    result, table = files.read(lines, "t.jsonl")
    assert table["x"].to_list() == [1.5, None]
    assert table["m"].to_list() == ["1", "a"]
    assert "infinite_value" in codes(result)


def test_json_with_a_broken_line_names_it(files: Files):
    with pytest.raises(TableError, match="line 2"):
        files.read('{"x": 1}\n{"x": \n', "t.jsonl")


def test_parquet_keeps_its_types_and_loses_infinities_with_a_note(files: Files):
    table = pa.table(
        {
            "f": pa.array([1.5, float("inf"), None, float("nan")], pa.float32()),
            "u": pa.array([1, 2, 3, 4], pa.uint8()),
            "code": ["007", "008", "009", "010"],
            "at": pa.array([datetime(2024, 1, 1, tzinfo=UTC)] * 4, pa.timestamp("ns", "UTC")),
            "kind": pa.array(["a", "b", "a", "a"]).dictionary_encode(),
            "ok": [True, False, None, True],
            "l": [[1], [2], [], None],
        }
    )
    stream = io.BytesIO()
    pq.write_table(table, stream)
    result, read = files.read(stream.getvalue(), "t.parquet")
    assert read["f"].to_list() == [1.5, None, None, None]
    assert read["code"].to_list() == ["007", "008", "009", "010"]
    assert [column.type for column in result.columns] == [
        "float", "integer", "text", "datetime", "text", "boolean", "text",
    ]  # fmt: skip
    assert codes(result)["infinite_value"] == 2
    assert "nested_values" in codes(result)


def test_parquet_under_another_name_is_recognised(files: Files):
    stream = io.BytesIO()
    pl.DataFrame({"x": [1.5, 2.5]}).write_parquet(stream)
    result, _ = files.read(stream.getvalue(), "t.csv")
    assert result.plan.format == "parquet"


def workbook(sheets: dict[str, list[list[str | float | None]]]) -> bytes:
    """Return a minimal .xlsx, as its standard describes it: inline texts and numbers."""
    stream = io.BytesIO()
    names = list(sheets)
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i + 1}.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.worksheet+xml"/>'
        for i in range(len(names))
    )
    base = "http://schemas.openxmlformats.org"
    relation = f"{base}/officeDocument/2006/relationships"
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{base}/package/2006/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/xl/workbook.xml" ContentType='
            '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
            + types
            + "</Types>",
        )
        file.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{base}/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{relation}/officeDocument" Target="xl/workbook.xml"/>'
            "</Relationships>",
        )
        listed = "".join(
            f'<sheet name="{name}" sheetId="{i + 1}" r:id="r{i + 1}"/>' for i, name in enumerate(names)
        )
        main = f"{base}/spreadsheetml/2006/main"
        file.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{relation}"><sheets>{listed}</sheets></workbook>',
        )
        targets = "".join(
            f'<Relationship Id="r{i + 1}" Type="{relation}/worksheet" Target="worksheets/sheet{i + 1}.xml"/>'
            for i in range(len(names))
        )
        file.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{base}/package/2006/relationships">{targets}</Relationships>',
        )
        for i, rows in enumerate(sheets.values()):
            lines = "".join(
                f'<row r="{r + 1}">' + "".join(cell(r, c, value) for c, value in enumerate(row)) + "</row>"
                for r, row in enumerate(rows)
            )
            file.writestr(
                f"xl/worksheets/sheet{i + 1}.xml",
                f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>',
            )
    return stream.getvalue()


def cell(row: int, column: int, value: str | float | None) -> str:
    place = f"{chr(65 + column)}{row + 1}"
    if value is None:
        return ""
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'


SHEET: list[list[str | float | None]] = [
    ["name", "x", "y"],
    ["a", 1, 0.5],
    ["b", 2, None],
    [None, None, None],
    ["c", 3, 1.25],
]


def test_the_first_filled_sheet_of_a_workbook_is_read(files: Files):
    result, table = files.read(workbook({"cover": [], "data": SHEET, "more": SHEET}), "t.xlsx")
    assert table.rows() == [("a", 1, 0.5), ("b", 2, None), ("c", 3, 1.25)]
    assert result.plan.sheet == "data"
    assert codes(result) == {"other_sheets": 2, "blank_rows_dropped": 1}
    assert roles(result)["x"] == "feature"


def test_a_title_above_a_sheet_is_skipped(files: Files):
    _, table = files.read(workbook({"s": [["Results of May"], *SHEET]}), "t.xlsx")
    assert table.columns == ["name", "x", "y"]
    assert table.height == 3


def test_another_sheet_can_be_chosen_and_a_missing_one_is_named(files: Files):
    path = files.write("t.xlsx", workbook({"one": SHEET, "two": [["v"], [7]]}))
    plan = ImportPlan(format="excel", sheet="two")
    assert import_table(path, "t.xlsx", files.parquet, plan).n_rows == 1
    with pytest.raises(TableError, match="no sheet “three”"):
        import_table(path, "t.xlsx", files.parquet, ImportPlan(format="excel", sheet="three"))


def test_a_plan_survives_json_and_refuses_nonsense(files: Files):
    path = files.write("t.csv", "x;y\n1,5;2\n")
    plan = propose_plan(path, "t.csv")
    assert ImportPlan.from_dict(plan.to_dict()) == plan
    for wrong in (
        {"delimiter": "ab"}, {"quote": ","}, {"encoding": "klingon"}, {"skip_rows": -1}, {"color": 1},
        {"column_types": {"x": "complex"}}, {"null_values": "NA"}, {"has_header": "yes"}, {"format": "word"},
    ):  # fmt: skip
        with pytest.raises(TableError) as caught:
            ImportPlan.from_dict(wrong)
        assert caught.value.code == "invalid_plan"


def test_progress_only_grows_and_ends_at_one(files: Files):
    told: list[tuple[str, float, str]] = []
    path = files.write("t.csv", "x,y\n" + "1,2\n" * 5000)
    import_table(path, "t.csv", files.parquet, progress=lambda *report: told.append(report))
    fractions = [fraction for _, fraction, _ in told]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
