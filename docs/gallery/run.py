"""Run the gallery's pages: what their Python prints must be what they say it prints.

``python docs/gallery/run.py`` checks every page; with ``--write`` it writes what was printed and drawn into
the pages instead. Names pages to run only those.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

GALLERY = Path(__file__).parent
# A block of Python and, where it prints, the block of text that says what.
_BLOCK = re.compile(r"```python\n(?P<code>.*?)```(?:\n\n```text\n(?P<said>.*?)```)?", re.DOTALL)
_PICTURE = re.compile(r"!\[[^\]]*\]\((?P<name>[^)]+\.png)\)")


def page_names() -> list[str]:
    """Return the names of all pages, in the order of the index."""
    return re.findall(r"\(([a-z-]+)\.md\)", (GALLERY / "README.md").read_text(encoding="utf-8"))


def run_page(name: str, folder: Path) -> tuple[str, str]:
    """Run a page's Python in ``folder``, where it draws its pictures.

    Returns
    -------
    said, found : str
        The page as it is, and as it would be with what was printed now.
    """
    said = (GALLERY / f"{name}.md").read_text(encoding="utf-8")
    names: dict[str, object] = {"__name__": name}

    def rerun(match: re.Match[str]) -> str:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(match["code"], f"{name}.md", "exec"), names)  # noqa: S102 - the page is ours
        block = f"```python\n{match['code']}```"
        return f"{block}\n\n```text\n{printed.getvalue()}```" if printed.getvalue() else block

    with _inside(folder):
        return said, _BLOCK.sub(rerun, said)


def pictures(page: str) -> list[str]:
    """Return the names of the pictures that a page shows."""
    return _PICTURE.findall(page)


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """Work in ``folder``, drawing without a screen."""
    before = Path.cwd()
    os.environ["MPLBACKEND"] = "Agg"
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def main(arguments: list[str]) -> int:
    """Check the pages named, or write them; return how many differ."""
    write = "--write" in arguments
    differing = 0
    for name in [argument for argument in arguments if argument != "--write"] or page_names():
        with tempfile.TemporaryDirectory() as folder:
            said, found = run_page(name, Path(folder))
            if write:
                (GALLERY / f"{name}.md").write_text(found, encoding="utf-8")
                for picture in pictures(found):
                    (GALLERY / picture).write_bytes((Path(folder) / picture).read_bytes())
            elif said != found:
                differing += 1
                sys.stderr.write(f"{name}.md prints something else than it says; see it with --write\n")
    return differing


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
