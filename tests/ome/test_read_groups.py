"""Every kind of group is recognised, with its children; whatever else is there is read, too."""

from __future__ import annotations

import pytest
from ome_samples import ARRAY2, ARRAY3, EVERYTHING, LABEL, PLATE, WELL, multiscale, ome, to_bytes, v2, v3

from sitegen.ome import FieldRef, SuppliedThumbnail, candidate_images, choose_thumbnail, read_node


@pytest.mark.parametrize(
    ("attributes", "kind"),
    [
        (EVERYTHING, "plate"),
        ({"bioformats2raw.layout": 3, "multiscales": []}, "series"),
        ({"scene": {}, "multiscales": []}, "scene"),
        ({"well": WELL}, "well"),
        ({"multiscales": [multiscale()], "labels": ["a"]}, "image"),
        ({"labels": ["a"]}, "labels"),
        ({"series": ["0"]}, "series"),
        ({"image-label": LABEL}, "image"),
        ({"labels": "a"}, "group"),
        ({"_creator": "someone"}, "group"),
        ({}, "group"),
    ],
)
def test_kinds(attributes: dict[str, object], kind: str) -> None:
    """The first kind that applies counts, in both Zarr formats, with and without the `ome` key."""
    nodes = [read_node(files) for files in (v2(attributes), v3({"ome": attributes}), v3(attributes))]

    assert [node.kind for node in nodes] == [kind] * 3
    assert [node.zarr_format for node in nodes] == [2, 3, 3]


def test_nothing() -> None:
    """Without documents there is no node, and nothing to complain of."""
    node = read_node({})

    assert (node.kind, node.zarr_format, node.problems) == (None, None, ())


def test_not_zarr() -> None:
    """JSON that is something else, such as a server's error, is not Zarr."""
    node = read_node({"zarr.json": b'{"error": "no such key"}'})

    assert node.kind is None
    assert [(p.code, p.level) for p in node.problems] == [("not-zarr", "error")]


def test_html_for_missing() -> None:
    """A server that answers HTML for a missing file costs a note, not the dataset."""
    node = read_node({"zarr.json": b"<html>not found</html>", **v2({"plate": PLATE})})

    assert node.kind == "plate"
    assert [(p.code, p.level) for p in node.problems] == [("not-json", "note")]


def test_both_formats() -> None:
    """Beside zarr.json the documents of format 2 are not read, and that is noted."""
    node = read_node({**ome(multiscales=[multiscale()]), **v2({"plate": PLATE})})

    assert (node.kind, node.zarr_format, node.plate) == ("image", 3, None)
    assert [(p.code, p.level) for p in node.problems] == [("both-formats", "note")]


def test_format_as_text() -> None:
    """A format that is no number is read all the same, and is an error: zarr cannot open it (WEBKNOSSOS)."""
    node = read_node({".zgroup": b'{"zarr_format": "2"}', ".zattrs": b'{"multiscales": [{}]}'})

    assert (node.kind, node.zarr_format) == ("image", 2)
    assert [(p.code, p.level, p.where) for p in node.problems] == [("zarr-format", "error", ".zgroup#/zarr_format")]


def test_ome_key_in_v2() -> None:
    """Metadata of 0.5 in Zarr format 2 are read."""
    node = read_node(v2({"ome": {"version": "0.5", "multiscales": [multiscale()]}}))

    assert (node.kind, node.version, node.zarr_format) == ("image", "0.5", 2)
    assert "multiscales" in node.attributes
    assert "ome" in node.raw_attributes


def test_plate() -> None:
    """A plate's wells come sorted by row and column, with its acquisitions."""
    plate = read_node(ome(plate=PLATE)).plate

    assert plate is not None
    assert [(well.path, well.row, well.column) for well in plate.wells] == [("A/2", 0, 1), ("B/3", 1, 2)]
    assert (plate.row_names, plate.column_names, plate.field_count) == (("A", "B"), ("1", "2", "3"), 4)
    assert [(a.id, a.name) for a in plate.acquisitions] == [(1, "first"), (2, None)]


