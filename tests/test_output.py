"""The writer: a site is replaced only by a complete one, and nothing else ever is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from sitegen.errors import BuildError, UsageError
from sitegen.model import Page
from sitegen.publish.folder import MARKERS, prepare, recover, write_site

MARKS = [Page(path=path, content=b"{}") for path in MARKERS]


def site(text: str) -> list[Page]:
    """Return the pages of a small site."""
    return [*MARKS, Page(path="index.html", content=text.encode()), Page(path="datasets/a/index.html", content=b"A")]


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which a first site stands."""
    write_site(site("first"), folder=tmp_path / "site")
    return tmp_path / "site"


def test_first_site(tmp_path: Path) -> None:
    """A site is written where nothing stood, its parents made, and nothing is left beside it."""
    written = write_site(site("first"), folder=tmp_path / "public/site")

    assert (written.files, written.bytes) == (4, 10)
    assert contents(tmp_path / "public/site")["datasets/a/index.html"] == b"A"
    assert os.listdir(tmp_path / "public") == ["site"]


def test_second_site(folder: Path) -> None:
    """A new site replaces the old one whole: what it lacks is gone."""
    write_site([*MARKS, Page(path="index.html", content=b"second")], folder=folder)

    assert sorted(contents(folder)) == sorted([*MARKERS, "index.html"])
    assert (folder / "index.html").read_bytes() == b"second"
    assert os.listdir(folder.parent) == ["site"]


def test_files_and_pictures(folder: Path, tmp_path: Path) -> None:
    """Files are copied; pictures, which never change, are linked."""
    logo, picture = tmp_path / "idr.svg", tmp_path / "cells.webp"
    logo.write_text("<svg/>")
    picture.write_bytes(b"RIFF")

    written = write_site(
        site("x"), folder=folder, files=[("logos/idr.svg", logo)], pictures=[("thumbs/a.webp", picture)]
    )

    assert written.files == 6
    assert (folder / "logos/idr.svg").stat().st_nlink == 1
    assert (folder / "thumbs/a.webp").samefile(picture)


class Stopped(BaseException):
    """Stands for Ctrl-C."""


@pytest.mark.parametrize("failure", [Stopped(), ValueError("a bug in a template"), BuildError("no")])
def test_failure_on_the_way(folder: Path, failure: BaseException) -> None:
    """Whatever stops the pages leaves the old site, and nothing beside it."""

    def pages() -> Iterator[Page]:
        yield from site("second")
        raise failure

    with pytest.raises(type(failure)):
        write_site(pages(), folder=folder)

    assert (folder / "index.html").read_bytes() == b"first"
    assert os.listdir(folder.parent) == ["site"]


def test_missing_picture(folder: Path, tmp_path: Path) -> None:
    """A picture that is not in the cache ends the build with its name, and the old site stands."""
    with pytest.raises(BuildError, match=r"gone\.webp.*is unchanged"):
        write_site(site("second"), folder=folder, pictures=[("thumbs/a.webp", tmp_path / "gone.webp")])

    assert (folder / "index.html").read_bytes() == b"first"


