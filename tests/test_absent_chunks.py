"""Builds of datasets whose chunks are not where their metadata say: what is drawn, and what is reported."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import zarr
from builds import build_site, write_config
from hosted import Built, hosting, is_gradient
from PIL import Image
from stores import empty, multiscale, write_grid, write_group, write_image, write_labels, write_list


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Callable[..., Built]]:
    """Return a function that builds a catalog of `data/a.zarr`."""
    with hosting(tmp_path) as run:
        yield run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the dataset."""
    return tmp_path / "data" / "a.zarr"


def write_stored(
    folder: Path,
    *,
    axes: str = "yx",
    shape: Sequence[int] = (64, 64),
    keys: tuple[int, str, str] = (2, "v2", "/"),
    chunk: int = 32,
    shards: bool = False,
    planes: Sequence[tuple[int, ...]] = (),
) -> Path:
    """Write an image of one level: a gradient along x, on these planes (all where there are none).

    keys: Zarr format, name of the encoding of keys, separator.
    """
    zarr_format, name, separator = keys
    scale = multiscale(axes, [[1.0] * len(axes)], **({"version": "0.4"} if zarr_format == 2 else {}))
    attributes = {"multiscales": [scale]}
    if zarr_format == 3:
        attributes = {"ome": {"version": "0.5", **attributes}}
    write_group(folder, attributes, zarr_format=zarr_format)
    chunks = tuple(chunk if name in "yx" else 1 for name in axes)
    array = zarr.create_array(
        folder / "0",
        shape=tuple(shape),
        dtype="uint16",
        chunks=chunks,
        shards=tuple(2 * chunk if name in "yx" else 1 for name in axes) if shards else None,
        zarr_format=zarr_format,
        chunk_key_encoding={"name": name, "separator": separator},
        compressors=None,
        **({"dimension_names": list(axes)} if zarr_format == 3 else {}),
    )
    plane = np.broadcast_to(np.linspace(1, 1000, shape[-1]), tuple(shape[-2:])).astype("uint16")
    for index in planes or np.ndindex(*shape[:-2]):
        array[tuple(index)] = plane
    return folder


def state(folder: Path, *, name: str = "v2", separator: str = ".") -> None:
    """Let an array's document state another form of keys."""
    v3 = folder / "zarr.json"
    path = v3 if v3.exists() else folder / ".zarray"
    document = json.loads(path.read_text())
    if path == v3:
        document["chunk_key_encoding"] = {"name": name, "configuration": {"separator": separator}}
    else:
        document["dimension_separator"] = separator
    path.write_text(json.dumps(document))


STORED = [
    ((2, "v2", "/"), "v2", "."),
    ((2, "v2", "."), "v2", "/"),
    ((3, "default", "/"), "default", "."),
    ((3, "default", "."), "default", "/"),
    ((3, "v2", "/"), "v2", "."),
    ((3, "v2", "."), "v2", "/"),
    ((3, "v2", "."), "default", "/"),
    ((3, "v2", "/"), "default", "/"),
    ((3, "default", "/"), "v2", "."),
    ((3, "default", "/"), "v2", "/"),
    ((3, "default", "."), "v2", "."),
]
"""Keys as written, and as the document then states them."""


@pytest.mark.parametrize(("written", "name", "separator"), STORED)
@pytest.mark.parametrize("shards", [False, True])
def test_chunks_under_other_keys(
    build: Callable[..., Built], folder: Path, written: tuple[int, str, str], name: str, separator: str, shards: bool
) -> None:
    """They are drawn, and an error says what to correct in which document, which makes the error go away."""
    if shards and written[0] == 2:
        written = (3, "v2", written[2])
    write_stored(folder, keys=written, shards=shards)
    original = sorted(path for path in (folder / "0").iterdir() if path.name in ("zarr.json", ".zarray"))[0]
    right = json.loads(original.read_text())
    state(folder / "0", name=name, separator=separator)
    built = build()

    assert is_gradient(built.pixels())
    assert built.problems("chunk-keys", "chunks-absent") == [("chunk-keys", "error", "0")]
    assert built.record["valid"] is False
    hint = built.problem("chunk-keys")["hint"]
    assert f"in 0/{original.name}" in hint
    if written[0] == 2:
        assert f'"dimension_separator": "{right.get("dimension_separator", ".")}"' in hint
    else:
        stated = json.loads(hint[hint.index(": ") + 2 : hint.index(" in 0/")])
        assert stated == right["chunk_key_encoding"]


