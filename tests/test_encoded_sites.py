"""A site whose records are encoded, as those of more than 131,072 datasets are, is that of records that are objects."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from builds import build_site
from catalogs import every_kind, hostile, make_catalog
from stores import tree, write_image

from sitegen.commands.build import BuildOptions, build
from sitegen.commands.progress import Progress
from sitegen.compact import make_compact
from sitegen.model import Catalog, Layout, Place, Record, StudyRef
from sitegen.model.planned import PlannedPage
from sitegen.outputs.table import site_files
from sitegen.publish.folder import write_site
from sitegen.publish.writer import APART_FROM
from sitegen.site.fingerprints import CatalogDigests
from sitegen.site.plan import plan_pages
from sitegen.urls import dataset_id

_BUILT_S = 1_796_000_000
"""29 November 2026, in seconds since 1970; the other builds are an hour apart."""
_LISTED = 140
"""Datasets of a list: more than a block of encoded records, which has 128."""
_MOST = 128
"""Records up to which none is encoded."""


def many(count: int, layout: Layout) -> Catalog:
    """Return a catalog of records of every kind, in several studies, lists and institutions; some are hostile."""
    kinds = (*every_kind().records, *hostile().records)
    return replace(make_catalog(*(vary(kinds[at % len(kinds)], at) for at in range(count))), layout=layout)


def vary(record: Record, at: int) -> Record:
    """Return a record of another dataset."""
    url = f"https://h{at % 3}.example.org/{at}.zarr"
    return replace(
        record,
        url=url,
        id=dataset_id(url),
        source=record.source and f"Institution {at // 60}",
        study=StudyRef(id=f"s{at // 40}", name=f"Study {at // 40}") if at % 5 else None,
        lists=(Place(csv=f"https://lists.example.org/{at // 70}.csv", line=at + 2),),
        changed_at=f"2026-11-{1 + at % 20:02}T00:00:00Z",
    )


def encoded(catalog: Catalog) -> Catalog:
    """Return a catalog of which a block of 128 records is in memory as objects."""
    return replace(catalog, records=make_compact(Record, catalog.records, len(catalog.records), most_objects=_MOST))


def test_every_file_has_the_same_bytes() -> None:
    """Pages, search files and outputs, in the same order."""
    catalog = many(_LISTED, Layout())

    assert list(site_files(encoded(catalog))) == list(site_files(catalog))


def test_processes_make_pages_of_encoded_records(tmp_path: Path) -> None:
    """They get what a page shows, not all records."""
    catalog = many(APART_FROM, Layout(pages="short"))
    write_site(pages_of(encoded(catalog)), folder=tmp_path / "apart", workers=2)
    write_site(pages_of(catalog), folder=tmp_path / "here", workers=0)

    assert tree(tmp_path / "apart") == tree(tmp_path / "here")


def pages_of(catalog: Catalog) -> Iterator[PlannedPage]:
    """Yield the pages of datasets."""
    return (each for each in plan_pages(CatalogDigests(catalog)) if isinstance(each, PlannedPage))


def test_a_site_is_built_again_and_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From encoded records, with what the last build wrote, it is that of a build from nothing with objects."""
    write_image(tmp_path / "data" / "0.zarr", levels=1)
    for number, changed in enumerate(("", "Changed")):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(_BUILT_S + number * 3_600))
        config = write_lists(tmp_path, changed)
        cache, folder = tmp_path / f"cache-{number}", tmp_path / f"from-nothing-{number}"
        if number:
            shutil.copytree(tmp_path / "cache", cache)
        site = build_site(config, tmp_path, most_objects=_MOST)
        build(BuildOptions(config=str(config), out=folder, cache=cache, workers=0), Progress(io.StringIO()))

        found, wanted = tree(site.folder), tree(folder)
        assert {path for path in found.keys() | wanted.keys() if found.get(path) != wanted.get(path)} == set()
        assert bool(number) == (site.summary.files_kept > _LISTED)


def write_lists(folder: Path, name: str) -> Path:
    """Write a list, most of whose datasets are missing, and a configuration. name: of one of them."""
    rows = (f"data/{at}.zarr,{name if at == 130 else f'n{at}'},s{at % 9}" for at in range(_LISTED))
    (folder / "list.csv").write_text("\n".join(["url,name,study", *rows]) + "\n", encoding="utf-8")
    config = folder / "sitegen.toml"
    config.write_text(
        'csv = ["list.csv"]\nbase_url = "https://catalog.example.org/"\n[crawl]\nallow_private_hosts = true\n'
        "[pictures]\nthumbnail_px = 32\npreview_px = 64\n"
        '[site]\npages = "short"\nfolders = "split"\n[outputs]\nparquet = false\n',
        encoding="utf-8",
    )
    return config
