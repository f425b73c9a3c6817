"""An image of 100,000 × 100,000 pixels: the viewer stays small, whatever the visitor looks at."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import bombs
import numpy as np
import pytest
from browser.screens import opened
from browser.viewing import CANVAS, Viewing, canvas_of, viewing, wait
from fault_server import OPEN, Asked, FaultServer, answer, serving
from numcodecs import Zstd  # type: ignore[import-untyped]  # it has no types
from stores import multiscale

pytestmark = pytest.mark.browser
NAME, SIDE, CHUNK, LEVELS = "large.zarr", 100_000, 1024, 8
MOST_BYTES = 300_000_000
CHUNK_KEY = re.compile(rf"/{NAME}/(\d+)/c/(\d+)/(\d+)")


def documents() -> Mapping[str, bytes]:
    """Return the documents of the image: uint16, eight levels."""
    scales = [[float(2**level)] * 2 for level in range(LEVELS)]
    files = {"zarr.json": bombs.group(multiscales=[multiscale("yx", scales)])}
    for level in range(LEVELS):
        side = SIDE >> level
        array = json.loads(bombs.array((side, side), (CHUNK, CHUNK), bombs.ZSTD)) | {"data_type": "uint16"}
        files[f"{level}/zarr.json"] = json.dumps(array).encode()
    return files


def make_chunks() -> list[bytes]:
    """Return some compressed chunks."""
    pixels = np.add.outer(np.arange(CHUNK), np.arange(CHUNK))
    return [bytes(Zstd().encode(((pixels * (1 + shift)) % 4096).astype("<u2"))) for shift in range(4)]


async def send_chunk(asked: Asked, writer: asyncio.StreamWriter, chunks: list[bytes]) -> None:
    """Answer with a chunk; a third of them is not there, as in sparse images."""
    found = CHUNK_KEY.fullmatch(asked.path)
    place = sum(map(int, found.groups())) if found else 0
    there = found and place % 3
    await (answer(200, chunks[place % 4], **OPEN) if there else answer(404, **OPEN))(asked, writer)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Viewing, FaultServer]]:
    """A site of the image, whose chunks its host makes."""
    data, chunks = tmp_path_factory.mktemp("data"), make_chunks()
    for path, content in documents().items():
        (data / NAME / path).parent.mkdir(parents=True, exist_ok=True)
        (data / NAME / path).write_bytes(content)
    with serving(data) as server:
        server.absent = lambda asked, writer: send_chunk(asked, writer, chunks)
        host = nullcontext(server.url("/"))
        with viewing(data, tmp_path_factory.mktemp("site"), (NAME,), host=host) as viewing_:
            yield viewing_, server


def memory_of(browser: Any) -> int:
    """Return the bytes of the largest process of a page that belong to it alone: heap, buffers, canvases, worker."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    sizes = []
    for each in processes:
        status = Path(f"/proc/{each['id']}/status")
        if each["type"] == "renderer" and status.exists():
            (size_kb,) = re.findall(r"RssAnon:\s+(\d+) kB", status.read_text())
            sizes.append(1024 * int(size_kb))
    return max(sizes)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads the memory of a process from /proc, which Linux has")
def test_memory_of_a_large_image(browser: Any, made: tuple[Viewing, FaultServer]) -> None:
    """After a long way through all levels, the page has less than 300 MB, and requested a small part of the image."""
    viewing_, server = made
    with opened(browser, viewing_.site_address) as page:
        page.goto(viewing_.page_of(NAME))
        page.get_by_role("button", name="Open viewer").click()
        wait(page)
        most = memory_of(browser)
        page.locator(CANVAS).hover()
        for step in range(12):
            page.mouse.wheel(0, -250)
            page.locator(CANVAS).focus()
            for _ in range(4):
                page.keyboard.press("ArrowRight" if step % 2 else "ArrowDown")
            wait(page)
            most = max(most, memory_of(browser))
        assert canvas_of(page).any()
        page.keyboard.press("0")
        wait(page)
        most = max(most, memory_of(browser))

    assert most < MOST_BYTES, f"{most:,}"
    assert len([each for each in server.asked if CHUNK_KEY.fullmatch(each.path)]) < 600


def test_requests_of_a_view_that_is_left_end(browser: Any, made: tuple[Viewing, FaultServer]) -> None:
    """Where the visitor leaves a view before its chunks are there, their requests are canceled."""
    viewing_, server = made

    async def hold(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    with opened(browser, viewing_.site_address) as page:
        page.goto(viewing_.page_of(NAME))
        page.get_by_role("button", name="Open viewer").click()
        wait(page)
        usual, server.absent = server.absent, hold
        with page.expect_request(lambda request: CHUNK_KEY.search(request.url)):
            page.locator(CANVAS).focus()
            for _ in range(6):
                page.keyboard.press("+")
        with page.expect_event("requestfailed", lambda request: CHUNK_KEY.search(request.url)):
            page.keyboard.press("0")
        wait(page)
    server.absent = usual
