"""The script that compares the sites of two commits groups the differences and accepts expected ones."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parent.parent / "benchmarks" / "compare_sites.py"
FOUND = [
    "sites: 5 differences in 5 files, in 4 groups; 4 groups are not explained",
    "  2 × is none → was not found  [a/index.html and 1 more]",
    "  1 × bytes of thumb.webp → bytes of thumb.webp  [thumb.webp]",
    "  1 × file old.txt → (absent)  [old.txt]",
    "  1 × datasets[].title: spot → place  [data/index.json.gz]",
]


def write_site(folder: Path, words: str, title: str, script: str, picture: bytes) -> Path:
    """Write a site of two pages, a script with a hash in its name, an index and a picture."""
    for name in ("a", "b"):
        (folder / name).mkdir(parents=True)
        (folder / name / "index.html").write_text(f'<script src="{script}"></script>\n<p>The picture {words}.</p>\n')
    (folder / "data").mkdir()
    (folder / script).write_text("let one;\n")
    index = json.dumps({"datasets": [{"title": f"A {title}"}]}).encode()
    (folder / "data" / "index.json.gz").write_bytes(gzip.compress(index, mtime=len(words)))
    (folder / "thumb.webp").write_bytes(picture)
    return folder


def compare(*arguments: str | Path) -> tuple[int, list[str]]:
    """Return the exit code and the lines printed."""
    done = subprocess.run([sys.executable, SCRIPT, *arguments], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines()


def test_each_difference_is_printed_once_and_may_be_accepted(tmp_path: Path) -> None:
    """A changed word is one group, however many pages have it; the exit code is 0 if every group is accepted."""
    old = write_site(tmp_path / "old", "is none", "spot", "app.00000001.js", b"\xff\x00")
    new = write_site(tmp_path / "new", "was not found", "place", "app.00000002.js", b"\xff\x01")
    (old / "old.txt").write_text("gone\n")
    allowed = tmp_path / "allowed.txt"
    allowed.write_text(
        "# words\nis none → was not found\nspot → place\nfile old.txt → (absent)\n* of *.webp → bytes of *\n"
    )

    assert compare(old, new) == (1, FOUND)
    assert compare(old, new, "--allow", allowed) == (0, [FOUND[0].replace("4 groups are", "0 groups are")])
    assert compare(old, old)[0] == 0
