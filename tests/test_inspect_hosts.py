"""What an inspection asks of a host, and what it learns besides: browsers, parts of two files, large documents."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import bombs
import pytest
from builds import Site, build_site, write_config
from fault_server import FaultServer, answer, ranges, serving, silence
from stores import write_image, write_list

from sitegen.config.settings import CrawlSettings
from sitegen.engine.documents import CachedClient
from sitegen.engine.local_io import LocalIO
from sitegen.engine.workers import WorkerPool
from sitegen.errors import FetchError
from sitegen.inspection.files import DatasetFiles
from sitegen.net.client import Client
from sitegen.transfer import Allowance

T = TypeVar("T")
OPEN = {"Access_Control_Allow_Origin": "*"}


@pytest.fixture
def host() -> Iterator[FaultServer]:
    """A host without anything."""
    with serving() as server:
        yield server


def offer(host: FaultServer, name: str, files: bombs.Files, **headers: str) -> str:
    """Let a host answer these files, and return the dataset's row."""
    host.scripts |= {f"/{name}/{path}": [ranges(body, **headers)] for path, body in files.items()}
    return host.url(f"/{name}")


def cors_of(folder: Path, *rows: str) -> list[bool | None]:
    """Return what the catalog says of browsers for each row."""
    config = write_config(folder / "sitegen.toml", write_list(folder / "root.csv", "url", *rows))
    return [record["cors"] for record in build_site(config, folder).records().values()]


IMAGE = bombs.image(bombs.pixels(64))
LARGE = IMAGE["zarr.json"] + b" " * 1_000_000
SHARDED = bombs.sharded(bombs.make_shard([bombs.pixels(32)] * 4))


def test_what_a_browser_meets(host: FaultServer, tmp_path: Path) -> None:
    """A page elsewhere can read what allows its origin; nothing is known of what gave no answer."""
    rows = [offer(host, "open.zarr", IMAGE, **OPEN), offer(host, "closed.zarr", IMAGE), host.url("/gone.zarr")]

    assert cors_of(tmp_path, *rows) == [True, False, None]
    assert [asked.path for asked in host.asked if asked.method == "OPTIONS"] == ["/open.zarr"]


@pytest.mark.parametrize(("allowed", "cors"), [("Range, Accept", True), ("*", True), ("Accept", False)])
def test_shards_need_ranges(host: FaultServer, tmp_path: Path, allowed: str, cors: bool) -> None:
    """Sharded data are read by ranges, for which a browser asks leave; we ask each host once."""
    rows = [offer(host, f"{number}.zarr", SHARDED, **OPEN) for number in range(3)]
    host.preflight = answer(204, Access_Control_Allow_Headers=allowed, **OPEN)

    assert cors_of(tmp_path, *rows) == [cors] * 3
    assert sum(asked.method == "OPTIONS" for asked in host.asked) == 1


def browsers_of(site: Site) -> list[dict[str, Any]]:
    """Return what the report says that browsers may do, for each host."""
    return [each["browsers"] for each in site.report()["hosts"]]


def test_the_report_says_what_viewers_may(host: FaultServer, tmp_path: Path) -> None:
    """What all that is on a host allows: origin, ranges, and the headers that they see; also where nothing is asked."""
    seen = ["ETag, Content-Range", "content-range, X-Own", "*"]
    rows = [
        offer(host, f"{number}.zarr", IMAGE, Access_Control_Expose_Headers=text, **OPEN)
        for number, text in enumerate(seen)
    ]
    host.preflight = answer(204, Access_Control_Allow_Headers="Range", **OPEN)
    config = write_config(tmp_path / "sitegen.toml", write_list(tmp_path / "root.csv", "url", *rows))
    first = browsers_of(build_site(config, tmp_path))
    asked = len(host.asked)
    site = build_site(config, tmp_path)

    assert first == browsers_of(site) == [{"origin": True, "ranges": True, "exposed": ["content-range"]}]
    assert "read · ask for ranges · see Content-Range<" in site.health()
    assert len(host.asked) == asked


