"""`sitegen publish` to a real S3 server on loopback, with answers of failing stores put in between."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import io
import itertools
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import fsspec  # type: ignore[import-untyped]
import pytest
from s3_server import Store, empty_bucket, serving_s3

from sitegen.commands.progress import Progress
from sitegen.errors import PublishError
from sitegen.publish.folder import MARKERS
from sitegen.publish.lease import LEASES
from sitegen.publish.ledger import LEDGER
from sitegen.publish.target import ASK_AGAIN, FOREVER
from sitegen.publish.upload import Published, PublishOptions, publish

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")

PAGES = 20
SCRIPT = "assets/pages/home-ABCDEFGH.js"
EXTRA = f"datasets/{PAGES:04}/index.html"
"""The page that a site with one more has."""
MANY = 1_200


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Store, str]]:
    """The store and its address."""
    with serving_s3() as running:
        yield running


@pytest.fixture
def store(server: tuple[Store, str]) -> Iterator[Store]:
    """A store with an empty bucket and without faults, where the environment says that S3 is."""
    found, address = server
    with empty_bucket(address):
        yield found
        found.fault = lambda method, path: None


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `publish` takes for a built site: its markers, and small pages."""
    return make_site(tmp_path_factory.mktemp("site"), PAGES)


def make_site(folder: Path, pages: int) -> Path:
    """Write a site."""
    folder.mkdir(exist_ok=True)
    for path in (*MARKERS, "index.html", "index.json", "feed.xml"):
        (folder / path).write_text(path)
    for number in range(pages):
        page = folder / "datasets" / f"{number:04}" / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"page {number}")
    for path in (SCRIPT, "thumbs/0123.webp"):
        (folder / path).parent.mkdir(parents=True)
        (folder / path).write_text(path)
    return folder


def upload(site: Path, **options: Any) -> Published:
    """Publish to the bucket without showing progress."""
    options = {"target": "s3://bucket/catalog", **options}
    return asyncio.run(publish(PublishOptions(folder=site, **options), Progress(io.StringIO())))


def objects() -> dict[str, bytes]:
    """Return what is in the bucket, by path below the target."""
    files = fsspec.filesystem("s3", skip_instance_cache=True)
    names = files.find("bucket/catalog")
    return {name.removeprefix("bucket/catalog/"): body for name, body in (files.cat(names) if names else {}).items()}


def plain(found: dict[str, bytes]) -> dict[str, bytes]:
    """Return objects as a browser has them, which unpacks what is compressed."""
    return {path: gzip.decompress(body) if is_compressed(path) else body for path, body in found.items()}


def is_compressed(path: str) -> bool:
    """Return whether a file of the site is to be sent compressed."""
    return path.endswith((".html", ".js"))


