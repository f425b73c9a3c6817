"""`sitegen validate`: the reports on whole stores and single documents."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from validation.documents import ome_of, put, repeat, valid
from validation.stores import Tree, image_store
from validation.test_stores import CASES, STORES, StoreCase

from sitegen.commands.target_reports import TargetReport, render_json, render_text
from sitegen.commands.targets import is_document
from sitegen.commands.validate import validate_metadata_document, validate_target
from sitegen.errors import FetchError
from sitegen.validate import rule_for

STORE = "https://example.org/a.zarr"


def keys_of(tree: Tree) -> dict[str, bytes]:
    """Return the objects of a store: key → bytes."""
    objects = {path: found for path, found in tree.items() if isinstance(found, bytes)}
    for path, documents in tree.items():
        if isinstance(documents, dict):
            objects |= {f"{path}/{name}".lstrip("/"): json.dumps(body).encode() for name, body in documents.items()}
    return objects


def validate(objects: dict[str, bytes], *, failing: str = "?") -> TargetReport:
    """Return the report on a store of these objects; keys that begin with `failing` cannot be reached."""

    async def get(key: str) -> bytes | None:
        if key.startswith(failing):
            raise FetchError(f"{key} timed out", status="unreachable", code="timeout", hint="Try again.")
        return objects.get(key)

    return asyncio.run(validate_target(STORE, get))


def report_on(document: object, name: str = "a.json") -> TargetReport:
    """Return the report on a document."""
    return validate_metadata_document(name, json.dumps(document).encode())


@pytest.mark.parametrize(("kind", "version"), [(kind, version) for kind in STORES for version in STORES[kind][1]])
def test_a_store_that_follows_every_rule_is_valid(kind: str, version: str) -> None:
    """Its kind and version are reported, and no problem."""
    report = validate(keys_of(STORES[kind][0](version)))

    assert report == TargetReport(target=STORE, kind=report.kind, version=version, valid=True)
    assert report.kind == kind


# The metadata of a group that is not an image lead nowhere, so its labels are not read.
REACHED = [case for case in CASES if case.code != "labels-parent"]


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case.code}-{i}") for i, case in enumerate(REACHED)])
def test_a_problem_anywhere_in_a_store_is_found(case: StoreCase) -> None:
    """The metadata of a store lead to every part that has rules."""
    versions = case.versions or STORES[case.store][1]
    version = next(version for version in reversed(versions) if rule_for(case.code, version))
    tree: dict[str, Any] = STORES[case.store][0](version)
    case.change(tree, version)
    if case.code == "labels-unlisted":
        consolidate(tree)

    assert case.code in {problem.code for problem in validate(keys_of(tree)).problems}


def consolidate(tree: Tree) -> None:
    """Write consolidated metadata into the root: over HTTP, only these show nodes that nothing lists."""
    metadata = {path: node["zarr.json"] for path, node in tree.items() if path}
    tree[""]["zarr.json"] = {**tree[""]["zarr.json"], "consolidated_metadata": {"kind": "inline", "metadata": metadata}}


def test_a_part_that_cannot_be_reached_is_a_warning() -> None:
    """The store stays valid."""
    report = validate(keys_of(image_store("0.5")), failing="labels/cells/1")

    assert report.valid is True
    assert [(problem.code, problem.level, problem.where) for problem in report.problems] == [
        ("timeout", "warning", "labels/cells/1")
    ]


def test_a_target_without_zarr_is_invalid() -> None:
    """A missing store, a web page and a group without OME-Zarr metadata each get their own problem."""
    assert [problem.code for problem in validate({}).problems] == ["not-zarr"]
    assert validate({"zarr.json": b"<html>"}).valid is False
    assert validate({"zarr.json": b'{"zarr_format": 3, "node_type": "group"}'}).problems[0].code == "ome-missing"


def test_metadata_of_both_zarr_formats_are_reported() -> None:
    """Metadata of both formats side by side are one problem."""
    objects = keys_of(image_store("0.5")) | {".zattrs": b"{}"}

    assert [problem.code for problem in validate(objects).problems] == ["both-formats"]


@pytest.mark.parametrize("version", ["0.1", "0.4", "0.5", "0.6"])
def test_a_document_is_validated_by_the_version_that_it_states(version: str) -> None:
    """A valid document of any version has no problem."""
    report = report_on(valid("plate", version))

    assert report == TargetReport(target="a.json", kind="plate", version=version, valid=True)


def test_a_whole_document_states_its_zarr_format() -> None:
    """A `zarr.json` or `.zattrs` may be given whole, and its version must fit its Zarr format."""
    whole = {"zarr_format": 3, "node_type": "group", "attributes": valid("image", "0.5")}
    old = {"zarr_format": 3, "node_type": "group", "attributes": valid("image", "0.4")}

    assert report_on(whole, "zarr.json").valid is True
    assert report_on(valid("image", "0.4"), ".zattrs").valid is True
    assert [problem.code for problem in report_on(old, "zarr.json").problems] == ["version-format"]
    assert report_on({"zarr_format": 3, "node_type": "array", "shape": [1]}, "zarr.json").kind == "array"


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"ome": ', b"[" * 100_000, b"\xff\xfe", b'{"a": NaN}', b"7"])
def test_bytes_that_are_not_metadata_are_invalid(body: bytes) -> None:
    """The reason is reported as a problem."""
    report = validate_metadata_document("a.json", body)

    assert report.valid is False
    assert report.problems


def test_a_version_without_rules_is_not_validated() -> None:
    """It is reported as neither valid nor invalid."""
    document = valid("image", "0.5")
    ome_of(document)["version"] = "0.9.dev1"

    assert report_on(document).valid is None


@pytest.mark.parametrize("kind", ["image", "plate"])
@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_a_malformed_version_is_an_error(kind: str, version: str) -> None:
    """Text that is not a version number is invalid, not an unknown version."""
    document = valid(kind, version)
    place = {"image": "multiscales/0/version", "plate": "plate/version"}[kind] if version == "0.4" else "version"
    put(place, "foo")(ome_of(document))

    report = report_on(document)

    assert report.valid is False
    assert [problem.code for problem in report.problems] == ["version-value"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [("a.json", True), ("https://x.org/a.zarr/.zattrs", True), ("a.zarr", False), ("https://x.org/a.json/", False)],
)
def test_the_last_part_of_a_target_distinguishes_documents_from_stores(target: str, expected: bool) -> None:
    """A path that ends in `/` is a store."""
    assert is_document(target) is expected


def test_json_names_clause_and_source_of_each_problem() -> None:
    """The clause is the section's address, the source the letters of the kind of text that states the rule."""
    document = valid("image", "0.4")
    repeat("multiscales/0/datasets/0/coordinateTransformations/0")(document)

    (found,) = json.loads(render_json([report_on(document)]))

    assert {key: found[key] for key in ("target", "kind", "version", "valid")} == {
        "target": "a.json",
        "kind": "image",
        "version": "0.4",
        "valid": False,
    }
    (problem,) = found["problems"]
    assert list(problem) == ["code", "level", "where", "message", "hint", "clause", "source"]
    assert problem["clause"] == "https://ngff.openmicroscopy.org/0.4/#multiscale-md"
    assert problem["source"] == "ST"


