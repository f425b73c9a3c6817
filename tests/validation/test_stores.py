"""Rules between documents and arrays: each has a store that breaks it, and what was not read breaks none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from sitegen.validate import ValidationResult, store_version, validate_store
from sitegen.validate.rules import rule_for
from validation.documents import Edit, add, drop, found, put, repeat
from validation.stores import Tree, array, bare, image_store, plate_store, scene_store, series_store

STORES: dict[str, tuple[Callable[[str], Tree], tuple[str, ...]]] = {
    "image": (image_store, ("0.1", "0.2", "0.3", "0.4", "0.5", "0.6")),
    "plate": (plate_store, ("0.1", "0.2", "0.3", "0.4", "0.5", "0.6")),
    "series": (series_store, ("0.4", "0.5", "0.6")),
    "scene": (scene_store, ("0.6",)),
}
Change = Callable[[Tree, str], None]


@dataclass(frozen=True)
class StoreCase:
    """A change of a store, and the rule that it breaks."""

    code: str
    store: str
    change: Change
    also: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()


def ome(tree: Tree, path: str) -> dict[str, Any]:
    """Return the OME metadata of a group."""
    documents = tree[path]
    return documents["zarr.json"]["attributes"]["ome"] if "zarr.json" in documents else documents[".zattrs"]


def at(path: str, *edits: Edit) -> Change:
    """Return a change of a group's OME metadata."""

    def change(tree: Tree, version: str) -> None:
        for edit in edits:
            edit(ome(tree, path))

    return change


def gone(path: str) -> Change:
    """Return a change that takes a node away, and what is below it."""

    def change(tree: Tree, version: str) -> None:
        for inner in [inner for inner in tree if inner == path or inner.startswith(f"{path}/")]:
            tree[inner] = None

    return change


def arrays(*paths: str, **wanted: Any) -> Change:
    """Return a change that writes other arrays at these paths."""
    shape = wanted.pop("shape")

    def change(tree: Tree, version: str) -> None:
        flat = version >= "0.3"
        full = shape if flat or len(shape) == 2 else (1, shape[0], 1, *shape[1:])
        for path in paths:
            tree[path] = array(version, *full, **{"names": "cyx" if flat else "tczyx", **wanted})

    return change


def document(path: str, **values: Any) -> Change:
    """Return a change of the array's own document."""

    def change(tree: Tree, version: str) -> None:
        tree[path]["zarr.json" if version >= "0.5" else ".zarray"].update(values)

    return change


def write(path: str, value: Any) -> Change:
    """Return a change that writes a node, or bytes."""

    def change(tree: Tree, version: str) -> None:
        tree[path] = value(version) if callable(value) else value

    return change


def both(*changes: Change) -> Change:
    """Return several changes as one."""

    def change(tree: Tree, version: str) -> None:
        for each in changes:
            each(tree, version)

    return change


def other_version(tree: Tree, version: str) -> None:
    """Let the label image be of another version."""
    tree["labels/cells"] = image_store({"0.1": "0.2"}.get(version, "0.1"))["labels/cells"]


def in_parts(tree: Tree, version: str) -> None:
    """Let a label image lie one group deeper, below a group with attributes of its own."""
    move(tree, "labels/cells", "labels/a/cells")
    tree["labels/a"] = bare(version, note=1)
    put("labels", ["a/cells"])(ome(tree, "labels"))
    put("image-label/source/image", "../../../")(ome(tree, "labels/a/cells"))


def move(tree: Tree, path: str, to: str) -> None:
    """Move a node, and what is below it."""
    for inner in [inner for inner in tree if inner == path or inner.startswith(f"{path}/")]:
        tree[to + inner.removeprefix(path)] = tree.pop(inner)


