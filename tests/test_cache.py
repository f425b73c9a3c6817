"""The cache: what it keeps, one build at a time, damage to its files, and a kill of its process."""

import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sitegen.cache.folder import Cache
from sitegen.cache.rows import CachedDocument, ContentRow, HistoryRow
from sitegen.errors import BuildError, UsageError
from sitegen.model import Axis, Findings, Level, Picture, Problem
from sitegen.model.task import Attempt, Known

URL = "https://a.example/x.zarr"
FINDINGS = Findings(
    status="ok",
    kind="image",
    axes=(Axis(name="y", type="space", unit="micrometer"),),
    levels=(Level(path="0", shape=(1, 2), scale=(0.5, 0.5)),),
    problems=(Problem(code="scale-count", level="error"),),
)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    """An empty cache."""
    with Cache.open(tmp_path / "cache") as opened:
        yield opened


def change(folder: Path, *statements: str) -> None:
    """Change the database of a closed cache, like damage to the disk or another version."""
    with closing(sqlite3.connect(folder / "cache.sqlite3")) as database, database:
        for statement in statements:
            database.execute(statement)


def known(then: Findings = FINDINGS, *, checked_at: float = 1.0) -> Known:
    """Return what is known of a dataset."""
    return Known(then=then, checked_at=checked_at)


def put_picture(cache: Cache, body: bytes) -> str:
    """Keep a picture; return its name."""
    name = f"ab/{body.hex().zfill(40)[:40]}.webp"
    cache.put_picture(name, body)
    return name


