"""`index.json`: every record as JSON.

Keys and values are those of the dataclasses of `model`, so index and code cannot differ. A record is one flat
object: the fields of `found` stand among its own. Records are encoded one by one and cut into parts when a
file would grow past what static hosts accept; only one part is in memory at a time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from io import BytesIO
from operator import attrgetter
from typing import Any

import msgspec

from sitegen import formatting
from sitegen.compact import rare_collection
from sitegen.model import Catalog, ImageMetadata, Page, PublicFindings, Record, Totals
from sitegen.outputs.encoding import to_json
from sitegen.site.slabs import Slab, in_slabs, read_slab
from sitegen.site.values import last_answer
from sitegen.slab_workers import workers, workers_of

SCHEMA_VERSION = "1.0"
PART_BYTES = 40_000_000
"""A part is at most about this long; GitHub refuses files over 100 MB and warns over 50."""
_BLOCK_BYTES = 8_000_000
"""Of a part: more than what `return_freed_memory` of `allocator.py` has the C library return when it is freed."""
_PER_SLAB = 1024
"""Records that are encoded at once: 3 MB."""
RECORD_PARTS: Mapping[str, type] = {"found": PublicFindings, "metadata": ImageMetadata}
"""Fields of a record, and of its parts, whose own fields are keys of the index, in their place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """What `index.json` holds."""

    schema_version: str
    """Version of this form; a new key does not change it, a changed one would."""
    title: str
    """What the catalog is called."""
    description: str
    """What it is about."""
    built_at: str
    """When the build ran that last found something new or asked a dataset, UTC, ISO 8601.

    A build after it that did neither leaves it; `build.json` has the time of the last build."""
    generator: str
    """Name and version of the program that wrote it."""
    totals: Totals
    """The catalog in figures."""
    datasets: tuple[Record, ...]
    """Every dataset, in the order of the lists. Absent where `parts` is there."""
    parts: tuple[str, ...]
    """Paths of numbered files, relative to this one, each `{"datasets": […]}`; where one file would be too long."""


def _paths(kind: type, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield each key that a class has in the index, and where its value is in a `Record`."""
    for field in fields(kind):
        if part := RECORD_PARTS.get(field.name):
            yield from _paths(part, f"{prefix}{field.name}.")
        else:
            yield field.name, prefix + field.name


RECORD_KEYS: Mapping[str, Callable[[Record], object]] = {key: attrgetter(path) for key, path in _paths(Record)}
"""Key of a record in the index → what reads its value, in the order of the index."""
_read_values = attrgetter(*(path for _, path in _paths(Record)))
_JsonEntry = msgspec.defstruct("_JsonEntry", [(key, Any) for key in RECORD_KEYS], gc=False)
"""A record as the index holds it, encoded in less time than a dict: its keys are encoded already."""


def index_entry(record: Record) -> dict[str, object]:
    """Return a record as the index holds it: one flat object."""
    return {key: value(record) for key, value in RECORD_KEYS.items()}


def index_files(catalog: Catalog, *, part_bytes: int = PART_BYTES, processes: int | None = None) -> Iterator[Page]:
    """Give `index.json`, and its parts where it needs any.

    processes: that encode records; one is this process, None as many as are worth their start.
    """
    parts: list[str] = []
    run = _Run()
    for record in _encoded(catalog.records, processes or workers_of(len(catalog.records))):
        if run.length and run.length + len(record) > part_bytes:
            yield _part(parts, run)
        run.add(record)
    if not parts:
        yield Page(path="index.json", content=run.join(_head(catalog) + b'"datasets":[', b"]}\n"))
        return
    yield _part(parts, run)
    yield Page(path="index.json", content=_head(catalog) + b'"parts":' + msgspec.json.encode(parts) + b"}\n")


def _encoded(records: Sequence[Record], processes: int) -> Iterator[bytes]:
    """Yield each record as JSON."""
    with workers(processes, __name__) as run:
        for some in run(_encode, in_slabs(records, None, _PER_SLAB, is_encoded=processes > 1)):
            yield from some


def _encode(slab: Slab) -> list[bytes]:
    with rare_collection():
        return [to_json(_JsonEntry(*_read_values(record))) for record in read_slab(slab)]


def record_files(catalog: Catalog) -> Iterator[Page]:
    """Give each dataset's record as a file beside its page, which changes only when the dataset does.

    Its `checked_at` is null unless the host does not answer as it did; `index.json` has it for all.
    """
    for record in catalog.records:
        entry = index_entry(record) | {"checked_at": last_answer(record)}
        yield Page(path=catalog.layout.dataset_path(record.id, "record.json"), content=to_json(entry))


class _Run:
    """Encoded records with commas between, which are in memory once: in blocks that are freed as they are joined."""

    def __init__(self) -> None:
        self.length = 0
        """Bytes of the records, with a comma and a line break after each."""
        self._blocks: deque[bytes] = deque()
        self._block = BytesIO()

    def add(self, record: bytes) -> None:
        """Add an encoded record."""
        if self.length:
            self._block.write(b",\n")
        self._block.write(record)
        self.length += len(record) + 2
        if self._block.tell() >= _BLOCK_BYTES:
            self._end_block()

    def join(self, head: bytes, tail: bytes) -> bytes:
        """Return all records between a head and a tail, and begin anew."""
        self._end_block()
        content = BytesIO()
        content.write(head)
        while self._blocks:
            content.write(self._blocks.popleft())
        content.write(tail)
        self.length = 0
        return content.getvalue()

    def _end_block(self) -> None:
        self._blocks.append(self._block.getvalue())
        self._block = BytesIO()


def _part(parts: list[str], run: _Run) -> Page:
    """Return the next part, which holds a run of encoded records, and add its path to those of the others."""
    parts.append(f"index-{len(parts) + 1:03}.json")
    return Page(path=parts[-1], content=run.join(b'{"datasets":[', b"]}\n"))


def _head(catalog: Catalog) -> bytes:
    """Return the beginning of `index.json`, up to its last key."""
    head = {
        "schema_version": SCHEMA_VERSION,
        "title": catalog.title,
        "description": catalog.description,
        "built_at": catalog.built_at,
        "generator": formatting.generator(),
        "totals": catalog.totals,
    }
    return to_json(head)[:-1] + b","
