"""The links of viewers in lists: the hint has the address of the dataset that they open."""

from __future__ import annotations

import io
from pathlib import Path
from urllib.parse import quote

import pytest
from builds import build_site, write_config
from hypothesis import given
from hypothesis import strategies as st
from listings import read_local, read_one
from stores import write_image, write_list

from sitegen.commands.check import CheckOptions, check
from sitegen.commands.progress import Progress
from sitegen.errors import UsageError
from sitegen.lists.viewer_links import find_dataset

DATASET = "https://h.example/data/a.ome.zarr"
ENCODED = quote(DATASET, safe="")
LAYER = f'{{"layers":[{{"source":"zarr://{DATASET}/|zarr3:","name":"https://x"}}]}}'

LINKS = {
    "vizarr": f"https://hms-dbmi.github.io/vizarr/?source={ENCODED}",
    "vizarr, not encoded": f"https://hms-dbmi.github.io/vizarr/?source={DATASET}",
    "several sources": f"https://hms-dbmi.github.io/vizarr/?source={DATASET}&source=https://h.example/b.zarr",
    "validator": f"https://ome.github.io/ome-ngff-validator/?source={DATASET}/",
    "itk-vtk-viewer": f"https://kitware.github.io/itk-vtk-viewer/app/?rotate=false&fileToLoad={DATASET}",
    "Avivator": f"https://avivator.gehlenborglab.org/?image_url={ENCODED}",
    "Vol-E": f"https://volumeviewer.allencell.org/viewer?url={ENCODED}",
    "neuroglancer": f"https://neuroglancer-demo.appspot.com/#!{quote(LAYER, safe='')}",
    "neuroglancer, as browsers encode it": f"https://neuroglancer-demo.appspot.com/#!{quote(LAYER, safe=':/[],|')}",
    "neuroglancer, not encoded": f"https://neuroglancer-demo.appspot.com/#!{LAYER}",
    "several in one parameter": f"https://vole.allencell.org/viewer?url={DATASET},https://h.example/b.zarr",
    "a path": f"https://viewer.example/v/{ENCODED}",
    "a path, not encoded": f"https://viewer.example/v/{DATASET}",
    "WEBKNOSSOS": f"https://webknossos.org/datasets/add?url={ENCODED}",
    "parameters in a fragment": f"https://viewer.example/#/?image={ENCODED}",
    "encoded twice": f"https://viewer.example/?source={quote(ENCODED, safe='')}",
    "a token": f"https://viewer.example/?source={quote(DATASET + '?token=secret', safe='')}",
}

DATASETS = [
    DATASET,
    f"{DATASET}?token=https://h/b.zarr",
    f"https://proxy.example/{DATASET}",
    "https://h.example/a?signature=https%3A%2F%2Fissuer",
    "https://h.example/v/a.zarr",
    "https://h.example/plate #1.zarr",
    "s3://bucket/a.zarr",
]


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS.keys())
def test_the_hint_has_the_address_of_the_dataset(link: str) -> None:
    """However the viewer has it in its link; never with a query, which may be a token."""
    cell = link.replace('"', '""')
    (problem,) = read_one(f'url\n"{cell}"').problems

    assert problem.problem.code == "url-viewer"
    assert problem.problem.hint == f"Give the dataset's own address: {DATASET}"


@pytest.mark.parametrize("url", DATASETS)
def test_an_address_of_a_dataset_is_no_link(url: str) -> None:
    """Although another address may be in it."""
    assert find_dataset(url) is None


def test_spaces_in_an_address_are_part_of_it() -> None:
    """They are encoded in a parameter."""
    assert find_dataset("https://v/?source=https%3A%2F%2Fh%2Fa%20b.zarr") == "https://h/a%20b.zarr"


@pytest.mark.parametrize("inner", ["https://me:secret@h/a.zarr", "https://h/" + "a" * 3_000, "https://[h/a.zarr"])
def test_a_password_or_an_endless_address_is_not_shown(inner: str) -> None:
    """The link is refused all the same, with the usual hint."""
    (problem,) = read_one(f"url\nhttps://v/?source={quote(inner, safe='')}").problems

    assert problem.problem.code == "url-viewer"
    assert problem.problem.hint == "Give the address of the .zarr folder that the viewer opens."
    assert "secret" not in repr(problem)


@given(st.text(alphabet="htps:/?#!=&%2F3A[]@.zarv \"{}'", max_size=60))
def test_any_text_is_a_link_or_not(text: str) -> None:
    """There is never an exception."""
    found = find_dataset("https://v/?source=" + text)

    assert found is None or "@" not in found


def test_a_build_reports_the_link_and_builds_the_others(tmp_path: Path) -> None:
    """At its line."""
    write_image(tmp_path / "a.zarr", shape=(2, 32, 64))
    write_list(tmp_path / "ours.csv", "url,name", f"{LINKS['Avivator']},x", "a.zarr,y")
    site = build_site(write_config(tmp_path / "sitegen.toml", "ours.csv"), tmp_path)
    (problem,) = [each for each in site.report()["problems"] if each["code"] == "url-viewer"]

    assert list(site.records()) == ["a.zarr"]
    assert problem["line"] == 2
    assert DATASET in problem["hint"]


