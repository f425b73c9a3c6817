"""Prints what the search costs in Chromium: bytes, requests and milliseconds of the first search and of later ones.

    python benchmarks/search.py LISTS                            at 15,305, 100,000 and 1,000,000 datasets
    python benchmarks/search.py LISTS --datasets 100000          at another number
    python benchmarks/search.py LISTS --queries hela "cell 01"   with other words
    python benchmarks/search.py LISTS --keep FILES               keeps the search files, and takes them from there

LISTS is a folder with the lists of the OME2024 NGFF Challenge. What the lists state is real; what an inspection would
find is varied from a fixed seed. More datasets than in the lists are copies of their records with other stems and
origins, which are as many different texts; they belong to the same studies. The search files of each number are made in
a process of its own, and others that it starts: seconds as they pass, microseconds of processors for each dataset, and
the largest resident size of each process. Copies are made whenever they are read, so that no process holds them: a
catalog of a build, which keeps them encoded, takes 0.2 kB a record more.

A page without content opens the search as the home page does, in a worker, over loopback; the server counts requests
and bytes of the search files. A first search begins in a new browser context. Later ones are typed: one question for
each key, all of it twice, and the second time counts. Decks of cards, fetched in the background, do not count. Scripts
are what gzip at level 6 makes of the bundle.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import resource
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "browser"))

from install import find
from playwright.sync_api import Browser, Page, sync_playwright
from search_builds import Built, build

from sitegen.slab_workers import workers_of

_ROOT = Path(__file__).parent.parent
_SIZES = (15_305, 100_000, 1_000_000)
_LATENCY_S, _LINE_BYTES_PER_S = 0.04, 10e6 / 8
_QUERIES = (
    "24187_K37367",
    "mouse light-sheet",
    "hela cells",
    "idr0004 Rad52",
    "zebrafish size:<5GB",
    "organism:human confocal",
    "spinning disk -plate",
    "fluoresence",
)
"""What people type: names of plates, words, fields, an exclusion, a typo. The first is also the first search."""
_OPEN = """async (manifest) => {
  const { open } = await import("/assets/js/search/client.js");
  globalThis.search = open(new URL(manifest, location.href).href);
  await search.opened;
}"""
_ASK = """async (question) => {
  const start = performance.now();
  const answer = await search.query(question);
  return { ms: performance.now() - start, total: answer.total, isAbout: answer.isAbout };
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the search of one catalog costs; bytes as transferred."""

    script_and_manifest_bytes: int
    """Before the first search."""
    first_search_bytes: int
    """With script, manifest and the cards of a page of results; the median of all queries, each in a new context."""
    first_search_most_bytes: int
    first_search_requests: float
    first_search_ms: float
    first_search_slow_ms: float
    """Over a line of 10 Mbit/s with 40 ms; the manifest is there already, as on a page that was opened before."""
    about: int
    """How many of the queries have an answer that is only about right."""
    warm_median_ms: float
    """From a question to its answer, while queries are typed."""
    warm_p95_ms: float
    facet_bytes: int
    """Of the first choice of a value, after the first search."""
    facet_median_ms: float
    sort_bytes: int
    """Of the first sort by size, after the first search."""
    sort_requests: int
    sort_first_ms: float
    sort_median_ms: float
    renderer_mb: float
    """Resident in the process of page and worker, after all that was typed and chosen."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lists", type=Path)
    parser.add_argument("--datasets", type=int, nargs="+", default=_SIZES)
    parser.add_argument("--queries", nargs="+", default=_QUERIES, help="what to type instead of the usual")
    parser.add_argument("--processes", type=int, help="that make the search files, else as builds do")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where search files stay, and are taken from if there")
    options = parser.parse_args(arguments)
    rows = {count: _measure(options, count) for count in options.datasets}
    print(f"{'':28}" + "".join(f"{count:>14,}" for count in rows))
    for name in next(iter(rows.values())):
        print(f"{name:28}" + "".join(f"{row[name]:>14,.6g}" for row in rows.values()))
    return 0


def _measure(options: argparse.Namespace, count: int) -> dict[str, float]:
    """Return what is printed of one catalog: what its files cost, then what the search does."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = (options.keep or Path(temporary)) / str(count)
        built = _built(options, count, folder)
        print(f"{count:,} datasets: {built}", file=sys.stderr, flush=True)
        with _serving(folder) as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
            row = asdict(built) | asdict(_search(browser, server, built, options.queries))
    return {name: figure for name, figure in row.items() if name != "manifest"}


def _built(options: argparse.Namespace, count: int, folder: Path) -> Built:
    """Return the search files of so many datasets: those that are kept, or new ones."""
    kept = folder / "built.json"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            built = pool.submit(build, options.lists, count, folder, options.processes or workers_of(count)).result()
        kept.write_text(json.dumps(asdict(built)))
    return Built(**json.loads(kept.read_text()))


@dataclass(slots=True)
class _Traffic:
    """What was asked of the server below `search/`."""

    requests: int = 0
    bytes: int = 0
    is_slow: bool = False
    """Whether answers come as over a line of 10 Mbit/s after 40 ms."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    line: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> tuple[int, int]:
        """Return requests and bytes since the last time."""
        with self.lock:
            taken, self.requests, self.bytes = (self.requests, self.bytes), 0, 0
        return taken


