"""The OpenAPI document, with what docstrings say of the fields of types beside each field."""

import re
from typing import Any

from fastapi import FastAPI

ATTRIBUTE = re.compile(r"^    (\S.*?): (.+(?:\n     .+)*)", re.MULTILINE)
"""Of a docstring: names, and what is said of them; further lines are indented more."""


class DescribedAPI(FastAPI):
    """An application whose types are described in full."""

    def openapi(self) -> dict[str, Any]:
        """The document, made anew where routes were added."""
        known = self.openapi_schema
        made = super().openapi()
        if made is not known:
            for schema in made["components"]["schemas"].values():
                describe_fields(schema)
        return made


def describe_fields(schema: dict[str, Any]) -> None:
    """Moves the attributes from the description of a type to its fields; what a field says of itself stays."""
    told, _, attributes = schema.get("description", "").partition("\n\nAttributes:\n")
    if attributes:
        schema["description"] = told
    for names, meaning in ATTRIBUTE.findall(attributes):
        sentence = " ".join(meaning.split())
        for name in names.split(", "):
            schema["properties"].get(name, {}).setdefault("description", sentence[0].upper() + sentence[1:])
