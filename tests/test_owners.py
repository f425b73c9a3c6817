"""What owners of datasets get: a score with its reasons, what to improve and where, a history, a feed, a badge."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from catalogs import LIST, SCRIPT, every_kind, hostile, make_catalog, make_failed, make_image
from node import command
from test_index import _AJV

from sitegen.cache.folder import Cache
from sitegen.catalog.findability import CRITERIA, make_findability
from sitegen.catalog.history import keep_history, read_history
from sitegen.catalog.institutions import KEPT_EVENTS, KEPT_FIGURES, add_institution_builds
from sitegen.config.colors import contrast
from sitegen.model import Catalog, Changed, Changes, License, Page, Place, Problem, Record
from sitegen.model.codes import CODES
from sitegen.outputs.badges import badge_files
from sitegen.outputs.data_page import DATA_PATH
from sitegen.outputs.history import institution_histories
from sitegen.outputs.overview_reports import PROBLEMS_SHOWN, OverviewReport, overview_reports, report_schema_files
from sitegen.outputs.owner_feeds import owner_feeds
from sitegen.outputs.schema import field_descriptions
from sitegen.outputs.table import output_files
from sitegen.site.overviews import institution_id, list_id
from sitegen.site.plan import pages

ATOM = "{http://www.w3.org/2005/Atom}"
NAME = "config:../sitegen.toml"
WRONG = Problem(code="scale-count", level="error", where="multiscales/0", message="2 scales, 3 axes.", hint="Add one.")
NOTHING: dict[str, Any] = {
    "license": None, "organism": None, "modality": None, "name": None, "cors": False, "valid": False,
    "levels": (), "problems": (WRONG,),
}  # fmt: skip
"""What the worst dataset states, that is read all the same."""


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    """An empty cache."""
    with Cache.open(tmp_path) as opened:
        yield opened


def build(cache: Cache, hour: int, *records: Record) -> Catalog:
    """Return the catalog of an hour's build, kept for the next one."""
    history = read_history(cache, NAME)
    built_at = f"2026-11-{1 + hour // 24:02}T{hour % 24:02}:00:00Z"
    catalog = history.apply(make_catalog(*records, built_at=built_at))
    keep_history(cache, NAME, history, catalog)
    return catalog


def files(pages: Iterator[Page]) -> dict[str, str]:
    """Return files by path."""
    return {page.path: page.content.decode("utf-8", "replace") for page in pages}


def report_of(catalog: Catalog, source: str = "IDR") -> dict[str, Any]:
    """Return the report of an institution."""
    path = f"institutions/{institution_id(source)}/report.json"
    report: dict[str, Any] = json.loads(files(overview_reports("institution", catalog))[path])
    return report


def feed_of(catalog: Catalog, source: str = "IDR") -> ElementTree.Element:
    """Return the feed of problems of an institution."""
    text = files(owner_feeds(catalog))[f"institutions/{institution_id(source)}/problems.atom"]
    return ElementTree.fromstring(text)


def page_of(catalog: Catalog, source: str = "IDR") -> str:
    """Return the page of an institution."""
    wanted = f"institutions/{institution_id(source)}/index.html"
    return next(page.content.decode() for page in pages(catalog) if page.path == wanted)


def titles(catalog: Catalog, source: str = "IDR") -> list[str | None]:
    """Return the titles of its entries, newest first."""
    return [entry.findtext(f"{ATOM}title") for entry in feed_of(catalog, source).iter(f"{ATOM}entry")]


# -- the score -------------------------------------------------------------------------------------------------------
def test_weights_are_a_hundred_points_and_each_row_is_complete() -> None:
    """Each criterion names a FAIR principle, and what to do where datasets have no problem that says it."""
    assert sum(each.weight for each in CRITERIA) == 100
    assert all(re.fullmatch(r"[FAIR]\d(\.\d)?", each.principle) for each in CRITERIA)
    assert [each.key for each in CRITERIA if not each.code] == ["answers", "valid"]
    assert all(CODES[each.code].hint for each in CRITERIA if each.code)


def test_the_best_and_the_worst_datasets() -> None:
    """All is stated, or nothing but that it answers."""
    assert make_findability([make_image(ro_crate=True)]).score == 100
    assert make_findability([make_image(**NOTHING)]).score == 20
    assert make_findability([]).score is None


