"""One dataset's files, by the keys of Zarr, within its allowance.

Below a root that answered, "not there" has many spellings: 404, 403 from a bucket
without the right to list, 200 with a web page (OME-ZARR.md, A7). They all become None
here, once, so that whoever reads a dataset sees a key that is there or is not. Each
node is asked for once, even if two ask at the same time.

Documents are strangers' data, too: what they weigh is added up, and a dataset whose
documents weigh much comes to the desk, where there is place for one. It gets there with
what its host has sent, and does not sit there long if the host lets it wait.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import ParamSpec, Self, TypeVar

from sitegen import urls
from sitegen.cache.store import digest
from sitegen.engine.memory import MemoryBudget, Reservation, WaitLimit
from sitegen.errors import FetchError, fetch_error
from sitegen.model.codes import CODES
from sitegen.net.client import Client
from sitegen.ome import Node, read_node
from sitegen.ome.documents import weigh
from sitegen.transfer import Allowance, ByteRange, Response, check_same_file
from sitegen.urls import redact

_Get = Callable[..., Awaitable[Response]]
_P = ParamSpec("_P")
_R = TypeVar("_R")

JSON_MAX_BYTES = 16_000_000
"""No metadata document of the real lists comes near (DESIGN §2); a plate of 1,536 wells has 0.2 MB."""

LARGE_BYTES = 256_000
"""A plate of 1,536 wells has 200 kB. A larger document costs one request more, which tells that it is large."""

LARGE_WEIGHT = 1_500_000
"""Of a dataset's documents, by `weigh`; more, and it is alone at the desk. A plate of 1,536 wells weighs 1.0 MB, and
192 datasets are in work."""

MOST_WEIGHT = 96_000_000
"""Of a dataset's documents, by `weigh`; more is not read. 16 MB of anything but emojis weigh less."""

AT_DESK_S = 60.0
"""Alone at the desk, a dataset waits for its host no longer than this, all in all: for pixels, too, and for a pause
that the host asks for. Only other datasets with large documents wait meanwhile."""

PICTURE_MAX_BYTES = 8_000_000
"""Of a supplied picture; its convention recommends 200 kB (OME-ZARR.md, D5)."""

_ROOTS = frozenset({"zarr.json", ".zattrs"})
_OF_ARRAYS = ("_ARRAY_DIMENSIONS",)
"""Attributes of a level's array that the rules look at; it may have megabytes of others."""