@pytest.mark.parametrize(
    ("well", "place"),
    [
        ({"path": "plate/B/2"}, (1, 1)),
        ({"path": "B/2", "rowIndex": 7, "columnIndex": 1}, (1, 1)),
        ({"path": "B/2", "rowIndex": 0, "columnIndex": 2}, (0, 2)),
        ({"path": "Z/9"}, (-1, -1)),
        ({"path": "somewhere"}, (-1, -1)),
    ],
)
def test_well_places(well: dict[str, object], place: tuple[int, int]) -> None:
    """Indices place a well where they fit the plate; else the names in its path do; else nothing."""
    plate = read_node(v2({"plate": {**PLATE, "wells": [well]}})).plate

    assert plate is not None
    assert [(well.row, well.column) for well in plate.wells] == [place]


def test_plate_without_lists() -> None:
    """Without rows and columns, letters and numbers in the path place a well; what they do not place is last."""
    wells = [{"path": path} for path in ("x", "AA/10", "B/03", "²/²")]
    plate = read_node(v2({"plate": {"wells": wells}})).plate

    assert plate is not None
    assert [(w.path, w.row, w.column) for w in plate.wells] == [
        ("B/03", 1, 2), ("AA/10", 26, 9), ("x", -1, -1), ("²/²", -1, -1)
    ]  # fmt: skip


def test_well() -> None:
    """A well lists its fields in order, whatever they are called."""
    assert read_node(ome(well=WELL)).fields == (FieldRef(path="f1", acquisition=2), FieldRef(path="f2"))


def test_series() -> None:
    """A series container and the OME group below it are distinguished."""
    root, group = read_node(v2({"bioformats2raw.layout": 3})), read_node(v2({"series": ["0", "2"]}))

    assert (root.is_bf2raw, root.is_ome_group, root.series) == (True, False, None)
    assert (group.is_bf2raw, group.is_ome_group, group.series) == (False, True, ("0", "2"))


def test_label_image() -> None:
    """A label image has colors by value; alpha is opaque where it is left out, and the last of two is used."""
    colors = [*LABEL["colors"], {"label-value": 1, "rgba": [0, 1, 2, 3]}, {"label-value": 3, "rgba": [0, 0, 256]}]
    node = read_node(ome(multiscales=[multiscale()], **{"image-label": {**LABEL, "colors": colors}}))

    assert (node.kind, node.is_label, node.label_source) == ("image", True, "../../")
    assert node.label_colors == {1: (0, 1, 2, 3), 2: (0, 0, 255, 255)}


def test_scene() -> None:
    """A scene's images are the distinct paths of its transformations, inputs before outputs."""
    ends = [("b", None), ("a", "b"), (None, "labels/c")]
    transforms = [{"input": {"path": i, "name": "x"}, "output": {"path": o, "name": "y"}} for i, o in ends]
    node = read_node(ome("0.6", scene={"coordinateTransformations": transforms}))

    assert (node.kind, node.scene_images) == ("scene", ("b", "a", "labels/c"))


def test_draft_scene() -> None:
    """0.6.dev2 has no `scene` key, and a plain string names a system or an image."""
    transforms = [{"input": "tile_1", "output": "world"}, {"input": "tile_0", "output": "world"}]
    node = read_node(ome("0.6.dev2", coordinateSystems=[{"name": "world"}], coordinateTransformations=transforms))

    assert (node.kind, node.version, node.scene_images) == ("scene", "0.6", ("tile_1", "tile_0"))


def test_thumbnails() -> None:
    """Supplied pictures are found in all three spellings; what leads elsewhere is left out."""
    entries = [
        {"uri": "small.png", "width": 64, "height": 64},
        {"path": "large.webp", "width": 300, "height": 500, "media_type": "image/webp"},
        {"url": "https://example.org/x.png"},
        {"uri": "data:image/png;base64,AAAA"},
        {"uri": "data:text/html,<script>"},
        {"uri": "http://example.org/x.png"},
        {"uri": "file:///etc/passwd"},
        {"uri": "javascript:alert(1)"},
        {"path": "x.svg", "media_type": "image/svg+xml"},
        {"path": "../x.png"},
        "x",
    ]
    node = read_node(v3({"thumbnails": entries, "ome": {"version": "0.5", "multiscales": [multiscale()]}}))

    assert [thumbnail.address for thumbnail in node.thumbnails] == [
        "small.png", "large.webp", "https://example.org/x.png", "data:image/png;base64,AAAA"
    ]  # fmt: skip


