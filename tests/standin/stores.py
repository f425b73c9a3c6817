"""Stores that are large in their metadata and small in memory: every chunk of a level is the same bytes.

A prototype says what an image is; `make_store` encodes one chunk (or shard) for each of its levels
with zarr-python and answers any key of the grid with it. So a slide of 60,000 x 40,000 pixels in
seven levels costs some kilobytes, while requests, documents and shards are as in the real data.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import zarr
from zarr.codecs import BloscCodec, ZstdCodec
from zarr.storage import MemoryStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Prototype:
    """An image, or what each field of a plate is like."""

    axes: str
    shape: tuple[int, ...]
    chunks: tuple[int, ...]
    shards: tuple[int, ...] | None = None
    dtype: str = "uint16"
    levels: int = 5
    version: str = "0.5"
    colors: tuple[str, ...] = ()
    """One for each channel; none: no `omero`, as for RGB."""
    below: str = ""
    """Path of the image below the root, where it is not the root."""
    rows: int = 0
    """Of a plate; 0: not a plate."""
    columns: int = 0
    fields: int = 1
    series: int = 0
    """Images of a bioformats2raw series; 0: none."""
    labels: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """The chunks of one level, all alike."""

    counts: tuple[int, ...]
    body: bytes
    prefix: str
    """What precedes the indices in a key: `c/` or nothing."""

    def get(self, key: str) -> bytes | None:
        """Return the chunk at a key below the array, if there is one."""
        if not key.startswith(self.prefix):
            return None
        indices = key[len(self.prefix) :].split("/")
        if len(indices) != len(self.counts):
            return None
        inside = all(text.isdigit() and int(text) < count for text, count in zip(indices, self.counts, strict=True))
        return self.body if inside else None


@dataclass(slots=True)
class Store:
    """Documents by key, grids by path of their array, and the one well that represents all of a plate."""

    documents: dict[str, bytes] = field(default_factory=dict)
    grids: dict[str, Grid] = field(default_factory=dict)
    wells: frozenset[str] = frozenset()
    well: Store | None = None

    def get(self, key: str) -> bytes | None:
        """Return the body at a key, or None."""
        if (document := self.documents.get(key)) is not None:
            return document
        parts = key.split("/", 2)
        if self.well is not None and len(parts) == 3 and f"{parts[0]}/{parts[1]}" in self.wells:
            return self.well.get(parts[2])
        for at in range(key.find("/"), len(key)):  # the array's path may have several parts
            if at > 0 and key[at] == "/" and (grid := self.grids.get(key[:at])) is not None:
                return grid.get(key[at + 1 :])
        return None


def make_store(prototype: Prototype, name: str, *, crate: bool) -> Store:
    """Return the store of a prototype; `crate`: with an RO-Crate in the Challenge's form."""
    store = Store()
    if prototype.rows:
        _add_plate(store, prototype, name)
    elif prototype.series:
        paths = [str(number) for number in range(prototype.series)]
        _add_group(store, "", {"bioformats2raw.layout": 3}, prototype)
        _add_group(store, "OME/", {"series": paths}, prototype)
        for path in paths:
            _add_image(store, f"{path}/", prototype, path)
    else:
        for depth, _ in enumerate(prototype.below.split("/")) if prototype.below else ():
            parent = "/".join(prototype.below.split("/")[:depth])
            _add_group(store, f"{parent}/" if parent else "", {}, prototype)
        _add_image(store, f"{prototype.below}/" if prototype.below else "", prototype, name)
    if crate:
        store.documents["ro-crate-metadata.json"] = _crate(name)
    return store


