"""`robots.txt` of the hosts of datasets (RFC 9309): honored where it names sitegen.

A catalog requests what an institution's own list names and discovers nothing by following links, so rules for all
robots (`User-agent: *`), which most repositories write against search engines, do not concern it. A host that does not
want sitegen says so by name. One request for each host and build, none while the cache has an answer of the last 24
hours. A `robots.txt` that is not there, cannot be read, or is no such file refuses nothing.
"""

from __future__ import annotations

import asyncio
import logging
import re
from urllib.parse import urlsplit

from protego import Protego

from sitegen.engine.documents import CachedClient
from sitegen.errors import FetchError, fetch_error
from sitegen.transfer import DAY_S, Allowance
from sitegen.urls import redact

log = logging.getLogger(__name__)

_NAME = "sitegen"
"""The product token (RFC 9309, section 2.2.1), with which the User-Agent header begins."""
_PATH = "/robots.txt"
_MAX_BYTES = 512_000
"""The least that a robot must read (RFC 9309, section 2.5); a larger file is ignored."""
_MAX_LINES = 5_000
"""A choice: further lines are ignored, so that a hostile file does not slow down every request."""
_MAX_SECONDS = 10.0
"""A choice: datasets of the host wait for it."""
_NAMES_SITEGEN = re.compile(rf"^([ \t]*user-?agent[ \t]*:[ \t]*{_NAME})(?![\w-]).*$", re.IGNORECASE | re.MULTILINE)


class RobotsRules:
    """What the hosts of one build refuse."""

    def __init__(self, documents: CachedClient) -> None:
        self._documents = documents
        self._rules: dict[str, Protego | None] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def check(self, url: str) -> None:
        """Raise FetchError (`robots-refused`) where the host of a web address refuses it to sitegen."""
        origin = robots_url(url).removesuffix(_PATH)
        if origin not in self._rules:
            async with self._locks.setdefault(origin, asyncio.Lock()):
                if origin not in self._rules:
                    self._rules[origin] = await self._fetch(origin)
        rules = self._rules[origin]
        if rules is not None and not rules.can_fetch(url, _NAME):
            raise fetch_error("robots-refused", f"{redact(url)}: {origin}{_PATH} refuses it to sitegen")

    async def _fetch(self, origin: str) -> Protego | None:
        """Return the rules of a host; None where they do not name sitegen."""
        try:
            response = await self._documents.get_document(
                f"{origin}{_PATH}",
                max_bytes=_MAX_BYTES,
                max_age_s=DAY_S,  # RFC 9309, section 2.4
                allowance=Allowance(bytes_left=_MAX_BYTES, seconds_left=_MAX_SECONDS),
                optional=True,
            )
        except FetchError as error:
            log.debug("%s: no robots.txt: %s", origin, error)
            return None
        return read_rules(response.body)


def robots_url(url: str) -> str:
    """Return the address of the `robots.txt` that holds for an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{_PATH}"


def read_rules(body: bytes) -> Protego | None:
    """Return the rules of a `robots.txt`; None where they do not name sitegen."""
    text = "\n".join(body.decode("utf-8-sig", errors="replace").splitlines()[:_MAX_LINES])
    # What follows the product token, such as a version, is no part of it.
    text, count = _NAMES_SITEGEN.subn(r"\1", text)
    return Protego.parse(text) if count else None
