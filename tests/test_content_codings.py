"""Content-Encoding (RFC 9110, section 8.4): which tokens are codings, and what the body is without them."""

from __future__ import annotations

import gzip
import json
import logging
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import bombs
import pytest
from builds import Site, build_site, write_config
from fault_server import FaultServer, answer, ranges, serving
from fetching import ask
from stores import write_list

from sitegen.transfer import ByteRange

BODY = b'{"zarr_format": 3}'
SIGNATURE = b";chunk-signature=" + b"0" * 64
SHARDED = bombs.sharded(bombs.make_shard([bombs.pixels(32)] * 4))


def raw_deflate(body: bytes) -> bytes:
    """Return `deflate` as some hosts send it, without the zlib wrapper."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


READ: Mapping[str, tuple[str, bytes]] = {
    "aws-chunked": ("aws-chunked", BODY),
    "aws-chunked twice": ("aws-chunked,aws-chunked", BODY),
    "a character set": ("UTF-8", BODY),
    "binary": ("binary", BODY),
    "a media type": ("application/json; charset=utf-8", BODY),
    "nothing": ("", BODY),
    "empty elements": (" , ,", BODY),
    "identity": ("Identity", BODY),
    "quoted": ('"aws-chunked"', BODY),
    "gzip in capitals": ("GZIP", gzip.compress(BODY, mtime=0)),
    "x-gzip": ("X-Gzip", gzip.compress(BODY, mtime=0)),
    "gzip in members": ("gzip", gzip.compress(BODY[:5]) + gzip.compress(BODY[5:])),
    "gzip of nothing": ("gzip", b""),
    "deflate": ("deflate", zlib.compress(BODY)),
    "bare deflate": ("deflate", raw_deflate(BODY)),
    "aws-chunked, gzip": ("aws-chunked, gzip", gzip.compress(BODY, mtime=0)),
    "gzip,aws-chunked": ("gzip,aws-chunked", gzip.compress(BODY, mtime=0)),
    "two headers": ("aws-chunked\r\nContent-Encoding: gzip", gzip.compress(BODY, mtime=0)),
    "gzip of gzip": ("gzip, gzip", gzip.compress(gzip.compress(BODY, mtime=0))),
    "gzip of deflate": ("deflate\r\nContent-Encoding: gzip", gzip.compress(zlib.compress(BODY))),
    "deflate of gzip": ("gzip, deflate", zlib.compress(gzip.compress(BODY, mtime=0))),
}


@pytest.mark.parametrize("case", READ)
def test_what_is_read(case: str) -> None:
    """Registered codings are undone from the last to the first; other tokens mean identity."""
    named, body = READ[case]
    expected = b"" if not body else BODY

    assert ask(answer(200, body, Content_Encoding=named)).body == expected


FOREIGN = ("br", "zstd", "compress", "X-Compress", "dcb", "dcz", "exi", "pack200-gzip", "aes128gcm")


@pytest.mark.parametrize("coding", FOREIGN)
@pytest.mark.parametrize("named", ["{}", "aws-chunked, {}", "{}, gzip", "gzip\r\nContent-Encoding: {}"])
def test_registered_codings_that_are_not_undone(coding: str, named: str) -> None:
    """The error names the coding; nothing is guessed from the body."""
    outcome = ask(answer(200, BODY, Content_Encoding=named.format(coding)))

    assert outcome.failure == ("unreadable", "bad-encoding")
    assert repr(coding.lower().removeprefix("x-")) in str(outcome.error)
    assert len(outcome.asked) == 1


@pytest.mark.parametrize(
    ("named", "body", "words"),
    [
        ("gzip", BODY, "Content-Encoding says gzip, but the body is JSON as it is"),
        ("deflate", BODY, "Content-Encoding says deflate, but the body is JSON as it is"),
        ("gzip, gzip", gzip.compress(BODY, mtime=0), "says gzip"),
        ("gzip", gzip.compress(BODY, mtime=0) + b"tail", "bytes follow the end"),
        ("deflate", zlib.compress(BODY) * 2, "bytes follow the end"),
        ("gzip, " * 5 + "gzip", BODY, "names 6 codings"),
        ("aws-chunked", b"12" + SIGNATURE + b"\r\n" + BODY + b"\r\n0" + SIGNATURE + b"\r\n\r\n", "framing"),
        ("", b"12" + SIGNATURE + b"\r\n" + BODY + b"\r\n", "framing"),
        ("aws-chunked", b"12\r\n" + BODY + b"\r\n0\r\nx-amz-checksum-crc32:aaaa==\r\n\r\n", "framing"),
    ],
)  # fmt: skip
def test_body_that_contradicts_its_header(named: str, body: bytes, words: str) -> None:
    """It is unreadable, and the message says what came; the stored framing of an upload is not removed."""
    outcome = ask(answer(200, body, Content_Encoding=named))

    assert outcome.failure == ("unreadable", "bad-encoding")
    assert words in str(outcome.error)


@pytest.mark.parametrize("body", [b"12\r\n", b"7\r\n1", b"12\r\n" + BODY])
def test_what_is_not_the_framing_of_an_upload(body: bytes) -> None:
    """Without signatures, the length of the first part must fit."""
    assert ask(answer(200, body, Content_Encoding="aws-chunked")).body == body
    assert ask(answer(200, b"12\r\n" + BODY + b"\r\n")).body == b"12\r\n" + BODY + b"\r\n"


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(gzip.compress(bytes(200_000_000), 1)),
        gzip.compress(b"") * 2_000,
        gzip.compress(zlib.compress(bytes(50_000_000), 1)),
    ],
    ids=["twice", "members", "inner"],
)
def test_bombs_of_several_codings(packed: bytes) -> None:
    """No layer yields much more than the body may have."""
    for named in ("gzip", "gzip, gzip", "deflate, gzip"):
        outcome = ask(answer(200, packed, Content_Encoding=named), max_bytes=100_000)

        assert outcome.error is None or outcome.error.code in ("too-large", "bad-encoding", "short-read")
        assert outcome.error is not None or len(outcome.body) <= 100_000


def test_range_of_a_file_with_an_unknown_coding() -> None:
    """206 with a token that is no coding is a part of the file itself."""
    outcome = ask(ranges(BODY, Content_Encoding="aws-chunked"), byte_range=ByteRange(2, 6))

    assert outcome.body == BODY[2:6]


def test_range_of_a_compressed_file_names_the_coding() -> None:
    """A part of a compressed form cannot be used."""
    outcome = ask(
        ranges(gzip.compress(BODY, mtime=0), Content_Encoding="aws-chunked, gzip"), byte_range=ByteRange(2, 6)
    )

    assert outcome.failure == ("unreadable", "bad-range")
    assert "a gzip form of the file" in str(outcome.error)


# -- through builds ----------------------------------------------------------------------


@pytest.fixture
def host() -> Iterator[FaultServer]:
    """A host without anything."""
    with serving() as server:
        yield server


def offer(host: FaultServer, name: str, files: bombs.Files, named: str, pack: Callable[[bytes], bytes] = bytes) -> str:
    """Let a host answer these files with a Content-Encoding, and return the dataset's address."""
    host.scripts |= {f"/{name}/{path}": [ranges(pack(body), Content_Encoding=named)] for path, body in files.items()}
    return host.url(f"/{name}")


