"""Each rule of a document, with the smallest edit of a valid document that breaks it, and it alone.

A case runs in every version in which its rule is in force and its document exists, but
for those in `not_in`, where the same edit breaks another rule as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from validation.documents import Edit, add, axes, drop, ends, put, repeat, reverse

MS = "multiscales/0"
SYSTEM = f"{MS}/coordinateSystems/0"
LEVEL = f"{MS}/datasets/0/coordinateTransformations"
STEP = f"{LEVEL}/0"
CHANNEL = "omero/channels/0"
LABEL = "image-label"
PLACING = "scene/coordinateTransformations/0"


@dataclass(frozen=True, kw_only=True)
class Case:
    """An edit of a valid document, and the rule that it breaks."""

    code: str
    kind: str
    edits: Sequence[Edit]
    not_in: tuple[str, ...] = ()
    """Versions in which the edit breaks another rule, too, or cannot be made."""
    only_in: tuple[str, ...] = ()
    """The versions to run in, if not in all."""
    also: tuple[str, ...] = ()
    """Rules that cannot but be broken with it."""


def case(code: str, kind: str, *edits: Edit, not_in: str = "", only_in: str = "", also: str = "") -> Case:
    """Return a case; versions and codes are written with spaces between."""
    words = {"not_in": tuple(not_in.split()), "only_in": tuple(only_in.split()), "also": tuple(also.split())}
    return Case(code=code, kind=kind, edits=edits, **words)


def further(**transform: Any) -> Edit:
    """Return an edit that adds a transformation to the image's second coordinate system."""
    second = {"name": "second", "axes": axes()}
    link = {**ends({"name": "physical"}, {"name": "second"}), **transform}

    def edit(ome: dict[str, Any]) -> None:
        add(f"{MS}/coordinateSystems", second)(ome)
        put(f"{MS}/coordinateTransformations", [link])(ome)

    return edit


def link(start: object, end: object, **transform: Any) -> Edit:
    """Return an edit that adds a transformation between two ends, an identity if nothing else is said."""

    def edit(ome: dict[str, Any]) -> None:
        image = ome["multiscales"][0]
        image.setdefault("coordinateTransformations", []).append({"type": "identity", **transform, **ends(start, end)})

    return edit


def reshaped(*axes_wanted: Any) -> Edit:
    """Return an edit that gives the image these axes, and scales to match."""
    size = len(axes_wanted)

    def edit(ome: dict[str, Any]) -> None:
        image = ome["multiscales"][0]
        holder = image["coordinateSystems"][0] if "coordinateSystems" in image else image
        holder["axes"] = list(axes_wanted)
        for dataset in image["datasets"]:
            first = dataset["coordinateTransformations"][0]
            for step in first.get("transformations", dataset["coordinateTransformations"]):
                step[step["type"]] = [1.0] * size

    return edit


C, Y, X = axes()
Z = {"name": "z", "type": "space", "unit": "micrometer"}
T = {"name": "t", "type": "time", "unit": "second"}

