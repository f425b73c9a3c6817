"""`sitegen publish` to a server on loopback that speaks the protocol of Google Cloud Storage."""

from __future__ import annotations

import asyncio
import gzip
import io
import itertools
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

os.environ["GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT"] = "false"  # read at import; it asks for credentials of its own
from gcp_storage_emulator.server import RequestHandler  # type: ignore[import-untyped]
from gcp_storage_emulator.storage import Storage  # type: ignore[import-untyped]
from gcsfs import GCSFileSystem  # type: ignore[import-untyped]

from sitegen.commands.progress import Progress
from sitegen.errors import PublishError, UsageError
from sitegen.publish.folder import MARKERS
from sitegen.publish.lease import LEASES
from sitegen.publish.ledger import LEDGER
from sitegen.publish.target import ASK_AGAIN, FOREVER
from sitegen.publish.upload import Published, PublishOptions, publish

SCRIPT = "assets/pages/home-ABCDEFGH.js"
FILES = (*MARKERS, "index.html", "index.json", "feed.xml", "datasets/a/index.html", "thumbs/0123.webp", SCRIPT)


class Store:
    """A server of Google Cloud Storage; `fault` may answer in its place, and sees each request before the server."""

    def __init__(self) -> None:
        self.fault: Callable[[str, str], int | None] = lambda method, path: None
        self.storage = Storage(use_memory_fs=True)
        self.lock = threading.Lock()
        """The emulator takes one request at a time."""


class _Handler(RequestHandler):  # type: ignore[misc]
    """Asks `fault` first."""

    def __init__(self, store: Store, *args: Any) -> None:
        self._store = store
        super().__init__(store.storage, *args)

    def do_GET(self) -> None:
        self._answer(super().do_GET)

    def do_POST(self) -> None:
        self._answer(super().do_POST)

    def do_DELETE(self) -> None:
        self._answer(super().do_DELETE)

    def _answer(self, handle: Callable[[], None]) -> None:
        status = self._store.fault(self.command, self.path)
        if status is None:
            with self._store.lock:
                handle()
            return
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_error(status)


@pytest.fixture(scope="module")
def server() -> Iterator[Store]:
    """The server, with its address in the environment."""
    store = Store()
    with (
        pytest.MonkeyPatch.context() as environment,
        ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, store)) as http,
    ):
        environment.setenv("STORAGE_EMULATOR_HOST", f"http://127.0.0.1:{http.server_port}")
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield store
        http.shutdown()


@pytest.fixture
def store(server: Store) -> Iterator[Store]:
    """A store without faults and files."""
    GCSFileSystem.clear_instance_cache()
    yield server
    server.fault = lambda method, path: None
    server.storage.wipe()


@pytest.fixture
def bucket(store: Store) -> GCSFileSystem:
    """An empty bucket, `gs://bucket`."""
    files = GCSFileSystem(skip_instance_cache=True, use_listings_cache=False)
    files.mkdir("bucket")
    return files


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """What `publish` takes for a built site."""
    for path in FILES:
        (tmp_path / "site" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / path).write_text(path)
    return tmp_path / "site"


def upload(site: Path, **options: Any) -> Published:
    """Publish to the bucket without showing progress."""
    options = {"target": "gs://bucket/catalog", **options}
    return asyncio.run(publish(PublishOptions(folder=site, **options), Progress(io.StringIO())))


def test_a_site_is_published_once(site: Path, bucket: GCSFileSystem) -> None:
    """Every file is there, with a ledger that names it; no lease is left, and a second run sends nothing."""
    assert upload(site).sent == len(FILES)
    names = {name.removeprefix("bucket/catalog/") for name in bucket.find("bucket")}
    assert names == {*FILES, LEDGER}
    ledger = json.loads(gzip.decompress(bucket.cat_file(f"bucket/catalog/{LEDGER}")))
    assert set(ledger["files"]) == set(FILES)
    assert upload(site).sent == 0


def test_objects_have_the_headers_of_a_static_host(site: Path, bucket: GCSFileSystem) -> None:
    """Type, how long a browser may keep them, and that pages are compressed."""
    upload(site)
    facts = {path: bucket.info(f"bucket/catalog/{path}") for path in FILES}

    assert {path: each["cacheControl"] for path, each in facts.items()} == {
        path: FOREVER if path.startswith(("thumbs/", "assets/pages/")) else ASK_AGAIN for path in FILES
    }
    assert {path for path, each in facts.items() if each.get("contentEncoding") == "gzip"} == {
        path for path in FILES if path.endswith((".html", ".js"))
    }
    assert facts["feed.xml"]["contentType"] == "application/atom+xml"
    assert gzip.decompress(bucket.cat_file("bucket/catalog/index.html")) == b"index.html"


def test_a_run_continues_what_another_began(site: Path, bucket: GCSFileSystem) -> None:
    """What is there byte for byte, compressed or not, is not sent again where the ledger is lost."""
    upload(site)
    bucket.rm_file(f"bucket/catalog/{LEDGER}")
    (site / "index.html").write_text("new")

    assert upload(site).sent == 1
    (site / "feed.xml").unlink()
    assert upload(site).deleted == 1


def test_objects_of_others_are_not_replaced(site: Path, bucket: GCSFileSystem) -> None:
    """A bucket that holds something else is refused."""
    bucket.pipe_file("bucket/catalog/index.html", b"mine")

    with pytest.raises(UsageError, match=r"holds 1 file that sitegen did not put there \(index.html\)"):
        upload(site)
    assert bucket.cat_file("bucket/catalog/index.html") == b"mine"


