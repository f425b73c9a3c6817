"""Builds a catalog full of bombs, and prints how much memory the build took, all its processes together.

    python benchmarks/bombs.py                 every bomb on each of 12 hosts
    python benchmarks/bombs.py --only digits   one of them alone

Documents as large as may be, of a million of anything; images of 10^18 pixels a side;
chunks that unpack to half a gigabyte, or really have 29 MB; lists of junk. The build has to end with exit code
0, within 400 MB (issue 4). One process serves, another one builds; only that is measured.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import bombs
from fault_server import Act, answer, ranges, serving
from memory import Memory

MOST_BYTES = 400_000_000
HOSTS = 12
LIST_BYTES = 7_900_000
HONEST_PX, HONEST_CHUNKS = 5_400, 6
"""A chunk of 29 MB that is what it says, on each host so many times: no bomb, but all of them together are one."""


def datasets() -> Mapping[str, Mapping[str, Act]]:
    """Return what each bomb answers, by path below it."""
    honest = bombs.image(bombs.pixels(HONEST_PX), shape=(HONEST_PX, HONEST_PX), chunks=(HONEST_PX, HONEST_PX))
    files = {
        "nested": bombs.nested(15_000_000),
        "nested-within": bombs.nested_within(2_000_000),
        "digits": bombs.digits(),
        "empty-lists": bombs.empty_lists(),
        "many-keys": bombs.many_keys(),
        "huge-shape": bombs.huge_shape(),
        "huge-chunk": bombs.huge_chunk(),
        "tiny-chunks": bombs.tiny_chunks(),
        "many-axes": bombs.many_axes(),
        "many-levels": bombs.many_levels(),
        "many-levels-below-the-limit": bombs.many_levels(240_000),
        "many-channels": bombs.many_channels(),
        "many-channels-below-the-limit": bombs.many_channels(240_000),
        "many-wells": bombs.many_wells(),
        **bombs.chunk_bombs(),
        **{f"honest-chunk-{number}": honest for number in range(HONEST_CHUNKS)},
    }
    acts = {name: {path: ranges(body) for path, body in each.items()} for name, each in files.items()}
    gzipped = answer(200, bombs.gzipped(2_000_000_000), Content_Encoding="gzip")
    return {**acts, "gzip-bomb": {"zarr.json": gzipped}}


def lists() -> Mapping[str, Callable[[], bytes]]:
    """Return lists of junk, each as large as a list may be."""
    return {
        "same-rows": lambda: b"url\n" + b"a\n" * (LIST_BYTES // 2),
        "empty-rows": lambda: b"url\n" + b"\n" * LIST_BYTES,
        "commas": lambda: b"url\n" + (b"," * 90_000 + b"\n") * (LIST_BYTES // 90_001),
        "quotes": lambda: b"url,b\n" + b'"a,\n' * (LIST_BYTES // 4),
        "credentials": lambda: b"url\n" + b"https://u:p@h/a.zarr\n" * (LIST_BYTES // 21),
        "one-line": lambda: b"url\n" + b"a" * LIST_BYTES,
        "columns": lambda: ",".join(["url", *map(str, range(9_000))]).encode() + b"\n" + (b"a," * 9_000 + b"\n") * 430,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return 1 where it was too much."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help="the name of one bomb or list")
    only = parser.parse_args(arguments).only
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        csv = _write_lists(Path(folder), stack, only)
        peak_bytes, seconds, summary = _build(Path(folder), csv)
    print(f"{summary['datasets']} datasets, {summary['statuses']}, {seconds:.0f} s: {peak_bytes / 1e6:.0f} MB at most")
    return int(peak_bytes > MOST_BYTES)


def _write_lists(folder: Path, stack: ExitStack, only: str | None) -> list[Path]:
    chosen = {name: acts for name, acts in datasets().items() if only in (None, name)}
    rows = ["url", "https://example.invalid/nothing.zarr"]
    for _ in range(HOSTS):
        host = stack.enter_context(serving())
        for name, acts in chosen.items():
            rows.append(host.url(f"/{name}.zarr"))
            host.scripts |= {f"/{name}.zarr/{path}": [act] for path, act in acts.items()}
    (folder / "bombs.csv").write_text("\n".join(rows))
    junk = {name: make for name, make in lists().items() if only in (None, name)}
    for name, make in junk.items():
        (folder / f"{name}.csv").write_bytes(make())
    return [folder / "bombs.csv", *(folder / f"{name}.csv" for name in junk)]


def _build(folder: Path, csv: Sequence[Path]) -> tuple[int, float, dict[str, object]]:
    config = f"csv = {json.dumps([str(path) for path in csv])}\n[crawl]\nallow_private_hosts = true\n"
    (folder / "sitegen.toml").write_text(config)
    command = [sys.executable, "-m", "sitegen", "build", "--json", "--limit", "400"]
    started = time.perf_counter()
    with (folder / "summary.json").open("wb") as printed:
        process = subprocess.Popen(command, cwd=folder, stdout=printed)
        memory = Memory(process.pid)
        code = process.wait()
        memory.stop()
    if code:
        sys.exit(f"the build ended with {code}")
    return memory.peak_bytes, time.perf_counter() - started, json.loads((folder / "summary.json").read_text())


if __name__ == "__main__":
    sys.exit(main())
