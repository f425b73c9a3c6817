"""`sitegen publish` makes a target hold a site, and does not touch the files of others."""

import asyncio
import gzip
import io
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import fsspec  # type: ignore[import-untyped]
import pytest
from catalogs import STUDY, every_kind, make_catalog, make_image
from fsspec.implementations.memory import MemoryFileSystem  # type: ignore[import-untyped]
from lxml import etree
from s3fs import S3FileSystem  # type: ignore[import-untyped]

from sitegen.cli import main
from sitegen.commands.progress import Progress
from sitegen.errors import PublishError, UsageError
from sitegen.outputs.table import site_files
from sitegen.publish.folder import write_site
from sitegen.publish.lease import LEASES
from sitegen.publish.ledger import LEDGER
from sitegen.publish.target import ASK_AGAIN, FOREVER
from sitegen.publish.upload import Published, PublishOptions, publish

_PICTURE = "thumbs/ab/0123456789.webp"


class Bucket(MemoryFileSystem):  # type: ignore[misc]
    """Object storage: keeps what is written, and in which order and with which headers."""

    protocol = "s3"
    cachable = False
    store: dict[str, Any] = {}  # noqa: RUF012  # as its parent has it
    pseudo_dirs = [""]  # noqa: RUF012
    written: dict[str, Mapping[str, str]] = {}  # noqa: RUF012
    broken: str | None = None
    lock = threading.Lock()
    before: dict[str, Callable[[], object]] = {}  # noqa: RUF012
    """What happens before a path is written."""
    watch: Callable[[], object] = staticmethod(lambda: None)
    """What happens before anything is written or deleted."""

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return str(super()._strip_protocol(path.removeprefix("s3://")))

    def pipe_file(self, path: str, value: bytes, **headers: str) -> None:
        self.before.get(path, lambda: None)()
        self._watched()
        if path == self.broken:
            raise RuntimeError("Unable to locate credentials")
        self.written[path.removeprefix("/bucket/")] = headers
        super().pipe_file(path, value)

    def rm_file(self, path: str) -> None:
        self._watched()
        super().rm_file(path)

    def _watched(self) -> None:
        with self.lock:
            type(self).watch()


