"""Lists, as they are now or, where that can't be known, as they last were.

A night in which the host of a list is down must not empty a catalog of what the list
names. So a list that gives no answer, or answers with a web page (a login, a notice of
maintenance), is taken from the cache, and the report says so; the cache keeps the list,
not the page. One that is gone (404, 410), or that we would not ask, is not: its owner,
or the operator, means it. Nor is one that has become something else: its steward can mend that.
"""

from __future__ import annotations

from sitegen.cache.store import Cache, Document
from sitegen.config.settings import CrawlSettings
from sitegen.engine.documents import CachedClient
from sitegen.errors import FetchError
from sitegen.lists.fetching import StaleList
from sitegen.lists.problems import list_hint
from sitegen.lists.rows import parse_list
from sitegen.model import Problem
from sitegen.transfer import Allowance, utc

_MEANT = frozenset({"missing", "refused"})
_BEGINNING_BYTES = 1_000
"""By so many a web page is told from a list."""


class ListSource:
    """Reads lists, asking for each at every build; `asked` holds the addresses of all of them.

    cache: what remembers them; None where nothing does.
    """

    def __init__(self, client: CachedClient, cache: Cache | None, settings: CrawlSettings) -> None:
        self.asked: set[str] = set()
        self._client = client
        self._cache = cache
        self._settings = settings

    async def get(self, address: str) -> bytes | StaleList:
        """Return the body of a list. Raises FetchError."""
        self.asked.add(address)
        kept = self._last_good(address)
        try:
            body = await self._fetch(address)
        except FetchError as error:
            if kept is None or error.status in _MEANT:
                raise
            return self._keep(kept, why=str(error), hint=list_hint(error))
        page = _web_page(body, address)
        return self._keep(kept, why=page.message) if page and kept else body

    def _last_good(self, address: str) -> Document | None:
        """Return the list as the cache holds it, None where that is not a list either."""
        kept = self._cache.document(address) if self._cache else None
        return kept if kept and kept.status == "ok" and not _web_page(kept.body, address) else None

    def _keep(self, kept: Document, *, why: str, hint: str = "") -> StaleList:
        """Return the list as it was, and put it in the cache in the place of the answer of now."""
        if self._cache:
            self._cache.put_document(kept)
        return StaleList(body=kept.body, read_on=utc(kept.checked_at)[:10], reason=why, hint=hint)

    async def _fetch(self, address: str) -> bytes:
        size_bytes = self._settings.max_list_bytes
        reply = await self._client.get_document(
            address,
            max_bytes=size_bytes,
            max_age_s=0.0,
            allowance=Allowance(
                bytes_left=size_bytes, seconds_left=self._settings.dataset_deadline_s, within="file:///"
            ),
        )
        return reply.body


def _web_page(body: bytes, address: str) -> Problem | None:
    """Return what is wrong with a list that is a web page."""
    problems = (each.problem for each in parse_list(body[:_BEGINNING_BYTES], address).problems)
    return next((problem for problem in problems if problem.code == "list-is-html"), None)
