"""Each rule of a document has a case that breaks it, and it alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sitegen.validate import ValidationResult, validate_document
from sitegen.validate.rules import RULES, rule_for
from validation.cases import CASES, RIGHT_6, Case, further
from validation.documents import KINDS, drop, found, ome_of, put, repeat, valid
from validation.test_stores import STORE_CODES


def runs() -> Iterator[tuple[Case, str]]:
    """Yield each case with each version that it is for."""
    for case in CASES:
        for version in case.only_in or KINDS[case.kind]:
            if rule_for(case.code, version) and version not in case.not_in and version in KINDS[case.kind]:
                yield case, version


def validate(document: object, version: str | None, kind: str | None = None) -> ValidationResult:
    """Validate a whole document."""
    return validate_document(document, version=version, kind=kind, whole=True)


@pytest.mark.parametrize(("kind", "version"), [(kind, version) for kind in KINDS for version in KINDS[kind]])
def test_valid(kind: str, version: str) -> None:
    """A document that keeps every rule has no problem, whether its kind is stated or found."""
    document = valid(kind, version)

    assert validate(document, version, kind) == validate(document, version) == ValidationResult(valid=True)


@pytest.mark.parametrize(
    ("case", "version"), [pytest.param(c, v, id=f"{c.code}-{v}-{i}") for i, (c, v) in enumerate(runs())]
)
def test_broken(case: Case, version: str) -> None:
    """An edit that breaks one rule gives the problem of that rule, at a place that exists, and no other."""
    document = valid(case.kind, version)
    for edit in case.edits:
        edit(ome_of(document))
    if case.code == "ome-missing":
        document = ome_of(document)

    result = validate(document, version, case.kind)

    assert {problem.code for problem in result.problems} == {case.code, *case.also}
    assert result.valid == (rule_for(case.code, version).alone != "error")  # type: ignore[union-attr]
    for problem in result.problems:
        found(ome_of(document), problem.where)
        assert problem.message
        assert problem.hint


def test_every_rule_has_a_case() -> None:
    """Each code of the table is caused by a case, by a store, or by a test below."""
    below = {"doc-type", "ome-type", "kind-missing", "version-unknown", "version-format"}

    assert {rule.code for rule in RULES} == {case.code for case in CASES} | STORE_CODES | below


@pytest.mark.parametrize("transform", RIGHT_6, ids=lambda transform: transform["type"])
def test_right_transforms(transform: dict[str, object]) -> None:
    """Each type of transformation has a form that keeps every rule."""
    document = valid("image", "0.6")
    further(**transform)(ome_of(document))

    assert validate(document, "0.6") == ValidationResult(valid=True)


@pytest.mark.parametrize(
    ("document", "version", "code"),
    [
        ([], "0.4", "doc-type"),
        (None, "0.5", "doc-type"),
        ({"ome": []}, "0.5", "ome-type"),
        ({}, "0.4", "kind-missing"),
        ({"ome": {"version": "0.5"}}, "0.5", "kind-missing"),
        ({"ome": {"version": "0.4", "labels": []}}, "0.4", "version-format"),
    ],
)
def test_hardly_a_document(document: object, version: str, code: str) -> None:
    """What is no OME-Zarr document at all is an error with a code of its own."""
    result = validate(document, version)

    assert [problem.code for problem in result.problems] == [code]
    assert result.valid is False


@pytest.mark.parametrize("version", [None, "0.7", "0.9.dev1", "banana"])
def test_unknown_version(version: str | None) -> None:
    """A version without rules is neither valid nor invalid, and a note says so."""
    result = validate({"multiscales": 1}, version)

    assert result.valid is None
    assert [(problem.code, problem.level) for problem in result.problems] == [("version-unknown", "note")]


def test_version_and_format() -> None:
    """Version 0.4 in Zarr format 3 is an error."""
    result = validate_document(valid("image", "0.4"), version="0.4", zarr_format=3)

    assert [problem.code for problem in result.problems] == ["version-format"]


@pytest.mark.parametrize(
    ("version", "axis", "codes"),
    [
        ("0.4", {"name": "c", "type": "channel", "unit": None}, []),
        ("0.5", {"name": "t", "type": "time", "unit": None}, ["axis-no-unit"]),
        ("0.5", {"name": "z", "type": "space", "unit": None}, ["axis-unit-type"]),
        ("0.5", {"name": "z", "unit": None}, ["axis-no-type", "axis-unit-type"]),
        ("0.6", {"name": "c", "type": "channel", "unit": None}, ["axis-unit-type"]),
    ],
)
def test_null_unit(version: str, axis: dict[str, object], codes: list[str]) -> None:
    """Before 0.6 null means "no unit", except along space axes: the schemas look at no other axis's unit."""
    document = valid("image", version)
    place = "coordinateSystems/0/axes" if version == "0.6" else "axes"
    put(f"multiscales/0/{place}/0", axis)(ome_of(document))

    found = validate(document, version).problems

    assert [problem.code for problem in found if problem.code not in ("axes-zyx", "axes-order")] == codes


def test_metadata_without_their_key() -> None:
    """The OME metadata alone are validated like the attributes that hold them below `ome`."""
    document = valid("plate", "0.5")
    drop("plate/rows")(ome_of(document))

    assert validate_document(document, version="0.5") == validate_document(ome_of(document), version="0.5")


def test_each_key_is_validated() -> None:
    """A broken label beside a good image is reported; the official schema for any document accepts it."""
    document = valid("label", "0.5")
    put("image-label/colors", [])(ome_of(document))

    assert [problem.code for problem in validate(document, "0.5").problems] == ["label-colors-empty"]


def test_many_alike() -> None:
    """A mistake in hundreds of wells is reported twenty times, and then counted."""
    document = valid("plate", "0.4")
    for _ in range(300):
        repeat("plate/wells/0")(document)

    problems = validate(document, "0.4").problems

    assert len(problems) == 20
    assert "280 more" in problems[-1].message


def test_pointer() -> None:
    """A problem's place is a pointer into the OME metadata, below the path of the group."""
    document = valid("image", "0.5")
    put("multiscales/0/datasets/1/coordinateTransformations/0/scale", "big")(ome_of(document))

    (problem,) = validate_document(document, version="0.5", path="A/1/0").problems

    assert problem.where == "A/1/0/multiscales/0/datasets/1/coordinateTransformations/0/scale"
    assert problem.message == '`scale` should be a list; found "big"'


@pytest.mark.parametrize(("draft", "valid_"), [("0.6.dev1", True), ("0.6.dev3", True), ("0.6.dev4", False)])
def test_drafts(draft: str, valid_: bool) -> None:
    """Ends that are plain strings were valid until the fourth draft of 0.6."""
    document = valid("image", "0.6")
    ome = ome_of(document)
    ome["version"] = draft
    for dataset in ome["multiscales"][0]["datasets"]:
        dataset["coordinateTransformations"][0] |= {"input": dataset["path"], "output": "physical"}

    result = validate(document, "0.6")

    assert result.valid is valid_
    assert result.problems[-1].code == "draft-version"


def test_a_draft_with_an_endless_number() -> None:
    """A draft whose number no computer would read is a draft like any other."""
    document = valid("image", "0.6")
    ome_of(document)["version"] = f"0.6.dev{'9' * 5000}"

    assert [problem.code for problem in validate(document, "0.6").problems] == ["draft-version"]