@pytest.fixture
def bucket() -> Iterator[type[Bucket]]:
    """The object storage behind `s3://bucket` while the test lasts."""
    Bucket.store, Bucket.written, Bucket.broken, Bucket.before = {}, {}, None, {}
    Bucket.watch = staticmethod(lambda: None)
    fsspec.register_implementation("s3", Bucket, clobber=True)
    yield Bucket
    fsspec.register_implementation("s3", S3FileSystem, clobber=True)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A built site with a picture."""
    folder = tmp_path / "site"
    picture = tmp_path / "picture.webp"
    picture.write_bytes(b"RIFF")
    write_site(site_files(every_kind()), folder=folder, pictures=[(_PICTURE, picture)])
    return folder


def upload(site: Path, target: object, **options: Any) -> Published:
    """Publish without showing progress."""
    return asyncio.run(publish(PublishOptions(folder=site, target=str(target), **options), Progress(io.StringIO())))


def ledger(bucket: type[Bucket]) -> dict[str, str]:
    """Return the content of the ledger in a bucket."""
    files: dict[str, str] = json.loads(gzip.decompress(bucket.store[f"/bucket/{LEDGER}"].getvalue()))["files"]
    return files


def tree(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder, without the ledger."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != LEDGER)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_a_published_folder_has_every_file_of_the_site(site: Path, tmp_path: Path) -> None:
    """The files are the same, byte for byte."""
    published = upload(site, tmp_path / "www/catalog")

    assert tree(tmp_path / "www/catalog") == tree(site)
    assert published.sent == len(tree(site))


def test_unchanged_files_are_not_sent_again(site: Path, bucket: type[Bucket]) -> None:
    """A second run writes nothing, not even its ledger; a third writes what has changed."""
    upload(site, "s3://bucket")
    bucket.written.clear()

    assert upload(site, "s3://bucket").sent == 0
    assert not bucket.written
    (site / "robots.txt").write_text("User-agent: *\n")
    assert upload(site, "s3://bucket").sent == 1
    assert {path for path in bucket.written if not path.startswith(LEASES)} == {"robots.txt", LEDGER}


def test_files_that_the_site_no_longer_has_are_deleted(site: Path, tmp_path: Path) -> None:
    """Empty folders are deleted, too; the files of others stay."""
    target = tmp_path / "www"
    upload(site, target)
    (target / "CNAME").write_text("catalog.example.org")
    (site / _PICTURE).unlink()

    assert upload(site, target, keep_days=0).deleted == 1
    assert tree(target) == tree(site) | {"CNAME": b"catalog.example.org"}
    assert not (target / _PICTURE).parent.exists()


def test_another_catalog_replaces_one_only_if_asked(site: Path, tmp_path: Path) -> None:
    """Both have more files that every catalog has than pages of datasets, which are counted by themselves."""
    target = tmp_path / "www"
    upload(site, target)
    before, pages = tree(target), len(list(site.glob("datasets/*/index.html")))
    write_site(site_files(make_catalog(make_image(id="another"))), folder=tmp_path / "other")

    for dry_run in (True, False):
        with pytest.raises(PublishError, match=f"{pages} of {pages} pages of datasets there would be deleted; nothing"):
            upload(tmp_path / "other", target, dry_run=dry_run)
    assert tree(target) == before
    upload(tmp_path / "other", target, max_delete=1, keep_days=0)
    assert tree(target) == tree(tmp_path / "other")


def test_files_named_by_content_outlive_the_site(site: Path, tmp_path: Path) -> None:
    """A page that is open in a browser may load them later. They go after the days asked for, or stay if used again."""
    target = tmp_path / "www"
    picture = site / _PICTURE
    upload(site, target)
    picture.unlink()

    assert upload(site, target).deleted == 0
    assert (target / _PICTURE).is_file()
    left = json.loads(gzip.decompress((target / LEDGER).read_bytes()))["left"]
    assert left.keys() == {_PICTURE}

    picture.write_bytes(b"RIFF")
    assert upload(site, target).sent == 0
    assert json.loads(gzip.decompress((target / LEDGER).read_bytes()))["left"] == {}


def test_files_named_by_content_go_when_their_days_are_over(site: Path, tmp_path: Path) -> None:
    """The ledger says since when the site no longer has them, also if nothing else changed."""
    target = tmp_path / "www"
    upload(site, target)
    (site / _PICTURE).unlink()
    upload(site, target)
    tables = json.loads(gzip.decompress((target / LEDGER).read_bytes()))
    tables["left"][_PICTURE] -= 8 * 86_400
    (target / LEDGER).write_bytes(gzip.compress(json.dumps(tables).encode()))

    assert upload(site, target, keep_days=9).deleted == 0
    assert upload(site, target).deleted == 1
    assert tree(target) == tree(site)


def test_a_ledger_of_an_earlier_version_is_read(site: Path, tmp_path: Path) -> None:
    """It lists only digests; nothing is sent again."""
    target = tmp_path / "www"
    upload(site, target)
    tables = json.loads(gzip.decompress((target / LEDGER).read_bytes()))
    (target / LEDGER).write_bytes(gzip.compress(json.dumps({"files": tables["files"]}).encode()))

    assert upload(site, target).sent == 0


_NAMED = re.compile(r"(?:search|assets/pages)/[\w-]+\.(?:bin|css|js)")


def dangling(store: Mapping[str, Any]) -> set[str]:
    """Return what pages that can be reached from the home page lead to, and is not there."""
    waiting, seen, missing = ["index.html"], set(), set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        file = store.get(f"/bucket/{path}")
        if file is None:
            missing.add(path)
        elif path.endswith(".html"):
            waiting += _links(path, file.getvalue())
    return missing


@cache
def _links(path: str, page: bytes) -> frozenset[str]:
    """Return paths that a page leads to: its links, and what its scripts are told to load."""
    text = gzip.decompress(page).decode()
    here = f"https://site.example/{path}"
    links = {urljoin(here, link) for link in etree.HTML(text).xpath("//@href | //@src")}
    links |= {f"https://site.example/{named}" for named in _NAMED.findall(text)}
    paths = {unquote(urlsplit(link).path)[1:] for link in links if link.startswith("https://site.example/")}
    return frozenset(each + "index.html" if each.endswith("/") or not each else each for each in paths)


def test_no_page_leads_nowhere_while_a_site_is_published(site: Path, bucket: type[Bucket], tmp_path: Path) -> None:
    """Before each write and deletion, all that can be reached from the home page is there, old or new."""
    new = tmp_path / "new"
    records = make_image(study=STUDY), *(make_image(f"zz-{number}", study=STUDY) for number in range(30))
    write_site(site_files(make_catalog(*records)), folder=new)
    for folder in (site, new):
        (folder / "thumbs/ab").mkdir(parents=True, exist_ok=True)
        for name in ("cells-256.webp", "cells-1024.webp"):
            (folder / "thumbs/ab" / name).write_bytes(b"RIFF")
    upload(site, "s3://bucket")
    found: list[set[str]] = []
    bucket.watch = lambda: found.append(dangling(bucket.store))

    published = upload(new, "s3://bucket", keep_days=0, max_delete=1)

    assert min(published.sent, published.deleted) > 20
    assert len(found) >= published.sent + published.deleted
    assert set().union(*found) == set()
    assert dangling(bucket.store) == set()


def test_files_that_are_missing_at_the_target_are_sent_again(site: Path, tmp_path: Path) -> None:
    """The target is listed, not only the ledger read."""
    upload(site, tmp_path / "www")
    (tmp_path / "www/feed.xml").unlink(missing_ok=True)
    (tmp_path / "www/index.html").write_text("cut")

    upload(site, tmp_path / "www")

    assert tree(tmp_path / "www") == tree(site)


def test_pages_go_last(site: Path, bucket: type[Bucket]) -> None:
    """The order is pictures and search files, then what pages refer to, then pages, with the home page at the end."""
    upload(site, "s3://bucket")

    order = [path for path in bucket.written if path != LEDGER]
    is_page = [path.endswith(".html") for path in order]
    assert is_page == sorted(is_page)
    assert order[-1] == "index.html"
    assert order.index(_PICTURE) < order.index("assets/icon.svg")


def test_files_have_type_and_cache_control(site: Path, bucket: type[Bucket]) -> None:
    """Files with a hash in their names may be cached forever; any other must be revalidated."""
    upload(site, "s3://bucket")

    page = {"ContentType": "text/html; charset=utf-8", "CacheControl": ASK_AGAIN, "ContentEncoding": "gzip"}
    assert bucket.written["index.html"] == page
    assert bucket.written["index.json"] == {"ContentType": "application/json", "CacheControl": ASK_AGAIN}
    assert bucket.written[_PICTURE] == {"ContentType": "image/webp", "CacheControl": FOREVER}
    forever = [path for path, headers in bucket.written.items() if headers.get("CacheControl") == FOREVER]
    assert len(forever) > 5
    assert all(re.search(r"[0-9a-f]{10,}\.(webp|bin)$|-[A-Z0-9]{8}\.(css|js)(\.map)?$", path) for path in forever)


def test_failure_leaves_the_old_pages(site: Path, bucket: type[Bucket]) -> None:
    """An error of the driver is one line with the file's name; pages are not touched, and the next run continues."""
    upload(site, "s3://bucket")
    old = bucket.store["/bucket/index.html"].getvalue()
    for path in ("index.html", "index.json"):
        (site / path).write_text("new")
    bucket.broken = "/bucket/index.json"

    with pytest.raises(PublishError, match=r"s3://bucket: index.json cannot be written.*Unable to locate credentials"):
        upload(site, "s3://bucket")
    assert bucket.store["/bucket/index.html"].getvalue() == old
    bucket.broken = None
    assert upload(site, "s3://bucket").sent == 2


