"""Only public addresses are requested, and the IP address that was checked is the one of the connection."""

import asyncio
import random
import socket
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from fault_server import FaultServer, answer
from fetching import Settings, StoppedClock, attempt

from sitegen.errors import FetchError
from sitegen.net.client import Client
from sitegen.net.guard import AddressGuard, is_public
from sitegen.transfer import Allowance, Response

PUBLIC_ONLY = Settings(allow_private_hosts=False)


class Names(AbstractResolver):
    """A name service that gives each name the next of its answers."""

    def __init__(self, **answers: Sequence[Sequence[str]]) -> None:
        self.answers = {f"{name}.example": list(lists) for name, lists in answers.items()}
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a name."""
        self.asked += 1
        return [
            ResolveResult(
                hostname=host,
                host=text,
                port=port,
                family=socket.AF_INET6 if ":" in text else socket.AF_INET,
                proto=0,
                flags=0,
            )
            for text in self.answers[host].pop(0)
        ]

    async def close(self) -> None:
        """Do nothing."""


def ask(
    url: str, *, settings: Settings = PUBLIC_ONLY, names: Names | None = None, within: str | None = None
) -> FetchError:
    """Return the error of a request to an address."""

    async def scenario() -> Response | FetchError:
        allowance = Allowance(bytes_left=1000, seconds_left=5, local_folder=within)
        async with Client(settings, clock=StoppedClock(), rng=random.Random(1), resolver=names or Names()) as client:
            found = await attempt(client.get(url, allowance=allowance))
            assert sum(figures.requests for figures in client.figures()) == 0
            return found

    found = asyncio.run(scenario())
    assert isinstance(found, FetchError)
    return found


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1",
        "127.255.0.1",
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",  # metadata of most clouds
        "100.64.0.1",
        "100.100.100.200",  # metadata of Alibaba Cloud
        "192.0.0.192",  # metadata of Oracle Cloud, old
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:a9fe:a9fe",
        "64:ff9b::7f00:1",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "2001:0:7f00:1::",
        "2001:db8::1",
        "100::1",
        "fc00::1",
        "fd00:ec2::254",  # metadata of Amazon, by IPv6
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_not_public(text: str) -> None:
    """Private, loopback, link-local, multicast and reserved addresses, also within IPv6 addresses, are refused."""
    assert not is_public(ip_address(text))


@pytest.mark.parametrize(
    "text",
    ["8.8.8.8", "193.62.194.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"],
)
def test_public(text: str) -> None:
    """Public addresses are allowed, also as NAT64 addresses of a network without IPv4."""
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/zarr.json",
        "http://127.0.0.1:8080/zarr.json",
        "https://10.1.2.3/zarr.json",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/zarr.json",
        "http://[::ffff:127.0.0.1]/zarr.json",
        "http://[fd00:ec2::254]/latest/",
        "http://[fe80::1%25eth0]/zarr.json",
    ],
)
def test_literal_address(url: str) -> None:
    """An IP address in a URL is checked before any connection."""
    error = ask(url)

    assert (error.status, error.code) == ("refused", "private-address")


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "0x7f000001",
        "017700000001",
        "127.1",
        "0177.0.0.1",
        "0x7f.1",
        "127.0.0.01",
        "127.0.0.1.",
        "1.2.3.4.5",
    ],
)
def test_unusual_forms_of_ip_addresses(host: str) -> None:
    """An unusual form of an IP address is refused, also where private hosts are allowed."""
    errors = [ask(f"http://{host}/zarr.json", settings=settings) for settings in (PUBLIC_ONLY, Settings())]

    assert [error.status for error in errors] == ["refused", "refused"]


@pytest.mark.parametrize("host", ["cafe.example", "0xbad.example", "1.2.3.example", "xn--bcher-kva.example"])
def test_names_that_look_like_numbers(host: str) -> None:
    """Host names may contain digits."""
    assert AddressGuard().check_url(f"https://{host}/").hostname == host


@pytest.mark.parametrize("found", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::1"], ["8.8.8.8", "fd00::1"]])
def test_name_of_private_host(found: Sequence[str]) -> None:
    """A name is refused if one of its addresses is private."""
    error = ask("http://innocent.example/zarr.json", names=Names(innocent=[found]))

    assert (error.status, error.code) == ("refused", "private-address")


def test_name_is_resolved_once() -> None:
    """A name is resolved once, so that a second look-up cannot give another address (DNS rebinding)."""
    names = Names(rebound=[["127.0.0.1"], ["127.0.0.1"]])
    guard = AddressGuard(lambda address: str(address) == "127.0.0.1")

    async def scenario() -> tuple[bytes, int]:
        client = Client(PUBLIC_ONLY, guard=guard, resolver=names)
        async with FaultServer({"/zarr.json": [answer(200, b"{}")]}) as server, client:
            response = await client.get(f"http://rebound.example:{server.port}/zarr.json")
        return response.body, names.asked

    assert asyncio.run(scenario()) == (b"{}", 1)


@pytest.mark.parametrize(
    "target", ["http://127.0.0.2/", "http://169.254.169.254/latest/", "http://inner.example/", "http://[::1]/"]
)
def test_redirect_to_private(target: str) -> None:
    """Each redirect is checked like the first address."""
    guard = AddressGuard(lambda address: str(address) == "127.0.0.1")

    async def scenario() -> Response | FetchError:
        async with FaultServer({"/zarr.json": [answer(302, Location=target)]}) as server:
            lookup = Names(inner=[["10.0.0.1"]])
            async with Client(PUBLIC_ONLY, guard=guard, resolver=lookup, clock=StoppedClock()) as client:
                return await attempt(client.get(server.url("/zarr.json")))

    found = asyncio.run(scenario())

    assert isinstance(found, FetchError)
    assert (found.status, found.code) == ("refused", "private-address")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://user:secret@data.example/a.zarr", "credentials-in-url"),
        ("https://secret@data.example/a.zarr", "credentials-in-url"),
        ("s3://key:secret@bucket/a.zarr", "credentials-in-url"),
        ("https://user\\:secret@data.example/a.zarr", "credentials-in-url"),
        ("//user:secret@data.example/a.zarr", "credentials-in-url"),
        ("https:user:secret@data.example/a.zarr", "bad-address"),
        ("https://user:secret%40data.example/a.zarr", "bad-address"),
        ("ftp://data.example/a.zarr", "scheme-refused"),
        ("gopher://data.example/", "scheme-refused"),
        ("memory://a.zarr", "scheme-refused"),
        ("simplecache::http://127.0.0.1/", "scheme-refused"),
        ("a.zarr", "scheme-refused"),
        ("http:///a.zarr", "bad-address"),
        ("http://./a.zarr", "bad-address"),
        ("http://data..example/a.zarr", "bad-address"),
        (f"http://{'a' * 70}.example/a.zarr", "bad-address"),
        (f"http://{'ü' * 63}.example/a.zarr", "bad-address"),
        ("http://data.example:99999/", "bad-address"),
        ("http://[::1/", "bad-address"),
        ("http://data.example/a b", "bad-address"),
        ("http://data.example/a\r\nHost: other", "bad-address"),
    ],
)
def test_refused_as_text(url: str, code: str) -> None:
    """Invalid and forbidden addresses are refused without a look-up; messages do not quote their secrets."""
    error = ask(url)

    assert (error.status, error.code) == ("refused", code)
    assert "secret" not in f"{error!r} {error.hint}"


def test_local_file(tmp_path: Path) -> None:
    """Local files are read only below the folder of the allowance."""
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists/zarr.json").write_text("{}")
    url = (tmp_path / "lists/zarr.json").as_uri()
    within = (tmp_path / "lists").as_uri()

    async def scenario() -> bytes:
        async with Client(PUBLIC_ONLY) as client:
            return (await client.get(url, allowance=Allowance(bytes_left=9, seconds_left=9, local_folder=within))).body

    assert asyncio.run(scenario()) == b"{}"
    assert ask(url).code == "local-file"


@pytest.mark.parametrize(
    "path",
    [
        *("lists/../secret", "lists/%2e%2e/secret", "secret", "lists/link", "lists-too/secret"),
        *("lists/up/secret", "lists/up/lists/../secret", "lists/a/../../secret"),
    ],
)
def test_local_file_above(tmp_path: Path, path: str) -> None:
    """Neither `..` nor links, of files or of folders, lead above that folder."""
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "lists/a").mkdir(parents=True)
    (tmp_path / "lists/link").symlink_to(tmp_path / "secret")
    (tmp_path / "lists/up").symlink_to(tmp_path)

    assert ask(f"{tmp_path.as_uri()}/{path}", within=(tmp_path / "lists").as_uri()).code == "local-file"


def test_local_files_of_linked_folders(tmp_path: Path) -> None:
    """Links within that folder are followed, also to the folder itself; each file is read from where they lead."""
    (tmp_path / "stores/c/0").mkdir(parents=True)
    (tmp_path / "stores/c/0/0").write_text("a")
    (tmp_path / "stores/c/0/1").symlink_to("0")
    (tmp_path / "stores/d").symlink_to("c")
    (tmp_path / "lists").symlink_to("stores")

    async def scenario() -> list[bytes]:
        allowance = Allowance(bytes_left=9, seconds_left=9, local_folder=(tmp_path / "lists").as_uri())
        urls = [(tmp_path / path).as_uri() for path in ("lists/c/0/0", "lists/c/0/1", "lists/d/0/1", "stores/d/0/0")]
        async with Client(PUBLIC_ONLY) as client:
            return [(await client.get(url, allowance=allowance)).body for url in urls]

    assert asyncio.run(scenario()) == [b"a"] * 4


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("a%00b", "no file can have such a path"),
        ("a%00b/zarr.json", "no file can have such a path"),
        ("loop", "links form a loop"),
        ("loop/0", "links form a loop"),
        ("0/" * 5000, "so many folders"),
    ],
)
def test_local_files_that_cannot_be(tmp_path: Path, path: str, words: str) -> None:
    """A path that no file can have is not found, and the message says why."""
    (tmp_path / "loop").symlink_to("loop")

    error = ask(f"{tmp_path.as_uri()}/{path}", within=tmp_path.as_uri())

    assert error.code == "not-found"
    assert words in str(error)


def test_private_hosts_allowed(tmp_path: Path) -> None:
    """`allow_private_hosts` allows private hosts and all local files."""
    (tmp_path / "zarr.json").write_text("[]")

    async def scenario() -> tuple[bytes, bytes]:
        async with FaultServer({"/zarr.json": [answer(200, b"{}")]}) as server, Client(Settings()) as client:
            near = await client.get((tmp_path / "zarr.json").as_uri())
            return (await client.get(server.url("/zarr.json"))).body, near.body

    assert asyncio.run(scenario()) == (b"{}", b"[]")