def document(url: str = f"{URL}/zarr.json", body: bytes = b"{}", **more: str) -> CachedDocument:
    """Return a cached document."""
    return CachedDocument(url=url, body=body, checked_at=1e9, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("body", [b"", b"{}", b'{"a": 1}' * 1000, bytes(range(256)) * 4])
def test_document(cache: Cache, body: bytes) -> None:
    """A cached document is equal to the original, whatever its size."""
    kept = CachedDocument(url=URL, body=body, etag='"1"', last_modified="yesterday", cors=True, checked_at=12.5)
    cache.put_document(kept)

    assert cache.document(URL) == kept


@pytest.mark.parametrize("exposed", [None, (), ("*",), ("content-range", "etag")])
def test_exposed_headers(cache: Cache, exposed: tuple[str, ...] | None) -> None:
    """A response states which headers web pages can read: valid names only, 32 at most."""
    cache.put_document(document(exposed=exposed))

    kept = cache.document(f"{URL}/zarr.json")
    assert kept
    assert kept.exposed == exposed


def test_no_document(cache: Cache) -> None:
    """A document that was never cached is None."""
    assert cache.document(URL) is None


def test_refusal(cache: Cache) -> None:
    """A refusal is cached with its code and message."""
    refusal = document(status="missing", code="not-found", message="404")
    cache.put_document(refusal)

    assert cache.document(refusal.url) == refusal


def test_newer_document(cache: Cache) -> None:
    """The newest version of a document is cached."""
    cache.put_document(document(body=b"old"))
    cache.put_document(document(body=b"new"))

    assert cache.document(f"{URL}/zarr.json") == document(body=b"new")


@pytest.mark.parametrize("now", [None, Attempt(status="stale", problems=(Problem(code="timeout", level="error"),))])
def test_known(cache: Cache, now: Attempt | None) -> None:
    """What is known of a dataset is equal to the original."""
    kept = Known(then=FINDINGS, now=now, made_by="code 1", root_digest="ab" * 20, checked_at=12.5)
    cache.put_known(URL, kept)

    assert cache.known(URL) == kept


def test_findings_of_other_code(tmp_path: Path) -> None:
    """Findings that cannot be read count as absent."""
    with Cache.open(tmp_path) as cache:
        cache.put_known(URL, known())
    change(tmp_path, "UPDATE findings SET findings = x'00'")

    with Cache.open(tmp_path) as cache:
        assert cache.known(URL) is None


@pytest.mark.parametrize(
    "damage",
    [
        "body = x'789cffff'",
        "body = 'text'",
        "body = 'text', packed = 0",
        "status = 'zzz'",
        "checked_at = 'x'",
    ],
)
def test_damaged_document(tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: str) -> None:
    """A damaged document is ignored with a warning; other documents are not affected."""
    damaged, whole = document(body=b"{}" * 1000), document(f"{URL}/0/zarr.json", body=b"{}" * 1000)
    with Cache.open(tmp_path) as cache:
        cache.put_document(damaged)
        cache.put_document(whole)
    change(tmp_path, f"UPDATE documents SET {damage} WHERE url = '{damaged.url}'")

    with Cache.open(tmp_path) as cache:
        assert (cache.document(damaged.url), cache.document(whole.url)) == (None, whole)
    assert f"{damaged.url}: its row in the cache cannot be read, and is ignored" in caplog.text


@pytest.mark.parametrize(
    "damage",
    [
        "findings = 'abc'",
        "findings = 5",
        "checked_at = 'abc'",
    ],
)
def test_damaged_findings(tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: str) -> None:
    """Damaged findings are ignored with a warning; other findings are not affected."""
    with Cache.open(tmp_path) as cache:
        for url in (URL, f"{URL}2"):
            cache.put_known(url, known())
    change(tmp_path, f"UPDATE findings SET {damage} WHERE url = '{URL}'")

    with Cache.open(tmp_path) as cache:
        assert [cache.known(url) is None for url in (URL, f"{URL}2")] == [True, False]
    assert f"{URL}: its row in the cache cannot be read, and is ignored" in caplog.text


def test_emptied_picture(cache: Cache) -> None:
    """An empty picture file counts as absent, and is written again."""
    name = put_picture(cache, b"webp")
    file = cache.folder / "pictures" / name
    file.write_bytes(b"")
    before = cache.picture(name)
    put_picture(cache, b"webp")

    assert (before, cache.picture(name), file.read_bytes()) == (None, file, b"webp")


def test_picture(cache: Cache) -> None:
    """A picture is a file named by its content; the same picture is one file."""
    names = {put_picture(cache, b"webp"), put_picture(cache, b"webp")}
    file = cache.picture(*names)

    assert file is not None
    assert (file.read_bytes(), file.suffix) == (b"webp", ".webp")
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_no_picture(cache: Cache) -> None:
    """A picture that does not exist is None."""
    assert cache.picture("ab/abc.webp") is None


def test_reopened(tmp_path: Path) -> None:
    """A cache keeps its documents when it is closed."""
    with Cache.open(tmp_path) as cache:
        cache.put_document(document())

    with Cache.open(tmp_path) as cache:
        assert cache.document(f"{URL}/zarr.json") == document()


def test_two_builds(tmp_path: Path, cache: Cache) -> None:
    """A second build on one cache is refused with the reason."""
    with pytest.raises(BuildError, match="another build is using this cache"):
        Cache.open(tmp_path / "cache")


def test_next_build(tmp_path: Path) -> None:
    """A closed cache can be opened again."""
    for _ in range(2):
        Cache.open(tmp_path).close()


def test_folder_that_is_a_file(tmp_path: Path) -> None:
    """The error for a path that is a file names the option --cache."""
    (tmp_path / "cache").write_text("")

    with pytest.raises(BuildError, match="--cache"):
        Cache.open(tmp_path / "cache")


@pytest.mark.parametrize("name", ["lock", "pictures/holiday.jpg", "thesis.tex"])
def test_folder_with_files_of_others(tmp_path: Path, name: str) -> None:
    """A folder with files of others is refused and not changed."""
    mine = tmp_path / name
    mine.parent.mkdir(exist_ok=True)
    mine.write_text("mine")

    with pytest.raises(UsageError, match=r"--cache .*found a folder of other files without cache\.sqlite3"):
        Cache.open(tmp_path)
    assert mine.read_text() == "mine"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [mine]


def test_folder_without_database(tmp_path: Path) -> None:
    """A folder with only a lock, or with pictures but no database, is a cache."""
    (tmp_path / "lock").touch()
    with Cache.open(tmp_path) as cache:
        put_picture(cache, b"webp")
    (tmp_path / "cache.sqlite3").unlink()

    with Cache.open(tmp_path) as cache:
        assert cache.document(URL) is None


def test_other_schema(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A cache with another schema is set aside with a warning."""
    with Cache.open(tmp_path) as cache:
        cache.put_document(document())
    change(tmp_path, "PRAGMA user_version = 999")

    with Cache.open(tmp_path) as cache:
        assert cache.document(f"{URL}/zarr.json") is None
    assert "set aside as cache.aside.sqlite3, because its schema is 999" in caplog.text
    assert (tmp_path / "cache.aside.sqlite3").exists()


def test_columns_of_another_version(tmp_path: Path) -> None:
    """Unknown columns affect neither reading nor writing."""
    with Cache.open(tmp_path) as cache:
        cache.put_document(document())
    tables = ("documents", "findings", "ledger", "notes")
    change(tmp_path, *(f"ALTER TABLE {table} ADD COLUMN later" for table in tables))

    with Cache.open(tmp_path) as cache:
        cache.put_known(URL, known())
        cache.put_ledger("a.csv", {URL: HistoryRow(added_at=None, status="ok")}, note="n")
        cache.put_document(document(f"{URL}/0/zarr.json"))
        assert all(map(cache.document, (f"{URL}/zarr.json", f"{URL}/0/zarr.json")))
        assert (bool(cache.known(URL)), list(cache.ledger("a.csv")), cache.note("a.csv")) == (True, [URL], "n")


@pytest.mark.parametrize(
    ("loss", "named"),
    [("DROP TABLE ledger", "ledger.added_at"), ("ALTER TABLE documents DROP COLUMN cors", "documents.cors")],
)
def test_schema_with_a_part_missing(tmp_path: Path, caplog: pytest.LogCaptureFixture, loss: str, named: str) -> None:
    """A database without an expected table or column is set aside, whatever its schema version."""
    Cache.open(tmp_path).close()
    change(tmp_path, loss)

    with Cache.open(tmp_path) as cache:
        cache.put_document(document())
        assert cache.ledger("a.csv") == {}
    assert f"set aside as cache.aside.sqlite3, because it has no {named}" in caplog.text


def test_tables_that_older_versions_lack_are_added(tmp_path: Path) -> None:
    """Nothing that the older version stored is lost."""
    with Cache.open(tmp_path) as cache:
        cache.put_document(document())
    change(tmp_path, "DROP TABLE contents")

    with Cache.open(tmp_path) as cache:
        cache.put_contents("a.csv", {URL: ContentRow(digest="d", changed_at="2026-11-22T06:00:00Z")})
        assert list(cache.contents("a.csv")) == [URL]
        assert cache.document(f"{URL}/zarr.json") == document()


@pytest.mark.parametrize("place", [0, 100, 4096, 5000])
def test_damaged(tmp_path: Path, place: int) -> None:
    """A damaged database is set aside, and the new one works."""
    with Cache.open(tmp_path) as cache:
        for number in range(200):
            cache.put_document(document(f"{URL}/{number}", random.Random(number).randbytes(400)))
    with (tmp_path / "cache.sqlite3").open("r+b") as file:
        file.seek(place)
        file.write(b"\xff" * 3000)

    with Cache.open(tmp_path) as cache:
        cache.put_document(document())
        assert cache.document(f"{URL}/zarr.json") == document()
    assert (tmp_path / "cache.aside.sqlite3").exists()


def test_damage_in_the_schema(tmp_path: Path) -> None:
    """A database whose error message is not valid text is set aside, too."""
    Cache.open(tmp_path).close()
    file = tmp_path / "cache.sqlite3"
    file.write_bytes(
        file.read_bytes().replace(
            b"CREATE TABLE notes (name TEXT PRIMARY KEY", b"CREATE TABLE notes (name TEXT PRIMARY K\xd2Y"
        )
    )

    with Cache.open(tmp_path) as cache:
        assert cache.document(URL) is None
    assert (tmp_path / "cache.aside.sqlite3").exists()


def test_empty_file(tmp_path: Path) -> None:
    """An empty database file is a new cache."""
    (tmp_path / "cache.sqlite3").touch()

    with Cache.open(tmp_path) as cache:
        cache.put_document(document())
    assert not (tmp_path / "cache.aside.sqlite3").exists()


def test_prune(cache: Cache) -> None:
    """Old documents, findings and pictures are deleted unless a dataset or list needs them."""
    kept, gone = f"{URL}/0/zarr.json", "https://a.example/x.zarr.old/zarr.json"
    for url in (kept, gone, "https://a.example/list.csv"):
        cache.put_document(document(url))
    cache.put_known("https://a.example/x.zarr.old", known())
    pictures = [put_picture(cache, body) for body in (b"one", b"two")]

    count = cache.prune(keep_urls={URL, "https://a.example/list.csv"}, keep_pictures=set(pictures[:1]), before=2e9)

    assert count == 2
    assert [cache.document(url) is None for url in (kept, gone)] == [False, True]
    assert cache.known("https://a.example/x.zarr.old") is None
    assert [cache.picture(path) is None for path in pictures] == [False, True]


def test_prune_keeps_recent_findings(cache: Cache) -> None:
    """Findings that another catalog checked recently are kept, with their pictures."""
    name = put_picture(cache, b"of the other")
    shown = Findings(status="ok", thumbnail=Picture(path=f"thumbs/{name}", width=1, height=1))
    cache.put_document(document())
    cache.put_known(URL, known(shown, checked_at=100.0))

    assert cache.prune(keep_urls=(), keep_pictures=(), before=0.0) == 0
    assert cache.picture(name)
    assert cache.known(URL)


def test_prune_keeps_files_of_others(cache: Cache) -> None:
    """Only picture files of the cache are deleted, complete or half written."""
    gone = cache.folder / "pictures" / put_picture(cache, b"one")
    half = gone.with_name(f"{gone.name}.17.part")
    mine = [cache.folder / "pictures" / name for name in ("holiday.jpg", "2019/x.webp", f"{gone.parent.name}/x.webp")]
    for path in (half, *mine):
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine")

    assert cache.prune(keep_urls=(), keep_pictures=(), before=0.0) == 2
    assert [path.exists() for path in (gone, half, *mine)] == [False, False, True, True, True]


def test_ledger(cache: Cache) -> None:
    """Each catalog has its own history, stored together with a text."""
    listed = {URL: HistoryRow(added_at=None, status="ok"), f"{URL}2": HistoryRow(added_at="2026-11-22", status=None)}
    cache.put_ledger("a.csv", listed, note="first")
    cache.put_ledger("a.csv", {URL: HistoryRow(added_at=None, status="stale")}, note="second")

    assert cache.ledger("a.csv") == {**listed, URL: HistoryRow(added_at=None, status="stale")}
    assert (cache.ledger("b.csv"), cache.note("a.csv"), cache.note("b.csv")) == ({}, "second", None)


def test_size(cache: Cache) -> None:
    """The size counts database and pictures."""
    before = cache.size_bytes()
    put_picture(cache, bytes(1000))

    assert cache.size_bytes() == before + 1000


def test_size_is_that_of_the_closed_cache(tmp_path: Path) -> None:
    """Files that exist only while the cache is open are not counted."""
    with Cache.open(tmp_path) as cache:
        cache.put_document(document())
        size_bytes = cache.size_bytes()

    assert size_bytes == sum(path.stat().st_size for path in tmp_path.iterdir())


_WRITER = """
import sys
from pathlib import Path
from sitegen.cache.folder import Cache
from sitegen.cache.rows import CachedDocument, ContentRow, HistoryRow
from sitegen.model import Findings
from sitegen.model.task import Known

cache = Cache.open(Path(sys.argv[1]))
for number in range(1_000_000):
    url = f"https://a.example/{number}"
    cache.put_document(CachedDocument(url=f"{url}/zarr.json", body=b"{}" * 200, checked_at=1.0))
    picture = f"ab/{number:040}.webp"
    cache.put_picture(picture, str(number).encode())
    cache.put_known(url, Known(then=Findings(status="ok"), made_by=picture, checked_at=1.0))
    print(number, flush=True)
"""


@pytest.mark.parametrize("lines", [1, 7, 100, 300])
def test_killed(tmp_path: Path, lines: int) -> None:
    """`kill -9` loses nothing that was reported as finished, and the cache can be opened again."""
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITER, os.fspath(tmp_path)], stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert writer.stdout is not None
    reported = [writer.stdout.readline() for _ in range(lines)]
    writer.kill()
    reported += [line for line in writer.stdout if line.endswith("\n")]
    writer.wait(timeout=10)

    with Cache.open(tmp_path) as cache:
        kept = [cache.known(f"https://a.example/{number}") for number in range(len(reported))]
        documents = [cache.document(f"https://a.example/{number}/zarr.json") for number in range(len(reported))]
        assert all(documents)
        assert all(each and cache.picture(each.made_by) for each in kept)
    assert not (tmp_path / "cache.aside.sqlite3").exists()
