"""The health report: its figures, the lines of problems, and groups that help the steward of a list."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from catalogs import LIST, every_kind, hostile, make_catalog, make_image

from sitegen.catalog.health import LINES_SHOWN, list_anchors, make_report
from sitegen.model import Changed, Changes, HostFigures, Problem, Record
from sitegen.outputs.report import report_files
from sitegen.outputs.table import site_files


def test_report_has_its_keys() -> None:
    """report.json has the keys that users rely on, for sources, hosts and problems."""
    report = json.loads(next(report_files(every_kind())).content)

    assert set(report) == {"built_at", "totals", "sources", "hosts", "cache_bytes", "changes", "problems"}
    assert {"source", "datasets", "ok", "valid", "bytes"} <= set(report["sources"][0])
    assert {"host", "datasets", "requests", "bytes", "errors", "median_ms", "browsers"} <= set(report["hosts"][0])
    assert {"level", "code", "csv", "line", "url", "message", "hint"} <= set(report["problems"][0])


def test_every_problem_is_reported() -> None:
    """Those of lists and of records are all there, with list and line."""
    catalog = every_kind()
    report = json.loads(next(report_files(catalog)).content)
    expected = sum(len(record.found.problems) for record in catalog.records) + len(catalog.list_problems)

    assert len(report["problems"]) == expected
    assert {"csv": LIST, "line": 31}.items() <= report["problems"][0].items()


def test_sources_add_up() -> None:
    """The institutions' datasets are all datasets."""
    report = make_report(every_kind())

    assert sum(health.datasets for health in report.sources) == len(every_kind().records)
    assert sum(health.ok for health in report.sources) == every_kind().totals.ok


def test_hosts_without_requests_are_shown() -> None:
    """A host that was not requested in this build is in the report, and so is one that has only lists."""
    catalog = replace(make_catalog(make_image()), hosts=(HostFigures(host="lists.example.org", requests=3),))
    hosts = {health.name: figures for health, figures in make_report(catalog).hosts}

    assert hosts["data.example.org"].requests == 0
    assert hosts["lists.example.org"].requests == 3


def stale_image(stem: str, host: str, read_at: str) -> Record:
    """Return an image whose host does not answer now."""
    url = f"https://{host}/{stem}.zarr"
    problem = Problem(code="not-current", level="warning", message=f"what is shown was read on {read_at[:10]}")
    return make_image(stem, url=url, status="stale", checked_at=read_at, problems=(problem,))


def test_each_host_says_since_when_it_is_stale() -> None:
    """How many of its datasets are shown as they were, and when the one that is silent for longest last answered."""
    catalog = make_catalog(
        stale_image("a", "one.org", "2026-10-14T06:00:00Z"),
        stale_image("b", "one.org", "2026-10-09T06:00:00Z"),
        stale_image("c", "two.org", "2026-10-17T06:00:00Z"),
        make_image(),
    )
    hosts = json.loads(next(report_files(catalog)).content)["hosts"]
    page = next(page.content.decode() for page in site_files(catalog) if page.path == "report/index.html")

    assert [(each["host"], each["stale"], each["stale_since"]) for each in hosts if each["datasets"]] == [
        ("one.org", 2, "2026-10-09T06:00:00Z"),
        ("two.org", 1, "2026-10-17T06:00:00Z"),
        ("data.example.org", 0, None),
    ]
    assert re.findall(r">(\d)</a> <small[^>]*>since ([^<]+)</small>", page) == [
        ("2", "9 Oct 2026"),
        ("1", "17 Oct 2026"),
    ]


def test_a_group_with_different_messages_says_so() -> None:
    """It shows the first message and how many others there are."""
    catalog = make_catalog(
        *(stale_image(str(day), "one.org", f"2026-10-{day}T06:00:00Z") for day in (14, 14, 15, 16)),
    )
    group = next(each for each in make_report(catalog).rules if each.code == "not-current")
    page = next(page.content.decode() for page in site_files(catalog) if page.path == "report/index.html")

    assert (group.message, group.others) == ("what is shown was read on 2026-10-14", 2)
    assert "(the first of 3 different messages)" in page


def test_rules_are_ordered_by_weight() -> None:
    """Errors come first, then the most frequent."""
    found = [(group.level, group.count) for group in make_report(hostile()).rules]

    assert found == sorted(found, key=lambda each: (("error", "warning", "note").index(each[0]), -each[1]))


def test_problems_of_one_cause_are_one_group() -> None:
    """A rule that many datasets break is one group of its list, with the first lines and a count of the rest."""
    problem = Problem(code="no-cors", level="warning", message="No CORS.")
    records = [
        make_image(f"n{line}", problems=(problem, problem), lists=(replace(make_image().lists[0], line=line),))
        for line in range(2, 42)
    ]
    group = next(g for g in make_report(make_catalog(*records)).lists[0].groups if g.code == "no-cors")

    assert group.count == 80
    assert [each.line for each in group.occurrences] == list(range(2, 2 + LINES_SHOWN))
    assert group.more == 40 - LINES_SHOWN


def test_changes_are_shown() -> None:
    """They are in report.json with ids and addresses, and on the page as text; a deleted dataset has no link."""
    record, gone = make_image(), Changed(id="gone-1", url="https://data.example.org/gone.zarr")
    failing = tuple(Changed(id=record.id, url=record.url) for _ in range(LINES_SHOWN + 2))
    changes = Changes(since="2026-11-20T06:00:00Z", found_at="2026-11-21T06:00:00Z", failing=failing, removed=(gone,))
    catalog = make_catalog(record, changes=changes)
    groups = make_report(catalog).changes

    assert json.loads(next(report_files(catalog)).content)["changes"]["removed"] == [{"id": gone.id, "url": gone.url}]
    assert [(each.count, each.more) for each in groups] == [(LINES_SHOWN + 2, 2), (1, 0)]
    assert groups[1].shown == (("gone.zarr", None),)


def test_a_list_without_problems_is_listed() -> None:
    """A steward finds a list also when nothing is wrong with it."""
    catalog = replace(make_catalog(make_image()), list_problems=())
    listed = make_report(catalog).lists

    assert [(each.csv, each.datasets, each.groups) for each in listed] == [(LIST, 1, ())]


def test_anchors_are_safe() -> None:
    """The anchor of a list has letters, digits and dashes only, whatever its name is."""
    anchors = list_anchors(["https://a.org/x.csv", "https://b.org/x.csv", 'javascript:"><b>'])

    assert len(set(anchors.values())) == 3
    assert all(anchor.replace("-", "").isalnum() for anchor in anchors.values())
