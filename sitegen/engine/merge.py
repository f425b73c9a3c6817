"""What was known of a dataset, and an outcome, become what is known now. Pure functions.

A dataset that no longer answers, or not for everything that it answered for before, keeps what was last read of it:
`Known.then`, with what it answers now beside it in `Known.now`. The catalog shows the two together, as `stale` or
under the status of now.
"""

from __future__ import annotations

from dataclasses import replace

from sitegen.errors import fetch_error
from sitegen.inspection.inspector import CRATE, unreadable
from sitegen.model import Findings, Problem
from sitegen.model.codes import CODES, make_problem
from sitegen.model.task import Attempt, Known, Outcome
from sitegen.transfer import utc

_DAY_S = 86_400.0
_ANSWERED = frozenset({"ok", "missing", "forbidden", "unreadable"})
"""Statuses that a host's answer gives."""


def current_findings(known: Known) -> Findings:
    """Return what the catalog says of a dataset: what was last read of it, under the status and problems of now."""
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

    It misses all of it, or a part: the pixels below a root that answers, say. A part that was missing for twice the
    maximum age is given up.
    """
    found = outcome.findings
    if not known.then.kind:
        return None
    if found.status != "ok":
        return Attempt(status=found.status, problems=found.problems)
    before = unanswered(known.then)
    places = unanswered(found) - before - {CRATE}
    poor = before and known.then.thumbnail is None
    old = now_s - known.checked_at > 2 * max_age_days * _DAY_S
    if not places or poor or (old and not offline):
        return None
    problems = tuple(each for each in found.problems if each.where in places and is_no_answer(each))
    return Attempt(status="unreachable", problems=problems)


def reproducible_outcome(outcome: Outcome, host: str) -> Outcome:
    """Return the outcome without what depends on the moment, for a build with SOURCE_DATE_EPOCH.

    Its cost is what the findings were made from, whether it came from hosts or the cache. Which datasets meet an error
    themselves, and which a host that is no longer asked because of it, is chance: all get the same problem.
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
