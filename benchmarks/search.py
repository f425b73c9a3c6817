"""Prints what the search costs in Chromium: bytes, requests and milliseconds of the first search and of later ones.

    python benchmarks/search.py LISTS                            at 15,305, 100,000 and 1,000,000 datasets
    python benchmarks/search.py LISTS --datasets 100000          at another number
    python benchmarks/search.py LISTS --queries hela "cell 01"   with other words

LISTS is a folder with the lists of the OME2024 NGFF Challenge. What the lists state is real; what an inspection would
find is varied from a fixed seed. More datasets than in the lists are copies of their records with other stems and
origins, which are as many different texts; they belong to the same studies. The search files of each number are made in
a process of its own: seconds are of its processor, and memory is the largest resident size beyond that of the catalog.

A page without content opens the search as the home page does, in a worker, over loopback; the server counts requests
and bytes of the search files. A first search begins in a new browser context. Later ones are typed: one question for
each key, all of it twice, and the second time counts. Scripts are what gzip at level 6 makes of the bundle.
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
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "browser"))

from challenge import find_lists, read_addresses
from install import find
from playwright.sync_api import Browser, Page, sync_playwright
from sample_site import make_sample_catalog

from sitegen import urls
from sitegen.model import Catalog, Record
from sitegen.site.search import make_index

_ROOT = Path(__file__).parent.parent
_SIZES = (15_305, 100_000, 1_000_000)
_REAL = 15_305
_QUERIES = (
    "LT0113_01",
    "mouse light-sheet",
    "hela cells",
    "idr0013 mitosis",
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
class Built:
    """The search files of a catalog."""

    manifest: str
    build_s: float
    peak_mb: float
    files: int
    megabytes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is printed of one catalog; bytes as transferred."""

    build_s: float
    peak_mb: float
    files: int
    megabytes: float
    script_and_manifest_bytes: int
    """Before the first search."""
    first_search_bytes: int
    """With script, manifest and the cards of a page of results; the median of all queries, each in a new context."""
    first_search_most_bytes: int
    first_search_requests: float
    first_search_ms: float
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lists", type=Path)
    parser.add_argument("--datasets", type=int, nargs="+", default=_SIZES)
    parser.add_argument("--queries", nargs="+", default=_QUERIES, help="what to type instead of the usual")
    options = parser.parse_args(arguments)
    rows = {count: _measure(options.lists, count, options.queries) for count in options.datasets}
    print(f"{'':28}" + "".join(f"{count:>14,}" for count in rows))
    for each in fields(Figures):
        print(f"{each.name:28}" + "".join(f"{getattr(row, each.name):>14,.6g}" for row in rows.values()))
    return 0


def _measure(lists: Path, count: int, queries: Sequence[str]) -> Figures:
    with tempfile.TemporaryDirectory() as folder:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            built = pool.apply(_build, (lists, count, Path(folder)))
        print(f"{count:,} datasets: {built}", file=sys.stderr, flush=True)
        with _serving(Path(folder)) as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
            return _search(browser, server, built, queries)


def _build(lists: Path, count: int, folder: Path) -> Built:
    """Write the search files of so many datasets; run in a process of its own."""
    found, (root,) = find_lists([lists])
    catalog = _repeat(make_sample_catalog(root, read_addresses(found[0]), min(count, _REAL)), count)
    before_mb, started = _peak_mb(), time.process_time()
    index = make_index(catalog)
    build_s = time.process_time() - started
    (folder / "search").mkdir()
    for page in index.pages:
        (folder / page.path).write_bytes(page.content)
    return Built(
        manifest=index.manifest,
        build_s=build_s,
        peak_mb=_peak_mb() - before_mb,
        files=len(index.pages),
        megabytes=sum(len(page.content) for page in index.pages) / 1e6,
    )


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _repeat(catalog: Catalog, count: int) -> Catalog:
    """Return a catalog of so many datasets: those given, then copies with other stems and origins."""
    records = catalog.records
    copies = (_copy(records[at % len(records)], at // len(records)) for at in range(len(records), count))
    return replace(catalog, records=(*records, *copies))


def _copy(record: Record, number: int) -> Record:
    head, dot, tail = record.url.rpartition(".ome.zarr" if ".ome.zarr" in record.url else ".zarr")
    url = f"{head}-{number}{dot}{tail}" if dot else f"{record.url}-{number}"
    origin = record.origin and f"{record.origin}&copy={number}"
    return replace(record, url=url, id=urls.dataset_id(url), title=f"{record.title} {number}", origin=origin)


@dataclass(slots=True)
class _Traffic:
    """What was asked of the server below `search/`."""

    requests: int = 0
    bytes: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

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
            with self._traffic.lock:
                self._traffic.requests += 1
                self._traffic.bytes += len(content)
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
    with _opened(browser, server, built) as page:
        for _ in range(2):
            typed = [_ask(page, {"text": query[:end]}) for query in queries for end in range(1, len(query) + 1)]
        choice = {"text": queries[1].split()[0], "facets": {"kind": ["image"]}}
        clicks = [_ask(page, {**choice, "facets": {"dtype": [value]}}) for value in ("uint8", "uint16") * 5]
    facet_bytes, *_ = _later(browser, server, built, choice)
    sort = {"text": queries[1].split()[0], "sort": "-bytes"}
    sort_bytes, sort_requests, times = _later(browser, server, built, sort)
    return Figures(
        build_s=built.build_s,
        peak_mb=built.peak_mb,
        files=built.files,
        megabytes=built.megabytes,
        script_and_manifest_bytes=scripts + manifest,
        first_search_bytes=int(statistics.median(each.bytes for each in firsts)) + scripts,
        first_search_most_bytes=max(each.bytes for each in firsts) + scripts,
        first_search_requests=statistics.median(each.requests for each in firsts),
        first_search_ms=statistics.median(each.ms for each in firsts),
        about=sum(each.is_about for each in firsts),
        warm_median_ms=statistics.median(typed),
        warm_p95_ms=sorted(typed)[int(len(typed) * 0.95)],
        facet_bytes=facet_bytes,
        facet_median_ms=statistics.median(clicks),
        sort_bytes=sort_bytes,
        sort_requests=sort_requests,
        sort_first_ms=times[0],
        sort_median_ms=statistics.median(times[1:]),
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


def _first(browser: Browser, server: _Server, built: Built, query: str) -> _First:
    with _opened(browser, server, built) as page:
        answer = page.evaluate(_ASK, {"text": query})
        requests, size = server.traffic.take()
    print(f"  {query:28}{answer['total']:>10,} found, {size:>10,} bytes, {json.dumps(answer)}", file=sys.stderr)
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


def _ask(page: Page, question: dict[str, object]) -> float:
    return float(page.evaluate(_ASK, question)["ms"])


if __name__ == "__main__":
    sys.exit(main())
