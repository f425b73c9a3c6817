"""Prints what a build costs when none, 1 % or 10 % of the datasets changed since the last one.

    python benchmarks/rebuild.py LISTS                 LISTS: the lists of the OME 2024 NGFF Challenge
    python benchmarks/rebuild.py LISTS --every 10      every tenth row
    python benchmarks/rebuild.py LISTS --copies 10 --short     ten datasets for each row, short pages in split folders

Nothing is crawled: what inspections would have found of the lists' rows is drawn from a fixed seed
(`sample_site.py`) and put into the cache, with a picture for each dataset that answers, as if it had been read just
now. A change is other findings of some datasets. Each build is a `sitegen build` of its own; the kernel counts its
CPU. Do not quote seconds of a machine with other load.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from challenge import find_lists
from memory import Memory
from PIL import Image
from sample_site import vary

from sitegen import urls
from sitegen.cache.folder import Cache
from sitegen.config.settings import Config
from sitegen.engine.plan import CrawlPolicy, made_by
from sitegen.lists.reading import read_lists
from sitegen.model import Entry, Picture
from sitegen.model.task import Known, PictureOptions
from sitegen.render.encoding import encode_both_sizes

_SEED = 13


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the builds and print a line for each."""
    options = _read_options(arguments)
    folder = Path(tempfile.mkdtemp(prefix="rebuild-"))
    try:
        entries = write_lists(folder, options.lists, options.every, options.copies)
        if options.short:
            with (folder / "sitegen.toml").open("a", encoding="utf-8") as file:
                file.write('[site]\npages = "short"\nfolders = "split"\n')
        print(f"{len(entries):,} datasets; {folder}")
        print("| build | seconds | CPU seconds | MB, all processes | files written | files kept |")
        print("| --- | --- | --- | --- | --- | --- |")
        fill_cache(folder, entries, round_=0)
        for name, share in (("first", 0.0), ("nothing changed", 0.0), ("1 % changed", 0.01), ("10 % changed", 0.1)):
            changed = random.Random(_SEED).sample(entries, round(share * len(entries)))
            fill_cache(folder, changed, round_=1 + round(100 * share))
            print(_build(folder, name), flush=True)
    finally:
        if options.keep:
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lists", type=Path, help="the folder of the lists")
    parser.add_argument("--every", type=int, default=1, help="only each Nth row of each list (1)")
    parser.add_argument("--copies", type=int, default=1, help="datasets for each row, at other addresses (1)")
    parser.add_argument("--short", action="store_true", help="short pages of datasets, in split folders")
    parser.add_argument("--keep", action="store_true", help="keep the site and the cache, and print where")
    return parser.parse_args(arguments)


def write_lists(folder: Path, given: Path, every: int, copies: int) -> Sequence[Entry]:
    """Write lists of this machine that are the given ones, and the configuration; return their datasets.

    every: only each Nth row. copies: how often the lists are written, each time with other addresses of datasets.
    """
    roots = [_write_copy(folder / "lists" / str(number), given, every, number) for number in range(copies)]
    text = f'title = "Benchmark"\nbase_url = "https://catalog.example.org/"\ncsv = {json.dumps(roots)}\n'
    (folder / "sitegen.toml").write_text(text, encoding="utf-8")
    return _read(roots, folder)


def _write_copy(folder: Path, given: Path, every: int, number: int) -> str:
    """Write the lists once; return the path of the root list."""
    lists, _ = find_lists([given])
    names = {path.name for path in lists}
    folder.mkdir(parents=True)
    for path in lists:
        rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
        named = [[tail if (tail := urls.tail(cell)) in names else cell for cell in row] for row in rows if any(row)]
        if not any(cell in names for row in named for cell in row):
            column = named[0].index("url") if "url" in named[0] else 0
            named = named[:1] + [_copy(row, number, column) for row in named[1::every]]
        with (folder / path.name).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(named)
    return str(folder / "ngff_samples.csv")


def _copy(row: Sequence[str], number: int, column: int) -> list[str]:
    """Return a row with another address in a column; itself where the number is 0."""
    address = re.sub(r"/([^/]+/?)$", rf"/copy-{number}/\1", row[column]) if number else row[column]
    return [*row[:column], address, *row[column + 1 :]]


def _read(roots: Sequence[str], folder: Path) -> Sequence[Entry]:
    async def read(address: str) -> bytes:
        return urls.to_path(address).read_bytes()

    return asyncio.run(read_lists(roots, read, folder=folder)).entries


def fill_cache(folder: Path, entries: Sequence[Entry], *, round_: int) -> None:
    """Put findings and pictures of datasets into the cache, as if they had just been read."""
    settings = Config(csv=("x",), title="").crawl
    pictures = Config(csv=("x",), title="").pictures
    policy = CrawlPolicy(
        max_bytes=settings.max_bytes_per_dataset,
        deadline_s=settings.dataset_deadline_s,
        max_age_days=settings.max_age_days,
        pictures=PictureOptions(
            thumbnail_px=pictures.thumbnail_px, preview_px=pictures.preview_px, montage_wells=pictures.montage_wells
        ),
    )
    picture = encode_both_sizes(Image.effect_noise((256, 256), 40), 256, 256, None, smooth=True)[0].content
    with Cache.open(folder / "cache") as cache:
        for entry in entries:
            digest = hashlib.sha1(f"{entry.url} {round_}".encode()).hexdigest()
            found = vary(random.Random(digest), entry, 0)
            if found.thumbnail:
                name = f"{digest[:2]}/{digest}.webp"
                cache.put_picture(name, picture + digest.encode())
                found = replace(found, thumbnail=Picture(path=f"thumbs/{name}", width=256, height=256))
            else:
                found = replace(found, status="missing")  # those that gave no answer are asked again in each build
            known = Known(then=found, made_by=made_by(entry, found, policy), root_digest="x", checked_at=time.time())
            cache.put_known(entry.url, known)


def _build(folder: Path, name: str) -> str:
    out, cache = folder / "site", folder / "cache"
    command = [sys.executable, "-m", "sitegen", "build", str(folder / "sitegen.toml"), "--json"]
    printed = folder / "summary.json"
    with printed.open("wb") as output:
        started = time.perf_counter()
        process = subprocess.Popen([*command, "--out", str(out), "--cache", str(cache)], stdout=output)
        memory = Memory(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
    memory.stop()
    if status:
        sys.exit(f"the build ended with {os.waitstatus_to_exitcode(status)}")
    summary: Mapping[str, object] = json.loads(printed.read_text(encoding="utf-8"))
    anew, kept = summary.get("files_written", summary["files"]), summary.get("files_kept", 0)
    cpu_s = usage.ru_utime + usage.ru_stime
    return f"| {name} | {seconds:.1f} | {cpu_s:.1f} | {memory.peak_bytes / 1e6:.0f} | {anew} | {kept} |"


if __name__ == "__main__":
    sys.exit(main())
