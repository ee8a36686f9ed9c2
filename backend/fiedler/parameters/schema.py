"""The JSON schema of the parameters, from which the page draws its form."""

from __future__ import annotations

import dataclasses
from typing import Any, Literal, get_args, get_origin, get_type_hints

from fiedler.parameters.declaration import GROUPS, ClusteringParameters


def json_schema() -> dict[str, Any]:
    """Return the JSON schema (2020-12) of `ClusteringParameters`, in declaration order.

    ``x-group`` names the section of the form a property belongs to, ``x-labels`` the texts of its choices.
    """
    hints = get_type_hints(ClusteringParameters)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Spectral clustering",
        "type": "object",
        "additionalProperties": False,
        "x-groups": list(GROUPS),
        "properties": {
            field.name: _property(field, hints[field.name])
            for field in dataclasses.fields(ClusteringParameters)
        },
    }


def _property(field: dataclasses.Field[Any], hint: Any) -> dict[str, Any]:
    declared = field.metadata
    default = field.default
    schema: dict[str, Any] = {
        "title": declared["title"],
        "description": declared["help"],
        "default": default,
        "x-group": declared["group"],
    }
    optional = type(None) in get_args(hint)
    if get_origin(hint) is Literal:
        schema |= {"type": "string", "enum": list(get_args(hint)), "x-labels": declared["labels"]}
    elif field.name == "columns":
        schema |= {"type": ["array", "null"], "items": {"type": "string"}, "minItems": 1, "uniqueItems": True}
    else:
        kind = "number" if float in get_args(hint) else "integer"
        schema["type"] = [kind, "null"] if optional else kind
        schema |= {bound: declared[bound] for bound in ("minimum", "maximum") if declared[bound] is not None}
    return schema
