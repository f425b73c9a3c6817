"""Builds a catalog of hostile datasets ("bombs"), and prints the peak memory of all processes of the build.

    python benchmarks/bombs.py                           every bomb on each of 12 hosts
    python benchmarks/bombs.py --only digits --hosts 1   one of them alone

Documents of the largest size that is read, with a million entries of every kind; images of
10^18 pixels along each axis; chunks that decompress to half a gigabyte, or rightly to
29 MB; lists of junk. The build has to end with exit code 0 and stay below 400 MB. One
process serves, another one builds; only the latter is measured.
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
from functools import cache, partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import bombs
from fault_server import Act, answer, ranges, serving
from memory import Memory

MAX_BYTES = 400_000_000
HOSTS = 12
LIST_BYTES = 7_900_000
VALID_PX, VALID_CHUNKS = 5_400, 6
"""A valid chunk of 29 MB, and how many of them are on each host: harmless alone, too much memory all at once."""


def datasets() -> Mapping[str, Callable[[], Mapping[str, Act]]]:
    """Return by the name of a dataset what makes the responses of its host, by path below the dataset."""
    files: dict[str, Callable[[], Mapping[str, bytes]]] = {
        "nested": lambda: bombs.nested(15_000_000),
        "nested-within": lambda: bombs.nested_within(2_000_000),
        "digits": bombs.digits,
        "empty-lists": bombs.empty_lists,
        "many-keys": bombs.many_keys,
        "huge-shape": bombs.huge_shape,
        "huge-chunk": bombs.huge_chunk,
        "tiny-chunks": bombs.tiny_chunks,
        "many-axes": bombs.many_axes,
        "many-levels": bombs.many_levels,
        "many-levels-below-the-limit": lambda: bombs.many_levels(240_000),
        "many-channels": bombs.many_channels,
        "many-channels-below-the-limit": lambda: bombs.many_channels(240_000),
        "many-wells": bombs.many_wells,
        **{name: partial(_chunk_bomb, name) for name in ("zstd-bomb", "gzip-chunk-bomb", "blosc-bomb")},
        **{f"valid-chunk-{number}": _valid_chunk for number in range(VALID_CHUNKS)},
    }
    ranged = {name: partial(_range_responses, make) for name, make in files.items()}
    return {**ranged, "gzip-bomb": _gzip_bomb}


@cache
def _chunk_bombs() -> Mapping[str, Mapping[str, bytes]]:
    return bombs.chunk_bombs()


def _chunk_bomb(name: str) -> Mapping[str, bytes]:
    return _chunk_bombs()[name]


@cache
def _valid_chunk() -> Mapping[str, bytes]:
    return bombs.image(bombs.pixels(VALID_PX), shape=(VALID_PX, VALID_PX), chunks=(VALID_PX, VALID_PX))


def _range_responses(make: Callable[[], Mapping[str, bytes]]) -> Mapping[str, Act]:
    return {path: ranges(body) for path, body in make().items()}


def _gzip_bomb() -> Mapping[str, Act]:
    return {"zarr.json": answer(200, bombs.gzipped(2_000_000_000), Content_Encoding="gzip")}


def lists() -> Mapping[str, Callable[[], bytes]]:
    """Return lists of junk, each of the largest size that is read."""
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
    """Measure, print, and return 1 if the memory exceeds the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help="the name of one bomb or list")
    parser.add_argument("--hosts", type=int, default=HOSTS, help=f"hosts that serve each bomb ({HOSTS})")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        csv = _write_lists(Path(folder), stack, options.only, options.hosts)
        peak_bytes, seconds, summary = _build(Path(folder), csv)
    print(f"{summary['datasets']} datasets, {summary['statuses']}, {seconds:.0f} s: {peak_bytes / 1e6:.0f} MB at most")
    return int(peak_bytes > MAX_BYTES)


def _write_lists(folder: Path, stack: ExitStack, only: str | None, hosts: int) -> list[Path]:
    chosen = {name: make() for name, make in datasets().items() if only in (None, name)}
    rows = ["url", "https://example.invalid/nothing.zarr"]
    for _ in range(hosts):
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