FULL_DISK = """
import resource, sys
from pathlib import Path
from sitegen.errors import BuildError
from sitegen.model import Page
from sitegen.publish.folder import write_site
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))
try:
    write_site([Page(path="big.json", content=b"x" * 5_000)], folder=Path(sys.argv[1]))
except BuildError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit for the size of files")
def test_full_disk(folder: Path) -> None:
    """When the disk takes no more, one line says so, and the old site stands."""
    command = [sys.executable, "-c", FULL_DISK, str(folder)]

    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    assert told.endswith("free some space and build again; the earlier site is unchanged")
    assert "\n" not in told
    assert (folder / "index.html").read_bytes() == b"first"
    assert os.listdir(folder.parent) == ["site"]


def test_no_room_for_a_folder(tmp_path: Path) -> None:
    """Where no folder can be made, that is told before any work."""
    (tmp_path / "file").write_text("")

    with pytest.raises(BuildError, match="cannot be written"):
        prepare(tmp_path / "file/site")


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="nothing is unwritable for root, and by mode on Windows"
)
def test_unwritable(tmp_path: Path) -> None:
    """A folder that may not be written is told before any work."""
    tmp_path.chmod(0o500)

    with pytest.raises(BuildError, match="Permission denied"):
        prepare(tmp_path / "site")


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../a", "a/../b", "a//b", "./a", "a\\b", "a\n", "a/"])
def test_paths_outside(folder: Path, path: str) -> None:
    """A path that is not below the site is refused, and the old site stands."""
    with pytest.raises(BuildError, match="not a path below the site"):
        write_site([Page(path=path, content=b"")], folder=folder)

    assert (folder / "index.html").read_bytes() == b"first"


def test_one_path_twice(folder: Path) -> None:
    """Two pages of one path are a mistake: which one would win?"""
    with pytest.raises(BuildError, match=r"index\.html would be written twice"):
        write_site([*site("a"), Page(path="index.html", content=b"b")], folder=folder)


def test_killed_between_the_renames(folder: Path) -> None:
    """A build that was killed between the two renames has lost nothing: the old site comes back."""
    folder.rename(folder.with_name(".site.old"))
    folder.with_name(".site.new-0123abcd").mkdir()

    recover(folder)

    assert (folder / "index.html").read_bytes() == b"first"
    assert os.listdir(folder.parent) == ["site"]


def test_killed_before_or_after(folder: Path) -> None:
    """Half sites and old ones beside a whole one are cleared away at the next start."""
    shutil.copytree(folder, folder.with_name(".site.old"))
    folder.with_name(".site.new-0123abcd").mkdir()

    prepare(folder)

    assert (folder / "index.html").read_bytes() == b"first"
    assert os.listdir(folder.parent) == ["site"]


@pytest.mark.parametrize(
    "name", [".site.new-design", ".site.new-0123", ".site.new-0123ABCD", ".site.newer", "site.old"]
)
def test_folders_of_someone_else_beside_the_site(folder: Path, name: str) -> None:
    """A name that is not exactly of our form is not ours to delete."""
    mine = folder.with_name(name)
    mine.mkdir()

    write_site(site("second"), folder=folder)

    assert mine.exists()


@pytest.mark.parametrize("stands", [True, False])
def test_a_folder_of_someone_else_in_the_place_of_the_old_site(folder: Path, stands: bool) -> None:
    """What sitegen did not write neither becomes the site nor is deleted: the build ends before any work."""
    old = folder.with_name(".site.old")
    if not stands:
        shutil.rmtree(folder)
    old.mkdir()
    (old / "thesis.tex").write_text("years of work")

    with pytest.raises(UsageError, match=r"\.site\.old: .*files that sitegen did not write; move them"):
        prepare(folder)
    assert (folder.exists(), os.listdir(old)) == (stands, ["thesis.tex"])


def test_another_build(folder: Path) -> None:
    """What another build is writing at this moment is not cleared away."""
    new = folder.with_name(".site.new-0123abcd")
    new.mkdir()
    with FileLock(folder.with_name(".site.new-0123abcd.lock")):
        recover(folder)

        assert new.exists()
    recover(folder)
    assert os.listdir(folder.parent) == ["site"]


def test_a_folder_of_someone_else(tmp_path: Path) -> None:
    """A folder with files that sitegen did not write is never replaced."""
    (tmp_path / "thesis.tex").write_text("years of work")

    with pytest.raises(UsageError, match="sitegen did not write"):
        write_site(site("x"), folder=tmp_path)

    assert os.listdir(tmp_path) == ["thesis.tex"]


def test_an_empty_folder(tmp_path: Path) -> None:
    """An empty folder may become the site."""
    (tmp_path / "site").mkdir()

    write_site(site("x"), folder=tmp_path / "site")

    assert (tmp_path / "site/index.html").exists()


def test_folders_never_replaced(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The root, home, the working folder and what holds it, a file, a checkout: none is replaced."""
    (folder / ".git").mkdir()
    monkeypatch.chdir(folder / "datasets")

    for place in (Path("/"), Path.home(), Path(), folder, folder / "index.html"):
        with pytest.raises(UsageError):
            prepare(place)
    monkeypatch.chdir(folder.parent)
    with pytest.raises(UsageError, match="git checkout"):
        prepare(folder)


def test_a_link_to_the_site(folder: Path, tmp_path: Path) -> None:
    """Where the folder is a link, what it leads to is replaced, and the link stays."""
    (tmp_path / "public").symlink_to(folder)

    write_site(site("second"), folder=tmp_path / "public")

    assert (tmp_path / "public").is_symlink()
    assert (folder / "index.html").read_bytes() == b"second"


def test_a_link_that_leads_to_itself(tmp_path: Path) -> None:
    """One clear line, before any work."""
    (tmp_path / "site").symlink_to("round")
    (tmp_path / "round").symlink_to("site")

    with pytest.raises(UsageError, match="a link that leads to itself"):
        prepare(tmp_path / "site")


def test_anyone_may_read(folder: Path) -> None:
    """A site has the rights that a new folder has, for a web server to read it."""
    fresh = folder.parent / "fresh"
    fresh.mkdir()

    assert folder.stat().st_mode == fresh.stat().st_mode
