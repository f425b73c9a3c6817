"""The stand-in servers behave like the hosts that they replace."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import zarr
from standin import Standin
from standin.prototypes import FAMILIES, choose
from standin.rewriting import Hints, read_hints, rewrite, spread_host
from standin.server import read_range
from standin.stores import Store, make_store
from zarr.core.buffer import default_buffer_prototype
from zarr.storage import MemoryStore

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it inherits sockets by their numbers")
PLATE = "https://images.example.org/a plate.zarr"
SLIDE = "https://storage.googleapis.com/slides/1.zarr"
LISTS = {
    "root.csv": "source,url\n\nOne, https://lists.example.org/samples/child.csv\n,\n",
    "child.csv": f"url,wells,origin\n{PLATE},96,https://elsewhere.example.org/7\n{SLIDE},,\n",
}


@pytest.fixture
def lists(tmp_path: Path) -> list[Path]:
    """Two lists, one naming the other by its address."""
    for name, text in LISTS.items():
        (tmp_path / name).write_text(text)
    return [tmp_path / name for name in LISTS]


@pytest.fixture
def standin(lists: list[Path]) -> Iterator[Standin]:
    """Stand-in servers for the lists."""
    with Standin(lists, {"https://lists.example.org/samples/child.csv": "child.csv"}) as running:
        yield running


def ask(address: str, method: str = "GET", **headers: str) -> tuple[int, bytes, dict[str, str]]:
    """Return the status, body and headers of a response."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(address, headers=named, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return reply.status, reply.read(), dict(reply.headers)
    except urllib.error.HTTPError as error:
        return error.code, error.read(), dict(error.headers)


def plate_address(standin: Standin) -> str:
    """The plate's address on loopback."""
    return standin.origins["images.example.org"] + quote("/a plate.zarr")


def test_addresses_in_lists_lead_to_the_standin(standin: Standin) -> None:
    """Lists and datasets are on loopback; other addresses stay."""
    _, child, _ = ask(standin.origins["lists.example.org"] + "/samples/child.csv")

    assert standin.origins["lists.example.org"] + "/samples/child.csv" in standin.path("root.csv").read_text()
    assert f"{standin.origins['images.example.org']}/a plate.zarr,96,https://elsewhere.example.org/7" in child.decode()


def test_a_dataset_answers_below_its_address(standin: Standin) -> None:
    """Documents and chunks of a well are served; any other key is 404."""
    for key, status in [
        ("zarr.json", 200),
        ("B/3/0/zarr.json", 200),
        ("B/3/0/0/c/0/0/0/0/0", 200),
        ("Z/1/zarr.json", 404),
    ]:
        assert ask(f"{plate_address(standin)}/{key}")[0] == status


def test_ranges_validators_and_cors_are_those_of_a_static_host(standin: Standin) -> None:
    """There are suffix ranges, 206 with Content-Range, 416, 304 without a body, and CORS headers."""
    address = f"{plate_address(standin)}/zarr.json"
    _, body, headers = ask(address)

    assert ask(address, Range="bytes=-5")[:2] == (206, body[-5:])
    assert ask(address, Range="bytes=1-3")[2]["Content-Range"] == f"bytes 1-3/{len(body)}"
    assert ask(address, Range=f"bytes={len(body)}-")[0] == 416
    assert ask(address, If_None_Match=headers["ETag"])[:2] == (304, b"")
    assert ask(address, "HEAD")[:2] == (200, b"")
    assert headers["Access-Control-Allow-Origin"] == "*"


def test_requests_are_counted_by_host_and_path(standin: Standin) -> None:
    """The counts can be reset."""
    ask(f"{plate_address(standin)}/zarr.json")
    ask(f"{plate_address(standin)}/nothing")
    counted = standin.figures(paths=True)
    standin.reset()

    host = counted.hosts["images.example.org"]
    assert (counted.requests, counted.status(404), host.requests) == (2, 1, 2)
    assert host.missing == {"/a plate.zarr/nothing": 1}
    assert standin.figures().requests == 0