def test_a_host_that_is_closed_to_viewers(host: FaultServer, tmp_path: Path) -> None:
    """It is not asked for more; one that never answered is not known."""
    with serving() as silent:
        silent.down = True
        rows = [offer(host, "closed.zarr", IMAGE), silent.url("/a.zarr")]
        config = write_config(tmp_path / "sitegen.toml", write_list(tmp_path / "root.csv", "url", *rows))
        site = build_site(config, tmp_path)

    unknown = {"origin": None, "ranges": None, "exposed": None}
    assert browsers_of(site) == [{**unknown, "origin": False}, unknown]
    assert ">not read</td>" in site.health()
    assert "OPTIONS" not in [asked.method for asked in host.asked]


def test_an_unchanged_dataset_costs_one_request(tmp_path: Path) -> None:
    """Its root is asked for with its ETag; nothing else."""
    write_image(tmp_path / "data" / "a.zarr")
    with serving(tmp_path / "data") as host:
        config = write_config(tmp_path / "sitegen.toml", write_list(tmp_path / "r.csv", "url", host.url("/a.zarr")))
        build_site(config, tmp_path)
        host.asked.clear()
        build_site(write_config(config, tmp_path / "r.csv", max_age_days=1e-9), tmp_path)

    assert [(asked.path, "if-none-match" in asked.headers) for asked in host.asked] == [("/a.zarr/zarr.json", True)]


def test_large_documents_are_read_one_after_the_other(host: FaultServer, tmp_path: Path) -> None:
    """Of many large ones all are read; each costs one request more, which tells its size."""
    large = IMAGE | {"zarr.json": IMAGE["zarr.json"] + b" " * 1_000_000}
    rows = [offer(host, f"{number}.zarr", large) for number in range(4)]
    config = write_config(tmp_path / "sitegen.toml", write_list(tmp_path / "root.csv", "url", *rows))
    records = build_site(config, tmp_path).records()

    assert [record["kind"] for record in records.values()] == ["image"] * 4
    assert [host.count(f"/{name}/zarr.json") for name in records] == [2] * 4


def image_of_levels(filling: bytes, count: int = 16) -> bombs.Files:
    """Return an image of 0.2, of which the document of each level has to be read; all of them hold a filling."""
    stated = {"multiscales": [{"version": "0.2", "datasets": [{"path": str(level)} for level in range(count)]}]}
    side = [1, 1, 1, 64, 64]
    array = {"zarr_format": 2, "shape": side, "chunks": side, "dtype": "|u1", "order": "C", "dimension_separator": "/"}
    array |= {"compressor": None, "filters": None, "fill_value": 0}
    documents = {".zattrs": stated} | {f"{level}/.zarray": array for level in range(count)}
    files = {path: json.dumps(each).encode()[:-1] + b', "f": ' + filling + b"}" for path, each in documents.items()}
    return files | {".zgroup": b'{"zarr_format": 2}', "0/0/0/0/0/0": bombs.pixels(64)}


def use_files(url: str, use: Callable[[LocalIO, DatasetFiles], Awaitable[T]]) -> T:
    """Return what is made of a dataset's files; afterwards no memory is held."""

    async def run() -> T:
        allowance = Allowance(bytes_left=10**9, seconds_left=60)
        settings = CrawlSettings(allow_private_hosts=True)
        async with Client(settings) as client, WorkerPool(0) as workers:
            io = LocalIO(CachedClient(client, settings), workers)
            async with DatasetFiles(io, url, allowance, max_age_s=None) as files:
                found = await use(io, files)
            assert not sum(budget.held_bytes for budget in io.memory.values())
            return found

    return asyncio.run(run())


