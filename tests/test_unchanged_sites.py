"""A build that finds nothing new leaves the bytes of all files but a few, so that publishing sends only these."""

from __future__ import annotations

import asyncio
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from browser.demo_site import Demo
from builds import build_site, write_config
from fault_server import serving
from lxml import etree
from stores import tree, write_image, write_list

from sitegen.commands.progress import Progress
from sitegen.outputs.build_file import BUILD_PATH
from sitegen.outputs.checksums import FILES_PATH, SUMS_PATH
from sitegen.outputs.table import OUTPUTS
from sitegen.publish.upload import PublishOptions, publish

ALWAYS = {BUILD_PATH}
ASKED = {each.path for each in OUTPUTS if each.changes == "asked" and "<id>" not in each.path and each.possible()}
ASKED |= {FILES_PATH, SUMS_PATH}
"""Reports of institutions, studies and lists have response times, which a reproducible build does not measure."""
_FIRST_BUILD_S = 1_796_000_000
"""29 November 2026, in seconds since 1970; the other builds are an hour apart."""
ADDRESS = "https://catalog.example.org/ours/"
_LICENSE = 'license = "CC0-1.0"\n'
_SMALL = "\n[pictures]\nthumbnail_px = 32\npreview_px = 64\nmontage_wells = 1\n"


