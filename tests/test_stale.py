"""Several builds of a catalog, in one of which a host, datasets or a list are not available."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import feedparser
import pytest
from builds import Site, build_site, write_config
from fault_server import Act, FaultServer, answer, serving
from stores import tree, write_image, write_list

from sitegen.cache.folder import Cache
from sitegen.cli import main

ALL = ("down", "gone", "vanished", "locked", "unlisted", "fine")


@dataclass(frozen=True, slots=True, kw_only=True)
class Builds:
    """Three builds of one catalog; in the second, datasets are not available."""

    first: Site
    second: Site
    third: Site
    first_files: dict[str, bytes]


def keep(site: Site, as_: Path) -> Site:
    """Return a copy of a site, which the next build does not replace."""
    shutil.copytree(site.folder, as_)
    return Site(folder=as_, summary=site.summary)


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builds]:
    """Build a catalog of two hosts three times; the second time one is down, and the other refuses some datasets."""
    folder = tmp_path_factory.mktemp("builds")
    for name in ALL:
        write_image(folder / "data" / f"{name}.zarr", levels=1)
    with serving(folder / "data") as host, serving(folder / "data") as other:
        urls = {name: (other if name == "down" else host).url(f"/{name}.zarr") for name in ALL}
        root = write_list(folder / "root.csv", "url", *urls.values())
        config = write_config(folder / "sitegen.toml", root)
        first = keep(build_site(config, folder), folder / "first")
        break_hosts(host, other)
        write_list(root, "url", *(url for name, url in urls.items() if name != "unlisted"), host.url("/new.zarr"))
        second = keep(build_site(config, folder, refresh=True), folder / "second")
        host.scripts, other.down = {}, False
        third = keep(build_site(config, folder, refresh=True), folder / "third")
        yield Builds(first=first, second=second, third=third, first_files=tree(first.folder))


def entries(site: Site) -> dict[str, str]:
    """Return title → date of the entries of a site's feed."""
    return {each.title: each.updated for each in feedparser.parse((site.folder / "feed.xml").read_bytes()).entries}


def break_hosts(host: FaultServer, other: FaultServer) -> None:
    """Take a host down, and let another answer 404, 410 and 403."""
    other.down = True
    for name, status in (("gone", 404), ("vanished", 410), ("locked", 403)):
        for file in ("zarr.json", ".zattrs", ".zgroup", ".zarray"):
            host.scripts[f"/{name}.zarr/{file}"] = [answer(status)]


_NEW = ("status", "problems", "changed_at")
"""What a record says anew of a dataset that is unavailable now."""
CASES = {
    "down.zarr": ("stale", "connect-failed"),
    "gone.zarr": ("missing", "not-found"),
    "vanished.zarr": ("missing", "gone"),
    "locked.zarr": ("forbidden", "forbidden"),
}


@pytest.mark.parametrize("name", CASES)
def test_unavailable_dataset_keeps_its_record(builds: Builds, name: str) -> None:
    """Status and problems are new; everything else, with picture and date, is that of the last good build."""
    before, now = builds.first.records()[name], builds.second.records()[name]

    assert (now["status"], builds.second.codes(name)[:2]) == (CASES[name][0], [CASES[name][1], "not-current"])
    assert {key: now[key] for key in now if key not in _NEW} == {key: before[key] for key in before if key not in _NEW}
    assert (builds.second.folder / now["thumbnail"]["path"]).is_file()


@pytest.mark.parametrize("name", CASES)
def test_date_of_the_last_good_build(builds: Builds, name: str) -> None:
    """It is in the problem, on the page of the dataset, and in the report."""
    record = builds.second.records()[name]
    day = record["checked_at"][:10]
    told = [each for each in builds.second.report()["problems"] if each["url"] == record["url"]]

    assert any(f"read on {day}" in each["message"] and each["code"] == "not-current" for each in told)
    assert f"read on {day}" in builds.second.page(record)


def test_recovered_dataset(builds: Builds) -> None:
    """The next good build leaves nothing of the failure: status, problems, page."""
    before, now = builds.first.records(), builds.third.records()

    for name in CASES:
        assert now[name]["status"] == "ok"
        assert now[name]["problems"] == before[name]["problems"]


def test_a_feed_announces_nothing_that_is_gone(builds: Builds) -> None:
    """A host that does not answer for a while leaves its entries as they were; what is gone has none."""
    first, second, third = (entries(site) for site in (builds.first, builds.second, builds.third))

    assert second.keys() == {"down.zarr", "fine.zarr"}
    assert {first["down.zarr"]} == {second["down.zarr"]} == {third["down.zarr"]}
    assert third.keys() == {*CASES, "fine.zarr"}


def test_unlisted_dataset_is_removed(builds: Builds) -> None:
    """Its record and page are removed; a new dataset is added, even as a failure."""
    assert "unlisted.zarr" in builds.first.records()
    assert "unlisted.zarr" not in builds.second.records()
    assert not (builds.second.folder / "datasets" / builds.first.records()["unlisted.zarr"]["id"]).exists()
    assert builds.second.records()["new.zarr"]["status"] == "missing"


