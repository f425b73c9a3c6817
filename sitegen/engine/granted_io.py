"""What one inspection in a worker uses: `LocalIO`, for hosts that the worker may request.

A request to another host fails, and so do all later ones; what the inspection makes of that is dropped, because the
coordinator inspects the dataset. Those under way are answered first: a host still works on a request that is canceled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from sitegen.engine.local_io import LocalIO
from sitegen.engine.memory import MemoryReservation
from sitegen.errors import NotGrantedError, fetch_error
from sitegen.inspection.io import MemoryPool
from sitegen.transfer import Allowance, ByteRange, Response

_P = ParamSpec("_P")
_R = TypeVar("_R")


class GrantedIO:
    """Implements `InspectionIO` for one dataset. refusal: why the coordinator must inspect it; None: it need not."""

    def __init__(self, io: LocalIO) -> None:
        self.refusal: NotGrantedError | None = None
        self._io = io

    async def get_document(
        self,
        url: str,
        *,
        max_bytes: int,
        max_age_s: float | None,
        allowance: Allowance,
        optional: bool = False,
        listing: bool = False,
    ) -> Response:
        """Return a metadata document. Raises FetchError."""
        with self._granted():
            return await self._io.get_document(
                url,
                max_bytes=max_bytes,
                max_age_s=max_age_s,
                allowance=allowance,
                optional=optional,
                listing=listing,
            )

    async def get(
        self, url: str, *, max_bytes: int, allowance: Allowance, byte_range: ByteRange | None = None
    ) -> Response:
        """Return a file, or a byte range of it. Raises FetchError."""
        with self._granted():
            return await self._io.get(url, max_bytes=max_bytes, allowance=allowance, byte_range=byte_range)

    async def get_part(
        self,
        url: str,
        byte_range: ByteRange,
        *,
        max_bytes: int,
        allowance: Allowance,
        max_age_s: float | None = 0.0,
        settled: bool = False,
    ) -> Response:
        """Return a byte range of a file, kept like a document. Raises FetchError."""
        with self._granted():
            return await self._io.get_part(
                url, byte_range, max_bytes=max_bytes, allowance=allowance, max_age_s=max_age_s, settled=settled
            )

    async def allows_ranges(self, url: str) -> bool | None:
        """Return whether web pages of other origins may send Range requests to the host; None if not known."""
        return None if self.refusal else await self._io.allows_ranges(url)

    def report_lost_wait(self, url: str, seconds: float) -> None:
        """Count seconds that were spent waiting for a host without an answer."""
        if not self.refusal:
            self._io.report_lost_wait(url, seconds)

    async def reserve(self, pool: MemoryPool, host: str, size_bytes: int | None) -> MemoryReservation:
        """Wait until so many bytes of a pool are free for data of this host; None: the whole pool."""
        return await self._io.reserve(pool, host, size_bytes)

    async def compute(self, function: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Return the function's result, computed in another process. Raises WorkerDiedError."""
        return await self._io.compute(function, *args, **kwargs)

    async def compute_large(self, function: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Do the same for arguments of many megabytes."""
        return await self._io.compute_large(function, *args, **kwargs)

    @contextmanager
    def _granted(self) -> Iterator[None]:
        """Raise FetchError where the dataset is given back."""
        if self.refusal:
            raise fetch_error("host-down", str(self.refusal))
        try:
            yield
        except NotGrantedError as error:
            self.refusal = error
            raise fetch_error("host-down", str(error)) from None
