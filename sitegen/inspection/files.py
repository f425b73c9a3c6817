"""The files of one dataset, by their Zarr keys, within the limits of its task.

Below a root that answered, hosts say "not there" in many ways: 404, 403 from a bucket that may not be listed, 200
with a web page. Here they all become None, once. Each group and array is read once, even when two callers ask for it
at the same time.

Strangers write metadata documents, so the parsed sizes of a dataset's documents are added up. A dataset with large
documents reserves the memory pool `large-documents`, which one dataset at a time can hold.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import gc
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import ParamSpec, Self, TypeVar

from sitegen import urls
from sitegen.errors import FetchError, fetch_error
from sitegen.inspection.io import InspectionIO
from sitegen.inspection.memory import DatasetMemory
from sitegen.model import Problem
from sitegen.model.codes import CODES
from sitegen.ome import Node, read_node
from sitegen.ome.documents import weigh
from sitegen.ome.staleness import compare_consolidated
from sitegen.transfer import Allowance, ByteRange, Response, check_same_file, digest
from sitegen.urls import redact

_Get = Callable[..., Awaitable[Response]]
_P = ParamSpec("_P")
_R = TypeVar("_R")

MAX_JSON_BYTES = 16_000_000
"""Largest metadata document. The largest of the Challenge's lists, a plate of 1,536 wells, has 0.2 MB."""

LARGE_DOCUMENT_BYTES = 256_000
"""A larger document costs one more request, which shows that it is large. A plate of 1,536 wells has 200 kB."""

LARGE_PARSED_BYTES = 1_500_000
"""Parsed size (`weigh`) of a dataset's documents above which no other dataset with large documents is read at the
same time. A plate of 1,536 wells has 1.0 MB, and up to 192 datasets are inspected at once."""

MAX_PARSED_BYTES = 96_000_000
"""Parsed size of a dataset's documents above which no further one is read."""

MAX_SUPPLIED_PICTURE_BYTES = 8_000_000
"""Of a picture that the dataset supplies; the Zarr convention "thumbnails" recommends 200 kB."""

_ROOT_DOCUMENTS = frozenset({"zarr.json", ".zattrs"})
_ARRAY_ATTRIBUTES = ("_ARRAY_DIMENSIONS",)
"""Attributes of a level's array that rules look at; the others may have megabytes and are dropped."""


@dataclass(slots=True)
class _BrowserHeaders:
    """What the dataset's first answer tells web pages of other origins (CORS); None before it."""

    allows_origin: bool | None = None
    exposed: tuple[str, ...] | None = None


@dataclass(slots=True)
class _ReadTotals:
    """What was read until now, from the host or the cache."""

    answers: int = 0
    size_bytes: int = 0


@dataclass(slots=True)
class _Documents:
    """What is known of the documents that were requested."""

    absent: set[str] = field(default_factory=set)
    prefetched: dict[str, bytes] = field(default_factory=dict)
    root_digests: dict[str, str] = field(default_factory=dict)
    consolidated: dict[str, Mapping[str, Mapping[str, object]]] = field(default_factory=dict)
    owners: set[str] = field(default_factory=set)
    """Groups that have consolidated metadata."""
    own: set[str] = field(default_factory=set)
    """Nodes whose own documents were read, or are not there."""
    locks: dict[str, asyncio.Lock] = field(default_factory=dict)
    parsed_bytes: int = 0


