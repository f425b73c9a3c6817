"""The whole path, from a list to a folder: what a build writes, keeps, and says when it cannot."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import jsonschema
import pytest
from stores import tree, write_group, write_image, write_list, write_plate

from sitegen.formatting import size as size_in_words

EPOCH = {"SOURCE_DATE_EPOCH": "1790000000"}


def sitegen(folder: Path, *arguments: str, environment: Mapping[str, str] = EPOCH) -> subprocess.CompletedProcess[str]:
    """Run a command as a person would, in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "sitegen", *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def federation(tmp_path: Path) -> Path:
    """A folder with two lists and four datasets, one of which is not there."""
    write_image(tmp_path / "data" / "a.zarr")
    write_image(tmp_path / "data" / "two words.zarr", zarr_format=2)
    write_plate(tmp_path / "data" / "p.zarr", ["A/1"])
    write_group(tmp_path / "data" / "g.zarr", {})
    write_list(tmp_path / "data" / "more.csv", "url,name", "p.zarr,A plate", "gone.zarr,", "g.zarr,")
    write_list(
        tmp_path / "root.csv",
        "source,url",
        "Institute A,data/a.zarr",
        "Institute B,data/more.csv",
        ",data/two words.zarr",
    )
    return tmp_path


def test_a_list_becomes_a_site(federation: Path) -> None:
    """One command; a dataset that failed is in the report, not an error."""
    run = sitegen(federation, "build", "root.csv")
    index = json.loads((federation / "site" / "index.json").read_text())
    report = json.loads((federation / "site" / "report.json").read_text())

    assert run.returncode == 0, run.stderr
    assert [record["status"] for record in index["datasets"]] == ["ok", "ok", "missing", "ok", "ok"]
    assert index["totals"]["plates"] == 1
    assert [(each["code"], each["line"]) for each in report["problems"] if each["level"] == "error"] == [
        ("not-found", 3)
    ]
    for record in index["datasets"]:
        assert (federation / "site" / "datasets" / record["id"] / "index.html").is_file()
        if record["thumbnail"]:
            assert (federation / "site" / record["thumbnail"]["path"]).read_bytes()[8:12] == b"WEBP"


def test_the_size_of_the_cache_is_told(federation: Path) -> None:
    """At the end of the build, in the report and on its page; not in a reproducible build, whose cache may differ."""
    stated = sitegen(federation, "build", "root.csv")
    stated_size = json.loads((federation / "site" / "report.json").read_text())["cache_bytes"]
    run = sitegen(federation, "build", "root.csv", environment={"SOURCE_DATE_EPOCH": ""})
    size = json.loads((federation / "site" / "report.json").read_text())["cache_bytes"]
    page = (federation / "site" / "report" / "index.html").read_text()

    assert "the cache, from which the next build goes on, takes" in stated.stdout
    assert (stated_size, size > 10_000) == (None, True)
    assert f"a cache, which takes {size_in_words(size)}" in page
    assert run.returncode == 0


def test_the_index_keeps_its_schema(federation: Path) -> None:
    """What programs download is what the schema beside it describes, field by field."""
    sitegen(federation, "build", "root.csv")
    schema = json.loads((federation / "site" / "index.schema.json").read_text())
    index = json.loads((federation / "site" / "index.json").read_text())

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(index)


def test_the_same_input_gives_the_same_bytes(federation: Path) -> None:
    """A second build from the cache, and a third offline, change nothing."""
    sitegen(federation, "build", "root.csv")
    first = tree(federation / "site")
    sitegen(federation, "build", "root.csv")
    second = tree(federation / "site")
    sitegen(federation, "build", "root.csv", "--offline")

    assert second == first
    assert tree(federation / "site") == first


def test_a_second_build_asks_for_nothing_but_the_lists(federation: Path) -> None:
    """What is young in the cache is not asked for again, except what was not there."""
    sitegen(federation, "build", "root.csv")
    summary = json.loads(sitegen(federation, "build", "root.csv", "--json").stdout)

    assert summary["datasets"] == 5
    assert summary["requests"] == 2


