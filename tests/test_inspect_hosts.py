"""One dataset on a host: CORS, conditional requests, and the memory for large documents."""

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


def test_cors_of_datasets(host: FaultServer, tmp_path: Path) -> None:
    """A web page can read what allows its origin; nothing is known of a host without an answer."""
    rows = [offer(host, "open.zarr", IMAGE, **OPEN), offer(host, "closed.zarr", IMAGE), host.url("/gone.zarr")]

    assert cors_of(tmp_path, *rows) == [True, False, None]
    assert [asked.path for asked in host.asked if asked.method == "OPTIONS"] == ["/open.zarr"]


@pytest.mark.parametrize(("allowed", "cors"), [("Range, Accept", True), ("*", True), ("Accept", False)])
def test_shards_need_ranges(host: FaultServer, tmp_path: Path, allowed: str, cors: bool) -> None:
    """Sharded data are readable if the host allows Range requests; each host gets one preflight request."""
    rows = [offer(host, f"{number}.zarr", SHARDED, **OPEN) for number in range(3)]
    host.preflight = answer(204, Access_Control_Allow_Headers=allowed, **OPEN)

    assert cors_of(tmp_path, *rows) == [cors] * 3
    assert sum(asked.method == "OPTIONS" for asked in host.asked) == 1


def browsers_of(site: Site) -> list[dict[str, Any]]:
    """Return what the report says that browsers may do, for each host."""
    return [each["browsers"] for each in site.report()["hosts"]]


def test_browser_access_of_a_host_in_the_report(host: FaultServer, tmp_path: Path) -> None:
    """It is what all its datasets allow, also in a build without requests."""
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


def test_host_without_cors(host: FaultServer, tmp_path: Path) -> None:
    """It gets no preflight request; of a host without an answer nothing is known."""
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
    """Its root document is requested with its ETag, and nothing else."""
    write_image(tmp_path / "data" / "a.zarr")
    with serving(tmp_path / "data") as host:
        config = write_config(tmp_path / "sitegen.toml", write_list(tmp_path / "r.csv", "url", host.url("/a.zarr")))
        build_site(config, tmp_path)
        host.asked.clear()
        build_site(write_config(config, tmp_path / "r.csv", max_age_days=1e-9), tmp_path)

    assert [(asked.path, "if-none-match" in asked.headers) for asked in host.asked] == [("/a.zarr/zarr.json", True)]


def test_large_documents_are_read_one_after_the_other(host: FaultServer, tmp_path: Path) -> None:
    """Each costs one more request, which shows its size."""
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
    """Sixteen documents that are allowed each are too large together."""
    documents = image_of_levels(filling)

    async def read_all(_: LocalIO, files: DatasetFiles) -> None:
        for path in documents:
            await files.document(path)

    with pytest.raises(FetchError, match="too large to be read together") as caught:
        use_files(offer(host, "a.zarr", documents), read_all)
    assert caught.value.code == "too-large"


@pytest.mark.parametrize(("wells", "alone"), [(1_536, False), (6_000, True)])
def test_parsed_size_decides_who_reserves_memory(host: FaultServer, wells: int, alone: bool) -> None:
    """A real plate with its documents needs no reservation; four such plates do."""
    listed = [{"path": f"A/{number}", "rowIndex": 0, "columnIndex": number} for number in range(wells)]
    documents = {f"w{number}/zarr.json": bombs.group(well={"images": [{"path": "0"}]}) for number in range(24)}
    for start in range(0, wells, 1_536):
        documents[f"{start}/zarr.json"] = bombs.group(plate={"wells": listed[start : start + 1_536]})

    async def read_all(io: LocalIO, files: DatasetFiles) -> bool:
        for path, body in documents.items():
            assert await files.document(path) == body
        return io.memory["large-documents"].held_bytes > 0

    assert use_files(offer(host, "a.zarr", documents), read_all) is alone


def test_large_document_in_transfer_delays_no_other_host(host: FaultServer) -> None:
    """Documents and pixels of another host are read meanwhile."""
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
            await files.memory.reserve_pixels(30_000_000)
            task.cancel()
            await asyncio.wait([task])
            return body

        assert use_files(url, read) == LARGE


def test_large_documents_of_one_dataset_reserve_memory_once(host: FaultServer) -> None:
    """Requested together, they do not wait for each other."""
    documents = {f"{number}/zarr.json": LARGE for number in range(4)}

    async def read_all(_: LocalIO, files: DatasetFiles) -> list[bytes | None]:
        return await asyncio.gather(*map(files.document, documents))

    assert use_files(offer(host, "a.zarr", documents), read_all) == [LARGE] * 4


def test_no_large_document_is_read_beside_pixels(host: FaultServer) -> None:
    """Two datasets could wait for each other, so a large document that comes so late is refused."""

    async def read(_: LocalIO, files: DatasetFiles) -> None:
        await files.memory.reserve_pixels(1_000)
        await files.document("zarr.json")

    with pytest.raises(FetchError, match="beside its pixels"):
        use_files(offer(host, "a.zarr", {"zarr.json": LARGE}), read)


def test_documents_requested_early_cost_one_request(host: FaultServer) -> None:
    """A missing document is requested once, too; one that nothing asks for is not counted as read."""
    names = ("0/zarr.json", "1/zarr.json", "zarr.json")

    async def read(_: LocalIO, files: DatasetFiles) -> tuple[list[bytes | None], int, int]:
        async with files.ahead(*names):
            found = [await files.document("0/zarr.json"), await files.document("1/zarr.json")]
        return found, files.read.answers, files.allowance.bytes_left

    found, answers, bytes_left = use_files(offer(host, "a.zarr", IMAGE), read)

    assert found == [IMAGE["0/zarr.json"], None]
    assert (answers, bytes_left) == (1, 10**9 - len(IMAGE["0/zarr.json"]))
    assert sorted(asked.path for asked in host.asked) == [f"/a.zarr/{name}" for name in names]


def test_an_early_document_beyond_the_allowance_is_not_used(host: FaultServer) -> None:
    """It fails as if it had been requested when it was needed."""

    async def read(_: LocalIO, files: DatasetFiles) -> None:
        files.allowance.bytes_left = 10
        async with files.ahead("zarr.json"):
            await files.document("zarr.json")

    with pytest.raises(FetchError, match="max_bytes_per_dataset"):
        use_files(offer(host, "a.zarr", IMAGE), read)
