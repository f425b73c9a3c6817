"""`sitegen serve` answers like a static host and serves nothing outside its folder."""

import asyncio
import contextlib
import gzip
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from email.parser import Parser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from sitegen.cli import main
from sitegen.errors import UsageError
from sitegen.media_types import media_type
from sitegen.serve import serving


class Answer(NamedTuple):
    """The response to one request."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def _ask(address: str, path: str, method: str, headers: Mapping[str, str]) -> Answer:
    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    lines = [f"{method} {path} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    status, _, fields = head.decode().partition("\r\n")
    return Answer(int(status.split()[1]), Parser().parsestr(fields), body)


def ask(folder: Path, path: str, method: str = "GET", *, cors: bool = False, **headers: str) -> Answer:
    """Serve the folder for one request and return the response."""

    async def scenario() -> Answer:
        async with serving(folder, cors=cors) as address:
            return await _ask(address, path, method, {key.replace("_", "-"): text for key, text in headers.items()})

    return asyncio.run(scenario())


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A small site, with a secret file beside its folder."""
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "site"
    (folder / "datasets/a b").mkdir(parents=True)
    (folder / "index.html").write_text("<title>home</title>")
    (folder / "404.html").write_text("<title>lost</title>")
    (folder / "datasets/a b/index.html").write_text("<title>dataset</title>")
    (folder / "index.json").write_text('{"datasets": []}' * 200)
    (folder / "picture.webp").write_bytes(bytes(range(100)))
    (folder / ".zattrs").write_text("{}")
    return folder


def test_a_folder_is_answered_with_its_index(site: Path) -> None:
    """The page is its index.html."""
    answer = ask(site, "/")

    assert (answer.status, answer.body) == (200, b"<title>home</title>")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


def test_a_folder_without_slash_is_redirected(site: Path) -> None:
    """The redirect stays on the same host and keeps the query."""
    answer = ask(site, "//datasets/a%20b?q=1")

    assert (answer.status, answer.headers["Location"]) == (301, "/datasets/a%20b/?q=1")


def test_percent_encoded_names_are_found(site: Path) -> None:
    """A space in a name is percent-encoded in its address."""
    assert ask(site, "/datasets/a%20b/").body == b"<title>dataset</title>"


@pytest.mark.parametrize("path", ["/nothing", "/datasets/", "/picture.webp/", "/datasets/a%20b/%00"])
def test_a_missing_file_is_answered_with_the_404_page(site: Path, path: str) -> None:
    """The status is 404, and a folder is never listed."""
    answer = ask(site, path)

    assert (answer.status, answer.body) == (404, b"<title>lost</title>")


def test_a_missing_file_is_404_without_a_404_page(tmp_path: Path) -> None:
    """A folder of data has no 404.html."""
    assert ask(tmp_path, "/nothing").status == 404


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/%2e%2e/secret.txt", "/datasets/..%2f..%2fsecret.txt", "/link", "/out/secret.txt"]
)
def test_nothing_outside_the_folder_is_served(site: Path, path: str) -> None:
    """Neither `..` nor symbolic links lead out of the folder."""
    (site / "link").symlink_to(site.parent / "secret.txt")
    (site / "out").symlink_to(site.parent)

    assert ask(site, path).status == 404


def test_a_link_inside_the_folder_is_followed(site: Path) -> None:
    """A symbolic link to another file of the folder is served."""
    (site / "link.json").symlink_to(site / "index.json")

    assert ask(site, "/link.json").status == 200


def test_a_range_is_answered_with_that_part(site: Path) -> None:
    """The status is 206."""
    answer = ask(site, "/picture.webp", Range="bytes=10-19")

    assert (answer.status, answer.body) == (206, bytes(range(10, 20)))
    assert answer.headers["Content-Range"] == "bytes 10-19/100"


def test_a_suffix_range_is_answered_with_the_end(site: Path) -> None:
    """The range gives the last bytes of the file."""
    assert ask(site, "/picture.webp", Range="bytes=-5").body == bytes(range(95, 100))


def test_a_range_beyond_the_end_is_416(site: Path) -> None:
    """A range that begins beyond the end is 416."""
    assert ask(site, "/picture.webp", Range="bytes=100-").status == 416


def test_a_range_is_never_compressed(site: Path) -> None:
    """Its bytes are those of the file, even if the client accepts gzip."""
    answer = ask(site, "/index.json", Range="bytes=0-9", Accept_Encoding="gzip")

    assert (answer.status, answer.body) == (206, b'{"datasets')
    assert "Content-Encoding" not in answer.headers


def test_text_is_compressed_for_a_client_that_accepts_gzip(site: Path) -> None:
    """The decompressed body is the file."""
    answer = ask(site, "/index.json", Accept_Encoding="br, gzip;q=0.8")

    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.body) == (site / "index.json").read_bytes()


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0"])
def test_text_is_not_compressed_for_other_clients(site: Path, accepted: str) -> None:
    """Quality values of 0 count as not accepted."""
    answer = ask(site, "/index.json", Accept_Encoding=accepted)

    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_pictures_are_not_compressed(site: Path) -> None:
    """They are compressed formats already."""
    assert "Content-Encoding" not in ask(site, "/picture.webp", Accept_Encoding="gzip").headers


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_an_unchanged_file_is_304(site: Path, encoding: str) -> None:
    """A client that sends the ETag gets no body, compressed or not."""
    etag = ask(site, "/index.json", Accept_Encoding=encoding).headers["ETag"]
    answer = ask(site, "/index.json", Accept_Encoding=encoding, If_None_Match=etag)

    assert (answer.status, answer.body) == (304, b"")