@pytest.mark.parametrize("head", ["url\n", "", "name,url\nx,"])
@pytest.mark.parametrize(
    "end", ["|zarr2:", "/|zarr3:", "%7Czarr2:", "|zarr:0/", "|zip:sub/|zarr3:", "?token=secret|zarr2:"]
)
def test_a_url_pipeline_of_neuroglancer_is_explained(head: str, end: str) -> None:
    """The hint has the plain address, in lists of one column, too, where `|` may be a delimiter."""
    (problem,) = read_one(f"{head}{DATASET}{end}").problems

    assert problem.problem.code == "url-viewer"
    assert "a URL pipeline of Neuroglancer" in problem.problem.message
    assert problem.problem.hint == f"Give the dataset's own address: {DATASET}"


@pytest.mark.parametrize("scheme", ["zarr", "zarr2", "zarr3", "precomputed", "n5", "auto"])
@pytest.mark.parametrize("end", ["", "/", "|zarr2:"])
def test_the_scheme_of_a_viewer_is_refused_with_the_plain_address(scheme: str, end: str) -> None:
    """Older data sources of Neuroglancer have a scheme before that of the address."""
    (problem,) = read_one(f"url\n{scheme}://{DATASET}{end}").problems

    assert problem.problem.code == "url-scheme"
    assert problem.problem.hint == f"Give the address alone: {DATASET}"


def test_a_bar_in_a_list_of_one_column_still_ends_an_address() -> None:
    """Only what looks like the adapter of a pipeline is part of the address."""
    found = read_one(f"{DATASET}|my remark: good\n{DATASET}2.zarr|https://h.example/b.zarr")

    assert [entry.url for entry in found.entries] == [DATASET, f"{DATASET}2.zarr"]


@pytest.mark.parametrize("head", ["url\n", "", "name,url\nx,"])
@pytest.mark.parametrize("end", ["|zarr3:", "/|zarr3:", "/|zarr:0/"])
def test_a_pipeline_over_a_relative_path_is_explained(head: str, end: str) -> None:
    """A slash before the `|` makes no difference, with or without a header."""
    (problem,) = read_one(f"{head}sub/a.zarr{end}\n").problems
    (bare,) = read_one(f"{head}a.zarr{end}\n").problems

    assert [each.problem.code for each in (problem, bare)] == ["url-viewer"] * 2
    assert problem.problem.hint == "Give the dataset's own address: sub/a.zarr"
    assert bare.problem.hint == "Give the dataset's own address: a.zarr"


def test_a_list_without_header_may_end_its_paths_with_a_slash(tmp_path: Path) -> None:
    """They are datasets, and what follows a delimiter is not part of them."""
    (tmp_path / "l.csv").write_text("a.zarr/\nb.zarr/,remark\n")
    found = read_local(tmp_path / "l.csv")

    assert [entry.url.rpartition("/")[2] for entry in found.entries] == ["a.zarr", "b.zarr"]


@pytest.mark.parametrize("end", ["|zarr:", "/|zarr3:", "%7Czarr2:"])
@pytest.mark.parametrize("address", ["https://h.example/l.csv", "l.csv"])
def test_a_pipeline_after_the_address_of_a_list_is_explained(tmp_path: Path, end: str, address: str) -> None:
    """In a row: the other rows are read."""
    write_image(tmp_path / "a.zarr", levels=1)
    write_list(tmp_path / "l.csv", "url", "a.zarr")
    write_list(tmp_path / "outer.csv", "url", "a.zarr", address + end)
    site = build_site(write_config(tmp_path / "sitegen.toml", "outer.csv"), tmp_path)
    (problem,) = [each for each in site.report()["problems"] if each["code"] == "url-viewer"]

    assert list(site.records()) == ["a.zarr"]
    assert problem["hint"] == f"Give the list's own address: {address}"


@pytest.mark.parametrize("end", ["|zarr:", "/|zarr3:"])
def test_a_pipeline_after_the_address_of_the_list_itself_is_explained(tmp_path: Path, end: str) -> None:
    """No host is asked for it, and a path without a file is refused as any other."""
    result = check(CheckOptions(csv=(f"https://h.example/l.csv{end}",), cache=tmp_path / "c"), Progress(io.StringIO()))

    assert [each.problem.code for each in result.problems] == ["url-viewer"]
    assert result.problems[0].problem.hint == "Give the list's own address: https://h.example/l.csv"
    with pytest.raises(UsageError, match=r"give .*/l\.csv alone, without the URL pipeline"):
        check(CheckOptions(csv=(f"{tmp_path}/l.csv{end}",), cache=tmp_path / "c"), Progress(io.StringIO()))


def test_check_explains_a_pipeline_over_a_local_path(tmp_path: Path) -> None:
    """A path may have an adapter, too."""
    write_image(tmp_path / "a.zarr", levels=1)
    rows = write_list(tmp_path / "list.csv", "url", "a.zarr|zarr3:")
    result = check(CheckOptions(csv=(str(rows),), cache=tmp_path / "cache"), Progress(io.StringIO()))

    assert [each.problem.hint for each in result.problems if each.problem.code == "url-viewer"] == [
        "Give the dataset's own address: a.zarr"
    ]
