"""Hosts that answer with something other than 404 for what is not there: each store reads as from a correct host."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import bombs
import pytest
from builds import Site, build_site, write_config
from fault_server import Act, FaultServer, answer, ranges, serving
from stores import write_crate, write_group, write_image, write_labels, write_list, write_plate

from sitegen.absence import is_error_message, is_stand_in, says_absent
from sitegen.cli import main

PAGE = b"<!DOCTYPE html>\n<html><head><title>App</title></head><body></body></html>\n"
NO_KEY = b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code><Key>a</Key></Error>'
WEBDAV = b'<?xml version="1.0" encoding="utf-8"?>\n<d:error xmlns:d="DAV:"><s:message>gone</s:message></d:error>'
MESSAGES: Mapping[str, bytes] = {
    "web page": PAGE,
    "web page of XML": b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html/>',
    "S3": NO_KEY,
    "S3 without declaration": b"<Error><Code>AccessDenied</Code></Error>",
    "WebDAV": WEBDAV,
    "message": b'{"message":"Not found"}',
    "FastAPI": b'{"detail": "Not Found"}',
    "Spring": b'{"timestamp":"2026","status":404,"error":"Not Found","path":"/a"}',
    "RFC 9457": b'{"type":"about:blank","title":"Not Found","status":404,"detail":"nothing"}',
    "nested": b'\xef\xbb\xbf {"error": {"code": 404, "message": "nothing"}}',
    "not ok": b'{"success": false, "data": null}',
    "capitals": b'{"Code":"NoSuchKey","Message":"nothing"}',
}
TYPES = {"xml": "application/xml", "json": "application/json", "html": "text/html", "text": "text/plain"}
STYLES: dict[str, Act] = {
    "400": answer(400, b"bad request"),
    "405": answer(405, Allow="POST"),
    "406": answer(406),
    "409": answer(409, NO_KEY),
    "416": answer(416),
    "422": answer(422, b'{"detail": []}'),
    "401": answer(401),
    "403": answer(403),
    "410": answer(410),
    "451": answer(451),
    "500 with an error code": answer(500, NO_KEY, Content_Type="application/xml"),
    "501 with an error code": answer(501, b'{"code": "NoSuchKey", "message": "nothing"}'),
    "503 with an error code": answer(503, NO_KEY, Retry_After="1"),
    "502 with an exception": answer(502, b'{"error": "java.io.FileNotFoundException: a/zarr.json", "status": 500}'),
    "204": answer(204),
    "nothing": answer(200),
    "blanks": answer(200, b" \r\n"),
    "text": answer(200, b"404 page not found\n", Content_Type=TYPES["text"]),
    "null": answer(200, b"null", Content_Type=TYPES["json"]),
    "quoted text": answer(200, b'"Not found"', Content_Type=TYPES["json"]),
    "empty object": answer(200, b"{}", Content_Type=TYPES["json"]),
    "empty object on a line": answer(200, b"{ }\r\n", Content_Type=TYPES["json"]),
    "empty list": answer(200, b"[]", Content_Type=TYPES["json"]),
    "web page with its type": answer(200, PAGE, Content_Type=TYPES["html"]),
    "web page of a host that knows ranges": ranges(PAGE, Content_Type=TYPES["html"]),
    **{name: answer(200, body) for name, body in MESSAGES.items()},
}
EMPTY_VALUES = {"empty object", "empty object on a line", "empty list"}
"""Bodies that may be damaged documents, so that two more documents of a root are requested."""
ONLY_DOCUMENTS = {"blanks", "text", "null", "quoted text", *EMPTY_VALUES}
"""Bodies that may be pixels: a whole chunk of the bytes that came for a document is not there, a part of a shard is."""
NAMES = ["bare2.zarr", "crate2.zarr", "image2.zarr", "image3.zarr", "labels3.zarr", "plate3.zarr"]
NAMES += ["series2.zarr", "series3.zarr", "sparse2.zarr"]


def write_stores(folder: Path, *, sparse: bool) -> None:
    """Write stores of both formats that lack what is optional, or all pixels."""
    write_image(folder / "image2.zarr", zarr_format=2)
    write_image(folder / "image3.zarr")
    write_labels(write_image(folder / "labels3.zarr"))
    write_crate(write_image(folder / "crate2.zarr", zarr_format=2), name="From the crate")
    write_plate(folder / "plate3.zarr", ["A/1", "B/2"], listed=["A/1", "A/2", "B/1", "B/2"])
    shutil.copytree(write_image(folder / "bare2.zarr", zarr_format=2), folder / "parent" / "0")
    shutil.rmtree(folder / "bare2.zarr")
    (folder / "parent" / "0" / "0").rename(folder / "bare2.zarr")
    (folder / "bare2.zarr" / ".zattrs").unlink(missing_ok=True)
    for zarr_format in (2, 3):
        write_series_without_xml(folder / f"series{zarr_format}.zarr", zarr_format)
    image = write_image(folder / "sparse2.zarr", zarr_format=2, chunks=(1, 32, 32))
    if sparse:
        for level in ("0", "1"):
            shutil.rmtree(image / level / "0" / "0")


def write_series_without_xml(folder: Path, zarr_format: int) -> None:
    """Write a series whose OME-XML is not there, a warning."""
    layout = {"bioformats2raw.layout": 3}
    attributes = layout if zarr_format == 2 else {"ome": {"version": "0.5", **layout}}
    write_group(folder, attributes, zarr_format=zarr_format)
    write_group(folder / "OME", {}, zarr_format=zarr_format)
    write_image(folder / "0", zarr_format=zarr_format)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stores."""
    folder = tmp_path_factory.mktemp("odd")
    write_stores(folder / "sparse", sparse=True)
    write_stores(folder / "full", sparse=False)
    return folder


