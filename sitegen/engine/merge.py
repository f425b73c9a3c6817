"""Merges what was known of a dataset with the outcome of an inspection. Pure functions.

Where the host gives no answer, or not for everything that it answered for before, what was last read is kept in
`Known.then`, and what is wrong now in `Known.now`. The catalog shows the two together, as `stale` or with the status of
`now`.
"""

from __future__ import annotations

from dataclasses import replace

from sitegen.errors import fetch_error
from sitegen.inspection.inspector import CRATE, unreadable
from sitegen.model import Findings, Problem
from sitegen.model.codes import CODES, make_problem
from sitegen.model.task import Attempt, Known, Outcome
from sitegen.transfer import DAY_S, utc

_ANSWERED = frozenset({"ok", "missing", "forbidden", "unreadable"})
"""Statuses of datasets whose host answered."""


def current_findings(known: Known) -> Findings:
    """Return what the catalog shows of a dataset: what was last read of it, with the present status and problems."""
    if known.now is None:
        return known.then
    since = known.then.checked_at or utc(known.checked_at)
    note = make_problem(
        "not-current",
        message=f"it does not answer as it did; what is shown was read on {since[:10]}",
    )
    problems = (*known.now.problems, note, *known.then.problems)
    return replace(known.then, status=known.now.status, problems=problems, cost=known.now.cost)


def merge_unchanged(known: Known, *, now_s: float, stated_s: float | None) -> Known:
    """Return what is known of a dataset whose root document is unchanged: the same, read now.

    now_s: the time; stated_s: the time that a reproducible build states instead.
    """
    then = replace(known.then, status="ok", checked_at=utc(now_s if stated_s is None else stated_s))
    return replace(known, then=then, now=None, checked_at=now_s)


def merge_attempt(known: Known, attempt: Attempt, *, now_s: float) -> Known:
    """Return what is known of a dataset that an inspection could not read, or not all of it."""
    status = "stale" if attempt.status == "unreachable" else attempt.status
    now = replace(attempt, status=status)
    return replace(known, now=now, checked_at=known.checked_at if status == "stale" else now_s)


def merge_findings(
    known: Known | None, found: Findings, *, made_by: str, root_digest: str, now_s: float, stated_s: float | None
) -> Known:
    """Return what is known of a dataset that was inspected, as far as it could be.

    made_by: see `plan.made_by`. An RO-Crate whose host gave no answer stays as it was.
    """
    if known:
        crate = known.then.crate if CRATE in unanswered(found) else found.crate
        found = replace(found, crate=crate, checked_at=known.then.checked_at)
    if found.status in _ANSWERED:
        found = replace(found, checked_at=utc(now_s if stated_s is None else stated_s))
    return Known(then=found, made_by=made_by, root_digest=root_digest, checked_at=now_s)


def missed(known: Known, outcome: Outcome, *, max_age_days: float, offline: bool, now_s: float) -> Attempt | None:
    """Return what an inspection missed of a dataset that was read before; None where it missed nothing.

    It may miss all of it, or a part, such as the pixels below a root that answers. A part that was missing for twice
    the maximum age counts as removed.
    """
    found = outcome.findings
    if not known.then.kind:
        return None
    if found.status != "ok":
        return Attempt(status=found.status, problems=found.problems)
    unanswered_then = unanswered(known.then)
    places = unanswered(found) - unanswered_then - {CRATE}
    nothing_to_keep = unanswered_then and known.then.thumbnail is None
    expired = now_s - known.checked_at > 2 * max_age_days * DAY_S
    if not places or nothing_to_keep or (expired and not offline):
        return None
    problems = tuple(each for each in found.problems if each.where in places and is_no_answer(each))
    return Attempt(status="unreachable", problems=problems)


def reproducible_outcome(outcome: Outcome, host: str) -> Outcome:
    """Return the outcome without what depends on the moment, for a build with SOURCE_DATE_EPOCH.

    Its cost counts what was read, from hosts or the cache. Which datasets of a host get the error itself, and which get
    `host-down` because the host is not asked again, depends on timing: all get the same problem.
    """
    found = outcome.findings
    if found.status == "unreachable":
        found = unreadable(fetch_error("host-down", f"{host} gives no answer"))
    return replace(outcome, findings=found, cost=outcome.read)


def without_pictures(known: Known) -> Known:
    """Return what is known of a dataset whose picture files are lost: it must be inspected again."""
    bare = replace(known.then, thumbnail=None, preview=None, montage=None, overlay=None)
    return replace(known, then=bare, made_by="")


def unanswered(found: Findings) -> frozenset[str]:
    """Return the places below the root where the dataset's host gave no answer."""
    return frozenset(problem.where for problem in found.problems if is_no_answer(problem) and problem.where)


def is_no_answer(problem: Problem) -> bool:
    """Return whether a problem says that a host gave no answer, which may pass by itself."""
    return problem.code in CODES and CODES[problem.code].transient
