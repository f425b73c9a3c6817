"""Extreme values, which strangers write, are shown or reported; no file of a site fails on them."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from builds import Site, build_site, write_config
from catalogs import make_catalog, make_image, make_plate
from extremes import make_extreme_records
from stores import write_group, write_image

from sitegen.catalog.history import History
from sitegen.catalog.states import write_states
from sitegen.outputs.table import site_files

_LARGE = 10**15 - 1
_CELLS = {
    "shape": [",".join([str(_LARGE)] * 32), "0", "-1", "1e3", "1,,2"],
    "chunks": [",".join([str(_LARGE)] * 32), "9" * 400],
    "shards": [",".join(["1"] * 32)],
    "written": ["1e99", "1e-320", "9223372036854775807", "9" * 19, "NaN", "inf"],
    "wells": [str(_LARGE), "9" * 400, "٣"],
    "images": [str(_LARGE), "0"],
    "dimension_names": [",".join("t" * 32), "x" * 5_000],
    "name": ["x" * 100_000, "\u202e\u2066\ufeff", "e\u0301" * 1_000],
    "description": ["a b " * 30_000],
    "source": ["=1+1", "/" * 300, "..", "🔬" * 300],
    "creator": [";" * 1_000, "A, B;" * 2_000],
    "origin": ["http://[", "mailto:", "javascript:alert(1)"],
    "license": ["%s{0}", "https://" + "a/" * 2_000],
    "organismId": ["NCBITaxon:", "NCBITaxon:" + "9" * 400],
    "study": ["-", "\\", " " * 50 + "x"],
}
"""Column → cells, of which each is in a row of its own."""


@pytest.mark.parametrize(("kind", "longest", "is_in_parts"), [("image", 50_000, True), ("plate", 1_000, False)])
def test_each_field_may_have_any_value(kind: str, longest: int, is_in_parts: bool) -> None:
    """Every file can be made, and those with a syntax of their own can be read; large tables are in parts."""
    like = make_image() if kind == "image" else make_plate()
    catalog = make_catalog(*make_extreme_records(24, like, longest=longest), base_url="https://example.org/")
    catalog = History(built_at="2026-11-20T03:12:09Z").apply(catalog)
    paths = set()

    assert len(json.loads(write_states(catalog.records, {}))) == 24
    for page in site_files(catalog):
        paths.add(page.path)
        if page.path.endswith((".json", ".jsonld")):
            json.loads(page.content, parse_constant=_refuse)
        elif page.path.endswith((".xml", ".svg")):
            ET.fromstring(page.content)  # our own
        elif page.path == "index.csv":
            assert sum(1 for _ in csv.reader(io.StringIO(page.content.decode()))) == 1 + 24
    parts = {"index-001.csv", "index-002.csv", "index-001.json", "index-002.json"}
    assert paths & parts == (parts if is_in_parts else set())


def _refuse(constant: str) -> object:
    raise AssertionError(f"JSON has no {constant}")


def test_cells_with_extreme_values(tmp_path: Path) -> None:
    """A build shows each dataset."""
    rows = [
        {"url": f"data/{header}-{at}.zarr", header: cell} for header in _CELLS for at, cell in enumerate(_CELLS[header])
    ]
    with (tmp_path / "list.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["url", *_CELLS], restval="")
        writer.writeheader()
        writer.writerows(rows)
    site = build_site(write_config(tmp_path / "sitegen.toml", "list.csv"), tmp_path, max_loss=1.0)

    assert (site.summary.failed, len(site.index())) == ((), len(rows))


def test_an_array_of_more_bytes_than_a_float_can_count(tmp_path: Path) -> None:
    """32 axes of 2⁶² pixels, in chunks of as many: neither the build nor a sort order fails on it."""
    image = write_image(tmp_path / "image.zarr", levels=1)
    document = json.loads((image / "0" / "zarr.json").read_text(encoding="utf-8"))
    document |= {"shape": [2**62] * 32, "dimension_names": None}
    document["chunk_grid"]["configuration"]["chunk_shape"] = [2**62] * 32
    (image / "0" / "zarr.json").write_text(json.dumps(document), encoding="utf-8")
    write_image(tmp_path / "other.zarr", levels=1)
    (tmp_path / "list.csv").write_text("url\nimage.zarr\nother.zarr\n", encoding="utf-8")
    site = build_site(write_config(tmp_path / "sitegen.toml", "list.csv"), tmp_path)
    steps = [json.loads(text) for text in sorted_steps(site)]

    assert site.summary.failed == ()
    assert len(site.records()["image.zarr"]["chunks"]) == 32
    assert steps
    assert all(sum(each) <= 2**53 for each in steps)


def sorted_steps(site: Site) -> Iterator[str]:
    """Yield the sorted values of each column of whole numbers, as the search's files have them."""
    for path in site.folder.glob("search/sort-*"):
        found = re.search(rb'"?\[[0-9,]*\]', gzip.decompress(path.read_bytes()))
        if found:
            yield found[0].decode().lstrip('"')


def test_a_name_with_a_zero_byte_is_no_file(tmp_path: Path) -> None:
    """Metadata may hold one, and no file system does."""
    image = write_image(tmp_path / "image.zarr", levels=1)
    write_group(image / "labels", {"ome": {"version": "0.5", "labels": ["nuclei\0"]}})
    (tmp_path / "list.csv").write_text("url\nimage.zarr\n", encoding="utf-8")
    site = build_site(write_config(tmp_path / "sitegen.toml", "list.csv"), tmp_path)

    assert site.records()["image.zarr"]["status"] == "ok"
    assert "internal-error" not in site.codes("image.zarr")
