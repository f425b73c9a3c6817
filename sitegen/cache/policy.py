"""Documents between the cache and a reply: what is remembered, for how long, and how it is given back.

Plain functions. "Not there" is a document, too: remembered as what the host said, and
raised again. Remembered for a shorter time, as somebody may be mending it.
"""

from __future__ import annotations

from dataclasses import replace
from zlib import crc32

from sitegen.cache.store import Document
from sitegen.errors import FetchError
from sitegen.model.codes import CODES
from sitegen.transfer import Response

_DAY_S = 86_400.0
_AGE_SPREAD = 0.2  # so that a catalog built in one night is not asked for again in one night
_REFUSAL_AGE_DAYS = 1.0


def usual_age_s(document: Document, max_age_days: float) -> float:
    """Return for how long a document is not asked for again: ± 20 % by its address, the same at each build.

    What was not there is asked for again after a day, a file on this machine at once.
    """
    if document.url.startswith("file:"):
        return 0.0
    days = max_age_days if document.status == "ok" else min(max_age_days, _REFUSAL_AGE_DAYS)
    return days * _DAY_S * (1 + _AGE_SPREAD * (2 * crc32(document.url.encode()) / 0xFFFFFFFF - 1))


def read_document(kept: Document) -> Response:
    """Return what the cache holds as a reply, or raise what the host said instead."""
    if kept.status != "ok":
        hint = CODES[kept.code].hint if kept.code in CODES else ""
        error = FetchError(kept.message, status=kept.status, code=kept.code, hint=hint)
        error.answered_at = kept.checked_at
        raise error
    return Response(
        url=kept.url,
        status=200,
        body=kept.body,
        total_bytes=len(kept.body),
        etag=kept.etag,
        last_modified=kept.last_modified,
        fetched_at=kept.checked_at,
        not_modified=True,
        cached=True,
        cors=kept.cors,
        exposed=kept.exposed,
    )


def restore_body(reply: Response, known: Document) -> Response:
    """Return a reply with the body that is known, where the host says that it still holds, or sends it again."""
    if not reply.not_modified and reply.body != known.body:
        return reply
    silent = reply.status == 304 and not reply.cors  # it need not repeat what the answer said that it confirms
    return replace(
        reply,
        body=known.body,
        total_bytes=len(known.body),
        not_modified=True,
        etag=reply.etag or known.etag,
        last_modified=reply.last_modified or known.last_modified,
        cors=known.cors if silent else reply.cors,
        exposed=known.exposed if silent else reply.exposed,
    )


def make_document(reply: Response) -> Document:
    """Return what to remember of a reply."""
    return Document(
        url=reply.url,
        body=reply.body,
        etag=reply.etag,
        last_modified=reply.last_modified,
        cors=reply.cors,
        exposed=reply.exposed,
        checked_at=reply.fetched_at,
    )


def make_refusal(url: str, error: FetchError) -> Document | None:
    """Return what to remember of a refusal; None where the host said nothing, or nothing that lasts."""
    if error.answered_at is None or CODES[error.code].of_moment:
        return None
    return Document(
        url=url, body=b"", checked_at=error.answered_at, status=error.status, code=error.code, message=str(error)
    )
