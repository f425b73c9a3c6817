"""Images of every version become the same axes, levels and channels."""

from __future__ import annotations

import pytest
from ome_samples import (
    ARRAY2,
    OMERO,
    axes,
    datasets,
    multiscale,
    multiscale06,
    ome,
    scale_of,
    translation_of,
    v2,
    v3,
)

from sitegen.model import Axis, Channel
from sitegen.ome import DatasetRef, Node, read_node


def names(node: Node) -> str:
    return "".join(axis.name for axis in node.axes or ())


@pytest.mark.parametrize("version", ["0.1", "0.2"])
def test_fixed_axes(version: str) -> None:
    """Before 0.3 an image is always t, c, z, y, x, and has no scale."""
    node = read_node(v2({"multiscales": [{"version": version, "datasets": [{"path": "0"}, {"path": "1"}]}]}))

    assert (node.kind, node.version, names(node)) == ("image", version, "tczyx")
    assert [axis.type for axis in node.axes or ()] == ["time", "channel", "space", "space", "space"]
    assert node.datasets == (DatasetRef(path="0"), DatasetRef(path="1"))


def test_letters() -> None:
    """In 0.3 the axes are letters; their types are known."""
    node = read_node(v2({"multiscales": [{"version": "0.3", "axes": ["c", "y", "x"], "datasets": [{"path": "0"}]}]}))

    assert (node.version, node.axes) == (
        "0.3",
        (Axis(name="c", type="channel"), Axis(name="y", type="space"), Axis(name="x", type="space")),
    )


@pytest.mark.parametrize("files", [v2({"multiscales": [multiscale(version="0.4")]}), ome(multiscales=[multiscale()])])
def test_objects(files: dict[str, bytes]) -> None:
    """0.4 and 0.5 say the same in two places."""
    node = read_node(files)

    assert node.axes is not None
    assert node.axes[2] == Axis(name="z", type="space", unit="micrometer")
    assert node.datasets[1] == DatasetRef(path="1", scale=(1, 1, 1, 1, 1))
    assert (node.kind, node.problems) == ("image", ())


def test_shared_transforms() -> None:
    """The multiscale's own scale and translation come after those of each level: s₂·s₁ and s₂·t₁ + t₂."""
    level = {"path": "0", "coordinateTransformations": [scale_of([2, 3]), translation_of([10, 20])]}
    shared = [scale_of([5, 7]), translation_of([1, 1])]
    image = {"axes": axes("yx"), "datasets": [level], "coordinateTransformations": shared}
    node = read_node(ome(multiscales=[image]))

    assert node.datasets == (DatasetRef(path="0", scale=(10, 21), translation=(51, 141)),)


@pytest.mark.parametrize(
    "transforms",
    [
        [scale_of([1, 2, 3])],
        [scale_of([1, "2"])],
        [scale_of([1, None])],
        [{"type": "scale", "path": "somewhere"}],
        [{"type": "affine", "affine": []}],
        [scale_of([1e300, 1]), scale_of([1e300, 1])],
        "scale",
        [],
    ],
)
def test_unreadable_scale(transforms: object) -> None:
    """A scale that cannot be read leaves the level without one; a wrong pixel size would be worse."""
    image = {"axes": axes("yx"), "datasets": [{"path": "0", "coordinateTransformations": transforms}]}

    assert read_node(ome(multiscales=[image])).datasets == (DatasetRef(path="0"),)


def test_identity_is_nothing() -> None:
    """An identity beside a scale, as iohub writes it, changes nothing."""
    image = {"axes": axes("yx"), "datasets": datasets(1, "yx"), "coordinateTransformations": [{"type": "identity"}]}

    assert read_node(ome(multiscales=[image])).datasets[0].scale == (0.5, 0.5)


