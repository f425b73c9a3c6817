"""`FileReader`: one file, by whom it is read, and at which cost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sitegen.file_kinds import HEAD_BYTES
from sitegen.stores.io import StoreIO
from sitegen.transfer import Allowance, ByteRange, Response
from sitegen.urls import redact

ReadLarge = Callable[[Callable[[], Awaitable[Response]], int], Awaitable[Response]]
"""Receives a large response, of at most so many bytes, when there is memory for it."""


@dataclass(slots=True, kw_only=True)
class FileReader:
    """Reads one file: by whom, and at which cost; `allowance` may be replaced."""

    io: StoreIO
    url: str
    allowance: Allowance
    read_large: ReadLarge

    @property
    def shown(self) -> str:
        """The address, for messages."""
        return redact(self.url)

    async def part(
        self, byte_range: ByteRange, max_bytes: int, *, max_age_s: float | None = 0.0, settled: bool = False
    ) -> Response:
        """Return a part that is kept like a document. Raises FetchError."""
        return await self.io.get_part(
            self.url,
            byte_range,
            max_bytes=max_bytes,
            allowance=self.allowance,
            max_age_s=max_age_s,
            settled=settled,
        )

    async def head(self, *, max_age_s: float | None = 0.0) -> Response:
        """Return the first bytes, which tell what kind of file it is. Raises FetchError."""
        return await self.part(ByteRange(0, HEAD_BYTES), HEAD_BYTES, max_age_s=max_age_s)
