"""What is asked of a dataset this time, given what is remembered of it.

Nothing, while what was found is young. One conditional request for its root, when that
is all that changed in time: an unchanged root means that the rest is not asked for
either. A full survey otherwise. A dataset that no longer answers keeps what was last
read of it, and says so: stale, not lost.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import replace
from statistics import median

from sitegen import addresses
from sitegen.cache import Cache, Kept, digest
from sitegen.config import Config
from sitegen.errors import FetchError
from sitegen.faults import FAULTS
from sitegen.fetch import Fetcher
from sitegen.model import Cost, Entry, Findings, Problem
from sitegen.neighbours import Guess, Neighbours
from sitegen.painting import Painter
from sitegen.reply import Allowance, utc
from sitegen.store import JSON_MAX_BYTES, Store
from sitegen.survey import CRATE, LABELS, explain_silence, survey

log = logging.getLogger(__name__)

READING = 1
"""Raise it when the same documents would give other findings: what is kept is then made anew."""
_DAY_S = 86_400.0
_FAILED_FOR_S = 12 * 3600.0
"""How long "not there" is believed: shorter than a night, so that a nightly build asks again."""
_OF_A_VISIT = frozenset({*FAULTS, "not-current"})
_JITTER = 0.2
"""Part of the maximum age by which datasets differ, so that they do not all fall due in one night."""


class Visitor:
    """Visits datasets, with a memory."""

    def __init__(
        self,
        fetcher: Fetcher,
        cache: Cache,
        painter: Painter,
        neighbours: Neighbours,
        config: Config,
        *,
        refresh: bool,
        offline: bool,
        now: Callable[[], float],
    ) -> None:
        self._fetcher = fetcher
        self._cache = cache
        self._painter = painter
        self._neighbours = neighbours
        self._config = config
        self._refresh = refresh
        self._offline = offline
        self._now = now

    async def visit(self, entry: Entry) -> Findings:
        """Return what is known of a dataset after asking as little as may be."""
        found = None
        try:
            found = await self._visit(entry)
        finally:
            self._neighbours.learn(entry.url, documents=_optional_documents(found), guess=_guess(found))
        return found

    def goes_first(self, entry: Entry) -> bool:
        """Return whether the dataset's neighbours wait for it."""
        return self._neighbours.is_scout(entry.url)

    async def _visit(self, entry: Entry) -> Findings:
        kept = self._cache.findings(entry.url)
        key = self._key(entry)
        if kept and kept.key == key and (self._offline or self._is_young(entry.url, kept)):
            return kept.findings
        if (
            kept
            and kept.key == key
            and kept.findings.status in ("ok", "stale")
            and await self._is_unchanged(entry, kept)
        ):
            return self._keep(entry, key, replace(kept.findings, status="ok", problems=_lasting(kept)), kept.root)
        await self._neighbours.ready(entry.url)
        return await self._survey(entry, key, kept)

    def _key(self, entry: Entry) -> str:
        """Return what made the findings, apart from the data: code, settings, and the list's `series0`."""
        parts = (READING, self._painter.key, entry.columns.get("series0", ""))
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]

    def _is_young(self, url: str, kept: Kept) -> bool:
        if self._refresh or kept.findings.status in ("stale", "unreachable"):
            return False
        age_s = self._now() - kept.checked_at
        answered = kept.findings.status == "ok"
        return age_s < (self._config.crawl.max_age_days * _DAY_S * _spread(url) if answered else _FAILED_FOR_S)

    async def _is_unchanged(self, entry: Entry, kept: Kept) -> bool:
        """Return whether the dataset's root is what it was, by one conditional request."""
        name = "zarr.json" if kept.findings.zarr_format == 3 else ".zattrs"
        try:
            reply = await self._fetcher.get_document(
                addresses.below(entry.url, name), max_bytes=JSON_MAX_BYTES, allowance=self._allowance(entry)
            )
        except FetchError:
            return False  # the survey finds the words for it
        return digest(reply.body) == kept.root

    async def _survey(self, entry: Entry, key: str, kept: Kept | None) -> Findings:
        fresh_for_s = self._fresh_for_s(entry.url, key, kept)
        store = Store(self._fetcher, entry.url, self._allowance(entry), fresh_for_s=fresh_for_s)
        series0 = entry.columns.get("series0")
        try:
            found = await survey(store, neighbours=self._neighbours, painter=self._painter, series0=series0)
        except FetchError as error:
            found = explain_silence(error)
        if found.status != "ok" and kept and kept.findings.kind:
            found = _remembered(kept, found)
        found = replace(found, cors=store.cors if found.cors is None else found.cors, cost=_cost(store.allowance))
        log.info("%s: %s, %s", entry.url, found.status, found.kind)
        return self._keep(entry, key, found, store.root_digest or (kept.root if kept and found.kind else ""))

    def _keep(self, entry: Entry, key: str, found: Findings, root: str) -> Findings:
        """Remember findings; what was read just now bears the time of now."""
        now = self._now()
        if found.status == "ok":
            found = replace(found, checked_at=utc(now))
        if not self._offline:
            self._cache.put_findings(entry.url, found, key=key, root=root, checked_at=now)
        return found

    def _allowance(self, entry: Entry) -> Allowance:
        return Allowance(
            bytes_left=self._config.crawl.max_bytes_per_dataset,
            seconds_left=self._config.crawl.dataset_deadline_s,
            within=entry.url if entry.local else None,
        )

    def _fresh_for_s(self, url: str, key: str, kept: Kept | None) -> float:
        """Return how old a document may be that the survey believes.

        A dataset whose root changed, or that failed, is asked for everything again; one that new
        code reads again, or that a killed build left half read, is read from the cache.
        """
        if self._refresh or (kept and kept.key == key):
            return 0.0
        return self._config.crawl.max_age_days * _DAY_S * _spread(url)


