"""The JSON API, from the OpenAPI document that the web application serves."""

import json
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from skipgram_audit.report.markdown_tables import code, table
from skipgram_audit.report.metadata.schema import report_schema as report_json_schema
from skipgram_audit.settings import Settings
from skipgram_audit_web.main import create_app

ROOT = "/api/v1"
METHODS = ("get", "head", "post", "put", "patch", "delete")


def document() -> dict[str, Any]:
    """The OpenAPI document; the application is put together over an empty folder and not started."""
    with TemporaryDirectory() as folder:
        app = create_app(Settings(data_folder=Path(folder)))
        return dict(app.openapi())


def markdown() -> str:
    """A section a tag, an entry an operation; then a table for each type."""
    api = document()
    operations = [
        (operation["tags"][0], method, path, operation)
        for path, methods in api["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]
    parts = []
    for tag, entries in groupby(sorted(operations, key=lambda one: one[0]), key=lambda one: one[0]):
        parts.append(f"## {tag.replace('-', ' ').capitalize()}")
        parts += [_operation(method, path, operation) for _, method, path, operation in entries]
    parts.append("## Types")
    parts += [_schema(name, schema) for name, schema in sorted(api["components"]["schemas"].items())]
    return "\n\n".join(parts)


def report_schema() -> str:
    """The schema of report.json: a table for each of its types, then the whole."""
    schema = report_json_schema()
    own = {name: value for name, value in schema.items() if name != "$defs"}
    parts = [_schema(name, one) for name, one in (("ReportFile", own), *sorted(schema["$defs"].items()))]
    return "\n\n".join([*parts, "## As JSON Schema", f"```json\n{json.dumps(schema, indent=2)}\n```"])


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    rows = [
        (code(one["name"]), one["in"], _type(one["schema"]), "yes" if one.get("required") else "", _meaning(one))
        for one in operation.get("parameters", [])
    ]
    body = operation.get("requestBody", {}).get("content", {})
    answers = [
        f"{status}: {_content(response.get('content', {})) or response.get('description', '')}"
        for status, response in operation["responses"].items()
        if status.startswith("2")
    ]
    return "\n\n".join(
        part
        for part in (
            f"### `{method.upper()} {path.removeprefix(ROOT)}`",
            operation.get("description", operation.get("summary", "")),
            table(("parameter", "in", "type", "required", "meaning"), rows),
            f"Body: {_content(body)}" if body else "",
            f"Answer: {'; '.join(answers)}",
        )
        if part
    )


def _meaning(parameter: dict[str, Any]) -> str:
    value = parameter["schema"].get("default")
    told = parameter.get("description") or parameter["schema"].get("description", "")
    return f"{told} Default: `{value}`.".strip() if value not in (None, "") else told


def _content(content: dict[str, Any]) -> str:
    return ", ".join(
        _type(one["schema"]) if kind == "application/json" and one.get("schema") else code(kind)
        for kind, one in content.items()
    )


def _schema(name: str, schema: dict[str, Any]) -> str:
    required = schema.get("required", [])
    rows = [
        (code(field), _type(one), "yes" if field in required else "", one.get("description", ""))
        for field, one in schema.get("properties", {}).items()
    ]
    values = ", ".join(code(value) for value in schema.get("enum", []))
    return "\n\n".join(
        part
        for part in (
            f"### {name} {{: #type-{name} }}",
            schema.get("description", ""),
            f"One of {values}." if values else "",
            table(("field", "type", "required", "meaning"), rows),
        )
        if part
    )


def _type(schema: dict[str, Any]) -> str:
    """A type in a few words, with a link to its table."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#type-{name})"
    for either in ("anyOf", "oneOf", "allOf"):
        if either in schema:
            return " or ".join(dict.fromkeys(_type(one) for one in schema[either]))
    if "enum" in schema:
        return ", ".join(code(value) for value in schema["enum"])
    if "const" in schema:
        return code(schema["const"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_type(schema['additionalProperties'])}"
    return str(schema.get("format") or schema.get("type", "any"))
