"""Stores that lie, attack or end while one looks: the viewer says so in words, within its limits."""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any

import bombs
import numcodecs  # type: ignore[import-untyped]  # it has no types
import numpy as np
import pytest
from browser.screens import Page, expect
from browser.viewing import Traffic, Viewing, canvas_of, viewing, wait
from drawn import write_pixels
from fault_server import OPEN, FaultServer, answer, endless, ranges, serving, silence
from zips import RawMember, members_of, raw_zip, zip_folder

from sitegen.serve import LOOPBACK

pytestmark = pytest.mark.browser
NAME, BLOSC, ZIPPED = "store.zarr", "blosc.zarr", "store.ozx"


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A site, and the host of its data, which turns hostile after the build."""

    made: Viewing
    server: FaultServer

    def turn(self, files: Mapping[str, bytes]) -> None:
        """Answer with these files of the store from now on."""
        acts = {f"/{NAME}/{path}": [ranges(body, **OPEN)] for path, body in files.items()}
        self.server.scripts.update(acts)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A site of two small images."""
    data = tmp_path_factory.mktemp("data")
    pixels = np.arange(64 * 64, dtype="uint16").reshape(64, 64)
    write_pixels(data / NAME, "yx", pixels, chunks=(32, 32))
    write_pixels(data / BLOSC, "yx", pixels, zarr_format=2, compressors=numcodecs.Blosc("lz4"))
    zip_folder(data / NAME, data / ZIPPED)
    with serving(data) as server:
        host = nullcontext(server.url("/"))
        with viewing(data, tmp_path_factory.mktemp("site"), (NAME, BLOSC, ZIPPED), host=host) as made:
            yield Host(made=made, server=server)


@pytest.fixture
def host(built: Host) -> Iterator[Host]:
    """The same, with a host that behaves at first."""
    built.server.asked.clear()
    yield built
    built.server.scripts.clear()


@pytest.fixture
def page(browser: Any, host: Host) -> Iterator[Page]:
    """A page in a context of its own; requests to third hosts fail the test."""
    context = browser.new_context(base_url=host.made.site_address)
    opened = context.new_page()
    traffic = Traffic(prefix=host.made.data_address).watch(opened)
    yield opened
    context.close()
    assert all(url.startswith((host.made.site_address, "blob:")) for url in traffic.others)


def open_viewer(page: Page, host: Host, name: str = NAME) -> Any:
    """Click, and return the line in which the viewer says what is wrong."""
    page.goto(host.made.page_of(name))
    page.get_by_role("button", name="Open viewer").click()
    return page.locator("image-viewer [role=status]")


def level(**changes: Any) -> Mapping[str, bytes]:
    """Return the document of the level with other values."""
    document = json.loads(bombs.array((64, 64), (32, 32)))
    return {"0/zarr.json": json.dumps({**document, "data_type": "uint16", **changes}).encode()}


def grid(side: int) -> dict[str, Any]:
    """Return a regular grid of square chunks."""
    return {"name": "regular", "configuration": {"chunk_shape": [side, side]}}


def shard_of(side: int, inner: int) -> Mapping[str, bytes]:
    """Return the document of an array with shards of many chunks."""
    files = bombs.sharded(b"", side=side, inner=inner)
    return {"0/zarr.json": files["0/zarr.json"]}


DOCUMENTS: Mapping[str, tuple[Mapping[str, bytes], str]] = {
    "chunk of 1 GB": (level(shape=[10**6, 10**6], chunk_grid=grid(23_170)), "unpacks to 1.1 GB"),
    "chunk of 10^30 bytes": (level(shape=[10**18, 10**18], chunk_grid=grid(10**15)), "has no shape"),
    "index of a shard of 1 GB": (shard_of(2**14, 1), "index of one of its shards is too large"),
    "unknown codec": (level(codecs=[{"name": "bytes"}, {"name": "loop<b>"}]), "encoded with loop<b>"),
    "unknown type": (level(data_type="complex64"), "complex64, cannot be drawn"),
    "no shape": (level(shape=[-1, None]), "has no shape"),
    "no chunks": (level(chunk_grid=None), "has no shape"),
    "a thousand axes": (bombs.many_axes(), "has no shape"),
    "nested lists": (bombs.nested(), "There is no image"),
    "NaN in place of numbers": ({"zarr.json": b'{"zarr_format":3,"attributes":{"a":NaN}}'}, "There is no image"),
    "a page": ({"zarr.json": b"<!doctype html><script>alert(1)</script>"}, "There is no image"),
    "a document of 17 MB": ({"zarr.json": b" " * 17_000_000}, "sends more than"),
    "levels that lead out": (
        {"zarr.json": bombs.group(multiscales=[{"datasets": [{"path": "../../../other.zarr/0"}]}])},
        "None of the resolution levels",
    ),
    "levels on another host": (
        {"zarr.json": bombs.group(multiscales=[{"datasets": [{"path": "https://example.org/0"}]}])},
        "None of the resolution levels",
    ),
}


