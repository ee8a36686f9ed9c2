"""The form's parameters are described by the engine and read in every language of the page."""

import json
from pathlib import Path

import pytest

from fiedler.parameters.schema import json_schema

LANGUAGES = Path(__file__).parents[3] / "frontend/src/language"


def texts():
    """Everything the form shows of the schema."""
    schema = json_schema()
    found = set(schema["x-groups"])
    for declared in schema["properties"].values():
        found |= {declared["title"], declared.get("description", "")} | set(
            declared.get("x-labels", {}).values()
        )
    return found - {""}


@pytest.mark.parametrize("catalogue", sorted(LANGUAGES.glob("*.parameters.json")), ids=lambda path: path.name)
def test_every_parameter_is_told_in_every_language(catalogue):
    translations = json.loads(catalogue.read_text(encoding="utf-8"))
    assert sorted(texts() - translations.keys()) == []
    # The method's own title is no parameter's.
    assert sorted(translations.keys() - texts()) == ["Spectral clustering"]
    assert all(text.strip() for text in translations.values())
