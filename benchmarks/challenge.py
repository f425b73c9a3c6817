"""Builds a catalog of real lists against stand-in hosts on loopback, and prints what it cost.

    python benchmarks/challenge.py FOLDER     a folder with the lists of the OME 2024 NGFF Challenge
    python benchmarks/challenge.py lists/root.csv more.csv --limit 500 --latency-ms 20

The lists are copied with their hosts replaced by loopback ports (tests/standin).
`sitegen build` runs in a process of its own: with an empty cache, once more (within the
maximum age), once more with `--refresh` (every dataset is requested again, nothing has
changed), and, by the options, with a host down or offline. The server counts requests and
bytes, the kernel CPU and memory; sitegen counts nothing. Do not quote figures of a machine
with other load.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from memory import Memory
from standin import Figures, Standin
from standin.rewriting import is_list

_ROOT = "ngff_samples.csv"
_LIST_BYTES = 10**9
"""Lists of many copies are larger than builds take unless they are told so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One build: its summary, and what it cost."""

    name: str
    summary: Mapping[str, object]
    figures: Figures
    seconds: float
    cpu_s: float
    peak_bytes: int
    """Largest proportional set size of all its processes together."""


@dataclass(frozen=True, slots=True)
class BuildFolder:
    """The folder of all builds: configuration, site and cache."""

    folder: Path

    @property
    def site(self) -> Path:
        """The built site."""
        return self.folder / "site"

    def command(self, options: Sequence[str]) -> list[str]:
        """Return the command line of a build."""
        folders = ["--out", str(self.site), "--cache", str(self.folder / "cache")]
        return [
            sys.executable,
            "-m",
            "sitegen",
            "build",
            str(self.folder / "sitegen.toml"),
            *folders,
            "--json",
            *options,
        ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark that the command line asks for."""
    options = _read_options(arguments)
    lists, roots = find_lists(options.lists)
    addresses = read_addresses(lists[0])
    folder = Path(tempfile.mkdtemp(prefix="challenge-"))
    build = BuildFolder(folder)
    try:
        if options.copies > 1:
            lists = [_repeat_rows(path, options.copies, folder) for path in lists]
        with Standin(lists, addresses, latency_ms=options.latency_ms, spread=options.hosts) as standin:
            _write_config(folder, [standin.path(root.name) for root in roots], options.preview_px)
            for name, extra, down in _plan(options):
                _print_run(_measure(name, build, extra, standin, down), build.site)
    finally:
        if options.keep:
            print(f"\nkept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lists", nargs="+", type=Path, help="a folder of lists, or root lists")
    parser.add_argument("--latency-ms", type=float, default=0, help="delay of each response (0)")
    parser.add_argument("--limit", type=int, help="only the first N datasets")
    parser.add_argument("--copies", type=int, default=1, help="the datasets so many times, with other addresses (1)")
    parser.add_argument("--preview-px", type=int, help="size of previews; that of thumbnails, 256, leaves them out")
    parser.add_argument("--hosts", type=int, help="distribute the datasets evenly over this number of hosts")
    parser.add_argument("--host-down", metavar="HOST", help="then build once more with this host down")
    parser.add_argument("--offline", action="store_true", help="then build once more from the cache alone")
    parser.add_argument("--once", action="store_true", help="only the first build")
    parser.add_argument("--keep", action="store_true", help="keep the site and the cache, and print where")
    return parser.parse_args(arguments)


