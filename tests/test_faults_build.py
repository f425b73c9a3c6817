"""Faults of datasets, all in one build: each has its status, problem code, message and hint.

All datasets are in one catalog, so that the fault of one would show in the others. A fault whose requests are tried
again has a host of its own, because after 20 failures a host gets no more requests.
"""

from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import bombs
import pytest
from builds import Site, build_site, write_config
from fault_server import Act, FaultServer, answer, drip, ranges, raw, reset, serving, silence
from stores import write_list

ROOT = ("zarr.json", ".zattrs", ".zgroup", ".zarray")
HTML = {"Content_Type": "text/html"}
PAGE = b"<!doctype html><title>Sign in</title>"
ENDLESS = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n{")
BLOCK = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """How a dataset is served, and the status and code that the catalog must have."""

    status: str
    code: str
    files: dict[str, bytes] = field(default_factory=dict)
    """Served correctly, by path."""
    acts: dict[str, Sequence[Act]] = field(default_factory=dict)
    """Served by these acts, by path."""
    alone: bool = False
    """On a host of its own."""


def root(*acts: Act, status: str, code: str, alone: bool = False) -> Fault:
    """Return a fault of every document that a root may be."""
    return Fault(status=status, code=code, acts=dict.fromkeys(ROOT, acts), alone=alone)


def mixed(first: Act, others: Act, *, status: str, code: str) -> Fault:
    """Return a fault of the root of format 3, with another one of those of format 2."""
    return Fault(status=status, code=code, acts={key: [others] for key in ROOT} | {"zarr.json": [first]})


def body(text: bytes, code: str, **headers: str) -> Fault:
    """Return a root document with a wrong body."""
    return Fault(status="unreadable", code=code, acts={"zarr.json": [answer(200, text, **headers)]})


def shown(code: str, files: dict[str, bytes], **acts: Sequence[Act]) -> Fault:
    """Return an image that can be read, with a fault below it."""
    return Fault(status="ok", code=code, files=files, acts={name.replace("__", "/"): act for name, act in acts.items()})


def _in_utf_16(document: bytes) -> bytes:
    return document.decode().encode("utf-16")


SILENT: dict[str, Fault] = {
    "silent": root(silence(), status="unreachable", code="timeout", alone=True),
    "silent-in-the-body": root(silence(BLOCK), status="unreachable", code="timeout", alone=True),
    "dripping": root(drip(1000, 0.02), status="unreachable", code="timeout", alone=True),
}
"""Built by themselves, with a time-out that no other dataset could keep on a busy machine."""
BROKEN: dict[str, Fault] = {
    "reset": root(reset(), status="unreachable", code="connect-failed", alone=True),
    "hung-up": root(raw(b""), status="unreachable", code="connect-failed", alone=True),
    "truncated": root(raw(BLOCK), status="unreachable", code="short-read", alone=True),
    "broken": root(answer(500), status="unreachable", code="server-error", alone=True),
    "unavailable": root(answer(503), status="unreachable", code="server-error", alone=True),
    "too-many-requests": root(answer(429, Retry_After="86400"), status="unreachable", code="rate-limited", alone=True),
}
STATUSES: dict[str, Fault] = {
    "unauthorized": root(answer(401), status="forbidden", code="unauthorized"),
    "forbidden": root(answer(403), status="forbidden", code="forbidden"),
    "not-found": root(answer(404), status="missing", code="not-found"),
    "gone": root(answer(410), status="missing", code="gone"),
    "teapot": root(answer(418), status="unreadable", code="http-status"),
    "ranges-not-satisfiable": root(answer(416), status="unreadable", code="http-status"),
    "unchanged-since-never": root(answer(304), status="unreadable", code="bad-http"),
    "not-http": root(raw(b"SSH-2.0-OpenSSH_9.6\r\n"), status="unreadable", code="bad-http"),
    "too-long": root(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}{}{}"), status="unreadable", code="bad-http"),
    "web-page": root(answer(200, PAGE, **HTML), status="unreadable", code="html-answer"),
    "redirect-to-file": root(answer(302, Location="file:///etc/passwd"), status="refused", code="scheme-refused"),
    "redirect-to-password": root(
        answer(302, Location="http://a:b@127.0.0.1/"), status="refused", code="credentials-in-url"
    ),
    "redirect-nowhere": root(answer(302), status="unreadable", code="bad-http"),
    "redirect-to-number": root(answer(302, Location="http://2130706433/"), status="refused", code="bad-address"),
}
BODIES: dict[str, Fault] = {
    "json-invalid": body(b'{"zarr_format": 3,', "json-invalid"),
    "json-of-nothing": body(b"", "not-json"),
    "json-a-list": body(b"[]", "doc-type"),
    "not-zarr": body(b'{"hello": 1}', "not-zarr"),
    "text": body(b"Not found, sorry.", "json-invalid"),
    "page-as-json": body(PAGE, "not-json"),
    "latin-1": body('{"zarr_format": 3, "ü"'.encode("latin-1"), "json-invalid"),
    "deep": body(bombs.nested()["zarr.json"], "json-too-deep"),
    "deep-within": body(bombs.nested_within()["zarr.json"], "json-too-deep"),
    "declared-enormous": Fault(status="unreadable", code="too-large", acts={"zarr.json": [ENDLESS]}),
    "gzip-bomb": body(bombs.gzipped(200_000_000), "too-large", Content_Encoding="gzip"),
    "gzip-corrupt": body(b"\x1f\x8b nothing of the kind", "bad-encoding", Content_Encoding="gzip"),
    "brotli": body(b"{}", "bad-encoding", Content_Encoding="br"),
}
SHARD = bombs.make_shard([bombs.pixels(32)] * 4)
LARGE = bombs.make_shard([bombs.pixels(1024)] * 16)
PLACE = "0__c__0__0"
CHUNKS = bombs.chunk_bombs(5_000_000)
IMAGES: dict[str, Fault] = {
    "digits": shown("json-number", bombs.digits(1_000_000)),
    "beyond-64-bits": shown("array-unreadable", bombs.huge_shape(10**30)),
    "huge-chunk": shown("picture-budget", bombs.huge_chunk()),
    "utf-16": shown("json-encoding", {**bombs.image(), "zarr.json": _in_utf_16(bombs.image()["zarr.json"])}),
    "many-axes": shown("axes-count", bombs.many_axes()),
    "many-levels": shown("list-too-long", bombs.many_levels(20_000)),
    "many-channels": shown("list-too-long", bombs.many_channels(20_000)),
    "many-wells": shown("well-group", bombs.many_wells(20_000)),
    "zstd-bomb": shown("chunk-size", CHUNKS["zstd-bomb"]),
    "blosc-bomb": shown("chunk-size", CHUNKS["blosc-bomb"]),
    "gzip-chunk-bomb": shown("chunk-size", CHUNKS["gzip-chunk-bomb"]),
    "chunk-corrupt": shown("chunk-corrupt", bombs.image(gzip.compress(bombs.pixels(64))[:-9], codecs=bombs.GZIP)),
    "chunk-short": shown("chunk-size", bombs.image(b"\x01" * 100)),
    "chunk-checksum": shown(
        "chunk-checksum", bombs.image(bombs.with_checksum(bombs.pixels(64), damaged=True), codecs=bombs.CHECKED)
    ),
    "chunk-enormous": shown("too-large", bombs.image(), **{PLACE: [ENDLESS]}),
    "chunk-refused": shown("http-status", bombs.image(), **{PLACE: [answer(418)]}),
    "shard-index-damaged": shown("shard-index", bombs.sharded(bombs.make_shard([bombs.pixels(32)] * 4, damaged=True))),
    "shard-index-beyond": shown("shard-index", bombs.sharded(bombs.make_shard([bombs.pixels(32)] * 4, shift=10**9))),
    "shard-empty": shown("shard-index", bombs.sharded(b"")),
    "shard-of-nothing": shown("shard-index", bombs.sharded(b"short")),
    "ranges-ignored": shown(
        "range-ignored", bombs.sharded(LARGE, side=4096, inner=1024), **{PLACE: [answer(200, LARGE)]}
    ),
    "changed-midway": shown(
        "changed-midway",
        bombs.sharded(LARGE, side=4096, inner=1024),
        **{PLACE: [ranges(LARGE, ETag='"before"'), ranges(LARGE, ETag='"after"')]},
    ),
    "range-of-something-else": shown(
        "bad-range", bombs.sharded(SHARD), **{PLACE: [answer(206, SHARD, Content_Range="bytes 7-9/10")]}
    ),
}
BOUNDLESS = {
    "huge-shape": Fault(status="ok", code="", files=bombs.huge_shape()),
    "tiny-chunks": Fault(status="ok", code="", files=bombs.tiny_chunks()),
}
WALLED: dict[str, Fault] = {
    "page-then-nothing": mixed(answer(200, PAGE, **HTML), answer(404), status="unreadable", code="html-answer"),
    "login-then-nothing": mixed(answer(401), answer(404), status="forbidden", code="unauthorized"),
    "forbidden-then-gone": mixed(answer(403), answer(410), status="forbidden", code="forbidden"),
    "nothing-then-forbidden": mixed(answer(404), answer(403), status="forbidden", code="forbidden"),
    "nothing-then-page": mixed(answer(404), answer(200, PAGE, **HTML), status="unreadable", code="html-answer"),
}
"""Answers of the root documents that differ: something is there, so no hint may say to delete the line."""
FETCH_PROBLEMS = {**BROKEN, **STATUSES, **BODIES, **IMAGES, **WALLED}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Build a catalog of all faults, a valid image at its beginning and end, a closed port, and a redirect loop."""
    folder = tmp_path_factory.mktemp("faults")
    honest = Fault(status="ok", code="", files=bombs.sharded(SHARD))
    with ExitStack() as hosts, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        shared = hosts.enter_context(serving())
        for path in ROOT:
            shared.scripts[f"/loop.zarr/{path}"] = [answer(301, Location=f"/loop.zarr/{path}?")]
            shared.scripts[f"/loop.zarr/{path}?"] = [answer(302, Location=f"/loop.zarr/{path}")]
        urls = {
            "closed-port": f"http://127.0.0.1:{closed.getsockname()[1]}/closed-port.zarr",
            **serve({"first": honest, **FETCH_PROBLEMS, **BOUNDLESS, "last": honest}, hosts, shared),
            "loop": shared.url("/loop.zarr"),
        }
        csv = write_list(folder / "root.csv", "url", *urls.values())
        yield build_site(write_config(folder / "sitegen.toml", csv, per_host=16), folder)


@pytest.fixture(scope="module")
def silent_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Build a catalog of hosts that never finish an answer."""
    folder = tmp_path_factory.mktemp("silent")
    with ExitStack() as hosts:
        csv = write_list(folder / "root.csv", "url", *serve(SILENT, hosts, hosts.enter_context(serving())).values())
        yield build_site(write_config(folder / "sitegen.toml", csv, timeout_s=0.2), folder)


def serve(faults: Mapping[str, Fault], hosts: ExitStack, shared: FaultServer) -> dict[str, str]:
    """Serve datasets until `hosts` ends, most of them on one host, and return their addresses."""
    urls = {}
    for name, fault in faults.items():
        host = hosts.enter_context(serving()) if fault.alone else shared
        urls[name] = host.url(f"/{name}.zarr")
        files = {path: [ranges(text)] for path, text in fault.files.items()}
        host.scripts |= {f"/{name}.zarr/{path}": list(acts) for path, acts in {**files, **fault.acts}.items()}
    return urls


def record(site: Site, name: str) -> dict[str, Any]:
    """Return a dataset's record."""
    return site.records()[f"{name}.zarr"]


@pytest.mark.parametrize("name", FETCH_PROBLEMS)
def test_each_fault_has_its_answer(site: Site, name: str) -> None:
    """Each has its status, its problem code with message and hint, and no internal error."""
    assert_told(record(site, name), FETCH_PROBLEMS[name])


@pytest.mark.parametrize("name", SILENT)
def test_silence_has_its_answer(silent_site: Site, name: str) -> None:
    """It is a time-out, with what to do."""
    found = record(silent_site, name)

    assert_told(found, SILENT[name])
    assert any(problem["hint"] for problem in found["problems"])


def assert_told(found: dict[str, Any], fault: Fault) -> None:
    """Assert that a record has the status and the problem of a fault, and no internal error."""
    problems = {problem["code"]: problem for problem in found["problems"]}

    assert (found["status"], fault.code in problems) == (fault.status, True), problems
    assert problems[fault.code]["message"]
    assert "internal-error" not in problems


def test_errors_say_what_to_do(site: Site) -> None:
    """Where a dataset could not be read, the problem has a hint."""
    failed = [each for each in site.records().values() if each["status"] != "ok"]

    assert all(any(problem["hint"] for problem in each["problems"]) for each in failed)


def test_closed_port_and_redirect_loop(site: Site) -> None:
    """A closed port is unreachable, a redirect loop unreadable."""
    assert (record(site, "closed-port")["status"], site.codes("closed-port.zarr")[0]) == (
        "unreachable",
        "connect-failed",
    )
    assert (record(site, "loop")["status"], site.codes("loop.zarr")[0]) == ("unreadable", "redirect-loop")


def test_huge_images_are_shown_by_a_part(site: Site) -> None:
    """Images of 10^18 pixels, or with a chunk for each pixel, show a part of their center."""
    for name in BOUNDLESS:
        assert record(site, name)["status"] == "ok"
        assert record(site, name)["thumbnail"]


def test_other_datasets_are_not_affected(site: Site) -> None:
    """A valid image before and after all faults is read and has a picture."""
    for name in ("first", "last"):
        assert (record(site, name)["status"], record(site, name)["valid"]) == ("ok", True)
        assert record(site, name)["thumbnail"]


def test_missing_picture_has_a_problem(site: Site) -> None:
    """A dataset without a picture has a problem."""
    for found in site.records().values():
        assert found["thumbnail"] or found["problems"], found["url"]


def test_site_is_complete(site: Site) -> None:
    """Every dataset has its page, and the report has every problem."""
    records = site.records()
    told = site.report()["problems"]

    assert len(records) == len(FETCH_PROBLEMS) + len(BOUNDLESS) + 4
    assert all(site.page(each) for each in records.values())
    assert {each["url"] for each in records.values() if each["problems"]} <= {each["url"] for each in told}