def _add_plate(store: Store, prototype: Prototype, name: str) -> None:
    rows = [chr(65 + number) for number in range(prototype.rows)]
    columns = [str(number + 1) for number in range(prototype.columns)]
    wells = [
        {"path": f"{row}/{column}", "rowIndex": r, "columnIndex": c}
        for r, row in enumerate(rows)
        for c, column in enumerate(columns)
    ]
    layout = {
        "plate": {
            "name": name,
            "rows": [{"name": row} for row in rows],
            "columns": [{"name": column} for column in columns],
            "wells": wells,
            "field_count": prototype.fields,
            "version": prototype.version,
        }
    }
    _add_group(store, "", layout, prototype)
    well = Store()
    fields = [{"path": str(number)} for number in range(prototype.fields)]
    _add_group(well, "", {"well": {"images": fields, "version": prototype.version}}, prototype)
    for number in range(prototype.fields):
        _add_image(well, f"{number}/", prototype, f"field {number}")
    store.well = well
    store.wells = frozenset(str(place["path"]) for place in wells)


def _add_group(store: Store, prefix: str, content: Mapping[str, object], prototype: Prototype) -> None:
    if prototype.version == "0.4":
        store.documents[f"{prefix}.zgroup"] = b'{"zarr_format": 2}'
        store.documents[f"{prefix}.zattrs"] = json.dumps(content).encode()
        return
    attributes = {"ome": {"version": prototype.version, **content}} if content else {}
    group = {"zarr_format": 3, "node_type": "group", "attributes": attributes}
    store.documents[f"{prefix}zarr.json"] = json.dumps(group).encode()


def _add_image(store: Store, prefix: str, prototype: Prototype, name: str) -> None:
    datasets = []
    for level in range(prototype.levels):
        _add_level(store, f"{prefix}{level}", prototype, level)
        scale = [0.25 * 2**level if letter in "yx" else 1.0 for letter in prototype.axes]
        datasets.append({"path": str(level), "coordinateTransformations": [{"type": "scale", "scale": scale}]})
    content: dict[str, object] = {"multiscales": [{"name": name, "axes": _axes(prototype.axes), "datasets": datasets}]}
    if prototype.version == "0.4":
        content["multiscales"][0]["version"] = "0.4"  # type: ignore[index]
    if prototype.colors:
        window = {"min": 0, "max": 255, "start": 10, "end": 220}
        content["omero"] = {
            "channels": [{"color": color, "window": window, "active": True} for color in prototype.colors]
        }
    _add_group(store, prefix, content, prototype)
    if prototype.labels:
        _add_group(store, f"{prefix}labels/", {"labels": ["nuclei"]}, prototype)
        flat = _flat(prototype)
        _add_image(store, f"{prefix}labels/nuclei/", flat, "nuclei")


def _flat(prototype: Prototype) -> Prototype:
    """Return the label image of an image: the same axes, one channel."""
    one = tuple(1 if letter == "c" else size for letter, size in zip(prototype.axes, prototype.shape, strict=True))
    chunks = tuple(min(edge, size) for edge, size in zip(prototype.chunks, one, strict=True))
    return Prototype(axes=prototype.axes, shape=one, chunks=chunks, dtype="uint32", levels=prototype.levels,
                     version=prototype.version)  # fmt: skip


def _axes(axes: str) -> list[dict[str, str]]:
    kinds = {"t": "time", "c": "channel"}
    units = {"t": {"unit": "second"}, "c": {}}
    return [{"name": a, "type": kinds.get(a, "space"), **units.get(a, {"unit": "micrometer"})} for a in axes]