@pytest.mark.parametrize("case", DOCUMENTS)
def test_documents_that_lie(page: Page, host: Host, case: str) -> None:
    """No chunk is requested; the reason is said as text, and the still picture is one click away."""
    files, words = DOCUMENTS[case]
    host.turn(files)
    asked = len(host.server.asked)
    said = open_viewer(page, host)

    expect(said).to_contain_text(words)
    assert not [each.path for each in host.server.asked[asked:] if "/c/" in each.path]
    page.get_by_role("button", name="Close the viewer").click()
    expect(page.locator(".stage__picture")).to_be_visible()


@pytest.mark.parametrize("name", ["zstd-bomb", "gzip-chunk-bomb", "blosc-bomb"])
def test_chunks_that_unpack_to_more(page: Page, host: Host, name: str) -> None:
    """A chunk of a few kB that unpacks to 64 MB is refused, whatever its codec."""
    host.turn(bombs.chunk_bombs(64_000_000)[name])

    expect(open_viewer(page, host)).to_contain_text(
        re.compile("A chunk unpacks to [0-9]+ bytes; its metadata state 4096")
    )


Members = Sequence[RawMember]


def edited(members: Members, name: str, **changes: Any) -> bytes:
    """Return an archive in which one member is changed."""
    return raw_zip([replace(each, **changes) if each.name == name else each for each in members])


def deflated(size: int) -> bytes:
    """Return so many zeros, deflated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(bytes(size)) + packer.flush()


def packed(members: Members) -> bytes:
    """Return an archive whose members are compressed."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in members:
            archive.writestr(each.name, each.body)
    return body.getvalue()


ARCHIVES: Mapping[str, tuple[Callable[[Members], bytes], str]] = {
    "compressed members": (packed, ""),
    "ZIP64": (lambda members: raw_zip(members, zip64=True, comment=b"PK\x05\x06"), ""),
    "long extra fields": (lambda members: raw_zip([replace(each, extra=bytes(900)) for each in members]), ""),
    "another file before it": (lambda members: b"#!/bin/sh\n" * 9 + raw_zip(members), ""),
    "a member that unpacks to more": (
        lambda members: edited(members, "zarr.json", method=8, packed=deflated(50_000_000), size=500),
        "impossible size for zarr.json",
    ),
    "a member of 50 MB": (
        lambda members: edited(members, "zarr.json", method=8, packed=deflated(50_000_000), size=50_000_000),
        "impossible size for zarr.json",
    ),
    "no DEFLATE": (lambda members: edited(members, "zarr.json", method=8, packed=b"\xff" * 50), "cannot be unpacked"),
    "LZMA": (lambda members: edited(members, "zarr.json", method=14), "compressed by method 14"),
    "an encrypted member": (lambda members: edited(members, "zarr.json", flags=0x801), "encrypted"),
    "members that overlap": (lambda members: edited(members, "0/zarr.json", offset=0), "overlap"),
    "a member outside": (lambda members: edited(members, "0/zarr.json", offset=10**9), "outside of it"),
    "a directory of 1 GB": (lambda members: raw_zip(members, directory_bytes=10**9), "cannot be read"),
    "a directory of 1 TB": (lambda members: raw_zip(members, zip64=True, directory_bytes=10**12), "cannot be read"),
    "a directory of 18 MB": (
        lambda members: raw_zip([*members, *(RawMember(name=f"{at}/".ljust(60_000, "x")) for at in range(300))]),
        "larger than 16 MB",
    ),
    "half of it": (lambda members: raw_zip(members)[:-3000], "no directory of a ZIP archive"),
}


