from __future__ import annotations

import pytest
from table_files import Files, codes

from fiedler.tables import ImportPlan

ROWS = [("x", "y"), ("1.5", "2.25"), ("3.5", "4.75"), ("5", "6")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^"])
def test_every_common_delimiter_is_found(files: Files, delimiter: str):
    result, table = files.read("\n".join(delimiter.join(row) for row in ROWS))
    assert table.rows() == [(1.5, 2.25), (3.5, 4.75), (5.0, 6.0)]
    assert result.plan.delimiter == delimiter


def test_decimal_commas_between_semicolons_are_two_columns(files: Files):
    result, table = files.read("x;y\n1,5;2,25\n3,5;4,75\n")
    assert table.rows() == [(1.5, 2.25), (3.5, 4.75)]
    assert result.plan.decimal == ","


def test_decimal_commas_without_a_header_are_two_columns(files: Files):
    _, table = files.read("1,5;2,25\n3,5;4,75\n5,5;6,5\n")
    assert table.rows() == [(1.5, 2.25), (3.5, 4.75), (5.5, 6.5)]


def test_a_single_column_of_decimal_commas_is_one_column(files: Files):
    _, table = files.read("x\n1,5\n2,25\n3,75\n")
    assert table.to_dict(as_series=False) == {"x": [1.5, 2.25, 3.75]}


def test_each_column_keeps_its_own_decimal_mark(files: Files):
    _, table = files.read('a,b\n"27,3",25.461\n"27,02",28.972\n"24,82",30.814\n')
    assert table["a"].to_list() == [27.3, 27.02, 24.82]
    assert table["b"].to_list() == [25.461, 28.972, 30.814]


def test_thousands_marks_are_read_and_said(files: Files):
    result, table = files.read('a,b\n"1,234.5",x\n"12,345.25",y\n7.5,z\n')
    assert table["a"].to_list() == [1234.5, 12345.25, 7.5]
    assert "thousands_mark" in codes(result)


def test_runs_of_spaces_are_one_delimiter(files: Files):
    result, table = files.read("1.0  2.0   0\n3.0 4.0  1\n 5.0 6.0 0 \n", "t.txt")
    assert table.rows() == [(1.0, 2.0, 0), (3.0, 4.0, 1), (5.0, 6.0, 0)]
    assert not result.plan.has_header


def test_doubled_tabs_are_padding_when_that_makes_all_rows_alike(files: Files):
    _, table = files.read("1\t2\t3\n4\t\t5\t6\n7\t8\t\t9\n", "t.txt")
    assert table.rows() == [(1, 2, 3), (4, 5, 6), (7, 8, 9)]


def test_empty_cells_between_tabs_stay_empty(files: Files):
    _, table = files.read("a\tb\tc\n1\t\t3\n\t5\t6\n7\t8\t9\n", "t.tsv")
    assert table.rows() == [(1, None, 3), (None, 5, 6), (7, 8, 9)]


def test_lines_above_the_table_are_skipped_and_counted(files: Files):
    result, table = files.read("# made by a tool\n# version 2\nx,y,z\n1,2,3\n4,5,7\n")
    assert table.columns == ["x", "y", "z"]
    assert codes(result)["lines_skipped"] == 2


def test_a_title_above_the_table_is_skipped(files: Files):
    result, table = files.read("Results of May\n\na,b,c,d\n1,2,3,4\n5,6,7,8\n")
    assert table.columns == ["a", "b", "c", "d"]
    assert result.plan.skip_rows == 2


def test_quoted_cells_may_hold_delimiters_line_breaks_and_quotes(files: Files):
    _, table = files.read('name,x\r\n"a, ""b""\r\nc",1\r\nd,2\r\n')
    assert table.rows() == [('a, "b"\nc', 1), ("d", 2)]


def test_marks_that_quote_nothing_stay_in_the_text(files: Files):
    result, table = files.read('part,length\n5" pipe,2\n6" pipe,3\nrod,4\n')
    assert table["part"].to_list() == ['5" pipe', '6" pipe', "rod"]
    assert result.plan.quote is None


def test_a_quote_that_is_never_closed_loses_no_row(files: Files):
    result, table = files.read('part,length\n"a",1\n"b,2\nc,3\n')
    assert table["length"].to_list() == [1, 2, 3]
    assert "quotes_kept" in codes(result)


def test_a_plan_overrules_what_would_be_detected(files: Files):
    plan = ImportPlan(delimiter=",", has_header=False)
    result, table = files.read("1;2,3\n4;5,6\n", plan=plan)
    assert table.rows() == [("1;2", 3), ("4;5", 6)]
    assert result.plan == plan
