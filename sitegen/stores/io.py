"""What a store needs of the world: documents, files, and parts of files that are kept like documents."""

from __future__ import annotations

from typing import Protocol

from sitegen.transfer import Allowance, ByteRange, Response


class StoreIO(Protocol):
    """How the bytes of a dataset are read. Each method raises FetchError."""

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
        """Return a metadata document, from a cache where it is young enough.

        optional: whether nothing depends on it, so that one try is enough. listing: whether a list of the names in a
        folder is wanted: the web page of a host, or what this machine has, in the same form.
        """

    async def get(
        self, url: str, *, max_bytes: int, allowance: Allowance, byte_range: ByteRange | None = None
    ) -> Response:
        """Return a file, or a byte range of it, as its host has it now."""

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
        """Return a byte range of a file, which is kept and revalidated like a document.

        max_age_s: age up to which a kept part is used without a request; None: the usual maximum age of documents.
        settled: another part has just shown which version of the file its host has, so a kept part of that version
        is used without a request. Parts of other versions are forgotten as soon as a part that is not settled differs.
        `total_bytes` is None where the host ignores ranges.
        """
