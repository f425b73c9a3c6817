"""The statistics page: what is counted, and that bars lead to exactly what they count."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from catalogs import LIST, change, every_kind, hostile, make_catalog, make_image
from scripts import Searcher
from search_questions import records as samples

from sitegen.model import Catalog, Place, Problem, Record
from sitegen.outputs.table import site_files
from sitegen.site.charts import Bar, Chart
from sitegen.site.search import make_index
from sitegen.site.statistics_page import make_charts

RANGES = ("chunk", "shard")


def charts_of(catalog: Catalog) -> dict[str, Chart]:
    """Return the charts of a catalog by id."""
    return {chart.id: chart for chart in make_charts(catalog, make_index(catalog))}


def rows_of(chart: Chart) -> list[tuple[str, str, str]]:
    """Return label, amount and address of each bar."""
    return [(bar.label, bar.text, bar.href) for bar in chart.bars]


def page_of(catalog: Catalog, path: str = "statistics/index.html") -> str:
    """Return a page of a site."""
    return next(page for page in site_files(catalog) if page.path == path).content.decode()


def make_varied() -> Catalog:
    """Return some 200 datasets, and 60 of as many institutions, codecs, organisms, months and rules."""
    made = [_make_odd(number) for number in range(60)]
    return make_catalog(*samples.catalog().records, *made)


def _make_odd(number: int) -> Record:
    codes = ("axes-order", "axis-order", f"code-{number}", f"code-{number}-more", f"other-{number % 7}")
    levels = ("error", "warning", "note")
    problems = [
        Problem(code=code, level=levels[(number + at) % 3], message=code)  # type: ignore[arg-type]
        for at, code in enumerate(codes)
    ]
    image = make_image(
        f"odd-{number}",
        source=f"Institute {number}",
        problems=tuple(problems),
        codecs=(f"codec{number}", "codec", "zstd", "x zstd"),
        bytes=10**number if number < 18 else None,
        dtype=f"uint{8 * (number % 9 + 1)}",
    )
    return replace(image, added_at=f"{2020 + number % 6}-0{number % 9 + 1}-05T00:00:00Z" if number % 4 else None)


@pytest.fixture(scope="module")
def searcher() -> Iterator[Searcher]:
    """The search of the site."""
    searcher = Searcher()
    yield searcher
    searcher.close()


def question_of(href: str) -> dict[str, Any]:
    """Return what the home page asks at an address."""
    pairs = parse_qsl(urlsplit(href).query, keep_blank_values=True)
    facets: dict[str, list[str]] = {}
    for key, value in pairs:
        if key not in (*RANGES, "q"):
            facets.setdefault(key, []).append(value)
    ranges = {key: [float(end) for end in value.split("..")] for key, value in pairs if key in RANGES}
    return {"text": dict(pairs).get("q", ""), "facets": facets, "ranges": ranges, "limit": 0}


@pytest.mark.node
@pytest.mark.parametrize("catalog", [make_varied(), every_kind(), hostile()], ids=["varied", "every kind", "hostile"])
def test_every_bar_leads_to_what_it_counts(catalog: Catalog, searcher: Searcher) -> None:
    """The search finds as many datasets as the bar says, for values, sums of others, months, sizes and rules."""
    index = make_index(catalog)
    searcher.open(index)
    bars = [(chart.id, bar) for chart in make_charts(catalog, index) for bar in (*chart.bars, *chart.rest)]
    led = [(id_, bar) for id_, bar in bars if bar.href and bar.datasets]
    wrong = [
        (id_, bar.label, bar.datasets, found)
        for id_, bar in led
        if (found := searcher.query(**question_of(bar.href))["total"]) != bar.datasets
    ]

    assert wrong == []
    assert len(led) >= 20
    assert [bar.label for _, bar in bars if bar.datasets and not bar.href] == []


@pytest.mark.node
@pytest.mark.parametrize("path", ["report/index.html", "rules/index.html"])
def test_every_figure_of_the_health_page_leads_to_what_it_counts(path: str, searcher: Searcher) -> None:
    """The numbers of institutions and hosts, and of datasets that break a rule."""
    catalog = make_varied()
    searcher.open(make_index(catalog))
    linked = re.findall(
        r'<a[^>]* href="\.\./(index\.html\?[^"]+)">([0-9,]+)(?: datasets?)?</a>', page_of(catalog, path)
    )
    figures = [(unescape(href), int(text.replace(",", ""))) for href, text in linked]

    assert len(figures) > 100
    assert [each for each in figures if searcher.query(**question_of(each[0]))["total"] != each[1]] == []


def test_values_are_counted_and_lead_to_the_filter() -> None:
    """Institutions with datasets and bytes, codecs, and what is not stated."""
    images = [make_image(name, bytes=10**9, codecs=("blosc", "zstd")) for name in "ab"]
    charts = charts_of(make_catalog(*images, make_image("c", source=None, bytes=5 * 10**9, license=None)))

    assert rows_of(charts["source"]) == [
        ("IDR", "2", "index.html?source=IDR"),
        ("not stated", "1", "index.html?source="),
    ]
    assert rows_of(charts["stored"]) == [
        ("not stated", "5 GB", "index.html?source="), ("IDR", "2 GB", "index.html?source=IDR"),
    ]  # fmt: skip
    assert rows_of(charts["codecs"])[0] == ("blosc", "2", "index.html?q=codec%3A%22blosc%22")


def test_sizes_of_chunks_are_bars_without_gaps() -> None:
    """Every dataset that states one is in one bar; the next bar does not begin before the last one ends."""
    records = [make_image(f"c{side}", chunks=(1, 1, 1, side, side), shards=None) for side in range(16, 600, 8)]
    chart = charts_of(make_catalog(*records))["chunk"]
    ends = [tuple(map(int, bar.href.partition("chunk=")[2].split(".."))) for bar in chart.bars]

    assert sum(bar.amount for bar in chart.bars) == len(records)
    assert all(before[1] < after[0] for before, after in pairwise(ends))


def test_one_value_is_one_bar() -> None:
    """A catalog of one dataset has charts, too; those of its only size lead to a query, as there is no slider."""
    charts = charts_of(make_catalog(make_image()))

    assert {len(charts[id_].bars) for id_ in ("source", "stored", "chunk", "shard", "version")} == {1}
    assert charts["chunk"].bars[0].href == "index.html?q=chunk%3A131072..131072"
    assert "All other values" not in page_of(make_catalog(make_image()))


def test_many_values_are_summed_up() -> None:
    """The most frequent are bars, the others one, and in a table below."""
    charts = charts_of(make_varied())

    assert (len(charts["source"].bars), charts["source"].bars[-1].label) == (16, "57 others")
    assert len(charts["source"].rest) == 57
    assert page_of(make_varied()).count("All other values</summary>") >= 4


def test_rules_are_shown_by_level() -> None:
    """A rule counts datasets, not problems; errors and warnings have a chart each."""
    wrong = Problem(code="scale-count", level="error", where="", message="2 scales, 3 axes.", hint="Add one.")
    odd = Problem(code="axes-zyx", level="warning", message="x, y, z")
    catalog = make_catalog(make_image(problems=(wrong, wrong, odd), lists=(Place(csv=LIST, line=2),)), make_image("b"))
    charts = charts_of(catalog)

    assert rows_of(charts["rules-error"]) == [("scale-count", "1", "index.html?q=rule%3Ascale-count")]
    assert rows_of(charts["rules-warning"]) == [("axes-zyx", "1", "index.html?q=rule%3Aaxes-zyx")]


def test_months_are_shown_when_there_are_several() -> None:
    """They are those in which the catalog first listed a dataset, without gaps; with one, a bar would say nothing."""
    months = ["2026-01-05T00:00:00Z", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"]
    records = [replace(make_image(f"m{at}", bytes=10**9), added_at=month) for at, month in enumerate(months)]
    charts = charts_of(make_catalog(*records))

    assert [row[:2] for row in rows_of(charts["added"])] == [("2026-01", "1"), ("2026-02", "0"), ("2026-03", "2")]
    assert rows_of(charts["added-bytes"])[2][1] == "2 GB"
    assert "added" not in charts_of(make_catalog(*records[1:]))


def test_hosts_wait_for_their_times() -> None:
    """Response times differ from build to build, so the page has hosts only, and `build.json` the times."""
    page = page_of(every_kind())

    assert 'data-host="data.example.org"' in page
    assert not re.search(r"\d ms<", page)


@pytest.mark.parametrize("amount", [-1.0, 0.0, math.nan, math.inf, -math.inf, 1e308, 3.0])
def test_no_amount_leaves_the_chart(amount: float) -> None:
    """A bar is between nothing and all of the width, whatever the numbers are."""
    bars = tuple(Bar(label="a", amount=each, text="", datasets=1) for each in (amount, 2.0))
    chart = Chart(id="a", title="a", of="a", unit="Datasets", bars=bars)

    assert all(0 <= chart.percent(bar) <= 100 for bar in bars)
    json.dumps([chart.percent(bar) for bar in bars], allow_nan=False)


def make_lying() -> Catalog:
    """Return datasets that claim negative and enormous sizes, and names from right to left."""
    return make_catalog(
        make_image("a", bytes=-5, source="\u202eevil\u2066"),
        make_image("b", bytes=10**300, source="<b>" * 2000),
        change(make_image("c"), chunks=(10**30, 10**30), codecs=('"><script>alert(1)</script>', "'", "\ud800")),
    )


@pytest.mark.parametrize(
    "catalog",
    [every_kind(), hostile(), make_lying(), make_catalog()],
    ids=["every kind", "hostile", "lying", "empty"],
)
def test_the_page_holds_whatever_the_data_are(catalog: Catalog) -> None:
    """Every chart has bars between nothing and all of the width, and hostile names are text."""
    page = page_of(catalog)
    sizes = [float(size) for size in re.findall(r'<rect (?:x="[^"]+" y="[^"]+" )?width="([^"]+)"', page)]

    assert [mark for mark in ("<script>alert", "<img src=x", "<b><b>", "<svg onload") if mark in page] == []
    assert "nan" not in {size.lower() for size in re.findall(r'(?:width|height|y)="([^"]*)"', page)}
    assert all(0 <= size <= 100 for size in sizes)
    assert sizes or "There is nothing to count yet." in page