@pytest.mark.parametrize(
    ("missing", "key"),
    [
        ({"license": None}, "license"),
        ({"organism": None}, "organism"),
        ({"modality": None}, "method"),
        ({"name": None}, "name"),
        ({"levels": ()}, "pixel_size"),
        ({"ro_crate": None}, "ro_crate"),
        ({"cors": False}, "browsers"),
        ({"valid": False}, "valid"),
        ({"status": "stale"}, "answers"),
    ],
)
def test_what_one_of_four_datasets_lacks_costs_a_quarter_of_its_weight(missing: dict[str, Any], key: str) -> None:
    """And nothing else."""
    complete = {"ro_crate": True}
    records = [*(make_image(f"m{n}", **complete) for n in range(3)), make_image(**{**complete, **missing})]
    found = make_findability(records)
    less = {each.key: each.weight - each.points for each in found.criteria if each.points < each.weight}
    (weight,) = (each.weight for each in CRITERIA if each.key == key)

    assert less == {key: pytest.approx(weight / 4, abs=0.06)}
    assert found.score == int(100 - weight / 4)


def test_what_is_not_known_does_not_count() -> None:
    """Of a dataset that does not answer, nobody knows whether it is valid or open to browsers."""
    found = {each.key: each for each in make_findability([make_image(), make_failed("missing", "lost")]).criteria}

    assert (found["answers"].met, found["answers"].known) == (1, 2)
    assert (found["valid"].known, found["browsers"].known, found["ro_crate"].known) == (1, 1, 1)
    assert (found["license"].met, found["license"].known) == (1, 2)


# -- what to improve -------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def listed() -> Catalog:
    """Twelve images of one list, of which lines 3 to 6 and 9 lack a license, and line 12 breaks a rule."""
    return make_catalog(
        *(
            make_image(
                f"i{line}",
                lists=(Place(csv=LIST, line=line),),
                license=None if line in (3, 4, 5, 6, 9) else make_image().license,
                valid=line != 12,
                problems=(WRONG,) if line == 12 else (),
                ro_crate=True,
            )
            for line in range(2, 14)
        )
    )


def test_a_report_says_what_to_improve_where_and_how(listed: Catalog) -> None:
    """The most points first; lines as ranges; the hint of the code."""
    report = report_of(listed)
    first, second = report["improvements"]

    assert (first["criterion"], first["datasets"], first["points"]) == ("license", 5, 6.2)
    assert first["reasons"][0]["hint"] == CODES["license-missing"].hint
    assert first["reasons"][0]["lists"][0]["text"] == "lines 3–6, 9"
    assert first["reasons"][0]["lists"][0]["ranges"] == [[3, 6], [9, 9]]
    assert (second["criterion"], second["reasons"][0]["code"], second["reasons"][0]["hint"]) == (
        "valid", "scale-count", "Add one."
    )  # fmt: skip
    assert report["findability"]["score"] == 92


def test_a_report_has_hosts_with_cors_and_response_time(listed: Catalog) -> None:
    """Two digits of it, so that the file seldom changes for it."""
    assert report_of(listed)["hosts"] == [
        {"host": "data.example.org", "datasets": 12, "ok": 12, "cors": True, "ranges": True, "median_ms": 42.0}
    ]


def test_the_page_shows_it_once_and_links_what_lacks_it(listed: Catalog) -> None:
    """The table has the license with its lines; the rule that is broken is explained below, and linked."""
    page = page_of(listed)
    table = page.partition('<table class="owner-table">')[2].partition("</table>")[0]

    assert "92 of 100" in page
    assert "lines 3–6, 9" in table
    assert "index.html?source=IDR&amp;license=" in unescape(unescape(table)).replace("&", "&amp;")
    assert "Add one." not in table
    assert f"../../lists/{list_id(LIST)}/index.html" in table
    assert 'href="#problems"' in table
    assert "Met by all: Answers, Organism, Imaging method, Name, Pixel size, RO-Crate, Open to browsers." in page


def test_a_text_that_is_no_license_has_its_own_hint() -> None:
    """It is stated, but nobody knows what it allows; no filter finds exactly these datasets."""
    unknown = Problem(code="license-unknown", level="warning", where="license", message="found 'ask'", hint="Use SPDX.")
    record = make_image(license=License(text="ask"), problems=(unknown,), ro_crate=True)
    (improvement,) = report_of(make_catalog(record))["improvements"]

    assert [each["hint"] for each in improvement["reasons"]] == ["Use SPDX."]
    assert improvement["search"] == ""


