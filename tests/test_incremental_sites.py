"""A build keeps files of the last site that it would write the same; the site is that of a build from nothing."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from builds import Site, build_site
from catalogs import every_kind, make_catalog, make_image
from stores import tree, write_image

from sitegen.commands.build import BuildOptions, build
from sitegen.commands.progress import Progress
from sitegen.errors import BuildError
from sitegen.model import Catalog, Page
from sitegen.model.planned import Planned, PlannedPage, ungrouped
from sitegen.outputs.checksums import FILES_PATH, SUMS_PATH
from sitegen.outputs.table import OUTPUTS, plan_site
from sitegen.publish.folder import MARKERS, write_site
from sitegen.publish.in_place import replace_files
from sitegen.publish.writer import APART_FROM

_FIRST_BUILD_S = 1_796_000_000
"""29 November 2026, in seconds since 1970; the other builds are an hour apart."""
_CHANGES = 20
_MADE_ALWAYS = {output.path for output in OUTPUTS if output.changes == "build"} | {FILES_PATH, SUMS_PATH}
_WORDS = ("Zellkern", "mouse <brain>", "embryo & yolk", "diatom", "Ångström", "plate; well", "=1+1")
_SOURCES = ("IDR", "Gruenau Institut", "")
_LICENSES = ("CC-BY-4.0", "CC0-1.0", "ask us", "")
_ORGANISMS = ("NCBITaxon:9606", "NCBITaxon:10090", "")
_SETTINGS = (
    'title = "Another title"',
    'description = "About [cells]"',
    'base_url = "https://catalog.example.org/ours/"',
    'contact = "mailto:someone@example.org"',
    'facets = ["stain"]',
    "removed_pages = false",
    '[theme]\naccent = "#7a1f5c"',
    '[[viewer]]\nname = "Ours"\nurl = "https://viewer.example.org/?source={url}"',
    "[outputs]\ncsv = false\nsitemap = false",
    '[[source]]\nname = "IDR"\nurl = "https://idr.openmicroscopy.org"',
)


@dataclass(slots=True)
class Federation:
    """Local images and the lists that name them, which change by chance."""

    folder: Path
    chance: random.Random
    rows: list[dict[str, str]] = field(default_factory=list)
    others: list[dict[str, str]] = field(default_factory=list)
    """Rows of a second list."""
    settings: set[str] = field(default_factory=set)
    made: int = 0

    def change(self) -> None:
        """Change lists, data or settings in one way."""
        steps: Sequence[Callable[[], None]] = (
            *(self.add, self.remove, self.rename, self.rename, self.reorder, self.move),
            *(self.rewrite_data, self.delete_data, self.set),
        )
        self.chance.choice(steps)()

    def add(self) -> None:
        """List one more image."""
        self.made += 1
        name = f"image-{self.made}.zarr"
        write_image(self.folder / "data" / name, levels=1)
        self.rows.append({"url": f"data/{name}", "study": self.chance.choice(("s1", "s2", ""))})

    def remove(self) -> None:
        """List one image less."""
        if len(self.rows) > 3:
            del self.rows[self.chance.randrange(len(self.rows))]

    def rename(self) -> None:
        """State something else of an image."""
        row = self.chance.choice(self.rows)
        row |= {
            "name": self.chance.choice(_WORDS),
            "source": self.chance.choice(_SOURCES),
            "license": self.chance.choice(_LICENSES),
            "organismId": self.chance.choice(_ORGANISMS),
            "stain": self.chance.choice(_WORDS),
        }

    def reorder(self) -> None:
        """List the same in another order."""
        self.chance.shuffle(self.rows)

    def move(self) -> None:
        """Move an image from one list to the other; the second may name one that the first names, too."""
        row = self.chance.choice(self.rows)
        self.others.append(dict(row))
        if self.chance.random() < 0.5 and len(self.rows) > 3:
            self.rows.remove(row)

    def rewrite_data(self) -> None:
        """Change the metadata of an image."""
        path = self.folder / self.chance.choice(self.rows)["url"] / "zarr.json"
        if path.is_file():
            document = json.loads(path.read_text(encoding="utf-8"))
            (image,) = document["attributes"]["ome"]["multiscales"]
            image["axes"][-1] |= {"unit": self.chance.choice(("micrometer", "furlong"))}
            path.write_text(json.dumps(document), encoding="utf-8")

    def delete_data(self) -> None:
        """Delete an image that is still listed."""
        shutil.rmtree(self.folder / self.chance.choice(self.rows)["url"], ignore_errors=True)

    def set(self) -> None:
        """Set or unset a key of the configuration."""
        self.settings ^= {self.chance.choice(_SETTINGS)}

    def write(self) -> Path:
        """Write the lists and the configuration, and return that."""
        self._write_list("ours.csv", self.rows)
        self._write_list("others.csv", self.others)
        keys = sorted(self.settings, key=lambda each: (each.startswith("["), each))
        text = "\n".join(['csv = ["ours.csv", "others.csv"]', *keys])
        small = "[crawl]\nallow_private_hosts = true\n[pictures]\nthumbnail_px = 32\npreview_px = 64\n"
        (self.folder / "sitegen.toml").write_text(f"{text}\n{small}", encoding="utf-8")
        return self.folder / "sitegen.toml"

    def _write_list(self, name: str, rows: Sequence[dict[str, str]]) -> None:
        columns = ("url", "name", "source", "license", "organismId", "study", "stain")
        lines = [";".join(columns), *(";".join(f'"{row.get(each, "")}"' for each in columns) for row in rows)]
        (self.folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize("seed", [13])
def test_a_site_is_that_of_a_build_from_nothing(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After each of twenty random changes of lists, data and settings, byte by byte."""
    federation = Federation(tmp_path, random.Random(seed))
    for _ in range(4):
        federation.add()
    kept = 0
    for number in range(_CHANGES):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(_FIRST_BUILD_S + number * 3_600))
        federation.change()
        config = federation.write()
        cache = tmp_path / "other-cache"
        shutil.rmtree(cache, ignore_errors=True)
        if number:
            shutil.copytree(tmp_path / "cache", cache)
        site = build_site(config, tmp_path, refresh=True)
        from_nothing = build_from_nothing(config, cache)
        found, expected = tree(site.folder), tree(from_nothing.folder)
        kept += site.summary.files_kept

        assert {path for path in found.keys() | expected.keys() if found.get(path) != expected.get(path)} == set()
        assert from_nothing.summary.files_kept == 0

    assert kept > 20 * _CHANGES


