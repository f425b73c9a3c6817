"""Where a problem of a store is found and what is said of it; and what a store may do without a problem."""

from __future__ import annotations

from typing import Any

import pytest

from sitegen.model import Problem
from sitegen.validate import validate_store
from validation.documents import Edit, axes, drop, put
from validation.stores import Tree, array, bare, image_store, scene_store, series_store
from validation.test_stores import at, both, gone, move, ome, write

LINKS = "scene/coordinateTransformations"
FIELD = "coordinateTransformations/field"
SYSTEM = "multiscales/0/coordinateSystems/0"
ENDS = {"input": {"name": "physical", "path": "left"}, "output": {"name": "world"}}


def problems(tree: Tree) -> list[tuple[str, str, str]]:
    """Return code, place and message of each problem."""
    return [(problem.code, problem.where, problem.message) for problem in validate_store(tree).problems]


def codes(tree: Tree) -> list[str]:
    """Return the codes of the problems."""
    return [code for code, *_ in problems(tree)]


def series_without_list(version: str, *images: str) -> Tree:
    """Return a series of these images, which neither an `OME` group nor OME-XML describes."""
    tree = series_store(version)
    made: Tree = {"": tree[""], "OME": None, "OME/METADATA.ome.xml": None}
    for image in images:
        made |= {image: tree["0"], f"{image}/0": tree["0/0"], f"{image}/1": tree["0/1"]}
    return made


def xml(*pixels: str, part: str = "<MetadataOnly/>") -> bytes:
    """Return OME-XML of images whose `Pixels` have these attributes."""
    images = "".join(f"<Image><Pixels {each}>{part}</Pixels></Image>" for each in pixels)
    return f"<OME>{images}</OME>".encode()


# Series


@pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
@pytest.mark.parametrize("images", [["0"], ["0", "1"], ["0", "1", "2", "3"]])
def test_numbered_images_without_a_list(version: str, images: list[str]) -> None:
    """A container may leave out `OME` where its images are 0, 1, … without a gap."""
    assert "bf2raw-images" not in codes(series_without_list(version, *images))


@pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
def test_a_gap_between_numbered_images(version: str) -> None:
    """The first number that is missing is named."""
    tree = {**series_without_list(version, "0", "1", "4"), "2": None, "3": None}
    found = [message for code, _, message in problems(tree) if code == "bf2raw-images"]

    assert len(found) == 1
    assert "an image at `2`" in found[0]


@pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
def test_no_image_at_0(version: str) -> None:
    """Images are counted from 0."""
    tree = {**series_without_list(version, "1", "2"), "0": None}
    found = [message for code, _, message in problems(tree) if code == "bf2raw-images"]

    assert len(found) == 1
    assert "an image at `0`" in found[0]


@pytest.mark.parametrize(
    "pixels",
    [
        'SizeX="8" SizeY="8" SizeZ="1" SizeC="2" SizeT="1"',
        'SizeX="8" SizeY="8" SizeC="6"',
        'SizeX="8"',
        "",
        'SizeX="many" SizeY="-8"',
        'SizeZ="40" SizeT="7"',
    ],
)
def test_sizes_of_the_xml_that_fit(pixels: str) -> None:
    """What is not stated fits, and the channels of the file may count samples of RGB; other axes are not stored."""
    tree = series_store("0.5")
    write("OME/METADATA.ome.xml", xml(pixels, pixels))(tree, "0.5")

    assert codes(tree) == []


@pytest.mark.parametrize(
    ("pixels", "letter", "size", "stated"),
    [('SizeX="9"', "x", 8, 9), ('SizeY="7"', "y", 8, 7), ('SizeC="3"', "c", 2, 3), ('SizeX="0"', "x", 8, 0)],
)
def test_sizes_of_the_xml_that_do_not_fit(pixels: str, letter: str, size: int, stated: int) -> None:
    """The message names the image, the axis and both sizes."""
    tree = series_store("0.5")
    write("OME/METADATA.ome.xml", xml("", pixels))(tree, "0.5")

    assert problems(tree) == [
        (
            "ome-xml-size",
            "OME/METADATA.ome.xml",
            f'the size of "1" along {letter} should be {size}; found {stated}',
        )
    ]


