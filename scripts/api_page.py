"""Write docs/api.md from the docstrings of what the library offers: ``python scripts/api_page.py > docs/api.md``."""

from __future__ import annotations

import logging
import re
import sys
from pathlib import Path

import griffe
import griffe2md

BACKEND = Path(__file__).resolve().parents[1] / "backend"
# What is imported from the package itself, then what its methods return.
OFFERED = (
    "SpectralClustering",
    "cluster_stream",
    "graph_from_edges",
    "ensemble",
    "forecast",
    "forecast_stream",
)
RETURNED = (
    "Suggestion",
    "ConsensusResult",
    "ClusterExplanation",
    "RowExplanation",
    "Comparison",
    "Stability",
    "GraphDiagnosis",
    "Drift",
    "StreamedClustering",
)
HEAD = """# The Python library

Generated from the docstrings; `python scripts/api_page.py > docs/api.md` writes it anew. The
[gallery](gallery/README.md) shows it at work.

"""


def page() -> str:
    """Return the page as Markdown."""
    logging.getLogger("griffe").setLevel(logging.ERROR)
    package = griffe.load("fiedler", search_paths=[BACKEND], docstring_parser="numpy", submodules=True)
    parts = [_rendered(_find(package, name)) for name in OFFERED]
    parts += ["# What its methods return\n", *(_rendered(_find(package, name)) for name in RETURNED)]
    return HEAD + "\n".join(parts)


def _find(module: griffe.Object | griffe.Alias, name: str) -> griffe.Object:
    """Return the class or function of that name, where it is defined."""
    found = module.members.get(name)
    if isinstance(found, griffe.Object) and not found.is_module:
        return found
    for member in module.members.values():
        if isinstance(member, griffe.Object) and member.is_module:
            try:
                return _find(member, name)
            except KeyError:
                continue
    raise KeyError(name)


def _rendered(thing: griffe.Object) -> str:
    for base in (thing, *(thing.mro() if isinstance(thing, griffe.Class) else ())):
        for name, member in list(base.members.items()):
            # Attributes stand in the class's own table; a property has a docstring of its own.
            if member.is_attribute and "property" not in member.labels:
                del base.members[name]
    text = griffe2md.render_object_docs(
        thing, config={"inherited_members": True, "show_bases": False, "show_submodules": False}
    )
    # Links to other pages lead nowhere; those within this one to its headings.
    text = re.sub(r"<code>\[([^\]]*)\]\(#[^)]*\)</code>", r"<code>\1</code>", text)
    text = re.sub(r"\[(`?[\w.]+`?)\]\(#[^)]*\)", r"\1", text)
    text = re.sub(
        r"\[\*\*(\w+)\*\*\]\(#fiedler[\w.]*\.(\w+)\.\w+\)",
        lambda match: f"[**{match[1]}**](#{match[2].lower()}{match[1].lower()})",
        text,
    )
    text = re.sub(rf"`{re.escape(thing.path.removesuffix(thing.name))}", "`", text)
    text = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
