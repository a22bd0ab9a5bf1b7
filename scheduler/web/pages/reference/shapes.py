"""JSON Schema, as OpenAPI holds it, in a form that people read."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

Json = Mapping[str, Any]
DEEPEST = 6
SAMPLE_ID = "019a0000-0000-7000-8000-000000000001"
# What stands in examples: by name, else by format, else by type.
SAMPLES: dict[str, Any] = {
    "title": "Chair massage",
    "roles": "employee",
    "email": "nina@example.net",
    "name": "Quiet room, 3rd floor",
    "therapist": "tara@example.net",
    "chair": "Chair 1",
    "starts": "09:00",
    "ends": "15:00",
    "earliest": "10:00",
    "pressure": 3,
    "score": 4,
    "status": "checked_in",
    "reason": "The therapist is ill.",
    "uuid": SAMPLE_ID,
    "date": "2026-12-03",
    "date-time": "2026-12-03T08:00:00Z",
    "string": "text",
    "integer": 1,
    "number": 1.0,
    "boolean": True,
}


class Field(Struct, frozen=True):
    """`kind` is its JSON type; `rules` are short sentences; `choices` all the values there are."""

    name: str
    kind: str
    required: bool
    rules: list[str]
    choices: list[str]
    fields: list["Field"]


class Shapes:
    def __init__(self, components: Json) -> None:
        self.components = components

    def fields(self, schema: Json, depth: int = 0) -> list[Field]:
        """The fields of an object, or of the objects in an array; none for anything else."""
        found = self._inner(schema)
        required = found.get("required", [])
        if depth == DEEPEST:
            return []
        return [
            self.field(name, inner, required=name in required, depth=depth + 1)
            for name, inner in found.get("properties", {}).items()
        ]

    def field(self, name: str, schema: Json, *, required: bool, depth: int = 0) -> Field:
        found, inner = self.plain(schema), self._inner(schema)
        return Field(
            name=name,
            kind=self.kind(schema),
            required=required,
            rules=list(_rules(found)),
            choices=[str(choice) for choice in inner.get("enum", [])],
            fields=self.fields(schema, depth),
        )

    def plain(self, schema: Json) -> Json:
        """What stands behind references, and behind a choice between one thing and null."""
        if "$ref" in schema:
            return self.plain(self.components[schema["$ref"].rpartition("/")[2]])
        choices = [one for one in schema.get("oneOf", []) if one.get("type") != "null"]
        if len(choices) == 1:
            return {**self.plain(choices[0]), **{k: schema[k] for k in schema if k != "oneOf"}}
        return schema

    def kind(self, schema: Json) -> str:
        if "oneOf" in schema:
            return " or ".join(self.kind(one) for one in schema["oneOf"])
        found = self.plain(schema)
        if found.get("type") == "array":
            return f"array of {self.kind(found.get('items', {}))}"
        kind = found.get("type", "anything")
        words = kind if isinstance(kind, str) else " or ".join(kind)
        return f"{words} ({found['format']})" if "format" in found else words

    def example(self, schema: Json, name: str = "") -> Any:
        """Something that fits: what is required, or else the first field that we have words for."""
        found = self.plain(schema)
        if found.get("type") == "array":
            return [self.example(found.get("items", {}), name)]
        if "properties" in found:
            return self._example_object(found)
        if found.get("format") in SAMPLES:
            return SAMPLES[found["format"]]
        if "enum" in found and SAMPLES.get(name) not in found["enum"]:
            return found["enum"][0]
        return SAMPLES.get(name, SAMPLES.get(str(found.get("type"))))

    def _example_object(self, schema: Json) -> dict[str, Any]:
        properties = schema["properties"]
        wanted = [name for name in properties if name in schema.get("required", [])]
        wanted = wanted or [name for name in properties if name in SAMPLES][:1]
        return {name: self.example(properties[name], name) for name in wanted}

    def _inner(self, schema: Json) -> Json:
        found = self.plain(schema)
        return self._inner(found.get("items", {})) if found.get("type") == "array" else found


def _rules(schema: Json) -> Iterator[str]:
    if "description" in schema:
        yield schema["description"]
    elif "pattern" in schema:
        yield f"matches {schema['pattern']}"
    yield from _bounds(schema, "minimum", "maximum", "")
    yield from _bounds(schema, "minLength", "maxLength", " characters")
    yield from _bounds(schema, "minItems", "maxItems", " items")
    if "default" in schema:
        yield f"default {json.dumps(schema['default'])}"


def _bounds(schema: Json, lowest: str, highest: str, unit: str) -> Iterator[str]:
    match schema.get(lowest), schema.get(highest):
        case None, None:
            return
        case low, None:
            yield f"at least {low:g}{unit}"
        case None, high:
            yield f"at most {high:g}{unit}"
        case low, high:
            yield f"{low:g} to {high:g}{unit}"
