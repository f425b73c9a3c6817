"""Viewers and code to copy: only what can open a dataset, and nothing that breaks out."""

from __future__ import annotations

import ast
import json
import shlex
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from catalogs import change, every_kind, make_failed, make_image, make_plate, make_series

from sitegen.config.settings import ViewerSettings
from sitegen.model import Axis, Record
from sitegen.site.snippets import s3_address, snippets
from sitegen.site.viewers import VIEWERS, links, why_none


def names(record: Record) -> set[str]:
    """Return the names of the viewers that are offered."""
    return {link.name for link in links(record)}


def test_an_image_opens_everywhere() -> None:
    """A valid image of 0.5 with labels opens in all but the viewer that reads only Zarr v2."""
    assert names(make_image()) == {viewer.name for viewer in VIEWERS} - {"itk-vtk-viewer"}


@pytest.mark.parametrize(
    ("changes", "absent"),
    [
        ({"ome_zarr_version": "0.3", "zarr_format": 2}, {"neuroglancer", "Vol-E", "Avivator"}),
        ({"ome_zarr_version": "0.6"}, {"neuroglancer", "Vol-E"}),
        ({"dtype": "int64"}, {"vizarr", "neuroglancer"}),
        ({"dtype": "float64"}, {"neuroglancer"}),
        ({"label_images": ()}, {"BioNGFF viewer"}),
        ({"axes": (Axis(name="y", type="space", unit="parrots"), Axis(name="x"))}, {"neuroglancer", "Vol-E"}),
        ({"ome_zarr_version": "9.9"}, {viewer.name for viewer in VIEWERS}),
        ({"kind": "array"}, {viewer.name for viewer in VIEWERS}),
    ],
)
def test_viewers_that_cannot_are_absent(changes: dict[str, object], absent: set[str]) -> None:
    """A viewer that would fail on a dataset is not offered for it."""
    assert not names(make_image(**changes)) & absent


def test_0_6_needs_five_axes_in_vizarr() -> None:
    """vizarr takes 0.6 for (t, c, z, y, x), so it is offered only where that is so."""
    record = make_image(ome_zarr_version="0.6")

    assert "vizarr" in names(record)
    assert "vizarr" not in names(change(record, axes=record.found.axes[1:] if record.found.axes else None))


def test_a_plate_goes_whole_only_to_plate_viewers() -> None:
    """vizarr and the validator get the plate, others its representative image."""
    targets = {link.name: unquote(link.href) for link in links(make_plate())}

    assert targets["vizarr"].endswith("plate-1.ome.zarr")
    assert targets["OME-NGFF validator"].endswith("plate-1.ome.zarr")
    assert targets["Avivator"].endswith("plate-1.ome.zarr/B/3/0")


def test_a_series_gives_its_image() -> None:
    """Of a series only the validator gets the root."""
    targets = {link.name: unquote(link.href) for link in links(make_series())}

    assert targets["vizarr"].endswith("/series.ome.zarr/0")
    assert targets["OME-NGFF validator"].endswith("/series.ome.zarr")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": "missing"}, "could not be read"),
        ({"url": "s3://bucket/a.zarr"}, "not published on the web"),
        ({"url": "file:/data/a.zarr"}, "not published on the web"),
        ({"url": "http://data.example.org/a.zarr"}, "over http"),
        ({"cors": False}, "CORS"),
    ],
)
def test_the_reason_why_no_viewer_can_open_it_is_shown(changes: dict[str, object], words: str) -> None:
    """It replaces the links."""
    record = make_image(**changes)

    assert links(record) == ()
    assert words in why_none(record)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1:8101", "127.0.0.1", "127.8.9.10", "localhost", "localhost:80", "LOCALHOST", "localhost."),
        *("data.localhost", "data.localhost:8000", "[::1]", "[::1]:8101", "[0:0:0:0:0:0:0:1]"),
    ],
)
def test_loopback_is_as_good_as_https(host: str) -> None:
    """Browsers let https pages read http on this machine, so the links of the demo work."""
    assert links(make_image(url=f"http://{host}/a.zarr"))


