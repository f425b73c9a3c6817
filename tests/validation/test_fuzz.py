"""Whatever the JSON, validation returns a result: no exception, and places that exist."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.ome.versions import VERSIONS
from sitegen.validate import validate_document, validate_store
from validation.documents import KINDS, found
from validation.mutations import KEYS, SCALARS, damage, damaged
from validation.test_stores import STORES

JSON = st.recursive(
    st.one_of(SCALARS, st.text(), st.integers(), st.floats()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)
SECTIONS = st.sampled_from(
    ["multiscales", "plate", "well", "image-label", "omero", "labels", "series", "scene", "bioformats2raw.layout"]
)


def check(document: Any, version: str, **options: Any) -> None:
    """Validate a document, and look up each place that a problem names."""
    result = validate_document(document, version=version, **options)

    inside = document.get("ome", document) if isinstance(document, dict) else document
    for problem in result.problems:
        found(inside, problem.where)
        problem.message.encode()
    assert result.valid == all(problem.level != "error" for problem in result.problems)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    attributes=JSON | st.dictionaries(SECTIONS, JSON), version=st.sampled_from(list(VERSIONS)), wrapped=st.booleans()
)
def test_any_json(attributes: Any, version: str, wrapped: bool) -> None:
    """Any JSON at the place of the metadata, or of one of its parts, is validated."""
    check({"ome": attributes} if wrapped and isinstance(attributes, dict) else attributes, version, whole=True)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.data())
def test_damaged(kind: str, data: st.DataObject) -> None:
    """A document damaged at random is validated, also by the rules of another version."""
    document = data.draw(damaged(kind, data.draw(st.sampled_from(KINDS[kind]))))

    check(document, data.draw(st.sampled_from(list(VERSIONS))), kind=data.draw(st.sampled_from([None, *KINDS])))


def as_fetched(found: Any) -> Any:
    """Return the documents of a node as bytes; None where the damage left no documents."""
    return (
        {name: json.dumps(document).encode() for name, document in found.items()} if isinstance(found, dict) else None
    )


@pytest.mark.parametrize("kind", STORES)
@settings(max_examples=100, deadline=None, derandomize=True)
@given(data=st.data())
def test_damaged_store(kind: str, data: st.DataObject) -> None:
    """A store with damage in any of its documents is validated."""
    make, versions = STORES[kind]
    tree = make(data.draw(st.sampled_from(versions)))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(sorted(path for path in tree if not isinstance(tree[path], bytes))))
        tree[path] = data.draw(st.one_of(st.none(), st.just(damage(data.draw, tree[path]))))

    result = validate_store({path: as_fetched(found) for path, found in tree.items()})

    assert result.valid in (True, False, None)
    for problem in result.problems:
        assert (problem.where + problem.message).encode()


def test_endless_nesting() -> None:
    """Lists nested ten thousand deep cause no error, wherever values are compared or followed."""
    deep: Any = []
    for _ in range(10_000):
        deep = [deep]
    twins = [{"label-value": deep}, {"label-value": deep}]

    result = validate_document({"image-label": {"colors": twins}, "multiscales": [deep, deep]}, version="0.4")

    assert result.valid is False


def test_endless_transforms() -> None:
    """Sequences nested ten thousand deep are followed as far as a reader would."""
    step: dict[str, Any] = {"type": "identity"}
    for _ in range(10_000):
        step = {"type": "sequence", "transformations": [step]}

    result = validate_document({"scene": {"coordinateTransformations": [step, step]}}, version="0.6")

    assert "transform-depth" in {problem.code for problem in result.problems}
