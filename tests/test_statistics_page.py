"""The statistics page: what is counted, and where bars lead."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from catalogs import LIST, every_kind, hostile, make_catalog, make_image

from sitegen.model import Catalog, Place, Problem
from sitegen.outputs.table import site_files
from sitegen.site.search import make_index
from sitegen.site.statistics_page import Chart, make_charts


def charts_of(catalog: Catalog) -> dict[str, Chart]:
    """Return the charts of a catalog by id."""
    return {chart.id: chart for chart in make_charts(catalog, make_index(catalog))}


def rows_of(chart: Chart) -> list[tuple[str, str, str]]:
    """Return label, amount and address of each bar."""
    return [(bar.label, bar.text, bar.href) for bar in chart.bars]


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


def test_rules_and_hosts_are_shown() -> None:
    """A rule counts datasets, not problems, and leads to the health page; how fast a host is, a script knows."""
    wrong = Problem(code="scale-count", level="error", where="", message="2 scales, 3 axes.", hint="Add one.")
    catalog = make_catalog(make_image(problems=(wrong, wrong), lists=(Place(csv=LIST, line=2),)), make_image("b"))
    charts = charts_of(catalog)

    assert rows_of(charts["rules"]) == [("scale-count", "1", "report/index.html#rule-scale-count")]
    assert rows_of(charts["response"])[0] == ("data.example.org", "", "index.html?host=data.example.org")
    assert charts["response"].bars[0].host == "data.example.org"


def test_months_are_shown_when_there_are_several() -> None:
    """They are those in which the catalog first listed a dataset; with one, a bar would say nothing."""
    months = ["2026-01-05T00:00:00Z", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"]
    records = [replace(make_image(f"m{at}", bytes=10**9), added_at=month) for at, month in enumerate(months)]
    charts = charts_of(make_catalog(*records))

    assert [row[:2] for row in rows_of(charts["added"])] == [("2026-01", "1"), ("2026-03", "2")]
    assert rows_of(charts["added-bytes"])[1][1] == "2 GB"
    assert "added" not in charts_of(make_catalog(*records[1:]))


@pytest.mark.parametrize("catalog", [every_kind(), hostile(), make_catalog()], ids=["every kind", "hostile", "empty"])
def test_the_page_holds_whatever_the_data_are(catalog: Catalog) -> None:
    """Every chart has bars between nothing and all of the width, and hostile names are text."""
    page = next(page for page in site_files(catalog) if page.path == "statistics/index.html").content.decode()
    widths = [float(width) for width in re.findall(r"<rect width=\"([^\"]+)\"\s+height=\"1\"/>", page)]

    assert "<script>alert" not in page
    assert all(0 <= width <= 100 for width in widths)
    assert widths or not catalog.records