DOCUMENT = [
    case("ome-missing", "image", lambda ome: None, only_in="0.5 0.6"),
    case("version-missing", "image", drop("version"), only_in="0.5 0.6"),
    case("version-missing", "well", drop("well/version"), only_in="0.1 0.2 0.3"),
    case("version-type", "image", put(f"{MS}/version", 4), not_in="0.5 0.6"),
    case("version-type", "image", put("version", 0.5), only_in="0.5 0.6"),
    case("version-value", "image", put(f"{MS}/version", "9.9"), not_in="0.5 0.6"),
    case("version-value", "image", put("version", "0.5-dev"), only_in="0.5 0.6"),
    case("version-value", "well", put("well/version", "0"), not_in="0.5 0.6"),
    case("draft-version", "image", put("version", "0.6.dev4")),
    case("plate-version", "plate", drop("plate/version")),
    case("multiscales-version", "image", drop(f"{MS}/version")),
]
IMAGE = [
    case("multiscales-missing", "image", drop("multiscales")),
    case("multiscales-type", "image", put("multiscales", {})),
    case("multiscales-type", "image", add("multiscales", None)),
    case("multiscales-empty", "image", put("multiscales", [])),
    case("multiscales-duplicate", "image", repeat(MS)),
    case("multiscales-name-type", "image", put(f"{MS}/name", 1)),
    case("multiscales-metadata-type", "image", put(f"{MS}/metadata", "mean")),
    case("multiscales-metadata-type", "image", put(f"{MS}/metadata/method", None), only_in="0.1"),
    case("multiscales-metadata-type", "image", put(f"{MS}/metadata/version", 1), only_in="0.1"),
    case("multiscales-no-name", "image", drop(f"{MS}/name")),
    case("multiscales-no-type", "image", drop(f"{MS}/type")),
    case("multiscales-no-metadata", "image", drop(f"{MS}/metadata")),
    case("datasets-missing", "image", drop(f"{MS}/datasets")),
    case("datasets-type", "image", put(f"{MS}/datasets", {})),
    case("datasets-type", "image", add(f"{MS}/datasets", "2")),
    case("datasets-empty", "image", put(f"{MS}/datasets", [])),
    case("dataset-path-missing", "image", drop(f"{MS}/datasets/0/path")),
    case("dataset-path-type", "image", put(f"{MS}/datasets/0/path", 0)),
    case("dataset-path-duplicate", "image", put(f"{MS}/datasets/1/path", "0"), not_in="0.6"),
    case("dataset-path-duplicate", "image", repeat(f"{MS}/datasets/1"), only_in="0.6"),
    case("dataset-order", "image", put(f"{STEP}/scale/1", 2), only_in="0.4 0.5"),
    case("dataset-order", "image", put(f"{STEP}/transformations/0/scale/1", 2), only_in="0.6"),
]
AXES_3 = [
    case("axes-missing", "image", drop(f"{MS}/axes"), only_in="0.3"),
    case("axes-type", "image", put(f"{MS}/axes", "cyx"), only_in="0.3"),
    case("axes-count", "image", put(f"{MS}/axes", ["x"]), only_in="0.3"),
    case("axis-value", "image", put(f"{MS}/axes/0", "C")),
    case("axis-value", "image", put(f"{MS}/axes", axes())),
    case("axes-unique", "image", put(f"{MS}/axes", ["c", "x", "x"]), only_in="0.3"),
    case("axes-order", "image", put(f"{MS}/axes", ["x", "y", "c"]), only_in="0.3"),
]


def axes_cases(holder: str, only_in: str) -> list[Case]:
    """Return the rules of axes that are objects, below the multiscale or its coordinate system."""
    at = f"{holder}/axes"
    cases = [
        ("axes-missing", drop(at)),
        ("axes-type", put(at, {})),
        ("axes-count", put(at, [])),
        ("axis-type", put(f"{at}/0", "c")),
        ("axis-name-missing", drop(f"{at}/0/name")),
        ("axis-name-type", put(f"{at}/0/name", 1)),
        ("axis-type-type", put(f"{at}/0/type", None)),
        ("axis-unit-type", put(f"{at}/0/unit", 5)),
        ("axis-type-custom", put(f"{at}/0/type", "phase")),
        ("axis-no-type", drop(f"{at}/0/type")),
        ("axis-no-unit", drop(f"{at}/1/unit")),
        ("axis-unit-unknown", put(f"{at}/1/unit", "um")),
        ("axes-duplicate", reshaped(Z, Y, Y)),
        ("axes-unique", reshaped(C, Y, {**Y, "unit": "meter"})),
        ("axes-space-count", reshaped(T, C, X)),
        ("axes-order", reshaped(Y, C, X)),
        ("axes-time-count", reshaped(T, {**T, "name": "u"}, Y, X)),
        ("axes-channel-count", reshaped(C, {**C, "name": "d"}, Y, X)),
        ("axes-zyx", reshaped(C, X, Y, Z)),
    ]
    return [case(code, "image", edit, only_in=only_in) for code, edit in cases]