def build(folder: Path, host: FaultServer, names: list[str], **crawl: Any) -> Site:
    """Build a catalog of a host's datasets."""
    rows = [host.url(f"/{name}") for name in names]
    return build_site(
        write_config(folder / "sitegen.toml", write_list(folder / "r.csv", "url", *rows), **crawl), folder
    )


def facts(site: Site) -> dict[str, dict[str, Any]]:
    """Return what the records say, without addresses and times."""
    private = {
        "url",
        "id",
        "lists",
        "checked_at",
        "added_at",
        "changed_at",
        "thumbnail",
        "preview",
        "montage",
        "overlay",
    }
    return {
        name: {key: value for key, value in record.items() if key not in private}
        | {"pictures": [bool(record[key]) for key in ("thumbnail", "preview", "montage", "overlay")]}
        for name, record in site.records().items()
    }


@pytest.fixture(scope="module")
def correct(data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, dict[str, Any]], int]:
    """What a correct host's records say, and the requests that they took."""
    with serving(data / "sparse") as host:
        return facts(build(tmp_path_factory.mktemp("sparse"), host, NAMES)), len(host.asked)


@pytest.mark.parametrize("style", STYLES)
def test_stores_on_an_odd_host(
    style: str, data: Path, tmp_path: Path, correct: tuple[dict[str, dict[str, Any]], int]
) -> None:
    """Their records are those of a correct host, problems and pictures too, and cost hardly a further request."""
    expected, requests = correct
    with serving(data / "sparse") as host:
        host.absent = STYLES[style]
        found = facts(build(tmp_path, host, NAMES))
        asked = len(host.asked)

    assert {name: record["status"] for name, record in found.items()} == dict.fromkeys(NAMES, "ok")
    assert found == expected
    assert asked <= requests + (2 * len(NAMES) if style in EMPTY_VALUES else 0)


@pytest.mark.parametrize("style", ["400", "416", "nothing", "S3", "message", "204", *sorted(EMPTY_VALUES)])
def test_dataset_that_is_not_there(style: str, data: Path, tmp_path: Path) -> None:
    """What was sent for its first document is the reason, and it costs no more than on a host that answers 404."""
    with serving(data / "full") as correct, serving(data / "full") as host:
        host.absent = STYLES[style]
        build(tmp_path / "404", correct, ["image2.zarr", "none.zarr"])
        record = build(tmp_path / "odd", host, ["image2.zarr", "none.zarr"]).records()["none.zarr"]

    assert record["status"] == "unreadable"
    assert {problem["where"].partition("#")[0] for problem in record["problems"]} in ({""}, {"zarr.json"})
    assert len(host.asked) <= len(correct.asked)