def test_which_thumbnail() -> None:
    """The smallest that is large enough is taken, else the largest, else none."""
    pictures = [SuppliedThumbnail(address=str(size), width=size, height=9) for size in (512, 64, 256)]

    assert [p.address for size in (200, 900) if (p := choose_thumbnail(pictures, size))] == ["256", "512"]
    assert choose_thumbnail([], 10) is None


def test_consolidated_v2() -> None:
    """`.zmetadata` alone describes the root and what is below it, ready to be read."""
    metadata = {
        ".zgroup": {"zarr_format": 2},
        ".zattrs": {"multiscales": [multiscale()]},
        "0/.zarray": ARRAY2,
        "labels/.zattrs": {"labels": ["cells"]},
        "bad/.zattrs": 5,
    }
    node = read_node({".zmetadata": to_bytes({"zarr_consolidated_format": 1, "metadata": metadata})})

    assert (node.kind, set(node.consolidated)) == ("image", {"0", "labels"})
    assert read_node(node.consolidated["labels"], where="labels").labels == ("cells",)
    level = read_node(node.consolidated["0"])
    assert level.array is not None
    assert level.array.shape == (1, 2, 3, 100, 200)


def test_consolidated_v3() -> None:
    """Inline consolidated metadata of format 3 are whole documents by path; other kinds are ignored."""
    inline = {"kind": "inline", "must_understand": False, "metadata": {"0": ARRAY3, "x": None}}
    attributes = {"ome": {"version": "0.5", "multiscales": [multiscale()]}}
    node = read_node(v3(attributes, consolidated_metadata=inline))
    other = read_node(v3(attributes, consolidated_metadata={**inline, "kind": "elsewhere"}))

    assert set(node.consolidated) == {"0"}
    assert read_node(node.consolidated["0"]).kind == "array"
    assert other.consolidated == {}


@pytest.mark.parametrize("path", ["../../secret", "a/../../b", "https://example.org/a", "a\\b", "a" * 2000])
def test_consolidated_keys_stay_below_their_group(path: str) -> None:
    """A key is a stranger's path like any other: what leads out of the dataset is not followed."""
    image = {"zarr_format": 3, "node_type": "group", "attributes": {"ome": {"multiscales": []}}}
    inline = read_node(v3({}, consolidated_metadata={"metadata": {path: image, "ok": image}}))
    metadata = {".zgroup": {}, f"{path}/.zattrs": {"multiscales": []}, "ok/.zattrs": {"multiscales": []}}
    other = read_node({".zmetadata": to_bytes({"metadata": metadata})})

    assert set(inline.consolidated) == set(other.consolidated) == {"ok"}
    assert candidate_images(inline) == candidate_images(other) == ("ok",)


def test_fetched_beats_consolidated() -> None:
    """A document that was fetched itself counts more than its consolidated copy."""
    stale = {"metadata": {".zattrs": {"well": WELL}, ".zgroup": {}}}
    node = read_node({**v2({"plate": PLATE}), ".zmetadata": to_bytes(stale)})

    assert node.kind == "plate"


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"plate": PLATE}, ("A/2", "B/3")),
        ({"well": WELL}, ("f1", "f2")),
        ({"multiscales": []}, ("",)),
        ({"labels": ["a", "b/c"]}, ("a", "b/c")),
        ({"bioformats2raw.layout": 3}, ("0",)),
        ({"bioformats2raw.layout": 3, "series": ["7"]}, ("7",)),
        ({"series": ["7"]}, ("../7",)),
        ({}, ("0",)),
    ],
)
def test_candidates(attributes: dict[str, object], expected: tuple[str, ...]) -> None:
    """Each kind says where its representative image may be."""
    assert candidate_images(read_node(v2(attributes))) == expected


def test_candidates_below_a_group() -> None:
    """Below a plain group consolidated metadata show the images, nearest and lowest number first."""
    image = {"zarr_format": 3, "node_type": "group", "attributes": {"ome": {"multiscales": []}}}
    paths = {"10": image, "2": image, "a/1": image, "x": {"attributes": {}}}
    node = read_node(v3({}, consolidated_metadata={"metadata": paths}))

    assert candidate_images(node) == ("2", "10", "a/1")
