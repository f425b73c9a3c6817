"""What to do with a dataset, given its entry and what is known of it. Pure functions.

Nothing, while what is known is young enough. One conditional request for its root document, where an unchanged root
means that the rest is unchanged, too: not where something below the root was wrong or missing, which may have been
repaired since. Else a full inspection.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from sitegen.cache.policy import age_factor
from sitegen.engine.fingerprint import METADATA_PACKAGES, PICTURE_PACKAGES, code_fingerprint
from sitegen.engine.merge import current_findings, unanswered
from sitegen.model import Entry, Findings, Problem
from sitegen.model.codes import CODES
from sitegen.model.task import Known, KnownRoot, PictureOptions, Prediction, Task
from sitegen.transfer import DAY_S

_FAILED_AGE_S = 12 * 3600.0
"""Age up to which a missing, forbidden or unreadable dataset is not requested again: a nightly build does so."""
_DUE_IN_EACH_BUILD = frozenset({"stale", "unreachable", "refused"})
"""Statuses that may change by themselves, or with the settings (`refused`)."""
_LIMITED = frozenset(code for code, row in CODES.items() if row.limited_by == "crawl.max_bytes_per_dataset")
"""Codes of problems that a higher max_bytes_per_dataset may solve."""
_REPAIRABLE = frozenset(code for code, row in CODES.items() if row.below_root)
"""Codes of what was missing or could not be rendered below the root, and may have been repaired since."""

Action = Literal["keep", "compare-root", "inspect"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a build does with one dataset."""

    action: Action
    """`keep`: no request; `compare-root`: one conditional request; `inspect`: a full inspection."""
    why: str
    """In a few words, for the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlPolicy:
    """How a build treats all datasets."""

    max_bytes: int
    """Bytes that the requests for one dataset may transfer."""
    deadline_s: float
    """Seconds that the requests for one dataset may take."""
    max_age_days: float
    """Age up to which findings of a dataset that answered are kept without a request."""
    pictures: PictureOptions | None = None
    """None: no pictures."""
    refresh: bool = False
    """Revalidate every dataset."""
    offline: bool = False
    """Make no request."""


def decide(entry: Entry, known: Known | None, policy: CrawlPolicy, *, now_s: float) -> Decision:
    """Return what to do with a dataset. now_s: seconds since 1970, UTC."""
    if known is None:
        return Decision(action="inspect", why="never read")
    if known.made_by != made_by(entry, known.then, policy):
        return Decision(action="inspect", why="read by other code, options or columns, or its pictures are lost")
    if policy.offline:
        return Decision(action="keep", why="offline")
    found = current_findings(known)
    if not policy.refresh and _is_young(entry.url, known, found, policy, now_s):
        return Decision(action="keep", why="young enough")
    if is_determined_by_root(found):
        return Decision(action="compare-root", why="due again")
    return Decision(action="inspect", why="it was incomplete, and an unchanged root would not show a repair")


def made_by(entry: Entry, found: Findings, policy: CrawlPolicy) -> str:
    """Return the fingerprint of everything but the data that findings depend on: code, options, columns, limits met."""
    packages = METADATA_PACKAGES if policy.pictures is None else METADATA_PACKAGES + PICTURE_PACKAGES
    limits = {policy.max_bytes for each in found.problems if each.code in _LIMITED}
    parts = (code_fingerprint(packages), policy.pictures, entry.series0 or "", lacks_stored_bytes(entry), *limits)
    return _short_digest(parts)


@lru_cache(maxsize=1024)  # most datasets of a build have the same parts
def _short_digest(parts: tuple[object, ...]) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def compare_root_task(entry: Entry, known: Known, policy: CrawlPolicy) -> Task:
    """Return the task that asks whether a dataset's root document is unchanged."""
    root = KnownRoot(zarr_format=known.then.zarr_format, digest=known.root_digest)
    return Task(
        url=entry.url,
        max_bytes=policy.max_bytes,
        deadline_s=policy.deadline_s,
        local_folder=entry.url if entry.local else None,
        known_root=root,
        zipped=known.then.zipped,
    )


def inspect_task(entry: Entry, known: Known | None, policy: CrawlPolicy, *, prediction: Prediction) -> Task:
    """Return the task of a full inspection.

    All documents of a dataset whose root changed, or that failed, are requested again. A dataset that is read again
    because the code changed, or that a killed build or `sitegen check` has read, is read from cached documents.
    """
    again = policy.refresh or (known is not None and known.made_by == made_by(entry, known.then, policy))
    return Task(
        url=entry.url,
        max_bytes=policy.max_bytes,
        deadline_s=policy.deadline_s,
        local_folder=entry.url if entry.local else None,
        series0=entry.series0,
        count_bytes=lacks_stored_bytes(entry),
        pictures=policy.pictures,
        max_document_age_s=0.0 if again else None,
        zipped=known is not None and known.then.zipped,
        prediction=prediction,
    )


def lacks_stored_bytes(entry: Entry) -> bool:
    """Return whether no list states the dataset's stored bytes."""
    return entry.stored_bytes is None


def is_determined_by_root(found: Findings) -> bool:
    """Return whether an unchanged root document means an unchanged dataset: nothing below it was wrong or missing."""
    waits = unanswered(found) or any(map(_may_be_repaired, found.problems))
    blank = found.shown is not None and found.shown.empty  # its pixels may have been written after its metadata
    return found.status in ("ok", "stale") and not waits and not blank


def _may_be_repaired(problem: Problem) -> bool:
    """Return whether a problem may be solved while the root stays the same, as a host's answer for another document."""
    row = CODES.get(problem.code)
    is_answer = row is not None and row.status is not None and not row.of_moment
    return problem.code in _REPAIRABLE or (is_answer and bool(problem.where))


def _is_young(url: str, known: Known, found: Findings, policy: CrawlPolicy, now_s: float) -> bool:
    if found.status in _DUE_IN_EACH_BUILD or unanswered(found):
        return False
    age_s = now_s - known.checked_at  # negative where the clock was wrong then or is now: the age is not known
    limit_s = policy.max_age_days * DAY_S * age_factor(url) if found.status == "ok" else _FAILED_AGE_S
    return 0 <= age_s < limit_s