@pytest.mark.parametrize("case", ARCHIVES)
def test_archives(page: Page, host: Host, case: str) -> None:
    """A zipped image is shown, however it is zipped; an archive that lies is refused in words."""
    write, words = ARCHIVES[case]
    body = write(members_of(host.made.data / NAME))
    host.server.scripts[f"/{ZIPPED}"] = [ranges(body, **OPEN)]
    said = open_viewer(page, host, ZIPPED)
    expect(said).to_contain_text(words)
    wait(page)

    assert bool(words) or canvas_of(page).any()


def test_chunks_that_are_cut_short(page: Page, host: Host) -> None:
    """A chunk with too few pixels is refused."""
    host.turn(bombs.image(b"\0" * 100))

    expect(open_viewer(page, host)).to_contain_text("shorter than its metadata state")


def test_shards_that_point_elsewhere(page: Page, host: Host) -> None:
    """A chunk of an impossible size in the index of a shard is refused, before it is requested."""
    host.turn(bombs.sharded(bombs.make_shard([bombs.pixels(32)] * 4, shift=2**60)))

    expect(open_viewer(page, host)).to_contain_text(re.compile("beyond the end of its shard"))


def test_a_million_levels(page: Page, host: Host) -> None:
    """The first 24 levels are looked at, and the image is shown."""
    host.turn({**bombs.image(bombs.pixels(64)), "zarr.json": bombs.many_levels(100_000)["zarr.json"]})
    asked = len(host.server.asked)
    open_viewer(page, host)
    wait(page)

    assert canvas_of(page).any()
    assert len(host.server.asked) - asked < 40


@pytest.mark.parametrize("scale", [["NaN", "NaN"], [0, 0], [-1, -2], [1e308, 1e-308], [None, {}], [1], "x"])
def test_scales_of_strangers(page: Page, host: Host, scale: Any) -> None:
    """Scales that are no sizes of pixels are as if they were not stated."""
    image = {"axes": bombs.multiscale("yx", [[1, 1]])["axes"]}
    image["datasets"] = [{"path": "0", "coordinateTransformations": [{"type": "scale", "scale": scale}]}]
    host.turn({**bombs.image(bombs.pixels(64)), "zarr.json": bombs.group(multiscales=[image])})
    open_viewer(page, host)
    wait(page)

    assert canvas_of(page).any()


def test_redirects_to_other_hosts_are_not_followed(page: Page, host: Host) -> None:
    """The policy of the page stops the request to the other host."""
    with serving() as other:
        other.absent = answer(200, b"{}", **OPEN)
        elsewhere = other.url("/x").replace(LOOPBACK, "localhost")
        host.server.scripts[f"/{NAME}/zarr.json"] = [answer(302, Location=elsewhere, **OPEN)]
        said = open_viewer(page, host)

        expect(said).to_contain_text("cannot be reached from this page, or redirects to another host")
        assert other.asked == []


@pytest.mark.parametrize("path", ["zarr.json", "0/c/0/0"])
def test_a_host_that_falls_silent(page: Page, host: Host, path: str) -> None:
    """After 20 seconds of silence the viewer says so; another try, and the still picture, are a click away."""
    page.clock.install()
    host.server.scripts[f"/{NAME}/{path}"] = [silence()]
    with page.expect_request(re.compile(f"/{NAME}/{path}$")):
        said = open_viewer(page, host)
    page.clock.fast_forward(21_000)
    expect(said).to_contain_text("The host sent nothing for 20 seconds")
    expect(page.get_by_role("button", name="Close the viewer")).to_be_visible()
    host.server.scripts.clear()
    page.clock.resume()
    page.get_by_role("button", name="Try again").click()
    wait(page)

    assert canvas_of(page).any()


