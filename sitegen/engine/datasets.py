"""One dataset, from its entry to its findings: decide, run the inspection, merge, remember."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from sitegen import urls
from sitegen.cache.folder import Cache, picture_name, picture_names
from sitegen.engine.batches import RunTask
from sitegen.engine.merge import (
    current_findings,
    merge_attempt,
    merge_findings,
    merge_unchanged,
    missed,
    reproducible_outcome,
    without_pictures,
)
from sitegen.engine.plan import CrawlPolicy, compare_root_task, decide, inspect_task, made_by
from sitegen.engine.predictions import Predictions
from sitegen.model import Cost, Entry, Findings
from sitegen.model.task import Attempt, Known, Outcome

log = logging.getLogger(__name__)


class DatasetInspector:
    """Inspects datasets as far as they are due, and remembers what was found.

    run_task: runs one inspection, here or elsewhere.
    cache: what earlier builds learned; None: nothing is known and nothing is remembered.
    now: gives the time in seconds since 1970, UTC, by which ages are computed. stated_s: the time that a reproducible
    build states instead.
    """

    def __init__(
        self,
        run_task: RunTask,
        predictions: Predictions,
        policy: CrawlPolicy,
        *,
        cache: Cache | None,
        now: Callable[[], float],
        stated_s: float | None = None,
    ) -> None:
        self._run_task = run_task
        self._predictions = predictions
        self._policy = policy
        self._cache = cache
        self._now = now
        self._stated_s = stated_s

    async def inspect(self, entry: Entry) -> Findings:
        """Return what is known of a dataset after as few requests as possible. Raises BuildError."""
        found = await self._inspect(entry)
        self._predictions.learn(entry.url, found)
        return found

    async def _inspect(self, entry: Entry) -> Findings:
        known = self._known(entry.url)
        decision = decide(entry, known, self._policy, now_s=self._now())
        log.debug("%s: %s, %s", entry.url, decision.action, decision.why)
        if known and decision.action == "keep":
            return current_findings(known)
        if known and decision.action == "compare-root" and (found := await self._compare_root(entry, known)):
            return found
        return await self._inspect_fully(entry, known)

    def _known(self, url: str) -> Known | None:
        known = self._cache.known(url) if self._cache else None
        if known is None or self._cache is None or all(map(self._cache.has_picture, picture_names(known.then))):
            return known
        return without_pictures(known)

    async def _compare_root(self, entry: Entry, known: Known) -> Findings | None:
        """Return the findings if one conditional request shows no change, or gets no answer; None for a change."""
        outcome = self._stated(entry, await self._run_task(compare_root_task(entry, known, self._policy)))
        if outcome.unchanged:
            return self._remember(entry, merge_unchanged(known, now_s=self._now(), stated_s=self._stated_s))
        if outcome.findings.status != "unreachable":
            return None
        attempt = Attempt(status="unreachable", problems=outcome.findings.problems)
        return self._remember_attempt(entry, known, attempt, outcome)

    async def _inspect_fully(self, entry: Entry, known: Known | None) -> Findings:
        task = inspect_task(entry, known, self._policy, prediction=self._predictions.prediction(entry.url))
        outcome = self._stated(entry, await self._run_task(task))
        if known and (attempt := self._missed(known, outcome)):
            return self._remember_attempt(entry, known, attempt, outcome)
        found = replace(outcome.findings, cost=outcome.cost)
        if self._cache:
            for path, content in outcome.pictures.items():
                self._cache.put_picture(picture_name(path), content)
        merged = merge_findings(
            known,
            found,
            made_by=made_by(entry, found, self._policy),
            root_digest=outcome.root_digest,
            now_s=self._now(),
            stated_s=self._stated_s,
        )
        return self._remember(entry, merged)

    def _stated(self, entry: Entry, outcome: Outcome) -> Outcome:
        return outcome if self._stated_s is None else reproducible_outcome(outcome, urls.host(entry.url))

    def _missed(self, known: Known, outcome: Outcome) -> Attempt | None:
        policy = self._policy
        return missed(known, outcome, max_age_days=policy.max_age_days, offline=policy.offline, now_s=self._now())

    def _remember_attempt(self, entry: Entry, known: Known, attempt: Attempt, outcome: Outcome) -> Findings:
        """Cache the attempt beside what was last read, which keeps its own code, options and root."""
        if self._policy.offline:
            return current_findings(known)
        cost = outcome.cost if self._stated_s is None else Cost()
        return self._remember(entry, merge_attempt(known, replace(attempt, cost=cost), now_s=self._now()))

    def _remember(self, entry: Entry, known: Known) -> Findings:
        if self._cache and not self._policy.offline:
            self._cache.put_known(entry.url, known)
        found = current_findings(known)
        log.info("%s: %s, %s", entry.url, found.status, found.kind)
        return found
