"""Documents by way of the cache: a cached one while it is young enough, else a conditional request.

The network client knows no cache, and an inspection none either; this class joins them. "Not there" is cached, too,
and raised again. `cache.policy` says what may be used for how long.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from sitegen.cache.policy import (
    make_document,
    make_part,
    make_part_response,
    make_refusal,
    make_response,
    part_key,
    restore_body,
    usual_age_s,
)
from sitegen.cache.rows import CachedDocument
from sitegen.errors import FetchError, fetch_error
from sitegen.net.client import MAX_DOCUMENT_BYTES, Check, Client
from sitegen.transfer import Allowance, ByteRange, Response, is_same_file
from sitegen.urls import redact


class MaximumAge(Protocol):
    """The setting that documents depend on."""

    @property
    def max_age_days(self) -> float:
        """Days after which a document is requested again."""


class DocumentCache(Protocol):
    """Where documents are kept."""

    def document(self, url: str) -> CachedDocument | None:
        """Return the kept document or refusal of an address."""

    def put_document(self, document: CachedDocument) -> None:
        """Keep a document."""

    def forget_documents(self, prefix: str) -> None:
        """Delete the documents whose keys begin so."""


class CachedClient:
    """A client with a cache of documents.

    offline: answers come from the cache alone. refresh: documents of earlier builds are revalidated whatever their
    age. cache: None for no cache. started: when the build started, in seconds since 1970, UTC; None: now.
    """

    def __init__(
        self,
        client: Client,
        settings: MaximumAge,
        *,
        cache: DocumentCache | None = None,
        offline: bool = False,
        refresh: bool = False,
        started: float | None = None,
    ) -> None:
        self.client = client
        self._settings = settings
        self._cache = cache
        self._offline = offline
        self._refresh = refresh
        self._started = client.clock.now() if started is None else min(started, client.clock.now())

    def online(self) -> CachedClient:
        """Return a client with the same cache that also asks in an offline build, as for files of this machine."""
        return CachedClient(self.client, self._settings, cache=self._cache, refresh=self._refresh)

    async def get_document(
        self,
        url: str,
        *,
        max_bytes: int = MAX_DOCUMENT_BYTES,
        max_age_s: float | None = None,
        allowance: Allowance | None = None,
        optional: bool = False,
        listing: bool = False,
        check: Check | None = None,
    ) -> Response:
        """Return a whole document.

        A cached one younger than `max_age_s` (None: the configured age, ± 20 % by address) costs no request; an
        older one is requested with its validators. A cached one may be longer than `max_bytes`. optional,
        listing, check: as of `Client.get`. Raises FetchError.
        """
        cached = self._cache.document(url) if self._cache is not None else None
        if cached is not None and self._is_fresh(cached, max_age_s):
            return make_response(cached)
        known = cached if cached is not None and cached.status == "ok" else None
        self._check_online(url)
        try:
            response = await self.client.get(
                url,
                max_bytes=max_bytes,
                allowance=allowance,
                accept_gzip=True,
                etag=known.etag if known else None,
                last_modified=known.last_modified if known else None,
                optional=optional,
                listing=listing,
                check=check,
            )
        except FetchError as error:
            self._remember(make_refusal(url, error))
            raise
        response = restore_body(response, known) if known else response
        self._remember(make_document(response))
        return response

    async def get(
        self,
        url: str,
        *,
        max_bytes: int,
        allowance: Allowance,
        byte_range: ByteRange | None = None,
        check: Check | None = None,
    ) -> Response:
        """Return a file, or a byte range of it, as its host has it now. Raises FetchError."""
        self._check_online(url)
        return await self.client.get(url, byte_range=byte_range, max_bytes=max_bytes, allowance=allowance, check=check)

    async def get_part(
        self,
        url: str,
        byte_range: ByteRange,
        *,
        max_bytes: int,
        allowance: Allowance,
        max_age_s: float | None = 0.0,
        settled: bool = False,
        check: Check | None = None,
    ) -> Response:
        """Return a byte range of a file, which is kept like a document.

        max_age_s: age up to which a kept part is used without a request, as of documents.
        settled: a kept part is used whatever its age, because another part has just shown that the file is the one
        that the part is of. Where a part that is not settled differs from the kept one, all kept parts of the file are
        forgotten. Raises FetchError.
        """
        key = part_key(url, byte_range)
        cached = self._cache.document(key) if self._cache is not None else None
        if cached is not None and (settled or self._is_fresh(cached, max_age_s)):
            return make_part_response(cached, url)
        known = make_part_response(cached, url) if cached is not None and cached.status == "ok" else None
        self._check_online(url)
        try:
            response = await self.client.get(
                url,
                byte_range=byte_range,
                max_bytes=max_bytes,
                allowance=allowance,
                etag=known.etag if known else None,
                last_modified=known.last_modified if known else None,
                check=check,
            )
        except FetchError as error:
            self._remember(make_refusal(key, error))
            raise
        same = known is not None and response.body == known.body and is_same_file(known, response)
        if cached is not None and known is not None and (response.not_modified or same):
            restored = restore_body(response, replace(cached, body=known.body))
            response = replace(restored, total_bytes=known.total_bytes)
        elif not settled and self._cache is not None:
            self._cache.forget_documents(part_key(url))
        self._remember(make_part(response, key))
        return response

    async def allows_ranges(self, url: str) -> bool | None:
        """Return whether web pages of other origins may send Range requests to the host; None if not known."""
        return None if self._offline else await self.client.allows_ranges(url)

    def _check_online(self, url: str) -> None:
        if self._offline:
            raise fetch_error("offline", f"{redact(url)}: the cache does not hold it, and this build is offline")

    def _is_fresh(self, cached: CachedDocument, max_age_s: float | None) -> bool:
        """Return whether a cached document is used without a request."""
        if self._offline:
            return True
        now = self.client.clock.now()
        if cached.checked_at > now:  # the clock was wrong then or is now, so the age is not known
            return False
        if cached.checked_at >= self._started:
            return True
        if self._refresh:
            return False
        if max_age_s is None:
            max_age_s = usual_age_s(cached, self._settings.max_age_days)
        return now - cached.checked_at < max_age_s

    def _remember(self, document: CachedDocument | None) -> None:
        if self._cache is not None and document is not None:
            self._cache.put_document(document)
