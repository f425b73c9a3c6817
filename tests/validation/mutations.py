"""Whole documents, damaged at random: what hypothesis draws for the comparison and the fuzzing."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

from validation.documents import found, ome_of, valid

# Values that are nearly right somewhere: a name that is not, a number that is just too large, an empty list.
_ODD = [None, True, False, 0, 1, 2, 3, 5, -1, 0.0, 1.0, 0.5, 256, -0.5, 1e300, 10**400, float("inf"), "", "\ud800"]
_WORDS = """
    0 1 2 A A/1 1/A a.b a,b é .. __a labels/cells 0.4 0.5 0.6 x y z c t space time channel array micrometer physical
    world 00FF00 linear cubic bspline-cubic scale translation identity sequence mapAxis projectAxis affine rotation
    bijection byDimension displacements coordinates"""
_KEYS = """
    name type unit axes path version scale translation input output transformations mapAxis affine rotation forward
    inverse inputAxes outputAxes transformation droppedInputs createdOutputs interpolation longName discrete rgba
    label-value colors properties source image acquisition id starttime endtime maximumfieldcount description color
    field_count window coordinateTransformations coordinateSystems metadata method rowIndex columnIndex"""
SCALARS = st.sampled_from([*_ODD, *_WORDS.split()])
KEYS = st.sampled_from(_KEYS.split())
VALUES = st.one_of(
    SCALARS,
    st.lists(SCALARS, max_size=3),
    st.dictionaries(KEYS, SCALARS, max_size=3),
    st.lists(st.lists(st.sampled_from([0, 1, -1, 0.5, "1", None]), min_size=2, max_size=3), min_size=2, max_size=3),
)
# One transformation of each type, to replace another.
_STEP: dict[str, Any] = {"type": "scale", "scale": [1, 2, 3]}
_PART = {"transformation": {"type": "scale", "scale": [1]}, "inputAxes": [0], "outputAxes": [0]}
TRANSFORMS: list[dict[str, Any]] = [
    _STEP,
    {"type": "identity"},
    {"type": "translation", "translation": [0, 0.5, -1]},
    {"type": "mapAxis", "mapAxis": [0, 2, 1]},
    {"type": "projectAxis", "droppedInputs": [0], "createdOutputs": [0]},
    {"type": "affine", "affine": [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 5]]},
    {"type": "affine", "path": "coordinateTransformations/m"},
    {"type": "rotation", "rotation": [[1, 0, 0], [0, 0, -1], [0, 1, 0]]},
    {"type": "rotation", "path": "coordinateTransformations/r"},
    {"type": "sequence", "transformations": [_STEP, {"type": "identity"}]},
    {"type": "bijection", "forward": _STEP, "inverse": {"type": "scale", "scale": [1, 0.5, 0.25]}},
    {"type": "byDimension", "transformations": [_PART]},
    {"type": "displacements", "path": "coordinateTransformations/d", "interpolation": "nearest"},
    {"type": "coordinates", "path": "coordinateTransformations/c"},
]


def base(kind: str, version: str) -> dict[str, Any]:
    """Return a valid document that holds as much as its kind can, to be damaged."""
    document = valid(kind, version)
    if kind == "image" and version == "0.6":
        further = [{**t, "input": {"name": "physical"}, "output": {"name": f"s{i}"}} for i, t in enumerate(TRANSFORMS)]
        ome_of(document)["multiscales"][0]["coordinateTransformations"] = copy.deepcopy(further)
    if kind == "label":
        del ome_of(document)["multiscales"]
    if kind == "scene":
        placing = [{**t, "input": {"name": "p", "path": "i"}, "output": {"name": "world"}} for t in TRANSFORMS]
        ome_of(document)["scene"]["coordinateTransformations"] += copy.deepcopy(placing)
    return document


def places(value: Any, above: str = "") -> list[str]:
    """Return the pointer of everything in a document, the document itself first."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [above, *(place for key, child in members for place in places(child, f"{above}/{key}".lstrip("/")))]


@st.composite
def damaged(draw: st.DrawFn, kind: str, version: str) -> Any:
    """Return a valid document with one to three places damaged."""
    document: Any = base(kind, version)
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 3]))):
        document = damage(draw, document)
    return document


def damage(draw: Any, document: Any) -> Any:
    """Return the document with one place damaged."""
    place = draw(st.sampled_from(places(document)))
    above, _, key = place.rpartition("/")
    if not place:
        return draw(VALUES) if draw(st.integers(0, 9)) == 0 else document
    parent = found(document, above)
    index: Any = int(key) if isinstance(parent, list) else key
    how = draw(st.sampled_from(["drop", "replace", "replace", "repeat", "extend", "swap"]))
    if how == "drop":
        del parent[index]
    elif how == "replace":
        parent[index] = draw(VALUES)
    elif how == "repeat" and isinstance(parent, list):
        parent.append(copy.deepcopy(parent[index]))
    elif how == "extend" and isinstance(parent[index], list):
        parent[index].append(draw(VALUES))
    elif how == "extend" and isinstance(parent[index], dict):
        parent[index][draw(KEYS)] = draw(VALUES)
    elif how == "swap" and isinstance(parent[index], dict):
        parent[index] = {**parent[index], **copy.deepcopy(draw(st.sampled_from(TRANSFORMS)))}
    return document