@pytest.mark.parametrize(
    ("output", "systems", "expected"),
    [
        ({"name": "physical"}, ("other", "physical"), "yx"),
        ("physical", ("other", "physical"), "yx"),
        ({"name": "unheard of"}, ("other", "physical"), "xy"),
        (None, ("other", "physical"), "xy"),
    ],
)
def test_intrinsic_system(output: object, systems: tuple[str, ...], expected: str) -> None:
    """In 0.6 the axes are those of the system that the levels map to, whichever it is in the list; else the first."""
    node = read_node(ome("0.6rc0", multiscales=[multiscale06(output, systems=systems)]))

    assert (node.version, node.version_text, names(node)) == ("0.6", "0.6rc0", expected)
    assert node.datasets == (DatasetRef(path="s0", scale=(0.5, 0.5)),)


def test_sequence() -> None:
    """A level of 0.6 may map by a sequence of a scale and a translation."""
    image = multiscale06({"name": "physical"})
    steps = {"type": "sequence", "transformations": [scale_of([2, 2]), translation_of([1, 0])]}
    image["datasets"] = [{"path": "s0", "coordinateTransformations": [steps]}]
    node = read_node(ome("0.6", multiscales=[image]))

    assert node.datasets == (DatasetRef(path="s0", scale=(2, 2), translation=(1, 0)),)


@pytest.mark.parametrize(
    ("files", "version"),
    [
        (v2({"multiscales": [{"datasets": [{"path": "0"}]}]}), "0.2"),
        (v2({"multiscales": [{"axes": ["y", "x"], "datasets": []}]}), "0.3"),
        (v2({"multiscales": [{"axes": axes("yx"), "datasets": []}]}), "0.4"),
        (v2({"multiscales": [{"datasets": datasets()}]}), "0.4"),
        (v2({"plate": {}}), "0.4"),
        (ome(None, multiscales=[multiscale()]), "0.5"),
        (ome(None, multiscales=[multiscale06({"name": "physical"})]), "0.6"),
        (ome(None, scene={}), "0.6"),
        (v2({"well": {"version": "0.3", "images": []}}), "0.3"),
        (v2({"multiscales": [{"datasets": []}], "omero": {"version": "0.1"}}), "0.1"),
    ],
)
def test_missing_version(files: dict[str, bytes], version: str) -> None:
    """Where no version is written the metadata show which it is."""
    assert read_node(files).version == version


@pytest.mark.parametrize(
    ("written", "version"),
    [
        ("0.5-dev", "0.5"),
        (" 0.5.2", "0.5"),
        ("0.6.rc0", "0.6"),
        ("0.6.dev1", "0.6"),
        ("0.6dev2", "0.6"),
        ("0.6-dev4", "0.6"),
        (0.4, "0.4"),
        ("0.9.dev1", None),
        ("latest", None),
    ],
)
def test_spellings(written: object, version: str | None) -> None:
    """Known spellings are one version; what is not known is kept as written, and noted."""
    node = read_node(v3({"ome": {"version": written, "multiscales": [multiscale()]}}))

    assert (node.version, node.version_text) == (version, str(written).strip())
    assert [problem.code for problem in node.problems] == ([] if version else ["version-unknown"])
    assert names(node) == "tczyx"


def test_dots_mean_the_first_version() -> None:
    """Without axes and version, chunk keys with dots tell 0.1 from 0.2."""
    consolidated = {"0/.zarray": {**ARRAY2, "dimension_separator": "."}}
    files = v2({"multiscales": [{"datasets": [{"path": "0"}]}]})
    files[".zmetadata"] = b'{"metadata": %s}' % v2(consolidated)[".zattrs"]

    assert read_node(files).version == "0.1"


def test_other_versions_axes() -> None:
    """Letters in 0.4, objects in 0.3, and 0.5's axes in 0.6 are read as what they are."""
    letters = read_node(v2({"multiscales": [{"version": "0.4", "axes": ["y", "x"], "datasets": []}]}))
    objects = read_node(v2({"multiscales": [multiscale("cyx", version="0.3")]}))
    later = read_node(ome("0.6", multiscales=[multiscale("zyx")]))

    assert [names(node) for node in (letters, objects, later)] == ["yx", "cyx", "zyx"]
    assert later.datasets[0].scale == (1.0, 0.5, 0.5)


