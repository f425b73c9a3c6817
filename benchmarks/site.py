"""Prints how fast the home page of a site is in Chromium: loading it, typing, choosing a value of a facet.

    python benchmarks/site.py site                                a built site
    python benchmarks/site.py sites --lists LISTS                 sites of 15,305 and 100,000 datasets, made there
    python benchmarks/site.py sites --lists LISTS --datasets 500  or of another size

LISTS is a folder with the lists of the OME2024 NGFF Challenge. A site that is there already is not made again.

The site is served with gzip, as GitHub Pages does. Chromium emulates 10 Mbit/s and 40 ms before each answer
(`Network.emulateNetworkConditions` of the Chrome DevTools Protocol), for the page and its workers. Loading starts with
nothing cached. Keys and clicks are real input events, and end at the frame that shows their answer. A click is made as
by hand, where the button is down for some 80 ms, in which the page finds the answer beforehand; and at once, as only
programs do. Queries are typed three times: the first time does not count; then each key follows the last answer at
once; then as fast typists type, so that what follows an answer is in the way. The smallest of `--repeat` runs is
printed, because others use the machine, too; what a key takes that changes nothing tells how busy it was.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "browser"))

from challenge import find_lists, read_addresses
from install import find
from playwright.sync_api import Browser, Page, sync_playwright
from sample_site import write_sample_site

from sitegen.serve import serving

_SIZES = (15_305, 100_000)
_NETWORK = {"offline": False, "latency": 40, "downloadThroughput": 10e6 / 8, "uploadThroughput": 10e6 / 8}
_QUERIES = (
    "mouse light-sheet",
    "hela cells",
    "idr0004 Rad52",
    "24187_K37367",
    "zebrafish size:<5GB",
    "organism:human confocal",
    "spinning disk -plate",
    "fluoresence",
)
"""What people type: words, names of plates, fields, an exclusion, a typo."""
_FIRST_PICTURES = 12
_VALUES = 4
"""How many values of facets are chosen, one after the other."""
_PRESS_MS = 80
_TYPING_MS = 100
"""Between an answer and the next key."""
_SETTLE_MS = 3_000
"""A new window of Chromium loads pages of its own for its address bar, which take both processors for a second."""
_WATCH = (Path(__file__).parent / "site_watch.js").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one run measured; times in milliseconds."""

    pictures_ms: float
    """Until the first twelve pictures are painted."""
    requests: int
    """Until then, of these pictures and of all that is no picture: how many others come meanwhile is chance."""
    kilobytes: float
    """Of these requests, as transferred."""
    kilobytes_of_pictures: float
    """Of them, the twelve pictures."""
    script_kilobytes: float
    """Scripts before a click, as transferred."""
    longest_task_ms: float
    """Of the page's main thread; tasks below 50 ms are not reported and count as 0."""
    shift: float
    """Cumulative layout shift of loading."""
    shift_of_choice: float
    """Of the first choice, also what follows input at once."""
    idle_key_ms: float
    """From a key that changes nothing to the next frame: what the machine takes for itself."""
    worst_key_ms: float
    """From a key to the painted answer."""
    median_key_ms: float
    worst_typed_key_ms: float
    """The same, of keys some time after the last answer."""
    median_typed_key_ms: float
    worst_click_ms: float
    """From the end of a click on a value of a facet, made as by hand, to the painted answer."""
    median_click_ms: float
    worst_instant_click_ms: float
    """The same, of a click without the time that a hand takes for it."""
    median_instant_click_ms: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the sites that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lists", type=Path, help="make sites of these lists, below the folder")
    parser.add_argument("--datasets", type=int, nargs="+", default=_SIZES)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--queries", nargs="+", default=_QUERIES, help="what to type instead of the usual")
    options = parser.parse_args(arguments)
    sites = _make_sites(options) if options.lists else {options.folder.name: options.folder}
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        rows = {name: _best(browser, site, options.queries, options.repeat) for name, site in sites.items()}
    print(f"{'':24}" + "".join(f"{name:>12}" for name in rows))
    for field in fields(Figures):
        print(f"{field.name:24}" + "".join(f"{getattr(row, field.name):>12,.6g}" for row in rows.values()))
    return 0


