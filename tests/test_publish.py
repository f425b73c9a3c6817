"""`sitegen publish` makes a target hold a site, and leaves alone what is not its own."""

import asyncio
import gzip
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import fsspec  # type: ignore[import-untyped]
import pytest
from catalogs import every_kind
from fsspec.implementations.memory import MemoryFileSystem  # type: ignore[import-untyped]

from sitegen.cli import main
from sitegen.commands.progress import Progress
from sitegen.errors import PublishError, UsageError
from sitegen.outputs.table import site_files
from sitegen.publish.folder import write_site
from sitegen.publish.target import ASK_AGAIN, FOREVER, LEDGER
from sitegen.publish.upload import Published, publish

_PICTURE = "thumbs/ab/0123456789.webp"


class Bucket(MemoryFileSystem):  # type: ignore[misc]
    """Object storage: keeps what is written, and in which order and with which headers."""

    protocol = "s3"
    cachable = False
    store: dict[str, Any] = {}  # noqa: RUF012  # as its parent has it
    pseudo_dirs = [""]  # noqa: RUF012
    written: dict[str, Mapping[str, str]] = {}  # noqa: RUF012
    broken: str | None = None
    before: dict[str, Callable[[], object]] = {}  # noqa: RUF012
    """What happens before a path is written."""

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return str(super()._strip_protocol(path.removeprefix("s3://")))

    def pipe_file(self, path: str, value: bytes, **headers: str) -> None:
        self.before.get(path, lambda: None)()
        if path == self.broken:
            raise RuntimeError("Unable to locate credentials")
        self.written[path.removeprefix("/bucket/")] = headers
        super().pipe_file(path, value)


@pytest.fixture
def bucket() -> Iterator[type[Bucket]]:
    """What `s3://bucket` leads to while the test lasts."""
    Bucket.store, Bucket.written, Bucket.broken, Bucket.before = {}, {}, None, {}
    fsspec.register_implementation("s3", Bucket, clobber=True)
    yield Bucket
    fsspec.register_implementation("s3", "s3fs.S3FileSystem", clobber=True)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A built site with a picture."""
    folder = tmp_path / "site"
    picture = tmp_path / "picture.webp"
    picture.write_bytes(b"RIFF")
    write_site(site_files(every_kind()), folder=folder, pictures=[(_PICTURE, picture)])
    return folder


def upload(site: Path, target: object) -> Published:
    """Publish without a word."""
    return asyncio.run(publish(site, str(target), Progress(io.StringIO())))


def ledger(bucket: type[Bucket]) -> dict[str, str]:
    """Return what the ledger in a bucket says."""
    files: dict[str, str] = json.loads(gzip.decompress(bucket.store[f"/bucket/{LEDGER}"].getvalue()))["files"]
    return files


def tree(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder, the ledger left out."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != LEDGER)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_folder_holds_the_site_then(site: Path, tmp_path: Path) -> None:
    """Every file of the site is there, byte for byte."""
    published = upload(site, tmp_path / "www/catalog")

    assert tree(tmp_path / "www/catalog") == tree(site)
    assert published.sent == len(tree(site))


def test_unchanged_files_are_not_sent_again(site: Path, bucket: type[Bucket]) -> None:
    """A second run writes nothing, not even its ledger; a third writes what changed."""
    upload(site, "s3://bucket")
    bucket.written.clear()

    assert upload(site, "s3://bucket").sent == 0
    assert not bucket.written
    (site / "robots.txt").write_text("User-agent: *\n")
    assert upload(site, "s3://bucket").sent == 1
    assert set(bucket.written) == {"robots.txt", LEDGER}


def test_what_is_gone_is_deleted_and_nothing_else(site: Path, tmp_path: Path) -> None:
    """A file that the site no longer has goes, its empty folder too; a stranger's file stays."""
    target = tmp_path / "www"
    upload(site, target)
    (target / "CNAME").write_text("catalog.example.org")
    (site / _PICTURE).unlink()

    assert upload(site, target).deleted == 1
    assert tree(target) == tree(site) | {"CNAME": b"catalog.example.org"}
    assert not (target / _PICTURE).parent.exists()


