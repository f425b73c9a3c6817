"""Lists as they are now, or as they were last read where their host gives no answer.

A catalog must not lose the datasets of a list because its host is down for one night. A list whose host gives no
answer, or answers with a web page (a login, a notice of maintenance), is read from the cache, and the report says so;
the cache keeps the list, not the page. A list that is gone (404, 410) or whose address is refused is not read from the
cache, because its owner or the operator decided that. Neither is a list whose content became something else: its owner
can correct it.
"""

from __future__ import annotations

from sitegen import urls
from sitegen.cache.folder import Cache
from sitegen.cache.rows import CachedDocument
from sitegen.config.settings import CrawlSettings
from sitegen.engine.documents import CachedClient
from sitegen.errors import FetchError
from sitegen.lists.fetching import MovedList, StaleList
from sitegen.lists.parsing import parse_list
from sitegen.lists.problems import list_hint
from sitegen.model import Problem, Status
from sitegen.transfer import Allowance, Response, utc

_INTENDED: frozenset[Status] = frozenset({"missing", "refused"})
"""Statuses of a list that somebody removed, or does not allow."""
_HEAD_BYTES = 1_000
"""First bytes of a list that are searched for the beginning of a web page."""


class ListSource:
    """Reads lists, each with a request in every build; offline only those of this machine.

    `requested` holds the addresses of all of them.

    cache: where lists are kept; None for none. falls_back: False: a list that cannot be read is an error, and the cache
    keeps what it has of it for the next build.
    """

    def __init__(
        self, client: CachedClient, cache: Cache | None, settings: CrawlSettings, *, falls_back: bool = True
    ) -> None:
        self.requested: set[str] = set()
        self._client = client
        self._cache = cache
        self._settings = settings
        self._falls_back = falls_back

    async def get(self, address: str) -> bytes | StaleList | MovedList:
        """Return the body of a list. Raises FetchError."""
        self.requested.add(address)
        cached = self._cached_list(address)
        try:
            response = await self._fetch(address)
        except FetchError as error:
            if cached is None or error.status in _INTENDED:
                raise
            stale = self._restore(cached, reason=str(error), hint=list_hint(error))
            if not self._falls_back:
                raise
            return stale
        body, page = response.body, _web_page(response.body, address)
        if page is None and (moved_to := _moved_address(response, address)):
            return MovedList(body=body, address=moved_to)
        if page is None or cached is None:
            return body
        stale = self._restore(cached, reason=page.message)
        return stale if self._falls_back else body

    def _cached_list(self, address: str) -> CachedDocument | None:
        """Return the list in the cache; None where there is none, or what is cached is not a list."""
        cached = self._cache.document(address) if self._cache else None
        return cached if cached and cached.status == "ok" and not _web_page(cached.body, address) else None

    def _restore(self, cached: CachedDocument, *, reason: str, hint: str = "") -> StaleList:
        """Return a cached list, and put it back into the cache instead of the present answer."""
        if self._cache:
            self._cache.put_document(cached)
        return StaleList(body=cached.body, read_on=utc(cached.checked_at)[:10], reason=reason, hint=hint)

    async def _fetch(self, address: str) -> Response:
        size_bytes = self._settings.max_list_bytes
        # A list of this machine is read even in an offline build: its edits need no network.
        client = self._client if urls.is_remote(address) else self._client.online()
        return await client.get_document(
            address,
            max_bytes=size_bytes,
            max_age_s=0.0,
            allowance=Allowance(
                bytes_left=size_bytes, seconds_left=self._settings.dataset_deadline_s, local_folder="file:///"
            ),
        )


def _moved_address(response: Response, address: str) -> str | None:
    """Return the new address of a list; None for one with a query, which may hold a signature, and is not shown."""
    target = response.moved_to
    return None if not target or target == address or "?" in target or urls.has_credentials(target) else target


def _web_page(body: bytes, address: str) -> Problem | None:
    """Return the problem of a list that is a web page; None for any other."""
    problems = (each.problem for each in parse_list(body[:_HEAD_BYTES], address).problems)
    return next((problem for problem in problems if problem.code == "list-is-html"), None)
