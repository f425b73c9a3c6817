"""The index: every record as JSON, and the schema that describes it .

Keys, types and descriptions come from the dataclasses of `model` and from the strings
below their fields, so the index, its schema and the code cannot differ. Records are
encoded one by one and cut into parts when a file would grow past what static hosts
accept; only one part is in memory at a time.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from itertools import pairwise
from typing import Any

import msgspec

from sitegen import formatting, model
from sitegen.model import Catalog, Page, Record, Totals
from sitegen.outputs.encoding import to_json

SCHEMA_VERSION = "1.0"
PART_BYTES = 40_000_000
"""A part is at most about this long; GitHub refuses files over 100 MB and warns over 50."""
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """What `index.json` holds."""

    schema_version: str
    """Version of this form; a new key does not change it, a changed one would."""
    title: str
    """What the catalog is called."""
    description: str
    """What it is about."""
    built_at: str
    """When the site was built, UTC, ISO 8601."""
    generator: str
    """Name and version of the program that wrote it."""
    totals: Totals
    """The catalog in figures."""
    datasets: tuple[Record, ...]
    """Every dataset, in the order of the lists. Absent where `parts` is there."""
    parts: tuple[str, ...]
    """Paths of numbered files, relative to this one, each `{"datasets": […]}`; where one file would be too long."""


def index_files(catalog: Catalog, *, part_bytes: int = PART_BYTES) -> Iterator[Page]:
    """Give `index.json`, and its parts where it needs any."""
    chunks = _chunks(map(to_json, catalog.records), part_bytes)
    first, second = next(chunks, b""), next(chunks, None)
    if second is None:
        yield Page(path="index.json", content=_document(catalog, b'"datasets":[' + first + b"]"))
    else:
        yield from _parts(catalog, _again(first, second, chunks))


def schema_files(catalog: Catalog) -> Iterator[Page]:
    """Give the schema of `index.json`, the same for every catalog."""
    yield Page(path="index.schema.json", content=_pretty(make_schema()))


def record_files(catalog: Catalog) -> Iterator[Page]:
    """Give each dataset's record as a file beside its page."""
    for record in catalog.records:
        yield Page(path=f"datasets/{record.id}/record.json", content=to_json(record))


def make_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the index, each field described."""
    _, definitions = msgspec.json.schema_components((Index,), ref_template="#/$defs/{name}")
    for name, definition in definitions.items():
        _describe(definition, Index if name == "Index" else getattr(model, name))
    index = definitions.pop("Index")
    index["required"] = [name for name in index["required"] if name not in ("datasets", "parts")]
    index["oneOf"] = [{"required": ["datasets"]}, {"required": ["parts"]}]
    return {
        "$schema": _DIALECT,
        "title": "Index of an OME-Zarr catalog",
        **_without(index, "title"),
        "$defs": definitions,
    }


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
        if name in texts:
            schema["description"] = texts[name]


def _without(mapping: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in mapping.items() if name != key}


def _pretty(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def _chunks(encoded: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """Join encoded records with commas into runs of at most `limit` bytes, or of one record."""
    run: list[bytes] = []
    length = 0
    for record in encoded:
        if run and length + len(record) > limit:
            yield b",\n".join(run)
            run, length = [], 0
        run.append(record)
        length += len(record) + 2
    if run:
        yield b",\n".join(run)


def _again(first: bytes, second: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield second
    yield from rest


def _parts(catalog: Catalog, chunks: Iterable[bytes]) -> Iterator[Page]:
    paths = []
    for number, chunk in enumerate(chunks, start=1):
        paths.append(f"index-{number:03}.json")
        yield Page(path=paths[-1], content=b'{"datasets":[' + chunk + b"]}\n")
    yield Page(path="index.json", content=_document(catalog, b'"parts":' + msgspec.json.encode(paths)))


def _document(catalog: Catalog, content: bytes) -> bytes:
    head = {
        "schema_version": SCHEMA_VERSION,
        "title": catalog.title,
        "description": catalog.description,
        "built_at": catalog.built_at,
        "generator": formatting.generator(),
        "totals": catalog.totals,
    }
    return to_json(head)[:-1] + b"," + content + b"}\n"