def build_from_nothing(config: Path, cache: Path) -> Site:
    """Build into a folder that does not exist."""
    folder = config.parent / "from-nothing"
    shutil.rmtree(folder, ignore_errors=True)
    options = BuildOptions(config=str(config), out=folder, cache=cache, workers=0, refresh=True)
    return Site(folder=folder, summary=build(options, Progress(io.StringIO())))


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration with two images, and its first site."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(_FIRST_BUILD_S))
    federation = Federation(tmp_path, random.Random(1))
    federation.add()
    federation.add()
    config = federation.write()
    build_site(config, tmp_path)
    return config


def again(config: Path) -> Site:
    """Build once more."""
    return build_site(config, config.parent)


def test_nothing_that_did_not_change_is_made(built: Path) -> None:
    """But for a few files that change with every build."""
    before = {path: (built.parent / "site" / path).stat().st_ino for path in tree(built.parent / "site")}
    site = again(built)
    anew = {path for path, inode in before.items() if (site.folder / path).stat().st_ino != inode}

    assert anew == _MADE_ALWAYS
    assert site.summary.files_kept == len([path for path in before if not path.startswith("thumbs/")]) - len(anew)
    assert site.summary.files_written == len(anew)
    pictures = sum(path.startswith("thumbs/") for path in before)
    parts = f"{len(anew)} written, {site.summary.files_kept:,} unchanged and {pictures} pictures of the cache"
    assert f"{len(before)} files, {parts}" in site.summary.as_text()


def test_files_edited_by_hand_are_made_anew(built: Path) -> None:
    """Whether one was changed, replaced by a link or deleted; what was added is not taken over."""
    folder = built.parent / "site"
    expected = tree(folder)
    edited = [path for path in sorted(expected) if path.startswith("datasets/")]
    (folder / edited[0]).write_bytes(b"edited")
    (folder / edited[1]).unlink()
    (folder / edited[2]).unlink()
    (folder / edited[2]).symlink_to(built)
    os.utime(folder / edited[3])
    (folder / "added.html").write_text("added")

    assert tree(again(built).folder) == expected


def test_a_site_in_which_nothing_changed_stays(built: Path) -> None:
    """Files that every build makes are replaced in it; nothing is left of how that is done."""
    folder = built.parent / "site"
    before = folder.stat().st_ino
    expected = tree(folder)
    again(built)

    assert folder.stat().st_ino == before
    assert tree(folder) == expected
    assert not list(built.parent.glob(".site.*"))


