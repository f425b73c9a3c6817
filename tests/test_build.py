"""Whole builds: what `sitegen build` writes, what it keeps, and how it fails."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest
from stores import tree, write_group, write_image, write_list, write_plate

from sitegen.cli import main

EPOCH = {"SOURCE_DATE_EPOCH": "1790000000"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def sitegen(folder: Path, *arguments: str, environment: Mapping[str, str] = EPOCH) -> Run:
    """Run a command in a folder, as a user would, but in this process: a new one would take 2 s to import."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as around, redirect_stdout(out), redirect_stderr(err):
        around.chdir(folder)
        for name, value in environment.items():
            around.setenv(name, value)
        try:
            code = main(arguments)
        except SystemExit as ended:  # argparse, of wrong options
            code = int(ended.code or 0)
    return Run(returncode=code, stdout=out.getvalue(), stderr=err.getvalue())


@pytest.fixture
def federation(tmp_path: Path) -> Path:
    """A folder with two lists and five datasets, one of which is missing."""
    return write_federation(tmp_path)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, built by the command in a process of its own; for tests that change neither data nor site."""
    folder = write_federation(tmp_path_factory.mktemp("built"))
    run = subprocess.run(
        [sys.executable, "-m", "sitegen", "build", "root.csv"],
        cwd=folder,
        env={**os.environ, **EPOCH},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return folder


def write_federation(tmp_path: Path) -> Path:
    """Write data and lists into a folder, and return it."""
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


def test_a_list_becomes_a_site(built: Path) -> None:
    """A dataset that could not be read is reported, and the build succeeds."""
    index = json.loads((built / "site" / "index.json").read_text())
    report = json.loads((built / "site" / "report.json").read_text())

    assert [record["status"] for record in index["datasets"]] == ["ok", "ok", "missing", "ok", "ok"]
    assert index["totals"]["plates"] == 1
    assert [(each["code"], each["line"]) for each in report["problems"] if each["level"] == "error"] == [
        ("not-found", 3)
    ]
    for record in index["datasets"]:
        assert (built / "site" / "datasets" / record["id"] / "index.html").is_file()
        if record["thumbnail"]:
            assert (built / "site" / record["thumbnail"]["path"]).read_bytes()[8:12] == b"WEBP"


def test_the_size_of_the_cache_is_shown(federation: Path) -> None:
    """By summary and report, but not by the files of a reproducible build, whose cache may differ."""
    stated = sitegen(federation, "build", "root.csv")
    stated_size = json.loads((federation / "site" / "report.json").read_text())["cache_bytes"]
    run = sitegen(federation, "build", "root.csv", environment={"SOURCE_DATE_EPOCH": ""})
    size = json.loads((federation / "site" / "report.json").read_text())["cache_bytes"]
    build = json.loads((federation / "site" / "build.json").read_text())

    assert "the cache takes" in stated.stdout
    assert (stated_size, size > 10_000) == (None, True)
    assert build["cache_bytes"] == size
    assert run.returncode == 0


def test_the_index_follows_its_schema(built: Path) -> None:
    """index.json is valid against the schema that is published beside it."""
    schema = json.loads((built / "site" / "index.schema.json").read_text())
    index = json.loads((built / "site" / "index.json").read_text())

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(index)


def test_the_same_input_gives_the_same_bytes(built: Path) -> None:
    """A second build from the cache and a third one offline write the same files."""
    first = tree(built / "site")
    sitegen(built, "build", "root.csv")
    second = tree(built / "site")
    sitegen(built, "build", "root.csv", "--offline")

    assert second == first
    assert tree(built / "site") == first


def test_a_second_build_requests_only_lists_and_missing_datasets(built: Path) -> None:
    """Datasets that were read recently are taken from the cache."""
    summary = json.loads(sitegen(built, "build", "root.csv", "--json").stdout)

    assert summary["datasets"] == 5
    assert summary["requests"] == 2


def test_a_deleted_dataset_keeps_its_last_findings(federation: Path) -> None:
    """Its status is `missing`, and its picture is still shown."""
    sitegen(federation, "build", "root.csv")
    shutil.rmtree(federation / "data" / "a.zarr")
    sitegen(federation, "build", "root.csv", "--refresh")
    record = json.loads((federation / "site" / "index.json").read_text())["datasets"][0]

    assert (record["status"], record["kind"], record["shape"]) == ("missing", "image", [2, 64, 64])
    assert record["thumbnail"]
    assert [problem["code"] for problem in record["problems"]][:2] == ["not-found", "not-current"]


def test_a_changed_dataset_is_read_again_by_a_refresh(federation: Path) -> None:
    """Its root document has changed, so all of it is read again."""
    sitegen(federation, "build", "root.csv")
    write_image(federation / "data" / "b.zarr", shape=(3, 96, 96), levels=1)
    (federation / "data" / "a.zarr").rename(federation / "data" / "old.zarr")
    (federation / "data" / "b.zarr").rename(federation / "data" / "a.zarr")
    sitegen(federation, "build", "root.csv", "--refresh")
    record = json.loads((federation / "site" / "index.json").read_text())["datasets"][0]

    assert record["shape"] == [3, 96, 96]


def test_limit_reads_only_the_first_datasets(built: Path) -> None:
    """The site has one dataset with `--limit 1`."""
    sitegen(built, "build", "root.csv", "--limit", "1", "--out", "small")

    assert len(json.loads((built / "small" / "index.json").read_text())["datasets"]) == 1


def test_strict_exits_with_1_for_a_dataset_with_an_error(built: Path) -> None:
    """The site is written nevertheless."""
    assert sitegen(built, "build", "root.csv", "--strict").returncode == 1
    assert (built / "site" / "index.html").is_file()


def test_build_py_is_the_build_command(federation: Path) -> None:
    """`python build.py …` in a checkout is `sitegen build …`."""
    script = Path(__file__).parent.parent / "build.py"
    run = subprocess.run([sys.executable, script, "root.csv"], cwd=federation, check=False, capture_output=True)

    assert run.returncode == 0
    assert (federation / "site" / "index.html").is_file()


CASES = {
    "a typo in the configuration": (["build", "typo.toml"], 2, "typo.toml:2: titel: unknown key; did you mean title?"),
    "no configuration": (["build"], 2, "there is no sitegen.toml in this folder"),
    "a missing file": (["build", "none.csv"], 2, "there is no file none.csv"),
    "a list that is a web page": (["build", "page.csv"], 1, "page.csv:1"),
    "an empty list": (["build", "empty.csv"], 1, "no dataset"),
    "a folder that is not a site": (["build", "root.csv", "--out", "data"], 2, "data"),
    "a wrong option": (["build", "root.csv", "--limit", "0"], 2, "--limit"),
    "an unknown command": (["bild"], 2, "invalid choice"),
}


def test_wrong_input_ends_with_one_line_and_keeps_the_site(built: Path) -> None:
    """The message says where the mistake is, and the existing site is not changed."""
    before = tree(built / "site")
    write_list(built / "typo.toml", 'csv = ["root.csv"]', 'titel = "x"')
    write_list(built / "page.csv", "<!doctype html>", "<title>Sign in</title>")
    write_list(built / "empty.csv", "")
    for case, (arguments, code, words) in CASES.items():
        run = sitegen(built, *arguments)

        assert (case, run.returncode) == (case, code), run.stderr
        assert words in run.stderr
        assert "Traceback" not in run.stderr
        assert tree(built / "site") == before


@pytest.mark.parametrize("stated", ["-5", "abc", "1.5", " ", "\u0661", "253402300800", "9" * 5000])
def test_an_invalid_source_date_epoch_is_refused(federation: Path, stated: str) -> None:
    """The current time must not be used by mistake."""
    run = sitegen(federation, "build", "root.csv", environment={"SOURCE_DATE_EPOCH": stated})

    assert (run.returncode, len(run.stderr.splitlines())) == (2, 1), run.stderr
    assert "SOURCE_DATE_EPOCH: expected seconds since 1970" in run.stderr
    assert not (federation / "site").exists()


@pytest.mark.parametrize(
    ("stated", "built_at"), [("0", "1970-01-01T00:00:00Z"), ("253402300799", "9999-12-31T23:59:59Z")]
)
def test_source_date_epoch_has_a_range(federation: Path, stated: str, built_at: str) -> None:
    """Its first and its last second are accepted and are in the report."""
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


def test_an_output_folder_that_contains_input_is_refused(federation: Path) -> None:
    """Cache, configuration, lists and datasets in the site's folder would be deleted with the old site."""
    sitegen(federation, "build", "root.csv")
    shutil.copytree(federation / "data", federation / "site" / "data", dirs_exist_ok=True)
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


def test_a_cache_in_a_new_output_folder_is_refused(built: Path) -> None:
    """It is refused before anything is read."""
    run = sitegen(built, "build", "root.csv", "--out", "new", "--cache", "new/.cache")

    assert run.returncode == 2
    assert "new/.cache: is in the site's folder" in run.stderr
    assert not (built / "new").exists()


def test_a_list_in_latin_1_is_read_and_reported(federation: Path) -> None:
    """Its values are kept, and the problem has the line of the first such byte."""
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
def test_a_full_disk_ends_with_one_line_and_keeps_the_site(federation: Path, blocks: int) -> None:
    """The disk may be full when the cache is written, or when the site is."""
    sitegen(federation, "build", "root.csv")
    before = tree(federation / "site")
    command = f"ulimit -f {blocks}; exec {sys.executable} -m sitegen build root.csv --cache other"
    run = subprocess.run(["bash", "-c", command], cwd=federation, capture_output=True, text=True, check=False)

    assert (run.returncode, "Traceback" in run.stderr) == (1, False), run.stderr
    assert "sitegen: " in run.stderr.splitlines()[-1]
    assert tree(federation / "site") == before
