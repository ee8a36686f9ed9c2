from __future__ import annotations

import pytest
from table_files import Files, codes, roles

from fiedler.errors import TableError


def test_a_table_of_numbers_has_no_header(files: Files):
    result, table = files.read("1.0,2.0\n3.0,4.0\n5,6\n")
    assert table.columns == ["column_1", "column_2"]
    assert result.n_rows == 3


def test_a_row_with_missing_marks_is_no_header(files: Files):
    _, table = files.read("1,?\n2,3\n4,5\n")
    assert table.height == 3


def test_words_over_words_are_a_header_when_they_never_come_again(files: Files):
    result, table = files.read("kind,place\na,x\nb,x\na,y\n")
    assert table.columns == ["kind", "place"]
    assert result.n_rows == 3


def test_words_that_come_again_are_data(files: Files):
    result, _ = files.read("a,x\nb,x\na,y\n")
    assert result.n_rows == 3


def test_duplicate_and_blank_names_become_unique_with_a_note(files: Files):
    result, table = files.read("x,x,,x_2\n1,2,3,4\n5,6,7,9\n")
    assert table.columns == ["x", "x_3", "column_3", "x_2"]
    assert codes(result)["duplicate_header"] == 1
    assert codes(result)["blank_header"] == 1


def test_several_header_rows_are_joined(files: Files):
    rows = "\n".join(f"{i},{i}.5,{i}.25,{i}.75" for i in range(12))
    result, table = files.read(f"network,1,1,2\nhemi,lh,rh,lh\n,,,\n{rows}\n")
    assert table.columns == ["network_hemi", "1_lh", "1_rh", "2_lh"]
    assert result.n_rows == 12
    assert codes(result)["header_joined"] == 2


def test_a_wrong_cell_in_the_first_row_is_no_second_header(files: Files):
    result, table = files.read("x\noops\n" + "\n".join(map(str, range(40))))
    assert table.columns == ["x"]
    assert codes(result)["not_a_number"] == 1


def test_the_type_rows_of_an_orange_file_are_no_data(files: Files):
    content = "age\tkind\tlabel\nc\td\td\n\t\tclass\n63\tmale\t0\n67\tmale\t1\n41\tfemale\t0\n"
    result, table = files.read(content, "t.tab")
    assert table["age"].to_list() == [63, 67, 41]
    assert roles(result) == {"age": "feature", "kind": "label", "label": "label"}


def test_row_names_without_a_header_of_their_own_are_noticed(files: Files):
    result, table = files.read("x,y\nr1,1,2\nr2,3,4\nr3,5,7\n")
    assert table.columns == ["row_name", "x", "y"]
    assert "header_shorter" in codes(result)


def test_a_trailing_delimiter_in_the_header_names_no_column(files: Files):
    result, table = files.read("x,y,\n1,2\n3,4\n5,7\n")
    assert table.columns == ["x", "y"]
    assert "blank_column_dropped" in codes(result)


def test_a_column_without_name_and_values_is_dropped_with_a_note(files: Files):
    result, table = files.read("x,y,\n1,2,\n3,4,\n5,7,\n")
    assert table.columns == ["x", "y"]
    assert codes(result)["blank_column_dropped"] == 1


@pytest.mark.parametrize("content", ["a,b,c\n", "a,b,c"])
def test_a_header_alone_is_refused_by_name(files: Files, content: str):
    with pytest.raises(TableError) as caught:
        files.read(content)
    assert caught.value.code == "no_rows"
