"""The libraries that write samples: one function for each, which yields its samples.

Imports are inside the functions, so that a library that is not installed is left out.
`zarr` is always there: it writes an image whose metadata are given here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from samples import MICRON, SIZES, TYPES, Expected, Pixels, Sample, figure, label_pixels, rgb, with_nan

Write = Callable[[Path], Expected]
Made = Iterator[tuple[str, Write]]


def samples(only: str | None = None) -> Iterator[Sample]:
    """Yield the samples of all libraries that are installed, or of one."""
    for library, make in LIBRARIES.items():
        with suppress(ImportError):
            for description, write in make() if only in (None, library) else ():
                yield Sample(library=library, description=description, write=write)


def missing() -> list[str]:
    """Return the libraries that are not installed."""
    return [library for library, make in LIBRARIES.items() if not _is_installed(make)]


def _is_installed(make: Callable[[], Made]) -> bool:
    try:
        next(make(), None)
    except ImportError:
        return False
    return True


def _zarr() -> Made:
    import zarr

    def write(folder: Path) -> Expected:
        pixels, axes = figure("czyx"), [{"name": a, "type": TYPES[a], "unit": MICRON.get(a)} for a in "czyx"]
        scale = {"type": "scale", "scale": [1.0, 1.0, 0.5, 0.5]}
        entry = {
            "axes": [{key: value for key, value in axis.items() if value} for axis in axes],
            "datasets": [{"path": "0", "coordinateTransformations": [scale]}],
        }
        root = zarr.open_group(folder, mode="w", attributes={"ome": {"version": "0.5", "multiscales": [entry]}})
        root.create_array("0", data=pixels, chunks=(1, 1, 48, 48), dimension_names=list("czyx"))
        return Expected(version="0.5", pixels=pixels, axes="czyx", chunks=(1, 1, 48, 48))

    yield "0.5 czyx", write


def _ome_zarr() -> Made:
    import zarr
    from ome_zarr.format import FormatV04, FormatV05
    from ome_zarr.writer import write_image, write_labels, write_plate_metadata, write_well_metadata

    formats = {"0.4": FormatV04, "0.5": FormatV05}

    def group(folder: Path, version: str) -> Any:
        return zarr.open_group(folder, mode="w", zarr_format=formats[version]().zarr_format)

    def image(version: str, axes: str, pixels: Pixels, **storage: Any) -> Write:
        def write(folder: Path) -> Expected:
            fmt = formats[version]()
            write_image(pixels, group(folder, version), fmt=fmt, axes=axes, scale_factors=[2], storage_options=storage)
            return Expected(
                version=version, pixels=pixels, axes=axes, chunks=storage.get("chunks"), shards=storage.get("shards")
            )

        return write

    for version in formats:
        for axes in ("yx", "zyx", "czyx", "tczyx"):
            yield f"{version} {axes}", image(version, axes, figure(axes))
    for dtype in ("int8", "uint8", "int16", "uint32", "int64", "float32", "float64"):
        yield f"0.5 {dtype}", image("0.5", "yx", figure("yx", dtype))
    yield "0.5 NaN and infinities", image("0.5", "yx", with_nan())
    yield "0.5 shards", image("0.5", "czyx", figure("czyx"), chunks=(1, 1, 32, 48), shards=(1, 5, 96, 96))
    yield "0.4 big-endian", image("0.4", "cyx", figure("cyx").astype(">u2"), chunks=(1, 50, 60))
    yield "0.4 F order", image("0.4", "zyx", figure("zyx"), chunks=(2, 50, 60), order="F")
    yield "0.5 red, green, blue", image("0.5", "cyx", rgb())

    def labeled(folder: Path) -> Expected:
        root, fmt, pixels = group(folder, "0.5"), formats["0.5"](), figure("cyx")
        write_image(pixels, root, fmt=fmt, axes="cyx")
        colors = [{"label-value": 1, "rgba": [255, 0, 0, 255]}, {"label-value": 2, "rgba": [0, 0, 255, 255]}]
        write_labels(label_pixels(), root, "cells", fmt=fmt, axes="yx", label_metadata={"colors": colors})
        return Expected(version="0.5", pixels=pixels, axes="cyx", labels=("cells",))

    def plate(version: str) -> Write:
        def write(folder: Path) -> Expected:
            root, fmt, pixels = group(folder, version), formats[version](), figure("cyx")
            write_plate_metadata(root, ["A", "B"], ["1", "2"], ["B/2", "A/2"], fmt=fmt, field_count=2)
            for well in ("A/2", "B/2"):
                inner = root.require_group(well)
                write_well_metadata(inner, ["3", "4"], fmt=fmt)
                for field in "34":
                    write_image(pixels, inner.require_group(field), fmt=fmt, axes="cyx", scale_factors=[2])
            return Expected(version=version, pixels=pixels, axes="cyx", kind="plate", path="A/2/3", images=4)

        return write

    yield "0.5 with labels", labeled
    for version in formats:
        yield f"{version} plate", plate(version)


def _ngff_zarr() -> Made:
    import ngff_zarr

    def pyramid(axes: str, pixels: Pixels) -> Any:
        image = ngff_zarr.to_ngff_image(
            pixels,
            dims=tuple(axes),
            scale=dict.fromkeys(axes, 0.5),
            axes_units={a: MICRON[a] for a in axes if a in MICRON},
        )
        return ngff_zarr.to_multiscales(image, scale_factors=[2], chunks=32)

    def image(version: str, axes: str, **settings: Any) -> Write:
        def write(folder: Path) -> Expected:
            pixels = figure(axes)
            ngff_zarr.to_ome_zarr(str(folder), pyramid(axes, pixels), version=version, **settings)
            shards = (2, 64, 64) if settings.get("chunks_per_shard") else None
            return Expected(version=version, pixels=pixels, axes=axes, shards=shards)

        return write

    for version in ("0.4", "0.5", "0.6"):
        for axes in ("yx", "zyx", "tczyx"):
            yield f"{version} {axes}, scale0/image", image(version, axes)
    yield "0.4 zyx, not consolidated", image("0.4", "zyx", consolidate_metadata=False)
    yield "0.5 cyx, shards", image("0.5", "cyx", chunks_per_shard={"c": 1, "y": 2, "x": 2})

    def plate(version: str) -> Write:
        def write(folder: Path) -> Expected:
            pixels = figure("cyx")
            layout = ngff_zarr.Plate(
                name="plate",
                version=version,
                columns=[ngff_zarr.PlateColumn(name="1"), ngff_zarr.PlateColumn(name="2")],
                rows=[ngff_zarr.PlateRow(name="A")],
                wells=[ngff_zarr.PlateWell(path="A/2", rowIndex=0, columnIndex=1)],
                field_count=1,
            )
            ngff_zarr.to_hcs_zarr(ngff_zarr.HCSPlate(store=str(folder), plate_metadata=layout), str(folder))
            ngff_zarr.write_hcs_well_image(
                store=str(folder), multiscales=pyramid("cyx", pixels), plate_metadata=layout,
                row_name="A", column_name="2", acquisition_id=None, version=version,
            )  # fmt: skip
            return Expected(version=version, pixels=pixels, axes="cyx", kind="plate", path="A/2/0")

        return write

    for version in ("0.4", "0.5", "0.6"):
        yield f"{version} plate", plate(version)


def _bioio() -> Made:
    from bioio_ome_zarr.writers import Channel, OMEZarrWriter

    def image(zarr_format: int, axes: str, **settings: Any) -> Write:
        def write(folder: Path) -> Expected:
            pixels = figure(axes)
            shapes = [pixels.shape, tuple(n // 2 if a in "yx" else n for a, n in zip(axes, pixels.shape, strict=True))]
            named = [Channel(label=name, color=color) for name, color in (("DAPI", "0000FF"), ("GFP", "00FF00"))]
            writer = OMEZarrWriter(
                str(folder), shapes, "uint16", zarr_format=zarr_format, axes_names=list(axes), channels=named,
                axes_types=[TYPES[a] for a in axes], axes_units=[MICRON.get(a) for a in axes],
                physical_pixel_size=[0.5 if a in MICRON else 1.0 for a in axes], **settings,
            )  # fmt: skip
            writer.write_full_volume(pixels)
            chunks, shards = settings.get("chunk_shape"), settings.get("shard_shape")
            version = "0.5" if zarr_format == 3 else "0.4"
            return Expected(
                version=version, pixels=pixels, axes=axes, chunks=chunks, shards=shards, channels=("DAPI", "GFP")
            )

        return write

    for zarr_format in (2, 3):
        yield f"format {zarr_format} tczyx", image(zarr_format, "tczyx")
        yield f"format {zarr_format} cyx", image(zarr_format, "cyx", chunk_shape=(1, 48, 48))
    yield "shards", image(3, "czyx", chunk_shape=(1, 1, 48, 48), shard_shape=(1, 5, 96, 144))


def _acquire() -> Made:
    import acquire_zarr as az

    kinds = {"time": az.DimensionType.TIME, "channel": az.DimensionType.CHANNEL, "space": az.DimensionType.SPACE}

    def dimensions(axes: str) -> list[Any]:
        lengths = {"t": 2, "c": 1, "z": 1, "y": 48, "x": 48}
        return [
            az.Dimension(
                name=axis, kind=kinds[TYPES[axis]], array_size_px=SIZES[axis], chunk_size_px=lengths[axis],
                shard_size_chunks=1 if axis in "tc" else SIZES[axis] // lengths[axis],
            )
            for axis in axes
        ]  # fmt: skip

    def array(axes: str, pixels: Pixels, **settings: Any) -> Any:
        return az.ArraySettings(dimensions=dimensions(axes), data_type=pixels.dtype, **settings)

    def send(stream: Any, pixels: Pixels, key: str = "") -> None:
        for frame in pixels.reshape(-1, *pixels.shape[-2:]):
            stream.append(frame, key or None)
        stream.close()

    def image(axes: str, **settings: Any) -> Write:
        def write(folder: Path) -> Expected:
            pixels = figure(axes)
            kind = "image" if settings else "array"
            stated = az.StreamSettings(store_path=str(folder), arrays=[array(axes, pixels, **settings)])
            send(az.ZarrStream(stated), pixels)
            chunks = tuple({"t": 2, "c": 1, "z": 1, "y": 48, "x": 48}[axis] for axis in axes)
            shards = tuple(n if axis in "tc" else SIZES[axis] for axis, n in zip(axes, chunks, strict=True))
            version = "0.5" if settings else None
            return Expected(version=version, pixels=pixels, axes=axes, kind=kind, chunks=chunks, shards=shards)

        return write

    yield "bare array tyx", image("tyx")
    yield "one level czyx", image("czyx", is_ngff=True)
    yield "levels tczyx", image("tczyx", downsampling_method=az.DownsamplingMethod.MEAN, max_levels=2)

    def write_plate(folder: Path) -> Pixels:
        pixels = figure("cyx")
        field = az.FieldOfView(path="fov1", acquisition_id=0, array_settings=array("cyx", pixels))
        layout = az.Plate(
            path="plate", name="plate", row_names=["A", "B"], column_names=["1", "2"],
            acquisitions=[az.Acquisition(id=0, name="first")],
            wells=[az.Well(row_name="B", column_name="2", images=[field])],
        )  # fmt: skip
        stream = az.ZarrStream(az.StreamSettings(store_path=str(folder), hcs_plates=[layout]))
        send(stream, pixels, "plate/B/2/fov1")
        return pixels

    def above(folder: Path) -> Expected:
        write_plate(folder)
        return Expected(kind="group")

    def plate(folder: Path) -> Expected:
        pixels, shards = write_plate(folder), (1, 96, 144)
        return Expected(
            version="0.5", pixels=pixels, axes="cyx", kind="plate", path="B/2/fov1", below="plate", shards=shards
        )

    yield "plate", plate
    yield "group above the plate", above


def _iohub() -> Made:
    from iohub.ngff import open_ome_zarr

    pixels = figure("tczyx")

    def image(version: str, **settings: Any) -> Write:
        def write(folder: Path) -> Expected:
            named = ["DAPI", "GFP"]
            with open_ome_zarr(folder, layout="fov", mode="w", channel_names=named, version=version) as position:
                position.create_image("0", pixels, chunks=(1, 1, 1, 48, 48), **settings)
            shards = (1, 1, 5, 96, 144) if settings else None
            chunks = (1, 1, 1, 48, 48)
            return Expected(
                version=version, pixels=pixels, axes="TCZYX", chunks=chunks, shards=shards, channels=tuple(named)
            )

        return write

    def plate(version: str) -> Write:
        def write(folder: Path) -> Expected:
            named = ["DAPI", "GFP"]
            with open_ome_zarr(folder, layout="hcs", mode="w", channel_names=named, version=version) as layout:
                for row, column in (("B", "2"), ("A", "3")):
                    layout.create_position(row, column, "first").create_image("0", pixels)
            where = {"kind": "plate", "path": "B/2/first", "images": 2}
            return Expected(version=version, pixels=pixels, axes="TCZYX", channels=tuple(named), **where)

        return write

    for version in ("0.4", "0.5"):
        yield f"{version} position", image(version)
        yield f"{version} plate", plate(version)
    yield "0.5 shards", image("0.5", shards_ratio=(1, 1, 5, 2, 3))


def _webknossos() -> Made:
    import webknossos as wk

    def layer(data_format: str, version: str) -> Write:
        def write(folder: Path) -> Expected:
            pixels = np.pad(figure("cxyz", "uint8", z=64), ((0, 0), (0, 48), (0, 32), (0, 0)))  # it writes whole shards
            dataset = wk.Dataset(folder, voxel_size=(11.0, 11.0, 25.0))
            shards = {"shard_shape": 64} if data_format == "zarr3" else {}
            dataset.write_layer(
                "color", "color", pixels, data_format=data_format, downsample=False, chunk_shape=32, **shards
            )
            sizes = {"chunks": (2, 32, 32, 32), **({"shards": (2, 64, 64, 64)} if shards else {})}
            return Expected(version=version, pixels=pixels, axes="cxyz", below="color", **sizes)

        return write

    yield "0.4 cxyz", layer("zarr", "0.4")
    yield "0.5 cxyz, shards", layer("zarr3", "0.5")


def _ome_writers() -> Made:
    from ome_writers import AcquisitionSettings, Dimension, Plate, Position, PositionDimension, create_stream

    def frame(axes: str) -> list[Any]:
        sizes = {"y": 48, "x": 48}
        return [
            Dimension(name=a, count=SIZES[a], type=TYPES[a], chunk_size=sizes.get(a, 1), unit=MICRON.get(a), scale=0.5)
            for a in axes
        ]

    def stream(folder: Path, dimensions: list[Any], pixels: Pixels, times: int, **settings: Any) -> None:
        stated = AcquisitionSettings(
            root_path=str(folder), dimensions=dimensions, dtype="uint16", format="ome-zarr", **settings
        )
        with create_stream(stated) as frames:
            for _ in range(times):
                for plane in pixels.reshape(-1, *pixels.shape[-2:]):
                    frames.append(plane)

    def image(folder: Path) -> Expected:
        pixels = figure("tczyx")
        stream(folder, frame("tczyx"), pixels, 1)
        return Expected(version="0.5", pixels=pixels, axes="tczyx", chunks=(1, 1, 1, 48, 48))

    def plate(folder: Path) -> Expected:
        pixels = figure("cyx")
        wells = [Position(name=f"{r}{c}", plate_row=r, plate_column=c) for r, c in (("B", "1"), ("A", "2"))]
        layout = Plate(row_names=["A", "B"], column_names=["1", "2"], name="plate")
        stream(folder, [PositionDimension(coords=wells), *frame("cyx")], pixels, 2, plate=layout)
        return Expected(version="0.5", pixels=pixels, axes="cyx", kind="plate", path="A/2/A2", images=2)

    def series(folder: Path) -> Expected:
        pixels = figure("cyx")
        places = [Position(name="left"), Position(name="right")]
        stream(folder, [PositionDimension(coords=places), *frame("cyx")], pixels, 2)
        return Expected(version="0.5", pixels=pixels, axes="cyx", kind="series", path="left", images=2)

    yield from (("tczyx", image), ("plate", plate), ("series of positions", series))


def _yaozarrs() -> Made:
    from yaozarrs import v05
    from yaozarrs.write.v05 import write_bioformats2raw, write_image, write_plate

    def described(axes: str) -> Any:
        kinds = {"time": v05.TimeAxis, "channel": v05.ChannelAxis, "space": v05.SpaceAxis}
        scale = v05.ScaleTransformation(scale=[1.0] * len(axes))
        level = v05.Dataset(path="0", coordinateTransformations=[scale])
        return v05.Image(
            multiscales=[v05.Multiscale(name="figure", axes=[kinds[TYPES[a]](name=a) for a in axes], datasets=[level])]
        )

    def image(folder: Path) -> Expected:
        pixels = figure("czyx")
        write_image(folder, described("czyx"), pixels, chunks=(1, 1, 48, 48), shards=(1, 5, 96, 144))
        return Expected(version="0.5", pixels=pixels, axes="czyx", chunks=(1, 1, 48, 48), shards=(1, 5, 96, 144))

    def plate(folder: Path) -> Expected:
        pixels = figure("cyx")
        write_plate(folder, {(row, "1", "7"): (described("cyx"), [pixels]) for row in "BA"})
        return Expected(version="0.5", pixels=pixels, axes="cyx", kind="plate", path="A/1/7", images=2)

    def series(folder: Path) -> Expected:
        pixels = figure("cyx")
        write_bioformats2raw(folder, {name: (described("cyx"), [pixels]) for name in ("first", "second")})
        return Expected(version="0.5", pixels=pixels, axes="cyx", kind="series", path="first", images=2)

    yield from (("shards czyx", image), ("plate", plate), ("bioformats2raw", series))


LIBRARIES: Mapping[str, Callable[[], Made]] = {
    "zarr": _zarr,
    "ome-zarr": _ome_zarr,
    "ngff-zarr": _ngff_zarr,
    "bioio-ome-zarr": _bioio,
    "acquire-zarr": _acquire,
    "iohub": _iohub,
    "webknossos": _webknossos,
    "ome-writers": _ome_writers,
    "yaozarrs": _yaozarrs,
}
