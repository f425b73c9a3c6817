"""The statistics page: what the catalog holds, as bars with their figures.

Each bar leads to exactly the datasets that it counts: by a filter of the home page, or by a query. Response times
differ from build to build, so the page has the hosts, and a script fills in the times from `build.json`. Pure
functions from the catalog and its search index to the context of the template `statistics.html`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from typing import Any

from sitegen import formatting, urls
from sitegen.compact import read_as
from sitegen.model import Catalog, Record, Severity
from sitegen.site import measures, search_names
from sitegen.site.charts import ROWS, TABLE_ROWS, Bar, Chart, with_others
from sitegen.site.coded import Coded
from sitegen.site.columns import plain
from sitegen.site.facets import Facet, values_at_first
from sitegen.site.links import RuleLinks, filter_link, query_link
from sitegen.site.ranges import Range
from sitegen.site.search import SearchIndex
from sitegen.site.slabs import read_columns

STATISTICS_PATH = "statistics/index.html"
_FACETS = ("organism", "modality", "kind", "dimensions", "dtype", "version", "license", "status", "validity")
_RANGES: Mapping[str, Callable[[Record], int | None]] = {"chunk": measures.chunk_bytes, "shard": measures.shard_bytes}
_READ: Mapping[str, Callable[[Record], Any]] = {
    "source": lambda record: record.source or "",
    "bytes": lambda record: max(0, record.found.bytes or 0),
    "added": lambda record: (record.added_at or "")[:10],
    "codecs": lambda record: tuple(record.found.codecs),
    "problems": lambda record: frozenset((each.level, each.code) for each in record.found.problems),
}
"""What else is counted, of each record."""
_MOST_MONTHS = 24
"""Above, years are shown."""
_BEFORE = "first build"
"""Datasets of the first build: nobody knows when they were added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedHost:
    """A host whose response time the page shows."""

    name: str
    href: str
    datasets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Located:
    """What hosts are counted by, of a `Record`."""

    url: str


def make_charts(catalog: Catalog, index: SearchIndex) -> list[Chart]:
    """Return the charts of the page; what no dataset states has none."""
    facets = {facet.field.key: facet for facet in index.facets}
    ranges = {each.field.key: each for each in index.ranges}
    shown = [facets[key] for key in ("source", *_FACETS) if key in facets]
    columns = read_columns(
        catalog.records, {**_READ, **_RANGES, **{f"facet {each.field.key}": each.field.value for each in shown}}
    )
    of_facets = {each.field.key: _of_facet(each, columns[f"facet {each.field.key}"]) for each in shown}
    charts = (
        *(chart for key, chart in of_facets.items() if key == "source"),
        _stored(columns["source"], columns["bytes"]),
        *_over_time(columns["added"], columns["bytes"]),
        *(chart for key, chart in of_facets.items() if key != "source"),
        *(_of_size(key, columns[key], ranges.get(key)) for key in _RANGES),
        _codecs(columns["codecs"]),
        *_rules(columns["problems"], RuleLinks(catalog)),
    )
    return [chart for chart in charts if chart.bars]


def timed_hosts(catalog: Catalog) -> list[TimedHost]:
    """Return the hosts of datasets, the one with most of them first."""
    counts = Counter(urls.host(record.url) for record in read_as(catalog.records, _Located))
    return [
        TimedHost(name=host, href=filter_link("host", host), datasets=count)
        for host, count in _largest_first(counts)[:TABLE_ROWS]
    ]


def _of_facet(facet: Facet, values: Iterable[Any]) -> Chart:
    """Return the frequent values, each after those that comprise it; the others are those that no other comprises."""
    field = facet.field
    bars = [_counted(each.text, each.count, filter_link(field.key, each.value), each.depth) for each in facet.values]
    chart = Chart(
        id=field.key,
        title=f"Datasets by {formatting.small_first(field.label)}",
        of=field.label,
        unit="Datasets",
        bars=tuple(bars),
    )
    first = values_at_first(facet, ROWS)
    rest = [at for at in range(len(bars)) if at not in first]
    if len(rest) < 2:
        return chart
    left = {facet.values[at].value for at in rest}
    wider = {each.value: {each.value, *each.wider} for each in facet.values}
    outer = [value for value in (facet.values[at].value for at in rest) if wider[value] & left == {value}]
    count = sum(not left.isdisjoint(wider["" if value is None else str(value)]) for value in values)
    others = _counted(_others(len(rest)), count, filter_link(field.key, *outer))
    shown = [*(bar for at, bar in enumerate(bars) if at in first), others]
    return replace(chart, bars=tuple(shown), rest=tuple(replace(bars[at], depth=0) for at in rest[:TABLE_ROWS]))


def _stored(institutions: Iterable[str], stored_bytes: Iterable[int]) -> Chart:
    """Return the stored bytes of each institution."""
    sizes: Counter[str] = Counter()
    datasets = Counter(institutions)
    for name, size in zip(institutions, stored_bytes, strict=True):
        sizes[name] += size
    ordered = [(name, size) for name, size in _largest_first(sizes) if size]

    def bar(label: str, *names: str) -> Bar:
        size, count = sum(sizes[name] for name in names), sum(datasets[name] for name in names)
        href = filter_link("source", *names)
        return Bar(label=label, amount=size, text=formatting.size(size), datasets=count, href=href)

    bars = tuple(bar(name or "not stated", name) for name, _ in ordered)
    chart = Chart(id="stored", title="Stored size by institution", of="Institution", unit="Stored size", bars=bars)
    return with_others(chart, lambda rest: bar(_others(len(rest)), *(name for name, _ in ordered[ROWS:])))


