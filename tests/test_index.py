"""The index: the contract's keys, its schema, its parts."""

from __future__ import annotations

import json

import jsonschema
import pytest
from catalogs import every_kind, hostile, make_catalog, make_image

from sitegen.model import Record
from sitegen.outputs.index import index_files
from sitegen.outputs.schema import field_descriptions, make_schema, schema_files

# CONTRACT §4, RECORD: keys that are always there.
KEYS = set(
    """id url title name description origin source lists license organism modality kind ome_zarr_version zarr_format
axes shape dtype chunks shards levels channels image_path images plate label_images bytes bytes_uncompressed thumbnail
status valid problems cors checked_at provenance extra""".split()  # noqa: SIM905 - as the contract lists them
)


def test_records_have_every_key() -> None:
    """Each record of the index has the contract's keys, null where unknown."""
    index = json.loads(next(index_files(every_kind())).content)

    assert all(set(record) >= KEYS for record in index["datasets"])
    assert index["schema_version"] == "1.0"
    assert index["totals"]["datasets"] == len(index["datasets"])


@pytest.mark.parametrize("make", [every_kind, hostile, make_catalog])
def test_the_index_keeps_its_schema(make: object) -> None:
    """An index of anything, also of nothing, is valid by its own schema."""
    catalog = make()  # type: ignore[operator]
    made = {page.path: page.content for page in (*index_files(catalog), *schema_files(catalog))}
    schema = json.loads(made["index.schema.json"])

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(made["index.json"]), schema, jsonschema.Draft202012Validator)


def test_the_schema_refuses_what_is_not_an_index() -> None:
    """A record without a key, or with a status that there is not, breaks the schema."""
    index = json.loads(next(index_files(every_kind())).content)
    del index["datasets"][0]["url"]
    index["datasets"][1]["status"] = "fine"

    errors = list(jsonschema.Draft202012Validator(make_schema()).iter_errors(index))
    assert len(errors) == 2


def test_every_field_is_described() -> None:
    """The schema says of every field of every class what it means."""
    schema = make_schema()
    for name, definition in {"Index": schema, **schema["$defs"]}.items():
        for key, field in definition["properties"].items():
            assert field.get("description"), f"{name}.{key}"


def test_descriptions_are_the_models_own() -> None:
    """A field's description is the string below it in the model."""
    assert field_descriptions(Record)["source"] == "Institution that publishes it."


def test_a_long_index_has_parts() -> None:
    """Above the limit `datasets` gives way to `parts`, which hold every record in order."""
    catalog = make_catalog(*(make_image(f"n{number}") for number in range(9)))
    made = {page.path: json.loads(page.content) for page in index_files(catalog, part_bytes=10_000)}
    index = made["index.json"]

    assert "datasets" not in index
    assert len(index["parts"]) > 1
    found = [record["id"] for path in index["parts"] for record in made[path]["datasets"]]
    assert found == [record.id for record in catalog.records]
    jsonschema.validate(index, make_schema(), jsonschema.Draft202012Validator)
