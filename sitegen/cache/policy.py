"""Which responses are cached, for how long they are used, and how a cached document becomes a response again.

Pure functions. A refusal such as 404 is cached, too, and raised again as the same error; for a shorter time than a
document, because somebody may be uploading the file.
"""

from __future__ import annotations

from dataclasses import replace
from zlib import crc32

from sitegen.cache.rows import CachedDocument
from sitegen.errors import FetchError
from sitegen.model.codes import CODES
from sitegen.transfer import DAY_S, ByteRange, Response

_AGE_SPREAD = 0.2
"""A choice; see `age_factor`."""
_REFUSAL_AGE_DAYS = 1.0
"""A choice: a nightly build asks again for what was not there (docs/builds.md#cache)."""
_SIZE_BYTES = 8
"""Before the bytes of a part the cache keeps the size of its file in so many bytes; -1 where it is not known."""


def usual_age_s(document: CachedDocument, max_age_days: float) -> float:
    """Return for how long a cached document is used without a request.

    A refusal is used for a day at most, a file of this machine never.
    """
    if document.url.startswith("file:"):
        return 0.0
    days = max_age_days if document.status == "ok" else min(max_age_days, _REFUSAL_AGE_DAYS)
    return days * DAY_S * age_factor(document.url)


def age_factor(url: str) -> float:
    """Return by what the maximum age of a document or dataset is multiplied: 0.8 to 1.2, always the same for a URL.

    Without it, everything that one build read would expire in the same night.
    """
    return 1 + _AGE_SPREAD * (2 * crc32(url.encode()) / 0xFFFFFFFF - 1)


def make_response(cached: CachedDocument) -> Response:
    """Return a cached document as a response. Raises FetchError where the cached answer is a refusal."""
    if cached.status != "ok":
        hint = CODES[cached.code].hint if cached.code in CODES else ""
        error = FetchError(cached.message, status=cached.status, code=cached.code, hint=hint)
        error.answered_at = cached.checked_at
        raise error
    return Response(
        url=cached.url,
        status=200,
        body=cached.body,
        total_bytes=len(cached.body),
        etag=cached.etag,
        last_modified=cached.last_modified,
        fetched_at=cached.checked_at,
        not_modified=True,
        cached=True,
        cors=cached.cors,
        exposed=cached.exposed,
        moved_to=cached.moved_to,
    )


def restore_body(response: Response, cached: CachedDocument) -> Response:
    """Return a 304 response, or one with the cached body, as `not_modified`, with the cached body and headers."""
    if not response.not_modified and response.body != cached.body:
        return response
    # A 304 need not repeat the headers for CORS (RFC 9110, section 15.4.5).
    lacks_cors = response.status == 304 and not response.cors
    return replace(
        response,
        body=cached.body,
        total_bytes=len(cached.body),
        not_modified=True,
        etag=response.etag or cached.etag,
        last_modified=response.last_modified or cached.last_modified,
        cors=cached.cors if lacks_cors else response.cors,
        exposed=cached.exposed if lacks_cors else response.exposed,
    )


def make_document(response: Response) -> CachedDocument:
    """Return a response as it is cached."""
    return CachedDocument(
        url=response.url,
        body=response.body,
        etag=response.etag,
        last_modified=response.last_modified,
        cors=response.cors,
        exposed=response.exposed,
        moved_to=response.moved_to,
        checked_at=response.fetched_at,
    )


def part_key(url: str, byte_range: ByteRange | None = None) -> str:
    """Return the key of a part of a file; without a range, what the keys of all parts begin with.

    It lies below the file, as for a document of a folder, and is no address, because of its fragment.
    """
    return f"{url}/#{byte_range.header() if byte_range else ''}"


def make_part(response: Response, key: str) -> CachedDocument:
    """Return a part of a file as it is cached."""
    total = -1 if response.total_bytes is None else response.total_bytes
    size = total.to_bytes(_SIZE_BYTES, "big", signed=True)
    return replace(make_document(response), url=key, body=size + response.body)


def make_part_response(cached: CachedDocument, url: str) -> Response:
    """Return a cached part of the file at `url` as a response. Raises FetchError where it is a refusal."""
    response = make_response(cached)
    total = int.from_bytes(cached.body[:_SIZE_BYTES], "big", signed=True)
    return replace(
        response, url=url, status=206, body=cached.body[_SIZE_BYTES:], total_bytes=None if total < 0 else total
    )


def make_refusal(url: str, error: FetchError) -> CachedDocument | None:
    """Return a refusal as it is cached; None where the host did not answer, or its answer may soon be another."""
    if error.answered_at is None or CODES[error.code].of_moment:
        return None
    return CachedDocument(
        url=url, body=b"", checked_at=error.answered_at, status=error.status, code=error.code, message=str(error)
    )