@pytest.mark.parametrize("part", ["BinData", "TiffData"])
def test_pixels_within_the_xml(part: str) -> None:
    """The file of a series describes pixels that are stored elsewhere."""
    tree = series_store("0.5")
    write("OME/METADATA.ome.xml", xml("", "", part=f"<{part}/>"))(tree, "0.5")

    assert problems(tree) == [("ome-xml", "OME/METADATA.ome.xml", f"it should hold metadata only; found {part}")]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_another_number_of_images_in_the_xml(count: int) -> None:
    """Both numbers are named."""
    tree = series_store("0.5")
    write("OME/METADATA.ome.xml", xml(*[""] * count))(tree, "0.5")

    assert [(code, message.split(";")[-1]) for code, _, message in problems(tree)] == [
        ("series-order", f" found {count}")
    ]


@pytest.mark.parametrize("image", ["0", "1"])
def test_a_listed_image_that_is_missing(image: str) -> None:
    """Its place in the list is that of the problem."""
    tree = series_store("0.5")
    gone(image)(tree, "0.5")

    assert ("series-child", f"OME/series/{image}", f'"{image}" should be an image; there is none') in problems(tree)


# Labels


@pytest.mark.parametrize("shape", [(1, 8, 8), (2, 8, 8), (1, 1, 8), (1, 1, 1)])
def test_labels_that_fit_their_image(shape: tuple[int, ...]) -> None:
    """One plane of labels may serve all channels, and more."""
    tree = image_store("0.5")
    tree["labels/cells/0"] = array("0.5", *shape, dtype="uint32")

    assert "label-rank" not in codes(tree)


@pytest.mark.parametrize(("shape", "text"), [((2, 8, 4), "2 × 8 × 4"), ((3, 8, 8), "3 × 8 × 8"), ((8, 8), "8 × 8")])
def test_labels_that_do_not_fit_their_image(shape: tuple[int, ...], text: str) -> None:
    """The message has both shapes."""
    tree = image_store("0.5")
    tree["labels/cells/0"] = array("0.5", *shape, dtype="uint32", names="cyx"[-len(shape) :])
    found = [message for code, _, message in problems(tree) if code == "label-rank"]

    assert found == [f"the shape should be 2 × 8 × 8, or 1 in a dimension; found {text}"]


@pytest.mark.parametrize("source", ["../..", "../../", "./../../."])
def test_a_source_may_be_written_in_several_ways(source: str) -> None:
    """Dots and slashes are resolved below the store."""
    tree = image_store("0.5")
    at("labels/cells", put("image-label/source/image", source))(tree, "0.5")

    assert [code for code in codes(tree) if code == "label-source"] == []


@pytest.mark.parametrize("source", ["../", "../../0", "../../other"])
def test_a_source_that_is_no_image(source: str) -> None:
    """The place is that of the path, and the message quotes it."""
    tree = {**image_store("0.5"), "other": None}
    at("labels/cells", put("image-label/source/image", source))(tree, "0.5")

    assert ("label-source", f'"{source}"') in [
        (code, message.split()[2]) for code, where, message in problems(tree) if where.endswith("source/image")
    ]


def test_labels_with_fewer_levels() -> None:
    """Both numbers are named, at the list of levels."""
    tree = image_store("0.5")
    ome(tree, "labels/cells")["multiscales"][0]["datasets"].pop()
    found = [(where, message) for code, where, message in problems(tree) if code == "label-levels"]

    assert found == [
        (
            "labels/cells/multiscales/0/datasets",
            "there should be 2 levels, as many as the image has; found 1",
        )
    ]


def test_a_label_image_that_is_not_listed() -> None:
    """Its path is named at the list."""
    tree = image_store("0.5")
    move(tree, "labels/cells", "labels/nuclei")
    tree["labels/cells"] = None
    found = {(code, message) for code, _, message in problems(tree)}

    assert ("labels-unlisted", '`labels` should list "labels/nuclei"; it does not') in found
    assert ("labels-child", '"cells" should be a label image; there is none') in found


# Scenes


def scene(*transforms: dict[str, Any]) -> Tree:
    """Return a scene with these transformations instead of its own."""
    tree = scene_store()
    put(LINKS, [{**ENDS, **transform} for transform in transforms])(ome(tree, ""))
    return tree


