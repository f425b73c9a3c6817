"""The figures of the health page and of `report.json`: by institution, host, rule and list."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from catalogs import LIST, every_kind, make_catalog, make_failed, make_image, make_plate, make_stale

from sitegen.catalog.health import LINES_SHOWN, Health, all_problems, host_health, list_anchors, make_report
from sitegen.model import Changed, Changes, HostFigures, Place, Problem, Record


def by_name(healths: tuple[Health, ...]) -> dict[str, Health]:
    """Return the figures by the name of institution or host."""
    return {each.name: each for each in healths}


def broken(stem: str, line: int, *messages: str) -> Record:
    """Return a record at a line of the list, with an error for each message."""
    problems = tuple(Problem(code="scale-count", level="error", message=message, hint="h") for message in messages)
    return make_image(stem, lists=(Place(csv=LIST, line=line),), problems=problems)


def test_an_institution_has_figures_of_its_own() -> None:
    """Valid, invalid and not validated datasets are counted apart."""
    records = (make_image("a"), make_image("b", valid=None, thumbnail=None, cors=None), make_plate())
    health = by_name(make_report(make_catalog(*records)).sources)["IDR"]

    assert (health.datasets, health.ok, health.valid, health.invalid) == (3, 3, 1, 1)
    assert (health.pictures, health.cors, health.cors_tested) == (2, 2, 2)
    assert health.bytes == 3 * 12_884_901_888


def test_datasets_without_an_institution_are_counted_as_not_stated() -> None:
    """So that the figures add up."""
    report = make_report(make_catalog(make_image("a", source=None), make_image("b", source="")))

    assert [(health.name, health.datasets) for health in report.sources] == [("not stated", 2)]


def test_a_host_is_stale_since_its_oldest_answer() -> None:
    """A dataset that answers does not count."""
    older = replace(make_stale(), found=replace(make_stale().found, checked_at="2026-09-01T00:00:00Z"))
    (health, _), *_ = host_health(make_catalog(make_image(), make_stale(), older))

    assert (health.stale, health.stale_since) == (2, "2026-09-01T00:00:00Z")


def test_a_host_of_lists_alone_is_shown_after_the_others() -> None:
    """It holds no datasets, but was asked."""
    hosts = (HostFigures(host="lists.example.org", datasets=0, requests=3),)
    found = host_health(make_catalog(make_image(), hosts=hosts))

    assert [(health.name, health.datasets, figures.requests) for health, figures in found] == [
        ("data.example.org", 1, 0),
        ("lists.example.org", 0, 3),
    ]


def test_every_problem_has_the_line_that_can_be_corrected() -> None:
    """Those of lists come first; a dataset has the first line that names it."""
    first, *others = all_problems(make_catalog(make_plate(), make_failed("missing", "lost")))

    assert (first.csv, first.line, first.dataset, first.code) == (LIST, 31, None, "row-long")
    assert [each.line for each in others] == [2, 2, 2, 4]
    assert all(each.dataset and each.url for each in others)


def test_a_rule_is_stated_once_with_its_first_lines() -> None:
    """A dataset that breaks it several times is one line; other messages are counted."""
    records = [broken(f"image-{number}", number, "one", "two") for number in range(2, 2 + LINES_SHOWN + 3)]
    (group,) = make_report(make_catalog(*records, list_problems=())).rules

    assert (group.code, group.count, group.message, group.others) == ("scale-count", 2 * len(records), "one", 1)
    assert [each.line for each in group.occurrences] == list(range(2, 2 + LINES_SHOWN))
    assert group.more == 3
    assert {each.csv for each in group.occurrences} == {"idr0001_samples.csv"}


def test_levels_are_counted_over_lists_and_datasets() -> None:
    """The sum is the number of all problems."""
    catalog = every_kind()
    report = make_report(catalog)

    assert sum(report.levels.values()) == len(list(all_problems(catalog)))
    assert report.levels["error"] > 0
    assert [group.level for group in report.rules] == sorted(
        (group.level for group in report.rules), key=["error", "warning", "note"].index
    )


def test_a_dataset_counts_once_in_each_list_that_names_it() -> None:
    """Also where one list names it twice."""
    places = (Place(csv=LIST, line=2), Place(csv=LIST, line=3), Place(csv="other.csv", line=4))
    report = make_report(make_catalog(make_image(lists=places), list_problems=()))

    assert [(each.csv, each.datasets, each.errors) for each in report.lists] == [(LIST, 1, 0), ("other.csv", 1, 0)]


def test_lists_have_anchors_that_stay() -> None:
    """They depend on the list's address alone."""
    both, alone = list_anchors(["a.csv", "b.csv"]), list_anchors(["b.csv"])

    assert both["b.csv"] == alone["b.csv"]
    assert len(set(both.values())) == 2


def test_changes_name_datasets_and_link_those_that_have_a_page() -> None:
    """A dataset that is no longer listed has none."""
    here, gone = make_image("here"), make_image("gone")
    many = tuple(Changed(id=f"id-{number}", url=f"https://h/{number}.zarr") for number in range(LINES_SHOWN + 1))
    changes = Changes(added=(Changed(id=here.id, url=here.url),), removed=(Changed(id=gone.id, url=gone.url), *many))
    added, removed = make_report(make_catalog(here, changes=changes)).changes

    assert (added.words, added.count, added.shown) == ("is new", 1, (("here.ome.zarr", here.id),))
    assert removed.words == "are no longer listed"
    assert (removed.count, removed.more, removed.shown[0]) == (LINES_SHOWN + 2, 2, ("gone.ome.zarr", None))


@pytest.mark.parametrize("kind", [each.name for each in fields(Changes) if each.name not in ("since", "found_at")])
def test_the_words_of_a_change_agree_with_its_count(kind: str) -> None:
    """Of one dataset, no verb is that of several, and the other way round."""
    some = tuple(Changed(id=f"id-{number}", url=f"https://h/{number}.zarr") for number in range(2))
    reports = [make_report(make_catalog(changes=Changes(**{kind: some[:count]}))) for count in (1, 2)]  # type: ignore[arg-type]
    one, two = (set(report.changes[0].words.replace(",", "").split()) for report in reports)

    assert not one & {"are", "have", "state", "their"}
    assert not two & {"is", "has", "states", "its"}
