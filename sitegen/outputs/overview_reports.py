"""`report.json` of each institution, study and list, for whoever can correct its datasets, and its JSON Schema.

It says what answers and what is valid, what is missing and how to improve that, each with the lines of its lists, and
the problems by rule. It changes when what was found does, and with the response times, which have two digits for that
reason. Of a rule that very many datasets break, it has all lines, but only the first problems in full: one cause often
affects thousands of datasets, and owners load this file to look at causes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sitegen import urls
from sitegen.catalog.findability import Findability, make_findability
from sitegen.catalog.health import Health, ReportedProblem, by_rule, make_health
from sitegen.catalog.totals import make_totals
from sitegen.model import Catalog, HostFigures, Page, Severity, Totals
from sitegen.outputs.encoding import to_json
from sitegen.outputs.report import without_name
from sitegen.outputs.schema import make_definitions, make_document, write_schema
from sitegen.site.improvements import Improvement, make_improvements
from sitegen.site.overviews import (
    LinesOfList,
    ListFacts,
    Overview,
    OverviewKind,
    institutions_of_lists,
    make_list_facts,
    make_overviews,
    problems_of,
)

REPORT_SCHEMA_PATH = "overview-report.schema.json"
PROBLEMS_SHOWN = 100
"""Problems of one rule and level that are there in full: with 20 rules and 500 bytes each, a file has 1 MB at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedHost:
    """One host of the datasets, as all catalog's datasets there found it."""

    host: str
    """Its name."""
    datasets: int
    """How many of the datasets are there."""
    ok: int
    """How many of them answered, and could be read."""
    cors: bool | None
    """Whether web pages of other sites may read every dataset that was tested; null if none was."""
    ranges: bool | None
    """Whether they may request byte ranges, as sharded data need; null if not known."""
    median_ms: float | None
    """Median time of its responses in milliseconds, with two digits; null if it was not measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedRule:
    """A rule that is broken, and where."""

    level: Severity
    """`error`, `warning` or `note`."""
    code: str
    """What is wrong, as a word for programs; the rules page explains it."""
    hint: str
    """What to do about it."""
    count: int
    """How many problems there are."""
    datasets: int
    """How many datasets have them; 0 where they are of lists alone."""
    lists: tuple[LinesOfList, ...]
    """All of their lines, list by list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewReport:
    """What was found of the datasets of one institution, study or list."""

    kind: OverviewKind
    """`institution`, `study` or `list`."""
    id: str
    """Permanent name; that of its folder."""
    name: str
    """What it is called."""
    totals: Totals
    """Its datasets in figures."""
    health: Health
    """What answers, what is valid, what browsers may read, and what has a picture."""
    findability: Findability
    """How well its datasets can be found and reused, and why."""
    improvements: tuple[Improvement, ...]
    """What to improve, the most points first, with the lines of its lists and how to do it."""
    hosts: tuple[ReportedHost, ...]
    """The hosts of its datasets, the one with most of them first."""
    rules: tuple[ReportedRule, ...]
    """Every rule that its datasets, or lists without other datasets, break: errors first, then the most frequent."""
    problems: tuple[ReportedProblem, ...]
    """Each problem with list and line, of each rule and level the first 100; `report.json` of the catalog has all."""


def overview_reports(kind: OverviewKind, catalog: Catalog) -> Iterator[Page]:
    """Give `report.json` of each institution, study or list."""
    lists, hosts = make_list_facts(catalog), {each.host: each for each in catalog.hosts}
    institutions = institutions_of_lists(catalog) if kind == "institution" else {}
    for overview in make_overviews(catalog, kind):
        rules = by_rule(problems_of(overview, catalog, institutions))
        report = _make_report(overview, rules, lists, hosts)
        content = {name: getattr(report, name) for name in OverviewReport.__slots__}
        content["health"] = without_name(report.health)
        yield Page(path=overview.path("report.json"), content=to_json(content) + b"\n")


def report_schema_files(catalog: Catalog) -> Iterator[Page]:
    """Give the schema of these reports, the same for every catalog but for its own address."""
    definitions = make_definitions(OverviewReport)
    definitions["Health"]["properties"].pop("name")
    definitions["Health"]["required"].remove("name")
    root = definitions.pop("OverviewReport")
    id_ = f"{catalog.base_url or ''}{REPORT_SCHEMA_PATH}"
    yield write_schema(REPORT_SCHEMA_PATH, make_document(root, definitions, id_=id_, title="OverviewReport"))


def _make_report(
    overview: Overview,
    rules: Sequence[Sequence[ReportedProblem]],
    lists: ListFacts,
    hosts: dict[str, HostFigures],
) -> OverviewReport:
    findability = make_findability(overview.records)
    return OverviewReport(
        kind=overview.kind,
        id=overview.id,
        name=overview.name,
        totals=make_totals(overview.records),
        health=make_health(overview.name, overview.records),
        findability=findability,
        improvements=make_improvements(overview, findability.criteria, lists),
        hosts=_hosts(overview, hosts),
        rules=tuple(_rule(found, lists) for found in rules),
        problems=tuple(problem for found in rules for problem in found[:PROBLEMS_SHOWN]),
    )


def _rule(found: Sequence[ReportedProblem], lists: ListFacts) -> ReportedRule:
    return ReportedRule(
        level=found[0].level,
        code=found[0].code,
        hint=found[0].hint,
        count=len(found),
        datasets=len({each.dataset for each in found if each.dataset}),
        lists=lists.lines_of(found),
    )


def _hosts(overview: Overview, figures: dict[str, HostFigures]) -> tuple[ReportedHost, ...]:
    members: dict[str, Counter[str]] = defaultdict(Counter)
    for record in overview.records:
        counts = members[urls.host(record.url)]
        counts["datasets"] += 1
        counts["ok"] += record.found.status == "ok"
        counts[f"cors {record.found.cors}"] += 1
    ordered = sorted(members.items(), key=lambda each: -each[1]["datasets"])
    return tuple(_host(figures.get(host, HostFigures(host=host)), counts) for host, counts in ordered)


def _host(figures: HostFigures, counts: Counter[str]) -> ReportedHost:
    tested = counts[f"cors {True}"] + counts[f"cors {False}"]
    return ReportedHost(
        host=figures.host,
        datasets=counts["datasets"],
        ok=counts["ok"],
        cors=not counts[f"cors {False}"] if tested else None,
        ranges=figures.browsers.ranges,
        median_ms=None if figures.median_ms is None else float(f"{figures.median_ms:.2g}"),
    )
