"""Our results against the official schemas, over thousands of damaged documents.

Every difference is in the list below, with its reason, or is a bug. The schemas are
not ours, so they are not in this repository; they are looked for beside it.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sitegen.validate import ValidationResult, validate_document
from sitegen.validate.rules import rule_for
from validation.mutations import damaged

jsonschema = pytest.importorskip("jsonschema")
registry = pytest.importorskip("referencing").Registry
DRAFT = pytest.importorskip("referencing.jsonschema").DRAFT202012

SCHEMAS = Path(__file__).resolve().parents[3] / "shared" / "spec" / "schemas"
pytestmark = pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the official schemas are not beside this repository")

FOLDERS = {"0.1": "0.1", "0.3": "0.3", "0.4": "0.4", "0.5": "0.5", "0.6": "0.6rc0"}  # no genuine schemas of 0.2 exist
FILES = {"image": "image", "plate": "plate", "well": "well", "label": "label", "series": "bf2raw", "ome": "ome"}
PAIRS = [(kind, version) for version in FOLDERS for kind in ("image", "plate", "well")]
PAIRS += [(kind, version) for version in ("0.4", "0.5", "0.6") for kind in ("label", "series", "ome")]
PAIRS += [("scene", "0.6")]

# Errors of ours, by rules that the schemas share, that a schema may pass over, and why.
STRICTER = {
    "0.4": {"axis-unit-type": "the unit is looked at only while space axes are counted"},
    "0.5": {"axis-unit-type": "the unit is looked at only while space axes are counted"},
    "0.6": {
        "transform-type-missing": "in a dataset ends alone pass as an identity, and a sequence's member needs none",
        "transform-name-type": "the name of a member of a dataset's sequence is not looked at",
        "transform-input-type": "`path` is not looked at in a multiscale's own list",
        "transform-output-type": "`path` is not looked at in a multiscale's own list",
        "affine-missing": "a broken `path` beside a good matrix, or the reverse, passes: one of the two is right",
        "affine-type": "a broken `path` beside a good matrix, or the reverse, passes: one of the two is right",
        "rotation-missing": "a broken `path` beside a good matrix, or the reverse, passes: one of the two is right",
        "rotation-type": "a broken `path` beside a good matrix, or the reverse, passes: one of the two is right",
        "rotation-square": "a broken matrix beside a good `path` passes: one of the two is right",
    },
}
# Notes of ours where a schema says error, and why.
MILDER = {
    "transform-end-null": "the text allows `path: null`",
    "field-interpolation-name": "`bspline-cubic` is the text's own word",
    "draft-version": "drafts are read by the rules of 0.6; the schema knows one spelling",
}


@cache
def official(version: str, name: str) -> Any:
    """Return an official schema, ready to ask."""
    files = {path.stem: json.loads(path.read_text()) for path in (SCHEMAS / FOLDERS[version]).glob("*.schema")}
    known = registry().with_resources((file["$id"], DRAFT.create_resource(file)) for file in files.values())
    return jsonschema.Draft202012Validator(files[name], registry=known)


def as_published(document: Any, version: str) -> Any:
    """Return the document with the spelling of its version that the schemas of 0.6rc0 take."""
    ome = document.get("ome") if isinstance(document, dict) else None
    if version == "0.6" and isinstance(ome, dict) and ome.get("version") == "0.6":
        return {**document, "ome": {**ome, "version": "0.6rc0"}}
    return document


def by_schema(result: ValidationResult, version: str, source: str = "S") -> set[str]:
    """Return the codes that were reported by rules which the schemas of the version hold."""
    found = {problem.code for problem in result.problems if problem.level != "note"}
    return {code for code in found if source in getattr(rule_for(code, version), "source", "")}


@pytest.mark.parametrize(("kind", "version"), PAIRS)
@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_result_of_the_schema(kind: str, version: str, data: st.DataObject) -> None:
    """By the rules that they share, a damaged document gets the schema's result, but for the differences listed."""
    document = data.draw(damaged(kind, version))
    passes = official(version, FILES.get(kind, kind)).is_valid(as_published(document, version))

    result = validate_document(document, version=version, kind=kind, whole=True)

    ours = by_schema(result, version)
    if passes:
        assert ours <= STRICTER.get(version, {}).keys()
    else:
        assert ours or MILDER.keys() & {problem.code for problem in result.problems}