def _cost(allowance: Allowance) -> Cost:
    latencies_s = allowance.latencies_s
    return Cost(
        requests=allowance.requests,
        retries=allowance.retries,
        bytes=allowance.bytes_read,
        median_ms=round(1000 * median(latencies_s), 1) if latencies_s else None,
    )


def _optional_documents(found: Findings | None) -> list[str]:
    """Return the optional documents that a dataset had."""
    if found is None:
        return []
    return [name for name, had in ((CRATE, found.crate), (LABELS, found.label_images)) if had]


def _guess(found: Findings | None) -> Guess | None:
    """Return what a dataset that could be read lets one expect of its neighbours."""
    if found is None or found.zarr_format is None:
        return None
    level = found.levels[0].path if found.levels and found.image_path == "" else None
    return Guess(zarr_format=found.zarr_format, level=level)


def _spread(url: str) -> float:
    """Return this dataset's share of the maximum age: 0.8 to 1.2, always the same for one address."""
    fraction = int.from_bytes(hashlib.sha256(url.encode()).digest()[:4], "big") / 2**32
    return 1.0 + _JITTER * (2 * fraction - 1)


def _remembered(kept: Kept, found: Findings) -> Findings:
    """Return what was last read of a dataset, under the status and the problem of now."""
    status = "stale" if found.status == "unreachable" else found.status
    since = kept.findings.checked_at or utc(kept.checked_at)
    note = Problem(
        code="not-current",
        level="warning",
        message=f"it does not answer as it did; what is shown was read on {since[:10]}",
        hint="see the other problems for what it answers now",
    )
    return replace(kept.findings, status=status, problems=(*found.problems, note, *_lasting(kept)))


def _lasting(kept: Kept) -> tuple[Problem, ...]:
    """Return the problems of the data, without those of an earlier visit's silence."""
    return tuple(problem for problem in kept.findings.problems if problem.where or problem.code not in _OF_A_VISIT)