def find_lists(given: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Return all lists in the folders of the given paths, and the root lists."""
    folders = {path if path.is_dir() else path.parent for path in given}
    lists = sorted(path for folder in folders for path in folder.glob("*.csv"))
    roots = [path / _ROOT if path.is_dir() else path for path in given]
    missing = [path for path in roots if not path.is_file()]
    if missing:
        sys.exit(f"no such list: {missing[0]}; name the root list itself")
    return lists, roots


def read_addresses(beside: Path) -> Mapping[str, str]:
    """Return the URL at which each list is published, from `published-at.json` in a folder above the lists."""
    for folder in (beside.parent, beside.parent.parent):
        if (path := folder / "published-at.json").is_file():
            return dict(json.loads(path.read_text(encoding="utf-8")))
    return {}


def _repeat_rows(path: Path, times: int, folder: Path) -> Path:
    """Write a list whose datasets stand there so many times, each time below another folder of their host."""
    rows = [row for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))) if any(row)]
    names = [cell.strip().lower() for cell in rows[0]]
    header, rows = ([rows[0]], rows[1:]) if "url" in names else ([], rows)
    at = names.index("url") if header else 0
    lists = [row for row in rows if is_list(row[at].strip())]
    datasets = [row for row in rows if not is_list(row[at].strip())]
    repeated = folder / path.name
    with repeated.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([*header, *lists, *datasets])
        for number in range(1, times):
            for row in datasets:
                parts = urlsplit(row[at].strip())
                other = parts._replace(path=f"/copy-{number}{parts.path}").geturl()
                writer.writerow([*row[:at], other, *row[at + 1 :]])
    return repeated


def _write_config(folder: Path, roots: Sequence[Path], preview_px: int | None) -> None:
    named = json.dumps([str(root) for root in roots])
    text = f'title = "Benchmark"\ncsv = {named}\n\n[crawl]\nallow_private_hosts = true\n'
    text += f"max_list_bytes = {_LIST_BYTES}\n"
    if preview_px:
        text += f"\n[pictures]\npreview_px = {preview_px}\n"
    (folder / "sitegen.toml").write_text(text, encoding="utf-8")


def _plan(options: argparse.Namespace) -> list[tuple[str, list[str], str | None]]:
    """Return the builds: name, options, and a host that is down."""
    limit = ["--limit", str(options.limit)] if options.limit else []
    builds: list[tuple[str, list[str], str | None]] = [("empty cache", limit, None)]
    if not options.once:
        builds += [("again", limit, None), ("refreshed, unchanged", [*limit, "--refresh"], None)]
    if options.host_down:
        builds.append((f"refreshed, {options.host_down} down", [*limit, "--refresh"], options.host_down))
    if options.offline:
        builds.append(("offline", [*limit, "--offline"], None))
    return builds


def _measure(name: str, build: BuildFolder, options: Sequence[str], standin: Standin, down: str | None) -> Run:
    standin.reset()
    if down:
        standin.take_down(down)
    printed = build.folder / "summary.json"
    with printed.open("wb") as output, (build.folder / "progress.txt").open("ab") as progress:
        started = time.perf_counter()
        process = subprocess.Popen(build.command(options), stdout=output, stderr=progress)
        memory = Memory(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
    memory.stop()
    if down:
        standin.bring_up(down)
    if code := os.waitstatus_to_exitcode(status):
        sys.exit(f"the build ended with {code}:\n{(build.folder / 'progress.txt').read_text()[-3000:]}")
    return Run(
        name=name,
        summary=json.loads(printed.read_text(encoding="utf-8")),
        figures=standin.figures(),
        seconds=seconds,
        cpu_s=usage.ru_utime + usage.ru_stime,
        peak_bytes=memory.peak_bytes,
    )


def _print_run(run: Run, site: Path) -> None:
    rows, datasets, answered, pictures = (
        int(str(run.summary[key])) for key in ("rows", "datasets", "ok", "with_picture")
    )
    figures = run.figures
    files = [path for path in site.rglob("*") if path.is_file()]
    size_mb = sum(path.stat().st_size for path in files) / 1e6
    lines = [
        f"== {run.name}",
        f"rows {rows:,} · datasets {datasets:,} · failures {datasets - answered:,} · pictures {pictures:,}",
        f"{run.seconds:.1f} s · {datasets / run.seconds:.0f} datasets/s · "
        f"CPU {run.cpu_s:.1f} s ({1000 * run.cpu_s / datasets:.1f} ms/dataset) · "
        f"peak memory {run.peak_bytes / 1e6:.0f} MB",
        f"requests/dataset {figures.requests / datasets:.2f} · of them 404 {figures.status(404) / datasets:.3f} · "
        f"kB/dataset {figures.bytes / datasets / 1000:.1f}",
        *_host_lines(figures, site),
        f"site {size_mb:.1f} MB in {len(files):,} files · before the first search {first_load(site) / 1000:.1f} kB",
    ]
    print("", *lines, sep="\n", flush=True)


def _host_lines(figures: Figures, site: Path) -> list[str]:
    """Return a line for each host that had requests, with their number for each dataset of the report."""
    report = json.loads((site / "report.json").read_text(encoding="utf-8"))
    listed = {
        urlsplit(f"http://{entry['host']}").port: entry["datasets"] for entry in report["hosts"] if ":" in entry["host"]
    }
    lines = []
    for name, host in figures.hosts.items():
        count = listed.get(host.port, 0)
        statuses = " ".join(f"{status}: {number:,}" for status, number in sorted(host.statuses.items()))
        each = f"{host.requests / count:.2f} requests each" if count else f"{host.requests:,} requests"
        if host.requests:
            at_once = f"at once {host.most_at_once}, mean {host.busy_s / host.seconds:.1f} of {host.seconds:.0f} s"
            lines.append(
                f"  {name:32} {count:6,} datasets · {each:18} · {at_once} · {host.bytes / 1e6:8.2f} MB · {statuses}"
            )
    return lines


_IMPORT = re.compile(r"""(?:\bfrom|\bimport|new URL\()\s*\(?\s*["'](\.[^"']+\.js)["']""")
_LINKED = re.compile(r"""<(?:link[^>]+rel="(?:stylesheet|modulepreload)"[^>]+href|script[^>]+src)="([^"]+)\"""")
_MANIFEST = re.compile(r'data-manifest="([^"]+)"')


def first_load(site: Path) -> int:
    """Return the bytes, gzipped, that a browser loads before the first search: page, styles, scripts, manifest.

    Pictures are left out: they come with the page, not with the search.
    """
    page = (site / "index.html").read_text(encoding="utf-8")
    wanted = [site / name for name in (*_LINKED.findall(page), *_MANIFEST.findall(page))]
    seen: set[Path] = {site / "index.html"}
    while wanted:
        path = wanted.pop().resolve()
        if path in seen or not path.is_file():
            continue
        seen.add(path)
        if path.suffix == ".js":
            wanted += [path.parent / name for name in _IMPORT.findall(path.read_text(encoding="utf-8"))]
    return sum(_transferred(path) for path in seen)


def _transferred(path: Path) -> int:
    body = path.read_bytes()
    return len(body) if body[:2] == b"\x1f\x8b" else len(gzip.compress(body, 6))


if __name__ == "__main__":
    sys.exit(main())
