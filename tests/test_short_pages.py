"""Short pages, for catalogs of very many datasets: what they keep, what they leave out, and how small they are."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from statistics import mean

import pytest
from builds import build_site, write_config
from catalogs import change, every_kind, hostile, make_catalog, make_failed, make_image, make_plate, make_stale
from hostile_texts import hostile_catalog
from node import command
from stores import write_image, write_list
from test_html import CHECKER
from test_render import read_html
from test_site_layout import broken_links, files_of

from sitegen.config.settings import ViewerSettings
from sitegen.creators import read_creators
from sitegen.model import Catalog, Layout, Page, Record
from sitegen.model.codes import make_problem
from sitegen.site.plan import pages
from sitegen.site.short_page import MOST_PROBLEMS, MOST_VIEWERS, make_short_page

BASE = "https://catalog.example.org/ngff/"
SHORT = Layout(pages="short", folders="split")
FOLDER = "https://storage.example.org/public-ngff-2024/KOMP/adult_lacZ/ndp/Fdxacb1/2025-conversions/"


def short_catalog(*records: Record, **changes: object) -> Catalog:
    """Return a catalog whose pages are short."""
    return replace(make_catalog(*records, layout=SHORT), **changes)  # type: ignore[arg-type]


def page_of(record: Record, **changes: object) -> str:
    """Return the page of a dataset."""
    catalog = short_catalog(record, **changes)
    path = SHORT.dataset_path(record.id)
    return next(page.content.decode() for page in pages(catalog) if page.path == path)


def test_pages_are_small() -> None:
    """Complete records with long addresses, in a site that knows its own; a plate, with its map, has some more.

    Of the Challenge's lists, which state less, the mean is below 6,000: `benchmarks/pages.py`.
    """
    images = [make_image(f"{number}_K59764_MScBfBone") for number in range(20)]
    long = [replace(each, url=each.url.replace("https://data.example.org/images/", FOLDER)) for each in images]
    catalog = short_catalog(*long, make_plate(), base_url=BASE, outputs_off=frozenset({"records", "linksets"}))
    sizes = [len(page.content) for page in pages(catalog) if page.path.startswith("datasets/")]

    assert len(sizes) == 21
    assert mean(sizes) < 6_500
    assert max(sizes) < 10_000


@pytest.mark.parametrize("make", [every_kind, hostile])
def test_every_link_leads_somewhere(make: object) -> None:
    """With records beside the pages, and base_url known."""
    catalog = replace(make(), layout=SHORT, base_url=BASE)  # type: ignore[operator]

    assert broken_links(files_of(catalog)) == []


def test_it_keeps_what_tells_a_dataset_without_a_script() -> None:
    """Title, study, license, facts, picture with scale bar and legend, viewers, address, lists, validity."""
    record = make_image()
    text = read_html(Page(path="", content=page_of(record).encode())).text

    for each in (
        record.title, "CC-BY-4.0", "Homo sapiens", "spinning disk", "2048 × 2048", "DAPI", "actin", "vizarr",
        "neuroglancer", record.url, "IDR", "line 2", "Valid.",
    ):  # fmt: skip
        assert each.replace("2048", "2,048") in text, each
    page = page_of(record)
    assert 'src="../../../thumbs/ab/cells-1024.webp"' in page
    assert "Scale bar: 50 µm" in page
    assert f'data-url="{record.url}"' in page


def test_it_leaves_out_what_a_script_or_the_index_has() -> None:
    """No code, no citation formats, no other datasets, no tables."""
    page = page_of(make_image())

    for each in ("code-tabs", "BibTeX", "siblings", "<table", "rel=prev", "og:title"):
        assert each not in page, each


def test_it_depends_on_no_other_dataset() -> None:
    """So a page is written again only if its own dataset changed."""
    record = make_image()
    path = SHORT.dataset_path(record.id)
    alone, among = (
        next(page.content for page in pages(short_catalog(*records)) if page.path == path)
        for records in ([record], [make_image("before"), record, make_image("after")])
    )

    assert alone == among


def test_a_citation_says_only_what_is_known() -> None:
    """Who made it, or its DOI; of a dataset without either, the page says all of it already."""
    creators = read_creators("Doe, Jane")
    cited, plain = (
        make_short_page(each, short_catalog(each)) for each in (make_image(creators=creators), make_image())
    )

    assert cited.citation.startswith("Doe, Jane")
    assert plain.citation == ""
    assert "Cite" in page_of(make_image(creators=creators))


@pytest.mark.parametrize("record", [make_stale(), make_failed("missing", "lost")])
def test_a_banner_says_what_is_wrong(record: Record) -> None:
    """As on a full page."""
    assert 'class="notice notice--' in page_of(record)


def test_problems_are_shown_and_counted() -> None:
    """The first of each level; the others are in the record, or in the index."""
    problems = tuple(make_problem("scale-count", f"multiscales/{at}", "2 scales, 3 axes.") for at in range(9))
    record = change(make_image(), problems=problems, valid=False)
    page, without = page_of(record), page_of(record, outputs_off=frozenset({"records"}))

    assert page.count("2 scales, 3 axes.") == MOST_PROBLEMS
    assert '4 more\nin <a href="record.json">the full record</a>' in page
    assert 'in <a href="../../../index.json">the index</a>' in without


def test_own_viewers_are_always_offered() -> None:
    """The operator chose them; of the built-in ones there are the first."""
    own = [ViewerSettings(name="Ours", url="https://v.example.org/?u={url}")]
    names = [link.name for link in make_short_page(make_image(), short_catalog(make_image()), own).links]

    assert len(names) == MOST_VIEWERS + 1
    assert names[-1] == "Ours"


def test_search_engines_find_what_they_demand() -> None:
    """Name, description of 50 characters and more, address, license and creator."""
    page = page_of(make_image(), base_url=BASE)
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)

    assert found
    stated = json.loads(found[1])
    assert stated["@type"] == "Dataset"
    assert len(stated["description"]) >= 50
    assert stated["url"] == f"{BASE}{SHORT.dataset_path(make_image().id)}"
    assert stated["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert stated["creator"] == {"@type": "Organization", "name": "IDR"}


def test_typed_links_are_those_of_the_convention() -> None:
    """FAIR Signposting, level 1: what to cite, the data, the metadata, the license, the study."""
    page = page_of(make_image(), base_url=BASE)

    assert re.findall(r'<link rel="(cite-as|item|describedby|license|collection|linkset)"', page) == [
        "cite-as", "describedby", "item", "license", "linkset",
    ]  # fmt: skip
    assert '<link rel="cite-as" href="index.html">' in page


def test_a_build_writes_short_pages(tmp_path: Path) -> None:
    """By `[site] pages` of the configuration."""
    write_image(tmp_path / "data" / "cells.zarr")
    config = write_config(tmp_path / "sitegen.toml", write_list(tmp_path / "list.csv", "url", "data/cells.zarr"))
    with config.open("a", encoding="utf-8") as file:
        file.write('[site]\npages = "short"\n')

    site = build_site(config, tmp_path)

    (record,) = site.records().values()
    assert "code-tabs" not in site.page(record)
    assert "cells" in site.page(record)


@pytest.mark.node
def test_pages_are_valid_html() -> None:
    """Whatever the data hold."""
    catalog = replace(hostile_catalog(), layout=SHORT)
    shown = {page.path: page.content.decode() for page in pages(catalog) if page.path.startswith("datasets/")}
    done = subprocess.run(
        command("node", str(CHECKER)), input=json.dumps(shown), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr

    assert json.loads(done.stdout) == []
    assert max(map(len, shown.values())) < 64_000