class _Handler(SimpleHTTPRequestHandler):
    """Serves the search files and the scripts that read them."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments: object, folder: Path, traffic: _Traffic, **named: object) -> None:
        self._folder, self._traffic = folder, traffic
        super().__init__(*arguments, **named)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        path = self.path.partition("?")[0].lstrip("/")
        if not path:
            self._send(b"<!doctype html><title>Search</title>", "text/html")
        elif path.startswith("search/"):
            content = (self._folder / path).read_bytes()
            if not path.startswith("search/decks"):  # in the background, after the answer
                with self._traffic.lock:
                    self._traffic.requests += 1
                    self._traffic.bytes += len(content)
            if self._traffic.is_slow:
                time.sleep(_LATENCY_S)
                with self._traffic.line:
                    time.sleep(len(content) / _LINE_BYTES_PER_S)
            self._send(content, "application/octet-stream")
        elif path.startswith("assets/") and (_ROOT / path).is_file():
            self._send((_ROOT / path).read_bytes(), "text/javascript")
        else:
            self.send_error(404)

    def _send(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        with suppress(ConnectionError):  # the page was closed
            self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Print nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Server:
    address: str
    traffic: _Traffic


@contextmanager
def _serving(folder: Path) -> Iterator[_Server]:
    traffic = _Traffic()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, folder=folder, traffic=traffic))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield _Server(address=f"http://127.0.0.1:{server.server_port}/", traffic=traffic)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True, slots=True, kw_only=True)
class _First:
    """A first search."""

    bytes: int
    requests: int
    ms: float
    is_about: bool


def _search(browser: Browser, server: _Server, built: Built, queries: Sequence[str]) -> Figures:
    manifest, scripts = _fixed_bytes(browser, server, built)
    firsts = [_first(browser, server, built, query) for query in queries]
    slow = [_first(browser, server, built, query, is_slow=True) for query in queries]
    with _opened(browser, server, built) as page:
        for _ in range(2):
            keys = [query[:end] for query in queries for end in range(1, len(query) + 1)]
            typed = [_ask(page, {"text": text}) for text in keys]
        slowest = sorted(zip(typed, keys, strict=True), reverse=True)[:12]
        print("  slowest keys:", "; ".join(f"{text!r} {ms:.0f} ms" for ms, text in slowest), file=sys.stderr)
        choice = {"text": queries[1].split()[0], "facets": {"kind": ["image"]}}
        clicks = [_ask(page, {**choice, "facets": {"dtype": [value]}}) for value in ("uint8", "uint16") * 5]
        renderer_mb = _renderer_mb(browser)
    facet_bytes, *_ = _later(browser, server, built, choice)
    sort = {"text": queries[1].split()[0], "sort": "-bytes"}
    sort_bytes, sort_requests, times = _later(browser, server, built, sort)
    return Figures(
        script_and_manifest_bytes=scripts + manifest,
        first_search_bytes=int(statistics.median(each.bytes for each in firsts)) + scripts,
        first_search_most_bytes=max(each.bytes for each in firsts) + scripts,
        first_search_requests=statistics.median(each.requests for each in firsts),
        first_search_ms=statistics.median(each.ms for each in firsts),
        first_search_slow_ms=statistics.median(each.ms for each in slow),
        about=sum(each.is_about for each in firsts),
        warm_median_ms=statistics.median(typed),
        warm_p95_ms=sorted(typed)[int(len(typed) * 0.95)],
        facet_bytes=facet_bytes,
        facet_median_ms=statistics.median(clicks),
        sort_bytes=sort_bytes,
        sort_requests=sort_requests,
        sort_first_ms=times[0],
        sort_median_ms=statistics.median(times[1:]),
        renderer_mb=renderer_mb,
    )


def _fixed_bytes(browser: Browser, server: _Server, built: Built) -> tuple[int, int]:
    """Return the bytes of the manifest, and of the scripts of page and search."""
    with _opened(browser, server, built):
        _, manifest = server.traffic.take()
    bundle = _ROOT / "sitegen" / "bundle" / "pages"
    paths = [path for kind in ("home", "worker") for path in bundle.glob(f"{kind}-*.js")]
    return manifest, sum(len(gzip.compress(path.read_bytes(), 6)) for path in paths)


@contextmanager
def _opened(browser: Browser, server: _Server, built: Built) -> Iterator[Page]:
    """Open the search with nothing cached."""
    server.traffic.take()
    context = browser.new_context()
    page = context.new_page()
    page.goto(server.address)
    page.evaluate(_OPEN, f"/{built.manifest}")
    yield page
    context.close()


def _first(browser: Browser, server: _Server, built: Built, query: str, *, is_slow: bool = False) -> _First:
    with _opened(browser, server, built) as page:
        server.traffic.is_slow = is_slow
        answer = page.evaluate(_ASK, {"text": query})
        server.traffic.is_slow = False
        requests, size = server.traffic.take()
    print(
        f"  {query:28}{answer['total']:>10,} found, {size:>10,} bytes, {requests:>4} requests, {json.dumps(answer)}",
        file=sys.stderr,
    )
    return _First(bytes=size, requests=requests, ms=answer["ms"], is_about=answer["isAbout"])


def _later(
    browser: Browser, server: _Server, built: Built, question: dict[str, object]
) -> tuple[int, int, list[float]]:
    """Return bytes and requests of a question after its words alone were looked for, and the time of several."""
    with _opened(browser, server, built) as page:
        _ask(page, {"text": question["text"]})
        page.wait_for_timeout(500)  # for cards that are fetched ahead
        server.traffic.take()
        times = [_ask(page, question)]
        requests, size = server.traffic.take()
        times += [_ask(page, question) for _ in range(5)]
    return size, requests, times


def _renderer_mb(browser: Browser) -> float:
    """Return the largest resident size of a page's process."""
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    pages = [Path(f"/proc/{each['id']}/statm") for each in processes if each["type"] == "renderer"]
    return max(int(path.read_text().split()[1]) for path in pages) * resource.getpagesize() / 1e6


def _ask(page: Page, question: dict[str, object]) -> float:
    return float(page.evaluate(_ASK, question)["ms"])


if __name__ == "__main__":
    sys.exit(main())
