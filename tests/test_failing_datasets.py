"""A dataset on which sitegen itself fails costs its own page alone; such bugs are put into a copy of sitegen."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from stores import tree, write_image

import sitegen
from sitegen.commands.isolation import Failure, find_failing
from sitegen.publish.writer import APART_FROM
from sitegen.site.resources import templates_folder

_BUILT_S = 1_796_000_000
"""29 November 2026, in seconds since 1970."""
_BUGS = {
    "page": ("site/dataset_page.py", "make_dataset_page"),
    "card": ("site/facts.py", "make_card_texts"),
    "row": ("outputs/biofile.py", "_known"),
    "entry": ("outputs/feed.py", "_entry"),
    "json-ld": ("site/structured.py", "dataset_ld"),
    "dcat": ("outputs/dcat.py", "_dataset"),
    "record": ("catalog/records.py", "make_record"),
}
"""Name of a dataset → module and function, which gets something with an address first, that fails on it."""
_OF_ALL = {"every": ("site/dataset_page.py", "make_dataset_page")}
"""The same of a bug that strikes all datasets."""
_WHEN_READ = "(first.found.kind if hasattr(first, 'found') else others[0].kind)"
"""Of a dataset that could be read: what is shown in place of it can be made."""
_BUG = """

_right_{function} = {function}


def {function}(first, *others, **named):
    if {when} and "{name}" in first.url + " every dataset":
        raise TypeError(f"no {name} of {{first.url}}, \\ud800, {{object()}}")
    return _right_{function}(first, *others, **named)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """A build that has ended."""

    code: int
    said: str
    summary: Mapping[str, object]
    site: Path

    def records(self) -> dict[str, dict[str, object]]:
        """Return the records of `index.json` by the last part of their address, without its ending."""
        index = json.loads((self.site / "index.json").read_text(encoding="utf-8"))
        return {record["url"].rpartition("/")[2].partition(".")[0]: record for record in index["datasets"]}

    def page(self, name: str) -> str:
        """Return the page of a dataset."""
        return (self.site / "datasets" / str(self.records()[name]["id"]) / "index.html").read_text(encoding="utf-8")


def copy_with_bugs(folder: Path, bugs: Iterable[str], *, when: str = _WHEN_READ) -> Path:
    """Write a copy of sitegen with some of the bugs; return the folder that holds it."""
    package = folder / "sitegen"
    shutil.copytree(Path(sitegen.__file__).parent, package)
    shutil.copytree(templates_folder(), package / "templates", dirs_exist_ok=True)
    for name in bugs:
        path, function = {**_BUGS, **_OF_ALL}[name]
        with (package / path).open("a", encoding="utf-8") as module:
            module.write(_BUG.format(function=function, name=name, when=when))
    return folder


