"""What a catalog remembers of earlier builds: when a dataset was added, and what changed last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from catalogs import make_catalog, make_image

from sitegen.cache.folder import Cache
from sitegen.catalog.history import catalog_name, keep_contents, keep_history, read_history
from sitegen.model import Catalog, Changes, Problem, Record, Status
from sitegen.outputs.feed import newest

DAYS = ("2026-11-20T06:00:00Z", "2026-11-21T06:00:00Z", "2026-11-22T06:00:00Z")
NAME = "config:../sitegen.toml"


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    """An empty cache."""
    with Cache.open(tmp_path) as opened:
        yield opened


def build(cache: Cache, day: str, *stems: str, name: str = NAME, **statuses: Status) -> Catalog:
    """Return the catalog of a day's build, kept for the next one; `statuses` of stems that are not ok."""
    records = [make_image(stem, status=statuses.get(stem, "ok")) for stem in stems]
    history = read_history(cache, name)
    catalog = history.apply(make_catalog(*records, built_at=day))
    keep_contents(cache, name, catalog)
    keep_history(cache, name, history, catalog)
    return catalog


def stems(records: tuple[Record, ...]) -> list[str]:
    """Return the names that the records were made from."""
    return [record.url.rpartition("/")[2].removesuffix(".ome.zarr") for record in records]


def changed(changes: Changes) -> dict[str, list[str]]:
    """Return the names in each kind of change."""
    kinds = {name: getattr(changes, name) for name in ("failing", "recovered", "added", "removed")}
    return {name: [each.url.rpartition("/")[2][0] for each in found] for name, found in kinds.items() if found}


def test_nothing_of_the_first_build_is_new(cache: Cache) -> None:
    """The feed does not call its datasets new, because nobody knows when they were added."""
    catalog = build(cache, DAYS[0], "a", "b")

    assert [record.added_at for record in catalog.records] == [None, None]
    assert catalog.changes == Changes()


def test_a_dataset_of_a_later_build_is_new(cache: Cache) -> None:
    """It has the date of the build that first listed it, and comes first in the feed."""
    build(cache, DAYS[0], "a", "b")
    second = build(cache, DAYS[1], "c", "a", "b")
    third = build(cache, DAYS[2], "c", "a", "b")

    assert [record.added_at for record in second.records] == [DAYS[1], None, None]
    assert [record.added_at for record in third.records] == [DAYS[1], None, None]
    assert stems(tuple(newest(third.records, 1))) == ["c"]


def test_a_dataset_that_is_listed_again_keeps_its_date(cache: Cache) -> None:
    """A list that was missing for a night does not fill the feed when it is back."""
    for day, names in zip(DAYS, ("ab", "b", "ab"), strict=True):
        catalog = build(cache, day, *names)

    assert [record.added_at for record in catalog.records] == [None, None]


def test_every_kind_of_change_is_found(cache: Cache) -> None:
    """Datasets are failing, recovered, added or removed since the build before."""
    build(cache, DAYS[0], "a", "b", "c", "d", a="missing", d="stale")
    changes = build(cache, DAYS[1], "a", "b", "d", "e", b="stale", d="missing", e="missing").changes

    assert changed(changes) == {"failing": ["b"], "recovered": ["a"], "added": ["e"], "removed": ["c"]}
    assert (changes.since, changes.found_at) == (DAYS[0], DAYS[1])


def test_changes_stay_until_there_are_others(cache: Cache) -> None:
    """A build without changes repeats those of the build before, so the same input gives the same bytes."""
    build(cache, DAYS[0], "a")
    second = build(cache, DAYS[1], "a", "b")
    third = build(cache, DAYS[2], "a", "b")

    assert third.changes == second.changes
    assert replace(third, built_at=DAYS[1], builds=second.builds) == second