def level_shape(prototype: Prototype, level: int) -> tuple[int, ...]:
    """Return the size of a level: y and x are halved from one to the next."""
    pairs = zip(prototype.axes, prototype.shape, strict=True)
    return tuple(max(-(-size // 2**level), 1) if letter in "yx" else size for letter, size in pairs)


def _add_level(store: Store, path: str, prototype: Prototype, level: int) -> None:
    document, body, prefix = _encoded(
        prototype.axes, prototype.chunks, prototype.shards, prototype.dtype, prototype.version
    )
    shape = level_shape(prototype, level)
    document = {**document, "shape": list(shape)}
    name = ".zarray" if prototype.version == "0.4" else "zarr.json"
    store.documents[f"{path}/{name}"] = json.dumps(document).encode()
    edges = prototype.shards or prototype.chunks
    counts = tuple(-(-size // edge) for size, edge in zip(shape, edges, strict=True))
    store.grids[path] = Grid(counts, body, prefix)


_ENCODED: dict[tuple[object, ...], tuple[dict[str, object], bytes, str]] = {}


def _encoded(
    axes: str, chunks: tuple[int, ...], shards: tuple[int, ...] | None, dtype: str, version: str
) -> tuple[dict[str, object], bytes, str]:
    """Return an array's document, the bytes of its one chunk or shard, and what precedes the chunk indices in a key."""
    key = (axes, chunks, shards, dtype, version)
    if key not in _ENCODED:
        _ENCODED[key] = _encode(axes, chunks, shards, dtype, version)
    return _ENCODED[key]


def _encode(
    axes: str, chunks: tuple[int, ...], shards: tuple[int, ...] | None, dtype: str, version: str
) -> tuple[dict[str, object], bytes, str]:
    v2 = version == "0.4"
    files: dict[str, object] = {}
    array = zarr.create_array(
        store=MemoryStore(files),  # type: ignore[arg-type]
        shape=shards or chunks,
        chunks=chunks,
        shards=shards,
        dtype=dtype,
        zarr_format=2 if v2 else 3,
        compressors="auto" if v2 else BloscCodec(cname="zstd", clevel=5) if shards is None else ZstdCodec(level=3),
        fill_value=0,
        dimension_names=None if v2 else list(axes),
        chunk_key_encoding={"name": "v2" if v2 else "default", "separator": "/"},
    )
    array[...] = _texture(axes, shards or chunks, dtype)
    bodies = {name: bytes(body.to_bytes()) for name, body in files.items()}  # type: ignore[attr-defined]
    document = json.loads(bodies.pop(".zarray" if v2 else "zarr.json"))
    bodies.pop(".zattrs", None)
    ((_, body),) = bodies.items()
    return document, body, "" if v2 else "c/"


def _texture(axes: str, shape: tuple[int, ...], dtype: str) -> np.ndarray:
    """Return pixels that look like something and compress well: rows of blobs with a little noise, repeated."""
    size = {letter: edge for letter, edge in zip(axes, shape, strict=True) if letter in "yx"}
    y, x = np.indices((size["y"], size["x"]), dtype=np.float32)
    noise = np.tile(np.random.default_rng(5).integers(0, 9, (64, 64)), (size["y"] // 64 + 1, size["x"] // 64 + 1))
    plane = 90 + 70 * np.sin(y * np.pi / 32) * np.sin(x * np.pi / 32) + noise[: size["y"], : size["x"]]
    order = [letter for letter in axes if letter in "yx"]
    plane = plane if order == ["y", "x"] else plane.T
    spread = [edge if letter in "yx" else 1 for letter, edge in zip(axes, shape, strict=True)]
    if dtype == "uint32":
        plane = np.where(plane > 130, 1 + plane // 16 % 7, 0)
    return np.broadcast_to(plane.reshape(spread).astype(dtype), shape)


def _crate(name: str) -> bytes:
    graph = [
        {"@id": "./", "@type": "Dataset", "name": name, "license": "https://creativecommons.org/licenses/by/4.0/"},
        {"@id": "ro-crate-metadata.json", "@type": "CreativeWork", "about": {"@id": "./"}},
        {"@id": "#specimen", "@type": "specimen", "biosample": {"@id": "#biosample"}},
        {"@id": "#biosample", "@type": "biosample", "organism_classification": {"@id": "NCBI:txid9606"}},
        {
            "@id": "#acquisition",
            "@type": "image_acquisition",
            "fbbi_id": {"@id": "obo:FBbi_00000246"},
            "specimen": {"@id": "#specimen"},
        },
    ]
    return json.dumps({"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph}).encode()
