"""The writer of the site's folder: only a complete site replaces a site, and nothing else is ever replaced."""

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
from sitegen.model.planned import PlannedFiles
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
    """A folder with a first site."""
    write_site(site("first"), folder=tmp_path / "site")
    return tmp_path / "site"


def test_a_first_site_is_written(tmp_path: Path) -> None:
    """Parent folders are made, and no other files are left beside it."""
    written = write_site(site("first"), folder=tmp_path / "public/site")

    assert (written.files, written.bytes) == (4, 10)
    assert contents(tmp_path / "public/site")["datasets/a/index.html"] == b"A"
    assert os.listdir(tmp_path / "public") == ["site"]


def test_a_new_site_replaces_the_old_one(folder: Path) -> None:
    """Files that the new site does not have are deleted."""
    write_site([*MARKS, Page(path="index.html", content=b"second")], folder=folder)

    assert sorted(contents(folder)) == sorted([*MARKERS, "index.html"])
    assert (folder / "index.html").read_bytes() == b"second"
    assert os.listdir(folder.parent) == ["site"]


def test_a_written_file_is_not_in_memory_while_the_next_one_is_made(tmp_path: Path) -> None:
    """Tables have files of 90 MB, which are made one after another."""
    happened = []

    class Content(bytes):
        def __del__(self) -> None:
            happened.append("freed")

    def make() -> Iterator[Page]:
        yield Page(path="a.csv", content=Content(b"first"))
        happened.append("next")
        yield Page(path="b.csv", content=b"second")

    write_site([*MARKS, PlannedFiles(key="tables", fingerprint="", make=make)], folder=tmp_path / "site")

    assert happened == ["freed", "next"]
    assert (tmp_path / "site/a.csv").read_bytes() == b"first"


def test_files_are_copied_and_pictures_linked(folder: Path, tmp_path: Path) -> None:
    """Pictures never change, so a hard link is enough."""
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
    """An exception in place of Ctrl-C."""


@pytest.mark.parametrize("failure", [Stopped(), ValueError("a bug in a template"), BuildError("no")])
def test_a_failure_while_pages_are_made_keeps_the_old_site(folder: Path, failure: BaseException) -> None:
    """No incomplete site is left beside it."""

    def pages() -> Iterator[Page]:
        yield from site("second")
        raise failure

    with pytest.raises(type(failure)):
        write_site(pages(), folder=folder)

    assert (folder / "index.html").read_bytes() == b"first"
    assert os.listdir(folder.parent) == ["site"]


def test_a_picture_that_is_missing_in_the_cache_ends_the_build(folder: Path, tmp_path: Path) -> None:
    """The message names it, and the old site is kept."""
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
def test_a_full_disk_keeps_the_old_site(folder: Path) -> None:
    """The message is one line that says what to do."""
    command = [sys.executable, "-c", FULL_DISK, str(folder)]

    message = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    assert message.endswith("free some space and build again; the earlier site is unchanged")
    assert "\n" not in message
    assert (folder / "index.html").read_bytes() == b"first"
    assert os.listdir(folder.parent) == ["site"]


def test_a_folder_that_cannot_be_made_is_reported_at_once(tmp_path: Path) -> None:
    """It is reported before the crawl."""
    (tmp_path / "file").write_text("")

    with pytest.raises(BuildError, match="cannot be written"):
        prepare(tmp_path / "file/site")


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="nothing is unwritable for root, and by mode on Windows"
)
def test_a_folder_without_write_permission_is_reported_at_once(tmp_path: Path) -> None:
    """It is reported before the crawl."""
    tmp_path.chmod(0o500)

    with pytest.raises(BuildError, match="Permission denied"):
        prepare(tmp_path / "site")


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../a", "a/../b", "a//b", "./a", "a\\b", "a\n", "a/"])
def test_paths_outside_the_site_are_refused(folder: Path, path: str) -> None:
    """The old site is kept."""
    with pytest.raises(BuildError, match="not a path below the site"):
        write_site([Page(path=path, content=b"")], folder=folder)

    assert (folder / "index.html").read_bytes() == b"first"


def test_two_pages_with_one_path_are_refused(folder: Path) -> None:
    """The message names the path."""
    with pytest.raises(BuildError, match=r"index\.html would be written twice"):
        write_site([*site("a"), Page(path="index.html", content=b"b")], folder=folder)