def test_text_begins_with_a_headline_and_then_the_errors() -> None:
    """Errors come before warnings, each with the section that states its rule."""
    document = valid("plate", "0.5")
    put("plate/wells/0/path", "1/A")(ome_of(document))
    del document["ome"]["plate"]["name"]

    text = "\n".join(render_text([report_on(document)]))

    assert text.splitlines()[0] == "a.json: invalid (plate, OME-Zarr 0.5): 1 error, 1 warning"
    assert text.index("error well-path-order at plate/wells/0/path") < text.index("warning plate-no-name")
    assert "https://ngff.openmicroscopy.org/0.5/#plate-md" in text


def whole(**members: object) -> dict[str, object]:
    """Return the `zarr.json` of a valid image, with further members."""
    return {"zarr_format": 3, "node_type": "group", "attributes": valid("image", "0.5"), **members}


@pytest.mark.parametrize(
    ("members", "codes"),
    [
        ({"extra": 1}, ["zarr-member"]),
        ({"extra": {"must_understand": True}}, ["zarr-member"]),
        ({"extra": {"must_understand": False}, "consolidated_metadata": None}, []),
        ({"shape": [1]}, ["zarr-member"]),
        ({"codecs": [], "fill_value": 0}, ["zarr-member", "zarr-member"]),
    ],
)
def test_a_member_that_zarr_does_not_define_is_an_error(members: dict[str, object], codes: list[str]) -> None:
    """A reader must fail, unless it may ignore the member."""
    objects = keys_of(image_store("0.5")) | {"zarr.json": json.dumps(whole(**members)).encode()}

    assert [problem.code for problem in report_on(whole(**members), "zarr.json").problems] == codes
    assert validate(objects).valid is not bool(codes)


def test_a_member_of_an_array_that_zarr_does_not_define_is_an_error() -> None:
    """In the array's own document, too, which names the member."""
    tree = image_store("0.5")
    tree["0"]["zarr.json"]["order"] = "C"
    report = validate(keys_of(tree))

    assert report.valid is False
    assert [(problem.code, problem.where) for problem in report.problems] == [("zarr-member", "0/zarr.json#/order")]


@pytest.mark.parametrize("body", [b"{", b"", b"[]", b"no JSON"])
def test_attributes_that_are_no_json_are_unreadable(body: bytes) -> None:
    """Nobody knows what the group is, so it is no group without metadata."""
    report = validate(keys_of(image_store("0.4")) | {".zattrs": body})

    assert (report.kind, report.valid) == (None, False)
    assert "kind-missing" not in {problem.code for problem in report.problems}


@pytest.mark.parametrize("path", ["../0", "/0", "a/../0", "https://example.org/0", "/"])
def test_a_path_that_leads_out_is_an_error(path: str) -> None:
    """In any of the images of a document, and in a store."""
    document = valid("image", "0.4")
    document["multiscales"].append({**document["multiscales"][0], "name": "other", "datasets": [{"path": path}]})
    report = report_on(document)

    assert report.valid is False
    assert ("path-unsafe", "multiscales/1/datasets/0/path") in [(each.code, each.where) for each in report.problems]