MATRIX = {"type": "affine", "path": "coordinateTransformations/matrix"}
NESTED = [
    (MATRIX, f"{LINKS}/0"),
    ({"type": "sequence", "transformations": [MATRIX]}, f"{LINKS}/0/transformations/0"),
    ({"type": "bijection", "forward": MATRIX, "inverse": {"type": "identity"}}, f"{LINKS}/0/forward"),
    ({"type": "bijection", "forward": {"type": "identity"}, "inverse": MATRIX}, f"{LINKS}/0/inverse"),
]


@pytest.mark.parametrize(("transform", "where"), NESTED)
def test_a_matrix_that_is_missing_is_found_at_any_depth(transform: dict[str, Any], where: str) -> None:
    """Parameters of a transformation within another are looked for as well."""
    tree = scene(transform)
    gone("coordinateTransformations/matrix")(tree, "0.6")
    found = [(place, message) for code, place, message in problems(tree) if code == "matrix-array"]

    assert found == [(f"{where}/path", '"coordinateTransformations/matrix" should be an array; there is none')]


@pytest.mark.parametrize(("shape", "right"), [((3, 3), True), ((3, 4), False), ((3,), False), ((3, 3, 3), False)])
def test_a_rotation_is_square(shape: tuple[int, ...], right: bool) -> None:
    """An affine matrix has one more column, a rotation has none."""
    tree = scene({"type": "rotation", "path": "coordinateTransformations/matrix"})
    tree["coordinateTransformations/matrix"] = array("0.6", *shape, names="oip"[: len(shape)])

    assert ("matrix-array" not in codes(tree)) is right


def test_a_matrix_that_was_not_read() -> None:
    """Of an array that nobody asked for, nothing is said."""
    tree = scene(MATRIX)
    del tree["coordinateTransformations/matrix"]

    assert "matrix-array" not in codes(tree)


FIELDS: list[tuple[list[Edit], str]] = [
    ([put(f"{SYSTEM}/axes/0/discrete", False)], "should state `discrete: true` for its `displacement` axis"),
    ([drop(f"{SYSTEM}/axes/0/discrete")], "should state `discrete: true` for its `displacement` axis"),
    ([put(f"{SYSTEM}/axes/0/type", "coordinate")], "should have one axis of type `displacement`; found 0"),
    ([put(f"{SYSTEM}/axes/0", axes()[0])], "should have one axis of type `displacement`; found 0"),
]


@pytest.mark.parametrize(("edits", "text"), FIELDS)
def test_a_vector_field_has_an_axis_of_vectors(edits: list[Edit], text: str) -> None:
    """What is wrong with its axes is said at the path that names it."""
    tree = scene({"type": "displacements", "path": FIELD})
    at(FIELD, *edits)(tree, "0.6")
    found = [(where, message) for code, where, message in problems(tree) if code == "field-group"]

    assert [where for where, _ in found] == [f"{LINKS}/0/path"]
    assert text in found[0][1]


def test_a_vector_field_that_is_no_image() -> None:
    """An array alone has no axes of vectors."""
    tree = scene({"type": "coordinates", "path": FIELD})
    both(gone(FIELD), write(FIELD, bare("0.6", note=1)))(tree, "0.6")
    found = [message for code, _, message in problems(tree) if code == "field-group"]

    assert found == [f'"{FIELD}" should be an image; it is a group without `multiscales`']


@pytest.mark.parametrize(("key", "side"), [("input", "left"), ("output", "right")])
def test_an_end_without_its_coordinate_system(key: str, side: str) -> None:
    """The image is there, the name is not: the message has both."""
    transform = {"type": "identity", key: {"name": "gone", "path": side}}
    found = problems(scene(transform))

    assert (
        "scene-child-system",
        f"{LINKS}/0/{key}",
        f'the image "{side}" should have the coordinate system "gone"; it has not',
    ) in found


def test_every_problem_of_a_store_can_be_understood() -> None:
    """Each has a place, a message and a hint, whatever is wrong with the store."""
    for tree in (scene(MATRIX), series_without_list("0.5"), image_store("0.5")):
        for path in list(tree):
            if path:
                broken = {**tree, path: None}
                for problem in validate_store(broken).problems:
                    assert isinstance(problem, Problem)
                    assert problem.message
                    assert problem.hint
