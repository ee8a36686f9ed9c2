"""Nothing is lost or changed without being counted and named."""

from __future__ import annotations

import pytest
from table_files import Files, codes

from fiedler.tables import ImportPlan, delimited, importing

NUMBERS = [f"{i}.5" for i in range(60)]


def column(*odd: str) -> str:
    return "\n".join(["x", *NUMBERS, *odd])


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("inf", "infinite_value"),
        ("-Infinity", "infinite_value"),
        ("1e400", "out_of_range"),
        (str(2**70), "out_of_range"),
        ("NaN", "missing_text"),
        ("#DIV/0!", "missing_text"),
        ("?", "missing_text"),
        ("1_000", "not_a_number"),
        ("٣", "not_a_number"),
        ("12 kg", "not_a_number"),
    ],
)
def test_a_cell_that_is_no_number_counts_as_missing_and_is_named(files: Files, cell: str, code: str):
    result, table = files.read(column(cell, "7.5"))
    assert table["x"].to_list()[-2:] == [None, 7.5]
    note = next(note for note in result.notes if note["code"] == code)
    assert (note["column"], note["count"]) == ("x", 1)
    assert cell in note["message"]


def test_huge_whole_numbers_that_are_common_are_kept_as_floats(files: Files):
    _, table = files.read("x\n" + "\n".join(str(2**70 + i * 2**40) for i in range(20)))
    assert table["x"].null_count() == 0
    assert table["x"][0] == float(2**70)


def test_numbers_that_become_text_late_stay_numbers_with_a_note(files: Files):
    content = "x,y\n" + "1,2\n" * 20_000 + "oops,3\n"
    result, table = files.read(content)
    assert table["x"].null_count() == 1
    assert table["y"][-1] == 3
    assert codes(result)["not_a_number"] == 1


def test_integers_become_floats_when_a_late_cell_is_one(files: Files):
    _, table = files.read("x\n" + "1\n" * 20_000 + "2.5\n")
    assert table["x"][-1] == 2.5


def test_ragged_rows_are_padded_or_cut_and_counted(files: Files):
    content = "x,y\n" + "1,2\n" * 5 + "3\n4,5,6\n7,8,9,10\n,\n\n1,1\n"
    result, table = files.read(content)
    assert table.rows()[5:] == [(3, None), (4, 5), (7, 8), (1, 1)]
    assert codes(result) == {"rows_padded": 1, "rows_cut": 2, "blank_rows_dropped": 2}
    assert "6" in next(note["message"] for note in result.notes if note["code"] == "rows_cut")


def test_rows_are_the_same_however_the_file_falls_into_blocks(files: Files, monkeypatch: pytest.MonkeyPatch):
    lines = ["name;x", *(f'"a;{i}\nb ""{i}""";{i},5' for i in range(200)), "short", "long;1,5;2"]
    whole, expected = files.read("\r\n".join(lines))
    blocks = delimited.TextBlocks.__iter__

    def in_pieces(self: delimited.TextBlocks):
        for block in blocks(self):
            yield from (block[start : start + 97] for start in range(0, len(block), 97))

    monkeypatch.setattr(delimited.TextBlocks, "__iter__", in_pieces)
    monkeypatch.setattr(importing, "_HELD_BYTES", 500)  # most blocks are read twice
    pieces, table = files.read("\r\n".join(lines))
    assert table.equals(expected)
    assert pieces.notes == whole.notes
    assert expected[3].rows() == [('a;3\nb "3"', 3.5)]


def test_spaces_around_cells_do_not_make_text_of_numbers(files: Files):
    result, table = files.read("x , y\r\n 1 , a b \r\n 3 ,c\r\n")
    assert table.rows() == [(1, "a b"), (3, "c")]
    assert codes(result)["trimmed_text"] == 1


def test_leading_zeros_are_reported(files: Files):
    result, table = files.read("zip,x\n00123,1\n04567,2\n12345,3\n")
    assert table["zip"].to_list() == [123, 4567, 12345]
    assert codes(result)["leading_zeros"] == 2
    _, kept = files.read("zip,x\n00123,1\n04567,2\n", plan=ImportPlan(column_types={"zip": "text"}))
    assert kept["zip"].to_list() == ["00123", "04567"]


def test_an_often_repeated_far_value_is_reported_and_can_be_made_missing(files: Files):
    content = "x\n" + "\n".join([*map(str, range(100, 160)), *["-200"] * 8])
    result, table = files.read(content)
    assert table["x"].min() == -200
    assert codes(result)["possible_missing_value"] == 8
    plan = ImportPlan(null_values=("-200",))
    _, cleaned = files.read(content, plan=plan)
    assert cleaned["x"].null_count() == 8


def test_booleans_and_dates_have_their_types(files: Files):
    result, table = files.read(
        "ok,day,late\ntrue,2024-01-31,13/02/2020 10:30\nFALSE,2024-02-01,01/03/2020 9:05\n,,\n"
        "True,2024-02-02,02/03/2020 0:00\n"
    )
    assert [column.type for column in result.columns] == ["boolean", "datetime", "datetime"]
    assert table["ok"].to_list() == [True, False, True]
    assert str(table["late"][0]) == "2020-02-13 10:30:00"


def test_dates_of_unclear_order_stay_text(files: Files):
    result, table = files.read("day,x\n01/02/2020,1\n03/04/2020,2\n05/06/2020,4\n")
    assert table["day"].to_list() == ["01/02/2020", "03/04/2020", "05/06/2020"]
    assert result.columns[0].role == "ignored"


def test_a_type_chosen_by_hand_is_followed_and_what_it_costs_is_counted(files: Files):
    plan = ImportPlan(column_types={"a": "float"})
    result, table = files.read("a,b\n1,x\ntwo,y\n3,z\n", plan=plan)
    assert table["a"].to_list() == [1.0, None, 3.0]
    assert codes(result)["not_a_number"] == 1
