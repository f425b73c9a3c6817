"""Everything that an inspection needs of the world: bytes, memory and processors, through one Protocol.

The local engine implements it with an HTTP client, a cache of documents and worker processes; a test implements
it with a folder. An inspection holds no other way out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, ParamSpec, Protocol, TypeVar

from sitegen.stores.io import StoreIO

_P = ParamSpec("_P")
_R = TypeVar("_R")

MemoryPool = Literal["downloads", "large-documents", "pixels", "extra-pixels"]
"""What memory is reserved for. An inspection reserves in this order, never in another, so that no two wait for each
other: a large document while it arrives; large documents once they are parsed (one dataset at a time); the pixels of
its picture; the pixels of what is shown beside it (montage, label overlay)."""


class Reservation(Protocol):
    """Memory that a dataset may use until it is released."""

    def shrink(self, size_bytes: int) -> None:
        """Give back all but so many bytes."""

    def release(self) -> None:
        """Give back everything."""


class InspectionIO(StoreIO, Protocol):
    """What an inspection may do besides computing."""

    async def allows_ranges(self, url: str) -> bool | None:
        """Return whether web pages of other origins may send Range requests to the host; None if not known."""

    def report_lost_wait(self, url: str, seconds: float) -> None:
        """Count seconds that were spent waiting for a host without an answer."""

    async def reserve(self, pool: MemoryPool, host: str, size_bytes: int | None) -> Reservation:
        """Wait until so many bytes of memory are free for data of this host; None: the whole pool."""

    async def compute(self, function: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Return `function(*args, **kwargs)`, computed in another process. Raises WorkerDiedError."""

    async def compute_large(self, function: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Do the same for arguments of many megabytes, one call at a time."""
