"""Whether a dataset's page offers to look into the data, the reason where it does not, and what its policy allows."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
from catalogs import change, make_catalog, make_image, make_plate

from sitegen.model import BrowserAccess, Catalog, Channel, HostFigures, Level, Record
from sitegen.site import look
from sitegen.site.look import make_look, why_not
from sitegen.site.plan import pages

SCRIPTS = Path(__file__).parent.parent / "assets" / "js" / "viewer"
NO_RANGES = HostFigures(host="data.example.org", browsers=BrowserAccess(origin=True, ranges=False))


def catalog_of(record: Record, **changes: object) -> Catalog:
    """Return a catalog of one record."""
    return make_catalog(record, **changes)


def page_of(record: Record) -> str:
    """Return the HTML of a record's page."""
    made = {page.path: page.content for page in pages(catalog_of(record))}
    return html.unescape(made[f"datasets/{record.id}/index.html"].decode())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": "missing"}, "could not be read"),
        ({"status": "refused"}, "could not be read"),
        ({"url": "s3://bucket/image.zarr"}, "not published on the web"),
        ({"url": "../data/image.zarr"}, "not published on the web"),
        ({"url": "http://[::1]:8000/image.zarr"}, "cannot name the address"),
        ({"url": "https://user@data.example.org/image.zarr"}, "cannot name the address"),
        ({"url": "https://data.example.org;script-src *"}, "cannot name the address"),
        ({"cors": False}, "no CORS headers"),
        ({"kind": "group", "image_path": None}, "holds no image"),
        ({"kind": "array"}, "holds no image"),
        ({"dtype": "complex64"}, "data type, complex64"),
        ({"dtype": "structured"}, "data type, structured"),
        ({"codecs": ("bytes", "jpeg2k", "zfpy")}, "encoded with jpeg2k, zfpy"),
        ({"levels": (Level(path="0", shape=(9, 9), chunks=(10**4, 10**4)),)}, "more than 64 MB"),
    ],
)
def test_reasons(changes: dict[str, object], words: str) -> None:
    """What a browser or the viewer cannot do is said before the click."""
    record = change(make_image(), **changes)

    assert words in why_not(record, catalog_of(record))


def test_sharded_data_need_ranges() -> None:
    """A host that does not let pages request byte ranges is a reason for sharded and zipped data alone."""
    sharded = make_image()
    plain = change(sharded, shards=None)
    zipped = change(plain, zipped=True)
    hosts = catalog_of(sharded, hosts=(NO_RANGES,))

    assert "byte ranges" in why_not(sharded, hosts)
    assert "byte ranges" in why_not(zipped, hosts)
    assert why_not(zipped, catalog_of(zipped)) == ""
    assert why_not(plain, hosts) == ""


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"status": "stale"},
        {"cors": None},
        {"kind": "group", "image_path": "setup0/timepoint0"},
        {"dtype": "float64", "codecs": ("numcodecs.zstd",)},
        {"levels": (Level(path="0", chunks=(10**5, 10**5)), Level(path="1", chunks=(10, 10)))},
    ],
)
def test_what_can_be_shown(changes: dict[str, object]) -> None:
    """One level with chunks that can be read is enough; what is not known is tried."""
    record = change(make_image(), **changes)

    assert why_not(record, catalog_of(record)) == ""


def test_data_of_the_sites_own_host_need_no_cors() -> None:
    """A browser lets a page read from where it came."""
    record = change(make_image(), cors=False)

    assert why_not(record, catalog_of(record, base_url="https://data.example.org/catalog/")) == ""


def test_a_page_allows_the_host_of_its_data_alone() -> None:
    """The policy of the page names it; without a button, no host."""
    record = make_image()

    assert "connect-src 'self' https://data.example.org;" in page_of(record)
    assert "<look-inside" in page_of(record)
    assert "connect-src 'self';" in page_of(change(record, cors=False))
    assert "The viewer cannot open this dataset." in page_of(change(record, cors=False))


def test_lookup_tables_that_the_image_names_are_on_its_page() -> None:
    """256 colors each; an unknown name is left out."""
    record = change(make_image(), channels=(Channel(lut="fire.lut"), Channel(lut="unknown"), Channel()))
    tables = json.loads(make_look(record, catalog_of(record)).tables)

    assert {name: len(text) for name, text in tables.items()} == {"fire.lut": 1024}


def test_a_plate_names_its_wells_for_the_script() -> None:
    """The map has the names of its rows."""
    assert '"rows":["A",' in page_of(make_plate("plate"))


def test_limits_are_those_of_the_viewer() -> None:
    """What the page says beforehand is what the scripts do."""
    script = {name: (SCRIPTS / f"{name}.js").read_text(encoding="utf-8") for name in ("image", "arrays", "limits")}
    codecs = re.search(r"KNOWN_CODECS = new Set\((.*?)\.flat", script["image"], re.DOTALL)
    dtypes = re.search(r"DTYPES = \{(.*?)\}", script["arrays"], re.DOTALL)
    assert codecs
    assert dtypes

    assert set(re.findall(r'"(\w+)"', codecs[1])) | {"sharding_indexed"} == look.CODECS
    assert {name: int(size) for name, size in re.findall(r"(\w+): (\d)", dtypes[1])} == look.DTYPES
    assert f"CHUNK_BYTES = {look.CHUNK_BYTES // 1_000_000} * MB" in script["limits"]
