"""Stale, not lost: what a night without a host, a dataset or a list does to a catalog, and the night after."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from builds import Site, build_site, write_config
from fault_server import FaultServer, answer, serving
from stores import tree, write_image, write_list

from sitegen.cache.store import Cache

ALL = ("down", "gone", "vanished", "locked", "unlisted", "fine")


@dataclass(frozen=True, slots=True, kw_only=True)
class Nights:
    """Three builds of one catalog: all is well; much is not; all is well again."""

    first: Site
    second: Site
    third: Site
    first_files: dict[str, bytes]


def keep(site: Site, as_: Path) -> Site:
    """Return a site's copy, which the next build does not replace."""
    shutil.copytree(site.folder, as_)
    return Site(folder=as_, summary=site.summary)


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    """Two hosts; of the second night one is down, and the other has lost, locked and never heard of datasets."""
    folder = tmp_path_factory.mktemp("nights")
    for name in ALL:
        write_image(folder / "data" / f"{name}.zarr", levels=1)
    with serving(folder / "data") as host, serving(folder / "data") as other:
        urls = {name: (other if name == "down" else host).url(f"/{name}.zarr") for name in ALL}
        root = write_list(folder / "root.csv", "url", *urls.values())
        config = write_config(folder / "sitegen.toml", root)
        first = keep(build_site(config, folder), folder / "first")
        spoil(host, other)
        write_list(root, "url", *(url for name, url in urls.items() if name != "unlisted"), host.url("/new.zarr"))
        second = keep(build_site(config, folder, refresh=True), folder / "second")
        host.scripts, other.down = {}, False
        third = keep(build_site(config, folder, refresh=True), folder / "third")
        yield Nights(first=first, second=second, third=third, first_files=tree(first.folder))


def spoil(host: FaultServer, other: FaultServer) -> None:
    """Take a host down; let another say 404, 410 and 403."""
    other.down = True
    for name, status in (("gone", 404), ("vanished", 410), ("locked", 403)):
        for file in ("zarr.json", ".zattrs", ".zgroup", ".zarray"):
            host.scripts[f"/{name}.zarr/{file}"] = [answer(status)]