def test_a_rule_that_many_datasets_break_has_all_lines_and_the_first_problems() -> None:
    """Errors come first; another rule is not crowded out."""
    note = Problem(code="license-missing", level="note", where="", message="no license", hint="Add one.")
    broken = range(2, 2 + 3 * PROBLEMS_SHOWN)
    records = [make_image(f"w{at}", lists=(Place(csv=LIST, line=at),), problems=(note, note)) for at in broken]
    rare = make_image("rare", lists=(Place(csv=LIST, line=900),), problems=(WRONG, note))
    report = report_of(make_catalog(*records, rare, list_problems=()))
    rules = {(each["level"], each["code"]): each for each in report["rules"]}

    assert list(rules) == [(WRONG.level, WRONG.code), ("note", "license-missing")]
    often = rules["note", "license-missing"]
    assert (often["count"], often["datasets"], often["hint"]) == (6 * PROBLEMS_SHOWN + 1, len(records) + 1, "Add one.")
    assert [each["ranges"] for each in often["lists"]] == [[[2, 900]]]  # no other line names anything
    assert [each["code"] for each in report["problems"]] == [WRONG.code, *[note.code] * PROBLEMS_SHOWN]


@pytest.mark.parametrize("make", [every_kind, hostile, make_catalog])
def test_reports_follow_their_schema(make: Any) -> None:
    """Those of institutions, studies and lists, whatever the data are."""
    schema = json.loads(next(report_schema_files(make())).content)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)

    for kind in ("institution", "study", "list"):
        for page in overview_reports(kind, make()):  # type: ignore[arg-type]
            assert list(validator.iter_errors(json.loads(page.content))) == []


@pytest.mark.node
def test_other_validators_take_the_schema_of_reports_strictly() -> None:
    """A wrong report is refused."""
    schema = json.loads(next(report_schema_files(every_kind())).content)
    report = report_of(every_kind())
    wrong = report | {"improvements": [{"criterion": "beauty"}]}
    done = subprocess.run(
        command("node", "--input-type=module", "--eval", _AJV),
        input=json.dumps([schema, report, wrong]),
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parent,
    )
    assert done.returncode == 0, done.stderr
    right, errors = json.loads(done.stdout)

    assert right == []
    assert {each["instancePath"] for each in errors} == {"/improvements/0", "/improvements/0/criterion"}


def test_every_key_of_a_report_is_described() -> None:
    """In the schema; those of the first level are on the page of the data, too, with every criterion."""
    schema = json.loads(next(report_schema_files(every_kind())).content)
    page = next(each.content.decode() for each in output_files(every_kind()) if each.path == DATA_PATH)

    for name, definition in {"OverviewReport": schema, **schema["$defs"]}.items():
        for key, field in definition.get("properties", {}).items():
            assert field.get("description"), f"{name}.{key}"
    assert all(f"<code>{name}</code></th>" in page for name in field_descriptions(OverviewReport))
    assert all(each.asks in unescape(page) for each in CRITERIA)


# -- history and feed ------------------------------------------------------------------------------------------------
def test_a_feed_has_an_entry_for_each_build_that_found_a_change(cache: Cache) -> None:
    """For each institution its own; none for the first build, and none where nothing changed."""
    a, b, other = make_image("a"), make_image("b"), make_image("c", source="SSBD")
    down = [replace(each, found=replace(each.found, status="missing", valid=None)) for each in (a, b)]
    broken = replace(a, found=replace(a.found, valid=False))
    for hour, records in enumerate([(a, b, other), (*down, other), (*down, other), (a, b, other)]):
        catalog = build(cache, hour, *records)
    build(cache, 5, broken, b, other)
    catalog = build(cache, 6, a, b, other)

    assert titles(catalog) == [
        "1 dataset became valid",
        "1 dataset became invalid",
        "2 datasets can be read again",
        "2 datasets stopped answering",
    ]
    assert titles(catalog, "SSBD") == []


def test_a_dataset_that_comes_back_invalid_is_told(cache: Cache) -> None:
    """What was found before it stopped answering is remembered."""
    a = make_image("a")
    build(cache, 0, a)
    build(cache, 1, replace(a, found=replace(a.found, status="unreachable", valid=None, shape=None)))
    catalog = build(cache, 2, replace(a, found=replace(a.found, valid=False)))

    assert titles(catalog)[0] == "1 dataset became invalid, 1 dataset can be read again"


def test_entries_stay_as_they_are(cache: Cache) -> None:
    """Also if the build that found them is repeated; their links lead to datasets that have pages."""
    a = make_image("a")
    build(cache, 0, a)
    first = build(cache, 1, replace(a, found=replace(a.found, status="missing")))
    again = build(cache, 1, replace(a, found=replace(a.found, status="missing")))
    later = build(cache, 2, replace(a, found=replace(a.found, status="missing")))
    path = f"institutions/{institution_id('IDR')}/problems.atom"

    assert len({files(owner_feeds(each))[path] for each in (first, again, later)}) == 1
    assert f"datasets/{a.id}/index.html" in files(owner_feeds(later))[path]
    assert feed_of(later).findtext(f"{ATOM}updated") == first.built_at
    assert len({each.text for each in feed_of(later).iter(f"{ATOM}id")}) == 2


