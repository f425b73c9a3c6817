"""Settings of very large catalogs: folders that are split, and sites without records. Every link follows them."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from posixpath import dirname, join, normpath

import pytest
from builds import build_site, write_config
from catalogs import every_kind, make_catalog, make_image, make_plate, make_stale
from stores import write_image, write_list

from sitegen.model import Catalog, Changed, Changes, Layout, Record
from sitegen.model.institutions import ChangedDatasets, InstitutionEvent, InstitutionHistory
from sitegen.outputs.table import site_files
from sitegen.site.resources import assets
from sitegen.urls import dataset_id

BASE = "https://catalog.example.org/ngff/"
SPLIT = Layout(folders="split")
_ADDRESS = re.compile(rb'\s(?:href|src)="([^"]+)"')
_PAGE = re.compile(rf"{re.escape(BASE)}(datasets/[\w/-]+\.(?:html|json))")


def split_catalog(base_url: str | None = None, **changes: object) -> Catalog:
    """Return a catalog of a page of every kind whose folders are split."""
    records = (make_image(), make_image("other"), make_plate(), make_stale(), *every_kind().records[6:8])
    return replace(make_catalog(*records, base_url=base_url, layout=SPLIT), **changes)  # type: ignore[arg-type]


def files_of(catalog: Catalog) -> dict[str, bytes]:
    """Return every file of a site by its path."""
    return {page.path: page.content for page in [*site_files(catalog), *assets()]}


def folder_of(record: Record) -> str:
    """Return the folder of a dataset's page where folders are split."""
    return f"datasets/{record.id[-2:]}/{record.id}/"


def broken_links(made: dict[str, bytes]) -> list[tuple[str, str]]:
    """Return each relative link of a page that names no file, with its page; pictures are not made here."""
    found = []
    for page, content in made.items():
        for address in _ADDRESS.findall(content) if page.endswith(".html") and page != "404.html" else ():
            target = address.decode().replace("&amp;", "&").split("#")[0].split("?")[0]
            path = normpath(join(dirname(page), target)) if target and not re.match("[a-z]+:", target) else ""
            if path and path not in made and not path.startswith("thumbs/"):
                found.append((page, target))
    return found


@pytest.mark.parametrize("off", [frozenset(), frozenset({"records"})])
def test_links_lead_somewhere_where_folders_are_split(off: frozenset[str]) -> None:
    """Pages, records and link sets are in the split folders alone, and each link of each page follows them."""
    made = files_of(split_catalog(BASE, outputs_off=off))

    assert broken_links(made) == []
    assert {path for path in made if path.startswith("datasets/") and path.count("/") != 3} == set()
    for record in split_catalog().records:
        assert {f"{folder_of(record)}index.html", f"{folder_of(record)}linkset.json"} <= set(made)
        assert (f"{folder_of(record)}record.json" in made) == (not off)


def test_absolute_addresses_follow_split_folders() -> None:
    """In the sitemap, feeds, link sets, tables and metadata: whatever names a page names one that is there."""
    made = files_of(split_catalog(BASE, outputs_off=frozenset({"records"})))
    named = {path: _PAGE.findall(content.decode("utf-8", "replace")) for path, content in made.items()}

    for expected in ("sitemap.xml", "feed.xml", "biofile-finder.csv", "dcat.jsonld", "ro-crate-metadata.json"):
        assert expected in made
    assert {
        path for path in ("sitemap.xml", "feed.xml", "biofile-finder.csv", "dcat.jsonld") if not named[path]
    } == set()
    assert {(path, page) for path, pages in named.items() for page in pages if page not in made} == set()


def test_removed_pages_and_feeds_of_owners_follow_split_folders() -> None:
    """A page that says that a dataset is gone is where the dataset's page was; feeds of what broke lead to pages."""
    gone = Changed(id=dataset_id("https://x.example.org/gone.zarr"), url="https://x.example.org/gone.zarr")
    record = make_image()
    failed = ChangedDatasets(count=1, shown=(replace(gone, id=record.id, url=record.url),))
    event = InstitutionEvent(built_at="2026-11-21T00:00:00Z", failing=failed)
    catalog = split_catalog(
        institutions={"IDR": InstitutionHistory(events=(event,))}, changes=Changes(since="2026-11-20T00:00:00Z")
    )
    made = {page.path: page.content.decode("utf-8", "replace") for page in site_files(catalog, removed=[gone])}
    (feed,) = (
        text
        for path, text in made.items()
        if path.endswith("problems.atom") and "gone" not in path and record.url in text
    )

    assert f"datasets/{gone.id[-2:]}/{gone.id}/index.html" in made
    assert f"../../{folder_of(record)}index.html" in feed


def test_pages_do_not_name_records_that_are_not_there() -> None:
    """The full record is then in the index, and so says the page."""
    deep = make_image(series=tuple(map(str, range(99))), axes=make_image().found.axes)
    made = files_of(make_catalog(deep, make_plate(), outputs_off=frozenset({"records"})))
    page = made[f"datasets/{deep.id}/index.html"].decode()

    assert "record.json" not in page
    assert not [path for path in made if path.endswith("/record.json")]
    assert "data-records" not in made["compare/index.html"].decode()


def test_the_default_is_flat_with_records() -> None:
    """Addresses of pages are permanent, so the default never changes."""
    record = make_image()
    made = files_of(make_catalog(record))

    assert {f"datasets/{record.id}/index.html", f"datasets/{record.id}/record.json"} <= set(made)
    assert b"data-folders" not in made["index.html"]
    assert b"data-records" in made["compare/index.html"]


def test_split_folders_hold_few_of_a_hundred_thousand() -> None:
    """By the end of ids, a hash: 1,024 folders of about the same size."""
    ids = [dataset_id(f"https://data.example.org/idr/{number}.zarr") for number in range(100_000)]
    counts = Counter(SPLIT.dataset_path(id_).split("/")[1] for id_ in ids)

    assert len(counts) == 1024
    assert max(counts.values()) < 160


def test_a_build_follows_the_configuration(tmp_path: Path) -> None:
    """`[site] folders` and `[outputs] records`, from the file to the site."""
    write_image(tmp_path / "data" / "cells.zarr")
    config = write_config(tmp_path / "sitegen.toml", write_list(tmp_path / "list.csv", "url", "data/cells.zarr"))
    with config.open("a", encoding="utf-8") as file:
        file.write('[site]\nfolders = "split"\n[outputs]\nrecords = false\n')

    site = build_site(config, tmp_path)

    (page,) = (site.folder / "datasets").rglob("*.html")
    index = json.loads((site.folder / "index.json").read_text(encoding="utf-8"))
    assert page.relative_to(site.folder).as_posix() == f"{_folder(index['datasets'][0]['id'])}index.html"
    assert not list(site.folder.rglob("record.json"))


def _folder(id_: str) -> str:
    return f"datasets/{id_[-2:]}/{id_}/"