def test_interrupted_run_leaves_no_orphans(site: Path, bucket: type[Bucket]) -> None:
    """A file that only an interrupted run uploaded is deleted when the site no longer has it."""
    upload(site, "s3://bucket")
    (site / "extra.txt").write_text("extra")
    (site / "index.html").write_text("new")
    bucket.broken = "/bucket/index.html"
    with pytest.raises(PublishError):
        upload(site, "s3://bucket")
    bucket.broken = None
    (site / "extra.txt").unlink()

    assert upload(site, "s3://bucket").deleted == 1
    assert "/bucket/extra.txt" not in bucket.store


def test_files_of_a_failed_run_are_not_sent_again(site: Path, bucket: type[Bucket]) -> None:
    """A run that fails at the home page leaves only the home page for the next."""
    bucket.broken = "/bucket/index.html"
    with pytest.raises(PublishError):
        upload(site, "s3://bucket")
    bucket.broken = None

    assert upload(site, "s3://bucket").sent == 1


def test_files_of_a_canceled_run_are_not_sent_again(site: Path, bucket: type[Bucket]) -> None:
    """After Ctrl-C, not even the file in flight is uploaded again: it is there, byte for byte."""

    async def cancelled() -> None:
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task
        bucket.before["/bucket/index.html"] = lambda: loop.call_soon_threadsafe(task.cancel)
        await publish(PublishOptions(folder=site, target="s3://bucket"), Progress(io.StringIO()))

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())
    bucket.before.clear()

    assert upload(site, "s3://bucket").sent == 0


