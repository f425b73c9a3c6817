"""`sitegen publish` to a real S3 server on loopback: moto's, with answers of failing stores put in between."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import fsspec  # type: ignore[import-untyped]
import pytest
from moto.server import DomainDispatcherApplication, create_backend_app
from s3fs import S3FileSystem  # type: ignore[import-untyped]
from werkzeug.serving import make_server

from sitegen.commands.progress import Progress
from sitegen.errors import PublishError
from sitegen.publish.folder import MARKERS
from sitegen.publish.lease import LEASE
from sitegen.publish.target import ASK_AGAIN, FOREVER, LEDGER
from sitegen.publish.upload import Published, PublishOptions, publish

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")

PAGES = 40


class Store:
    """An S3 server; `fault` may answer in its place."""

    def __init__(self) -> None:
        self.fault: Callable[[str, str], str | None] = lambda method, path: None
        self._moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        status = self.fault(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        if status is None:
            answer: Iterable[bytes] = self._moto(environ, start_response)
            return answer
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        code = "SlowDown" if status.startswith("503") else "AccessDenied"
        body = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
        start_response(status, [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
        return [body]


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Store, str]]:
    """The store and its address."""
    store = Store()
    with make_server("127.0.0.1", 0, store, threaded=True) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield store, f"http://127.0.0.1:{http.server_port}"
        http.shutdown()


@pytest.fixture
def store(server: tuple[Store, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An empty store without faults, where the environment says that S3 is."""
    found, address = server
    for name, value in {
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    S3FileSystem.clear_instance_cache()  # drivers of other tests know other addresses
    fsspec.filesystem("s3", skip_instance_cache=True).mkdir("bucket")
    yield found
    found.fault = lambda method, path: None
    fsspec.filesystem("s3", skip_instance_cache=True).rm("bucket", recursive=True)
    S3FileSystem.clear_instance_cache()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `publish` takes for a built site: its markers, and small pages."""
    return make_site(tmp_path_factory.mktemp("site"), PAGES)


def make_site(folder: Path, pages: int) -> Path:
    """Write a site."""
    for path in (*MARKERS, "index.html", "index.json", "feed.xml"):
        (folder / path).write_text(path)
    for number in range(pages):
        page = folder / "datasets" / f"{number:04}" / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"page {number}")
    (folder / "thumbs").mkdir()
    (folder / "thumbs" / "0123.webp").write_bytes(b"RIFF")
    return folder


def upload(site: Path, **options: Any) -> Published:
    """Publish to the bucket without showing progress."""
    options = {"target": "s3://bucket/catalog", **options}
    return asyncio.run(publish(PublishOptions(folder=site, **options), Progress(io.StringIO())))


def objects() -> dict[str, bytes]:
    """Return what is in the bucket, by path below the target."""
    files = fsspec.filesystem("s3", skip_instance_cache=True)
    return {name.removeprefix("bucket/catalog/"): files.cat_file(name) for name in files.find("bucket/catalog")}


def tree(folder: Path) -> dict[str, bytes]:
    """Return the files of a site."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def assert_published(site: Path) -> None:
    """The bucket has the site and its ledger, which names every object; no lease is left."""
    found = objects()
    ledger = json.loads(gzip.decompress(found.pop(LEDGER)))["files"]

    assert found == tree(site)
    assert set(ledger) == set(found)
    assert all(ledger.values())


def test_a_site_is_published_once(site: Path, store: Store) -> None:
    """A second run lists the bucket and reads the ledger, and sends nothing."""
    assert upload(site).sent == len(tree(site))
    assert_published(site)
    requests: list[str] = []
    store.fault = lambda method, path: requests.append(method)
    assert upload(site).sent == 0
    assert set(requests) <= {"GET", "HEAD"}
    assert len(requests) < 10


def test_objects_have_the_headers_of_a_static_host(site: Path, store: Store) -> None:
    """Type, and how long a browser may keep them."""
    upload(site)
    files = fsspec.filesystem("s3", skip_instance_cache=True)
    headers = {path: files.call_s3("head_object", Bucket="bucket", Key=f"catalog/{path}") for path in tree(site)}

    assert headers["index.html"]["ContentType"].startswith("text/html")
    assert headers["feed.xml"]["ContentType"].startswith("application/atom+xml")
    assert headers["index.html"]["CacheControl"] == ASK_AGAIN
    assert headers["thumbs/0123.webp"]["CacheControl"] == FOREVER


def test_a_dry_run_changes_nothing(site: Path, store: Store) -> None:
    """It says what would be sent."""
    store.fault = lambda method, path: "403 Forbidden" if method in ("PUT", "DELETE") else None

    assert upload(site, dry_run=True).sent == len(tree(site))


def test_of_two_runs_at_once_one_publishes(site: Path, store: Store) -> None:
    """The other ends with a message; afterwards every object is in the ledger, and the next run has nothing to do."""
    second: list[BaseException | Published] = []

    def start_second(method: str, path: str) -> None:
        if method == "PUT" and path.endswith("/datasets/0010/index.html") and not second:
            second.append(_outcome(lambda: upload(site)))

    store.fault = start_second
    upload(site)

    assert isinstance(second[0], PublishError)
    assert "another run is publishing there" in str(second[0])
    assert_published(site)
    assert upload(site).sent == 0


def _outcome(do: Callable[[], Published]) -> BaseException | Published:
    try:
        return do()
    except PublishError as error:
        return error


def test_the_run_after_one_that_was_killed_goes_on(site: Path, store: Store, tmp_path: Path) -> None:
    """kill -9 leaves the lease and a part of the objects; the next run on this machine does not wait."""
    started = threading.Event()

    def watch(method: str, path: str) -> None:
        if method == "PUT" and "/datasets/001" in path:
            started.set()

    store.fault = watch
    run = subprocess.Popen(
        [Path(sys.executable).with_name("sitegen"), "publish", str(site), "s3://bucket/catalog"],
        env=os.environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert started.wait(60)
    run.kill()
    run.wait(60)

    assert LEASE in objects()
    assert 0 < upload(site).sent < len(tree(site))
    assert_published(site)


def test_objects_that_no_ledger_names_are_ours_if_they_are_the_same(site: Path, store: Store) -> None:
    """A run that ended before its ledger was written does not stand in the way of the next one."""
    upload(site)
    fsspec.filesystem("s3", skip_instance_cache=True).rm(f"bucket/catalog/{LEDGER}")

    assert upload(site).sent == 0
    assert_published(site)


def test_objects_of_others_are_not_replaced(site: Path, store: Store) -> None:
    """A bucket that holds something else is refused."""
    fsspec.filesystem("s3", skip_instance_cache=True).pipe_file("bucket/catalog/index.html", b"ours")

    with pytest.raises(Exception, match=r"holds 1 file that sitegen did not put there \(index.html\)"):
        upload(site)
    assert objects() == {"index.html": b"ours"}


def test_a_site_that_lost_most_pages_deletes_them_only_if_asked(site: Path, store: Store, tmp_path: Path) -> None:
    """More than half of the objects would go."""
    upload(site)
    (tmp_path / "small").mkdir()
    for path in (*MARKERS, "index.html"):
        (tmp_path / "small" / path).write_bytes((site / path).read_bytes())

    with pytest.raises(PublishError, match=r"43 of 46 files there would be deleted; nothing was changed"):
        upload(tmp_path / "small")
    assert upload(tmp_path / "small", max_delete=1.0).deleted == PAGES + 3


@pytest.mark.parametrize(
    ("status", "words"), [("403 Forbidden", "cannot be written.*PermissionError|cannot be written.*[Ff]orbidden")]
)
def test_a_store_that_refuses_is_one_line(site: Path, store: Store, status: str, words: str) -> None:
    """What failed, and why the store says so."""
    store.fault = lambda method, path: status if method == "PUT" else None

    with pytest.raises(PublishError, match=words):
        upload(site)


def test_a_store_that_is_busy_is_asked_again(site: Path, store: Store) -> None:
    """Each tenth object is refused once with 503."""
    refused: set[str] = set()

    def busy(method: str, path: str) -> str | None:
        if method == "PUT" and path.endswith("0/index.html") and path not in refused:
            refused.add(path)
            return "503 Slow Down"
        return None

    store.fault = busy
    upload(site)

    assert len(refused) == PAGES // 10
    assert_published(site)


def test_a_bucket_that_is_not_there_is_one_line(site: Path, store: Store) -> None:
    """It is not made: whoever mistypes a name would publish nowhere."""
    with pytest.raises(PublishError, match=r"s3://none/catalog: .*cannot be written"):
        upload(site, target="s3://none/catalog")