def build(folder: Path, *rows: str) -> Site:
    """Build a catalog of these addresses."""
    return build_site(write_config(folder / "sitegen.toml", write_list(folder / "root.csv", "url", *rows)), folder)


@pytest.mark.parametrize("named", ["aws-chunked", "UTF-8", "binary"])
def test_stores_with_an_unknown_coding(
    host: FaultServer, tmp_path: Path, named: str, caplog: pytest.LogCaptureFixture
) -> None:
    """They are read as any other, shards by ranges too; one warning names the host, and no dataset has a problem."""
    rows = [
        offer(host, f"{name}.zarr", files, named)
        for name, files in (("a", bombs.image(bombs.pixels(64))), ("b", SHARDED))
    ]
    with caplog.at_level(logging.WARNING):
        records = build(tmp_path, *rows).records()

    assert [(each["status"], each["valid"], bool(each["thumbnail"])) for each in records.values()] == [
        ("ok", True, True)
    ] * 2
    assert {problem["code"] for each in records.values() for problem in each["problems"]} == {"axis-no-unit"}
    (note,) = [each.getMessage() for each in caplog.records if "Content-Encoding" in each.getMessage()]
    assert host.url("").removeprefix("http://") in note
    assert named.lower() in note


@pytest.mark.parametrize(
    ("named", "pack"), [("aws-chunked", bytes), ("aws-chunked, gzip", gzip.compress), ("UTF-8", bytes)]
)
def test_lists_with_an_unknown_coding(
    host: FaultServer, tmp_path: Path, named: str, pack: Callable[[bytes], bytes]
) -> None:
    """They are read, nested or not."""
    row = offer(host, "a.zarr", bombs.image(bombs.pixels(64)), named="")
    host.scripts["/inner.csv"] = [answer(200, pack(f"url\n{row}\n".encode()), Content_Encoding=named)]
    host.scripts["/outer.csv"] = [answer(200, pack(b"url\ninner.csv\n"), Content_Encoding=named)]
    site = build_site(write_config(tmp_path / "sitegen.toml", host.url("/outer.csv")), tmp_path)

    assert [record["status"] for record in site.records().values()] == ["ok"]


