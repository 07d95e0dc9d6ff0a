"""The formats of rule files as JSON Schema (draft 2020-12), for editors that check while one types.

Editors see less than the program: names that must exist elsewhere, and keys that exclude each
other, are checked when the files are loaded.
"""

from __future__ import annotations

import inspect
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from moodle_cpd.rules.effective import FROM, UNTIL
from moodle_cpd.rules.schema_base import Part


def json_schema(model: type[Part], title: str, *, dated: bool) -> dict[str, Any]:
    """The JSON Schema of one kind of file.

    Args:
        model: the file's format.
        title: what editors call it.
        dated: its values may hold from or until a day (``rules/effective.py``).
    """
    made = model.model_json_schema(schema_generator=_Generator)
    definitions = made.pop("$defs", {})
    own = definitions.pop(model.__name__, None)
    if own is not None:
        made.pop("$ref", None)
        made |= own
    root = _cleaned(made)
    parts = {name: _cleaned(each) for name, each in sorted(definitions.items())}
    if dated:
        _date([root, *parts.values()], parts)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **root,
        "$defs": parts,
    }


_DAY = {"type": "string", "description": "a day on which periods begin, such as 2027-03-01"}
_BY_PERIOD = {
    "type": "object",
    "description": "what it was and is, one after the other, each from or until a day",
    "properties": {"by_period": {"type": "array", "minItems": 1, "items": {"type": "object"}}},
    "required": ["by_period"],
    "additionalProperties": False,
}


def _date(schemas: list[dict[str, Any]], parts: dict[str, Any]) -> None:
    """Let items of lists carry days, and any value stand by period."""
    objects = [each for schema in schemas for each in _objects(schema)]
    listed = {
        items["$ref"].rsplit("/", 1)[1]
        for each in objects
        for value in each["properties"].values()
        for items in [value.get("items", {})]
        if "$ref" in items
    }
    for each in objects:
        for key, value in each["properties"].items():
            if key != "reference":
                each["properties"][key] = {"anyOf": [value, {"$ref": "#/$defs/ByPeriod"}]}
    for name in listed:
        for each in _objects(parts[name]):
            each["properties"] |= {FROM: _DAY, UNTIL: _DAY}
    parts["ByPeriod"] = _BY_PERIOD


def _objects(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """A schema, or those of its alternatives, that describe a mapping."""
    every = (schema, *schema.get("anyOf", ()))
    return [each for each in every if "properties" in each]


class _Generator(GenerateJsonSchema):
    """pydantic's generator, with what the files mean: plain numbers, and short forms."""

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        """Numbers stand without quotes; their limits are told one level above."""
        return {"type": "number"}

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """A mapping with the words of its docstring, or the single value that stands for it."""
        made = super().model_schema(schema)
        part: type[BaseModel] = schema["cls"]
        made["description"] = inspect.cleandoc(part.__doc__ or "").split("\n\n", 1)[0]
        short = part.short_form if issubclass(part, Part) else None
        if short is None:
            return made
        description = made.pop("description")
        return {"description": description, "anyOf": [made, made["properties"][short]]}


_LIMITS = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
}
"""pydantic's words for limits that it tells as they are where a validator stands before them."""


def _cleaned(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """In the standard's words, without made-up titles and without null, which no key may be."""
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    if not isinstance(value, dict):
        return value
    made = {
        _LIMITS.get(key, key): {name: _cleaned(each) for name, each in item.items()}
        if key == "properties"
        else _cleaned(item)
        for key, item in value.items()
        if key != "title" and not (key == "default" and item is None)
    }
    choices = made.get("anyOf")
    if isinstance(choices, list):
        some = [each for each in choices if each != {"type": "null"}]
        if len(some) == 1 and isinstance(some[0], dict):
            made.pop("anyOf")
            made |= some[0]
        else:
            made["anyOf"] = some
    return made
