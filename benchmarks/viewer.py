"""Prints how fast the viewer shows each dataset of the demo in Chromium, and what that requests.

    python benchmarks/viewer.py                       every dataset that it can show
    python benchmarks/viewer.py --only fly-embryo     those with this in their address

The demo is written, built and served here. Chromium emulates 10 Mbit/s and 40 ms before each answer
(`Network.emulateNetworkConditions` of the Chrome DevTools Protocol) for the page, which makes all requests for data.
The page is there, and nothing of the viewer is cached. Times are from the click: until the first frame in which the
canvas shows anything brighter than its ground, and until everything that the view needs is drawn. Requests and bytes
for data are until then; scripts are counted apart.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from browser.demo_site import serving_demo
from browser.install import find
from browser.screens import served
from playwright.sync_api import Browser, Page, Request, sync_playwright

_NETWORK = {"offline": False, "latency": 40, "downloadThroughput": 10e6 / 8, "uploadThroughput": 10e6 / 8}
_WATCH = """() => {
  const start = performance.now();
  window.times = new Promise((resolve) => {
    let first = 0;
    const small = Object.assign(document.createElement("canvas"), { width: 16, height: 16 });
    const context = small.getContext("2d", { willReadFrequently: true });
    const look = () => {
      const viewer = document.querySelector("image-viewer");
      const canvas = viewer?.querySelector("canvas");
      if (canvas && !first) {
        context.drawImage(canvas, 0, 0, 16, 16);
        const { data } = context.getImageData(0, 0, 16, 16);
        if (data.some((each, at) => at % 4 < 3 && each > 20)) first = performance.now() - start;
      }
      const isDone = viewer?.getAttribute("aria-busy") === "false";
      const passed = performance.now() - start;
      if (isDone && (first || passed > 20000)) resolve(first ? [first, passed] : null);
      else requestAnimationFrame(look);
    };
    look();
  });
  document.querySelector("[data-action=look]").click();
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one click took and requested."""

    first_ms: float
    all_ms: float
    requests: int
    data_bytes: int
    script_bytes: int


@contextmanager
def _opened(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=address)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", _NETWORK)
    yield page
    context.close()


def _measure(browser: Browser, address: str, path: str, data_host: str) -> Figures | None:
    """Return the figures of one dataset's page; None where the viewer shows nothing, as of a damaged one."""
    with _opened(browser, address) as page:
        page.goto(path, wait_until="networkidle")
        ended: list[Request] = []
        page.on("requestfinished", lambda request: ended.append(request))
        page.evaluate(_WATCH)
        times = page.evaluate("window.times")
        sizes = [(urlsplit(each.url).netloc, each.sizes()["responseBodySize"]) for each in ended]
    if times is None:
        return None
    of_data = [size for host, size in sizes if host == data_host]
    return Figures(
        first_ms=times[0],
        all_ms=times[1],
        requests=len(of_data),
        data_bytes=sum(of_data),
        script_bytes=sum(size for host, size in sizes if host != data_host),
    )


def _paths(site: Path, only: Sequence[str]) -> list[tuple[str, str, str]]:
    """Return path, host and name of each dataset that the viewer opens."""
    index = json.loads((site / "index.json").read_text(encoding="utf-8"))
    pages = [(f"datasets/{each['id']}/index.html", each["url"]) for each in index["datasets"]]
    wanted = [(path, url) for path, url in pages if not only or any(each in url for each in only)]
    shown = [(path, url) for path, url in wanted if "<look-inside" in (site / path).read_text(encoding="utf-8")]
    return [(path, urlsplit(url).netloc, url.rstrip("/").rpartition("/")[2]) for path, url in shown]


def _print(name: str, figures: Figures) -> None:
    kilobytes = f"{figures.data_bytes / 1000:.0f} | {figures.script_bytes / 1000:.0f}"
    print(f"| {name} | {figures.first_ms:.0f} | {figures.all_ms:.0f} | {figures.requests} | {kilobytes} |", flush=True)


def main() -> None:
    """Write, build and serve the demo, and print a row for each dataset."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", default=(), help="parts of addresses: datasets that have one of them")
    options = parser.parse_args()
    print("| dataset | first picture, ms | all, ms | requests for data | kB of data | kB of scripts and styles |")
    print("| --- | --- | --- | --- | --- | --- |")
    with (
        tempfile.TemporaryDirectory() as folder,
        serving_demo(Path(folder)) as site,
        served(site) as address,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        measured = [(name, _measure(browser, address, path, host)) for path, host, name in _paths(site, options.only)]
        browser.close()
    rows = [(name, figures) for name, figures in measured if figures]
    for name, figures in sorted(rows, key=lambda row: -row[1].first_ms):
        _print(name, figures)
    if rows:
        slowest = max(figures.first_ms for _, figures in rows)
        print(f"\n{len(rows)} of {len(measured)} datasets are shown; the slowest first picture after {slowest:.0f} ms")


if __name__ == "__main__":
    main()
