"""The files of one dataset, by their Zarr keys, within the limits of its task.

Below a root that answered, hosts say "not there" in many ways: 404, 403 from a bucket that may not be listed, 400, 200
with a web page, an error in XML or JSON, or nothing. Here they all become None, once. Each group and array is read
once, even when two callers ask for it at the same time.

Strangers write metadata documents, so the parsed sizes of a dataset's documents are added up. A dataset with large
documents reserves the memory pool `large-documents`, which one dataset at a time can hold.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from functools import partial
from typing import ParamSpec, Self, TypeVar

from sitegen import urls
from sitegen.absence import is_error_message, is_stand_in
from sitegen.errors import FetchError, fetch_error
from sitegen.inspection.data_uri import read_data_uri
from sitegen.inspection.early_documents import EarlyDocuments
from sitegen.inspection.empty_answers import EmptyAnswers
from sitegen.inspection.io import InspectionIO
from sitegen.inspection.known_documents import BrowserHeaders, KnownDocuments, ReadTotals
from sitegen.inspection.memory import DatasetMemory
from sitegen.inspection.node_documents import documents_of_node, is_nothing, without_attributes
from sitegen.inspection.store_reading import DOCUMENT_NAMES
from sitegen.model.codes import CODES
from sitegen.ome import Node, read_node
from sitegen.ome.documents import weigh
from sitegen.stores.dataset_store import DatasetStore
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

_NEWEST_FORMAT = 3
"""The Zarr format that counts where there are documents of both."""
_ROOT_DOCUMENTS, _OF_ROOT = frozenset({"zarr.json", ".zattrs"}), frozenset(sum(DOCUMENT_NAMES.values(), ()))


class DatasetFiles:
    """The files of the dataset at `url`; as a context manager it releases the memory that it reserved.

    max_age_s: how old a cached document may be that is used without a request; None: the usual maximum age.
    zipped: whether the address is known as that of an archive, whatever its ending.

    `refusals` holds the errors of documents that are not there; `browser` what web pages of other origins may read;
    `read` counts answers; `tree` has each node that was requested, by path, None for none; `texts` has what is no JSON.
    """

    def __init__(
        self, io: InspectionIO, url: str, allowance: Allowance, *, max_age_s: float | None, zipped: bool = False
    ) -> None:
        self.url = url
        self.memory = DatasetMemory(io, url, allowance)
        self.refusals: dict[str, FetchError] = {}
        self.browser = BrowserHeaders()
        self.read = ReadTotals()
        self.tree: dict[str, Node | None] = {}
        self.texts: dict[str, bytes | None] = {}
        self.store = DatasetStore(io, url, allowance, zipped=zipped, read_large=self._read_large)
        self._io = io
        self._early = EarlyDocuments(io, url, max_bytes=LARGE_DOCUMENT_BYTES, max_age_s=max_age_s)
        self._max_age_s = max_age_s
        self._documents = KnownDocuments()
        self._partial_objects: dict[str, Response] = {}
        self._entering = asyncio.Lock()
        self._empty = EmptyAnswers(self.store, max_age_s=max_age_s)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.memory.release()

    @property
    def allowance(self) -> Allowance:
        """What the next requests may cost."""
        return self.store.allowance

    @property
    def is_remote(self) -> bool:
        """Whether the files lie on a host, where each request costs time."""
        return urls.is_remote(self.url)

    @property
    def root_digest(self) -> str:
        """Digest of the root documents, with the version of an archive or a new address; empty where there is none."""
        found = "".join(digest for _, digest in sorted(self._documents.root_digests.items()))
        more = self.store.version or self.browser.moved_to
        return digest(f"{found} {more}".encode()) if found and more else found

    async def open_file(self) -> bool:
        """Return whether the address, below which nothing was found, is that of an archive: then read the root again.

        Raises FetchError where the address is that of any other file.
        """
        nothing = self._documents.sends_nothing(self.refusals)
        is_archive = await self.store.open_file(max_age_s=self._max_age_s, sends_nothing=nothing)
        if is_archive:
            self._documents, self.refusals = KnownDocuments(), {}
            self._early.clear()
        return is_archive

    @property
    def root_stand_in(self) -> Mapping[str, bytes]:
        """What the host sent in place of the first root document that is not there, by name; empty for none."""
        return dict([(key, body) for key, body in self._documents.stand_ins.items() if key in _OF_ROOT][:1])

    async def document(self, key: str) -> bytes | None:
        """Return a metadata document, or None where it is not there.

        Raises FetchError where the host gives no answer, so that absence is not known.
        """
        async with self._lock(key):
            body = None if key in self._documents.absent else await self._fetch_document(key)
            self._documents.answered.add(key)
            if body is None:
                self._documents.absent.add(key)
            elif key in _ROOT_DOCUMENTS:
                self._documents.root_digests[key] = digest(body)
            return body

    @asynccontextmanager
    async def ahead(self, *keys: str) -> AsyncIterator[None]:
        """Request documents while the block runs, which asks for those that it needs by `document`.

        What is not asked for later changes nothing but what the inspection cost: it spends none of the dataset's bytes,
        is not parsed, and a failure is dropped. So it does not matter whether a document was expected rightly.
        """
        failure = None
        async with asyncio.TaskGroup() as group:
            for key in () if self.store.is_file else keys:  # the documents of an archive cost no requests
                group.create_task(self._request_early(key))
            await asyncio.sleep(0)  # each task now holds the lock of its document
            try:
                yield
            except FetchError as error:
                failure = error
        if failure:
            raise failure

    async def _request_early(self, key: str) -> None:
        """Request a document, or remember that it is not there."""
        async with self._lock(key):
            refusal = await self._early.request(key, self.allowance)
            if refusal:
                self.refusals[key] = refusal
                self._documents.absent.add(key)

    async def text(self, key: str) -> bytes | None:
        """Return a document that is no JSON, and keep it for the validation. Raises FetchError."""
        self.texts[key] = await self.document(key)
        return self.texts[key]

    def is_complete(self, path: str, node: Node | None) -> bool:
        """Return whether all documents were requested that may tell what is at `path`.

        Those of the other Zarr format tell nothing where one was found in the format of the groups above.
        Consolidated metadata may be out of date.
        """
        if path in self._documents.consolidated and path not in self._documents.read_themselves:
            return False
        parts = path.split("/")
        above = (self.tree.get("/".join(parts[:depth])) for depth in range(len(parts)))
        if node and {found.zarr_format for found in (node, *above) if found} == {_NEWEST_FORMAT}:
            return True
        names = [*DOCUMENT_NAMES[2], *(() if node else DOCUMENT_NAMES[3])]
        return all(join(path, name) in self._documents.answered for name in names)

    @contextmanager
    def reading_further(self, allowance: Allowance) -> Iterator[None]:
        """Read documents within other limits, after the pictures are made; neither counts as cost of the dataset."""
        self.memory.release_pixels()
        before = self.store.allowance, self.read
        self.store.allowance, self.read = allowance, ReadTotals()
        try:
            yield
        finally:
            self.store.allowance, self.read = before

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
        if await self._is_stand_in(key, response.body):
            return None
        if key in _OF_ROOT and self.browser.allows_origin is None:
            self.browser = BrowserHeaders.of(response, self.url, key)
        self._count(response)
        return response.body

    async def _is_stand_in(self, key: str, body: bytes) -> bool:
        """Return whether the host sent this in place of a document that is not there, and remember it."""
        documents = self._documents
        if not self.is_remote or self.store.is_archive:
            return False
        odd_host = bool(documents.stand_ins) if key.endswith(".xml") else "zarr.json" in documents.stand_ins
        if not is_stand_in(key, body, odd_host=odd_host) and not await self._empty.means_absent(body):
            return False
        documents.add_stand_in(key, body, keep=key in _OF_ROOT)
        return True

    async def _get_document(self, key: str) -> Response:
        """Return a document, once there is memory to parse it."""
        get = partial(self.store.get_document, key, max_age_s=self._max_age_s)
        response = self._take_early(key)
        if response is None and not self.memory.holds_large_documents:
            response = await self._get_small(get)
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
        return response if self._is_small(response) else None

    def _is_small(self, response: Response) -> bool:
        small = len(response.body) <= LARGE_DOCUMENT_BYTES  # a cached document may be longer than `max_bytes`
        return small and self._documents.parsed_bytes + weigh(response.body) <= LARGE_PARSED_BYTES

    def _take_early(self, key: str) -> Response | None:
        """Return a document that was requested early, unless it exceeds a limit as another request will show."""
        early = self._early.take(key)
        if early is None or not early.is_within(self.allowance.bytes_left):
            return None
        if not (self._is_small(early.response) or self.memory.holds_large_documents):
            return None
        self.allowance.bytes_left -= early.received_bytes
        return early.response

    async def _get_large(self, get: _Get) -> Response:
        """Return a document while this dataset holds the pool `large-documents`."""
        return await self._read_large(partial(get, max_bytes=MAX_JSON_BYTES), MAX_JSON_BYTES)

    async def _read_large(self, get: Callable[[], Awaitable[Response]], max_bytes: int) -> Response:
        async with self._entering:
            if not self.memory.holds_large_documents:
                response = await self.memory.reserve_large_documents(get, max_bytes=max_bytes)
                gc.collect()  # frees the reference cycles of the previous dataset's documents
                return response
        async with self.memory.waiting_for_host():
            return await get()

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

        A status such as 400, an object without a byte, and a line of text count as "not stored" only where the host
        answered so for a document of this dataset. Raises FetchError where the host gives no answer, the allowance is
        used up, or two parts are of different files.
        """
        try:
            async with self.memory.waiting_for_host():
                response = await self.store.get(key, byte_range, max_bytes=max_bytes)
        except FetchError as error:
            if not self._means_not_stored(error):
                raise
            return None
        body = response.body
        if is_error_message(body) or self._documents.is_stand_in_of_chunk(body) or await self._empty.means_absent(body):
            return None
        if byte_range is not None:
            check_same_file(self._partial_objects.setdefault(key, replace(response, body=b"")), response)
        self._count(response)
        return response

    def _means_not_stored(self, error: FetchError) -> bool:
        if error.code == "http-status":
            return any(refusal.code == error.code for refusal in self.refusals.values())
        if error.code == "range-beyond-end":
            return self._documents.sends_nothing(self.refusals)
        return CODES[error.code].absent

    async def supplied_picture(self, folder: str, address: str) -> bytes | None:
        """Return a picture that a node's metadata name: a path below it, a `data:` URI, or an `https:` address.

        Raises FetchError where its host gives no answer.
        """
        if address.startswith("data:"):
            return read_data_uri(address)
        if not urls.has_scheme(address):
            response = await self.read_object(join(folder, address), None, max_bytes=MAX_SUPPLIED_PICTURE_BYTES)
            return response.body if response else None
        async with self.memory.waiting_for_host():
            response = await self._io.get(address, max_bytes=MAX_SUPPLIED_PICTURE_BYTES, allowance=self.allowance)
        self._count(response)
        return response.body

    def use_consolidated(self, node: Node, path: str) -> None:
        """Read the documents below a node from its consolidated metadata, without requests."""
        for child, documents in node.consolidated.items():
            self._documents.consolidated.setdefault(join(path, child), documents)

    async def node(
        self, path: str, *, zarr_format: int, is_array: bool = False, is_optional: bool = False, own: bool = False
    ) -> Node | None:
        """Return the group or array at `path` below the dataset, or None where it is not there.

        It is looked for in the Zarr format of the nearest group above it, and where there is nothing, in the other, so
        that nothing is called missing that is there; of an optional node, which most datasets do not have, only in the
        first. zarr_format: where no group above it was read. own: its own document is read, whatever consolidated
        metadata say, which may be stale.
        """
        async with self._lock(f"{path}/"):
            copy = self._documents.consolidated.get(path)
            is_copy = copy is not None and path not in self._documents.read_themselves
            if path in self.tree and not (own and is_copy):
                return self.tree[path]
            if copy is not None and not own:
                self.tree[path] = await self.parse(read_node, copy, where=path)
            else:
                names = documents_of_node(self._format_above(path) or zarr_format, is_array=is_array)
                self.tree[path] = await self._read_node(path, names[:1] if is_optional else names)
                self._documents.read_themselves.add(path)
            return self.tree[path]

    def _format_above(self, path: str) -> int | None:
        """Return the Zarr format of the nearest group above a path that was read."""
        while path:
            path = path.rpartition("/")[0]
            if above := self.tree.get(path):
                return above.zarr_format
        return None

    async def _read_node(self, path: str, names: Iterable[str]) -> Node | None:
        """Return the node by the first of its own documents that is there."""
        first = None
        for name in names:
            node = await self._read_one(path, name)
            if node is not None and not is_nothing(node):
                return node
            first = first or node
        return first

    async def _read_one(self, path: str, name: str) -> Node | None:
        body = await self.document(join(path, name))
        if body is None:
            return None
        files: dict[str, bytes | Mapping[str, object]] = {name: body}
        # a copy of attributes, which do not change how pixels are read, saves a request
        copied = self._documents.consolidated.get(path, {}).get(".zattrs") if name == ".zarray" else None
        if copied is not None:
            files[".zattrs"] = copied
        node = without_attributes(await self.parse(read_node, files, where=path))
        return replace(node, attributes_sought=name != ".zarray" or copied is not None)


def join(*parts: str) -> str:
    """Return the key of paths below one another; empty parts are left out."""
    return "/".join(part.strip("/") for part in parts if part.strip("/"))