def test_keys_of_format_3_below_a_document_of_format_2(build: Callable[..., Built], folder: Path) -> None:
    """A `.zarray` cannot state them, so that the chunks are to be renamed."""
    write_stored(folder)
    chunks = {str(path.relative_to(folder / "0")): path for path in (folder / "0").rglob("*") if path.name.isdigit()}
    files = {key: path.read_bytes() for key, path in chunks.items() if path.is_file()}
    shutil.rmtree(folder / "0" / "0")
    shutil.rmtree(folder / "0" / "1")
    for key, body in files.items():
        path = folder / "0" / "c" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    built = build()

    assert is_gradient(built.pixels())
    assert built.problem("chunk-keys")["hint"].startswith("Rename the chunks, such as c/0/0 to 0/0")


def test_absent_chunks_are_a_warning(build: Callable[..., Built], folder: Path) -> None:
    """It names the first keys; the search for others costs three requests, whatever the number of chunks."""
    empty_v2(write_stored(folder, shape=(128, 128)))
    built = build()

    warning = built.problem("chunks-absent")
    assert (warning["level"], warning["where"]) == ("warning", "0")
    assert "none of the 16 chunks that were requested is stored: 0/0/0, 0/0/1, 0/0/2, …" in warning["message"]
    assert len(built.chunks_asked()) == 16 + 3
    assert built.record["shown"]["empty"] is True


def empty_v2(folder: Path) -> None:
    """Delete the chunks of the level of an image of format 2."""
    for path in (folder / "0").iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != ".zarray":
            path.unlink()


def test_a_few_absent_chunks_are_no_problem(build: Callable[..., Built], folder: Path) -> None:
    """Chunks of fill value alone need not be stored."""
    write_stored(folder, shape=(64, 128))
    shutil.rmtree(folder / "0" / "0")
    built = build()

    assert built.problems("chunk-keys", "chunks-absent") == []
    assert len(built.chunks_asked()) == 8


@pytest.mark.parametrize("plane", [(2,), (6,)])
def test_another_depth_is_shown(build: Callable[..., Built], folder: Path, plane: tuple[int, ...]) -> None:
    """The picture's description, on the page, too, names both planes; nothing is reported."""
    write_stored(folder, axes="zyx", shape=(8, 64, 64), planes=[plane])
    built = build()

    assert is_gradient(built.pixels())
    assert built.record["shown"]["z"] == plane[0]
    assert f"Z = {plane[0]}" in built.record["shown"]["how"]
    assert "not the plane at z = 4, where nothing but background is stored" in built.record["shown"]["how"]
    assert "not the plane at z = 4" in built.site.page(built.record)
    assert built.problems("chunk-keys", "chunks-absent") == []


@pytest.mark.parametrize("plane", [(3,), (5,)])
def test_another_time_point_is_shown(build: Callable[..., Built], folder: Path, plane: tuple[int, ...]) -> None:
    """A time series may begin with nothing."""
    write_stored(folder, axes="tyx", shape=(6, 64, 64), planes=[plane])
    built = build()

    assert is_gradient(built.pixels())
    assert built.record["shown"]["t"] == plane[0]
    assert "not the plane at t = 0" in built.record["shown"]["how"]


def test_stored_zeros_are_passed_over(build: Callable[..., Built], folder: Path) -> None:
    """A plane that is stored and black is as empty as one that is not stored, and its keys are right."""
    write_stored(folder, axes="zyx", shape=(8, 64, 64), planes=[(2,)], chunk=64)
    chunk = folder / "0" / "4" / "0" / "0"
    chunk.parent.mkdir(parents=True)
    chunk.write_bytes(bytes(64 * 64 * 2))
    built = build()

    assert built.record["shown"]["z"] == 2
    assert built.chunks_asked() == ["0/4/0/0", "0/2/0/0"]