def build(
    folder: Path, sources: Path | None, *options: str, out: str = "site", cache: str = "cache", at: int = _BUILT_S
) -> Build:
    """Build the lists of a folder. sources: the folder of the sitegen that does it; None: this one."""
    arguments = ["build", "sitegen.toml", "--out", out, "--cache", cache, "--json", *options]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(at)}
    if sources:
        environment["PYTHONPATH"] = str(sources)
    command = [sys.executable, "-P", "-m", "sitegen", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    summary = json.loads(done.stdout) if done.returncode == 0 else {}
    return Build(code=done.returncode, said=done.stderr, summary=summary, site=folder / out)


def write_lists(folder: Path, names: Sequence[str], *, images: int = 0) -> None:
    """Write a configuration with a list that names a dataset of each name, the first of which are images."""
    for name in names[:images]:
        write_image(folder / "data" / f"{name}.zarr", levels=1)
    rows = [f"data/{name}.zarr,a dataset" for name in names]
    (folder / "ours.csv").write_text("\n".join(["url,name", *rows]) + "\n", encoding="utf-8")
    keys = ('csv = ["ours.csv"]', 'base_url = "https://catalog.example.org/"', "max_loss = 1")
    small = "[pictures]\nthumbnail_px = 32\npreview_px = 64\n"
    (folder / "sitegen.toml").write_text("\n".join(keys) + f"\n{small}", encoding="utf-8")


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lists of images, some of which a copy of sitegen fails on, and that copy."""
    folder = tmp_path_factory.mktemp("images")
    names = [*_BUGS, *(f"sound-{number}" for number in range(len(_BUGS)))]
    write_lists(folder, names, images=len(names))
    copy_with_bugs(folder / "copy", _BUGS)
    return folder


@pytest.fixture(scope="module")
def built(images: Path) -> Build:
    """The site that the copy makes of them."""
    return build(images, images / "copy")


def test_a_failure_costs_one_page_and_nothing_else(built: Build) -> None:
    """Whether a page, a card, a row, an entry or a record cannot be made: the others have theirs."""
    records = built.records()
    failed = {name for name, record in records.items() if record["status"] != "ok"}

    assert (built.code, built.summary["datasets"], built.summary["failed"]) == (0, 2 * len(_BUGS), len(_BUGS))
    assert failed == _BUGS.keys()
    assert all(records[name]["kind"] == "image" and records[name]["thumbnail"] for name in records.keys() - failed)


@pytest.mark.parametrize("name", _BUGS)
def test_the_page_says_that_it_could_not_be_made(built: Build, name: str) -> None:
    """With the address of the dataset; the report has list, line, what failed, and the hint to report it."""
    page, url = built.page(name), str(built.records()[name]["url"])
    report = json.loads((built.site / "report.json").read_text(encoding="utf-8"))
    (problem,) = (each for each in report["problems"] if each["url"] == url)
    line = list(_BUGS).index(name) + 2

    assert "sitegen could not make" in page
    assert url.rpartition("/")[2] in page
    assert (problem["code"], problem["csv"], problem["line"]) == ("internal-error", "ours.csv", line)
    assert f"TypeError: no {name} of" in problem["message"]
    assert "report it" in problem["hint"]
    assert f"ours.csv:{line}" in built.said


def test_what_could_not_be_made_is_named(built: Build) -> None:
    """As a file of the site, or as what it is made of."""
    made = {name: str(record["problems"]) for name, record in built.records().items() if name in _BUGS}
    named = {name: text.partition("could not make ")[2].partition(": TypeError")[0] for name, text in made.items()}

    assert named == {
        "page": f"datasets/{built.records()['page']['id']}/index.html",
        "card": "search",
        "row": "biofile-finder.csv",
        "entry": "feed.xml",
        "json-ld": f"datasets/{built.records()['json-ld']['id']}/index.html",
        "dcat": "dcat.jsonld",
        "record": "the record",
    }


def test_index_search_and_sitemap_agree_with_what_exists(built: Build) -> None:
    """Each of them has all datasets, and each dataset has a page."""
    ids = {str(record["id"]) for record in built.records().values()}
    sitemap = (built.site / "sitemap.xml").read_text(encoding="utf-8")
    manifest = next(json.loads(gzip.decompress(path.read_bytes())) for path in built.site.glob("search/manifest*"))

    assert {path.name for path in (built.site / "datasets").iterdir()} == ids
    assert all(f"datasets/{id_}/" in sitemap for id_ in ids)
    assert manifest["datasets"] == len(ids)


def test_a_failed_page_is_tried_again(images: Path, built: Build) -> None:
    """A build with the same bug has the same bytes as one from nothing; one without it shows all datasets."""
    expected = tree(built.site)
    again = build(images, images / "copy")
    from_nothing = build(images, images / "copy", out="other")
    found = tree(again.site), tree(from_nothing.site)
    repaired = build(images, None, out="repaired")

    assert found == (expected, expected)
    assert {record["status"] for record in repaired.records().values()} == {"ok"}
    assert all(record["thumbnail"] for record in repaired.records().values())
    assert repaired.summary["failed"] == 0


def test_a_failure_of_sitegen_is_no_news_of_a_dataset(tmp_path: Path) -> None:
    """Neither that it fails nor that it recovers is announced, and the date of its last change stays."""
    write_lists(tmp_path, ["page", "sound", "healthy"], images=3)
    copy_with_bugs(tmp_path / "copy", ["page"])
    dates, news = [], []
    for number, sources in enumerate((None, tmp_path / "copy", None)):
        made = build(tmp_path, sources, "--refresh", at=_BUILT_S + number)
        report = json.loads((made.site / "report.json").read_text(encoding="utf-8"))
        dates.append(made.records()["page"]["changed_at"])
        news.append({kind for kind, found in report["changes"].items() if found and isinstance(found, list)})

    assert len(set(dates)) == 1
    assert news == [set(), set(), set()]


@pytest.mark.parametrize("when", [_WHEN_READ, "True"])
@pytest.mark.parametrize("is_right", [(True, False, False, True), (False, True)])
def test_no_dataset_is_announced_because_sitegen_failed(is_right: Sequence[bool], when: str, tmp_path: Path) -> None:
    """Neither as gone or failing, nor as new or recovered: whether it has a page or is left out, also at first."""
    write_lists(tmp_path, ["sound", "page", "healthy"], images=3)
    broken = copy_with_bugs(tmp_path / "copy", ["page"], when=when)
    news, added = [], []
    for number, right in enumerate(is_right):
        made = build(tmp_path, None if right else broken, "--refresh", at=_BUILT_S + number)
        report = json.loads((made.site / "report.json").read_text(encoding="utf-8"))
        news.append([kind for kind, found in report["changes"].items() if found and isinstance(found, list)])
        added.append({record["added_at"] for record in made.records().values()})

    assert made.records().keys() == {"sound", "page", "healthy"}
    assert news == [[]] * len(is_right)
    assert added == [{None}] * len(is_right)


def test_what_changed_behind_a_failure_is_announced_after_it(tmp_path: Path) -> None:
    """The next build compares with what was found before the dataset was left out."""
    write_lists(tmp_path, ["sound", "page", "healthy"], images=3)
    broken = copy_with_bugs(tmp_path / "copy", ["page"], when="True")
    build(tmp_path, None, at=_BUILT_S)
    build(tmp_path, broken, "--refresh", at=_BUILT_S + 1)
    shutil.rmtree(tmp_path / "data" / "page.zarr")
    write_image(tmp_path / "data" / "page.zarr", levels=2)
    made = build(tmp_path, None, "--refresh", at=_BUILT_S + 2)
    report = json.loads((made.site / "report.json").read_text(encoding="utf-8"))

    assert [each["url"].rpartition("/")[2] for each in report["changes"]["modified"]] == ["page.zarr"]


def test_a_bug_that_strikes_every_page_ends_the_build(images: Path, built: Build, tmp_path: Path) -> None:
    """In one line, and the old site stays."""
    expected = tree(built.site)
    ended = build(images, copy_with_bugs(tmp_path, ["every"]))

    assert ended.code == 1
    assert ended.said.splitlines()[-1].startswith("sitegen: the site cannot be made, and most datasets are the cause")
    assert tree(built.site) == expected


def test_strict_builds_end_with_1(images: Path, built: Build) -> None:
    """As for other datasets with errors."""
    assert build(images, images / "copy", "--strict").code == 1


def test_a_page_that_fails_in_a_worker_process(tmp_path: Path) -> None:
    """Where there are so many that processes make them."""
    write_lists(tmp_path, ["page", *map(str, range(APART_FROM))], images=1)
    made = build(tmp_path, copy_with_bugs(tmp_path / "copy", ["page"]))

    assert (made.code, made.summary["datasets"], made.summary["failed"]) == (0, APART_FROM + 1, 1)
    assert "sitegen could not make" in made.page("page")
    assert len(list((made.site / "datasets").iterdir())) == APART_FROM + 1


def test_a_dataset_of_which_not_even_the_address_can_be_shown_is_left_out(tmp_path: Path) -> None:
    """With a problem at its line; no file speaks of it."""
    write_lists(tmp_path, ["sound", "page", "healthy"], images=3)
    made = build(tmp_path, copy_with_bugs(tmp_path / "copy", ["page"], when="True"))
    report = json.loads((made.site / "report.json").read_text(encoding="utf-8"))
    (problem,) = (each for each in report["problems"] if each["level"] == "error")

    assert (made.code, made.summary["failed"], made.records().keys()) == (0, 1, {"sound", "healthy"})
    assert (problem["code"], problem["csv"], problem["line"]) == ("internal-error", "ours.csv", 3)
    assert (made.site / "sitemap.xml").read_text(encoding="utf-8").count("/datasets/") == 2


@pytest.mark.parametrize("failing", [{7}, {0, 99}, set(range(0, 100, 3)), set()])
def test_each_dataset_that_fails_is_found(failing: set[int]) -> None:
    """Whichever they are; of one among a hundred by few attempts."""
    attempts: list[Sequence[int]] = []
    found = find_failing(100, attempt_with(failing, attempts))

    assert found is not None
    assert found.keys() == failing
    assert len(attempts) <= 2 + 2 * 7 * len(failing)


@pytest.mark.parametrize("count", [1, 3, 100, 100_000])
def test_a_failure_of_most_is_no_matter_of_datasets(count: int) -> None:
    """And few are tried."""
    attempts: list[Sequence[int]] = []

    assert find_failing(count, attempt_with(set(range(count)), attempts)) is None
    assert len(attempts) < 60


def attempt_with(failing: set[int], attempts: list[Sequence[int]]) -> Callable[[Sequence[int]], Failure | None]:
    """Return an attempt that fails with some places, and notes what is tried."""

    def attempt(places: Sequence[int]) -> Failure | None:
        attempts.append(places)
        return Failure("page", TypeError()) if failing.intersection(places) else None

    return attempt
