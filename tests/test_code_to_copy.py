"""Code to copy, taken from the pages of datasets on a web server, and run at every resolution."""

from __future__ import annotations

import ast
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zarr
from builds import Site, build_site, write_config
from catalogs import change, make_image, make_plate
from code_to_copy import CodeReader, run
from fault_server import serving
from stores import write_list

from sitegen.demo import plan
from sitegen.model import Axis, Level, Record
from sitegen.site.snippets import level_choices, snippets

FOLDERS = {
    "sharded": "cell-imaging/sarcomeres.ome.zarr",
    "v2": "cell-imaging/neurons-young.ome.zarr",
    "spaces in its name": "archive/demo0003/IMG 1210 Riccia beyrichiana.ome.zarr",
    "a plate": "archive/demo0002/LT0114_03.ome.zarr",
    "a series": "gruenau/Positionen.zarr",
    "OME-Zarr 0.1": "formats/version-0.1.zarr",
    "OME-Zarr 0.6": "formats/version-0.6.zarr",
    "a bare array": "formats/array.zarr",
    "zipped": "formats/zipped.ozx",
}
"""Datasets of the demo."""
TOOLS = ("zarr", "dask", "tensorstore", "ome-zarr-py", "Download")
EVIL = "a'\")\nimport os;$(rm -rf ~)`\\"
HOSTILE = (
    make_image(url=f"https://data.example.org/{EVIL}", image_path='"); import os #'),
    make_image(url="https://data.example.org/b%27%22%29.zarr", levels=(Level(path=EVIL, shape=(2, 2)),)),
    make_image(url=f"s3://bucket/{EVIL}", image_path=EVIL, levels=(Level(path=EVIL, shape=(2, 2)),)),
    make_image(url=f"file:///{EVIL}", zarr_format=2, dtype="uint8", levels=(Level(path=EVIL),), shards=None),
    make_image(url=f"https://data.example.org/{EVIL}.ozx", zipped=True, image_path=EVIL, levels=(Level(path=EVIL),)),
    make_image(dtype="uint8\nimport os", axes=tuple(Axis(name=f"{name}\nimport os #") for name in "tczyx")),
)


@dataclass(frozen=True, slots=True)
class Hosted:
    """A catalog of datasets on a web server, and their folder."""

    site: Site
    data: Path

    def page(self, name: str) -> tuple[dict[str, Any], CodeReader]:
        """Return the record and the code of a dataset."""
        record = self.site.records()[FOLDERS[name].rpartition("/")[2].replace(" ", "%20")]
        return record, CodeReader(self.site.page(record))


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    """A catalog of some datasets of the demo."""
    folder = tmp_path_factory.mktemp("code")
    of_path = {dataset.path: dataset for dataset in plan.DATASETS}
    for path in FOLDERS.values():
        target = folder / "data" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        write = of_path[path].write
        assert write
        write(target)
    with serving(folder / "data") as host:
        rows = [host.url(f"/{path.replace(' ', '%20')}") for path in FOLDERS.values()]
        config = write_config(folder / "sitegen.toml", write_list(folder / "all.csv", "url", *rows))
        yield Hosted(build_site(config, folder), folder / "data")