def test_the_ledger_is_written_during_the_run(site: Path, bucket: type[Bucket]) -> None:
    """After every 500 files it is written, so that a killed run can be continued."""
    for number in range(520):
        (site / f"thumbs/{number:03}.webp").write_bytes(b"RIFF")
    known: dict[str, str] = {}
    bucket.before["/bucket/thumbs/519.webp"] = lambda: known.update(ledger(bucket))

    upload(site, "s3://bucket")

    assert 500 <= sum(digest != "" for digest in known.values()) < 520


def lease(until_s: float, *, machine: str, process: int = 1) -> bytes:
    """Return the file of a run that publishes."""
    held = {"run": "other", "machine": machine, "process": process, "until_s": until_s, "is_held": True}
    return json.dumps(held).encode()


NEVER = 253_402_300_000.0
"""The end of the year 9999, in seconds since 1970."""


def test_a_run_on_another_machine_is_not_disturbed(site: Path, tmp_path: Path) -> None:
    """Until the end of its lease, nothing is changed; the message says when that is."""
    target = tmp_path / "www"
    (target / LEASES).mkdir(parents=True)
    (target / LEASES / "other.json").write_bytes(lease(NEVER, machine="other"))

    with pytest.raises(PublishError, match=r"another run is publishing there.* after 9999-12-31"):
        upload(site, target)
    assert tree(target).keys() == {f"{LEASES}other.json"}


@pytest.mark.parametrize(
    "content", [lease(1.0, machine="other"), lease(1e300, machine="other"), b"", b"{}", b"[" * 10_000]
)
def test_a_lease_that_is_over_or_damaged_is_taken(site: Path, tmp_path: Path, content: bytes) -> None:
    """The run that wrote it was killed; afterwards no lease is left, nor their folder."""
    target = tmp_path / "www"
    (target / LEASES).mkdir(parents=True)
    (target / LEASES / "other.json").write_bytes(content)

    assert upload(site, target).sent == len(tree(site))
    assert tree(target) == tree(site)
    assert not (target / LEASES).exists()