def _over_time(added: Coded[str], stored_bytes: Iterable[int]) -> Iterator[Chart]:
    """Yield datasets and bytes by the month in which the catalog first listed them, if there are several months."""
    months = {day[:7] for day in added.different if day}
    digits = 7 if len(months) <= _MOST_MONTHS else 4
    datasets: Counter[str] = Counter()
    stored: Counter[str] = Counter()
    for day, size in zip(added, stored_bytes, strict=True):
        datasets[day[:digits]] += 1
        stored[day[:digits]] += size
    if len(datasets) < 2:
        return
    spans = [*([""] if "" in datasets else []), *_all_between([when for when in datasets if when])]
    for id_, unit, counts in (("added", "Datasets", datasets), ("added-bytes", "Stored size", stored)):
        bars = [
            Bar(
                label=when or _BEFORE,
                amount=counts[when],
                text=formatting.count(counts[when]) if counts is datasets else formatting.size(counts[when]),
                datasets=datasets[when],
                href=query_link(f"added:{when or 'none'}"),
            )
            for when in spans
        ]
        of = "Month" if digits == 7 else "Year"
        title = f"{unit} by {of.lower()} of the first listing"
        yield Chart(id=id_, title=title, of=of, unit=unit, bars=tuple(bars), form="scale")


def _all_between(named: Sequence[str]) -> list[str]:
    """Return all months, or all years, from the first to the last."""
    first, last = min(named), max(named)
    years = range(int(first[:4]), int(last[:4]) + 1)
    months = [f"-{month:02}" for month in range(1, 13)] if len(first) > 4 else [""]
    spans = (f"{year:04}{month}" for year in years for month in months)
    return [span for span in spans if first <= span <= last]


def _of_size(key: str, column: Iterable[int | None], histogram: Range | None) -> Chart:
    """Return the bars of a histogram; a single one where all sizes are the same."""
    label = {"chunk": "Chunk size", "shard": "Shard size"}[key]
    chart = Chart(
        id=key, title=f"Datasets by {formatting.small_first(label)}", of=label, unit="Datasets", bars=(), form="scale"
    )
    sizes = [size for size in column if size is not None]
    if histogram is None:
        href = query_link(f"{key}:{sizes[0]}..{sizes[0]}") if sizes else ""
        return replace(chart, bars=tuple(_counted(formatting.size(each), len(sizes), href) for each in sizes[:1]))
    return replace(chart, bars=tuple(_bins(histogram)))


def _bins(histogram: Range) -> Iterator[Bar]:
    """Yield a bar for each bin; it holds its lower end, the last one both."""
    for number, count in enumerate(histogram.counts):
        low, high = histogram.edges[number], histogram.edges[number + 1]
        last = high if number == len(histogram.counts) - 1 else high - 1
        label = f"{formatting.size(low)} to {formatting.size(high)}"
        yield _counted(label, count, filter_link(histogram.field.key, f"{low}..{last}"))


def _codecs(column: Coded[tuple[str, ...]]) -> Chart:
    """Return the codecs, and how many datasets a query for each finds."""
    names = dict.fromkeys(name for codecs in column.different for name in codecs if plain(name) and '"' not in name)
    texts = ["\n".join(map(plain, search_names.parts(", ".join(codecs)))) for codecs in column.different]
    datasets = column.counts()
    counts = {name: sum(compress(datasets, _finds(plain(name), texts))) for name in names}
    bars = (_counted(name, count, query_link(f'codec:"{name}"')) for name, count in _largest_first(counts))
    chart = Chart(id="codecs", title="Datasets by codec", of="Codec", unit="Datasets", bars=tuple(bars))

    def others(rest: Sequence[Bar]) -> Bar:
        found = zip(*(_finds(plain(bar.label), texts) for bar in rest), strict=True)
        href = query_link(" OR ".join(f'codec:"{bar.label}"' for bar in rest))
        return _counted(_others(len(rest)), sum(compress(datasets, map(any, found))), href)

    return with_others(chart, others)


def _finds(name: str, texts: Iterable[str]) -> list[bool]:
    """Return which texts have a codec whose name begins so; where there is none, which have it in a name.

    As `match.js` looks for the value of a field.
    """
    begins = re.compile(rf"(?<!\w){re.escape(name)}")
    found = [begins.search(text) is not None for text in texts]
    return found if any(found) else [name in text for text in texts]


def _rules(column: Iterable[frozenset[tuple[Severity, str]]], links: RuleLinks) -> Iterator[Chart]:
    """Yield how many datasets break each rule: errors, then warnings."""
    found: dict[Severity, dict[str, set[int]]] = {"error": defaultdict(set), "warning": defaultdict(set)}
    for at, problems in enumerate(column):
        for level, code in problems:
            if level in found:
                found[level][code].add(at)
    yield _chart_of_rules("error", "an error", found["error"], links)
    yield _chart_of_rules("warning", "a warning", found["warning"], links)


def _chart_of_rules(level: Severity, noun: str, found: Mapping[str, set[int]], links: RuleLinks) -> Chart:
    counts = _largest_first({code: len(datasets) for code, datasets in found.items()})
    bars = tuple(_counted(code, count, links.link(level, code)) for code, count in counts)
    title = f"Datasets with {noun}, by rule"
    chart = Chart(id=f"rules-{level}", title=title, of="Rule", unit="Datasets", bars=bars)

    def others(rest: Sequence[Bar]) -> Bar:
        datasets = set().union(*(found[bar.label] for bar in rest))
        return _counted(_others(len(rest)), len(datasets), links.links((level, bar.label) for bar in rest))

    return with_others(chart, others)


def _counted(label: str, count: int, href: str, depth: int = 0) -> Bar:
    return Bar(label=label, amount=count, text=formatting.count(count), datasets=count, href=href, depth=depth)


def _others(count: int) -> str:
    return formatting.plural(count, "other")


def _largest_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))