def test_other_keys_and_an_empty_middle_plane(build: Callable[..., Built], folder: Path) -> None:
    """Both faults at once: the picture is drawn, the error is reported."""
    write_stored(folder, axes="zyx", shape=(8, 64, 64), planes=[(6,)], chunk=64)
    state(folder / "0")
    built = build()

    assert is_gradient(built.pixels())
    assert built.problems("chunk-keys", "chunks-absent") == [("chunk-keys", "error", "0")]
    assert len(built.chunks_asked()) <= 9


def test_at_most_two_other_planes_are_read(build: Callable[..., Built], folder: Path) -> None:
    """An image without any chunk costs three planes and five requests for other keys."""
    write_stored(folder, axes="zyx", shape=(8, 64, 64), planes=[(1,)], chunk=64)
    built = build()

    assert len(built.chunks_asked()) == 3 + 3 + 2
    assert built.problems("chunks-absent") == [("chunks-absent", "warning", "0")]


def test_another_level_is_drawn(build: Callable[..., Built], folder: Path) -> None:
    """A writer that was interrupted leaves a level without chunks; the other is drawn, and the warning stays."""
    write_image(folder, axes="yx", shape=(1024, 1024), levels=2, chunks=(512, 512))
    shutil.rmtree(folder / "1" / "c")
    built = build()

    assert built.record["shown"]["level"] == "0"
    assert is_gradient(built.pixels())
    assert built.problems("chunks-absent") == [("chunks-absent", "warning", "1")]


def test_labels_under_other_keys(build: Callable[..., Built], folder: Path) -> None:
    """The overlay is drawn; the error names the label image's document."""
    write_image(folder, axes="yx", shape=(64, 64))
    state(write_labels(folder) / "0")
    built = build()

    assert built.record["overlay"]
    assert built.problems("chunk-keys") == [("chunk-keys", "error", "labels/nuclei/0")]
    assert "labels/nuclei/0/zarr.json" in built.problem("chunk-keys")["hint"]
    overlay = built.pixels("overlay").astype(int)
    colored = np.abs(overlay[:, :, 0] - overlay[:, :, 1]) > 30
    rows, columns = (np.flatnonzero(colored.any(axis=axis)) for axis in (1, 0))
    assert all(abs(each.min() * 64 / len(colored) - 16) <= 1 for each in (rows, columns))


def test_labels_without_chunks_are_a_note(build: Callable[..., Built], folder: Path) -> None:
    """A plane without any object is often stored so."""
    write_image(folder, axes="yx", shape=(64, 64))
    empty(write_labels(folder))
    built = build()

    assert built.record["overlay"] is None
    assert built.problems("chunks-absent", "chunk-keys") == [("chunks-absent", "note", "labels/nuclei/0")]


def test_the_first_label_that_is_there_is_drawn(build: Callable[..., Built], folder: Path) -> None:
    """A listed label image that is absent is an error, and costs one request."""
    write_image(folder, axes="yx", shape=(64, 64))
    write_labels(folder)
    write_group(folder / "labels", {"ome": {"version": "0.5", "labels": ["gone", "nuclei"]}})
    built = build()

    assert built.record["overlay"]
    assert built.host.count("/a.zarr/labels/gone/zarr.json") == 1


def state_plate(folder: Path) -> int:
    """Let all arrays of a plate state other keys; return how many there are."""
    arrays = [path.parent for path in folder.glob("*/*/0/*/zarr.json")]
    for array in arrays:
        state(array)
    return len(arrays)


def test_a_plate_under_other_keys(build: Callable[..., Built], folder: Path) -> None:
    """The form of keys is learned at the first well, and costs the others no request."""
    write_grid(folder, 3, 4, levels=1)
    right = build()
    montage, asked = right.pixels("montage"), right.chunks_asked()
    assert state_plate(folder) == 12
    shutil.rmtree(folder.parent.parent / "cache")
    built = build()

    assert is_gradient(built.pixels())
    np.testing.assert_array_equal(built.pixels("montage"), montage)
    assert len(built.record["plate"]["drawn"]) == 12
    assert built.problems("chunk-keys") == [("chunk-keys", "error", "A/1/0/0")]
    assert len(built.chunks_asked()) - len(asked) <= 4