@pytest.mark.parametrize("style", STYLES)
def test_validate_on_an_odd_host(style: str, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`sitegen validate` says what it says of the same stores on a correct host."""
    names = ["image2", "labels3", "series2", "series3"]
    reports = []
    with serving(data / "full") as host:
        for act in (None, STYLES[style]):
            host.absent = act
            code = main(["validate", "--format", "json", *(host.url(f"/{name}.zarr") for name in names)])
            reports.append((code, json.loads(capsys.readouterr().out)))

    assert reports[0] == reports[1]
    assert [report["kind"] for report in reports[1][1]] == ["image", "image", "series", "series"]


@pytest.mark.parametrize("style", ["nothing", "S3", "message", "416", *sorted(EMPTY_VALUES)])
def test_validate_of_what_is_not_there(style: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is invalid, and the reason is what came instead of the root document."""
    with serving() as host:
        host.absent = STYLES[style]
        host.folder = Path("none")
        code = main(["validate", "--format", "json", host.url("/a.zarr")])
    (report,) = json.loads(capsys.readouterr().out)

    assert (code, report["valid"]) == (1, False)
    assert report["problems"]


@pytest.mark.parametrize("style", [style for style in STYLES if style not in ONLY_DOCUMENTS])
@pytest.mark.parametrize("at_start", [False, True])
def test_shards_on_an_odd_host(style: str, at_start: bool, tmp_path: Path) -> None:
    """Shards that are not stored are all fill value, whatever the host sends for a part of them."""
    files = bombs.sharded(bombs.make_shard([bombs.pixels(32)] * 4))
    if at_start:
        document = files["0/zarr.json"].replace(b'"end"', b'"start"')
        assert document != files["0/zarr.json"]
        files = {**files, "0/zarr.json": document}
    found = []
    for act in (None, STYLES[style]):
        with serving() as host:
            host.scripts = {f"/a.zarr/{path}": [answer(200, body)] for path, body in files.items() if "json" in path}
            host.absent = act
            found.append(facts(build(tmp_path / str(bool(act)), host, ["a.zarr"])))

    assert found[0] == found[1]
    assert found[1]["a.zarr"]["status"] == "ok"


def test_odd_answer_for_a_chunk_of_a_correct_host(tmp_path: Path) -> None:
    """400 for one chunk is a failure of the host where it answers 404 for documents that are not there."""
    files = bombs.image(bombs.pixels(64))
    (chunk,) = [path for path in files if not path.endswith("zarr.json")]
    with serving() as host:
        host.scripts = {f"/a.zarr/{path}": [answer(200, body)] for path, body in files.items()}
        host.scripts[f"/a.zarr/{chunk}"] = [answer(400)]
        site = build(tmp_path, host, ["a.zarr"])

    assert "http-status" in site.codes("a.zarr")
    assert site.records()["a.zarr"]["thumbnail"] is None


@pytest.mark.parametrize("body", [b"", b"oops, not JSON"])
def test_damaged_attributes_of_a_correct_host(tmp_path: Path, body: bytes) -> None:
    """An empty `.zattrs`, or one of text, is not taken for one that is not there."""
    folder = write_group(tmp_path / "data" / "a.zarr", {}, zarr_format=2)
    (folder / ".zattrs").write_bytes(body)
    with serving(tmp_path / "data") as host:
        site = build(tmp_path, host, ["a.zarr"])

    assert {"not-json", "json-invalid"} & set(site.codes("a.zarr"))


@pytest.mark.parametrize("body", [b"{}", b"[]"])
@pytest.mark.parametrize("absent", ["404", "400", "text"])
def test_a_single_empty_document_is_a_damaged_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], absent: str, body: bytes
) -> None:
    """It is not taken for one that is not there, by a build and by `sitegen validate`."""
    image = write_image(tmp_path / "data" / "a.zarr", levels=2)
    (image / "1" / "zarr.json").write_bytes(body)
    write_image(tmp_path / "data" / "b.zarr")
    (tmp_path / "data" / "b.zarr" / "zarr.json").write_bytes(body)
    with serving(tmp_path / "data") as host:
        host.absent = STYLES.get(absent)
        site = build(tmp_path, host, ["b.zarr"])
        main(["validate", "--format", "json", host.url("/a.zarr"), host.url("/b.zarr")])
    reports = json.loads(capsys.readouterr().out)

    assert site.records()["b.zarr"]["status"] == "unreadable"
    assert {"not-zarr", "doc-type"} & set(site.codes("b.zarr"))
    for report in reports:
        assert report["valid"] is False
        assert {"not-zarr", "doc-type"} & {problem["code"] for problem in report["problems"]}


