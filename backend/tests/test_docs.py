"""The gallery prints what it says, and the page of the library is the one its docstrings make."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from matplotlib import image

import fiedler

REPOSITORY = Path(__file__).parents[2]
GALLERY = REPOSITORY / "docs" / "gallery"
MORE_THAN_ONE_COLOUR = 0.05


def gallery() -> ModuleType:
    """Return the gallery's own runner, a script beside its pages."""
    specification = importlib.util.spec_from_file_location("gallery", GALLERY / "run.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


PAGES = gallery().page_names()


def test_every_page_is_in_the_index():
    assert sorted(PAGES) == sorted(path.stem for path in GALLERY.glob("*.md") if path.stem != "README")
    assert len(PAGES) >= 6


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.filterwarnings("default")
def test_page_prints_and_draws_what_it_says(name, tmp_path):
    said, found = gallery().run_page(name, tmp_path)
    assert found == said, f"docs/gallery/{name}.md: see with python docs/gallery/run.py --write {name}"
    pictures = gallery().pictures(said)
    assert pictures, "a worked example has a picture"
    for picture in pictures:
        drawn, shown = image.imread(tmp_path / picture), image.imread(GALLERY / picture)
        assert drawn.shape == shown.shape
        assert drawn[..., :3].std() > MORE_THAN_ONE_COLOUR


def test_page_of_the_library_is_generated_from_its_docstrings():
    script = REPOSITORY / "scripts" / "api_page.py"
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    said = (REPOSITORY / "docs" / "api.md").read_text(encoding="utf-8")
    assert done.stdout == said, "run: python scripts/api_page.py > docs/api.md"
    for name in set(fiedler.__all__) - {"__version__"}:
        assert f"## `{name}`" in said, f"{name} is offered and not on the page"