def _make_sites(options: argparse.Namespace) -> Mapping[str, Path]:
    lists, (root,) = find_lists([options.lists])
    sites = {f"{count:,}": options.folder / str(count) for count in options.datasets}
    for count, site in zip(options.datasets, sites.values(), strict=True):
        if not (site / "index.html").is_file():
            write_sample_site(site, root, read_addresses(lists[0]), count)
    return sites


def _best(browser: Browser, site: Path, queries: Sequence[str], repeat: int) -> Figures:
    """Return the smallest figures of several runs."""
    with _serving(site) as address:
        runs = [_measure(browser, address, queries) for _ in range(repeat)]
    return Figures(**{field.name: min(getattr(run, field.name) for run in runs) for field in fields(Figures)})


@contextmanager
def _serving(site: Path) -> Iterator[str]:
    """Serve a site from another thread; Playwright has its own event loop in this one."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    served = serving(site)
    try:
        yield asyncio.run_coroutine_threadsafe(served.__aenter__(), loop).result()
    finally:
        asyncio.run_coroutine_threadsafe(served.__aexit__(None, None, None), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


class Network:
    """The network of a page and its workers, and what it has transferred."""

    def __init__(self, page: Page) -> None:
        self.bytes: dict[str, int] = {}
        self._types: dict[str, str] = {}
        self._addresses: dict[str, str] = {}
        self._cached: set[str] = set()
        self._session = page.context.new_cdp_session(page)
        listen: Mapping[str, Callable[[dict[str, object]], None]] = {
            "Network.responseReceived": self._start,
            "Network.requestServedFromCache": self._forget,
            "Network.loadingFinished": self._finish,
            "Target.attachedToTarget": self._slow_worker,
        }
        for name, listener in listen.items():
            self._session.on(name, listener)
        self._session.send("Network.enable")
        self._session.send("Network.emulateNetworkConditions", _NETWORK)
        attach = {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": False}
        self._session.send("Target.setAutoAttach", attach)

    def _slow_worker(self, event: dict[str, object]) -> None:
        for number, (method, params) in enumerate(
            (("Network.enable", {}), ("Network.emulateNetworkConditions", _NETWORK)), start=1
        ):
            message = json.dumps({"id": number, "method": method, "params": params})
            self._session.send("Target.sendMessageToTarget", {"sessionId": event["sessionId"], "message": message})

    def _start(self, event: dict[str, object]) -> None:
        self._types[str(event["requestId"])] = str(event["type"])
        response = event["response"]
        assert isinstance(response, dict)
        self._addresses[str(event["requestId"])] = str(response["url"])

    def _forget(self, event: dict[str, object]) -> None:
        self._cached.add(str(event["requestId"]))

    def _finish(self, event: dict[str, object]) -> None:
        if event["requestId"] in self._cached:
            return
        self.bytes[str(event["requestId"])] = int(str(event["encodedDataLength"]).partition(".")[0])

    def transferred(self, kind: str | None = None) -> list[int]:
        """Return the bytes of each request of a kind, such as `Image`."""
        return [size for each, size in self.bytes.items() if kind in (None, self._types.get(each))]

    def transferred_but_pictures(self) -> list[int]:
        """Return the bytes of each request that is not for a picture."""
        return [size for each, size in self.bytes.items() if self._types.get(each) != "Image"]

    def transferred_from(self, addresses: Collection[str]) -> list[int]:
        """Return the bytes of each request of these addresses."""
        return [size for each, size in self.bytes.items() if self._addresses.get(each) in addresses]


def _measure(browser: Browser, address: str, queries: Sequence[str]) -> Figures:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(_WATCH)
    network = Network(page)
    page.wait_for_timeout(_SETTLE_MS)
    page.goto(address, wait_until="commit")
    pictures = page.evaluate("watch.pictures")
    others = network.transferred_but_pictures()
    page.wait_for_load_state("networkidle")
    twelve = network.transferred_from(page.evaluate("watch.firstPictures"))
    scripts = network.transferred("Script")
    loading = page.evaluate("({ task: watch.longestTask, shift: watch.shift })")
    search = page.locator("search-box input")
    search.click()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)
    before = page.evaluate("watch.allShift")
    _type(page, queries[0])
    shift_of_choice = page.evaluate("watch.allShift") - before
    for query in queries:
        _type(page, query)
    typed = [each for query in queries for each in _type(page, query)]
    keys = [ms for ms, _ in typed]
    slowest = sorted(typed, reverse=True)[:8]
    paced = [ms for query in queries for ms, _ in _type(page, query, _TYPING_MS)]
    print("  slowest keys:", "; ".join(f"{text!r} {ms:.0f} ms" for ms, text in slowest), file=sys.stderr)
    idle = [_press_nothing(page) for _ in range(10)]
    clicks = _click_values(page, _PRESS_MS)
    instant_clicks = _click_values(page, 0)
    longest = page.evaluate("watch.longestTask")
    context.close()
    return Figures(
        pictures_ms=pictures,
        requests=len(others) + len(twelve),
        kilobytes=(sum(others) + sum(twelve)) / 1000,
        kilobytes_of_pictures=sum(twelve) / 1000,
        script_kilobytes=sum(scripts) / 1000,
        longest_task_ms=max(loading["task"], longest),
        shift=loading["shift"],
        shift_of_choice=shift_of_choice,
        idle_key_ms=_median(idle),
        worst_key_ms=max(keys),
        median_key_ms=_median(keys),
        worst_typed_key_ms=max(paced),
        median_typed_key_ms=_median(paced),
        worst_click_ms=max(clicks),
        median_click_ms=_median(clicks),
        worst_instant_click_ms=max(instant_clicks),
        median_instant_click_ms=_median(instant_clicks),
    )


def _type(page: Page, query: str, pause_ms: int = 0) -> list[tuple[float, str]]:
    """Type a query into the empty field; return the time of each key in milliseconds, and the text with it."""
    _clear(page)
    times = []
    for end, key in enumerate(query, start=1):
        page.wait_for_timeout(pause_ms)
        page.evaluate("watch.begin('keydown')")
        page.keyboard.press(key)
        if key != " ":  # a blank changes nothing
            times.append((_painted(page), query[:end]))
    return times


def _press_nothing(page: Page) -> float:
    page.evaluate("watch.beginIdle('keydown')")
    page.keyboard.press("Shift")
    return _painted(page)


def _clear(page: Page) -> None:
    field = page.locator("search-box input")
    if field.input_value():
        page.evaluate("watch.begin('input')")
        field.fill("")
        _painted(page)


def _painted(page: Page) -> float:
    return float(page.evaluate("watch.painted"))


def _click_values(page: Page, press_ms: int) -> list[float]:
    """Choose values of open facets and give them up again; return the time of each click in milliseconds.

    A click is timed from the moment that the button is let go, `press_ms` after it was pressed.
    """
    _clear(page)
    page.wait_for_timeout(_SETTLE_MS)  # the values follow the results
    boxes = page.locator("facet-filter details[open] input[type=checkbox]:visible")
    values = [boxes.nth(at).input_value() for at in range(_VALUES)]
    times = []
    for value in [each for each in values for _ in ("choose", "give up")]:
        page.evaluate("watch.begin('pointerup')")
        page.locator(f'facet-filter details[open] input[value="{value}"]').click(delay=press_ms)
        times.append(_painted(page))
    return times


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


if __name__ == "__main__":
    sys.exit(main())