def test_a_dataset_that_goes_keeps_its_last_record(federation: Path) -> None:
    """Gone, not lost: status says so, the picture stays."""
    sitegen(federation, "build", "root.csv")
    (federation / "data" / "a.zarr" / "zarr.json").unlink()
    sitegen(federation, "build", "root.csv", "--refresh")
    record = json.loads((federation / "site" / "index.json").read_text())["datasets"][0]

    assert (record["status"], record["kind"], record["shape"]) == ("missing", "image", [2, 64, 64])
    assert record["thumbnail"]
    assert [problem["code"] for problem in record["problems"]][:2] == ["not-found", "not-current"]


def test_a_changed_dataset_is_read_again_by_a_refresh(federation: Path) -> None:
    """Its root document changed, so all of it is read."""
    sitegen(federation, "build", "root.csv")
    write_image(federation / "data" / "b.zarr", shape=(3, 96, 96), levels=1)
    (federation / "data" / "a.zarr").rename(federation / "data" / "old.zarr")
    (federation / "data" / "b.zarr").rename(federation / "data" / "a.zarr")
    sitegen(federation, "build", "root.csv", "--refresh")
    record = json.loads((federation / "site" / "index.json").read_text())["datasets"][0]

    assert record["shape"] == [3, 96, 96]


def test_limit_takes_the_first(federation: Path) -> None:
    """`--limit N` is for trying out."""
    sitegen(federation, "build", "root.csv", "--limit", "1", "--out", "small")

    assert len(json.loads((federation / "small" / "index.json").read_text())["datasets"]) == 1


def test_strict_makes_an_error_of_a_failed_dataset(federation: Path) -> None:
    """The site is written all the same."""
    assert sitegen(federation, "build", "root.csv", "--strict").returncode == 1
    assert (federation / "site" / "index.html").is_file()


def test_build_py_is_the_build_command(federation: Path) -> None:
    """`python build.py …` in a checkout is `sitegen build …`."""
    script = Path(__file__).parent.parent / "build.py"
    run = subprocess.run([sys.executable, script, "root.csv"], cwd=federation, check=False, capture_output=True)

    assert run.returncode == 0
    assert (federation / "site" / "index.html").is_file()


CASES = {
    "a typo in the configuration": (["build", "typo.toml"], 2, "typo.toml:2: titel: unknown key; did you mean title?"),
    "no configuration": (["build"], 2, "there is no sitegen.toml in this folder"),
    "a file that is not there": (["build", "none.csv"], 2, "there is no file none.csv"),
    "a list that is a web page": (["build", "page.csv"], 1, "page.csv:1"),
    "an empty list": (["build", "empty.csv"], 1, "no dataset"),
    "a folder that is no site": (["build", "root.csv", "--out", "data"], 2, "data"),
    "a wrong option": (["build", "root.csv", "--limit", "0"], 2, "--limit"),
    "an unknown command": (["bild"], 2, "invalid choice"),
}


def test_bad_input_ends_with_one_clear_line_and_nothing_lost(federation: Path) -> None:
    """The message says where and what to do; the site that stands is not touched."""
    sitegen(federation, "build", "root.csv")
    before = tree(federation / "site")
    write_list(federation / "typo.toml", 'csv = ["root.csv"]', 'titel = "x"')
    write_list(federation / "page.csv", "<!doctype html>", "<title>Sign in</title>")
    write_list(federation / "empty.csv", "")
    for case, (arguments, code, words) in CASES.items():
        run = sitegen(federation, *arguments)

        assert (case, run.returncode) == (case, code), run.stderr
        assert words in run.stderr
        assert "Traceback" not in run.stderr
        assert tree(federation / "site") == before


@pytest.mark.parametrize("stated", ["-5", "abc", "1.5", " ", "\u0661", "253402300800", "9" * 5000])
def test_a_stated_time_that_is_none_is_refused(federation: Path, stated: str) -> None:
    """A reproducible build must not quietly bear the time of now."""
    run = sitegen(federation, "build", "root.csv", environment={"SOURCE_DATE_EPOCH": stated})

    assert (run.returncode, len(run.stderr.splitlines())) == (2, 1), run.stderr
    assert "SOURCE_DATE_EPOCH: expected seconds since 1970" in run.stderr
    assert not (federation / "site").exists()