def test_what_somebody_deleted_there_is_sent_again(site: Path, tmp_path: Path) -> None:
    """The ledger alone is not believed."""
    upload(site, tmp_path / "www")
    (tmp_path / "www/feed.xml").unlink(missing_ok=True)
    (tmp_path / "www/index.html").write_text("cut")

    upload(site, tmp_path / "www")

    assert tree(tmp_path / "www") == tree(site)


def test_pages_go_last(site: Path, bucket: type[Bucket]) -> None:
    """Pictures and search files, then what pages refer to, then pages, the home page at the end."""
    upload(site, "s3://bucket")

    order = [path for path in bucket.written if path != LEDGER]
    is_page = [path.endswith(".html") for path in order]
    assert is_page == sorted(is_page)
    assert order[-1] == "index.html"
    assert order.index(_PICTURE) < order.index("assets/css/base.css")


def test_types_and_caching_are_told(site: Path, bucket: type[Bucket]) -> None:
    """What has a digest in its name may be kept for good, anything else is asked for again."""
    upload(site, "s3://bucket")

    assert bucket.written["index.html"] == {"ContentType": "text/html; charset=utf-8", "CacheControl": ASK_AGAIN}
    assert bucket.written["index.json"] == {"ContentType": "application/json", "CacheControl": ASK_AGAIN}
    assert bucket.written[_PICTURE] == {"ContentType": "image/webp", "CacheControl": FOREVER}
    forever = [path for path, headers in bucket.written.items() if headers.get("CacheControl") == FOREVER]
    assert len(forever) > 5
    assert all(re.search(r"[0-9a-f]{10,}\.(webp|bin)$", path) for path in forever)


def test_failure_leaves_the_old_pages(site: Path, bucket: type[Bucket]) -> None:
    """What a driver raises is one line with the file's name; pages were not touched, and the next run goes on."""
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
    """A file that only a broken run sent is deleted when the site no longer has it."""
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


def test_what_a_broken_run_sent_is_not_sent_again(site: Path, bucket: type[Bucket]) -> None:
    """A first run that fails at the home page leaves the home page for the next."""
    bucket.broken = "/bucket/index.html"
    with pytest.raises(PublishError):
        upload(site, "s3://bucket")
    bucket.broken = None

    assert upload(site, "s3://bucket").sent == 1


def test_what_a_cancelled_run_sent_is_not_sent_again(site: Path, bucket: type[Bucket]) -> None:
    """Ctrl-C cancels a run; what was in flight is sent again, and nothing else."""

    async def cancelled() -> None:
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task
        bucket.before["/bucket/index.html"] = lambda: loop.call_soon_threadsafe(task.cancel)
        await publish(site, "s3://bucket", Progress(io.StringIO()))

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())
    bucket.before.clear()

    assert upload(site, "s3://bucket").sent == 1


def test_ledger_is_kept_on_the_way(site: Path, bucket: type[Bucket]) -> None:
    """After 500 files it says so, for the run that is killed without a word."""
    for number in range(520):
        (site / f"thumbs/{number:03}.webp").write_bytes(b"RIFF")
    known: dict[str, str] = {}
    bucket.before["/bucket/thumbs/519.webp"] = lambda: known.update(ledger(bucket))

    upload(site, "s3://bucket")

    assert 500 <= sum(digest != "" for digest in known.values()) < 520


def test_failed_start_can_be_repeated(site: Path, tmp_path: Path) -> None:
    """Where the ledger cannot be written, no half of it is left to stand in the next run's way."""
    target = tmp_path / "www"
    (target / LEDGER).mkdir(parents=True)
    with pytest.raises(PublishError, match=f"{LEDGER} cannot be written"):
        upload(site, target)
    (target / LEDGER).rmdir()

    assert tree(target) == {}
    assert upload(site, target).sent == len(tree(site))


