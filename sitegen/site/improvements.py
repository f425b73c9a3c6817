"""What the owner of some datasets can improve: the criteria of findability that not all of them meet, and where.

Each has the lines to correct, and the hint of a problem code: of the criterion, or of the problems that are why
datasets do not meet it. Pure functions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sitegen.catalog.findability import CRITERIA, Criterion, CriterionKey, CriterionResult
from sitegen.catalog.health import ReportedProblem, report_problem
from sitegen.model import Problem, Record
from sitegen.model.codes import CODES, make_problem
from sitegen.site.fields import FIELDS
from sitegen.site.links import filter_link
from sitegen.site.overviews import NO_INSTITUTION, LinesOfList, ListFacts, Overview, place_in

_FILTERS: Mapping[CriterionKey, tuple[str, str]] = {
    "valid": ("validity", "invalid"),
    "license": ("license", ""),
    "organism": ("organism", ""),
    "method": ("modality", ""),
}
"""Criterion → facet and value of the datasets that do not meet it, where one value is all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImprovementReason:
    """Why datasets do not meet a criterion, and what to do about it."""

    code: str
    """Code of the problem, as the rules page explains it."""
    meaning: str
    """What is wrong."""
    hint: str
    """What to do about it."""
    datasets: int
    """How many datasets have it."""
    lists: tuple[LinesOfList, ...]
    """Where these are listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvement:
    """A criterion that not all datasets meet."""

    criterion: CriterionKey
    """Its key among `findability.criteria`."""
    label: str
    """What people call it."""
    points: float
    """Points of the score that meeting it everywhere adds, as far as it is known."""
    datasets: int
    """How many datasets do not meet it."""
    reasons: tuple[ImprovementReason, ...]
    """Why, the most frequent first."""
    search: str
    """Address of these datasets in the catalog, below the site's root; empty where no filter asks for exactly them."""


def make_improvements(
    overview: Overview, results: Sequence[CriterionResult], lists: ListFacts
) -> tuple[Improvement, ...]:
    """Return what can be improved, in the order of the points to win. results: of each criterion, in their order."""
    made = [
        Improvement(
            criterion=result.key,
            label=result.label,
            points=round(result.weight - result.points, 1),
            datasets=result.known - result.met,
            reasons=_reasons(criterion, overview, lists),
            search=_search(criterion, overview),
        )
        for criterion, result in zip(CRITERIA, results, strict=True)
        if result.met < result.known
    ]
    return tuple(sorted(made, key=lambda each: -each.points))


def _reasons(criterion: Criterion, overview: Overview, lists: ListFacts) -> tuple[ImprovementReason, ...]:
    of_code: dict[str, list[ReportedProblem]] = defaultdict(list)
    for record in overview.records:
        if criterion.met(record) is False:
            for problem in _why(criterion, record):
                place = place_in(record, overview.csv)
                of_code[problem.code].append(report_problem(problem, place, url=record.url, dataset=record.id))
    reasons = [_reason(code, found, lists) for code, found in of_code.items()]
    return tuple(sorted(reasons, key=lambda each: -each.datasets))


def _why(criterion: Criterion, record: Record) -> Iterator[Problem]:
    """Yield why a dataset does not meet a criterion: for one without a code of its own, by the dataset's problems."""
    if criterion.code:
        unknown = (problem for problem in record.found.problems if problem.code == "license-unknown")
        stated = next(unknown, None) if criterion.key == "license" else None
        yield stated or make_problem(criterion.code)
        return
    wrong = [problem for problem in record.found.problems if problem.level == "error"]
    answers = [problem for problem in wrong if (row := CODES.get(problem.code)) and row.status and not problem.where]
    yield from (answers or wrong or [make_problem("not-current")])[:1] if criterion.key == "answers" else wrong


def _reason(code: str, found: Sequence[ReportedProblem], lists: ListFacts) -> ImprovementReason:
    row = CODES.get(code)
    return ImprovementReason(
        code=code,
        meaning=row.meaning if row else found[0].message,
        hint=found[0].hint,
        datasets=len({each.dataset for each in found}),
        lists=lists.lines_of(found),
    )


def _search(criterion: Criterion, overview: Overview) -> str:
    """Return the address of the datasets that do not meet a criterion; empty where a filter finds others, too."""
    if overview.kind == "list" or overview.id == NO_INSTITUTION or criterion.key not in _FILTERS:
        return ""
    key, value = _FILTERS[criterion.key]
    field = next(each for each in FIELDS if each.key == key)
    if any(((field.value(each) or "") == value) != (criterion.met(each) is False) for each in overview.records):
        return ""
    of = ("source", overview.name) if overview.kind == "institution" else ("study", overview.id)
    return filter_link(*of, **{key: value})