class DatasetFiles:
    """The files of the dataset at `url`; as a context manager it releases the memory that it reserved.

    max_age_s: how old a cached document may be that is used without a request; None: the usual maximum age.

    `refusals` holds the errors of documents and chunks that are not there; `browser` what web pages of other origins
    may read; `read` counts answers; `tree` has every group and array that was requested, by path, None where it is not
    there. `memory` holds the reservations.
    """

    def __init__(self, io: InspectionIO, url: str, allowance: Allowance, *, max_age_s: float | None) -> None:
        self.url = url
        self.allowance = allowance
        self.memory = DatasetMemory(io, url, allowance)
        self.refusals: dict[str, FetchError] = {}
        self.browser = _BrowserHeaders()
        self.read = _ReadTotals()
        self.tree: dict[str, Node | None] = {}
        self._io = io
        self._max_age_s = max_age_s
        self._documents = _Documents()
        self._partial_objects: dict[str, Response] = {}
        self._entering = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.memory.release()

    @property
    def is_remote(self) -> bool:
        """Whether the files lie on a host, where each request costs time."""
        return urls.is_remote(self.url)

    @property
    def root_digest(self) -> str:
        """Digest of the root document; empty where there is none."""
        digests = self._documents.root_digests
        return digests.get("zarr.json") or digests.get(".zattrs") or ""

    async def document(self, key: str) -> bytes | None:
        """Return a metadata document, or None where it is not there.

        Raises FetchError where the host gives no answer, so that absence is not known.
        """
        async with self._lock(key):
            if key in self._documents.prefetched:
                return self._documents.prefetched.pop(key)
            body = None if key in self._documents.absent else await self._fetch_document(key)
            if body is None:
                self._documents.absent.add(key)
            elif key in _ROOT_DOCUMENTS:
                self._documents.root_digests[key] = digest(body)
            return body

    async def prefetch(self, key: str) -> None:
        """Fetch a document that will probably be needed; a failure is reported when it is needed."""
        with suppress(FetchError):
            body = await self.document(key)
            if body is not None:
                self._documents.prefetched[key] = body

    def _lock(self, key: str) -> asyncio.Lock:
        return self._documents.locks.setdefault(key, asyncio.Lock())

    async def _fetch_document(self, key: str) -> bytes | None:
        try:
            response = await self._get_document(key)
        except FetchError as error:
            if not CODES[error.code].absent:
                raise
            self.refusals[key] = error
            return None
        if self.browser.allows_origin is None:
            self.browser = _BrowserHeaders(response.cors, response.exposed)
        self._count(response)
        return response.body

    async def _get_document(self, key: str) -> Response:
        """Return a document, once there is memory to parse it."""
        get = partial(
            self._io.get_document,
            urls.below(self.url, key),
            max_age_s=self._max_age_s,
            allowance=self.allowance,
        )
        response = None if self.memory.holds_large_documents else await self._get_small(get)
        if response is None:
            response = await self._get_large(get)
        self._documents.parsed_bytes += weigh(response.body)
        if self._documents.parsed_bytes > MAX_PARSED_BYTES:
            raise fetch_error(
                "too-large", f"{redact(self.url)}: with {key} its documents are too large to be read together"
            )
        return response

    async def _get_small(self, get: _Get) -> Response | None:
        """Return a document; None where it, or all documents of the dataset together, count as large."""
        try:
            response = await get(max_bytes=LARGE_DOCUMENT_BYTES)
        except FetchError as error:
            if error.code != "too-large":
                raise
            return None
        small = len(response.body) <= LARGE_DOCUMENT_BYTES  # a cached document may be longer than `max_bytes`
        return response if small and self._documents.parsed_bytes + weigh(response.body) <= LARGE_PARSED_BYTES else None

    async def _get_large(self, get: _Get) -> Response:
        """Return a document while this dataset holds the pool `large-documents`."""
        get_large = partial(get, max_bytes=MAX_JSON_BYTES)
        async with self._entering:
            if not self.memory.holds_large_documents:
                response = await self.memory.reserve_large_documents(get_large, max_bytes=MAX_JSON_BYTES)
                gc.collect()  # frees the reference cycles of the previous dataset's documents
                return response
        async with self.memory.waiting_for_host():
            return await get_large()

    async def parse(self, function: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Return `function(*args, **kwargs)`, made of the dataset's documents.

        In a thread where they are large: a hostile list of 400,000 entries takes seconds.
        """
        if self.memory.holds_large_documents:
            return await asyncio.to_thread(function, *args, **kwargs)
        return function(*args, **kwargs)

    def _count(self, response: Response) -> None:
        self.read.answers += 1
        self.read.size_bytes += len(response.body)

    async def read_object(self, key: str, byte_range: ByteRange | None, *, max_bytes: int) -> Response | None:
        """Return a stored chunk or shard, or a byte range of it; None where it is not stored: all fill value.

        Raises FetchError where the host gives no answer, the allowance is used up, or two parts are of different
        files.
        """
        try:
            async with self.memory.waiting_for_host():
                response = await self._io.get(
                    urls.below(self.url, key), byte_range=byte_range, max_bytes=max_bytes, allowance=self.allowance
                )
        except FetchError as error:
            if not CODES[error.code].absent:
                raise
            self.refusals[key] = error
            return None
        if byte_range is not None:
            check_same_file(self._partial_objects.setdefault(key, replace(response, body=b"")), response)
        self._count(response)
        return response

    async def supplied_picture(self, folder: str, address: str) -> bytes | None:
        """Return a picture that a node's metadata name: a path below it, a `data:` URI, or an `https:` address.

        Raises FetchError where its host gives no answer.
        """
        if address.startswith("data:"):
            return _read_data_uri(address)
        if not urls.has_scheme(address):
            response = await self.read_object(join(folder, address), None, max_bytes=MAX_SUPPLIED_PICTURE_BYTES)
            return response.body if response else None
        async with self.memory.waiting_for_host():
            response = await self._io.get(address, max_bytes=MAX_SUPPLIED_PICTURE_BYTES, allowance=self.allowance)
        self._count(response)
        return response.body

    def use_consolidated(self, node: Node, path: str) -> None:
        """Read the documents below a node from its consolidated metadata, without requests."""
        if node.consolidated:
            self._documents.owners.add(path)
        for child, documents in node.consolidated.items():
            self._documents.consolidated.setdefault(join(path, child), documents)

    async def node(self, path: str, *, zarr_format: int, is_array: bool = False, own: bool = False) -> Node | None:
        """Return the group or array at `path` below the dataset, or None where it is not there.

        own: its own document is read, whatever consolidated metadata say, which may be stale.
        """
        async with self._lock(f"{path}/"):
            copy = self._documents.consolidated.get(path)
            if path not in self.tree or (own and copy is not None and path not in self._documents.own):
                if copy is not None and not own:
                    self.tree[path] = await self.parse(read_node, copy, where=path)
                else:
                    self.tree[path] = await self._read_node(path, zarr_format, is_array)
                    self._documents.own.add(path)
            return self.tree[path]

    @property
    def consolidated_problems(self) -> tuple[Problem, ...]:
        """What consolidated metadata say otherwise than the documents of the nodes that were read themselves."""
        read = {path: self.tree[path] for path in sorted(self._documents.own)}
        return compare_consolidated(self._documents.owners, self._documents.consolidated, read)

    async def _read_node(self, path: str, zarr_format: int, is_array: bool) -> Node | None:
        name = "zarr.json" if zarr_format == 3 else ".zarray" if is_array else ".zattrs"
        body = await self.document(join(path, name))
        if body is None:
            return None
        # attributes do not change how pixels are read, so that a copy of them saves a request
        copy = self._documents.consolidated.get(path, {}) if name == ".zarray" else {}
        files: dict[str, bytes | Mapping[str, object]] = {name: body}
        if ".zattrs" in copy:
            files[".zattrs"] = copy[".zattrs"]
        node = await self.parse(read_node, files, where=path)
        if node.array:
            kept = {name: node.raw_attributes[name] for name in _ARRAY_ATTRIBUTES if name in node.raw_attributes}
            node = replace(node, attributes={}, raw_attributes=kept)
        return replace(node, attributes_sought=name != ".zarray" or len(files) > 1)


def join(*parts: str) -> str:
    """Return the key of paths below one another; empty parts are left out."""
    return "/".join(part.strip("/") for part in parts if part.strip("/"))


def _read_data_uri(address: str) -> bytes | None:
    """Return the bytes of a base64 `data:` URI (RFC 2397), None where there are none."""
    head, _, body = address.partition(",")
    if not head.endswith(";base64"):
        return None
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        return None
