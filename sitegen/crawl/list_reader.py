"""Lists, as they are now or, where that can't be known, as they last were.

A night in which the host of a list is down must not empty a catalog of what the list
names. So a list that gives no answer, or none that is a list, is taken from the cache,
and the report says so. One that is gone (404, 410), or that we would not ask, is not:
its owner, or the operator, means it.
"""

from __future__ import annotations

from sitegen.config.settings import CrawlSettings
from sitegen.errors import FetchError
from sitegen.fetch.cache import Cache
from sitegen.fetch.fetcher import Fetcher
from sitegen.fetch.reply import Allowance, utc
from sitegen.lists.reading import LastGood

_MEANT = frozenset({"missing", "refused"})


class ListReader:
    """Reads lists, asking for each at every build; `asked` holds the addresses of all of them.

    cache: what remembers them; None where nothing does.
    """

    def __init__(self, fetcher: Fetcher, cache: Cache | None, settings: CrawlSettings) -> None:
        self.asked: set[str] = set()
        self._fetcher = fetcher
        self._cache = cache
        self._settings = settings

    async def get(self, address: str) -> bytes | LastGood:
        """Return the body of a list. Raises FetchError."""
        self.asked.add(address)
        kept = self._cache.document(address) if self._cache else None
        try:
            return await self._fetch(address)
        except FetchError as error:
            if self._cache is None or kept is None or kept.status != "ok" or error.status in _MEANT:
                raise
            self._cache.put_document(kept)  # in the place of the answer of now
            return LastGood(body=kept.body, read_on=utc(kept.checked_at)[:10], why=str(error), hint=error.hint)

    async def _fetch(self, address: str) -> bytes:
        size_bytes = self._settings.max_list_bytes
        reply = await self._fetcher.get_document(
            address,
            max_bytes=size_bytes,
            fresh_for_s=0.0,
            allowance=Allowance(
                bytes_left=size_bytes, seconds_left=self._settings.dataset_deadline_s, within="file:///"
            ),
        )
        return reply.body
