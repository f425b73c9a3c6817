"""`index.schema.json`: the JSON Schema (2020-12) of the index, each field described.

Types come from the dataclasses of `model`, descriptions from the strings below their fields.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import pairwise
from typing import Any, get_args, get_type_hints

import msgspec

from sitegen.model import Catalog, Page
from sitegen.outputs.index import RECORD_KEYS, RECORD_PARTS, Index

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REFERENCE = "#/$defs/"
SCHEMA_PATH = "index.schema.json"
_FORMATS: Mapping[tuple[str, str], str] = {
    ("Record", "url"): "uri",
    ("Picture", "path"): "uri-reference",
    ("Index", "parts"): "uri-reference",
}
"""Class and field → format (JSON Schema Validation 2020-12, section 7.3); times are those whose names end in `_at`."""


def schema_files(catalog: Catalog) -> Iterator[Page]:
    """Give the schema of `index.json`, the same for every catalog but for its own address."""
    yield write_schema(SCHEMA_PATH, make_schema(catalog.base_url or ""))


def make_schema(base_url: str = "") -> dict[str, Any]:
    """Return the JSON Schema of the index. base_url: the site's own address, as far as it is known."""
    definitions = make_definitions(Index)
    _spread_parts(definitions)
    index = definitions.pop("Index")
    index["required"] = [name for name in index["required"] if name not in ("datasets", "parts")]
    keys = ("datasets", "parts")  # one of them; not by `oneOf`, of which generators make a class for each
    index["not"] = {"properties": dict.fromkeys(keys, True), "required": list(keys)}
    index["minProperties"] = len(index["required"]) + 1
    return make_document(index, definitions, id_=f"{base_url}{SCHEMA_PATH}", title="CatalogIndex")


def make_definitions(kind: type) -> dict[str, Any]:
    """Return the schema of a dataclass and of those in it, each field described, by their names."""
    return deepcopy(_definitions(kind))


@cache
def _definitions(kind: type) -> dict[str, Any]:
    """Return the same, for copies: it is made once in a process."""
    _, definitions = msgspec.json.schema_components((kind,), ref_template=_REFERENCE + "{name}")
    kinds = {each.__name__: each for each in _dataclasses(kind)}
    for name, definition in definitions.items():
        _describe(definition, kinds[name])
    return dict(definitions)


def make_document(root: Mapping[str, Any], definitions: Mapping[str, Any], *, id_: str, title: str) -> dict[str, Any]:
    """Return a whole schema: that of its root, and the definitions that it refers to."""
    whole = {title: root, **definitions}
    choices = {name: choice for kind, each in whole.items() for name, choice in _name_choices(kind, each["properties"])}
    named = {**definitions, **choices}
    return {
        "$schema": _DIALECT,
        "$id": id_,
        "title": title,
        **{name: value for name, value in root.items() if name != "title"},
        "$defs": {name: named[name] for name in dict.fromkeys(_references(root, named))},
    }


def _name_choices(kind: str, properties: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a definition for each choice of texts in a class, which then refers to it; generated classes have its name.

    Else those of two classes would be `Kind` and `Kind1`, and none would tell which it is.
    """
    for key, schema in properties.items():
        name = f"{kind}{key.title().replace('_', '')}"
        for each in (schema, *schema.get("anyOf", ())):
            if "enum" in each:
                yield name, {"title": name, "type": "string", "enum": each.pop("enum")}
                each["$ref"] = _REFERENCE + name


def write_schema(path: str, schema: Mapping[str, Any]) -> Page:
    """Return the file of a schema, for people, too."""
    return Page(path=path, content=_pretty(schema))


def _dataclasses(kind: object) -> Iterator[type]:
    """Yield the dataclasses that a type is made of."""
    if isinstance(kind, type) and is_dataclass(kind):
        yield kind
        for hint in get_type_hints(kind).values():
            yield from _dataclasses(hint)
    for part in get_args(kind):
        yield from _dataclasses(part)


def _spread_parts(definitions: dict[str, Any]) -> None:
    """Give a record the properties of its parts, in the order of the index."""
    record = definitions["Record"]
    properties: dict[str, Any] = record["properties"]
    for name, part in RECORD_PARTS.items():
        del properties[name]
        properties |= definitions.pop(part.__name__)["properties"]
    record["properties"] = {key: properties[key] for key in RECORD_KEYS}
    record["required"] = list(RECORD_KEYS)


def _references(schema: object, definitions: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of the definitions that a schema refers to, each followed by those that it refers to itself."""
    if isinstance(schema, list):
        for each in schema:
            yield from _references(each, definitions)
    elif isinstance(schema, dict):
        if isinstance(reference := schema.get("$ref"), str):
            name = reference.removeprefix(_REFERENCE)
            yield name
            yield from _references(definitions[name], definitions)
        yield from _references(list(schema.values()), definitions)


@cache
def field_descriptions(kind: type) -> Mapping[str, str]:
    """Return the string below each field of a dataclass, on one line."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind)))
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    found = {}
    for statement, following in pairwise(body):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            text = _string(following)
            if text:
                found[statement.target.id] = " ".join(text.split())
    return found


def _string(statement: ast.stmt) -> str | None:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def _describe(definition: dict[str, Any], kind: type) -> None:
    """Add to a class's schema what msgspec cannot know: that every key is there, and what each means."""
    assert is_dataclass(kind)
    texts = field_descriptions(kind)
    definition["description"] = " ".join((inspect.getdoc(kind) or "").split())
    definition["required"] = [field.name for field in fields(kind)]
    for name, schema in definition["properties"].items():
        schema.pop("default", None)
        _add_format(schema, "date-time" if name.endswith("_at") else _FORMATS.get((kind.__name__, name)))
        if name in texts:
            schema["description"] = texts[name]


def _add_format(schema: dict[str, Any], form: str | None) -> None:
    """State the format of a text, of a text that may be null, or of the texts of a list."""
    choices = schema.get("anyOf", [schema.get("items", schema)])
    text = next((each for each in choices if each.get("type") == "string"), None)
    if form and text is not None:
        text["format"] = form


def _pretty(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
