"""Small OME-Zarr documents of every version and kind, for the tests of the reader."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sitegen.model.codes import CODES

TCZYX = "tczyx"
READER_CODES = {code.code for code in CODES.values() if code.part == "documents"} | {
    *("doc-type", "both-formats", "version-unknown", "ome-xml")
}
"""What the reader may say of a document; the last four are rules, too."""
_TYPES = {"t": "time", "c": "channel"}
_UNITS = {"t": "second", "z": "micrometer", "y": "micrometer", "x": "micrometer"}


def to_bytes(value: object) -> bytes:
    return json.dumps(value).encode()


def v2(attributes: object) -> dict[str, bytes]:
    """Return the documents of a group of Zarr format 2."""
    return {".zgroup": b'{"zarr_format": 2}', ".zattrs": to_bytes(attributes)}


def v3(attributes: object, **more: object) -> dict[str, bytes]:
    """Return the document of a group of Zarr format 3."""
    return {"zarr.json": to_bytes({"zarr_format": 3, "node_type": "group", "attributes": attributes, **more})}


def ome(version: str | None = "0.5", **keys: object) -> dict[str, bytes]:
    """Return a group of 0.5 or later."""
    return v3({"ome": {**({"version": version} if version else {}), **keys}})


def axes(names: str = TCZYX) -> list[dict[str, str]]:
    """Return axes as 0.4 and later write them."""
    units = ({"unit": _UNITS[name]} if name in _UNITS else {} for name in names)
    return [{"name": n, "type": _TYPES.get(n, "space"), **u} for n, u in zip(names, units, strict=True)]


def datasets(levels: int = 2, names: str = TCZYX) -> list[dict[str, object]]:
    """Return levels as 0.4 and 0.5 write them; y and x shrink by 2, from 0.5 on level 0."""
    scales = [[0.5 * 2**k if n in "yx" else 1.0 for n in names] for k in range(levels)]
    return [{"path": str(k), "coordinateTransformations": [scale_of(s)]} for k, s in enumerate(scales)]


def scale_of(numbers: object) -> dict[str, object]:
    return {"type": "scale", "scale": numbers}


def translation_of(numbers: object) -> dict[str, object]:
    return {"type": "translation", "translation": numbers}


def multiscale(names: str = TCZYX, **keys: object) -> dict[str, object]:
    """Return an image as 0.4 and 0.5 write it."""
    return {"axes": axes(names), "datasets": datasets(names=names), **keys}


def multiscale06(output: object, names: str = "yx", systems: tuple[str, ...] = ("physical",)) -> dict[str, object]:
    """Return an image of 0.6 whose only level maps to `output`."""
    transform = {"type": "scale", "scale": [0.5] * len(names), "input": {"path": "s0"}, "output": output}
    return {
        "coordinateSystems": [
            {"name": system, "axes": axes(names) if system == systems[-1] else axes(names[::-1])} for system in systems
        ],
        "datasets": [{"path": "s0", "coordinateTransformations": [transform]}],
    }


OMERO = {
    "channels": [
        {"label": "DAPI", "color": "0000ff", "window": {"min": 0, "max": 255, "start": 10, "end": 90}, "active": True},
        {"label": "GFP", "color": "00FF00", "active": False, "inverted": True, "lut": "fire.lut"},
    ],
    "rdefs": {"defaultZ": 3, "defaultT": 1, "model": "greyscale"},
}
PLATE = {
    "name": "plate 1",
    "rows": [{"name": "A"}, {"name": "B"}],
    "columns": [{"name": "1"}, {"name": "2"}, {"name": "3"}],
    "wells": [
        {"path": "B/3", "rowIndex": 1, "columnIndex": 2},
        {"path": "A/2", "rowIndex": 0, "columnIndex": 1},
    ],
    "field_count": 4,
    "acquisitions": [{"id": 1, "name": "first"}, {"id": 2}],
}
WELL = {"images": [{"path": "f1", "acquisition": 2}, {"path": "f2"}]}
LABEL = {
    "colors": [{"label-value": 1, "rgba": [255, 0, 0, 128]}, {"label-value": 2, "rgba": [0, 0, 255]}],
    "source": {"image": "../../"},
}
ARRAY2 = {
    "zarr_format": 2,
    "shape": [1, 2, 3, 100, 200],
    "chunks": [1, 1, 1, 64, 64],
    "dtype": ">u2",
    "compressor": {"id": "blosc", "cname": "lz4"},
    "filters": [{"id": "delta"}],
    "fill_value": 0,
    "order": "C",
    "dimension_separator": "/",
}
ARRAY3 = {
    "zarr_format": 3,
    "node_type": "array",
    "shape": [2, 1000, 1000],
    "data_type": "float32",
    "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [1, 512, 512]}},
    "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
    "fill_value": "NaN",
    "codecs": [
        {
            "name": "sharding_indexed",
            "configuration": {
                "chunk_shape": [1, 64, 64],
                "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}, {"name": "zstd"}],
                "index_codecs": [{"name": "bytes"}, {"name": "crc32c"}],
            },
        }
    ],
    "dimension_names": ["c", "y", None],
    "attributes": {"_ome2024_ngff_challenge_stats": {"written": 1234}},
}

EVERYTHING: Mapping[str, object] = {
    "version": "0.4",
    "multiscales": [multiscale(version="0.4", name="an image", coordinateTransformations=[scale_of([1, 1, 2, 2, 2])])],
    "omero": OMERO,
    "plate": PLATE,
    "well": WELL,
    "labels": ["cells", "nuclei/0"],
    "series": ["0", "1"],
    "bioformats2raw.layout": 3,
    "image-label": LABEL,
    "scene": {
        "coordinateSystems": [{"name": "world", "axes": axes("yx")}],
        "coordinateTransformations": [{"input": {"path": "a", "name": "i"}, "output": {"name": "world"}}],
    },
    "thumbnails": [{"uri": "thumb.png", "width": 128, "height": 64, "media_type": "image/png"}],
}
"""One group with every key that the reader knows, to be broken in every place."""