AXES = [
    *axes_cases(MS, "0.4 0.5"),
    *axes_cases(SYSTEM, "0.6"),
    case("axes-space-count", "image", reshaped(Z, Y, X, {"name": "w", "type": "space", "unit": "meter"})),
    case("axes-space-count", "image", reshaped(*({"name": n, "type": "array"} for n in "ij"), Y, X), only_in="0.6"),
    case("axis-name-empty", "image", put(f"{SYSTEM}/axes/0/name", "")),
    case("axis-long-name-type", "image", put(f"{SYSTEM}/axes/0/longName", 1)),
    case("axis-discrete-type", "image", put(f"{SYSTEM}/axes/0/discrete", "yes")),
]
UNTYPED = [
    # where fewer than two say that they are space axes, those without a type are counted as such
    case("axes-space-untyped", "image", drop(f"{MS}/axes/1/type"), also="axis-no-type"),
]
TRANSFORMS = [
    case("transforms-missing", "image", drop(LEVEL)),
    case("transforms-type", "image", put(LEVEL, {})),
    case("transforms-type", "image", put(f"{LEVEL}/0", "scale")),
    case("transforms-empty", "image", put(LEVEL, []), not_in="0.6"),
    case("transforms-empty", "image", put(f"{MS}/coordinateTransformations", [])),
    case("transform-type-missing", "image", drop(f"{STEP}/type")),
    case("transform-type", "image", put(STEP, {"type": "identity"}), not_in="0.6"),
    case("transform-type", "image", put(f"{STEP}/type", "affine"), only_in="0.6"),
    case("scale-missing", "image", drop(f"{STEP}/scale"), not_in="0.6"),
    case("scale-type", "image", put(f"{STEP}/scale/0", "1"), not_in="0.6"),
    case("scale-type", "image", put(f"{STEP}/scale", 1), not_in="0.6"),
    case("scale-short", "image", put(f"{STEP}/scale", [1])),
    case("scale-count", "image", drop(STEP), not_in="0.6"),
    case("scale-count", "image", repeat(STEP)),
    case("scale-length", "image", put(f"{STEP}/scale", [1, 1]), not_in="0.6"),
    case("scale-zero", "image", put(f"{STEP}/scale/0", 0)),
    case("translation-missing", "image", drop(f"{LEVEL}/1/translation"), not_in="0.6"),
    case("translation-type", "image", put(f"{LEVEL}/1/translation/0", None), not_in="0.6"),
    case("translation-short", "image", put(f"{LEVEL}/1/translation", [])),
    case("translation-length", "image", add(f"{LEVEL}/1/translation", 0), not_in="0.6"),
    case("translation-count", "image", repeat(f"{LEVEL}/1")),
    case("translation-order", "image", reverse(LEVEL)),
]
SYSTEMS = [
    case("coordinate-systems-missing", "image", drop(f"{MS}/coordinateSystems")),
    case("coordinate-systems-type", "image", put(f"{MS}/coordinateSystems", {})),
    case("coordinate-systems-type", "scene", add("scene/coordinateSystems", 1)),
    case("coordinate-systems-empty", "image", put(f"{MS}/coordinateSystems", [])),
    case("coordinate-systems-duplicate", "scene", repeat("scene/coordinateSystems/0")),
    case("coordinate-system-unique", "image", repeat(SYSTEM)),
    case("coordinate-system-unique", "scene", repeat("scene/coordinateSystems/0", note="again")),
    case("coordinate-system-name-missing", "image", add(f"{MS}/coordinateSystems", {"axes": axes()})),
    case("coordinate-system-name-type", "image", add(f"{MS}/coordinateSystems", {"name": 1, "axes": axes()})),
    case(
        "coordinate-system-name-empty",
        "image",
        add(f"{MS}/coordinateSystems", {"name": "", "axes": axes()}),
        put(f"{MS}/coordinateTransformations", [{"type": "identity", **ends({"name": "physical"}, {"name": ""})}]),
    ),
    case("intrinsic-mixed", "image", further(type="identity"), put(f"{STEP}/output/name", "second")),
    case("intrinsic-unknown", "image", put(f"{SYSTEM}/name", "other")),
    case(
        "multiscale-transform-intrinsic",
        "image",
        further(type="identity"),
        link({"name": "second"}, {"name": "second"}),
    ),
    case("multiscale-transform-end", "image", link({"name": "physical"}, {"name": "elsewhere"})),
    case("multiscale-transform-end", "image", link({"name": "physical"}, {"name": "a", "path": "b"})),
    case(
        "label-transform-type",
        "image",
        link({"name": "physical"}, {"name": "a", "path": "labels/cells"}, type="mapAxis", mapAxis=[0, 2, 1]),
    ),
    case("graph-connected", "image", add(f"{MS}/coordinateSystems", {"name": "lonely", "axes": axes()})),
    case("graph-connected", "scene", add("scene/coordinateSystems", {"name": "lonely", "axes": axes()})),
    case(
        "transform-name-unique",
        "image",
        put(f"{STEP}/name", "a"),
        put(f"{MS}/datasets/1/coordinateTransformations/0/name", "a"),
    ),
]
LEVELS_6 = [
    case("transforms-count", "image", put(LEVEL, [])),
    case("transforms-count", "image", repeat(STEP)),
    case("transform-name-type", "image", put(f"{STEP}/name", 1)),
    case("transform-input-missing", "image", drop(f"{STEP}/input")),
    case("transform-input-type", "image", put(f"{STEP}/input", "0")),
    case("transform-input-type", "scene", put(f"{PLACING}/input/path", 1)),
    case("transform-input-path", "image", put(f"{STEP}/input", {})),
    case("transform-output-missing", "image", drop(f"{STEP}/output")),
    case("transform-output-type", "image", put(f"{STEP}/output", "physical")),
    case("transform-output-name", "image", put(f"{STEP}/output", {})),
    case("transform-end-name", "scene", drop(f"{PLACING}/input/name")),
    case("transform-end-extra", "scene", put(f"{PLACING}/input/version", "0.6")),
    case("transform-end-null", "scene", put(f"{PLACING}/output/path", None)),
    case("dataset-input-path", "image", put(f"{STEP}/input/path", "elsewhere")),
    case("dataset-end-extra", "image", put(f"{STEP}/input/name", "array")),
    case("sequence-missing", "image", drop(f"{STEP}/transformations")),
    case("sequence-type", "image", put(f"{STEP}/transformations", {})),
    case("sequence-count", "image", repeat(f"{STEP}/transformations/1")),
    case("sequence-count", "image", put(f"{STEP}/transformations/1", {"type": "identity"})),
    case("sequence-order", "image", reverse(f"{STEP}/transformations")),
    case("scale-missing", "image", drop(f"{STEP}/transformations/0/scale"), only_in="0.6"),
    case("scale-type", "image", put(f"{STEP}/transformations/0/scale", [True, 1, 1]), only_in="0.6"),
    case("scale-length", "image", put(f"{STEP}/transformations/0/scale", [1, 1]), only_in="0.6"),
    case("scale-positive", "image", put(f"{STEP}/transformations/0/scale/0", 0)),
    case("translation-missing", "image", drop(f"{STEP}/transformations/1/translation"), only_in="0.6"),
    case("translation-type", "image", put(f"{STEP}/transformations/1/translation", "0"), only_in="0.6"),
    case("translation-length", "image", put(f"{STEP}/transformations/1/translation", [0, 0]), only_in="0.6"),
]


