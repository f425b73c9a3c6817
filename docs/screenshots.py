"""Take the pictures of `docs/images/` from the demo: `make screenshots`.

Draws the demo federation, serves each institution on a port of its own, builds the
catalog over HTTP, and photographs pages of it with the Chromium of the browser tests.
Pictures are reduced to 256 colors, so that the repository stays small.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

REPOSITORY = Path(__file__).parent.parent
IMAGES = REPOSITORY / "docs" / "images"
sys.path.insert(0, str(REPOSITORY / "tests"))  # for the Chromium that the browser tests use

from browser.install import find  # noqa: E402

MOST_BYTES = 300_000
COLORS = 256
"""Of a PNG with a palette."""
SITEGEN = (sys.executable, "-m", "sitegen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One picture: what to show, and how large."""

    file: str
    page: str
    """Path below the site, with what the address selects."""
    first_result: bool = False
    """Whether to show the page of the first dataset that is found there."""
    width_px: int = 1280
    height_px: int = 800


SHOTS = (
    Shot(file="home.png", page="index.html", height_px=940),
    Shot(file="dataset.png", page="index.html?q=zebrafish&kind=image", first_result=True),
    Shot(file="health.png", page="report/index.html"),
)


@contextmanager
def running(*words: str) -> Iterator[str]:
    """Run a command of sitegen until the block ends, and give the last word of the first line that it prints."""
    process = subprocess.Popen((*SITEGEN, *words), stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        line = process.stdout.readline()
        if not line:
            raise SystemExit(f"sitegen {' '.join(words)}: ended before it was ready")
        yield line.split()[-1]
    finally:
        process.terminate()
        process.wait(timeout=30)


def take(shots: tuple[Shot, ...], data_port: int) -> None:
    """Build the demo's site in a temporary folder and write the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        demo, site, cache = (str(Path(folder) / name) for name in ("demo", "site", "cache"))
        with running("demo", demo, "--serve", "--port", str(data_port)):
            build = (*SITEGEN, "build", f"{demo}/sitegen.toml", "--out", site, "--cache", cache)
            subprocess.run(build, check=True)
        with running("serve", site, "--port", "0") as address, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=find(), args=["--no-sandbox"])
            for shot in shots:
                write(shot, photograph(browser, address, shot))
            browser.close()


def photograph(browser: Browser, address: str, shot: Shot) -> bytes:
    """Return a page as PNG, when all that it shows has been loaded."""
    page = browser.new_page(viewport={"width": shot.width_px, "height": shot.height_px})
    page.goto(f"{address}{shot.page}", wait_until="networkidle")
    if shot.first_result:
        page.locator(".results .card__link").first.click()
        page.wait_for_url("**/datasets/**")
    wait_for_pictures(page)
    return page.screenshot()


def wait_for_pictures(page: Page) -> None:
    """Wait until no picture in view is still being loaded."""
    page.wait_for_load_state("networkidle")
    page.wait_for_function("[...document.images].every((image) => image.loading === 'lazy' || image.complete)")


def write(shot: Shot, screenshot: bytes) -> None:
    """Write a picture with few colors. Raises SystemExit where it is too large."""
    picture = Image.open(io.BytesIO(screenshot)).convert("RGB")
    packed = io.BytesIO()
    picture.quantize(COLORS, dither=Image.Dither.NONE).save(packed, "png", optimize=True)
    size_bytes = len(packed.getvalue())
    if size_bytes > MOST_BYTES:
        raise SystemExit(f"{shot.file}: {size_bytes:,} bytes; at most {MOST_BYTES:,} are allowed: take a smaller view")
    IMAGES.mkdir(exist_ok=True)
    (IMAGES / shot.file).write_bytes(packed.getvalue())
    print(f"docs/images/{shot.file}: {picture.width} × {picture.height}, {size_bytes:,} bytes")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Take the pictures of docs/images from the demo.")
    parser.add_argument("--data-port", type=int, default=8101, help="the first port of the institutions (8101)")
    take(SHOTS, parser.parse_args().data_port)