def test_a_plate_with_a_supplied_picture_under_other_keys(build: Callable[..., Built], folder: Path) -> None:
    """Only the montage reads chunks; one well is searched for all."""
    write_grid(folder, 2, 3, levels=1)
    document = json.loads((folder / "zarr.json").read_text())
    document["attributes"]["thumbnails"] = [{"path": "t.png", "width": 8, "height": 8, "media_type": "image/png"}]
    (folder / "zarr.json").write_text(json.dumps(document))
    Image.new("RGB", (8, 8), "red").save(folder / "t.png")
    state_plate(folder)
    built = build()

    assert len(built.record["plate"]["drawn"]) == 6
    assert built.problems("chunk-keys") == [("chunk-keys", "error", "A/1/0/0")]


def test_the_same_from_cache_and_host(build: Callable[..., Built], folder: Path, tmp_path: Path) -> None:
    """A second build, one with `--refresh` and one from an empty cache give the same record and pictures."""
    write_stored(folder)
    state(folder / "0")
    builds = [build(), build(), build(refresh=True)]
    shutil.rmtree(tmp_path / "cache")
    builds.append(build())

    records = [{**each.record, "checked": None} for each in builds]
    assert [each["thumbnail"] for each in records] == [records[0]["thumbnail"]] * 4
    assert [each["problems"] for each in records] == [records[0]["problems"]] * 4


def test_a_repair_is_seen(build: Callable[..., Built], folder: Path) -> None:
    """The root document stays as it is, but the array's is corrected."""
    write_stored(folder)
    state(folder / "0")
    assert build().problems("chunk-keys")
    state(folder / "0", separator="/")

    assert build(refresh=True).problems("chunk-keys") == []


@pytest.mark.parametrize("level", ["0", "1", "2"])
def test_one_level_of_a_plate_under_other_keys(build: Callable[..., Built], folder: Path, level: str) -> None:
    """Picture and montage may read different levels, of which one alone is wrong; both are drawn."""
    write_grid(folder, 2, 3, levels=3, axes="yx", shape=(256, 256))
    for array in folder.glob(f"*/*/0/{level}"):
        state(array)
    built = build()

    assert is_gradient(built.pixels())
    assert len(built.record["plate"]["drawn"]) == 6
    read = {built.record["shown"]["level"], "2"}
    assert built.problems("chunk-keys") == ([("chunk-keys", "error", f"A/1/0/{level}")] if level in read else [])


def test_a_local_dataset_under_other_keys(folder: Path, tmp_path: Path) -> None:
    """A key of another form may be the name of a folder there."""
    folder.parent.mkdir()
    write_stored(folder, axes="tyx", shape=(1, 64, 64), keys=(3, "default", "/"))
    state(folder / "0", name="v2", separator=".")
    site = build_site(
        write_config(tmp_path / "c.toml", write_list(tmp_path / "root.csv", "url", "data/a.zarr")), tmp_path
    )

    assert "chunk-keys" in site.codes("a.zarr")
    assert site.records()["a.zarr"]["shown"]["empty"] is False


def test_labels_and_image_under_other_keys(build: Callable[..., Built], folder: Path) -> None:
    """Both are drawn; the form that was found for the image is tried first for the labels."""
    write_image(folder, axes="yx", shape=(64, 64))
    for array in (folder / "0", folder / "1", write_labels(folder) / "0", folder / "labels/nuclei/1"):
        state(array)
    built = build()

    assert built.record["overlay"]
    assert [place for _, _, place in built.problems("chunk-keys")] == ["0", "labels/nuclei/0"]
    labels = [key for key in built.chunks_asked() if key.startswith("labels/")]
    assert labels == [f"labels/nuclei/0/{key}" for key in ("0.0", "c/0/0", "c/0/0")]
