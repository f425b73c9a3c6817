"""What is asked of a dataset this time, given what is remembered of it.

Nothing, while what was found is young. One conditional request for its root, when that
is all that changed in time: an unchanged root means that the rest is not asked for
either, unless something below it was wrong, which somebody may have mended. A full survey
otherwise. A dataset that no longer answers, or not for everything that it answered for
before, keeps what was last read of it, and says so: stale, not lost.

A reproducible build (SOURCE_DATE_EPOCH) keeps nothing that depends on the moment: its
visits bear the stated time, and their cost is what the findings were made from, whether
it came now or, before a kill, into the cache; no latencies, retries or vain requests.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from statistics import median

from sitegen import urls
from sitegen.cache.store import Cache, CachedFindings, picture_names
from sitegen.config.settings import Config
from sitegen.engine.predictions import Guess, Neighbours
from sitegen.errors import FetchError, fetch_error
from sitegen.inspection.dataset import Store
from sitegen.inspection.inspect import CRATE, explain_silence, labels_of, survey
from sitegen.inspection.pictures import Paints
from sitegen.inspection.size_limit import bounded
from sitegen.lists.columns import column_number
from sitegen.model import BrowserAccess, Cost, Entry, Findings, Problem
from sitegen.model.codes import CODES, make_problem
from sitegen.net.client import Client
from sitegen.transfer import Allowance, utc

log = logging.getLogger(__name__)

READING = 2
"""Raise it when the same documents would give other findings: what is kept is then made anew."""
_DAY_S = 86_400.0
_FAILED_FOR_S = 12 * 3600.0
"""How long "not there" is believed: shorter than a night, so that a nightly build asks again."""
_ASKED_AGAIN = frozenset({"stale", "unreachable", "refused"})
"""Asked for at each build: the first two may be back, the third depends on our settings, too."""
_ANSWERED = frozenset({"missing", "forbidden", "unreadable"})
_NOTE = "not-current"
_SILENT = frozenset(code for code, row in CODES.items() if row.transient)
_LIMITED = frozenset(code for code, row in CODES.items() if row.limited_by == "crawl.max_bytes_per_dataset")
"""They may go with a higher max_bytes_per_dataset."""
_MENDED_BELOW = frozenset(code for code, row in CODES.items() if row.below_root)
"""What was not there, or could not be drawn: somebody may have mended it, and the root is the same. Rules that other
documents break, too, are judged again when the root has changed, or a new version reads the dataset."""
_JITTER = 0.2
"""Part of the maximum age by which datasets differ, so that they do not all fall due in one night."""


class Visitor:
    """Visits datasets, with a memory.

    cache: the memory; without one, every dataset is surveyed, and nothing is kept but what the fetcher keeps.
    """

    def __init__(
        self,
        fetcher: Client,
        cache: Cache | None,
        painter: Paints,
        neighbours: Neighbours,
        config: Config,
        *,
        refresh: bool,
        offline: bool,
        now: Callable[[], float],
        stated_s: float | None = None,
    ) -> None:
        """Take note of who helps.

        now: the time, by which ages are judged. stated_s: the time that a reproducible build states instead.
        """
        self._fetcher = fetcher
        self._cache = cache
        self._painter = painter
        self._neighbours = neighbours
        self._config = config
        self._refresh = refresh
        self._offline = offline
        self._now = now
        self._stated_s = stated_s

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
        kept = self._kept(entry.url)
        if kept and self._is_made_by(entry, kept):
            if self._offline or self._is_young(entry.url, kept):
                return kept.findings
            if _tells_by_root(kept.findings) and (found := await self._look_again(entry, kept)):
                return found
        await self._neighbours.ready(entry.url)
        return await self._survey(entry, kept)

    def _kept(self, url: str) -> CachedFindings | None:
        """Return what is kept of a dataset; made by nothing that we know where its pictures are gone."""
        kept = self._cache.findings(url) if self._cache else None
        if kept is None or self._cache is None or all(map(self._cache.picture, picture_names(kept.findings))):
            return kept
        bare = replace(kept.findings, thumbnail=None, preview=None, montage=None, overlay=None)
        return replace(kept, key="", findings=bare)

    def _key(self, entry: Entry, found: Findings) -> str:
        """Return what made the findings, apart from the data: code, settings, what the list states, a limit met."""
        limits = {self._config.crawl.max_bytes_per_dataset for each in found.problems if each.code in _LIMITED}
        parts = (READING, self._painter.key, entry.columns.get("series0", ""), _lacks_bytes(entry), *limits)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]

    def _is_made_by(self, entry: Entry, kept: CachedFindings) -> bool:
        return kept.key == self._key(entry, kept.findings)

    def _is_young(self, url: str, kept: CachedFindings) -> bool:
        if self._refresh or kept.findings.status in _ASKED_AGAIN or _silences(kept.findings.problems):
            return False
        age_s = self._now() - kept.checked_at  # negative where the clock was ahead: then nothing is known of its age
        answered = kept.findings.status == "ok"
        return 0 <= age_s < (self._config.crawl.max_age_days * _DAY_S * _spread(url) if answered else _FAILED_FOR_S)

    async def _look_again(self, entry: Entry, kept: CachedFindings) -> Findings | None:
        """Return what one conditional request for the root is enough to find: no change, or no answer; else None."""
        name = "zarr.json" if kept.findings.zarr_format == 3 else ".zattrs"
        async with Store(self._fetcher, entry.url, self._allowance(entry), fresh_for_s=0.0) as store:
            try:
                root = await store.document(name)
            except FetchError as error:
                # A host that is down is not asked for the rest; any other answer the survey finds the words for.
                if error.status != "unreachable":
                    return None
                return self._keep_old(entry, kept, self._explain(entry, error), store)
        if root is None or store.root_digest != kept.root:
            return None
        found = replace(kept.findings, status="ok", problems=_of_reading(kept.findings))
        return self._keep(entry, found, root=kept.root)

    async def _survey(self, entry: Entry, kept: CachedFindings | None) -> Findings:
        fresh_for_s = self._fresh_for_s(entry, kept)
        series0 = entry.columns.get("series0")
        async with Store(self._fetcher, entry.url, self._allowance(entry), fresh_for_s=fresh_for_s) as store:
            try:
                found = await survey(
                    store,
                    neighbours=self._neighbours,
                    painter=self._painter,
                    series0=series0,
                    count_bytes=_lacks_bytes(entry),
                )
            except FetchError as error:
                found = self._explain(entry, error)
        if kept and (silence := self._silence(kept, found)):
            return kept.findings if self._offline else self._keep_old(entry, kept, silence, store)
        cost = self._cost(store.allowance, answers=store.answers, answer_bytes=store.answer_bytes)
        browsers = await self._what_browsers_may(store)
        found = replace(found, browsers=browsers, cors=_may_read(browsers, found), cost=cost)
        if kept:
            crate = kept.findings.crate if CRATE in _silences(found.problems) else found.crate
            found = replace(found, crate=crate, checked_at=kept.findings.checked_at)
        return self._keep(entry, found, root=store.root_digest)

    def _silence(self, kept: CachedFindings, found: Findings) -> Findings | None:
        """Return what a visit missed of a dataset that could be read before; None where it missed nothing.

        It misses all of it, or a part: the pixels behind a root that answers, say, or that the cache answered for.
        A part that was silent for as long as the cache remembers what no list names is not waited for any more.
        """
        if not kept.findings.kind:
            return None
        if found.status != "ok":
            return found
        before = _silences(_of_reading(kept.findings))
        missed = _silences(found.problems) - before - {CRATE}
        poor = before and kept.findings.thumbnail is None
        old = self._now() - kept.checked_at > 2 * self._config.crawl.max_age_days * _DAY_S
        if not missed or poor or (old and not self._offline):
            return None
        problems = tuple(problem for problem in found.problems if problem.where in missed and problem.code in _SILENT)
        return Findings(status="unreachable", problems=problems)

    def _explain(self, entry: Entry, error: FetchError) -> Findings:
        """Return the findings of a dataset whose host gave no answer.

        Which datasets meet the fault itself, and which a host that is left alone because of it, is a matter of the
        moment: a reproducible build says the same of all of them.
        """
        if self._stated_s is not None and error.status == "unreachable":
            error = fetch_error("host-down", f"{urls.host(entry.url)} gives no answer")
        return explain_silence(error)

    async def _what_browsers_may(self, store: Store) -> BrowserAccess:
        """Return what a page of another origin may do with a dataset; its host is asked once in a build."""
        ranges = await self._fetcher.allows_ranges(store.url) if store.cors else None
        return BrowserAccess(origin=store.cors, ranges=ranges, exposed=store.exposed)

    def _cost(self, allowance: Allowance, *, answers: int = 0, answer_bytes: int = 0) -> Cost:
        """Return what a visit cost; of a reproducible build, what it read."""
        if self._stated_s is not None:
            return Cost(requests=answers, bytes=answer_bytes)
        return Cost(
            requests=allowance.requests,
            retries=allowance.retries,
            bytes=allowance.bytes_read,
            median_ms=round(1000 * median(allowance.latencies_s), 1) if allowance.latencies_s else None,
        )

    def _keep(self, entry: Entry, found: Findings, *, root: str) -> Findings:
        """Remember findings; what was read just now bears the time of now, and so does a first "not there"."""
        now = self._now()
        found = bounded(found)
        if found.status == "ok" or found.status in _ANSWERED:
            found = replace(found, checked_at=utc(now if self._stated_s is None else self._stated_s))
        if self._cache and not self._offline:
            self._cache.put_findings(entry.url, found, key=self._key(entry, found), root=root, checked_at=now)
        log.info("%s: %s, %s", entry.url, found.status, found.kind)
        return found

    def _keep_old(self, entry: Entry, kept: CachedFindings, silence: Findings, store: Store) -> Findings:
        """Remember what was last read, as what it is: made by the code, the settings and the root of then."""
        found = replace(_remembered(kept, silence), cost=self._cost(store.allowance))
        if self._cache and not self._offline:
            read_at = kept.checked_at if found.status == "stale" else self._now()
            self._cache.put_findings(entry.url, found, key=kept.key, root=kept.root, checked_at=read_at)
        log.info("%s: %s", entry.url, found.status)
        return found

    def _allowance(self, entry: Entry) -> Allowance:
        return Allowance(
            bytes_left=self._config.crawl.max_bytes_per_dataset,
            seconds_left=self._config.crawl.dataset_deadline_s,
            within=entry.url if entry.local else None,
        )

    def _fresh_for_s(self, entry: Entry, kept: CachedFindings | None) -> float | None:
        """Return how old a document may be that the survey believes; None: as old as the fetcher lets one be.

        A dataset whose root changed, or that failed, is asked for everything again; one that new
        code reads again, or that a killed build or a check read, is read from the cache.
        """
        return 0.0 if self._refresh or (kept and self._is_made_by(entry, kept)) else None


def _lacks_bytes(entry: Entry) -> bool:
    return column_number(entry, "written") is None


def _optional_documents(found: Findings | None) -> list[str]:
    """Return the optional documents that a dataset had."""
    if found is None:
        return []
    return [name for name, had in ((CRATE, found.crate), (labels_of(found.kind), found.label_images)) if had]


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


def _may_read(browsers: BrowserAccess, found: Findings) -> bool | None:
    """Return whether a page of another origin can read the dataset; None if that is not known.

    Its host must allow the origin and, where the data are sharded, the ranges that shards are read by.
    """
    if browsers.origin and any(level.shards for level in found.levels):
        return browsers.ranges
    return browsers.origin


def _remembered(kept: CachedFindings, found: Findings) -> Findings:
    """Return what was last read of a dataset, under the status and the problem of now."""
    status = "stale" if found.status == "unreachable" else found.status
    since = kept.findings.checked_at or utc(kept.checked_at)
    note = make_problem(
        "not-current",
        message=f"it does not answer as it did; what is shown was read on {since[:10]}",
    )
    return replace(kept.findings, status=status, problems=(*found.problems, note, *_of_reading(kept.findings)))


def _of_reading(found: Findings) -> tuple[Problem, ...]:
    """Return the problems that the last good reading found: those after the note of a later visit's silence."""
    codes = [problem.code for problem in found.problems]
    return found.problems[codes.index(_NOTE) + 1 :] if _NOTE in codes else found.problems


def _silences(problems: Iterable[Problem]) -> frozenset[str]:
    """Return the places below the root where a host gave no answer."""
    return frozenset(problem.where for problem in problems if problem.code in _SILENT and problem.where)


def _tells_by_root(found: Findings) -> bool:
    """Return whether an unchanged root means an unchanged dataset: nothing below it waits to be mended, or drawn."""
    waits = _silences(found.problems) or any(problem.code in _MENDED_BELOW for problem in found.problems)
    bare = found.shown is not None and found.shown.empty  # its pixels may have come later than its metadata
    return found.status in ("ok", "stale") and not waits and not bare
