"""`sitegen serve` answers as a static host would, and nothing outside its folder."""

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
from sitegen.serve import media_type, serving


class Answer(NamedTuple):
    """A response as it went over the wire."""

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
    """Serve the folder for one request, and return what it answered."""

    async def scenario() -> Answer:
        async with serving(folder, cors=cors) as address:
            return await _ask(address, path, method, {key.replace("_", "-"): text for key, text in headers.items()})

    return asyncio.run(scenario())


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A small site beside a secret."""
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


def test_home(site: Path) -> None:
    """A folder answers with its index.html."""
    answer = ask(site, "/")

    assert (answer.status, answer.body) == (200, b"<title>home</title>")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


def test_folder_without_slash(site: Path) -> None:
    """A folder without its slash is redirected, on the same host, with its query."""
    answer = ask(site, "//datasets/a%20b?q=1")

    assert (answer.status, answer.headers["Location"]) == (301, "/datasets/a%20b/?q=1")


def test_folder_with_space(site: Path) -> None:
    """Percent-encoded names are found."""
    assert ask(site, "/datasets/a%20b/").body == b"<title>dataset</title>"


@pytest.mark.parametrize("path", ["/nothing", "/datasets/", "/picture.webp/", "/datasets/a%20b/%00"])
def test_not_found(site: Path, path: str) -> None:
    """What is not there gives the site's own page with 404, and a folder is never listed."""
    answer = ask(site, path)

    assert (answer.status, answer.body) == (404, b"<title>lost</title>")


def test_not_found_without_page(tmp_path: Path) -> None:
    """A folder of data has no 404.html, and still says 404."""
    assert ask(tmp_path, "/nothing").status == 404


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/%2e%2e/secret.txt", "/datasets/..%2f..%2fsecret.txt", "/link", "/out/secret.txt"]
)
def test_nothing_outside(site: Path, path: str) -> None:
    """Neither dots nor links lead out of the folder."""
    (site / "link").symlink_to(site.parent / "secret.txt")
    (site / "out").symlink_to(site.parent)

    assert ask(site, path).status == 404


def test_link_inside(site: Path) -> None:
    """A link to another file of the folder is followed."""
    (site / "link.json").symlink_to(site / "index.json")

    assert ask(site, "/link.json").status == 200


def test_range(site: Path) -> None:
    """A range gives that part."""
    answer = ask(site, "/picture.webp", Range="bytes=10-19")

    assert (answer.status, answer.body) == (206, bytes(range(10, 20)))
    assert answer.headers["Content-Range"] == "bytes 10-19/100"


def test_last_bytes(site: Path) -> None:
    """A suffix range gives the end."""
    assert ask(site, "/picture.webp", Range="bytes=-5").body == bytes(range(95, 100))


def test_range_beyond_end(site: Path) -> None:
    """A range that begins beyond the end is 416."""
    assert ask(site, "/picture.webp", Range="bytes=100-").status == 416


def test_range_is_never_compressed(site: Path) -> None:
    """A range is one of the file as it is, though the client takes gzip."""
    answer = ask(site, "/index.json", Range="bytes=0-9", Accept_Encoding="gzip")

    assert (answer.status, answer.body) == (206, b'{"datasets')
    assert "Content-Encoding" not in answer.headers


def test_gzip(site: Path) -> None:
    """Text goes compressed to a client that takes it."""
    answer = ask(site, "/index.json", Accept_Encoding="br, gzip;q=0.8")

    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.body) == (site / "index.json").read_bytes()


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0"])
def test_no_gzip(site: Path, accepted: str) -> None:
    """… and as it is to one that does not."""
    answer = ask(site, "/index.json", Accept_Encoding=accepted)

    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_pictures_are_not_compressed(site: Path) -> None:
    """Pictures are compressed already."""
    assert "Content-Encoding" not in ask(site, "/picture.webp", Accept_Encoding="gzip").headers


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_unchanged(site: Path, encoding: str) -> None:
    """A client that has the file already gets 304 and no body, compressed or not."""
    etag = ask(site, "/index.json", Accept_Encoding=encoding).headers["ETag"]
    answer = ask(site, "/index.json", Accept_Encoding=encoding, If_None_Match=etag)

    assert (answer.status, answer.body) == (304, b"")


def test_unchanged_since(site: Path) -> None:
    """Dates serve as validators, too."""
    date = ask(site, "/picture.webp").headers["Last-Modified"]

    assert ask(site, "/picture.webp", If_Modified_Since=date).status == 304


def test_changed(site: Path) -> None:
    """A file that was written anew is another answer."""
    etag = ask(site, "/index.json", Accept_Encoding="gzip").headers["ETag"]
    (site / "index.json").write_text("{}")

    assert ask(site, "/index.json", Accept_Encoding="gzip", If_None_Match=etag).status == 200


def test_head(site: Path) -> None:
    """HEAD has the headers and no body."""
    answer = ask(site, "/picture.webp", "HEAD")

    assert (answer.status, answer.headers["Content-Length"], answer.body) == (200, "100", b"")


def test_other_methods(site: Path) -> None:
    """A static host takes nothing in."""
    assert ask(site, "/index.json", "POST").status == 405


def test_no_cors(site: Path) -> None:
    """A site is not for pages of other origins."""
    assert "Access-Control-Allow-Origin" not in ask(site, "/", Origin="https://viewer.example").headers


@pytest.mark.parametrize(
    ("path", "method", "status"), [("/.zattrs", "GET", 200), ("/no", "GET", 404), ("/.zattrs", "OPTIONS", 204)]
)
def test_cors(site: Path, path: str, method: str, status: int) -> None:
    """A host of data lets pages of other origins read it, ranges included; "not there" as well."""
    answer = ask(site, path, method, cors=True, Origin="https://viewer.example")

    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (status, "*")
    assert "Content-Range" in answer.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("app.js", "text/javascript; charset=utf-8"),
        ("a/picture.WEBP", "image/webp"),
        ("logo.svg", "image/svg+xml"),
        ("sitemap.xml", "application/xml"),
        ("zarr.json", "application/json"),
        ("a.zarr/.zattrs", "application/octet-stream"),
        ("a.zarr/0/0", "application/octet-stream"),
    ],
)
def test_types(path: str, expected: str) -> None:
    """BrowserAccess insist on the types of scripts, styles and pictures; chunks are bytes."""
    assert media_type(path) == expected


def test_no_folder(tmp_path: Path) -> None:
    """A folder that is not there is a mistake on the command line."""
    with pytest.raises(UsageError, match="no such folder"):
        ask(tmp_path / "nothing", "/")


def test_port_taken(site: Path) -> None:
    """So is a port that another program has."""

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
        (["demo", "d", "--serve", "--port", "65533"], "--port: 8 ports are needed from there on; expected"),
        (["demo", "d", "--serve", "--port", "0"], "expected a number from 1 to 65528, found 0"),
    ],
)
def test_no_port(tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    """So is a number that is no port; nothing is written then."""
    with contextlib.chdir(tmp_path):
        code = main(arguments)

    assert code == 2
    assert words in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments", ["serve loop", "demo loop", "publish loop out", "build l.csv --out loop", "check l.csv --cache loop"]
)
def test_links_in_a_circle_are_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: str) -> None:
    """Wherever a folder is asked for."""
    (tmp_path / "loop").symlink_to("loop")
    with contextlib.chdir(tmp_path), pytest.raises(SystemExit) as ended:
        main(arguments.split())

    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith("expected a folder, found symbolic links in a loop: loop\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ends_on_signal(site: Path, number: int) -> None:
    """The server tells its address first, and ends cleanly when it is asked to."""
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