class Store:
    """A dataset's files at `url`; a context manager, which lets others have the memory that it held.

    fresh_for_s: how old a document may be that the cache answers with; None: as old as the configuration says.

    `refusals` keeps why a document is not there, for the words of a dataset that has none;
    `cors` and `exposed` whether a browser page of another origin may read it, and what headers it sees, None
    before an answer;
    `answers` and `answer_bytes` count the documents and parts that came, now or into the cache;
    `tree` every group and array that was looked at, by path, None where there was none.
    """

    def __init__(self, fetcher: Client, url: str, allowance: Allowance, *, fresh_for_s: float | None) -> None:
        self.url = url
        self.allowance = allowance
        self.refusals: dict[str, FetchError] = {}
        self.cors: bool | None = None
        self.exposed: tuple[str, ...] | None = None
        self.answers = 0
        self.answer_bytes = 0
        self.tree: dict[str, Node | None] = {}
        self._fetcher = fetcher
        self._fresh_for_s = fresh_for_s
        self._absent: set[str] = set()
        self._ahead: dict[str, bytes] = {}
        self._roots: dict[str, str] = {}
        self._weight = 0
        self._parts: dict[str, Response] = {}
        self._entering = asyncio.Lock()
        self._at_desk: Reservation | None = None
        self._waits = WaitLimit()
        self._guest: Reservation | None = None
        self._beside: Reservation | None = None
        self._locks: dict[str, asyncio.Lock] = {}
        self._consolidated: dict[str, Mapping[str, Mapping[str, object]]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._leave_room()
        if self._at_desk:
            self._at_desk.leave()

    async def document(self, key: str) -> bytes | None:
        """Return a metadata document, or None where it is not there.

        Raises FetchError where its host gives no answer: absence is not known then.
        """
        async with self._locks.setdefault(key, asyncio.Lock()):
            if key in self._ahead:
                return self._ahead.pop(key)
            body = None if key in self._absent else await self._fetch_document(key)
            if body is None:
                self._absent.add(key)
            elif key in _ROOTS:
                self._roots[key] = digest(body)
            return body

    async def ask_ahead(self, key: str) -> None:
        """Ask for a document that will probably be wanted, and keep it until then; what goes wrong shows then."""
        with suppress(FetchError):
            body = await self.document(key)
            if body is not None:
                self._ahead[key] = body

    async def _fetch_document(self, key: str) -> bytes | None:
        try:
            reply = await self._get_document(key)
        except FetchError as error:
            if not CODES[error.code].absent:
                raise
            self.refusals[key] = error
            return None
        if self.cors is None:
            self.cors, self.exposed = reply.cors, reply.exposed
        self._count(reply)
        return reply.body

    async def _get_document(self, key: str) -> Response:
        """Return a document when it may be parsed."""
        get = partial(
            self._fetcher.get_document,
            urls.below(self.url, key),
            fresh_for_s=self._fresh_for_s,
            allowance=self.allowance,
        )
        reply = None if self._at_desk else await self._get_small(get)
        if reply is None:
            reply = await self._get_large(get)
        self._weight += weigh(reply.body)
        if self._weight > MOST_WEIGHT:
            raise fetch_error(
                "too-large", f"{redact(self.url)}: with {key} its documents are too large to be read together"
            )
        return reply

    async def _get_small(self, get: _Get) -> Response | None:
        """Return a document, None where it is large, or more than the dataset may have away from the desk."""
        try:
            reply = await get(max_bytes=LARGE_BYTES)
        except FetchError as error:
            if error.code != "too-large":
                raise
            return None
        small = len(reply.body) <= LARGE_BYTES  # else the cache had it
        return reply if small and self._weight + weigh(reply.body) <= LARGE_WEIGHT else None

    async def _get_large(self, get: _Get) -> Response:
        """Return a document at the desk; who waits there holds it, and its host's next one waits elsewhere."""
        async with self._entering:
            if not self._at_desk:
                return await self._come_to_desk(get)
        async with self._patience():
            return await get(max_bytes=JSON_MAX_BYTES)

    async def _come_to_desk(self, get: _Get) -> Response:
        if self._guest or self._beside:  # who has pixels waits for nothing
            raise fetch_error(
                "too-large", f"{redact(self.url)}: no more documents than these are read beside its pixels"
            )
        host = urls.host(self.url)
        place = await self._fetcher.downloads.enter(host, JSON_MAX_BYTES)
        try:
            reply = await get(max_bytes=JSON_MAX_BYTES)
            self._at_desk = await self._fetcher.desk.enter(host, None)
        finally:
            place.leave()
        self._waits = WaitLimit(AT_DESK_S)
        gc.collect()  # what the one before held, and cycles still hold
        return reply

    @asynccontextmanager
    async def _patience(self) -> AsyncIterator[None]:
        """Wait for the host, but not too long where others wait for the dataset."""
        try:
            async with self._waits.waiting():
                yield
        except TimeoutError:
            self._fetcher.gave_up(self.url, AT_DESK_S)
            raise fetch_error("time-spent", f"{redact(self.url)}: its host lets large documents wait") from None

    async def apart(self, function: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Return `function(*args, **kwargs)`, what it makes of a dataset's documents.

        In a thread where they are large: a hostile list of 400,000 entries takes seconds, in which others go on.
        """
        return await asyncio.to_thread(function, *args, **kwargs) if self._at_desk else function(*args, **kwargs)

    async def make_room(self, size_bytes: int) -> None:
        """Wait until so many bytes of pixels may be held, in the place of what was, till the dataset is done."""
        self._leave_room()
        self._guest = await self._enter(self._fetcher.room, size_bytes)

    def keep_room(self, size_bytes: int) -> None:
        """Let others have the room that turned out not to be needed."""
        if self._guest:
            self._guest.shrink(size_bytes)

    async def make_room_beside(self, size_bytes: int) -> None:
        """Do as `make_room` for what is shown beside the picture, whose room stays."""
        if self._beside:
            self._beside.leave()
        self._beside = await self._enter(self._fetcher.annex, size_bytes)

    async def _enter(self, room: MemoryBudget, size_bytes: int) -> Reservation:
        return await room.enter(urls.host(self.url), min(size_bytes, max(self.allowance.bytes_left, 0)))

    def _leave_room(self) -> None:
        for guest in (self._guest, self._beside):
            if guest:
                guest.leave()
        self._guest = self._beside = None

    def _count(self, reply: Response) -> None:
        self.answers += 1
        self.answer_bytes += len(reply.body)

    @property
    def root_digest(self) -> str:
        """Names the root document; empty where there is none."""
        return self._roots.get("zarr.json") or self._roots.get(".zattrs") or ""

    async def read(self, key: str, span: ByteRange | None, *, max_bytes: int) -> Response | None:
        """Return a chunk object or a part of one, or None where it is not there: all fill value.

        Raises FetchError where its host gives no answer, the allowance is spent, or its parts
        turn out to be of different files.
        """
        try:
            async with self._patience():
                reply = await self._fetcher.get(
                    urls.below(self.url, key), span=span, max_bytes=max_bytes, allowance=self.allowance
                )
        except FetchError as error:
            if not CODES[error.code].absent:
                raise
            return None
        if span is not None:
            check_same_file(self._parts.setdefault(key, replace(reply, body=b"")), reply)
        self._count(reply)
        return reply

    async def picture(self, folder: str, address: str) -> bytes | None:
        """Return the bytes of a picture that the metadata of a node name: below it, in a `data:` URI, or `https:`.

        Raises FetchError where its host gives no answer.
        """
        if address.startswith("data:"):
            return _read_data_uri(address)
        if not urls.has_scheme(address):
            reply = await self.read(join(folder, address), None, max_bytes=PICTURE_MAX_BYTES)
            return reply.body if reply else None
        async with self._patience():
            reply = await self._fetcher.get(address, max_bytes=PICTURE_MAX_BYTES, allowance=self.allowance)
        self._count(reply)
        return reply.body

    def use_consolidated(self, node: Node, path: str) -> None:
        """Take a node's consolidated metadata for its descendants' documents, so that these are not asked for."""
        for child, documents in node.consolidated.items():
            self._consolidated.setdefault(join(path, child), documents)

    async def node(self, path: str, *, zarr_format: int, is_array: bool = False) -> Node | None:
        """Return the group or array at `path` below the dataset, or None where it is not there."""
        async with self._locks.setdefault(f"{path}/", asyncio.Lock()):
            if path not in self.tree:
                self.tree[path] = await self._read_node(path, zarr_format, is_array)
            return self.tree[path]

    async def _read_node(self, path: str, zarr_format: int, is_array: bool) -> Node | None:
        if path in self._consolidated:
            return await self.apart(read_node, self._consolidated[path], where=path)
        name = "zarr.json" if zarr_format == 3 else ".zarray" if is_array else ".zattrs"
        body = await self.document(join(path, name))
        if body is None:
            return None
        node = await self.apart(read_node, {name: body}, where=path)
        if node.array:
            kept = {name: node.raw_attributes[name] for name in _OF_ARRAYS if name in node.raw_attributes}
            node = replace(node, attributes={}, raw_attributes=kept)
        return replace(node, attributes_sought=name != ".zarray")


def join(*parts: str) -> str:
    """Return the key of paths below one another; empty parts leave no trace."""
    return "/".join(part.strip("/") for part in parts if part.strip("/"))


def _read_data_uri(address: str) -> bytes | None:
    """Return the bytes in a base64 `data:` URI, None where there are none."""
    head, _, body = address.partition(",")
    if not head.endswith(";base64"):
        return None
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        return None