@pytest.mark.parametrize("filling", [b"[" + b"{}," * 83_000 + b"{}]", b'"' + b"a" * 15_000_000 + '😀"'.encode()])
def test_the_parsed_size_of_documents_is_added_up(host: FaultServer, filling: bytes) -> None:
    """Sixteen that might be read each by itself are too much for one dataset."""
    documents = image_of_levels(filling)

    async def read_all(_: LocalIO, files: DatasetFiles) -> None:
        for path in documents:
            await files.document(path)

    with pytest.raises(FetchError, match="too large to be read together") as caught:
        use_files(offer(host, "a.zarr", documents), read_all)
    assert caught.value.code == "too-large"


@pytest.mark.parametrize(("wells", "alone"), [(1_536, False), (6_000, True)])
def test_many_documents_are_as_large_as_one(host: FaultServer, wells: int, alone: bool) -> None:
    """A plate as large as any, with documents beside it, is read with others; four of them are read alone."""
    listed = [{"path": f"A/{number}", "rowIndex": 0, "columnIndex": number} for number in range(wells)]
    documents = {f"w{number}/zarr.json": bombs.group(well={"images": [{"path": "0"}]}) for number in range(24)}
    for start in range(0, wells, 1_536):
        documents[f"{start}/zarr.json"] = bombs.group(plate={"wells": listed[start : start + 1_536]})

    async def read_all(io: LocalIO, files: DatasetFiles) -> bool:
        for path, body in documents.items():
            assert await files.document(path) == body
        return io.memory["large-documents"].held_bytes > 0

    assert use_files(offer(host, "a.zarr", documents), read_all) is alone


def test_a_large_document_on_its_way_holds_up_no_other_host(host: FaultServer) -> None:
    """While it is waited for, those of another host are read, and pixels."""
    url = offer(host, "b.zarr", {"zarr.json": LARGE})
    with serving() as slow:
        slow.scripts["/a.zarr/zarr.json"] = [answer(200, LARGE), silence(b"HTTP/1.1 200 OK\r\n")]

        async def read(io: LocalIO, files: DatasetFiles) -> bytes | None:
            allowance = Allowance(bytes_left=10**9, seconds_left=60)
            waits = DatasetFiles(io, slow.url("/a.zarr"), allowance, max_age_s=None)
            task = asyncio.create_task(waits.document("zarr.json"))
            while not io.memory["downloads"].held_bytes:
                await asyncio.sleep(0)
            body = await files.document("zarr.json")
            await files.reserve_pixels(30_000_000)
            task.cancel()
            await asyncio.wait([task])
            return body

        assert use_files(url, read) == LARGE


def test_large_documents_of_one_dataset_reserve_memory_once(host: FaultServer) -> None:
    """Asked for side by side, none of them waits for what another one has."""
    documents = {f"{number}/zarr.json": LARGE for number in range(4)}

    async def read_all(_: LocalIO, files: DatasetFiles) -> list[bytes | None]:
        return await asyncio.gather(*map(files.document, documents))

    assert use_files(offer(host, "a.zarr", documents), read_all) == [LARGE] * 4


def test_no_large_document_is_read_beside_pixels(host: FaultServer) -> None:
    """Two datasets might wait for one another; a large document that comes so late is not read."""

    async def read(_: LocalIO, files: DatasetFiles) -> None:
        await files.reserve_pixels(1_000)
        await files.document("zarr.json")

    with pytest.raises(FetchError, match="beside its pixels"):
        use_files(offer(host, "a.zarr", {"zarr.json": LARGE}), read)


def test_a_document_is_kept_until_it_is_wanted(host: FaultServer) -> None:
    """Asked for ahead, it costs one request; that it is not there is known, too."""

    async def read(_: LocalIO, files: DatasetFiles) -> list[bytes | None]:
        for path in ("0/zarr.json", "1/zarr.json"):
            await files.prefetch(path)
        return [await files.document("0/zarr.json"), await files.document("1/zarr.json")]

    assert use_files(offer(host, "a.zarr", IMAGE), read) == [IMAGE["0/zarr.json"], None]
    assert [asked.path for asked in host.asked] == ["/a.zarr/0/zarr.json", "/a.zarr/1/zarr.json"]