@pytest.mark.parametrize("name", FOLDERS)
def test_python_opens_every_level(hosted: Hosted, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each tool gets the array of the resolution that was chosen: its shape, and the same pixels."""
    monkeypatch.chdir(tmp_path)
    record, page = hosted.page(name)
    levels = page.levels or [{"path": record["levels"][0]["path"], "number": "0"}]

    assert len(levels) == len(record["levels"])
    for number, level in enumerate(levels):
        read = {code.name: run(code.at(level)) for code in page.codes if code.name in TOOLS}
        arrays = {tool: names.get("pixels", names.get("node")) for tool, names in read.items()}
        pixels = {tool: np.asarray(array.read().result() if tool == "tensorstore" else array[...])
                  for tool, array in arrays.items() if array is not None}  # fmt: skip

        assert {tool: list(found.shape) for tool, found in pixels.items()} == dict.fromkeys(
            pixels, record["levels"][number]["shape"]
        )
        assert all(np.array_equal(found, pixels["zarr"]) for found in pixels.values())
        if "Download" in read:
            (saved,) = tmp_path.glob(f"*-{number}.zarr")
            assert np.array_equal(zarr.open_array(saved, mode="r")[...], pixels["zarr"])


@pytest.mark.parametrize(
    ("name", "tools"),
    [
        ("sharded", ["zarr", "dask", "tensorstore", "ome-zarr-py", "napari", "Fiji", "Download"]),
        ("a plate", ["zarr", "dask", "tensorstore", "ome-zarr-py", "napari", "Fiji", "Download"]),
        ("a bare array", ["zarr", "dask", "tensorstore", "Download"]),
        ("zipped", ["zarr", "tensorstore", "curl"]),
    ],
)
def test_tools_are_those_that_can(hosted: Hosted, name: str, tools: list[str]) -> None:
    """As the page names them."""
    assert [code.name for code in hosted.page(name)[1].codes] == tools


def test_a_level_says_what_it_costs(hosted: Hosted) -> None:
    """In the choice, and in a comment of the code."""
    record, page = hosted.page("v2")
    shapes = [level["shape"] for level in record["levels"]]

    assert [level["about"] for level in page.levels][:2] == [
        f"  # {' × '.join(map(str, shape))} (c, y, x), uint16, {size} uncompressed"
        for shape, size in zip(shapes, ("1.57 MB", "393 kB"), strict=False)
    ]
    assert ">1 · 256 × 256 · 393 kB uncompressed<" in hosted.site.page(record)


def test_the_archive_is_downloaded_by_curl(hosted: Hosted, tmp_path: Path) -> None:
    """As it is on the server."""
    code = next(code for code in hosted.page("zipped")[1].codes if code.name == "curl").shown
    subprocess.run(["sh", "-c", code], cwd=tmp_path, check=True, capture_output=True)

    assert (tmp_path / "zipped.ozx").read_bytes() == (hosted.data / FOLDERS["zipped"]).read_bytes()


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize(
    "record",
    [
        make_image(url="s3://bucket/a%20b.zarr"),
        make_image(url="gs://bucket/a%20b.zarr"),
        make_image(url="s3://bucket/a%20b.ozx", zipped=True),
        change(make_plate(), url="https://bucket.s3.amazonaws.com/a%20b.zarr"),
    ],
    ids=lambda each: each.url if isinstance(each, Record) else str(each),
)
def test_code_for_object_stores_compiles(record: Record, number: int) -> None:
    """Keys of object stores are not encoded, and nobody needs an account to read."""
    for snippet in snippets(record, number):
        if snippet.language == "python":
            compile(snippet.code, snippet.name, "exec")
            assert record.url.startswith("https") or "a b." in snippet.code or snippet.name == "ome-zarr-py"
        if snippet.language == "shell" and snippet.name == "aws s3":
            words = shlex.split(snippet.code, comments=True)
            assert words[:4] == ["aws", "s3", "cp" if record.found.zipped else "sync", "--no-sign-request"]
            assert "a b." in words[4]


def test_a_level_on_amazon_is_copied_by_itself() -> None:
    """From the folder of its array to the same folder of the copy."""
    record = change(make_plate(), url="https://bucket.s3.amazonaws.com/a%20b.zarr")
    code = next(each.code for each in snippets(record, 2) if each.name == "aws s3")

    first = code.splitlines()[1]
    assert shlex.split(first)[-2:] == ["s3://bucket/a b.zarr/B/3/0/2/", "a b.zarr/B/3/0/2/"]


@pytest.mark.parametrize(
    ("changes", "offered"),
    [
        ({"url": "s3://bucket/a.zarr", "zarr_format": 2}, True),
        ({"url": "https://bucket.s3.amazonaws.com/a.zarr", "zarr_format": 2}, True),
        ({"url": "file:///data/a.zarr", "zarr_format": 2}, True),
        ({"url": "s3://bucket/a.zarr", "zarr_format": 3}, False),
        ({"url": "s3://bucket/a.zarr", "zarr_format": 2, "dtype": "float16"}, False),
        ({"url": "https://data.example.org/a.zarr", "zarr_format": 2}, False),
    ],
)
def test_matlab_is_offered_where_its_library_reads_the_data(changes: dict[str, Any], offered: bool) -> None:
    """Zarr v2, on Amazon S3 or on this machine."""
    assert ("MATLAB" in [each.name for each in snippets(make_image(**changes))]) is offered


@pytest.mark.parametrize("record", HOSTILE, ids=lambda record: record.url[:12])
def test_hostile_names_stay_inside_of_literals(record: Record) -> None:
    """Python has the statements of the snippet alone, a shell its commands, MATLAB its call."""
    plain = make_image(zipped=record.found.zipped, zarr_format=record.found.zarr_format, url=f"{_scheme(record)}x/y")
    for snippet in snippets(record):
        if snippet.language == "python":
            usual = next(each for each in snippets(plain) if each.name == snippet.name)
            assert _statements(snippet.code) == _statements(usual.code)
        if snippet.language == "shell":
            words = [shlex.split(line) for line in snippet.code.splitlines() if not line.startswith("#")]
            assert {line[0] for line in words} <= {"aws", "napari", "curl"}
            assert all(len(line) <= 6 for line in words)
        if snippet.language == "matlab":
            assert len(snippet.code.splitlines()) == 3
            assert snippet.code.replace('""', "").count('"') == 2


def test_levels_beyond_the_limit_are_not_offered() -> None:
    """A pyramid of 10^6 levels has a page like others."""
    record = make_image(levels=tuple(Level(path=str(number), shape=(4, 4)) for number in range(1000)))

    assert len(level_choices(record)) == 16


def _scheme(record: Record) -> str:
    return {"s": "s3://", "f": "file:///", "h": "https://data.example.org/"}[record.url[0]]


def _statements(code: str) -> list[str]:
    return [type(node).__name__ for node in ast.parse(code).body]