def part(transform: dict[str, Any], inputs: list[Any], outputs: list[Any]) -> dict[str, Any]:
    """Return a part of a byDimension."""
    return {"transformation": transform, "inputAxes": inputs, "outputAxes": outputs}


def by_dimension(*parts: object) -> dict[str, Any]:
    """Return a byDimension."""
    return {"type": "byDimension", "transformations": list(parts)}


def deep(levels: int) -> dict[str, Any]:
    """Return sequences within sequences."""
    step: dict[str, Any] = {"type": "identity"}
    for _ in range(levels):
        step = {"type": "sequence", "transformations": [step]}
    return step


_TURN = [[1, 0, 0], [0, 0, -1], [0, 1, 0]]
_ONE = {"type": "scale", "scale": [2]}
_TWO = {"type": "scale", "scale": [2, 2]}
_GROWN = {"type": "projectAxis", "createdOutputs": [0]}
# Transformations from the intrinsic system with three axes to another with three.
TYPES_6 = [
    case(code, "image", further(**transform), only_in="0.6")
    for code, transform in [
        ("transform-type", {"type": "shear"}),
        ("transform-type", {"type": ["scale"]}),
        ("transform-depth", deep(40)),
        ("sequence-empty", {"type": "sequence", "transformations": []}),
        ("map-axis-missing", {"type": "mapAxis"}),
        ("map-axis-type", {"type": "mapAxis", "mapAxis": [0, 1.5, 2]}),
        ("map-axis-range", {"type": "mapAxis", "mapAxis": [0, 1, 5]}),
        ("map-axis-range", {"type": "mapAxis", "mapAxis": []}),
        ("map-axis-duplicate", {"type": "mapAxis", "mapAxis": [0, 1, 1]}),
        ("project-axis-missing", {"type": "projectAxis"}),
        ("project-axis-type", {"type": "projectAxis", "droppedInputs": "0", "createdOutputs": [0]}),
        ("project-axis-range", {"type": "projectAxis", "droppedInputs": [], "createdOutputs": []}),
        ("project-axis-duplicate", {"type": "projectAxis", "droppedInputs": [0, 0], "createdOutputs": [1, 1]}),
        ("affine-missing", {"type": "affine"}),
        ("affine-missing", {"type": "affine", "affine": [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]], "path": "a"}),
        ("affine-type", {"type": "affine", "path": 1}),
        ("affine-type", {"type": "affine", "affine": [1, 0, 0]}),
        ("rotation-missing", {"type": "rotation"}),
        ("rotation-type", {"type": "rotation", "rotation": [["1"]]}),
        ("rotation-square", {"type": "rotation", "rotation": [[1, 0, 0], [0, 1, 0]]}),
        ("rotation-orthonormal", {"type": "rotation", "rotation": [[1, 0, 0], [0, 1, 0], [0, 0, -1]]}),
        ("rotation-orthonormal", {"type": "rotation", "rotation": [[1, 0, 0], [0, 1, 0.1], [0, 0, 1]]}),
        ("bijection-missing", {"type": "bijection", "forward": {"type": "identity"}}),
        ("by-dimension-missing", {"type": "byDimension"}),
        ("by-dimension-missing", by_dimension({"transformation": _ONE, "inputAxes": [0]})),
        ("by-dimension-type", {"type": "byDimension", "transformations": {}}),
        ("by-dimension-type", by_dimension(part(_ONE, ["c"], [0]))),
        ("by-dimension-axes", by_dimension(part(_ONE, [0], [0]), part(_TWO, [1, 2], [1, 1]))),
        ("by-dimension-axes", by_dimension(part(_ONE, [0], [0]), part(_TWO, [1, 2], [1]))),
        ("by-dimension-axes", by_dimension(part(_ONE, [7], [0]), part(_TWO, [1, 2], [1, 2]))),
        ("by-dimension-partial", by_dimension(part(_ONE, [0], [0]), part(_ONE, [1], [1]))),
        ("field-path-missing", {"type": "displacements"}),
        ("field-path-type", {"type": "coordinates", "path": None}),
        ("field-interpolation", {"type": "displacements", "path": "d", "interpolation": "best"}),
        ("field-interpolation-name", {"type": "displacements", "path": "d", "interpolation": "bspline-cubic"}),
        ("transform-rank", {"type": "mapAxis", "mapAxis": [1, 0]}),
        ("transform-rank", {"type": "projectAxis", "droppedInputs": [0]}),
        ("transform-rank", {"type": "affine", "affine": [[1, 0, 0], [0, 1, 0], [0, 0, 1]]}),
        ("transform-rank", {"type": "affine", "affine": [[1, 0, 0, 0], [0, 1, 0, 0]]}),
        ("transform-rank", {"type": "rotation", "rotation": [[1, 0], [0, 1]]}),
        ("scale-length", {"type": "scale", "scale": [1, 1]}),
    ]
]  # fmt: skip
# … and those that are right.
RIGHT_6 = [
    {"type": "mapAxis", "mapAxis": [0, 2, 1]},
    {"type": "projectAxis", "droppedInputs": [0], "createdOutputs": [2]},
    {"type": "affine", "affine": [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 5]]},
    {"type": "affine", "path": "coordinateTransformations/m"},
    {"type": "rotation", "rotation": _TURN},
    {"type": "bijection", "forward": {"type": "identity"}, "inverse": {"type": "scale", "scale": [1, 1, 1]}},
    by_dimension(part(_TWO, [2, 0], [0, 1]), part(_ONE, [1], [2])),
    {"type": "sequence", "transformations": [{"type": "projectAxis", "droppedInputs": [0]}, _TWO, _GROWN]},
    {"type": "displacements", "path": "d", "interpolation": "cubic"},
    {"type": "coordinates", "path": "d"},
]  # fmt: skip
SCENE = [
    case("scene-missing", "scene", drop("scene")),
    case("scene-type", "scene", put("scene", [])),
    case("scene-transforms-missing", "scene", drop("scene/coordinateTransformations"), drop("scene/coordinateSystems")),
    case("scene-transforms-type", "scene", put("scene", {"coordinateTransformations": {}})),
    case("scene-transforms-empty", "scene", put("scene", {"coordinateTransformations": []})),
    case(
        "transform-unknown-system",
        "scene",
        put(f"{PLACING}/output/name", "moon"),
        put("scene/coordinateSystems", []),
        put("scene/coordinateTransformations/1/output/name", "moon"),
    ),
]
OMERO = [
    case("omero-type", "image", put("omero", [])),
    case("omero-channels-missing", "image", drop("omero/channels")),
    case("omero-channels-type", "image", put("omero/channels", {})),
    case("omero-color-missing", "image", drop(f"{CHANNEL}/color")),
    case("omero-color-type", "image", put(f"{CHANNEL}/color", 255)),
    case("omero-color", "image", put(f"{CHANNEL}/color", "#00FF00")),
    case("omero-window-missing", "image", drop(f"{CHANNEL}/window")),
    case("omero-window-type", "image", put(f"{CHANNEL}/window", [0, 255])),
    case("omero-window-fields", "image", drop(f"{CHANNEL}/window/end")),
    case("omero-window-fields", "image", put(f"{CHANNEL}/window/start", "0")),
    case("omero-label-type", "image", put(f"{CHANNEL}/label", 405)),
    case("omero-family-type", "image", put(f"{CHANNEL}/family", None)),
    case("omero-active-type", "image", put(f"{CHANNEL}/active", 1)),
]
LABELS = [
    case("labels-missing", "labels", drop("labels"), not_in="0.1 0.2 0.3 0.4"),
    case("labels-missing", "labels", drop("labels"), only_in="0.1 0.2 0.3 0.4"),
    case("labels-type", "labels", put("labels", "cells")),
    case("labels-type", "labels", put("labels", ["cells", 1])),
    case("labels-version", "labels", drop("version")),
    case("label-missing", "label", drop(LABEL)),
    case("label-type", "label", put(LABEL, [])),
    case("label-multiscales", "label", drop("multiscales")),
    case("label-colors-type", "label", put(f"{LABEL}/colors", {"1": [255, 0, 0, 255]})),
    case("label-colors-empty", "label", put(f"{LABEL}/colors", [])),
    case("label-colors-duplicate", "label", repeat(f"{LABEL}/colors/0")),
    case("label-value-missing", "label", drop(f"{LABEL}/colors/0/label-value")),
    case("label-value-missing", "label", drop(f"{LABEL}/properties/0/label-value"), not_in="0.1"),
    case("label-value-type", "label", put(f"{LABEL}/colors/0/label-value", "1")),
    case("label-value-type", "label", put(f"{LABEL}/properties/0/label-value", 1.5), not_in="0.1"),
    case("label-value-integer", "label", put(f"{LABEL}/colors/0/label-value", 1.5)),
    case("label-value-duplicate", "label", put(f"{LABEL}/colors/1/label-value", 1.0)),
    case("label-rgba-type", "label", put(f"{LABEL}/colors/0/rgba", [1, 0, 0, 0.5])),
    case("label-rgba-range", "label", put(f"{LABEL}/colors/0/rgba/0", 256)),
    case("label-rgba-count", "label", put(f"{LABEL}/colors/0/rgba", [255, 0, 0])),
    case("label-properties-type", "label", put(f"{LABEL}/properties", {})),
    case("label-properties-empty", "label", put(f"{LABEL}/properties", [])),
    case("label-properties-duplicate", "label", repeat(f"{LABEL}/properties/0")),
    case("label-source-type", "label", put(f"{LABEL}/source", "../../")),
    case("label-source-image-type", "label", put(f"{LABEL}/source/image", None)),
    case("label-no-colors", "label", drop(f"{LABEL}/colors")),
    case("label-version", "label", drop(f"{LABEL}/version")),
]


