"""Small stores made from seeds, and hosts that serve them in every way that real hosts do.

`make_files` gives the same store for the same seed. `StoreHost` serves stores on loopback: how it answers for a file
that is not there, which Content-Encoding it names and how long it takes are the host's, and say nothing of the data.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from fault_server import OPEN, Act, Asked, answer, ranges

Files = dict[str, bytes]
Format = Literal[2, 3]
_ROOT_DOCUMENTS = ("zarr.json", ".zattrs", ".zgroup")
_DOCUMENTS = (*_ROOT_DOCUMENTS, ".zarray")


def make_files(seed: int) -> Files:
    """Return the files of a store, by key; a store of some kind, of one Zarr format, the other, or parts of both."""
    rng = random.Random(seed)
    formats: tuple[Format, ...] = rng.choice(((2,), (3,), (3,), (2, 3)))
    kind = rng.choice(("image", "image", "image", "plate", "series", "group", "absent"))
    files: Files = {}
    for zarr_format in formats:
        if kind != "absent":
            files |= _MAKERS[kind](rng, zarr_format)
    own = random.Random(f"{seed} keys and copies")  # so that the stores above stay as they were
    if own.random() < 0.2:
        files = _misname_chunks(own, files)
    if own.random() < 0.5:
        files |= _consolidated(own, files)
    if len(formats) == 2 and rng.random() < 0.3:
        files["zarr.json"] = rng.choice((b"{broken", b'{"error": "not found"}', b""))
    if rng.random() < 0.4:
        files["ro-crate-metadata.json"] = rng.choice((_crate(f"crate {seed}"), _crate(f"crate {seed}"), b"{broken"))
    return files


def _crate(name: str) -> bytes:
    root = {"@id": "./", "@type": "Dataset", "name": name}
    return _json({"@graph": [root, {"@id": "ro-crate-metadata.json", "about": {"@id": "./"}}]})


def _misname_chunks(rng: random.Random, files: Files) -> Files:
    """Return the files with arrays whose documents state other keys than their chunks have: all, or some."""
    some = rng.random() < 0.3
    return {key: _state_other_keys(body) if not some or rng.random() < 0.5 else body for key, body in files.items()}


def _state_other_keys(body: bytes) -> bytes:
    """Return an array's document with the other separator; other files as they are."""
    if not body.startswith(b"{") or b'"shape"' not in body:
        return body
    document = json.loads(body)
    keys = document if document["zarr_format"] == 2 else document["chunk_key_encoding"]["configuration"]
    name = "dimension_separator" if document["zarr_format"] == 2 else "separator"
    keys[name] = "." if keys[name] == "/" else "/"
    return _json(document)


def _consolidated(rng: random.Random, files: Files) -> Files:
    """Return the root documents that hold copies of the others: as they are, or of other shape, or not of all."""
    staleness = rng.choice(("fresh", "shape", "shape", "names"))
    copies = {key: json.loads(body) for key, body in files.items() if _is_document(key) and body.startswith(b'{"')}
    if staleness == "names" and copies:
        del copies[rng.choice(sorted(copies))]
    for document in copies.values():
        if staleness == "shape" and "shape" in document:
            document["shape"] = [2 * side for side in document["shape"]]
    found: Files = {}
    if ".zgroup" in files:
        metadata = {key: copy for key, copy in copies.items() if not key.endswith("zarr.json")}
        found[".zmetadata"] = _json({"zarr_consolidated_format": 1, "metadata": metadata})
    if "zarr.json" in files:
        nodes = {key[: -len("/zarr.json")]: copy for key, copy in copies.items() if key.endswith("/zarr.json")}
        inline = {"kind": "inline", "must_understand": False, "metadata": nodes}
        found["zarr.json"] = _json({**json.loads(files["zarr.json"]), "consolidated_metadata": inline})
    return found


def _is_document(key: str) -> bool:
    return key.rpartition("/")[2] in _DOCUMENTS


def _image(rng: random.Random, zarr_format: Format) -> Files:
    """Return an image; its levels and labels may be of the other format, or not there."""
    names = rng.choice((("0", "1"), ("s0", "s1")))
    levels = _other(zarr_format) if rng.random() < 0.1 else zarr_format
    separator = rng.choice("./")
    files = _group(zarr_format, {"multiscales": [_multiscale(zarr_format, names)]})
    for index, name in enumerate(names):
        if rng.random() < 0.9:
            files |= _below(name, _level(rng, levels, 32 >> index, separator))
    if rng.random() < 0.4:
        files |= _below("labels", _group(zarr_format, {"labels": ["cells"]}))
        files |= _below("labels/cells", _label(rng, zarr_format))
    return files


def _label(rng: random.Random, zarr_format: Format) -> Files:
    names = ("0", "1")
    files = _group(zarr_format, {"multiscales": [_multiscale(zarr_format, names)], "image-label": {"version": "0.4"}})
    for index, name in enumerate(names):
        files |= _below(name, _level(rng, zarr_format, 32 >> index, "/"))
    return files


def _plate(rng: random.Random, zarr_format: Format) -> Files:
    """Return a plate of two wells, one of which may be absent, broken, or of the other format."""
    wells = [{"path": f"A/{column}", "rowIndex": 0, "columnIndex": column - 1} for column in (1, 2)]
    layout = {"rows": [{"name": "A"}], "columns": [{"name": "1"}, {"name": "2"}], "wells": wells}
    files = _group(zarr_format, {"plate": {"version": "0.4", **layout} if zarr_format == 2 else layout})
    files |= _below("A", _group(zarr_format, {}))
    for well in wells:
        fate = rng.choice(("there", "there", "there", "absent", "broken", "other format"))
        inner = _other(zarr_format) if fate == "other format" else zarr_format
        group = _group(inner, {"well": {"images": [{"path": "0"}]}})
        if fate == "broken":
            group = {name: b"{broken" if name != ".zgroup" else body for name, body in group.items()}
        if fate != "absent":
            files |= _below(str(well["path"]), group | _below("0", _image(rng, inner)))
    return files


