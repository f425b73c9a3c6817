"""Local files and object stores: responses and errors are those of web hosts."""

from __future__ import annotations

import asyncio
import importlib.util
from pathlib import Path

import fsspec
import pytest
from fetching import Settings, StoppedClock, attempt

from sitegen.errors import FetchError
from sitegen.net.client import Client
from sitegen.net.files import open_store
from sitegen.transfer import ByteRange, Response, last_bytes

BODY = b'{"zarr_format": 3}'


def get(
    url: str, *, byte_range: ByteRange | None = None, max_bytes: int = 1000, etag: str | None = None
) -> Response | FetchError:
    """Request a file or object; the object store is fsspec's in memory."""

    async def scenario() -> Response | FetchError:
        async with Client(
            Settings(), clock=StoppedClock(), open_store=lambda scheme, login: fsspec.filesystem("memory")
        ) as client:
            return await attempt(client.get(url, byte_range=byte_range, max_bytes=max_bytes, etag=etag))

    return asyncio.run(scenario())


@pytest.fixture(params=["file", "s3"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a folder with a file, on disk and in the object store."""
    (tmp_path / "a file").write_bytes(bytes(range(100)))
    store = fsspec.filesystem("memory")
    store.pipe_file("s3://bucket/a file", bytes(range(100)))
    return tmp_path.as_uri() if request.param == "file" else "s3://bucket"


def test_file(address: str) -> None:
    """A file gives a response like that of a web server."""
    response = get(f"{address}/a%20file")

    assert isinstance(response, Response)
    assert (response.status, response.body, response.total_bytes, response.cors) == (200, bytes(range(100)), 100, None)


@pytest.mark.parametrize(
    ("byte_range", "expected"),
    [(ByteRange(10, 20), range(10, 20)), (last_bytes(5), range(95, 100)), (ByteRange(90, 200), range(90, 100))],
)
def test_part_of_file(address: str, byte_range: ByteRange, expected: range) -> None:
    """A byte range of a file gives status 206."""
    response = get(f"{address}/a%20file", byte_range=byte_range)

    assert isinstance(response, Response)
    assert (response.status, response.body) == (206, bytes(expected))


@pytest.mark.parametrize(
    ("path", "byte_range", "code"),
    [
        ("nothing", None, "not-found"),
        ("a%20file/zarr.json", None, "not-found"),
        ("a%20file", ByteRange(100, 110), "range-beyond-end"),
    ],
)
def test_missing_file(address: str, path: str, byte_range: ByteRange | None, code: str) -> None:
    """Missing files and ranges have the codes of their HTTP statuses."""
    error = get(f"{address}/{path}", byte_range=byte_range)

    assert isinstance(error, FetchError)
    assert error.code == code


def test_large_file(address: str) -> None:
    """A file above `max_bytes` is not read."""
    error = get(f"{address}/a%20file", max_bytes=50)

    assert isinstance(error, FetchError)
    assert error.code == "too-large"


def test_folder(tmp_path: Path) -> None:
    """A folder is not a document."""
    error = get(tmp_path.as_uri())

    assert isinstance(error, FetchError)
    assert error.code == "not-found"


def test_unchanged_file(tmp_path: Path) -> None:
    """An unchanged local file has no body for a caller with its ETag."""
    (tmp_path / "zarr.json").write_bytes(BODY)
    url = (tmp_path / "zarr.json").as_uri()
    first = get(url)
    assert isinstance(first, Response)
    second = get(url, etag=first.etag)

    assert isinstance(second, Response)
    assert (second.not_modified, second.body) == (True, b"")


@pytest.mark.skipif(importlib.util.find_spec("s3fs") is not None, reason="the driver is installed here")
def test_missing_driver() -> None:
    """The error for a missing driver of an object store names the command that installs it."""
    with pytest.raises(FetchError, match=r"ngff-sitegen\[s3\]") as raised:
        open_store("s3")
    assert raised.value.code == "driver-missing"