def test_a_host_can_be_down_and_come_back(standin: Standin) -> None:
    """Other hosts go on, and the port stays the same."""
    standin.take_down("images.example.org")
    with pytest.raises(urllib.error.URLError):
        ask(f"{plate_address(standin)}/zarr.json")
    standin.bring_up("images.example.org")

    assert ask(f"{plate_address(standin)}/zarr.json")[0] == 200


def test_datasets_can_be_spread_over_many_hosts(lists: list[Path]) -> None:
    """The test chooses how many."""
    origins = {"storage.googleapis.com": "http://127.0.0.1:1", "host-00": "http://127.0.0.1:2"}

    assert rewrite(SLIDE, origins, spread=1) == "http://127.0.0.1:2/slides/1.zarr"


def test_the_cells_of_a_row_choose_the_store() -> None:
    """Rows with wells get a plate, slides are known by their host, and c,x,y,z by their axes."""
    plate, slide = read_hints(LISTS["child.csv"])
    volume = Hints(host="a.org", path="/v", axes="c,x,y,z")

    assert [choose(hints)[0] for hints in (plate, slide, volume)] == ["plate", "slide", "cxyz"]
    assert choose(slide) == choose(slide)
    assert choose(slide)[2] is False


def test_there_are_dozens_of_different_stores() -> None:
    """They differ in version, layout and codecs."""
    assert sum(map(len, FAMILIES.values())) >= 36


@pytest.mark.parametrize("family", ["slide", "czyx", "cxyz", "old"])
def test_zarr_reads_the_stores(family: str) -> None:
    """The coarsest level opens, and its first pixels differ."""
    prototype = FAMILIES[family][0]
    coarsest = str(prototype.levels - 1)
    array = zarr.open_array(store=MemoryStore(_files(make_store(prototype, family, crate=True), coarsest)), mode="r")

    corner = array[tuple(slice(0, 32) for _ in array.shape)]
    assert corner.std() > 0


def _files(store: Store, level: str) -> dict[str, object]:
    """Return the documents of a level and its first chunk, by key."""
    wrap = default_buffer_prototype().buffer.from_bytes
    grid = store.grids[level]
    first = grid.prefix + "/".join("0" for _ in grid.counts)
    documents = {
        key.removeprefix(f"{level}/"): body for key, body in store.documents.items() if key.startswith(f"{level}/")
    }
    return {key: wrap(body) for key, body in [*documents.items(), (first, grid.body)]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("bytes=0-0", (0, 1)), ("bytes=4-", (4, 10)), ("bytes=-3", (7, 10)), ("bytes=5-99", (5, 10)), ("bytes=10-", None)],
)
def test_ranges_are_read_from_either_end(text: str, expected: tuple[int, int] | None) -> None:
    """The cases are those of RFC 9110, section 14.1.2, for a body of ten bytes."""
    assert read_range(text, 10) == expected


def test_an_address_in_quotes_may_contain_a_comma() -> None:
    """Its dataset gets the host of its whole path, as its row is read."""
    text = 'url,name\n"https://a.org/b/1, 2.zarr",x\nhttps://a.org/b/3.zarr,y\n'
    origins = {f"host-{number:02d}": f"http://127.0.0.1:{number}" for number in range(10)} | {"a.org": ""}
    turned = rewrite(text, origins, spread=10)

    for hints, line in zip(read_hints(text), turned.splitlines()[1:], strict=True):
        number = int(spread_host(hints.path, 10).removeprefix("host-"))
        assert line.lstrip('"').startswith(f"http://127.0.0.1:{number}{hints.path}")


def test_requests_one_after_the_other_overlap_in_no_moment(standin: Standin) -> None:
    """So their durations together are no longer than from the first one to the last answer."""
    standin.set_latency(2)
    for _ in range(3):
        ask(plate_address(standin) + "/zarr.json")

    host = standin.figures().hosts["images.example.org"]
    assert (host.requests, host.most_at_once) == (3, 1)
    assert 0 < host.busy_s <= host.seconds
