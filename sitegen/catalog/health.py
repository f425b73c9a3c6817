"""How the datasets of a catalog are: by institution, by host, by rule and by list.

`report.json` and the health page are made from it. Every problem has the list and the line that its
steward can correct. Problems are grouped by rule and by list, because one cause often affects
thousands of datasets: a rule and its hint are stated once, with the first few of its lines.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, fields

from sitegen import urls
from sitegen.model import Catalog, Changed, HostFigures, Place, Problem, Record, Severity, Totals

_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
NOT_STATED = "not stated"
"""What the institution of datasets that name none is called in reports."""
LINES_SHOWN = 12
"""Lines that the page links for one rule in one list; all of them are in `report.json`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the datasets of one institution or host are."""

    name: str
    """What it is called."""
    datasets: int
    """Datasets listed."""
    ok: int
    """Answered, and could be read."""
    stale: int
    """Shown as they were read earlier."""
    stale_since: str | None
    """When the one that has not answered for longest last did."""
    valid: int
    """Keep every rule of their version."""
    invalid: int
    """Break a rule of their version."""
    cors: int
    """May be read by browser pages of other sites."""
    cors_tested: int
    """Datasets of which that is known."""
    pictures: int
    """Have a picture."""
    bytes: int
    """Stored bytes, where known."""


_COUNTED = [each.name for each in fields(Health) if each.name not in ("name", "stale_since")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedProblem:
    """A problem with everything that is needed to find and correct it."""

    level: Severity
    """`error`, `warning` or `note`."""
    code: str
    """What is wrong, as a word for programs; the rules page explains it."""
    csv: str | None
    """Address of the list."""
    line: int | None
    """Line of the list."""
    url: str | None
    """Address of the dataset."""
    dataset: str | None
    """The dataset's id; null for a problem of a list."""
    where: str
    """Where in its metadata, such as `multiscales/0`; empty for all of it."""
    message: str
    """What was found, and what was expected."""
    hint: str
    """What to do about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One line that a problem is at."""

    csv: str
    """Name of the list's file."""
    line: int
    id: str | None
    """Id of the dataset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemGroup:
    """The problems with one code, and where they are."""

    code: str
    level: Severity
    message: str
    """That of the first one."""
    others: int
    """How many different messages there are besides."""
    hint: str
    count: int
    datasets: int
    """How many datasets have them; 0 where they are of lists alone."""
    occurrences: tuple[Occurrence, ...]
    """The first few lines."""
    more: int
    """How many lines there are besides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListHealth:
    """What is wrong in one list."""

    csv: str
    anchor: str
    """Its anchor on the health page."""
    datasets: int
    errors: int
    warnings: int
    groups: tuple[ProblemGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Datasets that changed in one way."""

    words: str
    count: int
    shown: tuple[tuple[str, str | None], ...]
    """The first few: a short name, and the id of its page; None for a dataset without one."""
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the health page shows."""

    totals: Totals
    sources: tuple[Health, ...]
    hosts: tuple[tuple[Health, HostFigures], ...]
    rules: tuple[ProblemGroup, ...]
    lists: tuple[ListHealth, ...]
    levels: dict[Severity, int]
    changes: tuple[Change, ...]
    """Empty while nothing has ever changed."""


def make_report(catalog: Catalog) -> Report:
    """Return the report of a catalog."""
    problems = list(all_problems(catalog))
    return Report(
        totals=catalog.totals,
        sources=source_health(catalog),
        hosts=host_health(catalog),
        rules=group_problems(problems),
        lists=_lists(catalog, problems),
        levels={level: sum(problem.level == level for problem in problems) for level in _SEVERITIES},
        changes=_changes(catalog),
    )


def _changes(catalog: Catalog) -> tuple[Change, ...]:
    changes, here = catalog.changes, {record.id for record in catalog.records}
    kinds = (
        (changes.failing, "could be read before, and cannot be read now", ""),
        (
            changes.newly_invalid,
            "had valid metadata before, and have errors in them now",
            "had valid metadata before, and has errors in them now",
        ),
        (changes.added, "are new", "is new"),
        (changes.removed, "are no longer listed", "is no longer listed"),
        (changes.recovered, "can be read again", ""),
        (
            changes.newly_valid,
            "had errors in their metadata before, and are valid now",
            "had errors in its metadata before, and is valid now",
        ),
        (
            changes.modified,
            "state other axes, sizes, channels or wells than before",
            "states other axes, sizes, channels or wells than before",
        ),
    )
    return tuple(
        _change(of_one if len(found) == 1 and of_one else words, found, here) for found, words, of_one in kinds if found
    )


def _change(words: str, found: Sequence[Changed], here: Collection[str]) -> Change:
    shown = tuple((urls.tail(each.url), each.id if each.id in here else None) for each in found[:LINES_SHOWN])
    return Change(words=words, count=len(found), shown=shown, more=len(found) - len(shown))


def source_health(catalog: Catalog) -> tuple[Health, ...]:
    """Return the health of each institution, in the order of the lists."""
    return _healths(catalog.records, lambda record: record.source or NOT_STATED)


def _healths(records: Iterable[Record], key: Callable[[Record], str]) -> tuple[Health, ...]:
    """Return the health of each group of records, in the order in which they first come."""
    groups: dict[str, _HealthSum] = defaultdict(_HealthSum)
    for record in records:
        groups[key(record)].add(record)
    return tuple(group.health(name) for name, group in groups.items())


def make_health(name: str, records: Iterable[Record]) -> Health:
    """Return how these datasets are."""
    total = _HealthSum()
    for record in records:
        total.add(record)
    return total.health(name)


class _HealthSum:
    """How datasets are, which are added one by one."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._stale_since: str | None = None

    def add(self, record: Record) -> None:
        """Add a dataset."""
        found, counts = record.found, self._counts
        counts["datasets"] += 1
        counts["ok"] += found.status == "ok"
        counts["stale"] += found.status == "stale"
        counts["valid"] += found.valid is True
        counts["invalid"] += found.valid is False
        counts["cors"] += found.cors is True
        counts["cors_tested"] += found.cors is not None
        counts["pictures"] += found.thumbnail is not None
        counts["bytes"] += found.bytes or 0
        if found.status == "stale" and found.checked_at:
            self._stale_since = min(self._stale_since or found.checked_at, found.checked_at)

    def health(self, name: str) -> Health:
        """Return how they are."""
        counts = {key: self._counts[key] for key in _COUNTED}
        return Health(name=name, stale_since=self._stale_since, **counts)


def host_health(catalog: Catalog) -> tuple[tuple[Health, HostFigures], ...]:
    """Return each host's health with its figures; those of a host without requests are zeros."""
    asked = {figures.host: figures for figures in catalog.hosts}
    healths = _healths(catalog.records, lambda record: urls.host(record.url))
    known = [(each, asked.pop(each.name, HostFigures(host=each.name, datasets=each.datasets))) for each in healths]
    others = [(make_health(host, ()), figures) for host, figures in asked.items()]  # hosts of lists alone
    return (*known, *others)


def all_problems(catalog: Catalog) -> Iterable[ReportedProblem]:
    """Give every problem: those of the lists, then those of each dataset."""
    for each in catalog.list_problems:
        yield report_problem(each.problem, each.place, url=each.url, dataset=None)
    for record in catalog.records:
        place = record.lists[0] if record.lists else None
        for problem in record.found.problems:
            yield report_problem(problem, place, url=record.url, dataset=record.id)


def report_problem(problem: Problem, place: Place | None, *, url: str | None, dataset: str | None) -> ReportedProblem:
    """Return a problem with its place in a list; url, dataset: address and id of the dataset that has it."""
    return ReportedProblem(
        level=problem.level,
        code=problem.code,
        csv=place.csv if place else None,
        line=place.line if place else None,
        url=url,
        dataset=dataset,
        where=problem.where,
        message=problem.message,
        hint=problem.hint,
    )


def by_rule(problems: Iterable[ReportedProblem]) -> list[Sequence[ReportedProblem]]:
    """Return the problems of each rule and level: errors first, then the most frequent."""
    groups: dict[tuple[Severity, str], list[ReportedProblem]] = defaultdict(list)
    for problem in problems:
        groups[problem.level, problem.code].append(problem)
    ordered = sorted(groups.items(), key=lambda each: (_SEVERITIES.index(each[0][0]), -len(each[1]), each[0][1]))
    return [found for _, found in ordered]


def group_problems(problems: Iterable[ReportedProblem]) -> tuple[ProblemGroup, ...]:
    """Return the problems by rule: errors first, then the most frequent."""
    return tuple(map(_group, by_rule(problems)))


def _group(found: Sequence[ReportedProblem]) -> ProblemGroup:
    """Return one rule's problems; a dataset that breaks it many times is one line."""
    first = found[0]
    lines = dict.fromkeys((each.csv, each.line, each.dataset) for each in found)
    occurrences = [
        Occurrence(csv=urls.tail(csv), line=line, id=id_) for csv, line, id_ in lines if csv and line is not None
    ]
    return ProblemGroup(
        code=first.code,
        level=first.level,
        message=first.message,
        others=len({each.message for each in found}) - 1,
        hint=first.hint,
        count=len(found),
        datasets=len({each.dataset for each in found if each.dataset}),
        occurrences=tuple(occurrences[:LINES_SHOWN]),
        more=max(0, len(occurrences) - LINES_SHOWN),
    )


def _lists(catalog: Catalog, problems: Iterable[ReportedProblem]) -> tuple[ListHealth, ...]:
    """Return the health of each list, in reading order."""
    datasets = Counter(csv for record in catalog.records for csv in {place.csv for place in record.lists})
    found: dict[str, list[ReportedProblem]] = {}
    for record in catalog.records:
        for place in record.lists:
            found.setdefault(place.csv, [])
    for problem in problems:
        if problem.csv:
            found.setdefault(problem.csv, []).append(problem)
    anchors = list_anchors(found)
    return tuple(
        ListHealth(
            csv=csv,
            anchor=anchors[csv],
            datasets=datasets[csv],
            errors=sum(problem.level == "error" for problem in group),
            warnings=sum(problem.level == "warning" for problem in group),
            groups=group_problems(group),
        )
        for csv, group in found.items()
    )


def list_anchors(lists: Iterable[str]) -> dict[str, str]:
    """Return for each list its anchor on the health page: stable, and safe in an address."""
    return {csv: f"list-{urls.dataset_id(csv)}" for csv in lists}