def test_an_unchanged_file_is_304_by_its_date(site: Path) -> None:
    """The date of the last change is a validator, too."""
    date = ask(site, "/picture.webp").headers["Last-Modified"]

    assert ask(site, "/picture.webp", If_Modified_Since=date).status == 304


def test_a_changed_file_is_sent_again(site: Path) -> None:
    """The ETag of the old file does not match."""
    etag = ask(site, "/index.json", Accept_Encoding="gzip").headers["ETag"]
    (site / "index.json").write_text("{}")

    assert ask(site, "/index.json", Accept_Encoding="gzip", If_None_Match=etag).status == 200


def test_head_has_headers_and_no_body(site: Path) -> None:
    """The headers are those of GET."""
    answer = ask(site, "/picture.webp", "HEAD")

    assert (answer.status, answer.headers["Content-Length"], answer.body) == (200, "100", b"")


def test_an_address_may_be_long(site: Path) -> None:
    """A search of 10,000 letters is in the address, percent-encoded, and in the `Referer` of what its page loads."""
    query = "q=" + "%D7%A7" * 20_000

    answer = ask(site, f"/?{query}", Referer=f"http://127.0.0.1/?{query}")

    assert (answer.status, answer.body) == (200, b"<title>home</title>")


def test_other_methods_are_405(site: Path) -> None:
    """A static host accepts no data."""
    assert ask(site, "/index.json", "POST").status == 405


def test_a_site_sends_no_cors_headers(site: Path) -> None:
    """Pages of other origins do not need it."""
    assert "Access-Control-Allow-Origin" not in ask(site, "/", Origin="https://viewer.example").headers


@pytest.mark.parametrize(
    ("path", "method", "status"), [("/.zattrs", "GET", 200), ("/no", "GET", 404), ("/.zattrs", "OPTIONS", 204)]
)
def test_data_sends_cors_headers(site: Path, path: str, method: str, status: int) -> None:
    """Pages of other origins may read it, ranges and errors included."""
    answer = ask(site, path, method, cors=True, Origin="https://viewer.example")

    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (status, "*")
    assert "Content-Range" in answer.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("app.js", "text/javascript; charset=utf-8"),
        ("a/picture.WEBP", "image/webp"),
        ("logo.svg", "image/svg+xml"),
        ("logo.gif", "image/gif"),
        ("logo.avif", "image/avif"),
        ("logo.JPEG", "image/jpeg"),
        ("sitemap.xml", "application/xml"),
        ("zarr.json", "application/json"),
        ("a.zarr/.zattrs", "application/octet-stream"),
        ("a.zarr/0/0", "application/octet-stream"),
    ],
)
def test_files_have_their_media_type(path: str, expected: str) -> None:
    """Browsers insist on the types of scripts, styles and pictures; chunks are bytes."""
    assert media_type(path) == expected


def test_a_missing_folder_is_wrong_usage(tmp_path: Path) -> None:
    """A folder that is not there is a mistake on the command line."""
    with pytest.raises(UsageError, match="no such folder"):
        ask(tmp_path / "nothing", "/")


def test_a_port_in_use_is_wrong_usage(site: Path) -> None:
    """The message names the port."""

    async def twice() -> None:
        async with serving(site) as address, serving(site, urlsplit(address).port or 0):
            pass

    with pytest.raises(UsageError, match="choose another"):
        asyncio.run(twice())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["serve", ".", "--port", "99999"], "--port: expected a number from 0 to 65535, found 99999"),
        (["serve", ".", "--port", "-1"], "--port: expected a number from 0 to 65535, found -1"),
        (
            ["demo", "d", "--serve", "--port", "65533"],
            "--port: expected a number from 1 to 65528, found 65533; 8 ports are needed",
        ),
        (["demo", "d", "--serve", "--port", "0"], "expected a number from 1 to 65528, found 0"),
    ],
)
def test_an_invalid_port_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    """The demo is not written in that case."""
    with contextlib.chdir(tmp_path):
        code = main(arguments)

    assert code == 2
    assert words in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments", ["serve loop", "demo loop", "publish loop out", "build l.csv --out loop", "check l.csv --cache loop"]
)
def test_symbolic_links_in_a_loop_are_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: str
) -> None:
    """This holds for every option that takes a folder."""
    (tmp_path / "loop").symlink_to("loop")
    with contextlib.chdir(tmp_path), pytest.raises(SystemExit) as ended:
        main(arguments.split())

    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith("expected a folder, found symbolic links in a loop: loop\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_server_ends_at_a_signal(site: Path, number: int) -> None:
    """It prints its address first and exits with 0."""
    code = (
        "import sys; from pathlib import Path; from sitegen.serve import run_server\n"
        "run_server([(Path(sys.argv[1]), 0)], lambda addresses: print(*addresses, flush=True))"
    )
    server = subprocess.Popen([sys.executable, "-c", code, os.fspath(site)], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    first = server.stdout.readline()
    server.send_signal(number)

    assert first.startswith("http://127.0.0.1:")
    assert server.wait(timeout=10) == 0
