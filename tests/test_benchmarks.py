"""Each benchmark still runs: at its smallest size, for the rows that it prints, never for its figures."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
needs_proc = pytest.mark.skipif(
    not Path("/proc/self/smaps_rollup").is_file(), reason="memory is measured in /proc, which this system does not have"
)


def run(script: str, *arguments: str | Path) -> str:
    """Return what a benchmark prints; it has to end with exit code 0."""
    command = [sys.executable, str(BENCHMARKS / script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def crawl(*clients: str) -> list[Sequence[str]]:
    """Return the cells of the table that `crawl.py` prints for clients, crawling as few datasets as it can."""
    sizes = ("--datasets", "2", "--large", "3", "--small", "1", "--latencies-ms", "0")
    table = run("crawl.py", *sizes, "--only", *clients).strip().splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


@needs_proc
def test_bombs_prints_the_memory_of_the_build() -> None:
    """One bomb on one host is built within the limit."""
    printed = run("bombs.py", "--only", "many-axes", "--hosts", "1")

    assert printed.startswith("2 datasets, {")
    assert printed.rstrip().endswith("MB at most")


@needs_proc
def test_challenge_prints_a_paragraph_for_each_build(tmp_path: Path) -> None:
    """A list of two datasets, each twice, is built with an empty cache, and again without the network."""
    rows = [f"https://uk1s3.embassy.ebi.ac.uk/study/{number}.zarr" for number in range(2)]
    (tmp_path / "root.csv").write_text("\n".join(["url", *rows]))

    printed = run("challenge.py", tmp_path / "root.csv", "--once", "--offline", "--copies", "2")

    assert [line for line in printed.splitlines() if line.startswith("==")] == ["== empty cache", "== offline"]
    assert printed.count("rows 4 · datasets 4 · ") == 2
    assert printed.count("uk1s3.embassy.ebi.ac.uk") == 1


@needs_proc
def test_rebuild_prints_a_row_for_each_build(tmp_path: Path) -> None:
    """Nothing is requested; when no dataset changed, most files are kept."""
    rows = [f"https://uk1s3.embassy.ebi.ac.uk/study/{number}.zarr" for number in range(3)]
    (tmp_path / "ngff_samples.csv").write_text("url\nhttps://lists.example.org/some.csv\n")
    (tmp_path / "some.csv").write_text("\n".join(["url", *rows]))

    printed = run("rebuild.py", tmp_path).splitlines()
    kept = {cells[1].strip(): int(cells[6]) for line in printed[3:] if len(cells := line.split("|")) > 6}

    assert printed[0].startswith("3 datasets")
    assert list(kept) == ["first", "nothing changed", "1 % changed", "10 % changed"]
    assert kept["first"] == 0 < kept["nothing changed"]


@needs_proc
def test_crawl_prints_a_row_for_each_client() -> None:
    """zarr and sitegen read all datasets of their samples, and rates are compared with that of zarr."""
    rows = crawl("zarr", "metadata only", "thumbnails, 1 workers")

    assert [(row[0], row[1], row[3], row[4]) for row in rows] == [
        ("zarr", "zarr + fsspec, thumbnails", "2", "2"),
        ("sitegen", "metadata only", "2", "2"),
        ("sitegen", "metadata only", "3", "3"),
        ("sitegen", "thumbnails, 1 workers", "2", "2"),
    ]
    assert all(row[-1] for row in rows)


@needs_proc
def test_crawl_compares_engines() -> None:
    """Each reads all datasets, with no more requests at once to a host than allowed, shown over time, too."""
    printed = run("crawl.py", "--engine", "--datasets", "4", "--large", "1", "--small", "1", "--latencies-ms", "0")
    engines, over_time = ([line.split("|") for line in part.splitlines()[2:]] for part in printed.strip().split("\n\n"))

    names = [" local, 1 process ", " local, 2 processes ", " dask, 2 workers "]
    assert [row[2] for row in engines] == [row[1] for row in over_time] == names
    assert {row[5].strip() for row in engines} == {"4"}
    assert all(1 <= int(row[11]) <= 8 for row in engines)
    assert all(sum(int(cell.partition(",")[0]) for cell in row[2:-1]) >= 4 for row in over_time)


@needs_proc
@pytest.mark.skipif(not find_spec("requests"), reason="`requests` is not installed (pip install --group bench)")
def test_crawl_prints_a_row_for_the_script_of_the_challenge() -> None:
    """The script reads its dataset, one request after the other."""
    assert [(row[0], row[4]) for row in crawl("script")] == [("script", "1")]


def test_pictures_writes_a_gallery_with_a_figure_for_each_case(tmp_path: Path) -> None:
    """One group of cases, the large image, the plate and the overlay are drawn; decoding is measured for each codec."""
    out = tmp_path / "out.html"

    printed = run("pictures.py", out, "--only", "labels", "--repeat", "1").splitlines()

    assert [line.split("  ")[0] for line in printed[:2]] == ["labels", "labels with stated colors"]
    assert [line.split(":")[0].split()[-1] for line in printed[2:]] == ["Blosc", "Zstandard", "gzip"]
    assert out.read_text(encoding="utf-8").count("<figure><img") == 5


def test_validation_prints_a_line_for_each_document() -> None:
    """Images and plates of three versions, an invalid plate and a store are validated."""
    printed = run("validation.py", "--repeat", "1").splitlines()

    assert [line.split(",")[0] for line in printed[:6]] == [
        *(f"image {version}" for version in ("0.4", "0.5", "0.6")),
        *(f"plate {version}" for version in ("0.4", "0.5", "0.6")),
    ]
    assert len(printed) == 8
    assert all(" ms" in line for line in printed)


def test_validators_prints_the_agreement_with_each_validator() -> None:
    """Documents of the tests and stores of other libraries are validated; missing validators are named."""
    printed = run("validators.py")

    assert "## Documents of the tests: sitegen finds" in printed
    assert "## What other libraries write: sitegen finds" in printed
    for name in ("official schemas", "ngff-zarr", "ome-zarr-models", "yaozarrs"):
        assert sum(line.startswith(f"{name}: ") for line in printed.splitlines()) == 2


def test_writers_prints_a_line_for_each_sample(tmp_path: Path) -> None:
    """What zarr writes is read as it was written, and its picture shows it; missing libraries are named."""
    out = tmp_path / "out.html"

    printed = run("writers.py", "--only", "zarr", "--html", out).splitlines()

    assert printed[0].split() == ["zarr", "0.5", "czyx", "as", "written", "1.000", "valid"]
    assert printed[1].startswith("1 of 1 as written; zarr ")
    assert printed[2].startswith("not installed: ")
    assert out.read_text(encoding="utf-8").count("<figure><img") == 1


def test_search_files_prints_the_bytes_of_each_kind(tmp_path: Path) -> None:
    """Two sites stand beside each other."""
    for site in ("old", "new"):
        (tmp_path / site / "search").mkdir(parents=True)
        (tmp_path / site / "search" / "sort-bytes-0123456789.bin").write_bytes(b"x" * 1234)

    printed = run("search_files.py", tmp_path / "new", "--other", tmp_path / "old")

    assert printed.splitlines()[0].split() == ["numbers", "1,234", "1,234"]


@needs_proc
def test_scale_prints_a_row_for_each_stage(tmp_path: Path) -> None:
    """A catalog of twenty datasets is made from a list of two; files are counted, and two pages are a sample."""
    rows = [f"https://a.example.org/study/{each}.zarr" for each in range(2)]
    (tmp_path / "ngff_samples.csv").write_text("\n".join(["url", *rows]))

    stages = ("--only", "search files", "datasets/<id>/record.json", "2 dataset pages")
    printed = run("scale.py", tmp_path, "--datasets", "20", "--pages", "2", *stages).splitlines()

    assert printed[1] == "20 datasets"
    rows_printed = {line[:36].strip(): line[36:].split() for line in printed[3:]}
    assert list(rows_printed) == ["catalog", *stages[1:]]
    files = {stage: int(cells[3]) for stage, cells in rows_printed.items()}
    assert files["search files"] > 10
    assert (files["datasets/<id>/record.json"], files["2 dataset pages"]) == (20, 2)


@pytest.mark.browser
def test_site_prints_a_column_for_each_size(tmp_path: Path) -> None:
    """A site of a few datasets is made of lists, and measured."""
    rows = [f"https://a.example.org/study/{each}.zarr,{name}" for each, name in enumerate(("CC0", "MIT", "CC0"))]
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "ngff_samples.csv").write_text("\n".join(["url,license", *rows]))

    options = ("--datasets", "20", "--repeat", "1", "--queries", "mit")
    printed = run("site.py", tmp_path, "--lists", tmp_path / "lists", *options).splitlines()

    assert printed[1].split() == ["20"]
    figures = {line.split()[0]: float(line.split()[1].replace(",", "")) for line in printed[2:]}
    assert figures["requests"] > 12
    assert {"pictures_ms", "worst_key_ms", "worst_click_ms"} <= set(figures)


def test_outputs_prints_a_line_for_each_output(tmp_path: Path) -> None:
    """Also those that describe the files of others: with them, as in a build."""
    (tmp_path / "ngff_samples.csv").write_text("url,license\nhttps://a.example.org/0.zarr,CC0\n")

    printed = run("outputs.py", tmp_path, "--datasets", "3").splitlines()
    files = {line.split()[0]: int(line.split()[1]) for line in printed[2:]}
    sizes = {line.split()[0]: int(line.split()[2].replace(",", "")) for line in printed[2:]}
    assert files["croissant.json"] == files["ro-crate-metadata.json"] == 1
    assert files["datasets/<id>/linkset.json"] == 3
    assert sizes["croissant.json"] > 20_000  # a field for each column
