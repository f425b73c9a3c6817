"""`collection.json`, in parts where it is long: every dataset, as RFC-8 of OME-NGFF proposes collections.

Written as the draft of August 2026 ("v1-2026-08") says, whose documents state the version `0.x`. What lists state of a
dataset is in its `attributes`, below keys with a prefix of our own, so that a list of sitegen may name the file: it
reads the same datasets from it. What a build found is in the datasets themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

from sitegen.creators import write_creators
from sitegen.lists.collections import OWN_PREFIX, RECORD_PREFIX
from sitegen.model import Catalog, Page, Record
from sitegen.outputs.encoding import to_json

PART_NODES = 10_000
"""Most datasets in one file."""
PART_BYTES = 7_000_000
"""A file is at most about this long, if it holds more than one dataset: sitegen reads lists of 8 MB by default."""
_DRAFT_VERSION = "0.x"
_GROUPS = frozenset(("plate", "series", "well", "scene", "group"))
"""Kinds of datasets that hold several images, which RFC-8 calls collections."""


def collection_files(catalog: Catalog, *, part_nodes: int = PART_NODES) -> Iterator[Page]:
    """Give `collection.json`; above the limit, numbered parts and a collection of them."""
    counts = Counter(record.title for record in catalog.records)
    nodes = (to_json(_node(record, unique=counts[record.title] == 1)) for record in catalog.records)
    runs = _runs(nodes, part_nodes)
    first, second = next(runs, []), next(runs, None)
    if second is None:
        yield _document("collection.json", catalog.title, first)
        return
    parts, start = [], 1
    for number, run in enumerate(chain((first, second), runs), start=1):
        path, name = f"collection-{number:03}.json", f"Datasets {start:,} to {start + len(run) - 1:,}"
        parts.append(to_json({"type": "collection", "name": name, "path": {"type": "json", "path": f"./{path}"}}))
        yield _document(path, f"{catalog.title}: {name}", run)
        start += len(run)
    yield _document("collection.json", catalog.title, parts)


def _runs(nodes: Iterable[bytes], most: int) -> Iterator[list[bytes]]:
    """Yield the nodes of each file, as JSON."""
    run: list[bytes] = []
    size = 0
    for node in nodes:
        if run and (len(run) == most or size + len(node) > PART_BYTES):
            yield run
            run, size = [], 0
        run.append(node)
        size += len(node) + 2
    if run:
        yield run


def _document(path: str, name: str, nodes: list[bytes]) -> Page:
    """Return a collection, one node on each line."""
    root = to_json({"version": _DRAFT_VERSION, "type": "collection", "name": name})
    return Page(path=path, content=b'{"ome":' + root[:-1] + b',"nodes":[\n' + b",\n".join(nodes) + b"\n]}}\n")


def _node(record: Record, *, unique: bool) -> dict[str, object]:
    """Return the node of a dataset. Its name is unique in the collection, as RFC-8 demands: with its id if need be."""
    name = record.title if unique and record.title.strip() else f"{record.title} ({record.id})"
    stated = _stated(record)
    if stated.get("name") == name:
        del stated["name"]
    else:
        stated.setdefault("name", None)
    return {
        "type": "collection" if record.found.kind in _GROUPS else "multiscale",
        "name": name,
        "path": {"type": "zarr", "path": record.url},
        "attributes": {
            f"{RECORD_PREFIX}id": record.id,
            f"{RECORD_PREFIX}kind": record.found.kind,
            **{f"{OWN_PREFIX}{header}": value for header, value in stated.items()},
        },
    }


_LISTED: Mapping[str, tuple[str, Callable[[Record], object]]] = {
    "name": ("name", lambda record: record.name),
    "source": ("source", lambda record: record.source),
    "license": ("license", lambda record: _license(record)),
    "description": ("description", lambda record: record.description),
    "creator": ("creators", lambda record: write_creators(record.creators)),
    "organismId": ("organism", lambda record: record.organism and (record.organism.id or record.organism.label)),
    "fbbiId": ("modality", lambda record: record.modality and (record.modality.id or record.modality.label)),
    "origin": ("origin", lambda record: record.origin),
    "images": ("images", lambda record: record.found.images),
    "written": ("bytes", lambda record: record.found.bytes),
    "shape": ("shape", lambda record: record.found.shape),
    "chunks": ("chunks", lambda record: record.found.chunks),
    "shards": ("shards", lambda record: record.found.shards),
    "dimension_names": ("axes", lambda record: [axis.name for axis in record.found.axes or ()]),
}
"""Column of a list → key of `provenance`, and what reads its value from a record."""


def _stated(record: Record) -> dict[str, object]:
    """Return what lists state of a dataset, by column; what the dataset states of itself is read there."""
    known = {header: value(record) for header, (key, value) in _LISTED.items() if record.provenance.get(key) == "csv"}
    return {**known, **record.extra}


def _license(record: Record) -> str | None:
    found = record.license
    return (found.id or found.url or found.text) if found else None