def test_a_date_of_a_change_is_that_of_the_build_that_found_it(cache: Cache) -> None:
    """Another date of the last answer is no change; another status is."""
    for day, status in zip(DAYS, ("ok", "ok", "missing"), strict=True):
        records = [make_image(stem, checked_at=day, status=status if stem == "b" else "ok") for stem in "ab"]
        catalog = read_history(cache, NAME).apply(make_catalog(*records, built_at=day))
        keep_contents(cache, NAME, catalog)

        assert [record.changed_at for record in catalog.records] == [DAYS[0], DAYS[2] if status != "ok" else DAYS[0]]


def test_a_host_that_does_not_answer_changes_nothing(cache: Cache) -> None:
    """What was read before is shown with its date, also once the host answers again."""
    silent = tuple(
        Problem(code=code, level="warning", message=f"it says {code}")
        for code in ("host-down", "connect-failed", "not-current")
    )
    for day, facts in zip(DAYS, ({}, {"status": "stale", "problems": silent}, {}), strict=True):
        catalog = read_history(cache, NAME).apply(make_catalog(make_image(**facts), built_at=day))
        keep_contents(cache, NAME, catalog)

        assert catalog.records[0].changed_at == DAYS[0]


def test_other_words_for_a_problem_change_nothing(cache: Cache) -> None:
    """A new version of the program may say the same of the same data more plainly; another problem is a change."""
    problem = Problem(
        code="well-index", level="error", where="plate/wells/17", message="rowIndex is 9.", hint="Correct it."
    )
    said = (problem, replace(problem, message="There is no row 9.", hint=""), replace(problem, where="plate/wells/18"))
    dates = []
    for day, each in zip(DAYS, said, strict=True):
        catalog = read_history(cache, NAME).apply(make_catalog(make_image(problems=(each,)), built_at=day))
        keep_contents(cache, NAME, catalog)
        dates.append(catalog.records[0].changed_at)

    assert dates == [DAYS[0], DAYS[0], DAYS[2]]


@pytest.mark.parametrize("said", [{"valid": None}, {"valid": False}, {"cors": None}, {"channels": ()}, {"images": 2}])
def test_whatever_a_record_says_is_a_change(cache: Cache, said: dict[str, object]) -> None:
    """What is not known any more, or not true any more, too."""
    for day, facts in ((DAYS[0], {}), (DAYS[1], said), (DAYS[2], said)):
        catalog = read_history(cache, NAME).apply(make_catalog(make_image(**facts), built_at=day))
        keep_contents(cache, NAME, catalog)

    assert catalog.records[0].changed_at == DAYS[1]


def test_a_damaged_note_costs_no_dates(cache: Cache) -> None:
    """The last changes are lost, but not the dates of datasets."""
    build(cache, DAYS[0], "a")
    build(cache, DAYS[1], "a", "b")
    cache.put_ledger(NAME, {}, note='["2026')

    assert [record.added_at for record in build(cache, DAYS[2], "a", "b").records] == [None, DAYS[1]]


def test_catalogs_that_share_a_cache_have_separate_histories(cache: Cache) -> None:
    """Each has its own first build."""
    build(cache, DAYS[0], "a")

    assert read_history(cache, "config:../other.toml").built_at is None


def test_a_catalog_is_known_by_its_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The spelling of its path does not matter, nor where the folder is that has both it and the cache."""
    for project in ("p", "q"):
        (tmp_path / project).mkdir()
    (tmp_path / "link").symlink_to("p")
    monkeypatch.chdir(tmp_path / "p")
    cache = tmp_path / "cache"
    names = {catalog_name(name, cache) for name in ("s.toml", "../p/s.toml", "../link/s.toml", f"{tmp_path}/p/s.toml")}

    assert names == {"config:../p/s.toml"}
    assert catalog_name(f"file://{tmp_path}/q/l.csv", Path("../cache")) == "config:../q/l.csv"
    assert catalog_name("https://A.example/l.csv", cache) == "config:https://a.example/l.csv"