def test_list_of_a_coding_that_is_not_undone(host: FaultServer, tmp_path: Path) -> None:
    """It is reported at the line that names it, with the coding."""
    host.scripts["/inner.csv"] = [answer(200, b"url\n", Content_Encoding="br")]
    site = build(tmp_path, offer(host, "a.zarr", SHARDED, named=""), host.url("/inner.csv"))
    (problem,) = [each for each in site.report()["problems"] if each["code"] == "list-unreadable"]

    assert problem["line"] == 3
    assert "'br'" in problem["message"]


def test_gzip_without_a_header(host: FaultServer, tmp_path: Path) -> None:
    """A document and a list are named as what they are, with what to do."""
    files = {path: gzip.compress(body, mtime=0) if path.endswith(".json") else body for path, body in SHARDED.items()}
    host.scripts["/inner.csv"] = [answer(200, gzip.compress(b"url\n"))]
    site = build(tmp_path, offer(host, "a.zarr", files, named=""), host.url("/inner.csv"))
    record = site.records()["a.zarr"]
    (of_list,) = [each for each in site.report()["problems"] if each["code"] == "list-not-text"]

    assert record["status"] == "unreadable"
    assert [each["code"] for each in record["problems"]] == ["json-invalid"]
    for problem in (record["problems"][0], of_list):
        assert "a gzip file" in problem["message"]
        assert "Content-Encoding: gzip" in problem["hint"]


def test_store_with_the_framing_of_its_upload(host: FaultServer, tmp_path: Path) -> None:
    """It is unreadable, as it is for every other reader, and the hint is to upload it again."""

    def frame(body: bytes) -> bytes:
        return f"{len(body):x}".encode() + SIGNATURE + b"\r\n" + body + b"\r\n0" + SIGNATURE + b"\r\n\r\n"

    site = build(tmp_path, offer(host, "a.zarr", bombs.image(bombs.pixels(64)), "aws-chunked", frame))
    (problem,) = site.records()["a.zarr"]["problems"]

    assert (site.records()["a.zarr"]["status"], problem["code"]) == ("unreadable", "bad-encoding")
    assert "Upload the file again" in problem["hint"]


def test_chunks_with_a_framing_or_a_foreign_coding(host: FaultServer, tmp_path: Path) -> None:
    """They are left out of the picture, with the reason."""
    files = bombs.image(bombs.pixels(64))
    chunks = [path for path in files if not path.endswith(".json")]
    row = offer(host, "a.zarr", files, named="")
    for path in chunks:
        host.scripts[f"/a.zarr/{path}"] = [answer(200, files[path], Content_Encoding="zstd")]
    record = build(tmp_path, row).records()["a.zarr"]

    assert json.dumps(record["problems"]).count("bad-encoding") == 1
    assert record["thumbnail"] is None