def test_changes_in_the_report(builds: Builds) -> None:
    """By address, in report.json and on the health page; the next build reports what recovered."""
    second, third = builds.second.report()["changes"], builds.third.report()["changes"]
    names = {
        kind: {each["url"].rpartition("/")[2] for each in second[kind]}
        for kind in ("failing", "recovered", "added", "removed")
    }

    assert names == {"failing": set(CASES), "recovered": set(), "added": {"new.zarr"}, "removed": {"unlisted.zarr"}}
    assert {each["url"].rpartition("/")[2] for each in third["recovered"]} == set(CASES)
    pages = [
        (site.folder / "report" / "index.html").read_text(encoding="utf-8") for site in (builds.first, builds.second)
    ]
    assert ["nothing has changed since" in page for page in pages] == [True, False]


def test_date_of_a_new_dataset(builds: Builds) -> None:
    """It is that of the build that first listed it; unknown for the datasets of the first build."""
    records = builds.third.records()

    assert records["new.zarr"]["added_at"] == builds.second.report()["built_at"]
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
def test_unreadable_list_keeps_its_datasets(listed: tuple[FaultServer, Path], tmp_path: Path, status: int) -> None:
    """The cached list is used in each build, with a warning on the line that names it."""
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
def test_list_replaced_by_a_web_page_keeps_its_datasets(
    listed: tuple[FaultServer, Path], tmp_path: Path, kind: str
) -> None:
    """Whatever the type of the page, the cached list is used in each build."""
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


@pytest.mark.parametrize("failure", [answer(200, PAGE, Content_Type="text/html"), answer(403)], ids=["page", "403"])
def test_a_check_leaves_the_cached_list_to_builds(
    listed: tuple[FaultServer, Path], tmp_path: Path, failure: Act
) -> None:
    """A check says that the list cannot be read; the next build still has its datasets."""
    host, config = listed
    build_site(config, tmp_path)
    host.scripts["/more.csv"] = [failure]

    assert main(["check", str(config), "--cache", str(tmp_path / "cache")]) == 1
    assert sorted(build_site(config, tmp_path).records()) == ["a.zarr", "b.zarr"]


def test_web_page_instead_of_a_list(listed: tuple[FaultServer, Path], tmp_path: Path) -> None:
    """Without a cached list it is an error, also in the second build."""
    host, config = listed
    host.scripts["/more.csv"] = [answer(200, PAGE, Content_Type="text/plain")]
    for _ in range(2):
        site = build_site(config, tmp_path)
        assert "list-is-html" in [each["code"] for each in site.report()["problems"]]
        assert list(site.records()) == ["a.zarr"]


def test_removed_list(listed: tuple[FaultServer, Path], tmp_path: Path) -> None:
    """Its datasets leave the catalog; the cache keeps them."""
    host, config = listed
    build_site(config, tmp_path)
    host.scripts["/more.csv"] = [answer(404)]
    site = build_site(config, tmp_path)
    told = [(each["level"], each["line"]) for each in site.report()["problems"] if each["code"] == "list-unreadable"]

    assert (list(site.records()), told) == (["a.zarr"], [("error", 3)])
    with Cache.open(tmp_path / "cache") as cache:
        assert cache.known(host.url("/b.zarr"))


def test_page_of_an_unlisted_dataset(listed: tuple[FaultServer, Path], tmp_path: Path) -> None:
    """With `removed_pages`, one build shows a page with the address of the data."""
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


def test_cache_deletes_unlisted_datasets(listed: tuple[FaultServer, Path], tmp_path: Path) -> None:
    """Not in a build with `--limit`; in a full build, after twice the maximum age."""
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


def test_limit_does_not_change_the_history(listed: tuple[FaultServer, Path], tmp_path: Path) -> None:
    """A build with `--limit` reports no changes, and neither does the next full build."""
    _, config = listed
    build_site(config, tmp_path)
    part = build_site(config, tmp_path, limit=1)
    whole = build_site(config, tmp_path)
    for changes in (part.report()["changes"], whole.report()["changes"]):
        assert (changes.pop("since"), changes.pop("found_at")) == (None, None)
        assert set(map(tuple, changes.values())) == {()}


def test_catalogs_that_share_a_cache(listed: tuple[FaultServer, Path], tmp_path: Path) -> None:
    """Neither reports datasets of the other as added or removed; a list added in front keeps the dates of the rest."""
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


def test_lost_pictures_are_rendered_again(listed: tuple[FaultServer, Path], tmp_path: Path) -> None:
    """A cache without its pictures gives a complete site, and requests no metadata."""
    host, config = listed
    first = build_site(config, tmp_path)
    shutil.rmtree(tmp_path / "cache" / "pictures")
    second = build_site(write_config(config, tmp_path / "root.csv"), tmp_path)

    assert second.records()["a.zarr"]["thumbnail"] == first.records()["a.zarr"]["thumbnail"]
    assert (second.folder / second.records()["a.zarr"]["thumbnail"]["path"]).is_file()
    assert host.count("/a.zarr/zarr.json") == 1