@pytest.fixture(scope="module")
def sites(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The demo's site, built, built again, built with --refresh, and with another description of one dataset."""
    folder = tmp_path_factory.mktemp("unchanged")
    kept = []
    root = shutil.copytree(demo.folder, folder / "demo", ignore=shutil.ignore_patterns("*.zarr", "*.ozx", "cortex"))
    config = root / "sitegen.toml"
    config.write_text(_LICENSE + config.read_text(encoding="utf-8") + _SMALL, encoding="utf-8")
    listed = demo.folder / "gruenau" / "liste.csv"
    before = listed.read_bytes()
    with pytest.MonkeyPatch.context() as environment, ExitStack() as at_the_end:
        at_the_end.callback(listed.write_bytes, before)
        for number, refresh in enumerate((False, False, True, True)):
            environment.setenv("SOURCE_DATE_EPOCH", str(_FIRST_BUILD_S + number * 3_600))
            if number == 3:
                listed.write_bytes(before.replace("Testpräparat".encode(), "Zweites Testpräparat".encode()))
            site = build_site(config, folder, refresh=refresh, base_url=ADDRESS).folder
            kept.append(shutil.copytree(site, folder / f"site-{number}"))
    return kept


def changed(before: Path, after: Path) -> set[str]:
    """Return the files that differ, or are in one of two sites alone."""
    old, new = tree(before), tree(after)
    return {path for path in old.keys() | new.keys() if old.get(path) != new.get(path)}


@pytest.mark.parametrize(("number", "expected"), [(1, ALWAYS), (2, ALWAYS | ASKED)], ids=["again", "refreshed"])
def test_few_files_change_if_no_data_do(sites: list[Path], number: int, expected: set[str]) -> None:
    """Whether datasets were asked or not; the table of outputs says which."""
    assert changed(sites[number - 1], sites[number]) == expected


def test_response_times_of_lists_are_no_news(tmp_path: Path) -> None:
    """A build that asks for lists alone measures other times than the crawl before it; only `build.json` has them."""
    write_image(tmp_path / "data" / "a.zarr", levels=1)
    with serving(tmp_path / "data") as host:
        write_list(tmp_path / "data" / "list.csv", "url", host.url("/a.zarr"))
        config = write_config(tmp_path / "sitegen.toml", host.url("/list.csv"))
        kept = []
        for number in range(3):
            shutil.copytree(build_site(config, tmp_path).folder, tmp_path / f"kept-{number}")
            kept.append(tmp_path / f"kept-{number}")
        asked = [each.path for each in host.asked].count("/list.csv")
        shutil.rmtree(tmp_path / "site")
        anew = build_site(config, tmp_path).folder

    assert asked >= 3
    assert changed(kept[0], kept[1]) == {BUILD_PATH}
    assert changed(kept[1], kept[2]) <= {BUILD_PATH}  # times may be equal
    assert changed(kept[2], anew) <= {BUILD_PATH}
    report = json.loads((kept[2] / "report.json").read_text(encoding="utf-8"))
    assert report["built_at"] == json.loads((kept[0] / BUILD_PATH).read_text(encoding="utf-8"))["built_at"]


def test_settings_are_news(tmp_path: Path) -> None:
    """The index of another title is of the build that has it; with damaged notes, of the build that reads them."""
    write_image(tmp_path / "data" / "a.zarr", levels=1)
    config = write_config(tmp_path / "sitegen.toml", write_list(tmp_path / "l.csv", "url", "data/a.zarr"))
    built = []
    with pytest.MonkeyPatch.context() as environment:
        for number in range(4):
            environment.setenv("SOURCE_DATE_EPOCH", str(_FIRST_BUILD_S + number * 3_600))
            if number == 2:
                config.write_text(f'title = "Another"\n{config.read_text(encoding="utf-8")}', encoding="utf-8")
            if number == 3:
                with closing(sqlite3.connect(tmp_path / "cache" / "cache.sqlite3")) as cache, cache:
                    cache.execute("UPDATE notes SET text = '[' WHERE name LIKE 'reported:%'")
            site = build_site(config, tmp_path).folder
            built.append(json.loads((site / "index.json").read_text(encoding="utf-8"))["built_at"][11:13])
    hours = int(built[0])

    assert [int(each) - hours for each in built] == [0, 0, 2, 3]


def test_every_process_writes_the_same_bytes(sites: list[Path]) -> None:
    """Python orders the elements of sets anew in each process; in tests, all builds are of one."""
    folder = sites[0].parent
    for seed in ("1", "2"):
        cache = shutil.copytree(folder / "cache", folder / f"cache-{seed}")
        environment = {**os.environ, "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": str(_FIRST_BUILD_S)}
        command = [Path(sys.executable).with_name("sitegen"), "build", str(folder / "demo" / "sitegen.toml")]
        options = ["--offline", "--cache", str(cache), "--out", str(folder / f"seed-{seed}")]
        subprocess.run([*command, *options], env=environment, check=True, capture_output=True)

    assert len(tree(folder / "seed-1")) > 100
    assert changed(folder / "seed-1", folder / "seed-2") == set()


def test_publishing_sends_what_changed(sites: list[Path], tmp_path: Path) -> None:
    """And nothing else."""
    for site in sites[:2]:
        sent = asyncio.run(
            publish(PublishOptions(folder=site, target=str(tmp_path / "target")), Progress(io.StringIO()))
        ).sent

    assert sent == len(ALWAYS)


def test_a_change_of_one_dataset_changes_pages_that_show_it(sites: list[Path]) -> None:
    """Pages of other datasets that do not link to it stay, and so do those of other institutions."""
    (page,) = sites[3].glob("datasets/kieselalgen*/index.html")
    name = page.parent.name
    pages = {path for path in changed(sites[2], sites[3]) if path.endswith("index.html")}
    others = {path for path in pages if name not in (sites[3] / path).read_text(encoding="utf-8")}

    assert f"datasets/{name}/index.html" in pages
    assert others <= {"index.html", "compare/index.html"}  # which name the files of the search
    assert changed(sites[2], sites[3]) >= {f"datasets/{name}/record.json", "feed.xml"}


def dates(site: Path, path: str, entry: str, name: str, date: str) -> dict[str, str]:
    """Return name → date of the entries of an XML file of a site."""
    entries = etree.parse(site / path).iter(f"{{*}}{entry}")
    return {each.findtext(f"{{*}}{name}"): each.findtext(f"{{*}}{date}") for each in entries}


def test_feeds_and_sitemap_have_no_other_news_than_the_change(sites: list[Path]) -> None:
    """One entry in the feeds of all and of its institution, study and list; its page and theirs in the sitemap."""
    (page,) = sites[3].glob("datasets/kieselalgen*/index.html")
    changed_feeds = [path for path in changed(sites[2], sites[3]) if path.endswith("feed.xml")]
    news = {}
    for path in changed_feeds:
        before, after = (dates(site, path, "entry", "id", "updated") for site in sites[2:])
        news[path] = after.items() - before.items()
    before, after = (dates(site, "sitemap.xml", "url", "loc", "lastmod") for site in sites[2:])
    places = {place.removeprefix(ADDRESS) for place, _ in after.items() - before.items()}

    assert {path.split("/")[0] for path in news} == {"feed.xml", "institutions", "lists", "studies"}
    assert len(set.union(*news.values())) == 1
    assert {place for place in places if place.startswith("datasets/")} == {page.relative_to(sites[3]).as_posix()}
    assert {f"{path.removesuffix('feed.xml')}index.html" for path in news} <= places
    assert not {place for place in places if place.startswith(("data/", "rules/", "about/"))}


def test_its_date_is_that_of_the_build_that_found_it(sites: list[Path]) -> None:
    """Of the others, that of the first."""
    records = [json.loads((site / "index.json").read_text(encoding="utf-8")) for site in (sites[0], sites[3])]
    dates = {each["id"]: each["changed_at"] for each in records[1]["datasets"]}
    later = {name for name, day in dates.items() if day != records[0]["built_at"]}

    assert [name.rpartition("-")[0] for name in later] == ["kieselalgen"]
    assert {dates[name] for name in later} == {records[1]["built_at"]}