@pytest.mark.parametrize(
    ("stated", "built_at"), [("0", "1970-01-01T00:00:00Z"), ("253402300799", "9999-12-31T23:59:59Z")]
)
def test_the_first_and_the_last_time_that_can_be_stated(federation: Path, stated: str, built_at: str) -> None:
    """Both are built, and stand in the report."""
    run = sitegen(federation, "build", "root.csv", environment={"SOURCE_DATE_EPOCH": stated})
    report = json.loads((federation / "site" / "report.json").read_text())

    assert (run.returncode, report["built_at"]) == (0, built_at), run.stderr


IN_THE_SITE = {
    "the cache": ["root.csv", "--cache", "site/.cache"],
    "the cache in its place": ["root.csv", "--cache", "site"],
    "the list": ["site/data/more.csv"],
    "the configuration": ["site/sitegen.toml"],
    "a list of a configuration": ["site.toml"],
    "a list that a list names": ["nested.csv"],
    "a dataset": ["dataset.csv"],
    "a link": ["root.csv", "--cache", "link/.cache"],
}


def test_what_a_build_needs_is_never_in_the_folder_that_it_replaces(federation: Path) -> None:
    """Cache, configuration, lists and datasets in the site's folder would be lost: refused at once, nothing lost."""
    sitegen(federation, "build", "root.csv")
    shutil.copytree(federation / "data", federation / "site" / "data")
    write_list(federation / "site" / "sitegen.toml", 'csv = ["../root.csv"]')
    write_list(federation / "site.toml", 'csv = ["root.csv", "site/data/more.csv"]')
    write_list(federation / "nested.csv", "url", "site/data/more.csv")
    write_list(federation / "dataset.csv", "url", "data/a.zarr", "site/data/p.zarr")
    (federation / "link").symlink_to("site")
    before = tree(federation / "site")
    for case, arguments in IN_THE_SITE.items():
        run = sitegen(federation, "build", *arguments)

        assert (case, run.returncode) == (case, 2), run.stderr
        assert "is in the site's folder, site, and a build replaces" in run.stderr
        assert "Writing" not in run.stderr
        assert tree(federation / "site") == before


def test_a_cache_in_a_folder_that_shall_become_the_site_is_refused(federation: Path) -> None:
    """Before the crawl, not after it."""
    run = sitegen(federation, "build", "root.csv", "--out", "new", "--cache", "new/.cache")

    assert run.returncode == 2
    assert "new/.cache: is in the site's folder" in run.stderr
    assert not (federation / "new").exists()


def test_a_list_in_latin_1_is_read_and_told(federation: Path) -> None:
    """Nothing is lost, and the steward learns the line."""
    (federation / "latin.csv").write_bytes("url,source\ndata/a.zarr,J\xfclich\n".encode("latin-1"))
    sitegen(federation, "build", "latin.csv")
    report = json.loads((federation / "site" / "report.json").read_text())
    index = json.loads((federation / "site" / "index.json").read_text())

    assert index["datasets"][0]["source"] == "Jülich"
    assert [(each["code"], each["line"]) for each in report["problems"] if each["level"] == "error"] == [
        ("list-not-utf8", 2)
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit for the size of files")
@pytest.mark.parametrize("blocks", [40, 200])
def test_a_full_disk_ends_with_one_clear_line(federation: Path, blocks: int) -> None:
    """Whether it fills while the cache is written or the site: exit code 1, what to do, and the old site stands."""
    sitegen(federation, "build", "root.csv")
    before = tree(federation / "site")
    command = f"ulimit -f {blocks}; exec {sys.executable} -m sitegen build root.csv --cache other"
    run = subprocess.run(["bash", "-c", command], cwd=federation, capture_output=True, text=True, check=False)

    assert (run.returncode, "Traceback" in run.stderr) == (1, False), run.stderr
    assert "sitegen: " in run.stderr.splitlines()[-1]
    assert tree(federation / "site") == before