def _series(rng: random.Random, zarr_format: Format) -> Files:
    files = _group(zarr_format, {"bioformats2raw.layout": 3})
    if rng.random() < 0.7:
        files |= _below("OME", _group(zarr_format, {"series": ["1", "0"]}))
    return files | _below("0", _image(rng, zarr_format)) | _below("1", _image(rng, zarr_format))


def _above(rng: random.Random, zarr_format: Format) -> Files:
    return _group(zarr_format, {}) | _below("0", _image(rng, zarr_format))


_MAKERS = {"image": _image, "plate": _plate, "series": _series, "group": _above}


def _group(zarr_format: Format, attributes: Mapping[str, Any]) -> Files:
    if zarr_format == 2:
        return {".zgroup": _json({"zarr_format": 2}), ".zattrs": _json(attributes)}
    ome = {"ome": {"version": "0.5", **attributes}} if attributes else {}
    return {"zarr.json": _json({"zarr_format": 3, "node_type": "group", "attributes": ome})}


def _multiscale(zarr_format: Format, names: tuple[str, ...]) -> dict[str, Any]:
    axes = [{"name": name, "type": "space"} for name in "yx"]
    datasets = [
        {"path": name, "coordinateTransformations": [{"type": "scale", "scale": [2.0**index] * 2}]}
        for index, name in enumerate(names)
    ]
    stated = {"version": "0.4"} if zarr_format == 2 else {}
    return {**stated, "name": f"format {zarr_format}", "axes": axes, "datasets": datasets}


def _level(rng: random.Random, zarr_format: Format, side: int, separator: str) -> Files:
    """Return an array of one chunk."""
    pixels = bytes((x * 255 // side + rng.randrange(20)) % 256 for _ in range(side) for x in range(side))
    if zarr_format == 2:
        document = {"zarr_format": 2, "shape": [side] * 2, "chunks": [side] * 2, "dtype": "|u1", "compressor": None}
        more = {"fill_value": 0, "filters": None, "order": "C", "dimension_separator": separator}
        return {".zarray": _json(document | more), separator.join("00"): pixels}
    grid = {"name": "regular", "configuration": {"chunk_shape": [side] * 2}}
    keys = {"name": "default", "configuration": {"separator": separator}}
    document = {"zarr_format": 3, "node_type": "array", "shape": [side] * 2, "data_type": "uint8", "chunk_grid": grid}
    more = {"chunk_key_encoding": keys, "fill_value": 0, "codecs": [{"name": "bytes"}], "dimension_names": ["y", "x"]}
    return {"zarr.json": _json(document | more), separator.join("c00"): pixels}


def _other(zarr_format: Format) -> Format:
    return 3 if zarr_format == 2 else 2


def _below(path: str, files: Files) -> Files:
    return {f"{path}/{name}": body for name, body in files.items()}


def _json(document: object) -> bytes:
    return json.dumps(document).encode()


_XML = b'<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>'
_PAGE = b"<!DOCTYPE html><html><body>Welcome</body></html>"
ABSENT: Mapping[str, Act] = {
    "404": answer(404, **OPEN),
    "403": answer(403, _XML, **OPEN),
    "200 page": answer(200, _PAGE, Content_Type="text/html", **OPEN),
    "400": answer(400, _XML, **OPEN),
    "405": answer(405, **OPEN),
    "204": answer(204, **OPEN),
    "200 XML": answer(200, _XML, Content_Type="application/xml", **OPEN),
    "200 JSON": answer(200, b'{"error": "not found"}', Content_Type="application/json", **OPEN),
}
"""How hosts answer for a file that is not there."""
ENCODINGS = (None, "gzip", "identity", "aws-chunked", "UTF-8", "binary")
"""What hosts write into Content-Encoding; of these only gzip encodes anything."""


@dataclass(slots=True)
class StoreHost(dict[str, list[Act]]):
    """Stores by path, as the scripts of a `FaultServer`: every path is answered in the style of the host."""

    stores: Mapping[str, Files]
    absent: str = "404"
    encoding: str | None = None
    latency_ms: float = 0.0
    """Each answer takes up to so long."""
    rng: random.Random = field(default_factory=lambda: random.Random(0))

    def get(self, path: str, default: object = None) -> list[Act]:  # type: ignore[override]
        """Return the answer for a path."""
        store, _, key = path.partition(".zarr/")
        body = self.stores.get(f"{store}.zarr", {}).get(key)
        act = ABSENT[self.absent] if body is None else self._answer(key, body)

        async def act_later(asked: Asked, writer: asyncio.StreamWriter) -> None:
            if self.latency_ms:
                await asyncio.sleep(self.rng.random() * self.latency_ms / 1000)
            await act(asked, writer)

        return [act_later]

    def _answer(self, key: str, body: bytes) -> Act:
        headers = dict(OPEN) if key in _ROOT_DOCUMENTS else {}  # a host may let browsers read some files only

        async def act(asked: Asked, writer: asyncio.StreamWriter) -> None:
            if self.encoding == "gzip" and "gzip" in asked.headers.get("accept-encoding", ""):
                await answer(200, gzip.compress(body), Content_Encoding="gzip", **headers)(asked, writer)
            elif self.encoding not in (None, "gzip"):
                await ranges(body, Content_Encoding=self.encoding, **headers)(asked, writer)
            else:
                await ranges(body, **headers)(asked, writer)

        return act
