"""The memory that one dataset reserves: for large documents, and for pixels.

Pools are entered in one order (`io.MemoryPool`), so that no two datasets wait for each other. Only one dataset holds
the pool `large-documents`, so its waiting for its host is limited.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from sitegen import urls
from sitegen.errors import fetch_error
from sitegen.inspection.io import InspectionIO, MemoryPool, Reservation
from sitegen.inspection.wait_limit import WaitLimit
from sitegen.transfer import Allowance
from sitegen.urls import redact

LARGE_DOCUMENTS_WAIT_S = 60.0
"""Seconds that a dataset in the pool `large-documents` may wait for its host altogether: three default time-outs."""

T = TypeVar("T")


class DatasetMemory:
    """The reservations of one dataset; `release` gives all of them back."""

    def __init__(self, io: InspectionIO, url: str, allowance: Allowance) -> None:
        self._io = io
        self._url = url
        self._host = urls.host(url)
        self._allowance = allowance
        self._large_documents: Reservation | None = None
        self._pixels: Reservation | None = None
        self._extra_pixels: Reservation | None = None
        self._wait_limit = WaitLimit()

    @property
    def holds_large_documents(self) -> bool:
        """Whether large documents may be held, as no other dataset holds any."""
        return self._large_documents is not None

    async def reserve_large_documents(self, receive: Callable[[], Awaitable[T]], *, max_bytes: int) -> T:
        """Receive a large document, then reserve the pool for it; return the document.

        The pool is reserved last, so that waiting for the host does not block it. Raises FetchError where pixels are
        held: then the order of the pools forbids it.
        """
        if self._pixels or self._extra_pixels:
            raise fetch_error("too-large", f"{redact(self._url)}: no further large document is read beside its pixels")
        download = await self._io.reserve("downloads", self._host, max_bytes)
        try:
            document = await receive()
            self._large_documents = await self._io.reserve("large-documents", self._host, None)
        finally:
            download.release()
        self._wait_limit = WaitLimit(LARGE_DOCUMENTS_WAIT_S)
        return document

    async def reserve_pixels(self, size_bytes: int) -> None:
        """Wait until so many bytes of pixels may be held, instead of all those reserved before."""
        self.release_pixels()
        self._pixels = await self._reserve("pixels", size_bytes)

    def shrink_pixels(self, size_bytes: int) -> None:
        """Give back the memory for pixels beyond so many bytes."""
        if self._pixels:
            self._pixels.shrink(size_bytes)

    async def reserve_extra_pixels(self, size_bytes: int) -> None:
        """Wait until so many bytes may be held beside the pixels of the picture, instead of those reserved before."""
        if self._extra_pixels:
            self._extra_pixels.release()
        self._extra_pixels = await self._reserve("extra-pixels", size_bytes)

    @asynccontextmanager
    async def waiting_for_host(self) -> AsyncIterator[None]:
        """Wait for the host inside this block, for a limited time where other datasets wait for this one."""
        try:
            async with self._wait_limit.waiting():
                yield
        except TimeoutError:
            self._io.report_lost_wait(self._url, LARGE_DOCUMENTS_WAIT_S)
            raise fetch_error(
                "time-spent", f"{redact(self._url)}: its host is too slow for a dataset with large documents"
            ) from None

    def release(self) -> None:
        """Give back everything."""
        self.release_pixels()
        if self._large_documents:
            self._large_documents.release()

    async def _reserve(self, pool: MemoryPool, size_bytes: int) -> Reservation:
        return await self._io.reserve(pool, self._host, min(size_bytes, max(self._allowance.bytes_left, 0)))

    def release_pixels(self) -> None:
        """Give back the memory for pixels."""
        for reservation in (self._pixels, self._extra_pixels):
            if reservation:
                reservation.release()
        self._pixels = self._extra_pixels = None