def tree(folder: Path) -> dict[str, bytes]:
    """Return the files of a site."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def assert_published(site: Path) -> None:
    """The bucket has the site and its ledger, which names every object; no lease is left."""
    found = objects()
    ledger = json.loads(gzip.decompress(found.pop(LEDGER)))

    assert plain(found) == tree(site)
    assert set(ledger["files"]) == set(found)
    assert all(ledger["files"].values())
    assert ledger["gzip"] == {path: len(body) for path, body in found.items() if is_compressed(path)}


def test_a_site_is_published_once(site: Path, store: Store) -> None:
    """A second run lists the bucket and reads the ledger, and sends nothing."""
    assert upload(site).sent == len(tree(site))
    assert_published(site)
    requests: list[str] = []
    store.fault = lambda method, path: requests.append(method)
    assert upload(site).sent == 0
    assert set(requests) <= {"GET", "HEAD"}
    assert len(requests) < 10


def test_requests_are_listings_and_what_changed(store: Store, tmp_path: Path) -> None:
    """2,100 files there are listed once, 1,000 an answer; only the changed ones are sent, and no other is asked for."""
    site = make_site(tmp_path / "site", 2_100)
    upload(site)
    changed = [f"datasets/{number:04}/index.html" for number in (7, 1_234, 2_087)]
    for path in changed:
        (site / path).write_text("changed")
    requests: list[tuple[str, str]] = []
    store.fault = lambda method, path: requests.append((method, path))

    assert upload(site).sent == 3

    listings = [path for method, path in requests if method == "GET" and path.rstrip("/") == "/bucket"]
    touched = [(method, path) for method, path in requests if "/catalog/" in path and "/.sitegen" not in path]
    assert 4 <= len(listings) <= 6  # 2,109 objects; one more asks whether the folder is a file; leases may be listed
    assert sorted(touched) == [("PUT", f"/bucket/catalog/{path}") for path in changed]
    assert len(requests) - len(listings) - len(touched) <= 16  # ledger and lease


def test_objects_have_the_headers_of_a_static_host(site: Path, store: Store) -> None:
    """Type, and how long a browser may keep them."""
    upload(site)
    files = fsspec.filesystem("s3", skip_instance_cache=True)
    headers = {path: files.call_s3("head_object", Bucket="bucket", Key=f"catalog/{path}") for path in tree(site)}

    assert headers["index.html"]["ContentType"].startswith("text/html")
    assert headers["feed.xml"]["ContentType"].startswith("application/atom+xml")
    assert headers["index.html"]["CacheControl"] == ASK_AGAIN
    assert headers["thumbs/0123.webp"]["CacheControl"] == FOREVER
    assert headers[SCRIPT]["CacheControl"] == FOREVER


def test_pages_are_compressed_and_files_for_programs_are_not(site: Path, store: Store) -> None:
    """A bucket sends what it has to everybody, also to `curl`. Browsers unpack what they load."""
    upload(site)
    files = fsspec.filesystem("s3", skip_instance_cache=True)
    coding = {
        path: files.call_s3("head_object", Bucket="bucket", Key=f"catalog/{path}").get("ContentEncoding")
        for path in tree(site)
    }

    assert {path for path, found in coding.items() if found == "gzip"} == {
        path for path in tree(site) if is_compressed(path)
    }
    assert_published(site)


def test_compression_can_be_switched_off(site: Path, store: Store) -> None:
    """Then what is there compressed is sent again as it is, and only that."""
    upload(site)

    assert upload(site, gzip=False).sent == sum(map(is_compressed, tree(site)))
    assert {path: body for path, body in objects().items() if path != LEDGER} == tree(site)
    assert upload(site, gzip=False).sent == 0


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


def test_of_two_runs_that_begin_together_one_publishes(site: Path, store: Store) -> None:
    """Both have written their leases before either looks for others, on a store without conditional writes."""
    both = threading.Barrier(2, timeout=60)
    waiting = itertools.count()

    def wait_for_both(method: str, path: str) -> None:
        if method == "PUT" and f"/{LEASES}" in path and next(waiting) < 2:
            both.wait()

    store.fault = wait_for_both
    with ThreadPoolExecutor(2) as pool:
        outcomes = [run.result() for run in [pool.submit(_outcome, lambda: upload(site)) for _ in range(2)]]

    assert {type(outcome) for outcome in outcomes} == {Published, PublishError}
    assert_published(site)
    assert upload(site).sent == 0


def _outcome(do: Callable[[], Published]) -> BaseException | Published:
    try:
        return do()
    except PublishError as error:
        return error


def test_the_run_after_one_that_was_killed_sends_only_the_rest(store: Store, tmp_path: Path) -> None:
    """kill -9 leaves the lease and half of more than a thousand objects; the next run on this machine does not wait."""
    site = make_site(tmp_path / "site", MANY)
    half_way = threading.Event()
    sent = itertools.count()

    def watch(method: str, path: str) -> None:
        if method == "PUT" and "/datasets/" in path and next(sent) == MANY // 2:
            half_way.set()

    store.fault = watch
    run = subprocess.Popen(
        [Path(sys.executable).with_name("sitegen"), "publish", str(site), "s3://bucket/catalog"],
        env=os.environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert half_way.wait(300)
    run.kill()
    run.wait(60)
    found = digests()
    assert any(path.startswith(LEASES) for path in found)

    assert upload(site).sent == len(tree(site).keys() - found.keys())
    assert {path: digest for path, digest in digests().items() if path != LEDGER} == {
        path: hashlib.md5(gzip.compress(body, mtime=0) if is_compressed(path) else body).hexdigest()
        for path, body in tree(site).items()
    }


def digests() -> dict[str, str]:
    """Return the MD5 of each object, its ETag, by path below the target: one request for a thousand."""
    found = fsspec.filesystem("s3", skip_instance_cache=True).find("bucket/catalog", detail=True)
    return {name.removeprefix("bucket/catalog/"): facts["ETag"].strip('"') for name, facts in found.items()}


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

    with pytest.raises(PublishError, match=r"22 of 27 files there would be deleted; nothing was changed"):
        upload(tmp_path / "small")
    assert upload(tmp_path / "small", max_delete=1.0, keep_days=0).deleted == PAGES + 4


@pytest.mark.parametrize(("status", "words"), [("403 Forbidden", "AccessDenied|Forbidden|no"), ("404 Not Found", "")])
def test_a_store_that_refuses_is_one_line(site: Path, store: Store, status: str, words: str) -> None:
    """What failed, and why the store says so."""
    store.fault = lambda method, path: status if method == "PUT" else None

    with pytest.raises(PublishError, match=f"cannot be written; run it again to send what is missing .*(?:{words})"):
        upload(site)
    assert objects() == {}


def test_credentials_that_end_midway_leave_the_old_pages(site: Path, store: Store, tmp_path: Path) -> None:
    """The first file that was refused is named, not the ledger; the next run sends the rest."""
    upload(site)
    new = make_site(tmp_path / "new", PAGES + 1)
    for path in ("datasets/0003/index.html", "index.html"):
        (new / path).write_text("new")
    ended = threading.Event()

    def ends(method: str, path: str) -> str | None:
        if path.endswith("/datasets/0003/index.html"):
            ended.set()
        return "403 Forbidden" if ended.is_set() and method == "PUT" else None

    store.fault = ends
    with pytest.raises(PublishError, match=r"datasets/0003/index\.html cannot be written"):
        upload(new)

    store.fault = lambda method, path: None
    assert gzip.decompress(objects()["index.html"]) == b"index.html"
    assert gzip.decompress(objects()[EXTRA]) == f"page {PAGES}".encode()
    assert upload(new).sent == 2
    assert_published(new)


def test_refused_deletions_leave_the_new_site(site: Path, store: Store, tmp_path: Path) -> None:
    """The message names the file; it stays in the ledger, and the next run deletes it."""
    larger = make_site(tmp_path / "larger", PAGES + 1)
    upload(larger)
    store.fault = lambda method, path: "403 Forbidden" if method == "DELETE" and "/datasets/" in path else None

    with pytest.raises(PublishError, match=rf"{re.escape(EXTRA)} cannot be deleted"):
        upload(site)
    assert tree(site).items() <= plain({path: body for path, body in objects().items() if path != LEDGER}).items()
    store.fault = lambda method, path: None
    assert upload(site).deleted == 1
    assert_published(site)


def test_a_store_that_is_busy_is_asked_again(site: Path, store: Store, tmp_path: Path) -> None:
    """Whatever is listed, read, sent or deleted is refused at first with 503."""
    larger = make_site(tmp_path / "larger", PAGES + 1)
    (larger / "index.html").write_text("old")
    upload(larger)
    asked = {"/bucket", "/bucket/catalog/index.html", f"/bucket/catalog/{EXTRA}"}
    refused: set[tuple[str, str]] = set()

    def busy(method: str, path: str) -> str | None:
        if path in asked and method != "HEAD" and (method, path) not in refused:
            refused.add((method, path))
            return "503 Slow Down"
        return None

    store.fault = busy
    upload(site)

    page, gone = "/bucket/catalog/index.html", f"/bucket/catalog/{EXTRA}"
    assert {("GET", "/bucket"), ("PUT", page), ("DELETE", gone)} <= refused
    assert_published(site)


def test_a_slow_answer_keeps_no_other_file_waiting(site: Path, store: Store) -> None:
    """The answer for one page comes only after all other pages but the home page were sent."""
    others = {f"/bucket/catalog/datasets/{number:04}/index.html" for number in range(1, PAGES)}
    all_sent = threading.Event()

    def slow(method: str, path: str) -> None:
        if method == "PUT" and path.endswith("/datasets/0000/index.html"):
            assert all_sent.wait(60)
        others.discard(path)
        if not others:
            all_sent.set()

    store.fault = slow
    upload(site)

    assert all_sent.is_set()
    assert_published(site)


def test_objects_of_others_beside_the_site_are_left_alone(site: Path, store: Store, tmp_path: Path) -> None:
    """Also below folders of the site, and when the site is replaced by a smaller one."""
    upload(make_site(tmp_path / "larger", PAGES + 1))
    foreign = {"datasets/0000/notes.txt": b"mine", "CNAME": b"catalog.example.org"}
    files = fsspec.filesystem("s3", skip_instance_cache=True)
    for path, body in foreign.items():
        files.pipe_file(f"bucket/catalog/{path}", body)

    assert upload(site).deleted == 1
    assert {path: body for path, body in objects().items() if path in foreign} == foreign


def test_a_bucket_that_is_not_there_is_one_line(site: Path, store: Store) -> None:
    """It is not made: whoever mistypes a name would publish nowhere."""
    with pytest.raises(PublishError, match=r"s3://none/catalog: .*cannot be written"):
        upload(site, target="s3://none/catalog")
