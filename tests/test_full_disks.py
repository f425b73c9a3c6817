"""Disks that are full, or become full on the way: the old site stays, and the message says what to do."""

from __future__ import annotations

import asyncio
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from disks import small_disk
from stores import tree

from sitegen.commands.progress import Progress
from sitegen.errors import BuildError, PublishError
from sitegen.model import Page
from sitegen.model.planned import PlannedFiles
from sitegen.publish.folder import MARKERS, write_site
from sitegen.publish.ledger import LEDGER
from sitegen.publish.target import PARTIAL_SUFFIX
from sitegen.publish.upload import Published, PublishOptions, publish

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits and small disks are those of Linux")

PAGES = 30
KB = 1_000


def make_site(folder: Path, words: str = "old", pages: int = PAGES) -> Path:
    """Write a site of small pages, and an index of 100 kB."""
    files = dict.fromkeys(MARKERS, b"") | {f"datasets/{at}/index.html": words.encode() for at in range(pages)}
    files |= {"index.html": words.encode(), "index.json": words.encode() * 100 * KB}
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def upload(site: Path, target: Path) -> Published:
    """Publish without showing progress."""
    return asyncio.run(publish(PublishOptions(folder=site, target=str(target)), Progress(io.StringIO())))


def names(folder: Path) -> set[str]:
    """Return the paths of a published site, without its ledger."""
    return tree(folder).keys() - {LEDGER}


def test_a_site_that_does_not_fit_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    """The message says how much space is missing; the published site stays as it is."""
    old, new = make_site(tmp_path / "old"), make_site(tmp_path / "new", "a newer text")
    with small_disk(tmp_path / "disk", size_kb=1_000, names=200) as disk:
        upload(old, disk / "site")
        published = tree(disk / "site")

        with pytest.raises(PublishError) as refused:
            upload(new, disk / "site")
        left = tree(disk / "site")

    assert left == published
    words = str(refused.value)
    assert "32 files (1.2 MB) are to be sent, and the disk has" in words
    assert words.endswith("too little for them; nothing was changed. Free some space there and run it again")


def test_a_disk_that_fills_while_a_site_is_published_keeps_whole_files(tmp_path: Path) -> None:
    """Names run out, which nobody can foresee; each file is the old or the new one, and the next run sends the rest."""
    old, new = make_site(tmp_path / "old"), make_site(tmp_path / "new", "new", pages=PAGES + 40)
    with small_disk(tmp_path / "disk", size_kb=4_000, names=2 * PAGES + 30) as disk:
        upload(old, disk / "site")
        with pytest.raises(PublishError, match=r"cannot be written.*No space left on device.*; free some space"):
            upload(new, disk / "site")
        left = tree(disk / "site")
        subprocess.run(["mount", "-o", "remount,nr_inodes=500", disk], check=True)
        again = upload(new, disk / "site")
        published = tree(disk / "site")

    whole = {path: {tree(each).get(path) for each in (old, new)} for path in left.keys() - {LEDGER}}
    assert all(left[path] in contents for path, contents in whole.items())
    assert left["index.html"] == b"old"
    assert not any(path.endswith(PARTIAL_SUFFIX) for path in left)
    assert again.sent < PAGES + 40 + 4
    assert {path: body for path, body in published.items() if path != LEDGER} == tree(new)


_PUBLISH = """
import resource, sys
from sitegen.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
sys.exit(main(["publish", *sys.argv[1:]]))
"""


def test_a_quota_is_one_line_that_says_what_to_do(tmp_path: Path) -> None:
    """Here a limit for the size of files, which works everywhere; pages of the old site are as they were."""
    old, new = make_site(tmp_path / "old"), make_site(tmp_path / "new", "new")
    upload(old, tmp_path / "site")
    published = tree(tmp_path / "site")
    command = [sys.executable, "-c", _PUBLISH, str(new), str(tmp_path / "site")]

    run = subprocess.run(command, capture_output=True, text=True, check=False)
    left = tree(tmp_path / "site")

    assert run.returncode == 1
    (line,) = [line for line in run.stderr.splitlines() if "index.json" in line]
    assert "index.json cannot be written; run it again to send what is missing" in line
    assert line.endswith("; free some space there first")
    assert {path: body for path, body in left.items() if path != LEDGER} == {
        path: body for path, body in published.items() if path != LEDGER
    }
    assert upload(new, tmp_path / "site").sent == PAGES + 2


def test_a_disk_that_fills_while_files_are_linked_keeps_the_old_site(tmp_path: Path) -> None:
    """Links need names, and a disk may have no more; nothing of the incomplete site stays."""
    pages = [Page(path=path, content=b"x") for path in (*MARKERS, "index.html", *(f"{at}.html" for at in range(PAGES)))]
    planned = [PlannedFiles(key="all", fingerprint="same", make=lambda: pages)]
    added = PlannedFiles(key="added", fingerprint="new", make=lambda: [Page(path="added", content=b"x")])
    with small_disk(tmp_path / "disk", size_kb=4_000, names=PAGES + 20) as disk:
        write_site(planned, folder=disk / "site", tables=tmp_path / "tables")
        published = tree(disk / "site")

        with pytest.raises(BuildError) as full:
            write_site([*planned, added], folder=disk / "site", tables=tmp_path / "tables")
        left, beside = tree(disk / "site"), os.listdir(disk)

    assert str(full.value).endswith("; free some space and build again; the earlier site is unchanged")
    assert (left, beside) == (published, ["site"])