def test_a_build_that_was_killed_between_the_renames_is_repaired(folder: Path) -> None:
    """The old site is put back."""
    folder.rename(folder.with_name(".site.old"))
    folder.with_name(".site.new-0123abcd").mkdir()

    recover(folder)

    assert (folder / "index.html").read_bytes() == b"first"
    assert os.listdir(folder.parent) == ["site"]


def test_remains_of_killed_builds_are_deleted(folder: Path) -> None:
    """Incomplete and old sites beside a complete one are deleted at the next start."""
    shutil.copytree(folder, folder.with_name(".site.old"))
    folder.with_name(".site.new-0123abcd").mkdir()

    prepare(folder)

    assert (folder / "index.html").read_bytes() == b"first"
    assert os.listdir(folder.parent) == ["site"]


@pytest.mark.parametrize(
    "name", [".site.new-design", ".site.new-0123", ".site.new-0123ABCD", ".site.newer", "site.old"]
)
def test_folders_of_someone_else_beside_the_site(folder: Path, name: str) -> None:
    """A folder is deleted only if its name has exactly the form that sitegen uses."""
    others = folder.with_name(name)
    others.mkdir()

    write_site(site("second"), folder=folder)

    assert others.exists()


@pytest.mark.parametrize("site_exists", [True, False])
def test_a_folder_of_someone_else_in_the_place_of_the_old_site(folder: Path, site_exists: bool) -> None:
    """Files that sitegen did not write are neither published nor deleted: the build ends at once."""
    old = folder.with_name(".site.old")
    if not site_exists:
        shutil.rmtree(folder)
    old.mkdir()
    (old / "thesis.tex").write_text("years of work")

    with pytest.raises(UsageError, match=r"\.site\.old: .*files that sitegen did not write; move them"):
        prepare(folder)
    assert (folder.exists(), os.listdir(old)) == (site_exists, ["thesis.tex"])


def test_the_folder_of_a_running_build_is_not_deleted(folder: Path) -> None:
    """It is deleted when its lock is free."""
    new = folder.with_name(".site.new-0123abcd")
    new.mkdir()
    with FileLock(folder.with_name(".site.new-0123abcd.lock")):
        recover(folder)

        assert new.exists()
    recover(folder)
    assert os.listdir(folder.parent) == ["site"]


def test_a_folder_with_other_files_is_never_replaced(tmp_path: Path) -> None:
    """The message says that sitegen did not write them."""
    (tmp_path / "thesis.tex").write_text("years of work")

    with pytest.raises(UsageError, match="sitegen did not write"):
        write_site(site("x"), folder=tmp_path)

    assert os.listdir(tmp_path) == ["thesis.tex"]


def test_an_empty_folder_may_become_the_site(tmp_path: Path) -> None:
    """An empty folder may become the site."""
    (tmp_path / "site").mkdir()

    write_site(site("x"), folder=tmp_path / "site")

    assert (tmp_path / "site/index.html").exists()


def test_important_folders_are_never_replaced(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """These are the root, home, the working folder and its parents, files, and git checkouts."""
    (folder / ".git").mkdir()
    monkeypatch.chdir(folder / "datasets")

    for place in (Path("/"), Path.home(), Path(), folder, folder / "index.html"):
        with pytest.raises(UsageError):
            prepare(place)
    monkeypatch.chdir(folder.parent)
    with pytest.raises(UsageError, match="git checkout"):
        prepare(folder)


def test_a_symbolic_link_to_the_site_is_kept(folder: Path, tmp_path: Path) -> None:
    """The folder that it leads to is replaced."""
    (tmp_path / "public").symlink_to(folder)

    write_site(site("second"), folder=tmp_path / "public")

    assert (tmp_path / "public").is_symlink()
    assert (folder / "index.html").read_bytes() == b"second"


def test_symbolic_links_in_a_loop_are_reported_at_once(tmp_path: Path) -> None:
    """The message is one line."""
    (tmp_path / "site").symlink_to("round")
    (tmp_path / "round").symlink_to("site")

    with pytest.raises(UsageError, match="a link that leads to itself"):
        prepare(tmp_path / "site")


def test_a_site_has_the_permissions_of_a_new_folder(folder: Path) -> None:
    """A web server can read it."""
    fresh = folder.parent / "fresh"
    fresh.mkdir()

    assert folder.stat().st_mode == fresh.stat().st_mode
