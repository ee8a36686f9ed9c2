"""The README's Python runs as it stands there, and says the truth."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"


def python_blocks() -> list[str]:
    return re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_readme_python_separates_the_two_moons(capsys):
    (block,) = python_blocks()
    exec(compile(block, str(README), "exec"), {"__name__": "readme"})
    agreement = float(capsys.readouterr().out.splitlines()[0])
    assert agreement > 0.99, "the README promises 1.0 or close to it"


def test_readme_example_is_at_most_ten_lines_of_statements():
    (block,) = python_blocks()
    statements = [line for line in block.splitlines() if line.strip()]
    assert len(statements) <= 10