def test_a_site_whose_datasets_were_asked_again_stays(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The index and the reports say when, and are replaced in it one by one; the next build keeps those."""
    folder = built.parent / "site"
    before = {path: (folder / path).stat().st_ino for path in tree(folder)}
    inode = folder.stat().st_ino
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(_FIRST_BUILD_S + 3_600))
    build_site(built, built.parent, refresh=True)
    anew = {path for path, file in before.items() if (folder / path).stat().st_ino != file}
    expected = tree(folder)
    later = again(built)

    assert folder.stat().st_ino == later.folder.stat().st_ino == inode
    assert {"index.json", "report.json"} < anew
    assert not any(path.endswith(".html") for path in anew)
    assert later.summary.files_written == len(_MADE_ALWAYS)
    assert {path for path, content in tree(folder).items() if content != expected[path]} <= _MADE_ALWAYS


@pytest.mark.parametrize("edit", ["file", "folder", "link", "picture", "build file"])
def test_a_site_is_made_anew_where_something_is_not_as_it_was_written(edit: str, built: Path) -> None:
    """A file, folder or link that was added, a picture or a small file that was replaced."""
    folder = built.parent / "site"
    expected = tree(folder)
    (picture, *_) = (path for path in (folder / "thumbs").rglob("*") if path.is_file())
    inode = folder.stat().st_ino
    match edit:
        case "file":
            (folder / "datasets" / "added").write_bytes(b"")
        case "folder":
            (folder / "datasets" / "added").mkdir()
        case "link":
            (folder / "datasets" / "added").symlink_to(built)
        case "picture":
            picture.unlink()
            picture.write_bytes(b"another picture")
        case "build file":
            (folder / "build.json").unlink()
    again(built)

    assert folder.stat().st_ino != inode
    assert tree(folder) == expected
    assert not (folder / "datasets" / "added").exists()


def test_a_failure_while_files_are_replaced_keeps_the_old_ones(tmp_path: Path) -> None:
    """Such as a file that somebody has open on Windows."""
    for name, text in (("site", "old"), ("new", "new")):
        (tmp_path / name).mkdir()
        for path in ("a", "b"):
            (tmp_path / name / path).write_text(text)
    (tmp_path / "new" / "b").unlink()

    with pytest.raises(FileNotFoundError):
        replace_files(tmp_path / "site", tmp_path / "new", ["a", "b"])

    assert [(tmp_path / "site" / path).read_text() for path in ("a", "b")] == ["old", "old"]


def test_a_copy_of_a_site_is_never_linked_from(built: Path) -> None:
    """Nobody knows what was done to it."""
    folder = built.parent / "site"
    expected = tree(folder)
    folder.rename(built.parent / "moved")
    shutil.copytree(built.parent / "moved", folder)
    site = again(built)

    assert (site.summary.files_kept, tree(site.folder)) == (0, expected)


@pytest.mark.parametrize("damage", [b"", b"no database", b"SQLite format 3\0" + bytes(500)])
def test_a_damaged_table_costs_a_whole_site(built: Path, damage: bytes) -> None:
    """And nothing else; the table that is written then is good."""
    expected = tree(built.parent / "site")
    (table,) = (built.parent / "cache" / "sites").glob("*")
    table.write_bytes(damage)
    site = again(built)

    assert (site.summary.files_kept, tree(site.folder)) == (0, expected)
    assert again(built).summary.files_kept > 0


def test_a_killed_build_leaves_the_table_of_the_site_that_is_there(built: Path) -> None:
    """Whatever was written of another one."""
    (table,) = (built.parent / "cache" / "sites").glob("*")
    (table.parent / f"{table.name}.new").write_bytes(b"half a table")

    assert again(built).summary.files_kept > 0
    assert [path.name for path in table.parent.iterdir()] == [table.name]


_WITHOUT_LINKS = """
import errno, os, resource, sys
from pathlib import Path
from sitegen.errors import BuildError
from sitegen.model import Page
from sitegen.model.planned import PlannedFiles
from sitegen.publish.folder import write_site

def refuse(*_):
    raise OSError(errno.EPERM, "this disk has no links")

folder, limit = Path(sys.argv[1]), int(sys.argv[2])
pages = [Page(path=path, content=b"x" * 5_000) for path in sys.argv[3:]]
planned = [PlannedFiles(key="all", fingerprint="same", make=lambda: pages)]

def write(number):
    other = PlannedFiles(key="other", fingerprint=str(number), make=lambda: [Page(path="other", content=b"")])
    return write_site([*planned, other], folder=folder, tables=folder.parent / "tables")

write(1)
os.link = refuse
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    print(write(2))
    print(write(3).kept)
except BuildError as error:
    print(error)
"""


def without_links(folder: Path, limit: int) -> str:
    """Write a site twice more on a disk without links, whose files have a limit, and return what is said."""
    command = [sys.executable, "-c", _WITHOUT_LINKS, str(folder), str(limit), *MARKERS, "index.html"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit for the size of files")
def test_files_are_copied_where_a_disk_has_no_links(tmp_path: Path) -> None:
    """Again and again."""
    assert without_links(tmp_path / "site", 0).endswith("kept=3)\n3")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit for the size of files")
def test_a_disk_that_is_full_keeps_the_old_site(tmp_path: Path) -> None:
    """The message is one line that says what to do."""
    message = without_links(tmp_path / "site", 1_000)

    assert message.endswith("free some space and build again; the earlier site is unchanged")
    assert (tmp_path / "site" / "index.html").read_bytes() == b"x" * 5_000


def _each_file(catalog: Catalog) -> Iterator[Planned]:
    """Plan all files of a site one by one, those of datasets too."""
    return ungrouped(plan_site(catalog))


def many() -> Catalog:
    """Return a catalog of so many datasets that processes make their pages."""
    return make_catalog(*(make_image(f"cells-{number}") for number in range(APART_FROM)))


def test_pages_made_by_processes_are_the_same(tmp_path: Path) -> None:
    """As those that are made here."""
    write_site(_each_file(many()), folder=tmp_path / "here", workers=0)
    write_site(_each_file(many()), folder=tmp_path / "apart", workers=2)

    assert tree(tmp_path / "here") == tree(tmp_path / "apart")


def test_a_failure_while_processes_make_pages_keeps_the_old_site(tmp_path: Path) -> None:
    """Such as two pages with one path; no incomplete site is left."""
    write_site(_each_file(every_kind()), folder=tmp_path / "site")
    before = tree(tmp_path / "site")
    pages = [each for each in _each_file(many()) if isinstance(each, PlannedPage)]

    with pytest.raises(BuildError, match="would be written twice"):
        write_site([*pages, *pages], folder=tmp_path / "site", workers=2)

    assert tree(tmp_path / "site") == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_page_shows_a_neighbor_as_it_is_now(tmp_path: Path) -> None:
    """Pages of datasets beside it are made anew, others are kept."""
    catalog = every_kind()
    records = list(catalog.records)
    write_site(_each_file(catalog), folder=tmp_path / "site", tables=tmp_path)
    records[0] = replace(records[0], title="Another title", short_title="Another title", changed_at="2026-11-28")
    changed = replace(catalog, records=tuple(records))
    written = write_site(_each_file(changed), folder=tmp_path / "site", tables=tmp_path)
    write_site(_each_file(changed), folder=tmp_path / "new")

    assert written.kept > 0
    assert tree(tmp_path / "site") == tree(tmp_path / "new")


def test_a_page_is_kept_if_its_neighbors_look_as_before(tmp_path: Path) -> None:
    """What is said of a dataset on its own page alone changes no other page of a dataset."""
    catalog = every_kind()
    records = list(catalog.records)
    write_site(_each_file(catalog), folder=tmp_path / "site", tables=tmp_path)
    before = {path: path.stat().st_ino for path in (tmp_path / "site" / "datasets").rglob("index.html")}
    records[0] = replace(records[0], description="Another description", changed_at="2026-11-28")
    changed = replace(catalog, records=tuple(records))
    write_site(plan_site(changed), folder=tmp_path / "site", tables=tmp_path)
    write_site(_each_file(changed), folder=tmp_path / "new")

    assert [path.parent.name for path, inode in before.items() if path.stat().st_ino != inode] == [records[0].id]
    assert tree(tmp_path / "site") == tree(tmp_path / "new")


def test_members_of_a_group_that_were_edited_are_made_anew(tmp_path: Path) -> None:
    """And only these; the next build knows the group again."""
    write_site(plan_site(every_kind()), folder=tmp_path / "site", tables=tmp_path)
    expected = tree(tmp_path / "site")
    edited = sorted((tmp_path / "site" / "datasets").rglob("index.html"))[1]
    for _ in range(2):
        edited.write_text("edited")
        written = write_site(plan_site(every_kind()), folder=tmp_path / "site", tables=tmp_path)

        assert tree(tmp_path / "site") == expected
        assert written.files - written.kept == len(_MADE_ALWAYS) + 1


def test_a_damaged_row_of_a_group_loses_no_file(tmp_path: Path) -> None:
    """All members from there on are made anew."""
    write_site(plan_site(every_kind()), folder=tmp_path / "site", tables=tmp_path / "tables")
    expected = tree(tmp_path / "site")
    (table,) = (tmp_path / "tables").iterdir()
    with closing(sqlite3.connect(table)) as database, database:
        (row, *_) = database.execute("SELECT place FROM files WHERE part = 'datasets' ORDER BY place").fetchall()[2]
        database.execute("UPDATE files SET files = x'c1' WHERE place = ?", (row,))
    write_site(plan_site(every_kind()), folder=tmp_path / "site", tables=tmp_path / "tables")

    assert tree(tmp_path / "site") == expected


def test_plain_files_are_written_as_they_are(tmp_path: Path) -> None:
    """They need no plan."""
    pages = [Page(path=path, content=b"{}") for path in MARKERS]
    first = write_site(pages, folder=tmp_path / "site", tables=tmp_path)
    second = write_site(pages, folder=tmp_path / "site", tables=tmp_path)

    assert (first.kept, second.kept) == (0, 0)