LEVEL_0 = "multiscales/0/datasets/0"
XML = "OME/METADATA.ome.xml"
XML_OF_ONE = b'<OME><Image><Pixels SizeX="8"><MetadataOnly/></Pixels></Image></OME>'
XML_OF_TWO = b'<OME><Image><Pixels SizeX="9"><MetadataOnly/></Pixels></Image><Image/></OME>'
NO_IMAGES = put("well/images", [])
CASES = [
    StoreCase("dataset-missing", "image", gone("1")),
    StoreCase("dataset-missing", "image", write("1", bare)),
    StoreCase("rank", "image", arrays("0", "1", shape=(8, 8)), ("dimension-names", "array-dimensions", "label-rank")),
    StoreCase(
        "rank-mixed", "image", arrays("1", shape=(4, 4), names="yx"), ("rank", "dimension-names", "array-dimensions")
    ),
    StoreCase("dtype-mixed", "image", arrays("1", shape=(2, 4, 4), dtype="uint8")),
    StoreCase("shape-order", "image", arrays("1", shape=(2, 16, 4))),
    StoreCase("dimension-names-missing", "image", document("0", dimension_names=None)),
    StoreCase("dimension-names", "image", document("0", dimension_names=["c", "x", "y"])),
    StoreCase("array-dimensions", "image", arrays("0", shape=(2, 8, 8), names="xyc"), versions=("0.3",)),
    StoreCase("separator", "image", document("0", dimension_separator="."), versions=("0.2", "0.3", "0.4")),
    StoreCase("separator", "image", document("0", dimension_separator="/"), versions=("0.1",)),
    StoreCase("omero-channel-count", "image", at("", repeat("omero/channels/0"))),
    StoreCase("omero-rdefs-range", "image", at("", put("omero/rdefs", {"defaultZ": 1, "defaultT": 0}))),
    StoreCase("labels-child", "image", both(at("labels", add("labels", "nuclei")), write("labels/nuclei", None))),
    StoreCase("label-no-image-label", "image", at("labels/cells", drop("image-label"))),
    StoreCase("labels-unlisted", "image", at("labels", put("labels", []))),
    StoreCase("labels-missing", "image", at("labels", drop("labels")), ("labels-unlisted",)),
    StoreCase("label-multiscales", "image", at("labels/cells", drop("multiscales")), ("labels-child",)),
    StoreCase("labels-between", "image", in_parts, versions=("0.5", "0.6")),
    StoreCase("labels-parent", "image", at("", drop("multiscales"), drop("omero")), ("kind-missing", "label-source")),
    StoreCase("label-dtype", "image", arrays("labels/cells/0", "labels/cells/1", shape=(1, 8, 8), dtype="float32")),
    StoreCase("label-levels", "image", at("labels/cells", drop("multiscales/0/datasets/1"))),
    StoreCase("label-rank", "image", arrays("labels/cells/0", shape=(1, 8, 7), dtype="uint32")),
    StoreCase("label-source", "image", at("labels/cells", put("image-label/source/image", "../"))),
    StoreCase("version-mixed", "image", other_version, ("separator",), ("0.1", "0.2")),
    StoreCase("version-mixed", "plate", at("A/1", put("version", "0.6")), ("well-version",), ("0.5",)),
    StoreCase(
        "version-format", "image", at("", put("version", "0.4")), ("version-mixed", "multiscales-version"), ("0.5",)
    ),
    StoreCase("well-group", "plate", gone("A/3")),
    StoreCase("well-group", "plate", write("B", None)),
    StoreCase("well-empty", "plate", at("A/1", NO_IMAGES), ("well-images-empty",)),
    StoreCase("well-empty", "plate", both(gone("A/1/0"), gone("A/1/1"), gone("A/1/2")), ("field-missing",)),
    StoreCase("field-missing", "plate", gone("A/1/2")),
    StoreCase("field-count", "plate", at("", put("plate/field_count", 2))),
    StoreCase("field-count", "plate", at("", put("plate/acquisitions/0/maximumfieldcount", 1))),
    StoreCase("field-acquisition-missing", "plate", at("A/1", drop("well/images/2/acquisition"))),
    StoreCase("field-acquisition", "plate", at("A/1", put("well/images/2/acquisition", 7))),
    StoreCase("bf2raw-images", "series", both(at("OME", drop("series"), put("x", 1)), gone("0"), gone("1"))),
    StoreCase("bf2raw-images", "series", both(at("OME", drop("series"), put("x", 1)), gone("0"))),
    StoreCase("series-child", "series", gone("1")),
    StoreCase("series-order", "series", write(XML, XML_OF_ONE)),
    StoreCase("ome-xml-missing", "series", write(XML, None)),
    StoreCase("ome-xml", "series", write(XML, b"<OME>")),
    StoreCase("ome-xml", "series", write(XML, b"<OME><Image><BinaryOnly/></Image><Image/></OME>")),
    StoreCase("ome-xml-size", "series", write(XML, XML_OF_TWO)),
    StoreCase("scene-child", "scene", gone("right")),
    StoreCase("scene-child-system", "scene", at("", put("scene/coordinateTransformations/0/input/name", "other"))),
    StoreCase("matrix-array", "scene", gone("coordinateTransformations/matrix")),
    StoreCase(
        "field-group",
        "scene",
        at("coordinateTransformations/field", drop("multiscales/0/coordinateSystems/0/axes/0/discrete")),
    ),
    StoreCase("transform-arrays", "scene", at("", put("scene/coordinateTransformations/2/path", "matrix"))),
]
STORE_CODES = {case.code for case in CASES} | {"both-formats"}


