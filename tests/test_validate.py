"""`sitegen validate`: whole stores and single documents, from bytes to words."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from validation.documents import ome_of, put, repeat, valid
from validation.stores import Tree, image_store
from validation.test_stores import CASES, STORES, StoreCase

from sitegen.commands.validate import (
    TargetReport,
    is_document,
    render_json,
    render_text,
    validate_metadata_document,
    validate_target,
)
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
    """Return the verdict on a store of these objects; keys that begin with `failing` cannot be reached."""

    async def get(key: str) -> bytes | None:
        if key.startswith(failing):
            raise FetchError(f"{key} timed out", status="unreachable", code="timeout", hint="Try again.")
        return objects.get(key)

    return asyncio.run(validate_target(STORE, get))


def judged(document: object, name: str = "a.json") -> TargetReport:
    """Return the verdict on a document."""
    return validate_metadata_document(name, json.dumps(document).encode())


@pytest.mark.parametrize(("kind", "version"), [(kind, version) for kind in STORES for version in STORES[kind][1]])
def test_valid_store(kind: str, version: str) -> None:
    """A store that keeps every rule is valid, and read to its last array."""
    verdict = validate(keys_of(STORES[kind][0](version)))

    assert verdict == TargetReport(target=STORE, kind=verdict.kind, version=version, valid=True)
    assert verdict.kind == kind


# A group that is no image leads nowhere, so that its labels are not looked at.
REACHED = [case for case in CASES if case.code != "labels-parent"]


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case.code}-{i}") for i, case in enumerate(REACHED)])
def test_broken_store(case: StoreCase) -> None:
    """Whatever is wrong anywhere in a store is found by following its metadata."""
    versions = case.versions or STORES[case.store][1]
    version = next(version for version in reversed(versions) if rule_for(case.code, version))
    tree: dict[str, Any] = STORES[case.store][0](version)
    case.change(tree, version)
    if case.code == "labels-unlisted":
        consolidate(tree)

    assert case.code in {problem.code for problem in validate(keys_of(tree)).problems}


def consolidate(tree: Tree) -> None:
    """Write consolidated metadata into the root: what nobody lists can be seen nowhere else over HTTP."""
    metadata = {path: node["zarr.json"] for path, node in tree.items() if path}
    tree[""]["zarr.json"] = {**tree[""]["zarr.json"], "consolidated_metadata": {"kind": "inline", "metadata": metadata}}


def test_unreached() -> None:
    """What cannot be reached is told, and is no fault of the store."""
    verdict = validate(keys_of(image_store("0.5")), failing="labels/cells/1")

    assert verdict.valid is True
    assert [(problem.code, problem.level, problem.where) for problem in verdict.problems] == [
        ("timeout", "warning", "labels/cells/1")
    ]


def test_store_that_is_none() -> None:
    """Where nothing is, or no Zarr, the store is not valid, and the reason is told."""
    assert [problem.code for problem in validate({}).problems] == ["not-zarr"]
    assert validate({"zarr.json": b"<html>"}).valid is False
    assert validate({"zarr.json": b'{"zarr_format": 3, "node_type": "group"}'}).problems[0].code == "ome-missing"


def test_both_formats() -> None:
    """Metadata of both formats side by side are a note."""
    objects = keys_of(image_store("0.5")) | {".zattrs": b"{}"}

    assert [problem.code for problem in validate(objects).problems] == ["both-formats"]


@pytest.mark.parametrize("version", ["0.1", "0.4", "0.5", "0.6"])
def test_document(version: str) -> None:
    """A document is judged by the version that it names."""
    verdict = judged(valid("plate", version))

    assert verdict == TargetReport(target="a.json", kind="plate", version=version, valid=True)


def test_whole_documents() -> None:
    """A whole `zarr.json` or `.zattrs` may be given, and tells its Zarr format."""
    whole = {"zarr_format": 3, "node_type": "group", "attributes": valid("image", "0.5")}
    old = {"zarr_format": 3, "node_type": "group", "attributes": valid("image", "0.4")}

    assert judged(whole, "zarr.json").valid is True
    assert judged(valid("image", "0.4"), ".zattrs").valid is True
    assert [problem.code for problem in judged(old, "zarr.json").problems] == ["version-format"]
    assert judged({"zarr_format": 3, "node_type": "array", "shape": [1]}, "zarr.json").kind == "array"


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"ome": ', b"[" * 100_000, b"\xff\xfe", b'{"a": NaN}', b"7"])
def test_hardly_a_document(body: bytes) -> None:
    """Bytes that are no metadata are invalid, and the reason is told."""
    verdict = validate_metadata_document("a.json", body)

    assert verdict.valid is False
    assert verdict.problems


def test_unknown_version() -> None:
    """A version without rules is not validated."""
    document = valid("image", "0.5")
    ome_of(document)["version"] = "0.9.dev1"

    assert judged(document).valid is None


@pytest.mark.parametrize("kind", ["image", "plate"])
@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_no_version_at_all(kind: str, version: str) -> None:
    """Text that is no number of a version is a mistake, and no unknown version."""
    document = valid(kind, version)
    place = {"image": "multiscales/0/version", "plate": "plate/version"}[kind] if version == "0.4" else "version"
    put(place, "foo")(ome_of(document))

    verdict = judged(document)

    assert verdict.valid is False
    assert [problem.code for problem in verdict.problems] == ["version-value"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [("a.json", True), ("https://x.org/a.zarr/.zattrs", True), ("a.zarr", False), ("https://x.org/a.json/", False)],
)
def test_is_document(target: str, expected: bool) -> None:
    """The last part of a target tells a document from a store."""
    assert is_document(target) is expected


def test_json() -> None:
    """JSON has the keys of the contract, and with each problem its clause and the letter of its source."""
    document = valid("image", "0.4")
    repeat("multiscales/0/datasets/0/coordinateTransformations/0")(document)

    (found,) = json.loads(render_json([judged(document)]))

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


def test_text() -> None:
    """Text says the verdict first, then errors before warnings, each with what to do and where it is written."""
    document = valid("plate", "0.5")
    put("plate/wells/0/path", "1/A")(ome_of(document))
    del document["ome"]["plate"]["name"]

    text = "\n".join(render_text([judged(document)]))

    assert text.splitlines()[0] == "a.json: invalid (plate, OME-Zarr 0.5): 1 error, 1 warning"
    assert text.index("error well-path-order at plate/wells/0/path") < text.index("warning plate-no-name")
    assert "https://ngff.openmicroscopy.org/0.5/#plate-md" in text
