"""The example of docs/scaling.md runs as it stands there."""

import re
from pathlib import Path

from streamed_tables import as_table, mixture, write_parts

PAGE = Path(__file__).parents[4] / "docs" / "scaling.md"


def test_the_example_clusters_a_folder_of_parts(tmp_path, monkeypatch, capsys):
    points, _ = mixture(9_000, 2, 3)
    write_parts(points, tmp_path / "measurements")
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    exec(compile(block, str(PAGE), "exec"), {"__name__": "page"})
    sizes = [int(size) for size in re.findall(r"\d+", capsys.readouterr().out.splitlines()[0])]
    assert sum(sizes) == len(as_table(points))
    assert [path.name for path in (tmp_path / "labels").iterdir()] == ["part-00000.parquet"]
