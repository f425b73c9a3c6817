"""Writes micrographs as OME-Zarr: pyramids, plates, series, labels, and a few defective stores.

zarr-python writes the arrays; the documents of groups are written here. The same
micrograph and settings give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numcodecs  # type: ignore[import-untyped]  # it has no types
import numpy as np
import zarr
from zarr.codecs import BloscCodec, BytesCodec, GzipCodec, ZstdCodec

from sitegen.demo import metadata
from sitegen.demo.metadata import Json, Version, is_v3
from sitegen.demo.micrograph import Micrograph, Pixels

Codec = Literal["zstd", "blosc", "gzip"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageSettings:
    """How an image is stored."""

    version: Version = "0.5"
    chunk_px: int = 256
    """Size of a chunk along y and x."""
    chunk_z: int = 1
    sharded: bool = False
    """One shard holds all chunks of a (c, z, y, x) block."""
    codec: Codec = "zstd"
    flat: bool = False
    """Whether all chunks are in one folder, as `c.0.0`, instead of a folder for each axis."""
    big_endian: bool = False
    omero: bool = True
    deep: bool = False
    """Whether the pyramid halves z, too."""
    smallest_px: int = 200
    """The coarsest level is the first whose longer side is at most this."""
    statistic: bool = False
    """Whether each array states its stored bytes, as the converter of the OME 2024 NGFF Challenge did."""


def halved(pixels: Pixels, axes: str, *, deep: bool, categorical: bool = False) -> Pixels:
    """Return the next coarser level: the mean of 2 × 2 pixels, or one of the four for labels."""
    for letter in "zyx" if deep else "yx":
        if letter not in axes or pixels.shape[axes.index(letter)] < 2:
            continue
        at = axes.index(letter)
        even = np.take(pixels, range(0, pixels.shape[at] - 1, 2), axis=at)
        if categorical:
            pixels = even
            continue
        odd = np.take(pixels, range(1, pixels.shape[at], 2), axis=at)
        mean = (even.astype(np.float32) + odd.astype(np.float32)) / 2
        pixels = (np.floor(mean + 0.5) if np.issubdtype(pixels.dtype, np.integer) else mean).astype(pixels.dtype)
    return pixels


def pyramid(image: Micrograph, settings: StorageSettings, *, categorical: bool = False) -> list[Pixels]:
    """Return the levels, finest first."""
    levels = [image.pixels]
    plane = [image.axes.index(letter) for letter in "yx"]
    while max(levels[-1].shape[at] for at in plane) > settings.smallest_px:
        levels.append(halved(levels[-1], image.axes, deep=settings.deep, categorical=categorical))
    return levels


def write_array(path: Path, pixels: Pixels, axes: str, settings: StorageSettings) -> None:
    """Write one level."""
    chunks = _chunks(pixels.shape, axes, settings)
    v3 = is_v3(settings.version)
    separator = "." if settings.version == "0.1" or settings.flat else "/"
    array = zarr.create_array(
        store=str(path),
        shape=pixels.shape,
        dtype=pixels.dtype.newbyteorder(">") if settings.big_endian and not v3 else pixels.dtype,
        chunks=chunks,
        shards=_shards(pixels.shape, axes, chunks) if settings.sharded and v3 else None,
        compressors=_compressor(settings),
        serializer=BytesCodec(endian="big") if settings.big_endian and v3 else "auto",
        filters=None if not v3 else "auto",
        fill_value=0,
        zarr_format=3 if v3 else 2,
        dimension_names=list(axes) if v3 else None,
        chunk_key_encoding={"name": "default" if v3 else "v2", "separator": separator},
        attributes={"_ARRAY_DIMENSIONS": list(axes)} if settings.version == "0.3" else None,
    )
    array[...] = pixels
    if settings.codec == "gzip":
        _blank_gzip_times(path)
    if settings.statistic:
        _state_bytes(path / ("zarr.json" if v3 else ".zattrs"), path, v3)


def _chunks(shape: Sequence[int], axes: str, settings: StorageSettings) -> tuple[int, ...]:
    edges = {"y": settings.chunk_px, "x": settings.chunk_px, "z": settings.chunk_z}
    return tuple(min(edges.get(letter, 1), size) for letter, size in zip(axes, shape, strict=True))


def _shards(shape: Sequence[int], axes: str, chunks: Sequence[int]) -> tuple[int, ...]:
    return tuple(
        chunk if letter == "t" else -(-size // chunk) * chunk
        for letter, size, chunk in zip(axes, shape, chunks, strict=True)
    )


def _compressor(settings: StorageSettings) -> Any:  # a codec of zarr or of numcodecs; the latter has no types
    if is_v3(settings.version):
        return {"zstd": ZstdCodec(level=5), "blosc": BloscCodec(cname="zstd", clevel=6), "gzip": GzipCodec(level=6)}[
            settings.codec
        ]
    blosc = numcodecs.Blosc(cname="zstd", clevel=6, shuffle=numcodecs.Blosc.BITSHUFFLE)
    return {"zstd": numcodecs.Zstd(level=5), "blosc": blosc, "gzip": numcodecs.GZip(level=6)}[settings.codec]


def _blank_gzip_times(folder: Path) -> None:
    """Set the time in the header of each gzip chunk to 0 (bytes 4 to 7, RFC 1952), so that a demo is reproducible."""
    for file in folder.rglob("*"):
        if file.is_file() and (body := file.read_bytes())[:2] == b"\x1f\x8b":
            file.write_bytes(body[:4] + bytes(4) + body[8:])


def _state_bytes(document: Path, folder: Path, v3: bool) -> None:
    written = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    content = json.loads(document.read_text(encoding="utf-8")) if document.exists() else {}
    place = content.setdefault("attributes", {}) if v3 else content
    place["_ome2024_ngff_challenge_stats"] = {"written": written}
    metadata.write_json(document, content)


def write_image(
    folder: Path, image: Micrograph, settings: StorageSettings, *, extra: Mapping[str, object] | None = None
) -> None:
    """Write an image with its pyramid, and its labels if it has any; `extra` is added to its metadata."""
    levels = pyramid(image, settings)
    for number, pixels in enumerate(levels):
        write_array(folder / str(number), pixels, image.axes, settings)
    metadata.write_group(
        folder, image_content(image, settings, folder.name, len(levels)) | dict(extra or {}), settings.version
    )
    if image.labels is not None:
        write_labels(folder / "labels", {"nuclei": image}, settings)


def image_content(image: Micrograph, settings: StorageSettings, name: str, levels: int) -> Json:
    """Return the OME metadata of an image with this number of levels."""
    scales = [metadata.scale_of(image, 2**level, settings.deep) for level in range(levels)]
    content: Json = {"multiscales": [metadata.multiscale(image, scales, settings.version, name)]}
    if image.channels and settings.omero:
        content["omero"] = metadata.omero(image, settings.version)
    return content


def write_labels(folder: Path, labeled: Mapping[str, Micrograph], settings: StorageSettings) -> None:
    """Write a labels group with one label image for each name."""
    metadata.write_group(folder, {"labels": list(labeled)}, settings.version)
    for name, image in labeled.items():
        assert image.labels is not None
        flat = replace(image, pixels=_with_channel(image.labels, image.axes), channels=(), labels=None)
        levels = pyramid(flat, settings, categorical=True)
        for number, pixels in enumerate(levels):
            write_array(folder / name / str(number), pixels, flat.axes, settings)
        content = image_content(flat, settings, name, len(levels))
        count = int(flat.pixels.max())
        metadata.write_group(folder / name, content | metadata.image_label(count, settings.version), settings.version)


def _with_channel(labels: Pixels, axes: str) -> Pixels:
    """Return a label image with one channel if its image has channels: 0.5 demands the same axes."""
    return np.expand_dims(labels, axes.index("c")) if "c" in axes else labels


def write_plate(
    folder: Path, name: str, fields: Mapping[str, Sequence[Micrograph]], settings: StorageSettings, first: int = 0
) -> None:
    """Write a plate; fields: well, such as `A/1`, → its fields, which are named `first`, `first` + 1, …"""
    rows = sorted({path.split("/")[0] for path in fields})
    columns = sorted({path.split("/")[1] for path in fields}, key=int)
    most = max(map(len, fields.values()))
    layout = metadata.plate(name, rows, columns, list(fields), most, settings.version)
    metadata.write_group(folder, layout, settings.version)
    for row in rows:
        write_plain_group(folder / row, settings.version)
    for path, images in fields.items():
        write_well(folder / path, images, settings, first)


def write_well(folder: Path, images: Sequence[Micrograph], settings: StorageSettings, first: int = 0) -> None:
    """Write a well with its fields of view."""
    names = [str(number) for number in range(first, first + len(images))]
    metadata.write_group(folder, metadata.well(names, settings.version), settings.version)
    for field, image in zip(names, images, strict=True):
        write_image(folder / field, image, settings)


def write_series(folder: Path, images: Mapping[str, Micrograph], settings: StorageSettings, *, ome_group: bool) -> None:
    """Write a series in the layout of bioformats2raw; ome_group: whether it has its `OME` group."""
    metadata.write_group(folder, {"bioformats2raw.layout": 3}, settings.version)
    if ome_group:
        metadata.write_group(folder / "OME", {"series": list(images)}, settings.version)
        (folder / "OME" / "METADATA.ome.xml").write_text(_ome_xml(images), encoding="utf-8", newline="\n")
    for path, image in images.items():
        write_image(folder / path, image, settings)


def _ome_xml(images: Mapping[str, Micrograph]) -> str:
    entries = []
    for number, (path, image) in enumerate(images.items()):
        size = dict(zip(image.axes, image.pixels.shape, strict=True))
        sizes = " ".join(f'Size{letter.upper()}="{size.get(letter, 1)}"' for letter in "xyzct")
        pixel = f'PhysicalSizeX="{image.size_um[1]}" PhysicalSizeY="{image.size_um[1]}"'
        entries.append(
            f'  <Image ID="Image:{number}" Name="position {path}">\n'
            f'    <Pixels ID="Pixels:{number}" DimensionOrder="XYZCT" Type="{image.pixels.dtype.name}"\n'
            f"            {sizes} {pixel}>\n"
            "      <MetadataOnly/>\n    </Pixels>\n  </Image>\n"
        )
    schema = "http://www.openmicroscopy.org/Schemas/OME/2016-06"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<OME xmlns="{schema}">\n{"".join(entries)}</OME>\n'


def write_scene(
    folder: Path, images: Mapping[str, Micrograph], shifts_um: Sequence[Sequence[float]], settings: StorageSettings
) -> None:
    """Write a scene of 0.6: images, and the translation of each in micrometers."""
    metadata.write_group(folder, metadata.scene(list(images), shifts_um), settings.version)
    for path, image in images.items():
        write_image(folder / path, image, settings)


def write_plain_group(folder: Path, version: Version) -> None:
    """Write a Zarr group without OME metadata."""
    if is_v3(version):
        metadata.write_json(folder / "zarr.json", {"zarr_format": 3, "node_type": "group", "attributes": {}})
    else:
        metadata.write_json(folder / ".zgroup", {"zarr_format": 2})


def write_export(folder: Path, path: str, image: Micrograph, settings: StorageSettings) -> None:
    """Write an image below groups without OME metadata, as in exports of BigDataViewer."""
    for parent in (folder, (folder / path).parent):
        write_plain_group(parent, settings.version)
    write_image(folder / path, image, settings)


def write_two_scales(folder: Path, image: Micrograph, settings: StorageSettings) -> None:
    """Write an invalid image: its second level has two scales."""
    write_image(folder, image, settings)
    document = folder / ("zarr.json" if is_v3(settings.version) else ".zattrs")
    content = json.loads(document.read_text(encoding="utf-8"))
    ome = content["attributes"]["ome"] if is_v3(settings.version) else content
    transformations = ome["multiscales"][0]["datasets"][1]["coordinateTransformations"]
    transformations.append({"type": "scale", "scale": [1.0] * len(image.axes)})
    metadata.write_json(document, content)


def write_unordered(folder: Path, image: Micrograph, settings: StorageSettings) -> None:
    """Write an image with three errors: coarsest level first, an unknown unit, a channel without a window."""
    write_image(folder, image, settings)
    content = json.loads((folder / ".zattrs").read_text())
    content["multiscales"][0]["datasets"].reverse()
    content["multiscales"][0]["axes"][-1]["unit"] = "micron"
    del content["omero"]["channels"][0]["window"]
    metadata.write_json(folder / ".zattrs", content)


def write_page(folder: Path) -> None:
    """Write an HTML page in place of `zarr.json`, as hosts answer whose data moved."""
    folder.mkdir(parents=True, exist_ok=True)
    page = "<!doctype html>\n<title>Moved</title>\n<h1>This bucket has moved</h1>\n"
    (folder / "zarr.json").write_text(page, encoding="utf-8", newline="\n")


def write_damaged(folder: Path, image: Micrograph, settings: StorageSettings) -> None:
    """Write an image with valid metadata and truncated chunks."""
    write_image(folder, image, settings)
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix != ".json" and not file.name.startswith("."):
            file.write_bytes(file.read_bytes()[:40])