CASES = {
    "down.zarr": ("stale", "connect-failed"),
    "gone.zarr": ("missing", "not-found"),
    "vanished.zarr": ("missing", "gone"),
    "locked.zarr": ("forbidden", "forbidden"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_does_not_answer_keeps_its_record(nights: Nights, name: str) -> None:
    """Status and problem say what is wrong now; the rest, the picture and the day are those of the good visit."""
    before, now = nights.first.records()[name], nights.second.records()[name]

    assert (now["status"], nights.second.codes(name)[:2]) == (CASES[name][0], [CASES[name][1], "not-current"])
    assert {key: now[key] for key in now if key not in ("status", "problems")} == {
        key: before[key] for key in before if key not in ("status", "problems")
    }
    assert (nights.second.folder / now["thumbnail"]["path"]).is_file()


@pytest.mark.parametrize("name", CASES)
def test_report_and_page_say_since_when(nights: Nights, name: str) -> None:
    """The day of the last good visit stands in the problem, on the dataset's page, and in the report."""
    record = nights.second.records()[name]
    day = record["checked_at"][:10]
    told = [each for each in nights.second.report()["problems"] if each["url"] == record["url"]]

    assert any(f"read on {day}" in each["message"] and each["code"] == "not-current" for each in told)
    assert f"read on {day}" in nights.second.page(record)


def test_what_is_back_is_as_it_was(nights: Nights) -> None:
    """The next good night leaves nothing of the bad one: status, problems, page."""
    before, now = nights.first.records(), nights.third.records()

    for name in CASES:
        assert now[name]["status"] == "ok"
        assert now[name]["problems"] == before[name]["problems"]


def test_what_no_list_names_leaves_the_catalog(nights: Nights) -> None:
    """Its record and page are gone; a new one has come, if only as a failure."""
    assert "unlisted.zarr" in nights.first.records()
    assert "unlisted.zarr" not in nights.second.records()
    assert not (nights.second.folder / "datasets" / nights.first.records()["unlisted.zarr"]["id"]).exists()
    assert nights.second.records()["new.zarr"]["status"] == "missing"


def test_the_report_tells_what_changed(nights: Nights) -> None:
    """By address, in report.json and on the health page; the next night tells what recovered."""
    second, third = nights.second.report()["changes"], nights.third.report()["changes"]
    names = {
        kind: {each["url"].rpartition("/")[2] for each in second[kind]}
        for kind in ("failing", "recovered", "added", "removed")
    }

    assert names == {"failing": set(CASES), "recovered": set(), "added": {"new.zarr"}, "removed": {"unlisted.zarr"}}
    assert {each["url"].rpartition("/")[2] for each in third["recovered"]} == set(CASES)
    assert "Latest changes" in (nights.second.folder / "report" / "index.html").read_text(encoding="utf-8")
    assert "Latest changes" not in (nights.first.folder / "report" / "index.html").read_text(encoding="utf-8")


def test_a_new_dataset_has_its_day(nights: Nights) -> None:
    """It came with the second build; of the first build's datasets nobody knows."""
    records = nights.third.records()

    assert records["new.zarr"]["added_at"] == nights.second.report()["built_at"]
    assert records["fine.zarr"]["added_at"] is None


@pytest.fixture
def listed(tmp_path: Path) -> Iterator[tuple[FaultServer, Path]]:
    """A host with a list of one dataset, which a list of another names."""
    write_image(tmp_path / "data" / "a.zarr", levels=1)
    write_image(tmp_path / "data" / "b.zarr", levels=1)
    with serving(tmp_path / "data") as host:
        write_list(tmp_path / "data" / "more.csv", "url", host.url("/b.zarr"))
        root = write_list(tmp_path / "root.csv", "url", host.url("/a.zarr"), host.url("/more.csv"))
        yield host, write_config(tmp_path / "sitegen.toml", root, max_age_days=1e-9)


@pytest.mark.parametrize("status", [503, 403])
def test_a_list_that_cannot_be_read_keeps_its_datasets(
    listed: tuple[FaultServer, Path], tmp_path: Path, status: int
) -> None:
    """It is taken as it last was, with a warning on the line that names it, night after night."""
    host, config = listed
    build_site(config, tmp_path)
    host.scripts["/more.csv"] = [answer(status)]
    build_site(config, tmp_path)
    site = build_site(config, tmp_path)
    told = [each for each in site.report()["problems"] if each["code"] == "list-stale"]

    assert {name: record["status"] for name, record in site.records().items()} == {"a.zarr": "ok", "b.zarr": "ok"}
    assert [(each["level"], each["line"], each["url"]) for each in told] == [("warning", 3, host.url("/more.csv"))]
    assert str(status) in told[0]["message"]


PAGE = b"\n<!doctype html><title>Back soon</title>"


@pytest.mark.parametrize("kind", ["text/html", "text/csv"])
def test_a_list_that_becomes_a_web_page_keeps_its_datasets(
    listed: tuple[FaultServer, Path], tmp_path: Path, kind: str
) -> None:
    """A login or a notice in its place, whatever its type says: the list is taken as it last was, night after night."""
    host, config = listed
    build_site(config, tmp_path)
    host.scripts["/more.csv"] = [answer(200, PAGE, Content_Type=kind)]
    build_site(config, tmp_path)
    site = build_site(config, tmp_path)
    told = [each for each in site.report()["problems"] if each["code"].startswith("list")]

    assert {name: record["status"] for name, record in site.records().items()} == {"a.zarr": "ok", "b.zarr": "ok"}
    assert [(each["code"], each["level"], each["line"]) for each in told] == [("list-stale", "warning", 3)]
    with Cache.open(tmp_path / "cache") as cache:
        kept = cache.document(host.url("/more.csv"))
    assert kept
    assert (kept.status, b"/b.zarr" in kept.body) == ("ok", True)


def test_a_list_that_always_was_a_web_page_is_an_error(listed: tuple[FaultServer, Path], tmp_path: Path) -> None:
    """There is nothing to fall back on, and the page is not taken for a list the next time either."""
    host, config = listed
    host.scripts["/more.csv"] = [answer(200, PAGE, Content_Type="text/plain")]
    for _ in range(2):
        site = build_site(config, tmp_path)
        assert "list-is-html" in [each["code"] for each in site.report()["problems"]]
        assert list(site.records()) == ["a.zarr"]


def test_a_list_that_is_gone_is_an_error(listed: tuple[FaultServer, Path], tmp_path: Path) -> None:
    """Its owner means it: its datasets leave the catalog. The cache forgets nothing of them while that is so."""
    host, config = listed
    build_site(config, tmp_path)
    host.scripts["/more.csv"] = [answer(404)]
    site = build_site(config, tmp_path)
    told = [(each["level"], each["line"]) for each in site.report()["problems"] if each["code"] == "list-unreadable"]

    assert (list(site.records()), told) == (["a.zarr"], [("error", 3)])
    with Cache.open(tmp_path / "cache") as cache:
        assert cache.known(host.url("/b.zarr"))


def test_the_page_of_what_no_list_names_says_so_for_one_build(listed: tuple[FaultServer, Path], tmp_path: Path) -> None:
    """Where the operator wants that: the address that somebody kept leads to where the data were."""
    host, config = listed
    config.write_text(f"removed_pages = true\n{config.read_text(encoding='utf-8')}", encoding="utf-8")
    first = build_site(config, tmp_path)
    page = first.folder / "datasets" / first.records()["b.zarr"]["id"] / "index.html"
    before = page.read_text(encoding="utf-8")
    write_list(tmp_path / "data" / "more.csv", "url", host.url("/a.zarr"))
    build_site(config, tmp_path)
    after = page.read_text(encoding="utf-8")
    build_site(config, tmp_path)

    assert "no longer listed" not in before
    assert "no longer listed" in after
    assert host.url("/b.zarr") in after
    assert not page.exists()


def test_the_cache_forgets_what_no_list_names(listed: tuple[FaultServer, Path], tmp_path: Path) -> None:
    """Not in a build of a part; in a whole one, once it is twice as old as anything is kept."""
    host, config = listed
    build_site(config, tmp_path)
    write_list(tmp_path / "data" / "more.csv", "url", host.url("/a.zarr"))
    kept = []
    for options in ({"limit": 1}, {}):
        build_site(config, tmp_path, **options)
        with Cache.open(tmp_path / "cache") as cache:
            kept.append(cache.known(host.url("/b.zarr")) is not None)
            assert cache.known(host.url("/a.zarr"))

    assert kept == [True, False]


def test_a_part_of_the_catalog_changes_no_history(listed: tuple[FaultServer, Path], tmp_path: Path) -> None:
    """`--limit` says nothing of what it leaves out, and the next whole build finds no changes."""
    _, config = listed
    build_site(config, tmp_path)
    part = build_site(config, tmp_path, limit=1)
    whole = build_site(config, tmp_path)
    nothing = {"since": None, "found_at": None, "failing": [], "recovered": [], "added": [], "removed": []}

    assert part.report()["changes"] == nothing
    assert whole.report()["changes"] == nothing


def test_catalogs_that_share_a_cache_and_their_first_list(listed: tuple[FaultServer, Path], tmp_path: Path) -> None:
    """None reports what the other lists as come and gone; a list put first keeps the dates of the rest."""
    host, _ = listed
    own = [write_list(tmp_path / f"{name}.csv", "url", host.url(f"/{name}.zarr")) for name in "xy"]
    ours = write_config(tmp_path / "ours.toml", tmp_path / "root.csv", own[0])
    theirs = write_config(tmp_path / "theirs.toml", tmp_path / "root.csv", own[1])
    sites = [build_site(each, tmp_path).report()["changes"] for each in (ours, theirs, ours, theirs)]
    write_config(ours, own[1], tmp_path / "root.csv", own[0])
    changed = build_site(ours, tmp_path).report()["changes"]

    assert [each["found_at"] for each in sites] == [None] * 4
    assert [each["url"] for each in changed["added"]] == [host.url("/y.zarr")]
    assert changed["removed"] == []


def test_a_lost_picture_is_drawn_again(listed: tuple[FaultServer, Path], tmp_path: Path) -> None:
    """A cache that came back from a CI without its pictures makes a whole site, and asks for no metadata."""
    host, config = listed
    first = build_site(config, tmp_path)
    shutil.rmtree(tmp_path / "cache" / "pictures")
    second = build_site(write_config(config, tmp_path / "root.csv"), tmp_path)

    assert second.records()["a.zarr"]["thumbnail"] == first.records()["a.zarr"]["thumbnail"]
    assert (second.folder / second.records()["a.zarr"]["thumbnail"]["path"]).is_file()
    assert host.count("/a.zarr/zarr.json") == 1
