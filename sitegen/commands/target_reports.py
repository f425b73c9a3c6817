"""The report of `sitegen validate` on one target: as a value, as text and as JSON.

The text is for people: a headline for each target, then its problems, errors first. A rule that is broken
in many places is explained once, below the first places. Control characters of the data never reach a terminal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sitegen.commands.annotations import LEVELS, count_levels
from sitegen.errors import FetchError
from sitegen.formatting import printable
from sitegen.model import Kind, Problem
from sitegen.model.codes import make_problem
from sitegen.validate import Rule, rule_for

_PLACES_SHOWN = 5
_WORDS: Mapping[bool | None, str] = {True: "valid", False: "invalid", None: "not validated"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetReport:
    """What was found in one target."""

    target: str
    kind: Kind | None = None
    version: str | None = None
    valid: bool | None = None
    """False if there is an error; None if no rules exist for it."""
    problems: tuple[Problem, ...] = ()
    was_read: bool = True

    def rule(self, problem: Problem) -> Rule | None:
        """Return the rule of OME-Zarr that a problem breaks, if there is one."""
        return rule_for(problem.code, self.version) if self.version else None


def unread_report(target: str, error: FetchError) -> TargetReport:
    """Return the report on a target that could not be read: it is not valid, for this reason."""
    problem = make_problem(error.code, message=str(error), hint=error.hint)
    return TargetReport(target=target, valid=False, problems=(problem,), was_read=error.code == "not-zarr")


def render_json(reports: Iterable[TargetReport]) -> str:
    """Return the reports as a JSON list, in the order of the targets."""
    return json.dumps([_as_json(report) for report in reports], indent=1)


def _as_json(report: TargetReport) -> dict[str, object]:
    return {
        "target": report.target,
        "kind": report.kind,
        "version": report.version,
        "valid": report.valid,
        "problems": [_problem_as_json(problem, report) for problem in report.problems],
    }


def _problem_as_json(problem: Problem, report: TargetReport) -> dict[str, object]:
    rule = report.rule(problem)
    return {
        "code": problem.code,
        "level": problem.level,
        "where": problem.where,
        "message": problem.message,
        "hint": problem.hint,
        "clause": rule.clause(report.version or "").address if rule else None,
        "source": rule.source if rule else None,
    }


def render_text(reports: Iterable[TargetReport]) -> Iterator[str]:
    """Yield the lines for a terminal: for each target a headline, then its problems, errors first."""
    for report in reports:
        yield _headline(report)
        for level in LEVELS:
            found = sorted((each for each in report.problems if each.level == level), key=lambda each: each.code)
            for _, same_code in groupby(found, key=lambda each: each.code):
                yield from _problem_lines(list(same_code), report)


def _headline(report: TargetReport) -> str:
    if not report.was_read:
        return printable(f"{report.target}: could not be read")
    version = f", OME-Zarr {report.version}" if report.version else ""
    counts = f": {count_levels(report.problems)}" if report.problems else ""
    return printable(f"{report.target}: {_WORDS[report.valid]} ({report.kind or 'not OME-Zarr'}{version}){counts}")


def _problem_lines(same_code: Sequence[Problem], report: TargetReport) -> Iterator[str]:
    """Yield the first places of problems of one code, then what to do, and the rule with its section."""
    first = same_code[0]
    for each in same_code[:_PLACES_SHOWN]:
        place = f" at {each.where}" if each.where else ""
        yield printable(f"  {each.level} {each.code}{place}: {each.message}")
    if len(same_code) > _PLACES_SHOWN:
        yield f"    and {len(same_code) - _PLACES_SHOWN:,} more of these; --format json lists all"
    if first.hint:
        yield printable(f"    hint: {first.hint}")
    if rule := report.rule(first):
        clause = rule.clause(report.version or "")
        yield f"    rule: {rule.meaning}"
        yield f"          {clause.title}, {clause.address}"