def test_places_are_kept() -> None:
    """An axis that cannot be read still has its place."""
    node = read_node(ome(multiscales=[{"axes": [None, {"type": "space"}, "X", {"name": "y"}], "datasets": []}]))

    assert [axis.name for axis in node.axes or ()] == ["dim_0", "dim_1", "X", "y"]


@pytest.mark.parametrize("path", ["../../etc", "https://example.org/x", "/etc", "//host/x", "a\\b", "a/../b", "x\n"])
def test_unsafe_path(path: str) -> None:
    """A path that leads out of the group is not followed, and said so with its place."""
    node = read_node(
        ome(multiscales=[{"axes": axes(), "datasets": [{"path": "0"}, {"path": path + "x"}]}]), where="a/b"
    )

    assert [level.path for level in node.datasets] == ["0"]
    assert [(p.code, p.where) for p in node.problems] == [("path-unsafe", "a/b/multiscales/0/datasets/1/path")]


@pytest.mark.parametrize(("written", "path"), [(0, "0"), ("./s0/", "s0"), ("setup0//timepoint0", "setup0/timepoint0")])
def test_paths(written: object, path: str) -> None:
    """A path may be a number, nested, or written with needless parts."""
    assert read_node(ome(multiscales=[{"datasets": [{"path": written}]}])).datasets[0].path == path


def test_channels() -> None:
    """omero tells how channels look, and which plane is shown first."""
    node = read_node(v2({"multiscales": [multiscale(version="0.4")], "omero": OMERO}))

    assert node.metadata.channels == (
        Channel(label="DAPI", color="0000FF", window=(10, 90)),
        Channel(label="GFP", color="00FF00", active=False, inverted=True, lut="fire.lut"),
    )
    assert (node.default_z, node.default_t, node.greyscale) == (3, 1, True)


@pytest.mark.parametrize(
    ("color", "expected"),
    [("#ff8000", "FF8000"), ("f80", "FF8800"), ("FF8000FF", "FF8000"), (16711680, None), ("red", None), (None, None)],
)
def test_colors(color: object, expected: str | None) -> None:
    """Colours are read in the forms that writers use; a number is none."""
    channels = read_node(ome(omero={"channels": [{"color": color}]}, multiscales=[])).metadata.channels

    assert [channel.color for channel in channels] == [expected]


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ({"start": "0", "end": "255"}, (0, 255)),
        ({"start": -5, "end": 7.5}, (-5, 7.5)),
        ({"min": 0, "max": 255}, None),
        ({"start": float("nan"), "end": 1}, None),
        ({"start": [], "end": {}}, None),
        ([0, 1], None),
    ],
)
def test_windows(window: object, expected: tuple[float, float] | None) -> None:
    """A window is its start and end; quoted numbers are read, min and max are no window."""
    channels = read_node(ome(omero={"channels": [{"window": window}, None]}, multiscales=[])).metadata.channels

    assert [channel.window for channel in channels] == [expected, None]


@pytest.mark.parametrize("name", [[], {}, None, 5])
def test_unnamed_systems(name: object) -> None:
    """Coordinate systems whose names are no names are still read, the first of them."""
    image = {"coordinateSystems": [{"name": name, "axes": axes("yx")}], "datasets": [{"path": "0"}]}

    assert names(read_node(ome("0.6", multiscales=[image]))) == "yx"


def test_endless_lists() -> None:
    """Of lists that nobody can look at, the first entries are read, and that is noted."""
    image = {"axes": axes("yx") * 100, "datasets": [{"path": str(k)} for k in range(1000)]}
    node = read_node(ome(multiscales=[image], omero={"channels": [{}] * 5000}))

    assert (len(node.axes or ()), len(node.datasets), len(node.metadata.channels)) == (32, 256, 4096)
    assert {(p.code, p.level) for p in node.problems} == {("list-too-long", "note")}