@pytest.mark.parametrize(
    "host",
    [
        *(
            "10.0.0.1",
            "192.168.1.5:8000",
            "169.254.1.1",
            "0.0.0.0",
            "[::]",
            "[fe80::1]",
            "[::ffff:127.0.0.1]",
            "1.127.0.0",
        ),
        *("mylocalhost", "localhost.example.org", "127.0.0.1.example.org"),
    ],
)
def test_other_hosts_over_http_are_not(host: str) -> None:
    """A private address, or a name that only looks like this machine, is mixed content to a browser."""
    assert "over http" in why_none(make_image(url=f"http://{host}/a.zarr"))


def test_addresses_are_encoded_once() -> None:
    """An encoded space of an address arrives at the viewer as an encoded space."""
    record = make_image(url="https://data.example.org/Tonsil%201.zarr?a=1&b=2")
    link = next(link for link in links(record) if link.name == "vizarr")

    assert parse_qs(urlsplit(link.href).query)["source"] == [record.url]


def test_neuroglancer_gets_json() -> None:
    """neuroglancer's state is JSON whatever the title holds, and names the Zarr version."""
    record = make_image(title='a "quoted" \\ title')
    link = next(link for link in links(record) if link.name == "neuroglancer")
    state = json.loads(unquote(link.href.partition("#!")[2]))

    assert state["layers"][0]["source"] == f"{record.url}/|zarr3:"
    assert state["layers"][0]["name"] == record.title


def test_the_operators_viewers_come_last() -> None:
    """A viewer of the configuration gets the encoded address."""
    own = ViewerSettings(name="Ours", url="https://view.example.org/?source={url}")
    link = links(make_image(), (own,))[-1]

    assert link.name == "Ours"
    assert link.href.endswith("?source=https%3A%2F%2Fdata.example.org%2Fimages%2Fcells.ome.zarr")


def test_python_snippets_parse() -> None:
    """Python to copy is Python, also for paths that try to end a string."""
    evil = make_image(url="https://data.example.org/a'\")\nimport os", image_path='"); import os #')
    for record in (evil, *every_kind().records):
        for snippet in snippets(record):
            if snippet.language == "python":
                tree = ast.parse(snippet.code)
                assert not [n for n in ast.walk(tree) if isinstance(n, ast.Import) and n.names[0].name == "os"]


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("https://data.example.org/a", ' "fsspec[http]>=2024.12"'),
        ("http://data.example.org/a", ' "fsspec[http]>=2024.12"'),
        ("s3://bucket/a", ' "fsspec[s3]>=2024.12"'),
        ("gs://bucket/a", ' "fsspec[gs]>=2024.12"'),
        ("file:///data/a", ""),
    ],
)
@pytest.mark.parametrize("zipped", [False, True])
def test_python_snippets_say_which_driver_to_install(url: str, driver: str, zipped: bool) -> None:
    """zarr alone reads local files only, and its extra `remote` brings no driver for any address."""
    record = make_image(url=f"{url}.ozx" if zipped else f"{url}.zarr", zipped=zipped)
    code = next(snippet.code for snippet in snippets(record) if snippet.name == "zarr")

    assert code.splitlines()[0] == f'# pip install "zarr>=3.1"{driver}'
    assert ('"anon": True' in code) is url.startswith("s3:")  # as it was crawled: without credentials


def test_shell_snippets_hold_one_argument() -> None:
    """An address is one word of the shell, whatever it holds."""
    record = make_image(url="https://data.example.org/a;rm -rf $(HOME)'.zarr")
    code = next(snippet.code for snippet in snippets(record) if snippet.name == "napari")

    assert shlex.split(code, comments=True)[-1] == record.url


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://bucket.s3.eu-west-1.amazonaws.com/a/b%20c.zarr", "s3://bucket/a/b c.zarr"),
        ("https://bucket.s3.amazonaws.com/a.zarr", "s3://bucket/a.zarr"),
        ("https://s3.us-east-1.amazonaws.com/bucket/a.zarr", "s3://bucket/a.zarr"),
        ("s3://bucket/a.zarr", "s3://bucket/a.zarr"),
        ("https://data.example.org/a.zarr", None),
        ("https://s3.amazonaws.com.evil.org/a.zarr", None),
    ],
)
def test_s3_is_known_by_its_host(url: str, address: str | None) -> None:
    """Addresses on Amazon S3 have an s3:// form; nothing else has."""
    assert s3_address(url) == address


def test_what_could_not_be_read_has_no_code() -> None:
    """There is nothing to copy for a dataset that could not be read."""
    assert snippets(make_failed("missing", "gone")) == ()