def _lines(noun: str) -> list[Case]:
    """Return the rules of rows or columns."""
    lines = f"plate/{noun}s"
    return [
        case(f"{noun}s-missing", "plate", drop(lines)),
        case(f"{noun}s-type", "plate", put(lines, {})),
        case(f"{noun}s-type", "plate", add(lines, "A")),
        case(f"{noun}s-empty", "plate", put(lines, [])),
        case(f"{noun}s-duplicate", "plate", repeat(f"{lines}/0")),
        case(f"{noun}-name-missing", "plate", add(lines, {})),
        case(f"{noun}-name-type", "plate", add(lines, {"name": 9})),
        case(f"{noun}-name", "plate", add(lines, {"name": "a-b"})),
        case(f"{noun}-name-duplicate", "plate", repeat(f"{lines}/0", note="again")),
    ]


WELL_0 = "plate/wells/0"
RUN_0 = "plate/acquisitions/0"
PLATE = [
    case("plate-missing", "plate", drop("plate")),
    case("plate-type", "plate", put("plate", [])),
    case("plate-name-type", "plate", put("plate/name", 7)),
    case("plate-no-name", "plate", drop("plate/name")),
    case("plate-no-field-count", "plate", drop("plate/field_count")),
    case("field-count-type", "plate", put("plate/field_count", 0)),
    case("field-count-type", "plate", put("plate/field_count", "2")),
    *_lines("row"),
    *_lines("column"),
    case("row-column-case", "plate", add("plate/rows", {"name": "a"})),
    case("wells-missing", "plate", drop("plate/wells")),
    case("wells-type", "plate", put("plate/wells", {"A/1": {}})),
    case("wells-empty", "plate", put("plate/wells", [])),
    case("wells-duplicate", "plate", repeat(WELL_0)),
    case("well-path-missing", "plate", drop(f"{WELL_0}/path")),
    case("well-path-type", "plate", put(f"{WELL_0}/path", 1)),
    case("well-path", "plate", put(f"{WELL_0}/path", "plate/A/1")),
    case("well-path-order", "plate", put(f"{WELL_0}/path", "1/A")),
    case("well-path-unknown", "plate", put(f"{WELL_0}/path", "C/1")),
    case("well-path-duplicate", "plate", repeat(WELL_0, note="again")),
    case("well-index-missing", "plate", drop(f"{WELL_0}/rowIndex")),
    case("well-index-type", "plate", put(f"{WELL_0}/columnIndex", -1)),
    case("well-index-type", "plate", put(f"{WELL_0}/columnIndex", "0")),
    case("well-index-range", "plate", put(f"{WELL_0}/columnIndex", 3)),
    case("well-path-index", "plate", put(f"{WELL_0}/columnIndex", 1)),
    case("acquisitions-type", "plate", put("plate/acquisitions", {})),
    case("acquisitions-empty", "plate", put("plate/acquisitions", [])),
    case("acquisitions-duplicate", "plate", repeat(RUN_0)),
    case("acquisition-id-missing", "plate", drop(f"{RUN_0}/id")),
    case("acquisition-id-type", "plate", put(f"{RUN_0}/id", "0")),
    case("acquisition-id-type", "plate", put(f"{RUN_0}/id", 0.5), not_in="0.1"),
    case("acquisition-id-type", "plate", put(f"{RUN_0}/id", -1), only_in="0.4 0.5 0.6"),
    case("acquisition-id-duplicate", "plate", put(f"{RUN_0}/id", 1)),
    case("acquisition-count-type", "plate", put(f"{RUN_0}/maximumfieldcount", None)),
    case("acquisition-count-type", "plate", put(f"{RUN_0}/maximumfieldcount", 0), only_in="0.4 0.5 0.6"),
    case("acquisition-text-type", "plate", put(f"{RUN_0}/description", 1)),
    case("acquisition-text-type", "plate", put(f"{RUN_0}/name", 1)),
    case("acquisition-time-type", "plate", put(f"{RUN_0}/starttime", "2024-01-01")),
    case("acquisition-time-type", "plate", put(f"{RUN_0}/endtime", 1.5), not_in="0.1"),
    case("acquisition-no-name", "plate", drop(f"{RUN_0}/name")),
    case("acquisition-no-count", "plate", drop(f"{RUN_0}/maximumfieldcount")),
]
FIELD_0 = "well/images/0"
WELL = [
    case("well-missing", "well", drop("well")),
    case("well-type", "well", put("well", [])),
    case("well-version", "well", drop("well/version")),
    case("well-images-missing", "well", drop("well/images")),
    case("well-images-type", "well", put("well/images", ["0"])),
    case("well-images-empty", "well", put("well/images", [])),
    case("well-images-duplicate", "well", repeat(FIELD_0)),
    case("field-path-missing", "well", drop(f"{FIELD_0}/path")),
    case("field-path-type", "well", put(f"{FIELD_0}/path", 0)),
    case("field-path", "well", put(f"{FIELD_0}/path", "A/1/0")),
    case("field-path", "well", put(f"{FIELD_0}/path", "field_0"), not_in="0.6"),
    case("field-path", "well", put(f"{FIELD_0}/path", "__0")),
    case("field-path", "well", put(f"{FIELD_0}/path", "..")),
    case("field-path-duplicate", "well", put(f"{FIELD_0}/path", "2")),
    case("field-acquisition-type", "well", put(f"{FIELD_0}/acquisition", "0")),
]
SERIES = [
    case("bf2raw-missing", "series", drop("bioformats2raw.layout")),
    case("bf2raw-value", "series", put("bioformats2raw.layout", "3")),
    case("bf2raw-value", "series", put("bioformats2raw.layout", 2)),
    case("bf2raw-plate", "plate", put("bioformats2raw.layout", 3)),
    case("series-missing", "ome", drop("series")),
    case("series-type", "ome", put("series", "0")),
    case("series-type", "ome", put("series", [0, 1])),
    case("series-empty", "ome", put("series", [])),
]

CASES: tuple[Case, ...] = tuple(
    found
    for cases in (
        DOCUMENT,
        IMAGE,
        AXES_3,
        AXES,
        UNTYPED,
        TRANSFORMS,
        SYSTEMS,
        LEVELS_6,
        TYPES_6,
        SCENE,
        OMERO,
        LABELS,
        PLATE,
        WELL,
        SERIES,
    )
    for found in cases
)
