"""The statistics page: what the catalog holds, as bars with their figures.

Facets and ranges are those of the home page, so a bar leads to exactly the datasets that it counts. What no filter of
the catalog asks for leads to where it is explained: a rule to the health page. Pure functions from the catalog and its
search index to the context of the template `statistics.html`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from sitegen import formatting
from sitegen.catalog.health import all_problems
from sitegen.model import Catalog
from sitegen.site.facets import Facet
from sitegen.site.ranges import Range
from sitegen.site.search import SearchIndex

STATISTICS_PATH = "statistics/index.html"
ROWS = 20
"""Bars of one chart; what is left out is said."""
_FACETS = ("source", "organism", "modality", "kind", "dimensions", "dtype", "version", "license", "status", "validity")
_RANGES = ("chunk", "shard")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One value, and how much of it there is."""

    label: str
    amount: float
    text: str
    """The amount in words."""
    href: str = ""
    """Of the datasets that it counts, below the site's root."""
    depth: int = 0
    """How many of the bars above comprise it."""
    host: str = ""
    """The host whose amount is in `build.json`, because it changes with every build; a script draws the bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Bars of one kind."""

    id: str
    title: str
    of: str
    """What a bar stands for."""
    unit: str
    """What is counted."""
    bars: tuple[Bar, ...]
    more: int = 0
    """How many values are left out."""

    @property
    def largest(self) -> float:
        return max((bar.amount for bar in self.bars), default=0)


def make_charts(catalog: Catalog, index: SearchIndex) -> list[Chart]:
    """Return the charts of the page; what no dataset states has none."""
    facets = {facet.field.key: facet for facet in index.facets}
    ranges = {each.field.key: each for each in index.ranges}
    charts = (
        *(_of_facet(facets[key]) for key in _FACETS[:1] if key in facets),
        _stored(catalog),
        *_over_time(catalog),
        *(_of_facet(facets[key]) for key in _FACETS[1:] if key in facets),
        *(_of_range(ranges[key]) for key in _RANGES if key in ranges),
        _codecs(catalog),
        _rules(catalog),
        _response_times(catalog),
    )
    return [chart for chart in charts if chart.bars]


def _of_facet(facet: Facet) -> Chart:
    field = facet.field
    bars = (
        Bar(
            label=each.text,
            amount=each.count,
            text=formatting.count(each.count),
            href=_search(field.key, each.value),
            depth=each.depth,
        )
        for each in facet.values
    )
    return _chart(field.key, f"Datasets by {_within_a_sentence(field.label)}", field.label, "Datasets", bars)


def _within_a_sentence(label: str) -> str:
    """Return a label with a small letter first, unless it begins with an abbreviation, such as OME."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _of_range(each: Range) -> Chart:
    """Return the bars of a histogram that are not empty; a bar holds its lower end, the last one both."""
    bars = []
    for number, count in enumerate(each.counts):
        low, high = each.edges[number], each.edges[number + 1]
        last = high if number == len(each.counts) - 1 else high - 1
        label = f"{formatting.size(low)} to {formatting.size(high)}"
        href = _search(each.field.key, f"{low}..{last}")
        bars.append(Bar(label=label, amount=count, text=formatting.count(count), href=href))
    label = each.field.label
    shown = [bar for bar in bars if bar.amount]
    return Chart(
        id=each.field.key,
        title=f"Datasets by {_within_a_sentence(label)}",
        of=label,
        unit="Datasets",
        bars=tuple(shown),
    )


def _stored(catalog: Catalog) -> Chart:
    """Return the stored bytes of each institution."""
    bytes_of: dict[str, int] = defaultdict(int)
    for record in catalog.records:
        bytes_of[record.source or ""] += record.found.bytes or 0
    bars = (
        Bar(label=name or "not stated", amount=size, text=formatting.size(size), href=_search("source", name))
        for name, size in sorted(bytes_of.items(), key=lambda each: -each[1])
        if size
    )
    return _chart("stored", "Stored size by institution", "Institution", "Stored size", bars)


def _over_time(catalog: Catalog) -> Iterator[Chart]:
    """Give datasets and bytes by the month in which the catalog first listed them, if there are several months."""
    datasets: Counter[str] = Counter()
    stored: Counter[str] = Counter()
    for record in catalog.records:
        if record.added_at:
            datasets[record.added_at[:7]] += 1
            stored[record.added_at[:7]] += record.found.bytes or 0
    if len(datasets) < 2:
        return
    for id_, unit, counts in (("added", "Datasets", datasets), ("added-bytes", "Stored size", stored)):
        bars = [
            Bar(label=month, amount=counts[month], text=_amount(unit, counts[month]))
            for month in sorted(datasets)[-ROWS:]
        ]
        title = f"{unit} by month of the first listing"
        yield Chart(id=id_, title=title, of="Month", unit=unit, bars=tuple(bars), more=len(datasets) - len(bars))


def _amount(unit: str, amount: int) -> str:
    return formatting.count(amount) if unit == "Datasets" else formatting.size(amount)


def _codecs(catalog: Catalog) -> Chart:
    """Return the codecs; a search for one finds those whose name contains it, so these are counted."""
    texts = [", ".join(record.found.codecs).casefold() for record in catalog.records]
    names = dict.fromkeys(name for record in catalog.records for name in record.found.codecs)
    counts = {name: sum(name.casefold() in text for text in texts) for name in names}
    bars = (
        Bar(label=name, amount=count, text=formatting.count(count), href=_search("q", f'codec:"{name}"'))
        for name, count in _largest_first(counts)
        if '"' not in name
    )
    return _chart("codecs", "Datasets by codec", "Codec", "Datasets", bars)


def _rules(catalog: Catalog) -> Chart:
    """Return how many datasets break each rule."""
    found: dict[str, set[str]] = defaultdict(set)
    for problem in all_problems(catalog):
        if problem.dataset and problem.level != "note":
            found[problem.code].add(problem.dataset)
    bars = (
        Bar(label=code, amount=count, text=formatting.count(count), href=f"report/index.html#rule-{quote(code)}")
        for code, count in _largest_first({code: len(ids) for code, ids in found.items()})
    )
    return _chart("rules", "Datasets with an error or warning, by rule", "Rule", "Datasets", bars)


def _response_times(catalog: Catalog) -> Chart:
    """Return the hosts; how fast they answer is in `build.json`."""
    bars = (
        Bar(label=each.host, amount=0, text="", href=_search("host", each.host), host=each.host)
        for each in catalog.hosts
        if each.datasets
    )
    return _chart("response", "Median response time by host", "Host", "Response time", bars)


def _largest_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))


def _chart(id_: str, title: str, of: str, unit: str, bars: Iterable[Bar]) -> Chart:
    every: Sequence[Bar] = tuple(bars)
    return Chart(id=id_, title=title, of=of, unit=unit, bars=tuple(every[:ROWS]), more=max(0, len(every) - ROWS))


def _search(key: str, value: str) -> str:
    return f"index.html?{urlencode({key: value}, quote_via=quote)}"
