"""A build that is killed loses nothing that was finished, and the next one makes the site that one alone would have.

The builds are forks of this process, so that each dies at once by SIGKILL, wherever it is:
after a random number of requests, or of files of the site.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from standin import Standin
from stores import tree, write_list

from sitegen.commands.build import BuildOptions, build
from sitegen.commands.progress import Progress

HOSTS = ("a.example", "b.example", "c.example")
DATASETS = 60
KILLS = 20
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork a process")
STATED = {"SOURCE_DATE_EPOCH": "1790000000"}


@dataclass(slots=True)
class Killed:
    """What came of a build that was killed again and again, and of one that was not."""

    whole: dict[str, bytes] = field(default_factory=dict)
    """The site that was built in one go."""
    site: dict[str, bytes] = field(default_factory=dict)
    between: list[dict[str, bytes]] = field(default_factory=list)
    """The site's folder after each kill."""
    kills: int = 0
    finished: list[set[str]] = field(default_factory=list)
    """Datasets that the cache held after each kill."""
    asked: list[dict[str, int]] = field(default_factory=list)
    """How often each file had been asked for by then; at last, by the end."""
    set_aside: bool = False


def folder_config(folder: Path, standin: Standin) -> Path:
    """Write the configuration of a catalog of all datasets, two requests at once to a host."""
    return write_list(
        folder / "sitegen.toml",
        f'csv = ["{standin.path("all.csv")}"]',
        "[crawl]",
        "per_host = 2",
        "allow_private_hosts = true",
        "[pictures]",
        "thumbnail_px = 64",
        "preview_px = 96",
    )


def start_build(config: Path, out: Path, cache: Path) -> int:
    """Start a build in a fork and return its process id."""
    child = os.fork()
    if child:
        return child
    try:
        os.environ |= STATED
        with open(os.devnull, "w") as nowhere:
            options = BuildOptions(config=str(config), out=out, cache=cache, workers=0)
            build(options, Progress(nowhere))
        os._exit(0)
    finally:  # whatever went wrong: nothing of the tests runs twice
        traceback.print_exc()
        os._exit(1)


def kill_when(child: int, due: Callable[[], bool]) -> bool:
    """Kill a build as soon as it is due; return whether it had not ended by itself."""
    while not due():
        if os.waitpid(child, os.WNOHANG) != (0, 0):
            return False
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def finished_datasets(cache: Path) -> set[str]:
    """Return the datasets that a killed build's cache holds."""
    if not (cache / "cache.sqlite3").exists():
        return set()
    with closing(sqlite3.connect(cache / "cache.sqlite3")) as database:
        return {url for (url,) in database.execute("SELECT url FROM findings")}


def asked_paths(standin: Standin) -> dict[str, int]:
    """Return how often each address was asked for."""
    figures = standin.figures(paths=True)
    return {
        f"http://127.0.0.1:{host.port}{path}": count
        for host in figures.hosts.values()
        for path, count in host.paths.items()
    }


def moment(standin: Standin, out: Path, *, requests: int, files: int) -> Callable[[], bool]:
    """Return a condition: so many more requests, or so many files of a new site."""
    before = standin.figures().requests
    halves = set(out.parent.glob(f".{out.name}.new-*"))

    def due() -> bool:
        new = set(out.parent.glob(f".{out.name}.new-*")) - halves
        written = sum(len(names) for folder in new for _, _, names in os.walk(folder))
        return standin.figures().requests >= before + requests or written >= files

    return due


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killed]:
    """A catalog of sixty datasets on three hosts, built in one go, and with twenty kills."""
    folder, chance, outcome = tmp_path_factory.mktemp("kill"), random.Random(20), Killed()
    rows = [f"https://{HOSTS[number % 3]}/images/{number:02}.zarr" for number in range(DATASETS)]
    write_list(folder / "all.csv", "url", *rows)
    with Standin([folder / "all.csv"], latency_ms=3) as standin:
        config = folder_config(folder, standin)
        os.waitpid(start_build(config, folder / "whole", folder / "cache-of-whole"), 0)
        outcome.whole = tree(folder / "whole")
        standin.reset()
        out, cache = folder / "site", folder / "cache"
        for _ in range(KILLS):
            due = moment(
                standin, out, requests=chance.randrange(1, 130), files=chance.randrange(1, len(outcome.whole) // 2)
            )
            outcome.kills += kill_when(start_build(config, out, cache), due)
            outcome.between.append(tree(out))
            outcome.finished.append(finished_datasets(cache))
            outcome.asked.append(asked_paths(standin))
        os.waitpid(start_build(config, out, cache), 0)
        outcome.asked.append(asked_paths(standin))
        outcome.site = tree(out)
        outcome.set_aside = (cache / "cache.aside.sqlite3").exists()
        yield outcome


def test_all_of_them_were_killed(killed: Killed) -> None:
    """Twenty kills, some before the first dataset was finished, some between, some while the site was written."""
    counts = [len(finished) for finished in killed.finished]

    assert killed.kills == KILLS
    assert len({count for count in counts if 0 < count < DATASETS}) >= 3  # the twelve in work end almost together
    assert counts.count(DATASETS) >= 3
    assert counts == sorted(counts)


def test_the_site_is_the_one_built_in_one_go(killed: Killed) -> None:
    """The same files, the same bytes; after each kill there was no site or all of it, never half a one."""
    assert len(killed.whole) > DATASETS
    assert [
        path for path in killed.whole.keys() | killed.site.keys() if killed.whole.get(path) != killed.site.get(path)
    ] == []
    assert [len(between) for between in killed.between if between not in ({}, killed.whole)] == []
    assert len(killed.whole) > DATASETS


def test_no_finished_dataset_is_asked_for_again(killed: Killed) -> None:
    """From when it is in the cache on, nothing below its address is asked for; the cache is never set aside."""
    for finished, asked in zip(killed.finished, killed.asked, strict=False):
        again = [
            path
            for path, count in killed.asked[-1].items()
            if "/".join(path.split("/")[:5]) in finished and count > asked.get(path, 0)
        ]
        assert again == []
    assert not killed.set_aside