def test_history_and_feed_are_bounded() -> None:
    """The first build stays, and the last ones; an entry names the first datasets, and counts all."""
    records = [make_image(f"n{number}") for number in range(30)]
    failing = Changes(failing=tuple(Changed(id=each.id, url=each.url) for each in records))
    catalog, histories = make_catalog(*records), {}
    for number in range(KEPT_FIGURES + 20):
        ok = "stale" if number % 2 else "ok"
        shown = [replace(records[0], found=replace(records[0].found, status=ok)), *records[1:]]
        catalog = make_catalog(*shown, built_at=f"2026-11-01T00:{number // 60:02}:{number % 60:02}Z")
        histories = dict(add_institution_builds(histories, catalog, failing))
    history = histories["IDR"]

    assert (len(history.builds), len(history.events)) == (KEPT_FIGURES, KEPT_EVENTS)
    assert (history.builds[0].built_at, history.builds[-1].built_at) == ("2026-11-01T00:00:00Z", catalog.built_at)
    content = feed_of(replace(catalog, institutions=histories)).findtext(f"{ATOM}entry/{ATOM}content")
    assert content
    assert (content.count("<a href"), content.count("and 10 more")) == (20, 1)


def test_the_files_of_an_institution_change_only_when_its_figures_do(cache: Cache) -> None:
    """Neither its history nor its page says when the last build was; the page has a table of the builds."""
    first = build(cache, 0, make_image())
    second = build(cache, 1, make_image(), make_image("b"))
    later = build(cache, 2, make_image(), make_image("b"))
    path = f"institutions/{institution_id('IDR')}/"
    made = [files(institution_histories(each))[f"{path}history.json"] for each in (first, second, later)]

    assert [[each["datasets"] for each in json.loads(text)["builds"]] for text in made] == [[1], [1, 2], [1, 2]]
    assert made[1] == made[2]
    assert page_of(second) == page_of(later)
    assert '<build-history data-history="history.json"' in page_of(later)


def test_a_damaged_history_begins_anew(cache: Cache, caplog: pytest.LogCaptureFixture) -> None:
    """With a warning; dates and builds of the catalog stay."""
    build(cache, 0, make_image())
    cache.put_note(f"institutions:{NAME}", '{"IDR": 3')
    catalog = build(cache, 1, make_image())

    assert "the history of institutions is damaged" in caplog.text
    assert len(catalog.institutions["IDR"].builds) == 1
    assert len(catalog.builds) == 2


def test_feeds_of_hostile_names_are_xml(cache: Cache) -> None:
    """Names and addresses cannot become markup in a reader."""
    record = make_image("a", source=SCRIPT, url="https://e.org/<script>alert(1)</script>.zarr")
    build(cache, 0, record)
    catalog = build(cache, 1, replace(record, found=replace(record.found, status="missing")))
    feed = feed_of(catalog, SCRIPT)

    assert "<script" not in (feed.findtext(f"{ATOM}entry/{ATOM}content") or "")
    assert feed.findtext(f"{ATOM}title", "").startswith("Problems of ")


# -- the badge -------------------------------------------------------------------------------------------------------
def test_badges_are_readable() -> None:
    """White text on each of their colors, in every state."""
    records = (make_image(), make_image("b", valid=False, source="B"), make_image("c", valid=None, source="C"))
    colors = set(re.findall(r'fill="(#[0-9a-f]{6})"', "".join(files(badge_files(make_catalog(*records))).values())))

    assert len(colors) == 3
    assert all(contrast("#ffffff", color) >= 4.5 for color in {*colors, "#333333"})


def test_the_page_has_what_shows_the_badge_elsewhere() -> None:
    """Absolute addresses in Markdown and HTML; a hostile name stays text in both."""
    name = 'A "b" [c](d) <e>'
    catalog, folder = make_catalog(make_image(source=name)), f"institutions/{institution_id(name)}"
    page = page_of(catalog, name)
    markdown, html = (unescape(each) for each in re.findall(r"data-example>(.*?)</pre>", page, re.DOTALL))

    assert markdown == (
        rf'[![OME-Zarr: datasets of A "b" \[c\](d) \<e\>](https://catalog.example.org/sub/{folder}/badge.svg)]'
        f"(https://catalog.example.org/sub/{folder}/index.html)"
    )
    assert html == (
        f'<a href="https://catalog.example.org/sub/{folder}/index.html">'
        f'<img src="https://catalog.example.org/sub/{folder}/badge.svg" '
        'alt="OME-Zarr: datasets of A &quot;b&quot; [c](d) &lt;e>"></a>'
    )