def runs() -> list[Any]:
    """Return each case with each version that it is for."""
    return [
        pytest.param(case, version, id=f"{case.code}-{version}-{index}")
        for index, case in enumerate(CASES)
        for version in case.versions or STORES[case.store][1]
        if rule_for(case.code, version)
    ]


@pytest.mark.parametrize(("kind", "version"), [(kind, version) for kind in STORES for version in STORES[kind][1]])
def test_valid_store(kind: str, version: str) -> None:
    """A store that keeps every rule has no problem."""
    assert validate_store(STORES[kind][0](version)) == ValidationResult(valid=True)


@pytest.mark.parametrize(("case", "version"), runs())
def test_broken_store(case: StoreCase, version: str) -> None:
    """A store that breaks a rule gets its problem, at its level."""
    tree = STORES[case.store][0](version)
    case.change(tree, version)

    result = validate_store(tree)

    codes = {problem.code for problem in result.problems}
    assert case.code in codes
    assert codes <= {case.code, *case.also}
    assert result.valid == all(problem.level != "error" for problem in result.problems)


@pytest.mark.parametrize("kind", STORES)
def test_not_read(kind: str) -> None:
    """Of what was not read, no problem is reported."""
    make, versions = STORES[kind]
    for version in versions:
        assert validate_store({"": make(version)[""]}) == ValidationResult(valid=True)


def test_scale_length_by_arrays() -> None:
    """A scale of the wrong length is a warning in 0.4, and an error once an array was read."""
    tree = image_store("0.4")
    found(ome(tree, ""), f"{LEVEL_0}/coordinateTransformations/0")["scale"] = [1, 1]

    levels = {p.level for look in (tree, {"": tree[""]}) for p in validate_store(look).problems}

    assert levels == {"error", "warning"}


def test_no_group() -> None:
    """A store that is not there, or an array, is not validated."""
    assert validate_store({"": None}).valid is None
    assert validate_store({"": array("0.5", 4)}).valid is None


@pytest.mark.parametrize("version", ["0.1", "0.2", "0.3", "0.4"])
def test_version_of_a_series(version: str) -> None:
    """The root of a series states no version before 0.5: it has that of its images, which may be older than it."""
    image = {f"0/{path}".rstrip("/"): documents for path, documents in image_store(version).items()}
    tree = {"": bare("0.4", **{"bioformats2raw.layout": 3}), **image}

    assert validate_store(tree).valid is True
    assert store_version(tree) == version


@pytest.mark.parametrize("version", ["0.1", "0.2", "0.3", "0.4"])
def test_version_by_appearance(version: str) -> None:
    """Data that state no version are validated by the one that they look like, to the separator of their keys."""
    tree = image_store(version)
    drop("multiscales/0/version")(ome(tree, ""))

    assert validate_store({path: tree[path] for path in ("", "0", "1")}).valid is True
    assert store_version(tree if version == "0.1" else {path: tree[path] for path in ("", "0", "1")}) == version


def test_unknown_version_of_a_store() -> None:
    """A store of a version without rules is neither valid nor invalid."""
    tree = image_store("0.5")
    ome(tree, "")["version"] = "0.9.dev1"

    result = validate_store(tree)

    assert result.valid is None
    assert result.problems[0].code == "version-unknown"
