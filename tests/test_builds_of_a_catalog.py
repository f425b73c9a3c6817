"""The figures of earlier builds: how they are kept, published and shown."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from catalogs import change, hostile, make_catalog, make_image

from sitegen.cache.folder import Cache
from sitegen.catalog.builds import KEPT, add_build, builds_note
from sitegen.catalog.history import keep_contents, keep_history, read_history
from sitegen.model import BuildFigures, Catalog, Record
from sitegen.outputs.checksums import FILES_PATH, SUMS_PATH
from sitegen.outputs.table import site_files

NAME = "config:sitegen.toml"
START = datetime(2020, 1, 1, 3, tzinfo=UTC)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    """An empty cache."""
    with Cache.open(tmp_path) as opened:
        yield opened


def day(number: int) -> str:
    """Return the time of the build of a day."""
    return (START + timedelta(days=number)).strftime("%Y-%m-%dT%H:%M:%SZ")


def figures(built_at: str, datasets: int = 1) -> BuildFigures:
    """Return the figures of a build."""
    return BuildFigures(built_at=built_at, datasets=datasets, ok=1, valid=1, bytes=0, errors=0, warnings=0)


def build(cache: Cache, built_at: str, *records: Record) -> Catalog:
    """Return the catalog of a build, kept for the next one."""
    history = read_history(cache, NAME)
    catalog = history.apply(make_catalog(*records, built_at=built_at))
    keep_contents(cache, NAME, catalog)
    keep_history(cache, NAME, history, catalog)
    return catalog


def files_of(catalog: Catalog) -> dict[str, bytes]:
    """Return the files of a site."""
    return {page.path: page.content for page in site_files(catalog)}


def test_each_build_is_published(cache: Cache) -> None:
    """`history.json` has the figures of this build and of those before it, oldest first."""
    build(cache, day(0), make_image("a"))
    catalog = build(cache, day(1), make_image("a"), make_image("b", status="missing", valid=None))
    builds = json.loads(files_of(catalog)["history.json"])["builds"]

    assert [(each["built_at"], each["datasets"], each["ok"]) for each in builds] == [(day(0), 1, 1), (day(1), 2, 1)]
    assert builds[0]["median_ms"] == {"data.example.org": 41.6}


def test_pages_keep_their_bytes_while_nothing_changes(cache: Cache) -> None:
    """Builds that find the same differ in `history.json`, and in what states the time of the build."""
    first = build(cache, day(0), make_image("a"))
    for number in range(1, 130):
        last = build(cache, day(number), make_image("a"))
    before, after = files_of(first), files_of(replace(last, built_at=first.built_at))

    differ = {path for path in before if before[path] != after[path]}
    assert differ - {FILES_PATH, SUMS_PATH} == {"history.json"}


def test_a_build_for_the_same_time_replaces_its_figures(cache: Cache) -> None:
    """So a reproducible build that is repeated gives the same bytes."""
    first = build(cache, day(0), make_image("a"))
    again = build(cache, day(0), make_image("a"))

    assert again.builds == first.builds


def test_builds_are_bounded() -> None:
    """Of 20 years, the first build, the last ones, days, months and changes are kept; the order is that of time."""
    builds: tuple[BuildFigures, ...] = ()
    for number in range(7300):
        builds = add_build(builds, figures(day(number), datasets=number // 50))
    times = [each.built_at for each in builds]

    assert times == sorted(set(times))
    assert len(builds) <= 4 * KEPT + 1
    assert (times[0], times[-KEPT:]) == (day(0), [day(number) for number in range(7200, 7300)])
    assert {each.datasets for each in builds} >= set(range(46, 146))


def test_a_build_with_an_earlier_time_is_put_in_its_place() -> None:
    """A clock that was wrong, or a stated time, does not break the order."""
    assert [each.built_at for each in add_build([figures(day(5))], figures(day(2)))] == [day(2), day(5)]


@pytest.mark.parametrize("damage", ["", "[", "[1]", '[{"built_at": 5}]', '{"a": "\\ud800"}', "null"])
def test_a_damaged_history_begins_anew(cache: Cache, damage: str, caplog: pytest.LogCaptureFixture) -> None:
    """It is a warning, and never a failed build; dates and changes are kept."""
    build(cache, day(0), make_image("a"))
    changed = build(cache, day(1), make_image("a"), make_image("b"))
    cache.put_ledger("x", {}, note="", notes={builds_note(NAME): damage})
    with caplog.at_level(logging.WARNING):
        catalog = build(cache, day(2), make_image("a"), make_image("b"))

    assert [each.built_at for each in catalog.builds] == [day(2)]
    assert catalog.changes == changed.changes
    assert [record.added_at for record in catalog.records] == [None, day(1)]
    assert bool(damage) == ("begins anew" in caplog.text)


def test_bytes_that_are_no_text_are_a_damaged_history(tmp_path: Path) -> None:
    """As after a fault of the disk that SQLite does not notice."""
    with Cache.open(tmp_path) as cache:
        build(cache, day(0), make_image("a"))
        cache._db.execute("UPDATE notes SET text = CAST(x'ff5b' AS TEXT) WHERE name = ?", (builds_note(NAME),))

        assert len(build(cache, day(1), make_image("a")).builds) == 1


def test_a_build_of_a_part_adds_none(cache: Cache) -> None:
    """With `--limit` or `--offline` the figures would be those of something else."""
    build(cache, day(0), make_image("a"), make_image("b"))
    part = read_history(cache, NAME).apply(make_catalog(make_image("a"), built_at=day(1)), whole=False)

    assert [each.datasets for each in part.builds] == [2]


def test_what_became_invalid_valid_or_something_else_is_found(cache: Cache) -> None:
    """Also of several kinds at once; what could not be read says nothing of that."""
    build(
        cache,
        day(0),
        make_image("a"),
        make_image("b", valid=False),
        make_image("c"),
        make_image("d", status="missing", valid=None),
    )
    catalog = build(
        cache,
        day(1),
        make_image("a", valid=False, shape=(40, 2, 31, 2048, 2049)),
        make_image("b"),
        change(make_image("c"), bytes=5, checked_at=day(1), problems=()),
        make_image("d"),
    )
    kinds = ("newly_invalid", "newly_valid", "modified", "recovered", "failing", "added", "removed")
    found = {kind: [each.url.rpartition("/")[2][0] for each in getattr(catalog.changes, kind)] for kind in kinds}

    assert {kind: names for kind, names in found.items() if names} == {
        "newly_invalid": ["a"],
        "newly_valid": ["b"],
        "modified": ["a"],
        "recovered": ["d"],
    }


def test_the_health_page_says_what_changed(cache: Cache) -> None:
    """With links; the page of the first build says that it is the first."""
    first = files_of(build(cache, day(0), make_image("a")))["report/index.html"].decode()
    catalog = build(cache, day(1), make_image("a", valid=False), make_image("b"))
    page = files_of(catalog)["report/index.html"].decode()

    assert "first built on 1 Jan 2020, and nothing has changed since" in " ".join(first.split())
    assert "Between the build of 1 Jan 2020, 03:00 UTC and that of 2 Jan 2020, 03:00 UTC." in " ".join(page.split())
    changes = page[page.index('id="changes"') : page.index('id="history"')]
    assert re.findall(r"<strong>(\d+) datasets?</strong> ([a-z ]+)", changes) == [
        ("1", "had valid metadata before"),
        ("1", "is new"),
    ]
    assert changes.count('href="../datasets/') == 2


def test_hostile_names_of_changes_are_text(cache: Cache) -> None:
    """Addresses that try to be markup are shown as they are written."""
    hostile_records = [replace(each, url=f"{each.url}?<script>alert(1)") for each in hostile().records]
    build(cache, day(0), make_image("z"))
    page = files_of(build(cache, day(1), *hostile_records))["report/index.html"].decode()

    assert "<script>alert" not in page