def test_a_document_without_end(page: Page, host: Host) -> None:
    """It is read no further than allowed, though its host does not say how long it is."""
    head = b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Type: application/json\r\n\r\n"
    host.server.scripts[f"/{NAME}/zarr.json"] = [endless(head, b" " * 1_000_000, 0)]

    expect(open_viewer(page, host)).to_contain_text("sends more than 16000000 bytes")


def test_channels_of_strangers(page: Page, host: Host) -> None:
    """Names are text, colors and windows that are none are as if they were not stated, and the list is bounded."""
    markup = "<img src=x onerror=alert(1)>"
    channels = [
        {"label": markup, "color": 'zz"><b>', "window": {"start": "NaN", "end": "1e999"}, "active": {}},
        {"label": {"a": 1}, "color": 7, "window": [], "lut": "../../x", "inverted": "yes"},
        None,
        *({"label": f"c{number}", "color": "FF0000", "window": {"start": 5, "end": -5}} for number in range(100_000)),
    ]
    image = {"axes": [{"name": name} for name in "cyx"], "datasets": [{"path": "0"}]}
    document = json.loads(bombs.array((300, 8, 8), (300, 8, 8)))
    array = json.dumps({**document, "data_type": "uint8"}).encode()
    body = {"zarr.json": bombs.group(multiscales=[image], omero={"channels": channels}), "0/zarr.json": array}
    host.turn({**body, "0/c/0/0/0": bytes(range(64)) * 300})
    open_viewer(page, host)
    wait(page)

    expect(page.locator("image-viewer").get_by_text(markup, exact=True)).to_be_visible()
    expect(page.locator("image-viewer img, image-viewer b")).to_have_count(0)
    expect(page.locator("image-viewer").get_by_role("checkbox")).to_have_count(256)
    assert canvas_of(page).any()


def test_a_codec_that_loops(page: Page, host: Host) -> None:
    """A worker that does not answer is ended after 15 seconds, and started anew on the next try."""
    page.clock.install()
    loops = [True]
    page.route(
        re.compile("decode-worker"),
        lambda route: (
            route.fulfill(body="onmessage = () => { for (;;); }", content_type="text/javascript")
            if loops.pop()
            else route.continue_()
        ),
    )
    loops.insert(0, False)
    said = open_viewer(page, host)
    page.wait_for_load_state("networkidle")
    page.clock.fast_forward(16_000)

    expect(said).to_contain_text("A chunk was not decoded within 15 seconds")


def test_no_webassembly(page: Page, host: Host) -> None:
    """What needs it says so; zstd does not."""

    def without(route: Any) -> None:
        answered = route.fetch()
        route.fulfill(response=answered, body=f"delete self.WebAssembly;{answered.text()}")

    page.route(re.compile("decode-worker.*js$"), without)
    expect(open_viewer(page, host, BLOSC)).to_contain_text("has no WebAssembly, which decoding Blosc needs")
    open_viewer(page, host)
    wait(page)

    assert canvas_of(page).any()


@pytest.mark.parametrize(
    ("lack", "words"),
    [
        ("HTMLCanvasElement.prototype.getContext = () => null", "cannot draw on a canvas"),
        ("delete self.OffscreenCanvas", "too old for the viewer"),
        ("delete self.Worker", "too old for the viewer"),
        ("delete self.DecompressionStream", ""),
    ],
)
def test_old_browsers(page: Page, host: Host, lack: str, words: str) -> None:
    """A browser that cannot draw says so, and the still picture is a click away; what is not needed is not missed."""
    page.add_init_script(lack)
    expect(open_viewer(page, host)).to_contain_text(words)
    wait(page)
    page.get_by_role("button", name="Close the viewer").click()

    expect(page.locator(".stage__picture")).to_be_visible()


def test_missing_chunks_are_tried_again(page: Page, host: Host) -> None:
    """A chunk that the host fails to send is named; another try draws it."""
    path = f"/{NAME}/0/c/0/0"
    host.server.scripts[path] = [answer(500, **OPEN)] * 2 + [
        ranges((host.made.data / NAME / "0/c/0/0").read_bytes(), **OPEN)
    ]
    said = open_viewer(page, host)
    expect(said).to_contain_text("status 500")
    page.get_by_role("button", name="Try again").click()

    expect(said).to_have_text("")
    wait(page)
    assert canvas_of(page).any()