def test_halves_of_a_killed_run_go(site: Path, tmp_path: Path) -> None:
    """Those of the ledger and of its files, not those of somebody else."""
    target = tmp_path / "www"
    target.mkdir()
    (target / f"{LEDGER}.part").write_bytes(b"half")
    upload(site, target)
    for name in ("index.html.part", "movie.mp4.part"):
        (target / name).write_bytes(b"half")

    upload(site, target)

    assert tree(target) == tree(site) | {"movie.mp4.part": b"half"}


@pytest.mark.parametrize("content", [{"files": ["a"]}, {"files": {"a": ["b"]}}, {}, "x", None])
def test_broken_ledger_says_what_to_do(site: Path, tmp_path: Path, content: object) -> None:
    """A ledger of another form is one line; without it, everything is sent again."""
    target = tmp_path / "www"
    upload(site, target)
    (target / LEDGER).write_bytes(gzip.compress(json.dumps(content).encode()))

    with pytest.raises(PublishError, match="is damaged; delete it there, and everything is sent again"):
        upload(site, target)
    (target / LEDGER).unlink()
    assert upload(site, target).sent == len(tree(site))


def test_foreign_file_is_not_replaced(site: Path, tmp_path: Path) -> None:
    """What somebody put into a published site is refused by name when the site has such a file, too."""
    target = tmp_path / "www"
    upload(site, target)
    (target / "favicon.ico").write_text("somebody's")
    (site / "favicon.ico").write_text("ours")

    with pytest.raises(UsageError, match=r"1 file that sitegen did not put there \(favicon.ico\); delete them there"):
        upload(site, target)
    assert (target / "favicon.ico").read_text() == "somebody's"


@pytest.mark.parametrize(("before", "after"), [("x", "x/index.html"), ("x/y/index.html", "x")])
def test_file_and_folder_of_one_name_follow_each_other(site: Path, tmp_path: Path, before: str, after: str) -> None:
    """What was a file may be a folder now, and the reverse."""
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


def test_names_are_no_patterns(site: Path, bucket: type[Bucket], tmp_path: Path) -> None:
    """A file with brackets in its name is deleted, not the one that they match; a folder may have them, too."""
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
    """Drivers would list, and delete, files beside them."""
    with pytest.raises(UsageError, match="drivers take"):
        upload(site, target)
    assert not bucket.written


def test_target_that_cannot_be_opened_is_one_line(site: Path) -> None:
    """What a driver raises while it opens has the target's name before it."""
    with pytest.raises(PublishError, match=r"zip://x::file://nowhere\.zip: cannot be opened"):
        upload(site, "zip://x::file://nowhere.zip")


def test_foreign_target_is_refused(site: Path, tmp_path: Path) -> None:
    """A folder with somebody's files is not written to."""
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
def test_impossible_targets_are_usage_errors(
    site: Path, monkeypatch: pytest.MonkeyPatch, target: str, says: str
) -> None:
    """They say what was expected; nothing is written."""
    monkeypatch.chdir(site.parent)
    before = tree(site.parent)

    with pytest.raises(UsageError, match=says):
        upload(site, target)
    assert tree(site.parent) == before


def test_secrets_of_a_target_are_not_shown(tmp_path: Path) -> None:
    """A user and password in an address stay out of messages."""
    with pytest.raises(UsageError) as told:
        upload(tmp_path, "https://user:secret@example.org/catalog?key=secret")
    assert "secret" not in str(told.value)


def test_only_sites_are_published(tmp_path: Path) -> None:
    """A folder that `build` did not write is refused."""
    (tmp_path / "notes.txt").write_text("mine")

    with pytest.raises(UsageError, match="expected a site that `sitegen build` wrote"):
        upload(tmp_path, tmp_path.parent / "www")


def test_command_says_what_it_did(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line of figures, exit code 0."""
    assert main(["publish", str(site), str(tmp_path / "www")]) == 0
    assert main(["publish", str(site), str(tmp_path / "www")]) == 0

    assert capsys.readouterr().out.splitlines()[-1].startswith("0 files sent (0 B)")
