"""The index: its keys, its schema, its parts."""

from __future__ import annotations

import json
import subprocess
from dataclasses import fields
from pathlib import Path

import jsonschema
import pytest
from catalogs import every_kind, hostile, make_catalog, make_image
from node import command

from sitegen.model import Record
from sitegen.outputs.index import RECORD_PARTS, index_files, record_files
from sitegen.outputs.schema import field_descriptions, make_schema, schema_files

# Keys that every record of an index has, in this order; users rely on them.
KEYS = """id url title name description origin source lists license organism modality kind ome_zarr_version zarr_format
zipped axes shape dtype chunks shards codecs levels channels image_path images plate series label_images bytes
bytes_uncompressed thumbnail preview montage overlay shown status valid problems cors checked_at added_at changed_at
provenance extra""".split()  # noqa: SIM905


def test_records_have_every_key() -> None:
    """Each record is one flat object with the keys that users rely on, in their order, null where unknown."""
    index = json.loads(next(index_files(every_kind())).content)

    assert all([key for key in record if key in KEYS] == KEYS for record in index["datasets"])
    assert not any(set(RECORD_PARTS) & set(record) for record in index["datasets"])
    assert index["schema_version"] == "1.0"
    assert index["totals"]["datasets"] == len(index["datasets"])


def test_a_record_of_the_index_is_the_file_beside_its_page() -> None:
    """The JSON file beside a dataset's page has the same record, but for the date that changes with every build."""
    index = json.loads(next(index_files(every_kind())).content)
    files = [json.loads(page.content) for page in record_files(every_kind())]

    assert [each | {"checked_at": ""} for each in files] == [each | {"checked_at": ""} for each in index["datasets"]]
    assert {each["checked_at"] for each in files if each["status"] == "ok"} == {None}
    assert all(each["checked_at"] for each in files if each["status"] == "stale")


def test_the_parts_of_a_record_have_different_keys() -> None:
    """A key that two parts have would be overwritten in the index."""
    own = [field.name for kind in (Record, *RECORD_PARTS.values()) for field in fields(kind)]

    assert len(own) == len(set(own))


@pytest.mark.parametrize("make", [every_kind, hostile, make_catalog])
def test_the_index_follows_its_schema(make: object) -> None:
    """This holds for any catalog, even an empty one."""
    catalog = make()  # type: ignore[operator]
    made = {page.path: page.content for page in (*index_files(catalog), *schema_files(catalog))}
    schema = json.loads(made["index.schema.json"])

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(made["index.json"]), schema, jsonschema.Draft202012Validator)


_AJV = """
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
let text = "";
for await (const part of process.stdin) text += part;
const [schema, ...indexes] = JSON.parse(text);
const ajv = new Ajv2020({ strict: true, allErrors: true, logger: false });
formats.default(ajv);
const validate = ajv.compile(schema);
console.log(JSON.stringify(indexes.map((index) => (validate(index) ? [] : validate.errors))));
"""


@pytest.mark.node
def test_other_validators_take_the_schema_strictly() -> None:
    """Formats, too: addresses are addresses, times are times."""
    indexes = [json.loads(next(index_files(make())).content) for make in (every_kind, hostile)]
    wrong = json.loads(json.dumps(indexes[0]))
    wrong["built_at"], wrong["datasets"][0]["url"] = "yesterday", "not an address"
    done = subprocess.run(
        command("node", "--input-type=module", "--eval", _AJV),
        input=json.dumps([make_schema(), *indexes, wrong]),
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parent,
    )
    assert done.returncode == 0, done.stderr
    *right, errors = json.loads(done.stdout)

    assert right == [[], []]
    assert [each["instancePath"] for each in errors] == ["/built_at", "/datasets/0/url"]


def test_classes_made_of_the_schema_have_names() -> None:
    """Each definition has the title that its class would have, choices of texts, too, and the schema has an address."""
    schema = make_schema("https://c.example.org/")

    assert schema["$id"] == "https://c.example.org/index.schema.json"
    assert schema["title"].isidentifier()
    assert all(each["title"] == name for name, each in schema["$defs"].items())
    choices = {name for name, each in schema["$defs"].items() if "enum" in each}
    assert choices == {"RecordKind", "RecordStatus", "RecordValidated", "CreatorKind", "ProblemLevel"}
    assert json.dumps(schema).count('"enum"') == len(choices)
    assert "oneOf" not in schema


@pytest.mark.parametrize("keys", [(), ("datasets", "parts")])
def test_an_index_has_datasets_or_parts(keys: tuple[str, ...]) -> None:
    """Never both, nor neither."""
    index = json.loads(next(index_files(every_kind())).content)
    del index["datasets"]

    assert not jsonschema.Draft202012Validator(make_schema()).is_valid({**index, **{key: [] for key in keys}})
    assert jsonschema.Draft202012Validator(make_schema()).is_valid({**index, "parts": []})


def test_the_schema_refuses_what_is_not_an_index() -> None:
    """A record without a key, or with an unknown status, is invalid."""
    index = json.loads(next(index_files(every_kind())).content)
    del index["datasets"][0]["url"]
    index["datasets"][1]["status"] = "fine"

    errors = list(jsonschema.Draft202012Validator(make_schema()).iter_errors(index))
    assert len(errors) == 2


def test_every_field_is_described() -> None:
    """The schema has a description of every field of every class."""
    schema = make_schema()
    for name, definition in {"Index": schema, **schema["$defs"]}.items():
        for key, field in definition.get("properties", {}).items():
            assert field.get("description"), f"{name}.{key}"


def test_descriptions_are_the_models_own() -> None:
    """The description of a field is the string below it in the model."""
    assert field_descriptions(Record)["source"] == "Institution that publishes it."


def test_a_long_index_has_parts() -> None:
    """Above the limit it has `parts` in place of `datasets`, which have every record in order."""
    catalog = make_catalog(*(make_image(f"n{number}") for number in range(9)))
    made = {page.path: json.loads(page.content) for page in index_files(catalog, part_bytes=10_000)}
    index = made["index.json"]

    assert "datasets" not in index
    assert len(index["parts"]) > 1
    found = [record["id"] for path in index["parts"] for record in made[path]["datasets"]]
    assert found == [record.id for record in catalog.records]
    jsonschema.validate(index, make_schema(), jsonschema.Draft202012Validator)