@pytest.mark.parametrize("case", MESSAGES)
def test_error_messages(case: str) -> None:
    """They are told from pixels and from documents."""
    assert is_error_message(MESSAGES[case])
    assert is_stand_in(".zattrs", MESSAGES[case])


@pytest.mark.parametrize(
    "body",
    [
        b"{}", b"[]", b'{"zarr_format": 3, "node_type": "group", "attributes": {"message": "x"}}', b'{"a": 1,}', b"{",
        b'{"message": ', b'{"title": "Cells", "path": "raw"}', b'{"errors": [], "code": null}',
        b'{"error": "x", "multiscales": []}', b"// a comment\n{}", b"\x1f\x8b\x08", b"PK\x03\x04",
        '{"zarr_format": 2}'.encode("utf-16"), b'{"message": ' + b"[" * 5_000, b'text{"zarr_format": 2}',
    ],
)  # fmt: skip
def test_documents_that_are_no_error_messages(body: bytes) -> None:
    """What may be a document, damaged or not, is read and reported."""
    assert not is_error_message(body)
    assert not is_stand_in("zarr.json", body)


@pytest.mark.parametrize("body", [b"", b"<", b"<o", b"\x00" * 50, b"12", b"<?xml", b"<OME xmlns=''/>", b'"a"', b"null"])
def test_pixels_that_are_no_error_messages(body: bytes) -> None:
    """Pixels may be any bytes."""
    assert not is_error_message(body)


@pytest.mark.parametrize(
    "body",
    [
        NO_KEY, b"<Error><Code>NoSuchBucket</Code></Error>",
        b'\xef\xbb\xbf<?xml version="1.0"?><Error><Code>BlobNotFound</Code>',
        b'{"code": "NoSuchKey"}', b'{"error": {"code": 404, "message": "x"}}', b'{"error": "Not Found"}',
        b'{"errorCode": "ENOENT", "message": "x"}', b'{"exception": "java.nio.file.NoSuchFileException: /a"}',
        b'{"type": "about:blank", "title": "Not Found", "status": 404, "detail": "x"}',
    ],
)  # fmt: skip
def test_error_codes_that_mean_absence(body: bytes) -> None:
    """They are read from the answer of a host that seems to fail."""
    assert says_absent(body)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"Internal Server Error", PAGE, b"<Error><Code>SlowDown</Code></Error>",
        b"<Error><Code>InternalError</Code>",
        b"<Error><Message>NoSuchKey</Message></Error>", b'{"message": "the backend was not found"}',
        b'{"error": "database not found"}', b'{"status": 500, "error": "Internal Server Error"}', b'{"code": "NoSuch',
        b'{"code": "KeyError"}', b'{"code": "NoSuchKey", "zarr_format": 3}', b'{"code": ["NoSuchKey"], "error": "x"}',
    ],
)  # fmt: skip
def test_failures_that_do_not_mean_absence(body: bytes) -> None:
    """Prose and other codes leave it a failure, which another try may change."""
    assert not says_absent(body)


@pytest.mark.parametrize("body", [b"", b"<Error><Code>SlowDown</Code></Error>", b'{"error": "Internal Server Error"}'])
def test_a_failing_host_is_not_an_empty_one(tmp_path: Path, body: bytes) -> None:
    """Without a code that says so, 500 is a failure: the request is made again, and the dataset is unreachable."""
    with serving(tmp_path) as host:
        host.absent = answer(500, body)
        site = build(tmp_path, host, ["a.zarr"])
        asked = [each.path for each in host.asked]

    assert site.records()["a.zarr"]["status"] == "unreachable"
    assert len(asked) > len(set(asked))
