from __future__ import annotations

import codecs
import gzip
import random
from pathlib import Path

import pytest
from table_files import Files, codes

from fiedler.errors import TableError
from fiedler.tables import ImportPlan, encoding
from fiedler.tables.encoding import TextBlocks

TEXT = "naïve,größe\n1,2\n3,4\n"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("latin-1"),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-32"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        gzip.compress(TEXT.encode("latin-1")),
    ],
    ids=["utf-8", "bom", "latin-1", "utf-16", "utf-16-be", "no-bom", "utf-32", "crlf", "cr", "gzip"],
)
def test_text_is_decoded_whatever_its_encoding(files: Files, content: bytes):
    _, table = files.read(content, "t.csv.gz" if content.startswith(b"\x1f\x8b") else "t.csv")
    assert table.to_dict(as_series=False) == {"naïve": [1, 3], "größe": [2, 4]}


def test_a_foreign_byte_far_into_the_file_decides_the_encoding(files: Files):
    content = b"name,x\n" + b"plain,1\n" * 100_000 + "Malmö,2\n".encode("cp1252")
    result, table = files.read(content)
    assert table["name"][-1] == "Malmö"
    assert "encoding" in codes(result)


def test_cyrillic_is_not_taken_for_western_text(files: Files):
    people = ["Иванова Мария,Санкт-Петербург", "Петров Сергей,Новосибирск", "Орлов Дмитрий,Нижний Новгород"]
    rows = ["имя,город,возраст", *(f"{people[i % 3]},{20 + i}" for i in range(60))]
    _, table = files.read("\n".join(rows).encode("cp1251"))
    assert table.columns == ["имя", "город", "возраст"]
    assert table[0, 1] == "Санкт-Петербург"


def test_what_an_encoding_cannot_say_is_counted(files: Files, tmp_path: Path):
    result, _ = files.read("name,x\nMalmö,2\nö,3\n".encode("cp1252"), plan=ImportPlan(encoding="utf-8"))
    assert codes(result)["undecodable_text"] == 2


def test_line_ends_split_between_blocks_stay_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "t.csv"
    path.write_bytes(b"a\r\nb\rc\r\n")
    blocks = encoding.byte_blocks
    for size in range(1, 9):
        monkeypatch.setattr(
            encoding,
            "byte_blocks",
            lambda path, compression, size=size, **_: blocks(path, compression, block_bytes=size),
        )
        assert b"".join(TextBlocks(path, "utf-8", None)) == b"a\nb\nc\n"


def test_a_gzip_bomb_is_stopped(tmp_path: Path):
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(b"0,0\n" * 1_000_000))
    with pytest.raises(TableError) as caught:
        list(encoding.byte_blocks(path, "gzip", limit_bytes=1_000_000))
    assert caught.value.code == "too_large_unpacked"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("t.csv", b"", "empty_file"),
        ("t.csv", b"\n\n \n", "empty_file"),
        ("t.csv", random.Random(0).randbytes(4000), "not_a_table"),
        ("t.csv", b"%PDF-1.7\n%\xe2\xe3\n1 0 obj", "not_a_table"),
        ("t.csv", b"<!DOCTYPE html>\n<html><body>no data</body></html>", "not_a_table"),
        ("t.parquet", b"x,y\n1,2\n", "not_a_table"),
        ("t.parquet", b"PAR1" + bytes(100), "damaged_file"),
        ("t.xlsx", b"PK\x03\x04" + bytes(100), "damaged_file"),
        ("t.csv.gz", gzip.compress(b"x,y\n" * 10_000)[:60], "damaged_file"),
        ("t.docx", b"hello", "unsupported_file_type"),
        ("t.json", b"{", "damaged_file"),
        ("t.json", b"3", "not_a_table"),
        ("t.json", b"[]", "no_rows"),
    ],
)
def test_what_is_no_table_is_refused_with_code_and_remedy(files: Files, name: str, content: bytes, code: str):
    with pytest.raises(TableError) as caught:
        files.read(content, name)
    assert caught.value.code == code
    assert caught.value.message
    assert caught.value.remedy
