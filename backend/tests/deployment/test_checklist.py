"""The checklist has every item of the guide, and names nothing that is not there; links lead somewhere."""

import re
from pathlib import Path

import pytest
from stack import REPOSITORY

PAGE = REPOSITORY / "docs" / "operations" / "checklist.md"
# How many items each part of the operations guide has.
ITEMS = """
PRE 9, QS 9, ENV 35, PORT 8, CMP 9, DEV 5, PROD 3, MS 5, IMG 6, DBI 5, BAK 7, HLT 6, LOG 7, MET 13, ALT 4,
DBP 7, APP 3, FEP 3, TLS 5, SEC 5, TRB 4, DBG 10, LOA 5, MNT 10, SCL 3, DR 8, SUP 4, CON 6, IMP 10
"""
LINKED = [*sorted((REPOSITORY / "docs").rglob("*.md")), *sorted(REPOSITORY.glob("*.md"))]


def lines() -> list[tuple[str, str, str, str]]:
    found = re.findall(r"^\| ([A-Z]+-\d\d) \| (.+?) \| (.+?) \| (.+) \|$", PAGE.read_text(), re.MULTILINE)
    return [(number, item, where, proof) for number, item, where, proof in found]


def test_every_item_has_its_line_and_every_test_it_names_is_there():
    counts = [part.split() for part in ITEMS.split(",")]
    expected = [f"{group}-{n:02}" for group, count in counts for n in range(1, int(count) + 1)]
    assert [line[0] for line in lines()] == expected
    tests = {path.name: path.read_text() for path in (REPOSITORY / "backend" / "tests").rglob("test_*.py")}
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", PAGE.read_text())
    assert len(named) > 150
    missing = [f"{file}::{test}" for file, test in named if f"def {test}(" not in tests.get(file, "")]
    assert missing == []


def test_every_line_says_how_it_is_proven():
    shorthand = ("as above", "the same", "read, as above", "as LOG-02")
    known = (
        r"test_\w+\.py::|by hand|in containers|[Bb]uilt|make |setup\.sh|Dockerfile|browser tests|continuous"
    )
    for number, _, _, proof in lines():
        assert re.search(known, proof) or "**paper**" in proof or proof.startswith(shorthand), number


def test_every_place_it_names_is_there():
    for number, _, where, _ in lines():
        for place in re.findall(r"`([\w./-]+/[\w./-]+|Makefile|SUPPORT\.md|docker-compose[\w.]*)`", where):
            assert (REPOSITORY / place.lstrip("/")).exists() or place == "/docs", f"{number}: {place}"


@pytest.mark.parametrize("page", LINKED, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_links_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, heading = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        # The page of the library is generated, and links attributes that have no heading of their own.
        if heading and page.name != "api.md":
            assert heading in headings(target), link


def headings(page: Path) -> set[str]:
    """Return the anchors of a page, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    anchors = set(re.findall(r'<a (?:id|name)="(.+?)"', page.read_text()))
    return anchors | {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}
