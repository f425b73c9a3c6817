"""One build of two institutions' nested lists: values pass down, repetitions merge, failures stay in the report."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from builds import Site, build_site, write_config
from fault_server import answer, serving
from stores import write_crate, write_image, write_list

ROOT = ("url,source,license", "idr.csv,IDR,CC-BY-4.0", "ssbd.csv,SSBD,", "gone.csv,Archive,")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site of three datasets, one of them in two lists, and one that is not public."""
    folder = tmp_path_factory.mktemp("federation")
    data = folder / "data"
    for name in ("cells.zarr", "liver.zarr"):
        write_image(data / name)
    write_crate(data / "liver.zarr", name="Mouse liver", license="https://creativecommons.org/publicdomain/zero/1.0/")
    with serving(data) as server:
        for path in ("/secret.zarr/zarr.json", "/secret.zarr/.zattrs", "/secret.zarr/.zgroup", "/secret.zarr/.zarray"):
            server.scripts[path] = [answer(403)]
        lists = write_list(folder / "all.csv", *ROOT)
        cells, liver, secret = (server.url(f"/{name}.zarr") for name in ("cells", "liver", "secret"))
        write_list(folder / "idr.csv", "url,name,license,dye", f"{cells},=HeLa,,DAPI", f"{secret},,CC0,")
        write_list(folder / "ssbd.csv", "url,name,organismId", f"{liver},,NCBI:txid10090", f"{cells}/,Other,human")
        return build_site(write_config(folder / "sitegen.toml", lists), folder)


def test_every_dataset_is_one_record(site: Site) -> None:
    """In the order in which the lists first name them."""
    assert list(site.records()) == ["cells.zarr", "secret.zarr", "liver.zarr"]


def test_values_pass_down_from_list_to_dataset(site: Site) -> None:
    """A dataset's own cell comes before that of the row that names its list."""
    records = site.records()

    assert [records[name]["source"] for name in records] == ["IDR", "IDR", "SSBD"]
    assert [records[name]["license"]["id"] for name in records] == ["CC-BY-4.0", "CC0-1.0", "CC0-1.0"]


def test_a_repeated_dataset_remembers_both_lines(site: Site) -> None:
    """The first name counts; what the first line leaves open comes from the second."""
    record = site.records()["cells.zarr"]

    assert [(Path(place["csv"]).name, place["line"]) for place in record["lists"]] == [("idr.csv", 2), ("ssbd.csv", 3)]
    assert (record["name"], record["organism"]["id"], record["extra"]) == ("=HeLa", "human", {"dye": "DAPI"})


def test_the_crate_completes_what_lists_leave_open(site: Site) -> None:
    """The index says where each value came from."""
    record = site.records()["liver.zarr"]

    assert (record["title"], record["organism"]["label"]) == ("Mouse liver", "Mus musculus")
    assert (record["provenance"]["name"], record["provenance"]["organism"]) == ("ro-crate", "csv")


def test_a_dataset_that_is_not_public_has_a_page(site: Site) -> None:
    """It says so, offers no viewer and no picture."""
    record = site.records()["secret.zarr"]
    page = site.page(record)

    assert (record["status"], record["thumbnail"], record["valid"]) == ("forbidden", None, None)
    assert "Its host refuses access without a login (401 or 403)." in page
    assert "biongff.github.io/vizarr" not in page


def test_a_list_that_is_missing_is_an_error_on_its_line(site: Site) -> None:
    """The datasets of the other lists are in the catalog all the same."""
    problems = [each for each in site.report()["problems"] if each["csv"] and each["csv"].endswith("all.csv")]

    assert [(each["level"], each["line"]) for each in problems] == [("error", 4)]
    assert "gone.csv" in problems[0]["message"] + (problems[0]["url"] or "")


def test_the_totals_of_report_and_index_agree(site: Site) -> None:
    """Institutions add up to them."""
    report = site.report()
    index = json.loads((site.folder / "index.json").read_text(encoding="utf-8"))

    assert report["totals"] == index["totals"]
    assert (report["totals"]["datasets"], report["totals"]["ok"], report["totals"]["sources"]) == (3, 2, 2)
    assert sum(source["datasets"] for source in report["sources"]) == 3


def test_pictures_are_where_the_index_says(site: Site) -> None:
    """With their names relative to the site."""
    for name in ("cells.zarr", "liver.zarr"):
        assert (site.folder / site.records()[name]["thumbnail"]["path"]).is_file()


def test_no_file_refers_to_the_folder_of_the_build(site: Site) -> None:
    """Links are relative, so the folder works at any address: no page holds a link from the root of a host."""
    pages = list(site.folder.rglob("*.html"))

    assert len(pages) >= 6
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert re.findall(r'(?:href|src)="(?:/|file:)[^"]*"', text) == []