def test_a_run_elsewhere_is_not_disturbed(site: Path, bucket: GCSFileSystem) -> None:
    """Nothing is sent while the lease of another machine lasts."""
    held = {"run": "other", "machine": "other", "process": 1, "until_s": 253_402_300_000.0}
    bucket.pipe_file(f"bucket/catalog/{LEASES}other.json", json.dumps(held).encode())

    with pytest.raises(PublishError, match="another run is publishing there"):
        upload(site)
    assert bucket.find("bucket") == [f"bucket/catalog/{LEASES}other.json"]


def start(site: Path) -> subprocess.Popen[str]:
    """Publish to the bucket in another process."""
    command = [Path(sys.executable).with_name("sitegen"), "publish", str(site), "gs://bucket/catalog"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def uploads(do: Callable[[int], object]) -> Callable[[str, str], None]:
    """Return a fault that calls `do` before each upload, with how many came before."""
    numbers = itertools.count()

    def watch(method: str, path: str) -> None:
        if method == "POST" and path.startswith("/upload/"):
            do(next(numbers))

    return watch


def assert_published(site: Path, bucket: GCSFileSystem) -> None:
    """The bucket has the site and its ledger, which names every file; no lease is left."""
    names = {name.removeprefix("bucket/catalog/") for name in bucket.find("bucket")}
    ledger = json.loads(gzip.decompress(bucket.cat_file(f"bucket/catalog/{LEDGER}")))["files"]

    assert names - {LEDGER} == {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert set(ledger) == names - {LEDGER}
    assert all(ledger.values())


def test_a_process_that_begins_during_a_run_is_refused(site: Path, store: Store, bucket: GCSFileSystem) -> None:
    """It ends with a message and status 1; the run goes on, and the next one has nothing to do."""
    second: list[tuple[int, str]] = []

    def begin_second(number: int) -> None:
        if number == len(FILES) // 2:
            process = start(site)
            said = process.communicate(timeout=120)[1]
            second.append((process.returncode, said))

    store.fault = uploads(begin_second)
    upload(site)

    assert second[0][0] == 1
    assert "another run is publishing there" in second[0][1]
    assert_published(site, bucket)
    assert upload(site).sent == 0


def test_of_two_processes_that_begin_together_one_publishes(site: Path, store: Store, bucket: GCSFileSystem) -> None:
    """Both have written their leases before either looks for others, and find that of a run that was killed."""
    dead = {"run": "0", "machine": "other", "process": 1, "until_s": 1.0, "is_held": True}
    bucket.pipe_file(f"bucket/catalog/{LEASES}0.json", json.dumps(dead).encode())
    both = threading.Barrier(2, timeout=120)
    store.fault = uploads(lambda number: both.wait() if number < 2 else None)

    runs = [start(site), start(site)]
    said = {run.communicate(timeout=300)[1]: run.returncode for run in runs}

    assert sorted(said.values()) == [0, 1]
    assert "another run is publishing there" in next(words for words, status in said.items() if status)
    assert_published(site, bucket)
    assert upload(site).sent == 0


def test_the_run_after_one_that_was_killed_sends_only_the_rest(site: Path, store: Store, bucket: GCSFileSystem) -> None:
    """kill -9 leaves the lease and some files; the next run on this machine does not wait."""
    for number in range(300):
        page = site / f"datasets/{number:03}/index.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"page {number}")
    half_way = threading.Event()
    store.fault = uploads(lambda number: half_way.set() if number == 150 else None)
    run = start(site)
    assert half_way.wait(300)
    run.kill()
    run.communicate(timeout=60)
    store.fault = lambda method, path: None
    there = {name.removeprefix("bucket/catalog/") for name in bucket.find("bucket")}
    assert any(name.startswith(LEASES) for name in there)

    published = upload(site)

    assert published.unchanged >= sum(name.endswith(".html") for name in there) >= 100  # some were on their way
    assert published.sent + published.unchanged == len(FILES) + 300
    assert_published(site, bucket)


def test_a_store_that_is_busy_is_asked_again(site: Path, store: Store, bucket: GCSFileSystem) -> None:
    """The first upload, listing and deletion are refused at first with 503."""
    upload(site)
    (site / "index.html").write_text("new")
    (site / "feed.xml").unlink()
    refused: set[str] = set()

    def busy(method: str, path: str) -> int | None:
        is_first = method not in refused and "/o" in path
        refused.add(method)
        return 503 if is_first else None

    store.fault = busy

    assert upload(site).sent == 1
    assert refused == {"GET", "POST", "DELETE"}
    assert_published(site, bucket)


def test_a_store_that_refuses_is_one_line(site: Path, store: Store, bucket: GCSFileSystem) -> None:
    """What failed, and why the store says so."""
    store.fault = lambda method, path: 403 if method == "POST" else None

    with pytest.raises(PublishError, match=r"cannot be written; run it again to send what is missing .*Forbidden"):
        upload(site)
    assert bucket.find("bucket") == []


def test_a_bucket_that_is_not_there_is_one_line(site: Path, bucket: GCSFileSystem) -> None:
    """It is not made: whoever mistypes a name would publish nowhere."""
    with pytest.raises(PublishError, match=r"gs://none/catalog: .*cannot be written"):
        upload(site, target="gs://none/catalog")