def test_a_dry_run_says_what_would_change(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And changes nothing."""
    assert main(["publish", str(site), str(tmp_path / "www"), "--dry-run"]) == 0
    assert capsys.readouterr().out.startswith(f"Would change: {len(tree(site)):,} files sent")
    assert not (tmp_path / "www").exists()


def test_failed_start_can_be_repeated(site: Path, tmp_path: Path) -> None:
    """If the ledger cannot be written, no incomplete one is left that would block the next run."""
    target = tmp_path / "www"
    (target / LEDGER).mkdir(parents=True)
    with pytest.raises(PublishError, match=f"{LEDGER} cannot be written"):
        upload(site, target)
    (target / LEDGER).rmdir()

    assert tree(target) == {}
    assert upload(site, target).sent == len(tree(site))


def test_incomplete_files_of_a_killed_run_are_deleted(site: Path, tmp_path: Path) -> None:
    """These are incomplete ledgers and files of a run, not similar files of others."""
    target = tmp_path / "www"
    target.mkdir()
    (target / f"{LEDGER}.part").write_bytes(b"half")
    upload(site, target)
    for name in ("index.html.part", "movie.mp4.part"):
        (target / name).write_bytes(b"half")

    upload(site, target)

    assert tree(target) == tree(site) | {"movie.mp4.part": b"half"}


@pytest.mark.parametrize("content", [{"files": ["a"]}, {"files": {"a": ["b"]}}, {}, "x", None])
def test_a_damaged_ledger_is_reported_with_what_to_do(site: Path, tmp_path: Path, content: object) -> None:
    """Without the ledger, everything is compared, and the ledger made again."""
    target = tmp_path / "www"
    upload(site, target)
    (target / LEDGER).write_bytes(gzip.compress(json.dumps(content).encode()))

    with pytest.raises(PublishError, match="is damaged; delete it there, and everything is compared again"):
        upload(site, target)
    (target / LEDGER).unlink()
    assert upload(site, target).sent == 0
    assert (target / LEDGER).is_file()


def test_the_file_of_someone_else_is_not_replaced(site: Path, tmp_path: Path) -> None:
    """It is named if the site has a file with the same path."""
    target = tmp_path / "www"
    upload(site, target)
    (target / "favicon.ico").write_text("somebody's")
    (site / "favicon.ico").write_text("ours")

    with pytest.raises(UsageError, match=r"1 file that sitegen did not put there \(favicon.ico\); delete them there"):
        upload(site, target)
    assert (target / "favicon.ico").read_text() == "somebody's"


@pytest.mark.parametrize(("before", "after"), [("x", "x/index.html"), ("x/y/index.html", "x")])
def test_a_file_may_become_a_folder_and_a_folder_a_file(site: Path, tmp_path: Path, before: str, after: str) -> None:
    """The old one is deleted before the new one is written."""
    (site / before).parent.mkdir(parents=True, exist_ok=True)
    (site / before).write_text("before")
    upload(site, tmp_path / "www")
    (site / before).unlink()
    for folder in sorted((site / "x").glob("**"), reverse=True):
        folder.rmdir()
    (site / after).parent.mkdir(parents=True, exist_ok=True)
    (site / after).write_text("after")

    upload(site, tmp_path / "www")

    assert tree(tmp_path / "www") == tree(site)


def test_names_with_brackets_are_not_patterns(site: Path, bucket: type[Bucket], tmp_path: Path) -> None:
    """A file with brackets in its name is deleted, not those that a pattern would match; folders may have them, too."""
    for name in ("a[1].png", "a1.png"):
        (site / name).write_text(name)
    for target in ("s3://bucket", tmp_path / "[w]*"):
        upload(site, target)
    (site / "a[1].png").unlink()

    for target in ("s3://bucket", tmp_path / "[w]*"):
        assert upload(site, target).deleted == 1
    assert {"/bucket/a1.png", "/bucket/a[1].png"} & bucket.store.keys() == {"/bucket/a1.png"}
    assert tree(tmp_path / "[w]*") == tree(site)


@pytest.mark.parametrize("target", ["s3://buck*", "s3://bucket/v[1]", "s3://bucket/v?"])
def test_patterns_are_refused_as_targets(site: Path, bucket: type[Bucket], target: str) -> None:
    """Drivers would list, and delete, other files."""
    with pytest.raises(UsageError, match="drivers take"):
        upload(site, target)
    assert not bucket.written


def test_a_target_that_cannot_be_opened_is_reported_in_one_line(site: Path) -> None:
    """The error of the driver follows the name of the target."""
    with pytest.raises(PublishError, match=r"zip://x::file://nowhere\.zip: cannot be opened"):
        upload(site, "zip://x::file://nowhere.zip")


def test_a_folder_with_files_of_others_is_refused(site: Path, tmp_path: Path) -> None:
    """Nothing is written to it."""
    target = tmp_path / "www"
    target.mkdir()
    (target / "index.html").write_text("somebody's")

    with pytest.raises(UsageError, match="1 file that sitegen did not put there"):
        upload(site, target)
    assert tree(target) == {"index.html": b"somebody's"}


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("https://example.org/catalog", "a web address cannot be written"),
        ("nosuch://bucket", "nosuch://bucket: Protocol not known"),
        ("/", "found the root; name one below it"),
        ("memory://", "found the root; name one below it"),
        ("site/below", "holds the site itself, or lies in it"),
        (".", "holds the site itself, or lies in it"),
    ],
)
def test_invalid_targets_are_wrong_usage(site: Path, monkeypatch: pytest.MonkeyPatch, target: str, says: str) -> None:
    """The message says what was expected, and nothing is written."""
    monkeypatch.chdir(site.parent)
    before = tree(site.parent)

    with pytest.raises(UsageError, match=says):
        upload(site, target)
    assert tree(site.parent) == before


def test_secrets_of_a_target_are_not_shown(tmp_path: Path) -> None:
    """Messages leave out a user name and password in an address."""
    with pytest.raises(UsageError) as caught:
        upload(tmp_path, "https://user:secret@example.org/catalog?key=secret")
    assert "secret" not in str(caught.value)


def test_only_sites_are_published(tmp_path: Path) -> None:
    """A folder that `sitegen build` did not write is refused."""
    (tmp_path / "notes.txt").write_text("mine")

    with pytest.raises(UsageError, match="expected a site that `sitegen build` wrote"):
        upload(tmp_path, tmp_path.parent / "www")


def test_the_command_prints_its_figures(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The output is one line, and the exit code 0."""
    assert main(["publish", str(site), str(tmp_path / "www")]) == 0
    assert main(["publish", str(site), str(tmp_path / "www")]) == 0

    assert capsys.readouterr().out.splitlines()[-1].startswith("0 files sent (0 B)")
